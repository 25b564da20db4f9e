"""One visit: a fresh context and page, walked to the setting, read, perhaps pressed once, and closed again."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from playwright.async_api import BrowserContext, Error, Page

from auditor.browser.change import Change
from auditor.browser.failures import as_stop, passing
from auditor.browser.frames import foreign_frame
from auditor.browser.obstacles import Lookout
from auditor.browser.settle import STILL, Absent, Now, decide
from auditor.browser.snapshot import masked
from auditor.browser.stop import Stop
from auditor.browser.survey import Surveyor
from auditor.browser.tab import Tab, Tabs
from auditor.browser.traffic import Traffic
from auditor.browser.walk import Missing, Ticked, Walker, changed, missing_as_stop, named
from auditor.finding import Reading, Reason, Route, State
from auditor.text import bare

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from auditor.browser.anchors import Sample
    from auditor.browser.clock import Clock
    from auditor.browser.launch import Running
    from auditor.browser.place import Place
    from auditor.flow import Flow

_SERVER_FAULT = 500
_TOO_MANY = 429
_CLIENT_FAULT = 400
_CHECK_EVERY = 0.7  # seconds between two looks for obstacles while the page changes and a reading is not there yet
_CHECK_CALM = 3.0  # the same while the page does not change, as far as can be seen from outside its shadow roots
_CALM = 1.0  # seconds without any change after which a page is calm


@dataclass(frozen=True, slots=True)
class Errand:
    """What a visit is for: which flow, where, and what is wanted.

    `state` is the browser state of a session, and `recognise` tells whether e-mail and organisation, as the page shows
    them, are those that signed in; both are nothing where nobody in particular is looked at.
    """

    flow: Flow
    place: Place
    wanted: State
    state: dict[str, Any] | None = field(default=None, repr=False)
    recognise: Callable[[str | None, str | None], bool] | None = None


@dataclass(slots=True)
class PageVisit:
    """A page on an account; `read` walks and reads it, `press` clicks the control that was read."""

    errand: Errand
    tabs: Tabs
    tab: Tab
    traffic: Traffic
    clock: Clock
    ticked: Ticked
    lookout: Lookout = field(init=False)
    surveyor: Surveyor = field(init=False)
    walker: Walker = field(init=False)
    organisation: str | None = None
    warnings: list[str] = field(default_factory=list)
    snapshot: str = ""
    keep: bool = False
    _change: Change = field(init=False)

    def __post_init__(self) -> None:
        self._look_at(self.tab)

    async def end(self) -> None:
        """Let the page say nothing more, so that it can be closed; in a browser that is not ours, close it."""
        await (self.tab.end() if self.tabs.guest is None else self.tab.close())

    @property
    def flow(self) -> Flow:
        """The flow that is followed."""
        return self.errand.flow

    @property
    def page(self) -> Page:
        """The page that is looked at."""
        return self.tab.page

    def _look_at(self, tab: Tab) -> None:
        self.tab = tab
        self.lookout = Lookout(self.page, self.flow.about, self.errand.place, self.traffic)
        self.surveyor = Surveyor(self.page, self.flow.about, self.errand.place)
        self.walker = Walker(
            self.page, self.flow, self.lookout, self.clock, self.ticked, whose=self.errand.recognise is not None
        )
        self._change = Change(self.lookout, self.surveyor, self.clock, self.errand.wanted)

    async def read(self) -> Reading:
        """Walk to the setting and read it; whatever happens becomes a reading, within the time given."""
        route = Route.DOCUMENTED
        try:
            async with asyncio.timeout(self.clock.left):
                reading, route = await self._reading()
            self.ticked(len(self.flow.steps))
        except Stop as stop:
            reading = _unread(stop)
        except TimeoutError:
            reading = _unread(await self._out_of_time())
        except Error as error:
            reading = _unread(as_stop(error))
        self._change.before = reading.state
        if self.keep:
            await self._photograph()
        whose = self.organisation or self.walker.organisation
        return replace(reading, route=route, organisation=whose, warnings=tuple(self.warnings))

    async def who(self) -> tuple[str | None, str | None]:
        """Open the menu and give the e-mail address and the organisation that it shows; raises Stop, or Error.

        That the menu is there is the positive sign of being signed in.
        """
        async with asyncio.timeout(self.clock.left):
            await self._go(self.flow.start)
            try:
                await self.walker.meet()
            except Missing as missing:
                raise missing_as_stop(missing) from None
        return self.walker.email, named(self.walker.whole)

    async def rehearse(self) -> str | None:
        """Check that the click would reach the control; gives what is in the way, or nothing."""
        return await self._change.rehearse()

    async def press(self) -> str | None:
        """Click once and wait for the page's own save; gives None if nothing was clicked."""
        return await self._change.press()

    @property
    def pressed(self) -> bool:
        """Whether a click was made, or is being made."""
        return self._change.pressed

    async def _photograph(self) -> None:
        """Keep a masked accessibility snapshot of the page as it stands; never more than a moment."""
        with suppress(Error, TimeoutError):
            async with asyncio.timeout(STILL):
                self.snapshot = masked(await self.page.locator("body").aria_snapshot(), self.flow.about)

    async def _reading(self) -> tuple[Reading, Route]:
        await self._go(self.flow.start)
        try:
            await self.walker.walk()
            self._is_right()
            return await self._settled(), Route.DOCUMENTED
        except Missing as missing:
            return await self._by_shortcut(missing_as_stop(missing)), Route.SHORTCUT
        except Absent:
            return await self._by_shortcut(await self._absent()), Route.SHORTCUT

    async def _by_shortcut(self, failed: Stop) -> Reading:
        """Try the direct address; if that does not help either, say what failed on the documented path."""
        if self.flow.shortcut is None or self.clock.over:
            raise failed
        if self.errand.recognise is not None and self.walker.email is None:
            raise failed  # the menu was not reached, so it is not known whose page this is
        self._is_right()
        self.organisation = self.walker.organisation
        await self.tab.close()
        self.traffic.begin_again()
        self._look_at(await self.tabs.open())
        self.traffic.opening()
        await self._go(self.flow.shortcut)
        try:
            reading = await self._settled()
        except Absent:
            raise failed from None
        self.warnings.append(f"The documented path failed: {failed.detail}. The direct address was used instead.")
        return reading

    def _is_right(self) -> None:
        """Raise Stop unless the page showed the account that signed in; where none did, any is right."""
        recognise = self.errand.recognise
        if recognise is not None and not recognise(self.walker.email, named(self.walker.whole)):
            raise Stop(Reason.WRONG_ACCOUNT, "Another account or organisation is active than the one that signed in")

    async def _go(self, path: str) -> None:
        response = await self.page.goto(
            self.errand.place.url(path), wait_until="commit", timeout=self.clock.ms(self.clock.left)
        )
        status = response.status if response else 200
        if status >= _CLIENT_FAULT:
            with suppress(Error):
                await self.page.wait_for_load_state("domcontentloaded", timeout=self.clock.ms(STILL))
            await self.lookout.check()
            if status >= _SERVER_FAULT or status == _TOO_MANY:
                raise Stop(Reason.NOT_LOADED, f"the site answered with {status}")
            self.warnings.append(f"The site answered {path} with {status}: is the address right?")

    async def _settled(self) -> Reading:
        """Look until the reading counts, and then once more: it must still be the same."""
        signature, since, checked, moved = "", time.monotonic(), time.monotonic(), True
        while True:
            try:
                sample = await self.surveyor.look()
                if sample.signature != signature:
                    signature, since = sample.signature, time.monotonic()
                if time.monotonic() - checked >= (_CHECK_EVERY if moved else _CHECK_CALM):
                    await self.lookout.check()
                    checked, moved = time.monotonic(), False
                reading = decide(await self._now(sample, since))
                if reading is not None and await self._same(sample):
                    return reading
            except Error as error:
                if not passing(error):
                    raise
                since = time.monotonic()
            except (Stop, Absent):
                await self.lookout.check()  # an obstacle explains more than what it hides
                raise
            moved |= await changed(self.page, calm=time.monotonic() - since >= _CALM)

    async def _same(self, sample: Sample) -> bool:
        """Look a second time, and for obstacles: a reading must still be the same, with nothing in front."""
        signature, _ = await asyncio.gather(self.surveyor.signature(), self.lookout.check())
        return signature == sample.signature

    async def _now(self, sample: Sample, since: float) -> Now:
        quiet_since = max(since, self.traffic.last) if self.traffic.idle else time.monotonic()
        still = time.monotonic() - quiet_since
        absent = sample.control is None and still >= STILL
        return Now(
            sample=sample,
            network=self.traffic.value,
            conflict=self.traffic.conflict,
            listening=self.traffic.listening,
            broken=self.traffic.broken,
            final=self.traffic.final,
            fresh=self.traffic.fresh,
            unanswered=self.traffic.unanswered,
            streaming=self.traffic.streaming,
            missed=self.traffic.missed,
            elsewhere=self.traffic.elsewhere,
            calm=time.monotonic() - max(since, self.traffic.last),
            still=still,
            commercial=absent and self._commercial() and not await foreign_frame(self.page, self.errand.place),
            loaded=absent and await self.lookout.loaded(),
            loading=absent and (sample.loading or await self.lookout.loading()),
        )

    def _commercial(self) -> bool:
        """Tell whether the active organisation's plan, shown behind its name, is one without the setting."""
        about = self.flow.about.organisation
        shown = self.organisation or self.walker.organisation
        if about is None or not shown or "·" not in shown:  # without a plan behind it, a name says nothing
            return False
        plan = bare(shown.rsplit("·", 1)[-1])
        return plan in {bare(text) for text in self.flow.about.texts(about.without_choice)}

    async def _absent(self) -> Stop:
        names = (await self.surveyor.look()).names
        seen = f"switches there: {', '.join(names)}" if names else "there is no switch at all"
        return Stop(Reason.LAYOUT_CHANGED, f"the setting is not on the panel where it was documented; {seen}")

    async def _out_of_time(self) -> Stop:
        """Say what was being waited for when the time was up; the page may be hung, so ask briefly."""
        if not self.page.url.startswith("http"):
            return Stop(Reason.TIMEOUT, f"the site had not answered after {self.clock.said}")
        loading = not self.traffic.idle
        with suppress(Error, TimeoutError, Stop):
            async with asyncio.timeout(1):
                await self.lookout.check()
                loading = loading or await self.lookout.loading()
        if loading:
            return Stop(Reason.NOT_LOADED, f"the page was still loading after {self.clock.said}")
        return Stop(Reason.TIMEOUT, f"the page had not settled after {self.clock.said}")


@dataclass(frozen=True, slots=True)
class FailedVisit:
    """Stands in for a visit whose browser was gone before it began."""

    stop: Stop

    async def read(self) -> Reading:
        return _unread(self.stop)

    async def rehearse(self) -> str | None:
        return self.stop.detail

    async def press(self) -> str | None:
        return None


@asynccontextmanager
async def visiting(
    running: Running, errand: Errand, clock: Clock, ticked: Ticked, *, keep: bool = False
) -> AsyncIterator[PageVisit | FailedVisit]:
    """Open a fresh context with the guard up, give the visit, and close it again; `keep` takes a snapshot."""
    async with AsyncExitStack() as stack:
        try:
            context = await stack.enter_async_context(running.context(errand.flow.viewport, errand.state))
        except Error as error:
            yield FailedVisit(as_stop(error))
            return
        own = running.guest is None
        yield await stack.enter_async_context(inside(context, errand, clock, ticked, keep=keep, own=own))


@asynccontextmanager
async def inside(  # noqa: PLR0913 - the last two are switches
    context: BrowserContext, errand: Errand, clock: Clock, ticked: Ticked, *, keep: bool = False, own: bool = True
) -> AsyncIterator[PageVisit | FailedVisit]:
    """Give a visit in a context that is there, with the guard put up first.

    `own` tells that the context is the tool's; else only a tab in it is.
    """
    async with AsyncExitStack() as stack:
        try:
            traffic = Traffic(errand.flow.about, errand.place)
            tabs = Tabs(context, traffic, None if own else errand.flow.viewport)
            tab = await tabs.first()
        except Error as error:
            yield FailedVisit(as_stop(error))
            return
        visit = PageVisit(errand, tabs, tab, traffic, clock, ticked, keep=keep)
        stack.push_async_callback(visit.end)
        yield visit


def _unread(stop: Stop) -> Reading:
    return Reading(reason=stop.reason, detail=stop.detail, hint=stop.hint)
