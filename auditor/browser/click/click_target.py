"""Reach a control as a person with a mouse would, rehearse the click, and make it exactly once.

Everything is done to one pinned element, or to the one of this role and name, never to "the third
switch there": if the page puts another in its place meanwhile, the click has nothing to hit. No key
is ever pressed: a page may move the focus in between, and a key would then press something else,
perhaps in a notice. Playwright checks at the very click that it hits the element and nothing that
lies over it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.async_api import ElementHandle, Error, Locator, Position

from auditor.browser.engine.page_script import join_scripts

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from auditor.core.clock import Clock

_TRIAL = 4.0  # seconds a rehearsal may take for each way
SCRIPTS = ("engine/dom.js", "click/places.js", "click/ways.js", "click/press.js")


@dataclass(frozen=True, slots=True)
class ClickTarget:
    """One way to press a control that has been rehearsed and works."""

    name: str
    press: Callable[[float], Awaitable[None]]


_WAYS = {
    "itself": "a click on the switch",
    "label": "a click on its label",
    "around": "a click on what draws it",
    "over": "a click on what is drawn over it",
}


class ControlReplaced(Exception):  # noqa: N818 - an event of the pressing, handled by it
    """Raised when the page took the element away before it was clicked.

    Nothing was, so it may be looked for again.
    """


async def find_click_target(parts: Sequence[ElementHandle], clock: Clock) -> ClickTarget | None:
    """Find a way to press a control without pressing it.

    One of its parts, what it is drawn by, or its label.

    Raises Moved if there is no such element any more.

    """
    if not parts:
        raise ControlReplaced
    for part in parts:
        for name in _WAYS:
            way = await _rehearsed(name, part, clock)
            if way is not None:
                return way
    if not all([await part.evaluate("each => each.isConnected") for part in parts]):
        # taken out between two ways: what is out of the page has no place to be clicked at
        raise ControlReplaced
    return None


async def find_click_target_by_name(named: Locator, clock: Clock) -> ClickTarget:
    """Find a way to a control that is drawn anew again and again.

    By role and name, which only one element may have.

    Raises Moved if it cannot be caught just now.

    """
    try:
        await named.hover(trial=True, timeout=clock.ms(_TRIAL))
    except Error as error:
        raise ControlReplaced from error

    async def press(limit: float) -> None:
        await named.click(timeout=limit)

    return ClickTarget("a click on the switch, by its name", press)


async def _rehearsed(name: str, part: ElementHandle, clock: Clock) -> ClickTarget | None:
    """Rehearse the click: everything is checked, and no button is pressed.

    It is a trial of hovering: a trial click of Playwright's does press, and keeps the page from
    hearing of it, but not what listens at the window since before, nor a frame that slips in.
    """
    element = await _target(name, part)
    if element is None:
        return None
    try:
        await element.scroll_into_view_if_needed(timeout=clock.ms(_TRIAL))
        where = await _clear_spot(element)
        await element.hover(trial=True, timeout=clock.ms(_TRIAL), position=where)
        if not await element.is_enabled() or not await _still(name, part, element):
            return None
    except ControlReplaced:
        return None
    except Error as error:
        if _is_gone(error):
            raise ControlReplaced from error
        return None

    async def press(limit: float) -> None:
        try:
            if not await _still(name, part, element):
                raise ControlReplaced  # with the mouse over it, something else came to lie there
            await element.click(timeout=limit, position=await _clear_spot(element))
        except Error as error:
            if _is_gone(error):
                raise ControlReplaced from error
            raise

    return ClickTarget(_WAYS[name], press)


async def _target(name: str, part: ElementHandle) -> ElementHandle | None:
    """Return what would be clicked to press a part in one way, if it has that way."""
    return (await part.evaluate_handle(join_scripts(SCRIPTS, run="findTarget"), name)).as_element()


async def _clear_spot(element: ElementHandle) -> Position | None:
    """Return the spot to click at: in a label one without links and buttons, elsewhere the middle.

    Raises Moved if a label has no such spot just now.
    """
    if not await element.evaluate("each => each.localName === 'label'"):
        return None
    where = await element.evaluate(join_scripts(SCRIPTS, run="findTarget"), "clear")
    if where is None:
        raise ControlReplaced
    return Position(x=where["x"], y=where["y"])


async def _still(name: str, part: ElementHandle, element: ElementHandle) -> bool:
    """Return whether the same way to the control is still open."""
    now = await _target(name, part)
    return now is not None and bool(await now.evaluate("(now, before) => now === before", element))


def _is_gone(error: Error) -> bool:
    """Return whether the element was taken out of the page.

    Playwright says so before it clicks, and never after.
    """
    return "not attached to the dom" in error.message.lower()
