"""One run: put core and edges together for a request of the command line."""

from __future__ import annotations

import asyncio
import signal
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from auditor.browser.clock import Clock
from auditor.browser.place import Place, place
from auditor.errors import Exit, HumanNeeded, Interrupted, SetupError, UsageError
from auditor.finding import Finding, Subject, exit_code
from auditor.lock import stem
from auditor.request import MARK, Request, Result, Talk

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterator
    from contextlib import AbstractAsyncContextManager

    from auditor.browser.launch import Running, Wish
    from auditor.flow import Flow
    from auditor.report.progress import Progress
    from auditor.turn import Turn

T = TypeVar("T")


def run(request: Request, talk: Talk) -> Result:
    """Carry out a request; raises UsageError, FlowError, SetupError and HumanNeeded before anything is opened."""
    for account in request.accounts:
        stem(account)
    if request.attach is not None:
        _fits(request, request.attach)
    if request.evidence is not None:
        from auditor.report.evidence import writable  # noqa: PLC0415 - only when asked for

        writable(request.evidence)
    places = _places(request)
    live = not all(where.loopback for where in places.values())
    if live:
        _allow(request, talk)
    whole = _Run(request, talk, places, live=live)
    try:
        interruptible(whole.carry_out())
    except Interrupted as error:
        if whole.clicked:
            raise Interrupted(
                f"Interrupted after a click for the account {whole.clicked}; its proof was not read",
                "Run `auditor audit` with the same options to see what the site kept.",
            ) from None
        if not whole.findings:
            raise
        return Result(whole.in_order(), Exit.INTERRUPTED, error)
    return whole.result()


def interruptible(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end; Ctrl-C and SIGTERM end it in good order and raise Interrupted."""

    async def guarded() -> T:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        loop.set_exception_handler(_quiet)
        if task is not None and threading.current_thread() is threading.main_thread():
            stop = _once(task.cancel)
            for name in ("SIGINT", "SIGTERM", "SIGHUP"):
                with suppress(NotImplementedError, AttributeError):  # Windows knows none of it; there, SIGINT raises
                    loop.add_signal_handler(getattr(signal, name), stop)
        return await work

    try:
        with _same_signals():
            return asyncio.run(guarded())
    except (asyncio.CancelledError, KeyboardInterrupt):
        raise Interrupted("Interrupted. Nothing is left running") from None


@contextmanager
def _same_signals() -> Iterator[None]:
    """Let signals mean afterwards what they meant before: a loop that ends leaves them as the system has them."""
    before = {}
    if threading.current_thread() is threading.main_thread():
        before = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def _once(act: Callable[[], object]) -> Callable[[], None]:
    """Act at the first call only: whoever presses Ctrl-C again must not break off what clears up."""
    calls = iter((act,))

    def call() -> None:
        next(calls, _nothing)()

    return call


def _nothing() -> None:
    """Stand in where nothing is to be done."""


def _places(request: Request) -> dict[str, Place]:
    """Say where each account is looked at, in the order asked for; `{account}` in the base URL stands for its name."""
    base = request.base_url
    if base is None:
        from auditor.flow import load  # noqa: PLC0415 - pydantic

        base = load(request.flow).about.origin
    accounts = request.accounts
    if request.everyone:
        from auditor.entrance import everyone  # noqa: PLC0415 - only when asked for

        accounts = everyone(place(base.replace(MARK, "all")).origin)
    return {account: place(base.replace(MARK, account)) for account in accounts}


def _fits(request: Request, attach: str) -> None:
    """Raise UsageError unless everything else asked for goes with working in the person's own browser."""
    from auditor.browser.attach import checked  # noqa: PLC0415 - Playwright, the slow import

    checked(attach)
    if request.everyone or len(request.accounts) > 1:
        raise UsageError("`--attach` looks at one account: the one signed in there", "Name one account, or none.")
    if request.ephemeral or request.browser is not None or request.headed is not None:
        message = "`--attach` takes a browser as it is, so it goes without --ephemeral, --browser, --headed, --headless"
        raise UsageError(message, "Leave them out.")


def _allow(request: Request, talk: Talk) -> None:
    """Make sure that a live run is one the person wants: with a window to be seen, and after having agreed."""
    if request.headed is False:
        message = "A live account is only looked at in a window that you can see"
        raise UsageError(message, "Leave --headless out; it is for addresses of this machine.")
    talk.agree()


@dataclass(slots=True)
class _Run:
    """A run over its accounts: one at a time where they are live, some at a time on this very machine."""

    request: Request
    talk: Talk
    places: dict[str, Place]
    live: bool
    flow: Flow | None = None
    findings: dict[str, Finding] = field(default_factory=dict)
    error: SetupError | None = None
    unasked: HumanNeeded | None = None
    clicked: str | None = None
    bug: Exception | None = None

    async def carry_out(self) -> None:
        """Look at every account; a browser that ends in between is started again for those still to come."""
        from auditor.browser.launch import Wish  # noqa: PLC0415 - Playwright, the slow import

        headed = self.live if self.request.headed is None else self.request.headed
        wish = Wish(self.request.browser, headed=headed, provide=self.request.provide)
        todo = list(self.places)
        while todo:
            try:
                await self._round(todo, wish)
            except SetupError as error:
                self._give_up(error)
            left = [account for account in self.places if account not in self.findings]
            if left and (self.live or self.request.attach):
                self._give_up(SetupError("The browser's window was closed", "Run this again for the accounts left."))
            elif left == todo:
                self._give_up(SetupError("The browser ends as soon as it is started", "See `auditor doctor`."))
            todo = [account for account in left if account not in self.findings]

    def in_order(self) -> tuple[Finding, ...]:
        """Give the findings so far, in the order asked for."""
        return tuple(self.findings[account] for account in self.places if account in self.findings)

    def result(self) -> Result:
        """Give what a run that came to its end says."""
        findings = self.in_order()
        if self.bug is not None:
            return Result(findings, Exit.BUG, bug=self.bug)
        if self.error is not None:
            return Result(findings, Exit.SETUP, self.error)
        code = exit_code(findings)
        if self.unasked is not None and code is Exit.EXPOSED:
            code = Exit.HUMAN
        return Result(findings, code, self.unasked)

    async def _round(self, todo: list[str], wish: Wish) -> None:
        async def meanwhile() -> None:
            self.flow = await asyncio.to_thread(_prepare, self.request.flow)

        room = asyncio.Semaphore(1 if self.live or self.request.ephemeral else self.request.jobs)
        async with self._browser(wish, meanwhile) as running:
            turns = [asyncio.create_task(self._one(account, running, room)) for account in todo]
            try:
                await asyncio.gather(*turns)
            finally:
                for turn in turns:
                    turn.cancel()
                await asyncio.gather(*turns, return_exceptions=True)

    def _browser(self, wish: Wish, meanwhile: Callable[[], Awaitable[None]]) -> AbstractAsyncContextManager[Running]:
        """Give the browser to work in: one started for this run, or the person's own."""
        if self.request.attach is not None:
            from auditor.browser.attach import attached  # noqa: PLC0415 - only when asked for

            return attached(self.request.attach, self.talk.say, meanwhile)
        from auditor.browser.launch import started  # noqa: PLC0415

        return started(wish, self.talk.say, meanwhile)

    async def _one(self, account: str, running: Running, room: asyncio.Semaphore) -> None:
        from auditor.turn import Turn, not_started  # noqa: PLC0415

        async with room:
            if not running.browser.is_connected():
                return  # its turn comes with the next browser
            assert self.flow is not None  # noqa: S101 - set while the browser started
            turn = Turn(
                self.request, self.talk, self._progress(), self.places[account], self.flow, running, account,
                Clock(self.request.timeout), title=f"{account}: " if len(self.places) > 1 else "",
            )  # fmt: skip
            try:
                self._note(turn, await turn.carry_out())
            except asyncio.CancelledError:
                self.clicked = account if turn.clicked else self.clicked
                raise
            except Exception as error:  # noqa: BLE001 - a bug in one account's turn hides no other's finding
                self.bug = self.bug or error
                self._note(turn, not_started(turn.subject, SetupError("A bug in auditor ended this account's turn")))

    def _progress(self) -> Progress:
        """Give the live path to one account at a time; where several are under way, only their ends are told."""
        from auditor.report.progress import Silent  # noqa: PLC0415

        return Silent() if self.request.jobs > 1 and len(self.places) > 1 else self.talk.progress

    def _note(self, turn: Turn, found: Finding) -> None:
        self.findings[turn.account] = found
        self.unasked, self.error = self.unasked or turn.refused, self.error or turn.failed
        if len(self.places) > 1:
            self.talk.say(f"{len(self.findings)}/{len(self.places)} {turn.account}: {found.message}")

    def _give_up(self, error: SetupError) -> None:
        from auditor.turn import not_started  # noqa: PLC0415

        name = self.flow.id if self.flow else self.request.flow
        self.error = self.error or error
        for account, where in self.places.items():
            if account not in self.findings:
                subject = Subject(account=account, flow=name, origin=where.origin, wanted=self.request.wanted)
                self.findings[account] = not_started(subject, error)


def _prepare(name: str) -> Flow:
    """Load the flow and what reading needs, while the driver starts."""
    import auditor.audit  # noqa: PLC0415
    import auditor.browser.visit  # noqa: PLC0415 - imported here so that it costs no time later
    import auditor.report.document  # noqa: PLC0415
    import auditor.turn  # noqa: PLC0415, F401
    from auditor.flow import load  # noqa: PLC0415 - pydantic

    return load(name)


def _quiet(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Drop what late answers of a closed browser would print; everything else goes the usual way."""
    error = context.get("exception")
    if type(error).__module__.startswith("playwright") or str(error).startswith("Connection closed"):
        return
    loop.default_exception_handler(context)
