"""One account's turn in a run: get in, read or change, time it, keep the evidence."""

from __future__ import annotations

import time
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from auditor.access.account import AccountAccess, open_access, record_use
from auditor.core.finding import Finding, Reading, Reason, Subject
from auditor.core.judging import judge
from auditor.disk import paths
from auditor.disk.locks import account_lock
from auditor.errors import HumanNeeded, SetupError
from auditor.interrupt import ask_in_background
from auditor.text import make_printable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from auditor.browser.engine.launch import RunningBrowser
    from auditor.core.audit import Visit
    from auditor.core.base_url import BaseUrl
    from auditor.core.clock import Clock
    from auditor.flow import Flow
    from auditor.report.progress import Progress
    from auditor.run.request import Prompter, Request

T = TypeVar("T")


@dataclass(slots=True)
class AccountRun:
    """One account's turn. `failed` is what of this machine failed, `refused` a question that nobody answered."""

    request: Request
    talk: Prompter
    progress: Progress
    where: BaseUrl
    flow: Flow
    running: RunningBrowser
    account: str
    clock: Clock
    title: str = ""
    asked: float = 0.0
    refused: HumanNeeded | None = None
    failed: SetupError | None = None
    visits: list[Visit] = field(default_factory=list)
    last_visit: Visit | None = None  # none if the browser was gone before it could be opened
    entrance: AccountAccess = AccountAccess()  # noqa: RUF009 - frozen, and empty

    @property
    def subject(self) -> Subject:
        """Whose setting this is about."""
        return Subject(
            account=self.account,
            flow=self.flow.id,
            origin=self.where.origin,
            wanted=self.request.wanted,
        )

    async def carry_out(self) -> Finding:
        """Audit or change the setting; whatever keeps it from being read becomes the finding."""
        began = time.monotonic()
        try:
            async with self._entered() as self.entrance:
                found = await self._look()
                if (
                    self.request.history
                    and self.entrance.state is not None
                    and not self.request.ephemeral
                ):
                    record_use(self.account, self.where, str(found.state))
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
    async def _entered(self) -> AsyncIterator[AccountAccess]:
        """Go in with the sealed session.

        Or with one that the person makes now, and that ends with this run.
        """
        if not self.request.ephemeral:
            async with AsyncExitStack() as stack:
                with self.clock.stopped():  # the keyring may ask the person
                    attached = self.request.attach is not None
                    entrance = await stack.enter_async_context(
                        open_access(self.account, self.where, attached=attached)
                    )
                yield entrance
            return
        from auditor.access.login import (  # noqa: PLC0415
            LoginPlan,
            sign_in_and_identify,
        )

        login = LoginPlan(
            self.account,
            self.flow,
            self.where,
            self.request.browser,
            self.talk.say,
            self.talk.enter,
        )
        since = time.monotonic()
        with account_lock(paths.locks_folder(), self.account):
            with self.clock.stopped():
                who = await sign_in_and_identify(login)
            self.asked += time.monotonic() - since
            yield AccountAccess(who.state, who.same)

    async def _look(self) -> Finding:
        from auditor.core.audit import audit_setting, change_setting  # noqa: PLC0415

        if self.request.attach and self.entrance.recognise is None:
            self.talk.say(
                f"Whoever is signed in there is looked at: no account is pinned as {self.account}."
            )
        if self.request.change:
            return await change_setting(
                self.subject, self._opened, self._confirm, dry_run=self.request.dry_run
            )
        return await audit_setting(self.subject, self._opened)

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[Visit]:
        from auditor.browser.visit import VisitPlan, open_visit  # noqa: PLC0415

        steps = tuple(
            make_printable(say)
            for say in (*(step.say for step in self.flow.steps), self.flow.find.say)
        )
        first = not self.visits
        self.progress.begin(
            f"{self.title}{make_printable(self.flow.title)}" if first else "Proof: a fresh load",
            steps,
        )
        plan = VisitPlan(
            self.flow, self.where, self.request.wanted, self.entrance.state, self.entrance.recognise
        )
        keep = self.request.evidence is not None
        self.last_visit = None
        async with open_visit(
            self.running, plan, self.clock, self.progress.tick, keep=keep
        ) as visit:
            self.visits.append(visit)
            self.last_visit = visit
            yield visit

    async def _confirm(self, found: Finding) -> bool:
        """Ask the person; the time that takes is not the site's."""
        self.progress.pause()
        since = time.monotonic()
        with self.clock.stopped():
            try:
                return await ask_in_background(lambda: self.talk.ask(found))
            except HumanNeeded as error:
                self.refused = error
                return False
            finally:
                self.asked += time.monotonic() - since

    def _keep(self, found: Finding) -> None:
        if self.request.evidence is None:
            return
        from auditor.report.evidence import write_evidence  # noqa: PLC0415 - only when asked for

        browser = f"{Path(self.running.found.name).name} {self.running.browser.version}"
        versions = {
            "flow": self.flow.id,
            "reviewed": self.flow.reviewed.isoformat(),
            "browser": browser,
        }
        try:
            folder = write_evidence(
                self.request.evidence,
                found,
                getattr(self.last_visit, "snapshot", ""),
                versions,
            )
        except SetupError as error:  # the finding stands: a click may have been made
            self.failed = error
        else:
            self.talk.say(f"Evidence kept in {folder}")


def not_started(subject: Subject, error: SetupError) -> Finding:
    """Return the finding of an account whose turn never came, because this machine lacks something."""
    return judge(
        subject, Reading(reason=Reason.BROWSER_FAILED, detail=str(error), hint=error.hint)
    ).timed(0)


def _closed(subject: Subject, error: HumanNeeded | SetupError) -> Finding:
    """Return the finding of an account that could not be entered."""
    reason = Reason.SIGNED_OUT if isinstance(error, HumanNeeded) else Reason.NOT_LOADED
    return judge(
        subject, Reading(reason=reason, detail=str(error).removesuffix("."), hint=error.hint)
    )
