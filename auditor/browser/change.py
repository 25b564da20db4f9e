"""One change: the click rehearsed, or made once, and the page's own save waited for."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from playwright.async_api import Error

from auditor.browser.clock import Clock
from auditor.browser.press import Moved, reach, reach_named
from auditor.browser.settle import STILL
from auditor.browser.stop import Stop
from auditor.finding import State

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from auditor.browser.obstacles import Lookout
    from auditor.browser.press import Way
    from auditor.browser.survey import Surveyor
    from auditor.browser.traffic import Traffic

T_co = TypeVar("T_co", covariant=True)

_MOVING = 12.0  # seconds to catch a control that the page draws anew again and again
_PROOF_SHARE = 0.4  # of the time that is left when a click is made, kept for its proof


class Act(Protocol[T_co]):
    """Something to do with the control; `again` tells that the page took it away at the last try."""

    def __call__(self, *, again: bool) -> Awaitable[T_co]: ...


@dataclass(slots=True)
class Change:
    """Brings the control to what is `wanted`, if it still is as it was read: `before`."""

    lookout: Lookout
    surveyor: Surveyor
    clock: Clock
    wanted: State
    before: State = State.UNKNOWN
    pressed: bool = False

    @property
    def traffic(self) -> Traffic:
        """What the page and the site say to each other."""
        return self.lookout.traffic

    async def rehearse(self) -> str | None:
        """Check that the click would reach the control; gives what is in the way, or nothing."""
        try:
            async with asyncio.timeout(self.clock.left):
                way = await _caught(self._way)
        except TimeoutError:
            return "the time ran out"
        except (Stop, Error) as error:
            return str(error).splitlines()[0]
        except Moved:
            return "the page draws it anew all the time"
        return "something lies over it, or it moved" if way is None else None

    async def press(self) -> str | None:
        """Click once and wait for the page's own save; gives None if nothing was clicked."""
        try:
            return await _caught(self._reach_and_press)
        except (Stop, Error, TimeoutError, Moved):
            return None

    async def _reach_and_press(self, *, again: bool) -> str | None:
        async with asyncio.timeout(self.clock.left):
            way = await self._way(again=again)
        return None if way is None else await self._press(way)

    async def _press(self, way: Way) -> str:
        """Click, and wait for the page's own save; raises Moved if there was nothing left to click."""
        self.pressed = True
        self.traffic.expect_write(wanted=self.wanted is State.ON)
        until = Clock(self.clock.left * (1 - _PROOF_SHARE))
        said = ""
        try:
            async with asyncio.timeout(until.left):
                await way.press(until.ms(until.left))
                await self._saved(until)
        except TimeoutError:
            said = "The site had not answered the save when the time for it was up."
        except Moved:
            self.pressed = False
            raise
        except Error:
            said = "The browser or its page ended during the save."
        finally:
            self.traffic.end_writes()
        return said or self._said()

    async def _way(self, *, again: bool = False) -> Way | None:
        """Look at the control once more; a way to press it only if it still is what was read.

        `again` tells that the page took the control away before it could be clicked.
        """
        await self.lookout.check()
        sample = await self.surveyor.look()
        if sample.control is None and sample.reason is None:
            raise Moved  # it was there a moment ago: perhaps just now it is being drawn anew
        if sample.control is None or sample.state is not self.before or sample.control.disabled:
            return None
        named = [part.named for part in sample.control.options(self.wanted, self.surveyor.anchors.pairs) if part.named]
        if again and len(named) == 1 and not sample.doubt:
            return await reach_named(named[0], self.clock)
        return await reach(await self.surveyor.pinned(sample, self.wanted), self.clock)

    async def _saved(self, until: Clock) -> None:
        """Wait until the save was answered, or nothing has happened for a while."""
        pressed = time.monotonic()
        while self.traffic.saved is None and not until.over:
            quiet = time.monotonic() - max(pressed, self.traffic.last)
            if self.traffic.idle and quiet >= STILL:
                return
            await self.traffic.moved(min(STILL, until.left))

    def _said(self) -> str:
        """Put into words what the save itself said."""
        if self.traffic.saved:
            return f"{self.traffic.saved[:1].upper()}{self.traffic.saved[1:]}."
        if self.traffic.saved is None and self.traffic.refused:
            return "The page tried to save in a way that its flow does not declare; that was held back."
        if self.traffic.saved is None:
            return "No save by the page was seen."
        again = any("the setting" in each for each in self.traffic.refused)
        return "The page tried to save the setting once more; that was held back." if again else ""


async def _caught(act: Act[T_co]) -> T_co:
    """Try again for a while what failed because the page drew the control anew before it was clicked."""
    until, again = time.monotonic() + _MOVING, False
    while True:
        try:
            return await act(again=again)
        except Moved:
            again = True
            if time.monotonic() >= until:
                raise
