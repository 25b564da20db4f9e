"""One change: the click rehearsed, or made once, and the page's own save waited for."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from playwright.async_api import Error

from auditor.browser.click.click_target import (
    ChoiceMissing,
    ControlReplaced,
    find_click_target,
    find_click_target_by_name,
    find_list_target,
    find_menu_target,
)
from auditor.browser.control.observation import QUIET_SECONDS
from auditor.browser.path.targets import locate_named
from auditor.core.clock import Clock
from auditor.core.finding import PressResult, ReadingStopped, State

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from playwright.async_api import ElementHandle

    from auditor.browser.click.click_target import ClickTarget
    from auditor.browser.control.scanner import PanelScanner
    from auditor.browser.network.monitor import NetworkMonitor
    from auditor.browser.path.obstacles import ObstacleDetector

T_co = TypeVar("T_co", covariant=True)

# seconds after the click in which a save is waited for: some pages gather changes before they save
_LATE_SAVE_SECONDS = 8.0
_RETRY_SECONDS = 12.0  # seconds to catch a control that the page draws anew again and again
_PROOF_SHARE = 0.4  # of the time that is left when a click is made, kept for its proof


class ClickAttempt(Protocol[T_co]):
    """Something to do with the control; `again` if the page replaced it at the last try."""

    def __call__(self, *, again: bool) -> Awaitable[T_co]: ...


@dataclass(slots=True)
class Change:
    """Brings the control to what is `wanted`, if it still is as it was read: `before`."""

    obstacles: ObstacleDetector
    scanner: PanelScanner
    clock: Clock
    wanted: State
    before: State = State.UNKNOWN
    pressed: bool = False
    questions: int = 0
    """How often the page asked back after the click, in dialogs or by a button that saves."""
    _boxes_before: int = 0

    @property
    def network(self) -> NetworkMonitor:
        """What the page and the site say to each other."""
        return self.obstacles.network

    @property
    def boxes(self) -> list[str]:
        """The kinds of boxes of the browser's own in which the page asked back after the click."""
        return self.network.interference.boxes_answered[self._boxes_before :]

    @property
    def was_asked(self) -> bool:
        """Whether the page asked back after the click, in whatever way."""
        return self.questions > 0 or bool(self.boxes)

    async def rehearse(self) -> str | None:
        """Return what would keep a click from the control, if anything; clicks nothing."""
        try:
            async with asyncio.timeout(self.clock.left):
                target = await _retry_while_replaced(self._find_target)
        except TimeoutError:
            return "the time ran out"
        except (ReadingStopped, Error) as error:
            return str(error).splitlines()[0]
        except ControlReplaced:
            return "the page draws it anew all the time"
        return "something lies over it, or it moved" if target is None else None

    async def press(self) -> PressResult | None:
        """Click once and wait for the page's own save; returns None if nothing was clicked."""
        try:
            return await _retry_while_replaced(self._reach_and_press)
        except (ReadingStopped, Error, TimeoutError, ControlReplaced):
            return None

    async def _reach_and_press(self, *, again: bool) -> PressResult | None:
        async with asyncio.timeout(self.clock.left):
            target = await self._find_target(again=again)
        return None if target is None else await self._click_and_wait(target)

    async def _click_and_wait(self, target: ClickTarget) -> PressResult:
        """Click, and wait for the page's own save.

        Raises ControlReplaced if there was nothing left to click.
        """
        self.pressed = True
        self.network.guard.expect_write(wanted=self.wanted is State.ON)
        until = Clock(self.clock.left * (1 - _PROOF_SHARE))
        said, ignored = "", False
        noted = self.network.interference
        tabs, self._boxes_before = noted.tabs_held_back, len(noted.boxes_answered)
        try:
            async with asyncio.timeout(until.left):
                asking = await self._count_what_asks()
                await target.press(until.ms(until.left))
                await self._wait_for_save(until, asking)
                ignored = await self._was_ignored()
        except TimeoutError:
            said = "The site had not answered the save when the time for it was up."
        except ControlReplaced:
            self.pressed = False
            raise
        except ChoiceMissing:
            said = "Its menu was opened, and does not hold once what is wanted; nothing was chosen."
        except Error:
            said = "The browser or its page ended during the save."
        finally:
            self.network.guard.end_writes()
        guard = self.network.guard
        # a page that was kept from saving says so, which is no question
        wants_tab = noted.tabs_held_back > tabs
        asks = guard.save_answer is None and not guard.refused and (self.was_asked or wants_tab)
        if wants_tab:
            said = "After the click the page wanted to open another tab; that was held back."
        elif ignored:
            said = "The page did nothing: the switch did not move, and nothing was sent."
        return PressResult(said or self._describe_save(), left_to_person=asks, ignored=ignored)

    async def _was_ignored(self) -> bool:
        """Return whether the click changed nothing that can be seen, and nothing was sent for it.

        Raises Playwright's Error if the page is gone.
        """
        guard = self.network.guard
        if guard.save_answer is not None or guard.refused or self.was_asked:
            return False
        scan = await self.scanner.scan()
        return not guard.has_passed_write and scan.state is self.before

    async def _count_what_asks(self) -> int:
        """Return how many dialogs there are, and buttons that save what was chosen."""
        page, site = self.scanner.page, self.scanner.site
        asking = page.locator("role=dialog[include-hidden]").or_(
            page.locator("role=alertdialog[include-hidden]")
        )
        if site.setting.save is not None:
            save = site.texts(site.setting.save)
            asking = asking.or_(locate_named(page, "button", save, "[disabled=false]"))
        return await asking.filter(visible=True).count()

    async def _find_target(self, *, again: bool = False) -> ClickTarget | None:
        """Return what to click, only if the control still is what was read.

        `again` tells that the page replaced the control before it could be clicked.
        """
        await self.obstacles.raise_if_blocked()
        scan = await self.scanner.scan()
        if scan.control is None and scan.reason is None:
            # it was there a moment ago: perhaps just now it is being drawn anew
            raise ControlReplaced
        if scan.control is None or scan.state is not self.before or scan.control.disabled:
            return None
        named = [
            part.by_name
            for part in scan.control.clickable_elements(self.wanted, self.scanner.anchors.pairs)
            if part.by_name
        ]
        if again and len(named) == 1 and not scan.doubt:
            return await find_click_target_by_name(named[0], self.clock)
        pinned = await self.scanner.pin_clickable_elements(scan, self.wanted)
        element = scan.control.elements[0]
        if element.opens_menu:
            return await self._find_menu_target(pinned)
        choices = element.choices
        if choices is None:
            return await find_click_target(pinned, self.clock)
        if not pinned:
            raise ControlReplaced
        on, off = choices
        return await find_list_target(pinned[0], on if self.wanted is State.ON else off)

    async def _find_menu_target(self, pinned: list[ElementHandle]) -> ClickTarget | None:
        if not pinned:
            raise ControlReplaced
        half = 0 if self.wanted is State.ON else 1
        words = tuple(pair[half] for pair in self.scanner.anchors.pairs)
        return await find_menu_target(self.scanner.page, pinned[0], words)

    async def _wait_for_save(self, until: Clock, asking: int) -> None:
        """Wait until the save was answered, or none comes; note what the page asks instead.

        `asking` is how many things asked before the click.
        """
        pressed, guard = time.monotonic(), self.network.guard
        while guard.save_answer is None and not until.over:
            quiet = time.monotonic() - max(pressed, self.network.requests.last_activity)
            if self.network.idle and quiet >= QUIET_SECONDS:
                self.questions += max(0, await self._count_what_asks() - asking)
                waited = time.monotonic() - pressed
                if self.was_asked or guard.has_passed_write or waited >= _LATE_SAVE_SECONDS:
                    return
                asking = await self._count_what_asks()
            await self.network.requests.wait_for_activity(min(QUIET_SECONDS, until.left))

    def _describe_save(self) -> str:
        """Return what the save said in words; nothing if it was plain success."""
        guard = self.network.guard
        if guard.save_answer is None:
            return self._describe_missing_save()
        if guard.save_answer:
            return f"{guard.save_answer[:1].upper()}{guard.save_answer[1:]}."
        again = any("the setting" in each for each in guard.refused)
        return "The page tried to save the setting once more; that was held back." if again else ""

    def _describe_missing_save(self) -> str:
        """Return why no save was seen: what was held back, or what the page asks first."""
        guard = self.network.guard
        if guard.would_move:
            names = describe_names(guard.would_move)
            return f"The page's save would also have changed {names}; it was held back."
        if guard.refused:
            return (
                "The page tried to save in a way that its flow does not declare; that was held"
                " back."
            )
        if self.boxes:
            return (
                "After the click the page asked something in a box of the browser's own"
                f" (`{self.boxes[0]}()`), which was answered with no. That is left to you; nothing"
                " was saved."
            )
        if self.questions:
            return (
                "After the click the page asks something before it saves (whether you are sure, or"
                " to press a button that saves). That is left to you; nothing was saved."
            )
        return "No save by the page was seen."


def describe_names(names: set[str]) -> str:
    """Return the names of fields as a person would list them; only plain words are shown."""
    plain = sorted(f"“{name}”" for name in names if re.fullmatch(r"[A-Za-z_]{1,40}", name))
    return ", ".join(plain[:3]) if plain else "something else"


async def _retry_while_replaced(act: ClickAttempt[T_co]) -> T_co:
    """Try again for a while what failed because the page drew the control anew before a click."""
    until, again = time.monotonic() + _RETRY_SECONDS, False
    while True:
        try:
            return await act(again=again)
        except ControlReplaced:
            again = True
            if time.monotonic() >= until:
                raise
