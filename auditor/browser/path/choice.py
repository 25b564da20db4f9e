"""Look at what asks the person for the choice: where its switch stands, and which buttons it has.

Only looked at. The tool presses none of these buttons.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.browser.engine.isolated_world import PageFunction, ask
from auditor.browser.path.targets import locate_named
from auditor.core.finding import PendingChoice, ShownButton, State
from auditor.text import make_printable

if TYPE_CHECKING:
    from playwright.async_api import Frame, Locator

    from auditor.flow import ChoiceButton, Site

_READ_SWITCH = PageFunction("readChoiceSwitch", ("engine/dom.js", "path/choice_switch.js"))
_LOOK_MS = 2_000  # what was just seen is there, or gone
_LONGEST_NAME = 40  # characters; the longest known one has half as many


async def look_at_choice(
    frame: Frame, buttons: tuple[ChoiceButton, ...], site: Site
) -> PendingChoice:
    """Return what a frame shows of a notice or step; raises Playwright's Error if it goes away."""
    switch, shown = State.UNKNOWN, []
    for button in buttons:
        found = locate_named(frame, "button", site.texts(button.name)).filter(visible=True)
        if not await found.count():
            continue
        shown.append(ShownButton(await _name_of(found.first), button.stores))
        if button.stores:
            switch = State(await ask(found.first, _READ_SWITCH, timeout=_LOOK_MS))
    return PendingChoice(switch, tuple(shown))


async def _name_of(button: Locator) -> str:
    name = await button.get_attribute("aria-label", timeout=_LOOK_MS)
    return make_printable(name or await button.inner_text(timeout=_LOOK_MS), _LONGEST_NAME)
