"""What a page may send while the tool waits for the person to make the choice.

The tool presses nothing, and the page may still write nothing of its own. A declared write of a
notice's button goes out only after a real press of that very button, once for each press, to
exactly its address. Where no notice asks and the panel itself is waited at, the same holds for the
setting's own switch and its one write, which may carry nothing else. What counts as a press is told
from outside the page's own scripts (`path/presses.py`).
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from auditor.browser.network.guard import (
    Fields,
    describe_save_status,
    is_expected_write,
    values_of_key,
)
from auditor.core.finding import State
from auditor.text import fold_text, normalize_label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from auditor.browser.network.guard import SentRequest
    from auditor.core.base_url import BaseUrl
    from auditor.flow import ChoiceButton, ChoiceWrite, Site

# seconds after a press within which what it sends may go out: a slow site takes some for each step
_PRESS_SECONDS = 30.0


@dataclass(slots=True)
class PersonsChoice:
    """The answer of a person to a notice, as the browser's window tells it."""

    site: Site
    base_url: BaseUrl
    wanted_at_switch: State | None = None
    """What is wanted, where the person is waited for at the setting's own switch."""
    pressed: ChoiceButton | None = None
    """The last button of a notice that the person pressed."""
    sent: State | None = None
    """The choice that went out, whatever came of it."""
    stored: State | None = None
    """The choice that the site took."""
    refusal: str = ""
    """What the site said of a choice that it did not take."""
    changed: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    """Set whenever any of this changes."""
    touched_at: float = 0.0
    """When the setting's switch was last pressed, or a choice answered; by the monotonic clock."""
    _switch_until: float = 0.0
    _granted: list[tuple[ChoiceWrite, float]] = field(default_factory=list)
    _request: SentRequest | None = field(default=None, repr=False)

    def note_press(self, names: Iterable[str], *, is_escape: bool = False) -> None:
        """Note what a person pressed: the Escape key, or something that bears these names."""
        folded = {fold_text(name) for name in names}
        for button in self.site.choice_buttons:
            if (is_escape and button.escape) or folded & self._names_of(button):
                until = time.monotonic() + _PRESS_SECONDS
                self.pressed = button
                self._granted = [(write, until) for write in button.writes]
                self.changed.set()
                return

    def note_control(self, names: Iterable[str], links: Iterable[str]) -> None:
        """Note that a person pressed a control with these names, in a row with these links."""
        if self.wanted_at_switch is not None and self._is_setting(names, tuple(links)):
            self.touched_at = time.monotonic()
            self._switch_until = self.touched_at + _PRESS_SECONDS
            self.changed.set()

    def _is_setting(self, names: Iterable[str], links: tuple[str, ...]) -> bool:
        """Return whether a control bears the setting's label, or stands alone with its help link.

        A name may go on after the label: a state, or the row's description.
        """
        setting = self.site.setting
        labels = tuple(normalize_label(label) for label in self.site.labels)
        if any(normalize_label(name).startswith(labels) for name in names):
            return True
        strange = [decoy.link_contains for decoy in setting.decoys if decoy.link_contains]
        return any(setting.help_link.contains in link for link in links) and not any(
            part in link for part in strange for link in links
        )

    def _names_of(self, button: ChoiceButton) -> set[str]:
        names = [button.name, *filter(None, [button.also])]
        return {fold_text(text) for name in names for text in self.site.texts(name)}

    def admit(self, sent: SentRequest, known: Fields = frozenset()) -> bool:
        """Return whether a request may go out as a part of the last press; each one does once.

        `known` are the fields that the page's own data named, which a write may repeat.
        """
        if self._is_switch_write(sent, known):
            self._switch_until = 0.0
            self._note_sent(sent)
            return True
        for granted in self._granted:
            write, until = granted
            if time.monotonic() <= until and self._is_write(write, sent):
                self._granted.remove(granted)
                if write.with_choice:
                    self._note_sent(sent)
                return True
        return False

    def _note_sent(self, sent: SentRequest) -> None:
        (value,) = values_of_key(sent.body, self.site.witness.key)
        self._request, self.sent, self.refusal = sent, State.of(value), ""

    def _is_switch_write(self, sent: SentRequest, known: Fields) -> bool:
        """Return whether a request is the one write of the setting, after a press of its switch."""
        return time.monotonic() <= self._switch_until and any(
            is_expected_write(self.site, self.base_url, sent, known, wanted=wanted)
            for wanted in (True, False)
        )

    def _is_write(self, write: ChoiceWrite, sent: SentRequest) -> bool:
        origin, prefix = self.base_url.origin, self.base_url.prefix
        addresses = {f"{origin}{write.path}", f"{origin}{prefix}{write.path}"}
        if sent.method != write.method or sent.url not in addresses or sent.overrides_method:
            return False
        values = values_of_key(sent.body, self.site.witness.key)
        if not write.with_choice:
            return not values
        return len(values) == 1 and all(isinstance(value, bool) for value in values)  # 1 == True

    def note_answer(self, method: str, url: str, status: int) -> None:
        """Note how the site answered, if this was the choice."""
        if self._is_choice(method, url):
            self.refusal = describe_save_status(status)
            self.stored = None if self.refusal else self.sent
            self.touched_at = time.monotonic()
            self.changed.set()

    def note_broken_off(self, method: str, url: str) -> None:
        """Note that a request was broken off, if this was the choice."""
        if self._is_choice(method, url) and self.stored is None:
            self.refusal = "the save was broken off"
            self.changed.set()

    def _is_choice(self, method: str, url: str) -> bool:
        return self._request is not None and (method, url) == (
            self._request.method,
            self._request.url,
        )
