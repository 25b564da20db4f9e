"""Read the panel that a walk opened: look again and again until a reading counts.

Then once more, to be sure: it must be seen twice, where a click would reach it, with nothing in
front of it or painted over it.
"""

from __future__ import annotations

import asyncio
import math
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.async_api import Error

from auditor.browser.control.corroboration import describe_uncorroborated, find_lack
from auditor.browser.control.observation import QUIET_SECONDS, Observation
from auditor.browser.control.outcomes import ControlAbsent
from auditor.browser.control.painted_over import is_painted_over
from auditor.browser.control.pinned import PinnedControl, pin_control
from auditor.browser.control.settle import judge_observation, seconds_to_outcome
from auditor.browser.corroborate import CorroborationLook
from auditor.browser.engine.failures import is_transient
from auditor.browser.path.frames import shows_foreign_frame
from auditor.browser.path.motion import SECONDS_TO_COME, Motion
from auditor.browser.path.plan import PlanWitness, ShownPlan, account_names, judge_plan
from auditor.browser.path.presence import look_around
from auditor.browser.row_picture import take_row_picture
from auditor.browser.snapshot import describe_names
from auditor.core.finding import Evidence, Reading, ReadingStopped, Reason, State

if TYPE_CHECKING:
    from auditor.browser.control.anchors import PanelScan
    from auditor.browser.control.scanner import PanelScanner
    from auditor.browser.network.monitor import NetworkMonitor
    from auditor.browser.network.tab import Tab
    from auditor.browser.path.obstacles import ObstacleDetector
    from auditor.browser.path.page_changes import PageChanges
    from auditor.browser.row_picture import RowPicture
    from auditor.core.base_url import BaseUrl
    from auditor.flow import Site

# seconds between two looks for obstacles while the page changes and a reading is not there yet
_CHECK_EVERY = 0.7
# the same while the page does not change, as far as can be seen from outside its shadow roots
_CHECK_CALM = 3.0
# seconds of quiet after which a panel without the setting is scrolled on, and how often at most
_SCROLL_AFTER = 0.5
_SCROLLS_AT_MOST = 12
# seconds of quiet after which somebody looks around, where nothing has been proved by then
_LOOK_AFTER = 0.7
# seconds that the last bytes of anything are waited for, where the page is the only witness
_UNDER_WAY_SECONDS = 12.0
_PICTURE_SECONDS = 3.0  # for a picture of the row, on a busy machine too
_CALM = 1.0  # seconds without any change after which a page is calm
# seconds after which a page is looked at again: while it changes, while it is calm without the
# setting, and with it
_NEXT_LOOK = 0.25
_NEXT_LOOK_ABSENT = 0.5
_NEXT_LOOK_CALM = 1.0
_SHORTEST_WAIT = 0.05


@dataclass(slots=True)
class PanelReader:
    """Reads one panel in one tab; `picture` is the row as it was read, where that was asked for."""

    tab: Tab
    site: Site
    base_url: BaseUrl
    network: NetworkMonitor
    obstacles: ObstacleDetector
    scanner: PanelScanner
    motion: Motion
    changes: PageChanges
    shown_plan: ShownPlan
    older_copies: str = ""
    """Where the page may have what it shows from, without asking the site; empty if nowhere."""
    wants_picture: bool = False
    picture: RowPicture | None = None
    _scrolls_left: int = _SCROLLS_AT_MOST
    _looked_around: bool = False
    _unhit_since: float = 0.0
    _pinned: PinnedControl | None = None

    async def read(self) -> Reading:
        """Scan until the reading counts, and then once more: it must still be the same.

        Raises ReadingStopped, ControlAbsent, or Playwright's Error if the page goes away.
        """
        signature, since, checked, moved = "", time.monotonic(), time.monotonic(), True
        moment = _NEXT_LOOK
        await self.changes.watch()
        while True:
            try:
                scan = await self.scanner.scan_if_changed()
                if scan.signature != signature:
                    signature, since = scan.signature, time.monotonic()
                if time.monotonic() - checked >= (_CHECK_EVERY if moved else _CHECK_CALM):
                    await self.obstacles.raise_if_blocked()
                    moved = await self.obstacles.dismiss_banner()
                    checked = time.monotonic()
                if await self._can_bring_on(scan, since):
                    since = time.monotonic()
                now = await self._observe(scan, since)
                moment = _seconds_to_next_look(now)
                if (reading := await self._find_reading(scan, now)) is not None:
                    return reading
                if await self._has_looked_around(now):
                    since = time.monotonic()
            except Error as error:
                if not is_transient(error):
                    raise
                since, moment = time.monotonic(), _NEXT_LOOK
            except (ReadingStopped, ControlAbsent):
                # an obstacle explains more than what it hides
                await self.obstacles.raise_if_blocked()
                raise
            moved |= await self.changes.wait(moment)

    async def explain_absence(self) -> ReadingStopped:
        """Return the stop that says what is there in the place of the setting."""
        if self._take_plan().contradicts:
            return ReadingStopped(
                Reason.LAYOUT_CHANGED,
                "the panel lacks the setting, and the page and its data contradict one another on"
                " whether the plan has it",
            )
        names = (await self.scanner.scan()).names
        seen = f"switches there: {describe_names(names, self.site)}"
        if not names:
            seen = "there is no switch at all"
        return ReadingStopped(
            Reason.LAYOUT_CHANGED,
            f"the setting is not on the panel where it was documented; {seen}",
        )

    async def _find_reading(self, scan: PanelScan, now: Observation) -> Reading | None:
        """Return the reading if it counts and is seen twice; raise if there will be none.

        Nothing is answered by a scan that was spared: the next one is whole.
        """
        if scan.is_reused and seconds_to_outcome(now) <= 0:
            self.scanner.forget_scan()
            return None
        reading = judge_observation(now)
        if reading is None or not await self._is_confirmed(scan, reading):
            return None
        await self._take_picture(scan)
        return reading

    async def _observe(self, scan: PanelScan, since: float) -> Observation:
        witness, changed = (
            self.network.take_witness(),
            max(since, self.network.requests.last_activity),
        )
        is_idle = self.network.idle and not self.network.interference.awaits_asset
        quiet_since = changed if is_idle else time.monotonic()
        seconds_idle = time.monotonic() - quiet_since
        absent = scan.control is None and seconds_idle >= QUIET_SECONDS
        plan = self._take_plan() if absent else PlanWitness()
        return Observation(
            scan=scan,
            network=witness,
            seconds_idle=seconds_idle,
            seconds_unchanged=time.monotonic() - changed,
            seconds_uncorrected=time.monotonic() - max(since, witness.last_source_activity),
            seconds_same_element=await self._seconds_same_element(
                scan, may_be_proved=witness.asked_after_opening
            ),
            plan_proved_by_data=plan.proved_by_data,
            plan_without_setting=plan.commercial is True
            and not await shows_foreign_frame(self.tab.page, self.base_url),
            panel_loaded=absent and await self.obstacles.panel_is_loaded(),
            panel_loading=absent and (scan.loading or await self.obstacles.panel_is_loading()),
        )

    def _take_plan(self) -> PlanWitness:
        """Return what the page and its data say of the active organisation's plan."""
        return judge_plan(self.site, self.shown_plan, self.network.memberships.answers)

    async def _seconds_same_element(self, scan: PanelScan, *, may_be_proved: bool) -> float:
        """Return for how long the very element has been there; asked for an off alone."""
        if scan.control is None or scan.state is not State.OFF or not may_be_proved:
            return math.inf
        if self._pinned is None or not await self._pinned.is_there():
            self._pinned = await pin_control(scan.control)
        return time.monotonic() - self._pinned.since

    async def _can_bring_on(self, scan: PanelScan, since: float) -> bool:
        """Return whether something was done that may bring a setting which has not come."""
        is_late = scan.control is None and time.monotonic() - since >= SECONDS_TO_COME
        has_scrolled = await self._can_scroll_on(scan, since)
        return has_scrolled or (is_late and await self.motion.allow())

    async def _can_scroll_on(self, scan: PanelScan, since: float) -> bool:
        """Scroll a panel on that lacks the setting, as it may draw rows only in view.

        Returns whether it moved; to the end it is scrolled once.
        """
        is_there = scan.control is not None or scan.reason is not None
        if is_there or not self._scrolls_left or time.monotonic() - since < _SCROLL_AFTER:
            return False
        moved = await self.scanner.scroll_on()
        self._scrolls_left = self._scrolls_left - 1 if moved else 0
        return moved

    async def _has_looked_around(self, now: Observation) -> bool:
        """Look around as a person would, once, where the page alone may have to be believed."""
        if self._looked_around:
            return False
        may_be_seen = now.scan.control is None or now.scan.state is State.OFF
        if not may_be_seen or now.network.asked_after_opening:
            return False
        if now.seconds_idle < _LOOK_AFTER:
            return False
        self._looked_around = True
        control = now.scan.control
        await look_around(self.tab.page, None if control is None else control.elements[0].locator)
        return True

    async def _is_confirmed(self, scan: PanelScan, reading: Reading) -> bool:
        """Return whether a second scan is the same and, where needed, nothing speaks against it."""
        # In one go, as neither tells the other anything: a round trip less before the answer.
        is_same, is_hit = await asyncio.gather(
            self._is_seen_again(scan), self._is_hit(scan, reading)
        )
        if not is_same:
            return False
        if not is_hit:
            await self._wait_for_free_sight(
                "a click would not hit the switch: something lies over it, or it cannot be seen"
            )
            return False
        is_proved_off = reading.state is State.OFF and reading.evidence is Evidence.PROVED
        if is_proved_off and not await self._is_uncovered(scan):
            return False
        return not reading.needs_second_load or await self._is_corroborated(scan, reading)

    async def _is_seen_again(self, scan: PanelScan) -> bool:
        """Return whether a second scan is the same; raise ReadingStopped if an obstacle came."""
        signature, _ = await asyncio.gather(
            self.scanner.signature(), self.obstacles.raise_if_blocked()
        )
        return signature == scan.signature

    async def _is_hit(self, scan: PanelScan, reading: Reading) -> bool:
        """Return whether a click would hit the control, where there is one to give an answer by."""
        if scan.control is None or not reading.state.settled:
            return True
        return await self.scanner.is_hit(scan.control)

    async def _is_uncovered(self, scan: PanelScan) -> bool:
        """Return whether the control is to be seen, and nothing is painted over its row.

        Raises ReadingStopped if something always is.
        """
        assert scan.control is not None  # noqa: S101 - the caller has looked
        row = await self.scanner.describe_row(scan.control)
        if row is None:
            return False
        try:
            covered = await is_painted_over(await self.tab.cdp, row.box)
        except Error as error:
            if "Protocol error" not in error.message:
                raise
            return False  # a node was taken out of the page while it was asked about
        if covered:
            await self._wait_for_free_sight("something is painted over the switch's row")
        return not covered

    async def _wait_for_free_sight(self, detail: str) -> None:
        """Refuse a banner that may lie over the control; raise ReadingStopped when it took long."""
        now = time.monotonic()
        self._unhit_since = self._unhit_since or now
        if now - self._unhit_since >= QUIET_SECONDS:
            raise ReadingStopped(Reason.LAYOUT_CHANGED, detail)
        await self.obstacles.dismiss_banner()

    async def _is_corroborated(self, scan: PanelScan, reading: Reading) -> bool:
        """Return whether the page alone may be believed; false if that is too early to say.

        Raises ReadingStopped if it may not.
        """
        interference = await self.network.interference.take()
        unchanged = time.monotonic() - self.network.requests.last_activity
        if interference.under_way and unchanged < _UNDER_WAY_SECONDS:
            return False
        look = CorroborationLook(
            self.scanner,
            await self.tab.cdp,
            self.base_url,
            account_names(self.shown_plan, self.network.memberships.answers),
            self.older_copies,
        )
        grounds = await look.gather_grounds(scan, reading, interference)
        if grounds is None:
            return False
        if lack := find_lack(grounds):
            detail = describe_uncorroborated(reading, lack)
            raise ReadingStopped(Reason.UNCORROBORATED, detail)
        return True

    async def _take_picture(self, scan: PanelScan) -> None:
        """Keep a picture of the row that was read, if it can be had in a moment."""
        if scan.control is None or not self.wants_picture:
            return
        with suppress(Error, TimeoutError):
            async with asyncio.timeout(_PICTURE_SECONDS):
                row = await self.scanner.describe_row(scan.control)
                if row is not None:
                    cdp = await self.tab.cdp
                    self.picture = await take_row_picture(cdp, row, self.site)


def _seconds_to_next_look(now: Observation) -> float:
    """Return how long a page may go unlooked at, where nothing changes that can be seen."""
    longest = _NEXT_LOOK
    if now.seconds_unchanged >= _CALM:  # a setting that is not there may have to be brought on
        longest = _NEXT_LOOK_ABSENT if now.scan.control is None else _NEXT_LOOK_CALM
    return min(longest, max(seconds_to_outcome(now), _SHORTEST_WAIT))
