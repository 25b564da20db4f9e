"""What a click brought up: what the page draws now and did not draw before.

A menu is found within it by its name alone, so that an entry of the same name elsewhere on the
page (a link in a chat, a place in the side bar) is never taken for it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING, Any, cast

from playwright.async_api import ElementHandle, Error, JSHandle, Locator, Page

from auditor.browser.engine.page_script import join_scripts, read_script
from auditor.browser.path.targets import locate_named
from auditor.text import label_expression

if TYPE_CHECKING:
    from auditor.browser.path.targets import AriaRole

_DRAWN = ("engine/dom.js", "path/drawn.js")
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
        select = await self.thing.evaluate_handle("option => option.closest('select')")
        box = cast("ElementHandle", select.as_element())
        await box.select_option(index=self.point["option"], timeout=timeout)

    async def inner_text(self, *, timeout: float) -> str:  # noqa: ARG002, ASYNC109 - as of a locator
        """Return its text."""
        return await self.thing.inner_text()

    async def evaluate(self, script: str, given: object, *, timeout: float) -> object:  # noqa: ARG002, ASYNC109
        """Call a function of the page with it."""
        return await self.thing.evaluate(script, given)


Clickable = Locator | Pressable


@dataclass(slots=True)
class Drawn:
    """What a page drew at one moment, to tell later what has appeared since."""

    page: Page
    _before: JSHandle | None = field(default=None, repr=False)

    @property
    def is_remembered(self) -> bool:
        """Whether there is a moment to compare with."""
        return self._before is not None

    async def remember(self) -> None:
        """Remember what is drawn now."""
        with suppress(Error):  # a page that is being replaced: then all that comes is new
            self._before = await self.page.evaluate_handle(
                join_scripts(_DRAWN, run="rememberDrawn")
            )

    async def find_pressable(self, texts: tuple[str, ...]) -> tuple[Pressable | None, bool]:
        """Return the one thing to press that has appeared and bears one of the names.

        Also returns whether there are several.
        """
        by_role = [locate_named(self.page, role, texts) for role in _ROLES]
        named = await reduce(Locator.or_, by_role).element_handles()
        asked: dict[str, object] = {"named": named, "pattern": label_expression(texts)}
        found = await self._ask(asked)
        point = await found.evaluate(read_script("path/press_point.js"))
        if point["count"] != 1:
            return None, point["count"] > 1
        thing = (await found.evaluate_handle("found => found[0].thing")).as_element()
        return (None if thing is None else Pressable(thing, point)), False

    async def find_list_opener(self) -> ElementHandle | None:
        """Return what opens a closed list in the layer that has appeared, if it is the only one."""
        script = join_scripts((*_DRAWN, "path/list_opener.js"), run="findListOpeners")
        if not self.is_remembered:
            return None
        found = await self.page.evaluate_handle(script, {"before": self._before})
        only = await found.evaluate_handle("found => found.length === 1 ? found[0] : null")
        return only.as_element()

    async def has_opened(self, target: Clickable) -> bool:
        """Return whether the click on the target has done its work: something opened."""
        script = join_scripts((*_DRAWN, "path/opened.js"), run="hasOpened")
        try:
            return self.is_remembered and bool(
                await target.evaluate(script, self._before, timeout=1_000)
            )
        except Error as error:
            if _is_of_another_document(error):
                return True
            raise

    async def _ask(self, asked: dict[str, object]) -> JSHandle:
        script = join_scripts((*_DRAWN, "path/pressable.js"), run="findPressable")
        try:
            return await self.page.evaluate_handle(script, {**asked, "before": self._before})
        except Error as error:
            if not _is_of_another_document(error):
                raise
            self._before = None  # it belongs to a document that is gone: all of this one is new
            return await self.page.evaluate_handle(script, {**asked, "before": None})


def _is_of_another_document(error: Error) -> bool:
    """Return whether what is remembered belongs to a document that has been replaced."""
    return "context" in error.message.lower()
