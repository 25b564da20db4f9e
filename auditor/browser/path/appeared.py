"""What a click brought up: what the page draws now and did not draw before.

A menu is found within it by its name alone, so that an entry of the same name elsewhere on the
page (a link in a chat, a place in the side bar) is never taken for it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING, Any, cast

from playwright.async_api import ElementHandle, Error, Locator, Page

from auditor.browser.engine.isolated_world import PageFunction, ask, find_element, new_key
from auditor.browser.path.targets import locate_named
from auditor.text import label_expression

if TYPE_CHECKING:
    from auditor.browser.path.targets import AriaRole

_DRAWN = ("engine/dom.js", "path/drawn.js")
_PRESSABLE = (*_DRAWN, "path/pressable.js", "path/press_point.js")
_REMEMBER = PageFunction("rememberDrawn", _DRAWN)
_KEEP_NAMED = PageFunction("keepNamed", _PRESSABLE)
_FIND_PRESSABLE = PageFunction("findPressable", _PRESSABLE)
_FOUND_THING = PageFunction("foundThing", _PRESSABLE)
_LIST_OF = PageFunction("listOf", _PRESSABLE)
_FIND_LIST_OPENER = PageFunction("findListOpener", (*_DRAWN, "path/list_opener.js"))
_HAS_OPENED = PageFunction("hasOpened", (*_DRAWN, "path/opened.js"))
_LOOK_MS = 1_000  # what was just seen is there, or gone
# Roles whose name may be said by other means than by text that stands there.
_ROLES: tuple[AriaRole, ...] = (
    "button", "link", "menuitem", "menuitemradio", "option", "tab", "treeitem", "radio",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pressable:
    """The one thing to press of a name, and how: what `press_point.js` says."""

    thing: ElementHandle
    point: dict[str, Any]

    @property
    def is_in_layer(self) -> bool:
        """Whether it stands in a menu or dialog that has appeared, not on the page itself."""
        return bool(self.point["inLayer"])

    async def click(self, *, timeout: float) -> None:  # noqa: ASYNC109 - as Playwright's own
        """Press it once, unless it is open or chosen already: a second press would close it."""
        if self.point["open"]:
            return
        if self.point["option"] is None:
            where = {"x": self.point["x"], "y": self.point["y"]}
            await self.thing.click(position=where, timeout=timeout)  # type: ignore[arg-type]
            return
        box = cast("ElementHandle", await find_element(self.thing, _LIST_OF))
        await box.select_option(index=self.point["option"], timeout=timeout)

    async def inner_text(self, *, timeout: float) -> str:  # noqa: ARG002, ASYNC109 - as of a locator
        """Return its text."""
        return await self.thing.inner_text()


Clickable = Locator | Pressable


def element_of(target: Clickable) -> Locator | ElementHandle:
    """Return the element that is to be clicked."""
    return target if isinstance(target, Locator) else target.thing


@dataclass(slots=True)
class Drawn:
    """What a page drew at one moment, to tell later what has appeared since."""

    page: Page
    is_remembered: bool = False
    """Whether there is a moment to compare with."""
    _key: str = field(default_factory=lambda: new_key("drawn"), repr=False)

    async def remember(self) -> None:
        """Remember what is drawn now."""
        with suppress(Error):  # a page that is being replaced: then all that comes is new
            await ask(self.page, _REMEMBER, {"key": self._key})
            self.is_remembered = True

    async def find_pressable(self, texts: tuple[str, ...]) -> tuple[Pressable | None, bool]:
        """Return the one thing to press that has appeared and bears one of the names.

        Also returns whether there are several.
        """
        by_role = [locate_named(self.page, role, texts) for role in _ROLES]
        asked = {
            "key": self._key,
            "named": new_key("named"),
            "found": new_key("found"),
            "pattern": label_expression(texts),
        }
        await reduce(Locator.or_, by_role).locator(_KEEP_NAMED.finding(asked)).count()
        point = await ask(self.page, _FIND_PRESSABLE, asked)
        if point["count"] != 1:
            return None, point["count"] > 1
        thing = await find_element(self.page, _FOUND_THING, asked)
        return (None if thing is None else Pressable(thing, point)), False

    async def find_list_opener(self) -> ElementHandle | None:
        """Return what opens a closed list in the layer that has appeared, if it is the only one."""
        if not self.is_remembered:
            return None
        return await find_element(self.page, _FIND_LIST_OPENER, {"key": self._key})

    async def has_opened(self, target: Clickable) -> bool:
        """Return whether the click on the target has done its work: something opened."""
        if not self.is_remembered:
            return False
        asked, element = {"key": self._key}, element_of(target)
        return bool(await ask(element, _HAS_OPENED, asked, timeout=_LOOK_MS))
