"""All accounts of a run: start the browser, look at each account, collect the findings."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from auditor.browser.engine.launch import BrowserOptions, launch_browser
from auditor.core.clock import Clock
from auditor.core.finding import Finding, Outcome, Subject
from auditor.core.judging import exit_code, judge_not_started
from auditor.errors import Exit, HumanNeeded, SetupError
from auditor.report.progress import Silent
from auditor.run.flow_source import describe_source
from auditor.run.request import Result

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from auditor.browser.engine.launch import RunningBrowser
    from auditor.flow import Flow
    from auditor.report.progress import Progress
    from auditor.run.account import AccountRun
    from auditor.run.plan import RunPlan
    from auditor.run.request import Prompter

_BROWSERS_LOST_AT_MOST = 2
"""How many remote browsers one account may lose before it is told as unread: it may be its page."""
_BUG = SetupError("A bug in auditor ended this account's turn")


@dataclass(slots=True)
class AccountsRun:
    """The accounts of one run: one at a time where they are live, several on this very machine.

    Of several remote browsers each takes the next account when it is done with one. What a lost
    one had in hand is looked at anew in another, unless a click was made.
    """

    plan: RunPlan
    prompter: Prompter
    findings: dict[str, Finding] = field(default_factory=dict)
    flow: Flow | None = None
    account_run_class: type[AccountRun] | None = None
    setup_error: SetupError | None = None
    unanswered_question: HumanNeeded | None = None
    clicked_account: str | None = None
    """The account whose control was clicked when the run was interrupted."""
    bug: Exception | None = None
    browsers_lost: Counter[str] = field(default_factory=Counter)
    """How many remote browsers each account has lost."""
    _compiling: asyncio.Task[None] | None = field(default=None, repr=False)
    """Work for the walk that is done while the browser starts; held, so that it is not dropped."""

    async def run_all(self) -> None:
        """Look at every account; start a browser that ended anew for those still to come."""
        remaining = list(self.plan.base_urls)
        while remaining:
            lost = self.browsers_lost.total()
            try:
                await self._look_at(remaining)
            except SetupError as error:
                self._give_up(error)
            left = self._accounts_left()
            if left and (self.plan.live or self.plan.request.attach):
                hint = "Run this again for the accounts left."
                self._give_up(SetupError("The browser's window was closed", hint))
            elif left == remaining and self.browsers_lost.total() == lost:
                message = "The browser ends as soon as it is started"
                self._give_up(SetupError(message, "See `auditor doctor`."))
            remaining = self._accounts_left()

    def findings_in_order(self) -> tuple[Finding, ...]:
        """Return the findings so far, in the order asked for."""
        accounts = self.plan.base_urls
        return tuple(self.findings[account] for account in accounts if account in self.findings)

    def result(self) -> Result:
        """Return what a run that came to its end says."""
        findings = self.findings_in_order()
        if self.bug is not None:
            return Result(findings, Exit.BUG, bug=self.bug)
        if self.setup_error is not None:
            return Result(findings, Exit.SETUP, self.setup_error)
        code = exit_code(findings)
        if self.unanswered_question is not None and code is Exit.EXPOSED:
            code = Exit.HUMAN
        return Result(findings, code, self.unanswered_question)

    def _accounts_left(self) -> list[str]:
        return [account for account in self.plan.base_urls if account not in self.findings]

    async def _look_at(self, accounts: list[str]) -> None:
        """Look at accounts with the browsers there are; those left out come with the next."""
        waiting = deque(accounts)
        async with self._browsers() as browsers:
            device = self.flow.device if self.flow else None
            if device is not None and not self.plan.request.attach:
                browsers[0].describe_device(device)  # known, or said before a visit
            turns = asyncio.Semaphore(1 if self.plan.live else self.plan.jobs * len(browsers))
            tasks = [
                asyncio.create_task(self._look_at_next(waiting, browsers[n:] + browsers[:n], turns))
                for _ in range(self.plan.jobs)
                for n in range(len(browsers))
            ]
            try:
                await asyncio.gather(*tasks)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    @asynccontextmanager
    async def _browsers(self) -> AsyncIterator[list[RunningBrowser]]:
        """Open the browsers to work in: one started for this run, the person's own, or remote."""
        plan, request, tell = self.plan, self.plan.request, self.prompter.tell
        if plan.remote:
            from auditor.browser.engine.connect import connect_browsers  # noqa: PLC0415 - a way of few

            seconds, window = request.timeout, plan.live
            async with connect_browsers(
                plan.remote, tell, self._prepare, seconds=seconds, with_window=window
            ) as browsers:
                yield browsers
            return
        options = BrowserOptions(
            request.browser, headed=plan.headed, provide=request.provide, seconds=request.timeout
        )
        if request.attach is None:
            opening = launch_browser(options, tell, self._prepare)
        else:
            from auditor.browser.engine.attach import attach_browser  # noqa: PLC0415 - likewise

            opening = attach_browser(request.attach, tell, self._prepare)
        async with opening as browser:
            yield [browser]

    async def _prepare(self) -> None:
        """Load the flow, and import what reading needs, while the browser starts."""
        flow, self.account_run_class = await asyncio.to_thread(
            _load_flow_and_imports, self.plan.request.flow
        )
        if not flow.is_shipped:
            self.prompter.tell(describe_source(flow, datetime.now(UTC)))
        device = self.plan.request.device
        self.flow = flow if device is None else replace(flow, device=device)
        self._compiling = asyncio.create_task(asyncio.to_thread(_prepare_expressions, flow))

    async def _look_at_next(
        self, waiting: deque[str], browsers: list[RunningBrowser], turns: asyncio.Semaphore
    ) -> None:
        """Look at one account after the other in the first browser, as long as it is there."""
        while True:
            async with turns:
                if not waiting or not browsers[0].is_usable:
                    return  # what is left is looked at with the next browser
                await self._look_at_one(waiting, browsers)

    async def _look_at_one(self, waiting: deque[str], browsers: list[RunningBrowser]) -> None:
        account = waiting.popleft()
        run = self._account_run(account, browsers)
        try:
            found = await run.run_account()
            if await self._shall_look_again(run, found):
                waiting.append(account)
                return
            self._note(run, found)
        except asyncio.CancelledError:
            self.clicked_account = account if run.clicked else self.clicked_account
            raise
        except Exception as error:  # noqa: BLE001 - a bug in one account hides no other's finding
            self.bug = self.bug or error
            self._note(run, judge_not_started(run.subject, str(_BUG), _BUG.hint))

    async def _shall_look_again(self, run: AccountRun, found: Finding) -> bool:
        """Return whether an account lost its remote browser, and nothing was clicked in it.

        A live account is looked at once: nobody walks through it again without being asked.
        """
        remote = run.browser.remote
        if remote is None or self.plan.live or run.clicked or found.outcome is not Outcome.UNREAD:
            return False
        from auditor.browser.engine.connect import is_lost  # noqa: PLC0415 - of one that is remote

        if not await is_lost(run.browser):
            return False
        self.browsers_lost[run.account] += 1
        if self.browsers_lost[run.account] >= _BROWSERS_LOST_AT_MOST:
            return False
        self.prompter.tell(
            f"The browser at {remote.name} was lost; {run.account} is looked at again."
        )
        return True

    def _account_run(self, account: str, browsers: list[RunningBrowser]) -> AccountRun:
        assert self.flow is not None  # noqa: S101 - both were set while the browser started
        assert self.account_run_class is not None  # noqa: S101
        return self.account_run_class(
            request=self.plan.request,
            prompter=self.prompter,
            progress=self._progress(),
            base_url=self.plan.base_urls[account],
            flow=self.flow,
            browser=browsers[0],
            spare_browsers=browsers[1:],
            account=account,
            clock=Clock(self.plan.request.timeout),
            title=f"{account}: " if self.plan.several else "",
        )

    def _progress(self) -> Progress:
        """Return the live path for one account at a time; of several at once only ends are told."""
        at_once = max(self.plan.request.jobs, len(self.plan.remote))
        several_at_once = at_once > 1 and self.plan.several
        return Silent() if several_at_once else self.prompter.progress

    def _note(self, run: AccountRun, found: Finding) -> None:
        self.findings[run.account] = found
        self.unanswered_question = self.unanswered_question or run.unanswered_question
        self.setup_error = self.setup_error or run.setup_error
        if self.plan.several:
            count = f"{len(self.findings)}/{len(self.plan.base_urls)}"
            self.prompter.tell(f"{count} {run.account}: {found.message}")

    def _give_up(self, error: SetupError) -> None:
        """Give every account that was not looked at a finding that says why."""
        request = self.plan.request
        self.setup_error = self.setup_error or error
        for account in self._accounts_left():
            subject = Subject(
                account=account,
                flow=self.flow.id if self.flow else request.flow,
                origin=self.plan.base_urls[account].origin,
                wanted=request.wanted,
            )
            self.findings[account] = judge_not_started(subject, str(error), error.hint)


def _load_flow_and_imports(name: str) -> tuple[Flow, type[AccountRun]]:
    """Load the flow and the modules that reading needs; takes 0.2 s, while the driver starts."""
    from auditor.flow import load_flow  # noqa: PLC0415 - imported here to overlap with the start
    from auditor.run.account import AccountRun  # noqa: PLC0415 - likewise

    return load_flow(name), AccountRun


def _prepare_expressions(flow: Flow) -> None:
    from auditor.browser.path.targets import prepare_expressions  # noqa: PLC0415 - likewise

    prepare_expressions(flow)
