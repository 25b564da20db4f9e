"""Reach a control as a person with a mouse would, rehearse the click, and make it exactly once.

Everything is done to one pinned element, or to the one of this role and name, never to "the third
switch there": if the page puts another in its place meanwhile, the click has nothing to hit. No key
is ever pressed: a page may move the focus in between, and a key would then press something else,
perhaps in a notice. Playwright checks at the very click that it hits the element and nothing that
lies over it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Literal

from playwright.async_api import ElementHandle, Error, Locator, Page, Position
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from auditor.browser.engine.isolated_world import (
    IS_CONNECTED,
    PageFunction,
    ask,
    find_element,
    new_key,
)
from auditor.browser.path.targets import locate_named

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from auditor.core.clock import Clock

_MENU_MS = 3_000  # milliseconds within which an opened menu shows what it holds
_OPTION_ROLES: tuple[Literal["option", "menuitemradio", "menuitem", "radio"], ...] = (
    "option",
    "menuitemradio",
    "menuitem",
    "radio",
)
_TRIAL_SECONDS = 4.0  # seconds a rehearsal may take for each way
SCRIPTS = ("engine/dom.js", "click/places.js", "click/ways.js", "click/press.js")
_FIND_TARGET = PageFunction("findTarget", SCRIPTS)
_LEADS_THERE_STILL = PageFunction("leadsThereStill", SCRIPTS)
_SPOT_IN = PageFunction("spotIn", SCRIPTS)
IS_HIT = PageFunction("isHit", (*SCRIPTS, "click/reach.js"))


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
    """Raised when the page took the element away before it was clicked: it may be tried again."""


class ChoiceMissing(Exception):  # noqa: N818 - an event of the pressing, handled by it
    """Raised when an opened menu does not hold the wanted value exactly once."""


async def find_click_target(parts: Sequence[ElementHandle], clock: Clock) -> ClickTarget | None:
    """Find what to click to press a control: one of its parts, what draws it, or its label.

    Nothing is pressed. Raises ControlReplaced if there is no such element any more.
    """
    if not parts:
        raise ControlReplaced
    for part in parts:
        for name in _WAYS:
            way = await _rehearse_click(name, part, clock)
            if way is not None:
                return way
    if None in [await find_element(part, IS_CONNECTED) for part in parts]:
        # taken out between two ways: what is out of the page has no place to be clicked at
        raise ControlReplaced
    return None


async def find_list_target(element: ElementHandle, index: int) -> ClickTarget | None:
    """Find out whether an option of a list can be chosen; `index` is its number in the list.

    Nothing is chosen. Raises ControlReplaced if the list is gone.
    """
    try:
        if not await element.is_enabled() or not await _is_hit(element):
            return None
    except Error as error:
        if _is_gone(error):
            raise ControlReplaced from error
        return None

    async def press(limit: float) -> None:
        try:
            if not await _is_hit(element):
                raise ControlReplaced
            await element.select_option(index=index, timeout=limit)
        except Error as error:
            if _is_gone(error):
                raise ControlReplaced from error
            raise

    return ClickTarget("a choice in the list", press)


async def find_menu_target(
    page: Page, element: ElementHandle, words: tuple[str, ...]
) -> ClickTarget | None:
    """Find out whether a menu can be opened, to choose what one of the words names.

    Nothing is opened. Raises ControlReplaced if the button is gone.
    """
    options = _locate_options(page, words)
    try:
        if not await element.is_enabled() or not await _is_hit(element):
            return None
        if await options.count():  # of another menu: what belongs to this one could not be told
            return None
    except Error as error:
        if _is_gone(error):
            raise ControlReplaced from error
        return None

    async def press(limit: float) -> None:
        try:
            if not await _is_hit(element):
                raise ControlReplaced
            await element.click(timeout=limit)
        except Error as error:
            if _is_gone(error):
                raise ControlReplaced from error
            raise
        await _choose(options, limit)

    return ClickTarget("a choice in its menu", press)


def _locate_options(page: Page, words: tuple[str, ...]) -> Locator:
    by_role = [locate_named(page, role, words) for role in _OPTION_ROLES]
    return reduce(Locator.or_, by_role).filter(visible=True)


async def _choose(options: Locator, limit: float) -> None:
    """Choose the one option that the menu has brought; raise ChoiceMissing if it is not one."""
    try:
        await options.first.wait_for(timeout=min(limit, _MENU_MS))
        if await options.count() != 1:
            raise ChoiceMissing
        await options.click(timeout=limit)
    except PlaywrightTimeoutError as error:
        raise ChoiceMissing from error


async def _is_hit(element: ElementHandle) -> bool:
    return await find_element(element, IS_HIT) is not None


async def find_click_target_by_name(named: Locator, clock: Clock) -> ClickTarget:
    """Find a control that is drawn anew again and again, by its role and name.

    Only one element may have them. Raises ControlReplaced if it cannot be caught just now.
    """
    try:
        await named.hover(trial=True, timeout=clock.ms(_TRIAL_SECONDS))
    except Error as error:
        raise ControlReplaced from error

    async def press(limit: float) -> None:
        await named.click(timeout=limit)

    return ClickTarget("a click on the switch, by its name", press)


async def _rehearse_click(name: str, part: ElementHandle, clock: Clock) -> ClickTarget | None:
    """Rehearse the click: everything is checked, and no button is pressed.

    It is a trial of hovering: a trial click of Playwright's does press, and keeps the page from
    hearing of it, but not what listens at the window since before, nor a frame that slips in.
    """
    way = {"way": name, "key": new_key("target")}
    element = await find_element(part, _FIND_TARGET, way)
    if element is None:
        return None
    try:
        await element.scroll_into_view_if_needed(timeout=clock.ms(_TRIAL_SECONDS))
        where = await _find_clear_spot(element)
        await element.hover(trial=True, timeout=clock.ms(_TRIAL_SECONDS), position=where)
        if not await element.is_enabled() or not await _is_still_open(way, part):
            return None
    except ControlReplaced:
        return None
    except Error as error:
        if _is_gone(error):
            raise ControlReplaced from error
        return None

    async def press(limit: float) -> None:
        try:
            if not await _is_still_open(way, part):
                raise ControlReplaced  # with the mouse over it, something else came to lie there
            await element.click(timeout=limit, position=await _find_clear_spot(element))
        except Error as error:
            if _is_gone(error):
                raise ControlReplaced from error
            raise

    return ClickTarget(_WAYS[name], press)


async def _find_clear_spot(element: ElementHandle) -> Position | None:
    """Return the spot to click at: in a label one without links and buttons, elsewhere the middle.

    Raises ControlReplaced if a label has no such spot just now.
    """
    told = await ask(element, _SPOT_IN)
    if not told["isClear"]:
        raise ControlReplaced
    spot = told["spot"]
    return None if spot is None else Position(x=spot["x"], y=spot["y"])


async def _is_still_open(way: dict[str, str], part: ElementHandle) -> bool:
    """Return whether the same way to the control is still open."""
    return await find_element(part, _LEADS_THERE_STILL, way) is not None


def _is_gone(error: Error) -> bool:
    """Return whether the element was taken out of the page.

    Playwright says so before it clicks, and never after.
    """
    return "not attached to the dom" in error.message.lower()
