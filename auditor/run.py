"""One run: put core and edges together for a request of the command line."""

from __future__ import annotations

import asyncio
import re
import signal
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from auditor.browser.clock import Clock
from auditor.browser.place import Place, place
from auditor.errors import Exit, HumanNeeded, Interrupted, SetupError, UsageError
from auditor.finding import Finding, Reading, Reason, State, Subject, exit_code, judge
from auditor.text import clean

if TYPE_CHECKING:
    from auditor.audit import Visit
    from auditor.browser.launch import Running
    from auditor.flow import Flow
    from auditor.report.progress import Progress

T = TypeVar("T")
_ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
Say = Callable[[str], None]
Ask = Callable[[Finding], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked of a run, as the command line says it. `timeout` is in seconds for one account."""

    accounts: tuple[str, ...] = ("default",)
    base_url: str | None = None
    flow: str = "claude/web"
    wanted: State = State.OFF
    timeout: float = 60.0
    headed: bool | None = None
    browser: str | None = None
    evidence: Path | None = None
    history: bool = True
    change: bool = False
    dry_run: bool = False
    provide: bool = False


@dataclass(frozen=True, slots=True)
class Talk:
    """How a run talks to the person: progress, remarks, and the question before a change."""

    progress: Progress
    say: Say
    ask: Ask


@dataclass(frozen=True, slots=True)
class Result:
    """The findings of a run, the exit code that follows, and an error that cut it short, if any."""

    findings: tuple[Finding, ...]
    exit: Exit
    error: SetupError | HumanNeeded | None = None


def run(request: Request, talk: Talk) -> Result:
    """Carry out a request; raises UsageError, FlowError and HumanNeeded before anything is opened."""
    for account in request.accounts:
        if not _ACCOUNT.fullmatch(account):
            hint = "Take 1 to 64 letters, digits, dots, dashes and underscores; a letter or digit comes first."
            raise UsageError("That is no name for an account", hint)
    if request.evidence is not None:
        from auditor.report.evidence import writable  # noqa: PLC0415 - only when asked for

        writable(request.evidence)
    where = place(request.base_url) if request.base_url is not None else None
    if where is None or not where.loopback:
        raise _no_live_yet()
    return interruptible(_run(request, talk, where))


def interruptible(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end; Ctrl-C and SIGTERM end it in good order and raise Interrupted."""

    async def guarded() -> T:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        loop.set_exception_handler(_quiet)
        if task is not None and threading.current_thread() is threading.main_thread():
            for name in ("SIGTERM", "SIGHUP"):
                with suppress(NotImplementedError, AttributeError):  # Windows has neither
                    loop.add_signal_handler(getattr(signal, name), task.cancel)
        return await work

    try:
        return asyncio.run(guarded())
    except (asyncio.CancelledError, KeyboardInterrupt):
        raise Interrupted("Interrupted. Nothing is left running") from None


async def _run(request: Request, talk: Talk, where: Place) -> Result:
    flow: Flow | None = None

    async def meanwhile() -> None:
        nonlocal flow
        flow = await asyncio.to_thread(_prepare, request.flow)

    from auditor.browser.launch import Wish, started  # noqa: PLC0415 - Playwright, the slow import

    wish = Wish(request.browser, headed=request.headed or False, provide=request.provide)
    findings: list[Finding] = []
    unasked: HumanNeeded | None = None
    unkept: SetupError | None = None
    try:
        async with started(wish, talk.say, meanwhile) as running:
            assert flow is not None  # noqa: S101 - set by `meanwhile`
            for account in request.accounts:
                turn = _AccountRun(request, talk, where, flow, running, account, Clock(request.timeout))
                findings.append(await turn.carry_out())
                unasked, unkept = unasked or turn.refused, unkept or turn.failed
    except SetupError as error:
        origin, name = where.origin, flow.id if flow else request.flow
        missing = request.accounts[len(findings) :]
        findings += [
            _not_started(Subject(account=each, flow=name, origin=origin, wanted=request.wanted), error)
            for each in missing
        ]
        return Result(tuple(findings), Exit.SETUP, error)
    if unkept is not None:
        return Result(tuple(findings), Exit.SETUP, unkept)
    code = exit_code(findings)
    if unasked is not None and code is Exit.EXPOSED:
        code = Exit.HUMAN
    return Result(tuple(findings), code, unasked)


@dataclass(slots=True)
class _AccountRun:
    """One account's turn in a run."""

    request: Request
    talk: Talk
    where: Place
    flow: Flow
    running: Running
    account: str
    clock: Clock
    asked: float = 0.0
    refused: HumanNeeded | None = None
    failed: SetupError | None = None
    visit: Visit | None = None

    async def carry_out(self) -> Finding:
        """Audit or change the setting, and keep the evidence if that was asked for."""
        from auditor.audit import audit, change  # noqa: PLC0415

        subject = Subject(account=self.account, flow=self.flow.id, origin=self.where.origin, wanted=self.request.wanted)
        began = time.monotonic()
        if self.request.change:
            found = await change(subject, self._opened, self._confirm, dry_run=self.request.dry_run)
        else:
            found = await audit(subject, self._opened)
        self.talk.progress.pause()
        timed = found.timed(time.monotonic() - began - self.asked)
        self._keep(timed)
        return timed

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[Visit]:
        from auditor.browser.visit import visiting  # noqa: PLC0415

        steps = tuple(clean(say) for say in (*(step.say for step in self.flow.steps), self.flow.find.say))
        self.talk.progress.begin(clean(self.flow.title) if self.visit is None else "Proof: a fresh load", steps)
        wanted, ticked = self.request.wanted, self.talk.progress.tick
        keep = self.request.evidence is not None
        async with visiting(self.running, self.flow, self.where, self.clock, wanted, ticked, keep=keep) as visit:
            self.visit = visit
            yield visit

    async def _confirm(self, found: Finding) -> bool:
        """Ask the person; the time that takes is not the site's."""
        self.talk.progress.pause()
        since = time.monotonic()
        with self.clock.stopped():
            try:
                return await _in_background(lambda: self.talk.ask(found))
            except HumanNeeded as error:
                self.refused = error
                return False
            finally:
                self.asked += time.monotonic() - since

    def _keep(self, found: Finding) -> None:
        if self.request.evidence is None:
            return
        from auditor.report.evidence import keep  # noqa: PLC0415 - only when asked for

        browser = f"{Path(self.running.found.name).name} {self.running.browser.version}"
        versions = {"flow": self.flow.id, "reviewed": self.flow.reviewed.isoformat(), "browser": browser}
        try:
            folder = keep(self.request.evidence, found, getattr(self.visit, "snapshot", ""), versions)
        except SetupError as error:  # the finding stands: a click may have been made
            self.failed = error
        else:
            self.talk.say(f"Evidence kept in {folder}")


def _prepare(name: str) -> Flow:
    """Load the flow and what reading needs, while the driver starts."""
    import auditor.audit  # noqa: PLC0415
    import auditor.browser.visit  # noqa: PLC0415 - imported here so that it costs no time later
    import auditor.report.document  # noqa: PLC0415, F401
    from auditor.flow import load  # noqa: PLC0415 - pydantic

    return load(name)


async def _in_background(ask: Callable[[], T]) -> T:
    """Ask in a daemon thread: Ctrl-C then ends the run, even while the question stands there unanswered."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def work() -> None:
        try:
            value = ask()
        except BaseException as error:  # noqa: BLE001 - carried over to the run, whatever it is
            loop.call_soon_threadsafe(_fail, answer, error)
        else:
            loop.call_soon_threadsafe(_fill, answer, value)

    threading.Thread(target=work, daemon=True).start()
    return await answer


def _fill(answer: asyncio.Future[T], value: T) -> None:
    if not answer.done():
        answer.set_result(value)


def _fail(answer: asyncio.Future[T], error: BaseException) -> None:
    if not answer.done():
        answer.set_exception(error if isinstance(error, Exception) else KeyboardInterrupt())


def _not_started(subject: Subject, error: SetupError) -> Finding:
    reading = Reading(reason=Reason.BROWSER_FAILED, detail=str(error), hint=error.hint)
    return judge(subject, reading).timed(0)


def _no_live_yet() -> HumanNeeded:
    message = "Reading a live account needs your consent and a session, which this version cannot take yet"
    hint = (
        "By hand: `auditor flows show` prints the documented path; in Claude Code: /privacy-settings. "
        "To see the tool work, run `auditor demo`."
    )
    return HumanNeeded(message, hint)


def _quiet(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Drop what late answers of a closed browser would print; everything else goes the usual way."""
    error = context.get("exception")
    if type(error).__module__.startswith("playwright"):
        return
    loop.default_exception_handler(context)
