"""Wait for the person to make the choice in the browser's window; nothing is pressed.

It is made at a notice that asks for it or, where none does, at the setting's own switch.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.async_api import Error

from auditor.browser.path.presses import listen_for_presses
from auditor.core.finding import PersonsAnswer, ReadingStopped, WaitEnd

if TYPE_CHECKING:
    from auditor.browser.network.monitor import NetworkMonitor
    from auditor.browser.network.persons_choice import PersonsChoice
    from auditor.browser.network.tab import Tab
    from auditor.browser.path.obstacles import ObstacleDetector
    from auditor.core.audit import TellLeft

_LOOK_EVERY = 1.0  # seconds between two looks, unless something is pressed or answered
_LOOK_SECONDS = 3.0  # for one look at the page; one that hangs does not answer
# seconds for which nothing must ask any more, where no press was seen: a page that is loaded again
# shows nothing for some seconds (2.9 s, OBS 2026-09)
_GONE_SECONDS = 8.0
_REST_SECONDS = 5.0  # for what follows a stored choice, such as accepted terms
# seconds for a second thought: the switch of a choice not made is drawn off, so that the first
# press stores on, and off takes another one
_SECOND_THOUGHT = 12.0
_MINUTE = 60


@dataclass(slots=True)
class ChoiceWait:
    """Waits for the choice to be made on one page."""

    tab: Tab
    network: NetworkMonitor
    obstacles: ObstacleDetector
    choice: PersonsChoice
    _gone_since: float | None = None
    _stored_since: float | None = None

    async def wait(self, minutes: float, tell_left: TellLeft) -> PersonsAnswer:
        """Wait until the site has taken a choice, or there is no more to wait for.

        Meanwhile what the person's press sends is let go; all else that may write is held back.
        """
        choice, guard = self.choice, self.network.guard
        try:
            cdp = await self.tab.cdp
            async with listen_for_presses(cdp, choice.note_press):
                guard.persons_choice = choice
                await self.tab.page.bring_to_front()
                return await self._wait(minutes, tell_left)
        except Error:  # the window was closed while it was asked
            end = WaitEnd.CLOSED if choice.sent is None else WaitEnd.UNCLEAR
            return PersonsAnswer(end=end, minutes=minutes, stored=choice.stored)
        finally:
            guard.persons_choice = None
            choice.end()  # else what waits for a press would be held while the page is let go

    async def _wait(self, minutes: float, tell_left: TellLeft) -> PersonsAnswer:
        end = await self._wait_until_end(time.monotonic() + minutes * _MINUTE, tell_left)
        stored, refusal = self.choice.stored, self.choice.refusal
        return PersonsAnswer(end=end, minutes=minutes, stored=stored, refusal=refusal)

    async def _wait_until_end(self, deadline: float, tell_left: TellLeft) -> WaitEnd:
        while (left := deadline - time.monotonic()) > 0:
            tell_left(left)
            if (end := await self._find_end()) is not None:
                return end
            with suppress(TimeoutError):
                async with asyncio.timeout(min(left, _LOOK_EVERY)):
                    await self.choice.changed.wait()
            self.choice.changed.clear()
        if self.choice.stored is not None:
            return WaitEnd.STORED
        return WaitEnd.TIME_OVER if self.choice.sent is None else WaitEnd.UNCLEAR

    async def _find_end(self) -> WaitEnd | None:
        """Return how the waiting has ended; None while it goes on."""
        if self.choice.stored is not None:
            return WaitEnd.STORED if self.tab.page.is_closed() or self._has_settled() else None
        if self.tab.page.is_closed():
            return WaitEnd.CLOSED if self.choice.sent is None else WaitEnd.UNCLEAR
        if self.choice.wanted_at_switch is not None or await self._still_asks():
            self._gone_since = None
            return None
        now = time.monotonic()
        self._gone_since = self._gone_since or now
        pressed = self.choice.pressed
        if pressed is not None and not pressed.stores:
            return WaitEnd.PUT_OFF
        return WaitEnd.GONE if now - self._gone_since >= _GONE_SECONDS else None

    def _has_settled(self) -> bool:
        """Return whether what follows a stored choice is done, or has had its time."""
        now, wanted = time.monotonic(), self.choice.wanted_at_switch
        if wanted is not None and self.choice.stored is not wanted:
            return now - self.choice.touched_at >= _SECOND_THOUGHT
        self._stored_since = self._stored_since or now
        has_rested = now - self._stored_since >= _LOOK_EVERY / 2 and self.network.idle
        return has_rested or now - self._stored_since >= _REST_SECONDS

    async def _still_asks(self) -> bool:
        """Return whether the choice is still asked for, as far as the page says so."""
        try:
            async with asyncio.timeout(_LOOK_SECONDS):
                await self.obstacles.raise_if_blocked()
        except ReadingStopped as stop:
            return stop.choice is None or bool(stop.choice.buttons)
        except (Error, TimeoutError):
            return True  # it is being left, or hangs: that says nothing
        return False
