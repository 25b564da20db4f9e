"""One visit: a fresh page, walked to the setting, read, perhaps pressed once, and closed again."""

from __future__ import annotations

import asyncio
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    suppress,
)
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from playwright.async_api import BrowserContext, Error, Page

from auditor.browser.await_choice import ChoiceWait
from auditor.browser.click.change import Change
from auditor.browser.control.observation import QUIET_SECONDS
from auditor.browser.control.outcomes import ControlAbsent
from auditor.browser.control.scanner import PanelScanner
from auditor.browser.engine.failures import CREDENTIALS_ASKED, translate_error
from auditor.browser.engine.hung import find_hung
from auditor.browser.network.monitor import NetworkMonitor
from auditor.browser.network.persons_choice import PersonsChoice
from auditor.browser.network.tab import Tab, TabOpener
from auditor.browser.path.motion import Motion
from auditor.browser.path.obstacles import ObstacleDetector
from auditor.browser.path.page_changes import PageChanges
from auditor.browser.path.translated import explain_translation
from auditor.browser.path.walk import (
    OnStep,
    StepNotFound,
    Walker,
    organisation_name,
    stopped_at_step,
)
from auditor.browser.reader import PanelReader
from auditor.browser.snapshot import mask_snapshot
from auditor.core.finding import (
    PressResult,
    Reading,
    ReadingStopped,
    Reason,
    Route,
    State,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from auditor.browser.engine.interception import Interception
    from auditor.browser.path.plan import ShownPlan
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
    changes: PageChanges = field(init=False)
    organisation: str | None = None
    warnings: list[str] = field(default_factory=list)
    snapshot: str = ""
    keep: bool = False
    """Keep a masked snapshot of the page."""
    _change: Change = field(init=False)
    _reader: PanelReader | None = None

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
    def picture(self) -> RowPicture | None:
        """The row as it was read, where that was asked for and could be had."""
        return None if self._reader is None else self._reader.picture

    @property
    def page(self) -> Page:
        """The page that is looked at."""
        return self.tab.page

    def _use_tab(self, tab: Tab) -> None:
        self.tab = tab
        self.obstacles = ObstacleDetector(
            self.page, self.flow.about, self.plan.base_url, self.network, self.flow.is_shipped
        )
        self.motion = Motion(self.page, is_allowed=self.tabs.attached_viewport is not None)
        self.scanner = PanelScanner(self.page, self.flow.about, self.plan.base_url)
        self.changes = PageChanges(self.page, tab.cdp)
        self.walker = Walker(
            self.page,
            self.flow,
            self.obstacles,
            self.clock,
            self.ticked,
            self.motion,
            self.changes,
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
        """Wait for the person to make the choice in this page; presses nothing."""
        wanted = self.plan.wanted if self.asks_at_switch else None
        choice = PersonsChoice(self.flow.about, self.plan.base_url, wanted)
        wait = ChoiceWait(self.tab, self.network, self.obstacles, choice)
        return await wait.wait(minutes, tell_left)

    @property
    def asks_at_switch(self) -> bool:
        """Whether no notice asks for the choice: it is made at the setting's own switch."""
        return self._change.before is State.UNDECIDED

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

    async def _walk_and_read(self) -> tuple[Reading, Route]:
        await self._open_path(self.flow.start)
        try:
            await self.walker.walk()
            self._raise_if_wrong_account()
            reader = self._make_reader(self.walker.shown_plan)
            return await reader.read(), Route.DOCUMENTED
        except StepNotFound as missing:
            return await self._read_by_shortcut(self._stopped_at_step(missing)), Route.SHORTCUT
        except ControlAbsent:
            return await self._read_by_shortcut(await reader.explain_absence()), Route.SHORTCUT

    async def _read_by_shortcut(self, failed: ReadingStopped) -> Reading:
        """Read by the direct address; raise what failed before it if that fails too."""
        if self.flow.shortcut is None or self.clock.over:
            raise failed
        if self.plan.recognise is not None and self.walker.email is None:
            raise failed  # the menu was not reached, so it is not known whose page this is
        self._raise_if_wrong_account()
        self.organisation, shown_plan = self.walker.organisation, self.walker.shown_plan
        await self.tab.close()
        self.network.forget_page()
        self._use_tab(await self.tabs.open())
        self.network.note_panel_opening()
        await self._open_path(self.flow.shortcut)
        try:
            reading = await self._make_reader(shown_plan).read()
        except ControlAbsent:
            raise failed from None
        self.warnings.append(
            f"The documented path failed: {failed.detail}. The direct address was used instead."
        )
        return reading

    def _make_reader(self, shown_plan: ShownPlan) -> PanelReader:
        self._reader = PanelReader(
            self.tab,
            self.flow.about,
            self.plan.base_url,
            self.network,
            self.obstacles,
            self.scanner,
            self.motion,
            self.changes,
            shown_plan,
            self._older_copies,
            self.plan.wants_picture,
        )
        return self._reader

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

    @property
    def _older_copies(self) -> str:
        """Where the page may have what it shows from, without asking the site; empty if nowhere."""
        if self.tabs.attached_viewport is not None:
            return "your own browser keeps copies of what the site said before"
        state = self.plan.state or {}
        return "the session brought data of the page along" if state.get("origins") else ""

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
