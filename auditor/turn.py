"""One account's turn in a run: get in, read or change, time it, keep the evidence."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from auditor import folders
from auditor.entrance import Entrance, entered, used
from auditor.errors import HumanNeeded, SetupError
from auditor.finding import Finding, Reading, Reason, Subject, judge
from auditor.lock import account_lock
from auditor.text import clean

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from auditor.audit import Visit
    from auditor.browser.clock import Clock
    from auditor.browser.launch import Running
    from auditor.browser.place import Place
    from auditor.flow import Flow
    from auditor.report.progress import Progress
    from auditor.request import Request, Talk

T = TypeVar("T")


@dataclass(slots=True)
class Turn:
    """One account's turn. `failed` is what of this machine failed, `refused` a question that nobody answered."""

    request: Request
    talk: Talk
    progress: Progress
    where: Place
    flow: Flow
    running: Running
    account: str
    clock: Clock
    title: str = ""
    asked: float = 0.0
    refused: HumanNeeded | None = None
    failed: SetupError | None = None
    visits: list[Visit] = field(default_factory=list)
    entrance: Entrance = Entrance()  # noqa: RUF009 - frozen, and empty

    @property
    def subject(self) -> Subject:
        """Whose setting this is about."""
        return Subject(account=self.account, flow=self.flow.id, origin=self.where.origin, wanted=self.request.wanted)

    async def carry_out(self) -> Finding:
        """Audit or change the setting; whatever keeps it from being read becomes the finding."""
        began = time.monotonic()
        try:
            async with self._entered() as self.entrance:
                found = await self._look()
                if self.request.history and self.entrance.state is not None and not self.request.ephemeral:
                    used(self.account, self.where, str(found.state))
        except HumanNeeded as error:
            found = _closed(self.subject, error)
        except SetupError as error:
            self.failed = error
            found = _closed(self.subject, error)
        self.progress.pause()
        timed = found.timed(time.monotonic() - began - self.asked)
        self._keep(timed)
        return timed

    @property
    def clicked(self) -> bool:
        """Whether the control has been clicked in this turn."""
        return any(getattr(visit, "pressed", False) for visit in self.visits)

    @asynccontextmanager
    async def _entered(self) -> AsyncIterator[Entrance]:
        """Go in with the sealed session; or with one that the person makes now, and that ends with this run."""
        if not self.request.ephemeral:
            async with AsyncExitStack() as stack:
                with self.clock.stopped():  # the keyring may ask the person
                    attached = self.request.attach is not None
                    entrance = await stack.enter_async_context(entered(self.account, self.where, attached=attached))
                yield entrance
            return
        from auditor.login import Login, signed_in  # noqa: PLC0415 - only when asked for

        login = Login(self.account, self.flow, self.where, self.request.browser, self.talk.say, self.talk.enter)
        since = time.monotonic()
        with account_lock(folders.locks(), self.account):
            with self.clock.stopped():
                who = await signed_in(login)
            self.asked += time.monotonic() - since
            yield Entrance(who.state, who.same)

    async def _look(self) -> Finding:
        from auditor.audit import audit, change  # noqa: PLC0415

        if self.request.attach and self.entrance.recognise is None:
            self.talk.say(f"Whoever is signed in there is looked at: no account is pinned as {self.account}.")
        if self.request.change:
            return await change(self.subject, self._opened, self._confirm, dry_run=self.request.dry_run)
        return await audit(self.subject, self._opened)

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[Visit]:
        from auditor.browser.visit import Errand, visiting  # noqa: PLC0415

        steps = tuple(clean(say) for say in (*(step.say for step in self.flow.steps), self.flow.find.say))
        first = not self.visits
        self.progress.begin(f"{self.title}{clean(self.flow.title)}" if first else "Proof: a fresh load", steps)
        errand = Errand(self.flow, self.where, self.request.wanted, self.entrance.state, self.entrance.recognise)
        keep = self.request.evidence is not None
        async with visiting(self.running, errand, self.clock, self.progress.tick, keep=keep) as visit:
            self.visits.append(visit)
            yield visit

    async def _confirm(self, found: Finding) -> bool:
        """Ask the person; the time that takes is not the site's."""
        self.progress.pause()
        since = time.monotonic()
        with self.clock.stopped():
            try:
                return await in_background(lambda: self.talk.ask(found))
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
            folder = keep(
                self.request.evidence,
                found,
                getattr(self.visits[-1] if self.visits else None, "snapshot", ""),
                versions,
            )
        except SetupError as error:  # the finding stands: a click may have been made
            self.failed = error
        else:
            self.talk.say(f"Evidence kept in {folder}")


def not_started(subject: Subject, error: SetupError) -> Finding:
    """Give the finding of an account whose turn never came, because this machine lacks something."""
    return judge(subject, Reading(reason=Reason.BROWSER_FAILED, detail=str(error), hint=error.hint)).timed(0)


def _closed(subject: Subject, error: HumanNeeded | SetupError) -> Finding:
    """Give the finding of an account that could not be entered."""
    reason = Reason.SIGNED_OUT if isinstance(error, HumanNeeded) else Reason.NOT_LOADED
    return judge(subject, Reading(reason=reason, detail=str(error).removesuffix("."), hint=error.hint))


async def in_background(ask: Callable[[], T]) -> T:
    """Ask in a daemon thread: Ctrl-C then ends the run, even while the question stands there unanswered."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def work() -> None:
        try:
            value = ask()
        except BaseException as error:  # noqa: BLE001 - carried over to the run, whatever it is
            _tell(loop, _fail, answer, error)
        else:
            _tell(loop, _fill, answer, value)

    threading.Thread(target=work, daemon=True).start()
    return await answer


def _tell(loop: asyncio.AbstractEventLoop, how: Callable[..., None], *what: object) -> None:
    with suppress(RuntimeError):  # the run is over, and its loop closed
        loop.call_soon_threadsafe(how, *what)


def _fill(answer: asyncio.Future[T], value: T) -> None:
    if not answer.done():
        answer.set_result(value)


def _fail(answer: asyncio.Future[T], error: BaseException) -> None:
    if not answer.done():
        answer.set_exception(error if isinstance(error, Exception) else KeyboardInterrupt())
