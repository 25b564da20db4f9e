"""One visit: a fresh page, walked to the setting, read, perhaps pressed once, and closed again."""

from __future__ import annotations

import asyncio
import math
import time
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    suppress,
)
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from playwright.async_api import BrowserContext, Error, Page

from auditor.browser.await_choice import wait_for_choice
from auditor.browser.click.change import Change
from auditor.browser.control.corroboration import describe_uncorroborated, find_lack
from auditor.browser.control.observation import QUIET_SECONDS, Observation
from auditor.browser.control.outcomes import ControlAbsent
from auditor.browser.control.painted_over import is_painted_over
from auditor.browser.control.pinned import PinnedControl, pin_control
from auditor.browser.control.scanner import PanelScanner
from auditor.browser.control.settle import judge_observation
from auditor.browser.corroborate import CorroborationLook
from auditor.browser.engine.failures import CREDENTIALS_ASKED, is_transient, translate_error
from auditor.browser.engine.hung import find_hung
from auditor.browser.network.monitor import NetworkMonitor
from auditor.browser.network.tab import Tab, TabOpener
from auditor.browser.path.frames import shows_foreign_frame
from auditor.browser.path.motion import SECONDS_TO_COME, Motion
from auditor.browser.path.obstacles import ObstacleDetector
from auditor.browser.path.plan import PlanWitness, ShownPlan, account_names, judge_plan
from auditor.browser.path.presence import look_around
from auditor.browser.path.translated import explain_translation
from auditor.browser.path.walk import (
    OnStep,
    StepNotFound,
    Walker,
    organisation_name,
    stopped_at_step,
    wait_for_change,
)
from auditor.browser.row_picture import take_row_picture
from auditor.browser.snapshot import describe_names, mask_snapshot
from auditor.core.finding import (
    Evidence,
    PressResult,
    Reading,
    ReadingStopped,
    Reason,
    Route,
    State,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from auditor.browser.control.anchors import PanelScan
    from auditor.browser.engine.interception import Interception
    from auditor.browser.row_picture import RowPicture
    from auditor.core.audit import TellLeft
    from auditor.core.base_url import BaseUrl
    from auditor.core.clock import Clock
    from auditor.core.finding import PersonsAnswer
    from auditor.flow import Flow

_SERVER_FAULT = 500
_TOO_MANY = 429
_CLIENT_FAULT = 400
_UNAUTHORIZED = 401
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


@dataclass(frozen=True, slots=True)
class VisitPlan:
    """What a visit is for: which flow, where, and what is wanted.

    `state` is the browser state of a session, and `recognise` tells whether e-mail and
    organisation, as the page shows them, are those that signed in; both are nothing where nobody in
    particular is looked at.
    """

    flow: Flow
    base_url: BaseUrl
    wanted: State
    state: dict[str, Any] | None = field(default=None, repr=False)
    recognise: Callable[[str | None, str | None], bool] | None = None
    wants_picture: bool = False
    """A picture of the row is taken as it is read."""


@dataclass(slots=True)
class PageVisit:
    """A page on an account; `read` walks and reads it, `press` clicks the control that was read."""

    plan: VisitPlan
    tabs: TabOpener
    tab: Tab
    network: NetworkMonitor
    clock: Clock
    ticked: OnStep
    obstacles: ObstacleDetector = field(init=False)
    scanner: PanelScanner = field(init=False)
    walker: Walker = field(init=False)
    motion: Motion = field(init=False)
    organisation: str | None = None
    shown_plan: ShownPlan | None = None
    warnings: list[str] = field(default_factory=list)
    snapshot: str = ""
    keep: bool = False
    """Keep a masked snapshot of the page."""
    picture: RowPicture | None = None
    """The row as it was read, where that was asked for and could be had."""
    _change: Change = field(init=False)
    _scrolls_left: int = _SCROLLS_AT_MOST
    _looked_around: bool = False
    _unhit_since: float = 0.0
    _pinned: PinnedControl | None = None

    def __post_init__(self) -> None:
        self._use_tab(self.tab)

    async def end(self) -> None:
        """Let the page send nothing more; in a browser that is not ours, close its tab."""
        await (
            self.tab.disable_scripts() if self.tabs.attached_viewport is None else self.tab.close()
        )

    @property
    def flow(self) -> Flow:
        """The flow that is followed."""
        return self.plan.flow

    @property
    def page(self) -> Page:
        """The page that is looked at."""
        return self.tab.page

    def _use_tab(self, tab: Tab) -> None:
        self.tab = tab
        self.obstacles = ObstacleDetector(
            self.page, self.flow.about, self.plan.base_url, self.network
        )
        self.motion = Motion(self.page, is_allowed=self.tabs.attached_viewport is not None)
        self.scanner = PanelScanner(self.page, self.flow.about, self.plan.base_url)
        self.walker = Walker(
            self.page,
            self.flow,
            self.obstacles,
            self.clock,
            self.ticked,
            self.motion,
            note_identity=self.plan.recognise is not None,
        )
        self._change = Change(self.obstacles, self.scanner, self.clock, self.plan.wanted)

    async def read(self) -> Reading:
        """Walk to the setting and read it; whatever happens becomes a reading, in time."""
        route = Route.DOCUMENTED
        try:
            async with asyncio.timeout(self.clock.left):
                reading, route = await self._walk_and_read()
            self.ticked(len(self.flow.steps))
        except ReadingStopped as stop:
            reading = await explain_translation(self.page, stop.reading)
        except TimeoutError:
            reading = (await self._explain_timeout()).reading
        except Error as error:
            reading = translate_error(error).reading
        self._change.before = reading.state
        if self.keep:
            await self._take_snapshot()
        whose = self.organisation or self.walker.organisation
        return replace(reading, route=route, organisation=whose, warnings=tuple(self.warnings))

    async def identify_account(self) -> tuple[str | None, str | None]:
        """Return the e-mail address and the organisation that the menu shows.

        That the menu is there proves that somebody is signed in. Raises ReadingStopped, or Error.
        """
        async with asyncio.timeout(self.clock.left):
            await self._open_path(self.flow.start)
            try:
                await self.walker.walk_to_menu()
            except StepNotFound as missing:
                raise self._stopped_at_step(missing) from None
        return self.walker.email, organisation_name(self.walker.organisation_text)

    def _stopped_at_step(self, missing: StepNotFound) -> ReadingStopped:
        return stopped_at_step(missing, self.network.interference.describe_wishes())

    async def rehearse(self) -> str | None:
        """Return what would keep a click from the control, if anything; clicks nothing."""
        obstacle = await self._change.rehearse()
        if obstacle is not None and await self._dismiss_late_banner():
            return await self._change.rehearse()
        return obstacle

    async def press(self) -> PressResult | None:
        """Click once and wait for the page's own save; returns None if nothing was clicked."""
        said = await self._change.press()
        if said is None and not self.pressed and await self._dismiss_late_banner():
            return await self._change.press()
        return said

    async def _dismiss_late_banner(self) -> bool:
        """Refuse a banner that came after the reading, over what is to be clicked."""
        try:
            return await self.obstacles.dismiss_banner()
        except Error:  # what is wrong with the page is told by the click itself
            return False

    async def wait_for_choice(self, minutes: float, tell_left: TellLeft) -> PersonsAnswer:
        """Wait for the person to answer the notice in this page; presses nothing."""
        return await wait_for_choice(self.tab, self.network, self.obstacles, minutes, tell_left)

    @property
    def pressed(self) -> bool:
        """Whether a click was made, or is being made."""
        return self._change.pressed

    async def _take_snapshot(self) -> None:
        """Keep a masked accessibility snapshot of the page, if it can be had in a moment."""
        with suppress(Error, TimeoutError):
            async with asyncio.timeout(QUIET_SECONDS):
                self.snapshot = mask_snapshot(
                    await self.page.locator("body").aria_snapshot(), self.flow.about
                )

    async def _take_picture(self, scan: PanelScan) -> None:
        """Keep a picture of the row that was read, if it can be had in a moment."""
        if scan.control is None or not self.plan.wants_picture:
            return
        with suppress(Error, TimeoutError):
            async with asyncio.timeout(_PICTURE_SECONDS):
                row = await self.scanner.describe_row(scan.control)
                if row is not None:
                    cdp = await self.tab.cdp
                    self.picture = await take_row_picture(cdp, row, self.flow.about)

    async def _walk_and_read(self) -> tuple[Reading, Route]:
        await self._open_path(self.flow.start)
        try:
            await self.walker.walk()
            self._raise_if_wrong_account()
            return await self._read_when_settled(), Route.DOCUMENTED
        except StepNotFound as missing:
            return await self._read_by_shortcut(self._stopped_at_step(missing)), Route.SHORTCUT
        except ControlAbsent:
            return await self._read_by_shortcut(await self._explain_absence()), Route.SHORTCUT

    async def _read_by_shortcut(self, failed: ReadingStopped) -> Reading:
        """Read by the direct address; raise what failed before it if that fails too."""
        if self.flow.shortcut is None or self.clock.over:
            raise failed
        if self.plan.recognise is not None and self.walker.email is None:
            raise failed  # the menu was not reached, so it is not known whose page this is
        self._raise_if_wrong_account()
        self.organisation, self.shown_plan = self.walker.organisation, self.walker.shown_plan
        await self.tab.close()
        self.network.forget_page()
        self._use_tab(await self.tabs.open())
        self.network.note_panel_opening()
        await self._open_path(self.flow.shortcut)
        try:
            reading = await self._read_when_settled()
        except ControlAbsent:
            raise failed from None
        self.warnings.append(
            f"The documented path failed: {failed.detail}. The direct address was used instead."
        )
        return reading

    def _raise_if_wrong_account(self) -> None:
        """Raise ReadingStopped if another account is shown than the one that signed in."""
        recognise = self.plan.recognise
        if recognise is not None and not recognise(
            self.walker.email, organisation_name(self.walker.organisation_text)
        ):
            raise ReadingStopped(
                Reason.WRONG_ACCOUNT,
                "Another account or organisation is active than the one that signed in",
            )

    async def _open_path(self, path: str) -> None:
        response = await self.page.goto(
            self.plan.base_url.url(path),
            wait_until="commit",
            timeout=self.clock.ms(self.clock.left),
        )
        status = response.status if response else 200
        if status == _UNAUTHORIZED and response and "www-authenticate" in response.headers:
            # Chromium with a window would ask for them; its headless shell shows an empty page.
            raise ReadingStopped(Reason.SIGNED_OUT, CREDENTIALS_ASKED)
        if status >= _CLIENT_FAULT:
            with suppress(Error):
                await self.page.wait_for_load_state(
                    "domcontentloaded", timeout=self.clock.ms(QUIET_SECONDS)
                )
            await self.obstacles.raise_if_blocked()
            if status >= _SERVER_FAULT or status == _TOO_MANY:
                raise ReadingStopped(Reason.NOT_LOADED, f"the site answered with {status}")
            self.warnings.append(f"The site answered {path} with {status}: is the address right?")

    async def _read_when_settled(self) -> Reading:
        """Scan until the reading counts, and then once more: it must still be the same."""
        signature, since, checked, moved = "", time.monotonic(), time.monotonic(), True
        while True:
            try:
                scan = await self.scanner.scan()
                if scan.signature != signature:
                    signature, since = scan.signature, time.monotonic()
                if time.monotonic() - checked >= (_CHECK_EVERY if moved else _CHECK_CALM):
                    await self.obstacles.raise_if_blocked()
                    moved = await self.obstacles.dismiss_banner()
                    checked = time.monotonic()
                if await self._can_bring_on(scan, since):
                    since = time.monotonic()
                now = await self._observe(scan, since)
                reading = judge_observation(now)
                if reading is None and await self._has_looked_around(now):
                    since = time.monotonic()
                if reading is not None and await self._is_confirmed(scan, reading):
                    await self._take_picture(scan)
                    return reading
            except Error as error:
                if not is_transient(error):
                    raise
                since = time.monotonic()
            except (ReadingStopped, ControlAbsent):
                # an obstacle explains more than what it hides
                await self.obstacles.raise_if_blocked()
                raise
            moved |= await wait_for_change(self.page, calm=time.monotonic() - since >= _CALM)

    async def _seconds_same_element(self, scan: PanelScan, *, may_be_proved: bool) -> float:
        """Return for how long the very element has been there; asked for an off alone."""
        if scan.control is None or scan.state is not State.OFF or not may_be_proved:
            return math.inf
        if self._pinned is None or not await self._pinned.is_there():
            self._pinned = await pin_control(scan.control)
        return time.monotonic() - self._pinned.since

    async def _is_seen_again(self, scan: PanelScan) -> bool:
        """Return whether a second scan is the same; raise ReadingStopped if an obstacle came."""
        signature, _ = await asyncio.gather(
            self.scanner.signature(), self.obstacles.raise_if_blocked()
        )
        return signature == scan.signature

    async def _has_looked_around(self, now: Observation) -> bool:
        """Look around as a person would, once, where the page alone may have to be believed."""
        may_be_seen = now.scan.control is None or now.scan.state is State.OFF
        if self._looked_around or not may_be_seen or now.network.asked_after_opening:
            return False
        if now.seconds_idle < _LOOK_AFTER:
            return False
        self._looked_around = True
        control = now.scan.control
        await look_around(self.page, None if control is None else control.elements[0].locator)
        return True

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
            self.plan.base_url,
            account_names(self._shown_plan, self.network.memberships.answers),
            self._older_copies,
        )
        grounds = await look.gather_grounds(scan, reading, interference)
        if grounds is None:
            return False
        if lack := find_lack(grounds):
            detail = describe_uncorroborated(reading, lack)
            raise ReadingStopped(Reason.UNCORROBORATED, detail)
        return True

    @property
    def _older_copies(self) -> str:
        """Where the page may have what it shows from, without asking the site; empty if nowhere."""
        if self.tabs.attached_viewport is not None:
            return "your own browser keeps copies of what the site said before"
        state = self.plan.state or {}
        return "the session brought data of the page along" if state.get("origins") else ""

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
            and not await shows_foreign_frame(self.page, self.plan.base_url),
            panel_loaded=absent and await self.obstacles.panel_is_loaded(),
            panel_loading=absent and (scan.loading or await self.obstacles.panel_is_loading()),
        )

    def _take_plan(self) -> PlanWitness:
        """Return what the page and its data say of the active organisation's plan."""
        return judge_plan(self.flow.about, self._shown_plan, self.network.memberships.answers)

    @property
    def _shown_plan(self) -> ShownPlan:
        return self.walker.shown_plan if self.shown_plan is None else self.shown_plan

    async def _explain_absence(self) -> ReadingStopped:
        if self._take_plan().contradicts:
            return ReadingStopped(
                Reason.LAYOUT_CHANGED,
                "the panel lacks the setting, and the page and its data contradict one another on"
                " whether the plan has it",
            )
        names = (await self.scanner.scan()).names
        seen = f"switches there: {describe_names(names, self.flow.about)}"
        if not names:
            seen = "there is no switch at all"
        return ReadingStopped(
            Reason.LAYOUT_CHANGED,
            f"the setting is not on the panel where it was documented; {seen}",
        )

    async def _explain_timeout(self) -> ReadingStopped:
        """Return what was being waited for when the time was up; a hung page is asked briefly."""
        if (hung := await find_hung(self.page)) is not None:
            return hung
        if not self.page.url.startswith("http"):
            return ReadingStopped(
                Reason.TIMEOUT, f"the site had not answered after {self.clock.said}"
            )
        loading = not self.network.idle
        with suppress(Error, TimeoutError, ReadingStopped):
            async with asyncio.timeout(1):
                await self.obstacles.raise_if_blocked()
                loading = loading or await self.obstacles.panel_is_loading()
        if loading:
            return ReadingStopped(
                Reason.NOT_LOADED, f"the page was still loading after {self.clock.said}"
            )
        return ReadingStopped(Reason.TIMEOUT, f"the page had not settled after {self.clock.said}")


class ContextSource(Protocol):
    """A browser that a visit can get its context from."""

    @property
    def attached_context(self) -> BrowserContext | None:
        """The person's own context, of which only one tab will be the visit's."""

    @property
    def interception(self) -> Interception | None:
        """What holds the requests of a browser of ours."""

    def context(
        self,
        viewport: tuple[int, int],
        state: dict[str, Any] | None = None,
        device: str | None = None,
    ) -> AbstractAsyncContextManager[BrowserContext]:
        """Open a context, perhaps with a session's state, perhaps as on a phone."""


@asynccontextmanager
async def open_visit(
    browser: ContextSource, plan: VisitPlan, clock: Clock, ticked: OnStep, *, keep: bool = False
) -> AsyncIterator[PageVisit]:
    """Open a fresh context and a tab with the guard up, give the visit, and close it again.

    `keep` takes a snapshot. Raises ReadingStopped if the browser was gone before it began.
    """
    async with AsyncExitStack() as stack:
        try:
            async with asyncio.timeout(clock.left):
                context = await stack.enter_async_context(
                    browser.context(plan.flow.viewport, plan.state, plan.flow.device)
                )
                network = NetworkMonitor(plan.flow.about, plan.base_url)
                viewport = None if browser.attached_context is None else plan.flow.viewport
                held = None
                if browser.interception is not None:
                    held = stack.enter_context(browser.interception.asking(network))
                tabs = TabOpener(context, network, viewport, held)
                tab = await tabs.open_first()
        except Error as error:
            raise translate_error(error) from error
        except TimeoutError:
            detail = f"the browser did not open a page within {clock.said}"
            raise ReadingStopped(Reason.BROWSER_FAILED, detail) from None
        visit = PageVisit(plan, tabs, tab, network, clock, ticked, keep=keep)
        stack.push_async_callback(visit.end)
        yield visit
