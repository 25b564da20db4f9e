"""One account of a run: get in, read or change, time it, keep the evidence."""

from __future__ import annotations

import time
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.access.account import AccountAccess, SessionUse, open_access, record_use
from auditor.access.vault import SHIPPED
from auditor.browser.visit import VisitPlan, open_visit
from auditor.core.audit import audit_setting, change_setting
from auditor.core.finding import Finding, PersonsAnswer, Subject
from auditor.core.judging import judge_no_access
from auditor.disk import paths
from auditor.disk.locks import account_lock
from auditor.errors import HumanNeeded, SetupError
from auditor.interrupt import ask_in_background
from auditor.records.pictures import digest, keep_pictures
from auditor.report.evidence import write_evidence
from auditor.run.flow_source import without_strange_names
from auditor.text import make_printable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from auditor.browser.engine.launch import RunningBrowser
    from auditor.core.audit import Visit
    from auditor.core.base_url import BaseUrl
    from auditor.core.clock import Clock
    from auditor.flow import Flow
    from auditor.report.progress import Progress
    from auditor.run.request import Prompter, Request


_WAITING = "Waiting for your choice in the browser's window"
_WAITS = (
    "The site asks for your choice. Make it in the browser's window that is open now: see where the"
    " switch stands, then press the button yourself. The tool presses nothing; of what the page"
    " sends, only your own press is let through."
)
_WAITS_AT_SWITCH = (
    "The site holds no choice of yours yet. Make it in the browser's window that is open now: press"
    " the switch until it shows what you want. The first press may turn it ON; for OFF, press once"
    " more. The tool presses nothing; of what the page sends, only your own press is let through."
)


@dataclass(slots=True, kw_only=True)
class AccountRun:
    """One account of a run."""

    request: Request
    prompter: Prompter
    progress: Progress
    base_url: BaseUrl
    flow: Flow
    browser: RunningBrowser
    """Where it is looked at; the next of `spare_browsers` once it is lost."""
    account: str
    clock: Clock
    title: str = ""
    spare_browsers: Sequence[RunningBrowser] = ()
    access: AccountAccess = field(default_factory=AccountAccess)
    visits: list[Visit] = field(default_factory=list)
    seconds_of_person: float = 0.0
    """Seconds that a person took to answer or to sign in; they are not the site's."""
    was_waited_for: bool = False
    """Whether the person was waited for, to answer what asks for the choice."""
    last_visit: Visit | None = None
    """None if the browser was gone before it could be opened."""
    unanswered_question: HumanNeeded | None = None
    setup_error: SetupError | None = None

    @property
    def subject(self) -> Subject:
        """Whose setting this is about."""
        return Subject(
            account=self.account,
            flow=self.flow.id,
            origin=self.base_url.origin,
            wanted=self.request.wanted,
        )

    @property
    def clicked(self) -> bool:
        """Whether the control has been clicked in this run."""
        return any(getattr(visit, "pressed", False) for visit in self.visits)

    async def run_account(self) -> Finding:
        """Audit or change the setting; whatever keeps it from being read becomes the finding."""
        began = time.monotonic()
        try:
            async with self._open_access() as self.access:
                self._tell_if_nobody_is_pinned()
                if self.request.change:
                    dry = self.request.dry_run
                    visit, confirm = self._open_visit, self._confirm
                    found = await change_setting(self.subject, visit, confirm, dry_run=dry)
                else:
                    wait = self._wait_for_choice if self.request.wait_for_person else None
                    found = await audit_setting(self.subject, self._open_visit, wait)
                self._record_use(found)
        except HumanNeeded as error:
            found = judge_no_access(self.subject, str(error), error.hint, signed_out=True)
        except SetupError as error:
            self.setup_error = error
            found = judge_no_access(self.subject, str(error), error.hint, signed_out=False)
        self.progress.pause()
        found = without_strange_names(found, self.flow)
        timed = found.timed(time.monotonic() - began - self.seconds_of_person)
        files = self._collect_pictures()
        self._write_evidence(timed, files)
        return self._keep_pictures(timed, files)

    @asynccontextmanager
    async def _open_access(self) -> AsyncIterator[AccountAccess]:
        """Open the sealed session, or one that the person makes now and that ends with this run."""
        async with AsyncExitStack() as stack:
            if self.request.ephemeral:
                stack.enter_context(account_lock(paths.locks_folder(), self.account))
                yield await self._sign_in()
                return
            use = SessionUse(
                attached=self.request.attach is not None,
                may_send=self.request.send_session or not self.request.connect,
                flow=self.flow.digest or SHIPPED,
                tell=self.prompter.tell,
                accept_older=self.prompter.accept_older,
                accept_flow=self.prompter.accept_flow,
            )
            opening = open_access(self.account, self.base_url, use)
            with self.clock.stopped():  # the keyring may ask the person
                access = await stack.enter_async_context(opening)
            yield access

    async def _sign_in(self) -> AccountAccess:
        from auditor.access.login import (  # noqa: PLC0415 - a way of few
            LoginPlan,
            sign_in_and_identify,
        )

        since = time.monotonic()
        login = LoginPlan(
            self.account,
            self.flow,
            self.base_url,
            self.request.browser,
            self.prompter.tell,
            self.prompter.wait_for_enter,
        )
        with self.clock.stopped():
            person = await sign_in_and_identify(login)
        self.seconds_of_person += time.monotonic() - since
        return AccountAccess(person.state, person.same)

    def _tell_if_nobody_is_pinned(self) -> None:
        if self.request.attach and self.access.recognise is None:
            self.prompter.tell(
                f"Whoever is signed in there is looked at: no account is pinned as {self.account}."
            )

    def _record_use(self, found: Finding) -> None:
        if self.request.history and self.access.state is not None and not self.request.ephemeral:
            record_use(self.account, self.base_url, str(found.state))

    def _describe_visit(self) -> str:
        """Return what the visit about to begin is for, as a title of its steps."""
        if not self.visits:
            return f"{self.title}{make_printable(self.flow.title)}"
        if self.was_waited_for:
            return "What the site holds now: a fresh load"
        return "Proof: a fresh load" if self.clicked else "Only seen so far: a second fresh load"

    @asynccontextmanager
    async def _open_visit(self) -> AsyncIterator[Visit]:
        steps = [make_printable(step.say) for step in self.flow.steps]
        steps.append(make_printable(self.flow.find.say))
        self.progress.begin(self._describe_visit(), tuple(steps))
        keep = self.request.evidence is not None
        plan = VisitPlan(
            self.flow,
            self.base_url,
            self.request.wanted,
            self.access.state,
            self.access.recognise,
            wants_picture=keep or (self.request.change and self.request.keeps_record),
        )
        self.last_visit = None
        self._leave_lost_browser()
        async with open_visit(
            self.browser, plan, self.clock, self.progress.tick, keep=keep
        ) as visit:
            self.visits.append(visit)
            self.last_visit = visit
            yield visit

    def _leave_lost_browser(self) -> None:
        """Go on in another browser if this one is gone: what a click came to is read there."""
        if not self.browser.is_usable:
            spare = (each for each in self.spare_browsers if each.is_usable)
            self.browser = next(spare, self.browser)

    async def _confirm(self, found: Finding) -> bool:
        """Ask the person before a change; the time that takes is not the site's."""
        self.progress.pause()
        since = time.monotonic()
        with self.clock.stopped():
            try:
                return await ask_in_background(lambda: self.prompter.confirm(found))
            except HumanNeeded as error:
                self.unanswered_question = error
                return False
            finally:
                self.seconds_of_person += time.monotonic() - since

    async def _wait_for_choice(self, visit: Visit) -> PersonsAnswer:
        """Wait for the person to choose in the window; that time is not the site's."""
        minutes = self.request.wait_for_person or 0
        self.progress.pause()
        self.prompter.tell(_WAITS_AT_SWITCH if getattr(visit, "asks_at_switch", False) else _WAITS)
        since, self.was_waited_for = time.monotonic(), True
        try:
            with self.clock.stopped():
                return await visit.wait_for_choice(minutes, partial(self.progress.wait, _WAITING))
        finally:
            self.progress.pause()
            self.seconds_of_person += time.monotonic() - since

    def _collect_pictures(self) -> dict[str, bytes]:
        """Return the files that show the row: as it was read last and, after a click, before it."""
        before = next((each for each in self.visits if getattr(each, "pressed", False)), None)
        shown = {"row" if before is None else "after": self.last_visit}
        if before is not None:
            shown = {"before": before, **shown}
            if self.last_visit is before:  # the proof's page could not be opened
                del shown["after"]
        files: dict[str, bytes] = {}
        for name, visit in shown.items():
            picture = getattr(visit, "picture", None)
            if picture is not None:
                files[f"{name}.png"] = picture.png
                files[f"{name}.txt"] = picture.text.encode()
        return files

    def _keep_pictures(self, found: Finding, files: dict[str, bytes]) -> Finding:
        """Keep the pictures beside the history, and give the finding with their digests."""
        if not files or not self.request.keeps_record:
            return found
        try:
            keep_pictures(self.request.pictures or paths.pictures_folder(), files.values())
        except SetupError as error:  # the finding stands: a click may have been made
            self.setup_error = error
            return found
        return replace(found, pictures={name: digest(content) for name, content in files.items()})

    def _write_evidence(self, found: Finding, files: dict[str, bytes]) -> None:
        if self.request.evidence is None:
            return
        browser = f"{Path(self.browser.found.name).name} {self.browser.browser.version}"
        versions = {
            "flow": self.flow.id,
            "reviewed": self.flow.reviewed.isoformat(),
            "browser": browser,
        }
        snapshot = getattr(self.last_visit, "snapshot", "")
        try:
            folder = write_evidence(self.request.evidence, found, snapshot, versions, files)
        except SetupError as error:  # the finding stands: a click may have been made
            self.setup_error = error
        else:
            self.prompter.tell(f"Evidence kept in {folder}")
