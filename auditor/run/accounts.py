"""One run: put core and edges together for a request of the command line."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from auditor.core.base_url import BaseUrl, parse_base_url
from auditor.core.clock import Clock
from auditor.core.finding import Finding, Subject
from auditor.core.judging import exit_code
from auditor.disk.locks import account_file_stem
from auditor.errors import Exit, HumanNeeded, Interrupted, SetupError, UsageError
from auditor.interrupt import run_interruptible
from auditor.run.request import ACCOUNT_PLACEHOLDER, Prompter, Request, Result

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from contextlib import AbstractAsyncContextManager

    from auditor.browser.engine.launch import BrowserOptions, RunningBrowser
    from auditor.flow import Flow
    from auditor.report.progress import Progress
    from auditor.run.account import AccountRun

T = TypeVar("T")


def run_request(request: Request, talk: Prompter) -> Result:
    """Carry out a request; raises UsageError, FlowError, SetupError and HumanNeeded before anything is opened."""
    for account in request.accounts:
        account_file_stem(account)
    if request.attach is not None:
        _fits(request, request.attach)
    if request.evidence is not None:
        from auditor.report.evidence import (  # noqa: PLC0415
            raise_if_unwritable,
        )

        raise_if_unwritable(request.evidence)
    places = _places(request)
    live = not all(where.is_loopback for where in places.values())
    if live:
        _allow(request, talk)
    whole = AccountsRun(request, talk, places, live=live)
    try:
        run_interruptible(whole.carry_out())
    except Interrupted as error:
        if whole.clicked:
            raise Interrupted(
                f"Interrupted after a click for the account {whole.clicked}; its proof was not"
                " read",
                "Run `auditor audit` with the same options to see what the site kept.",
            ) from None
        if not whole.findings:
            raise
        return Result(whole.in_order(), Exit.INTERRUPTED, error)
    return whole.result()


def _places(request: Request) -> dict[str, BaseUrl]:
    """Say where each account is looked at, in the order asked for.

    `{account}` in the base URL stands for its name.
    """
    base = request.base_url
    if base is None:
        from auditor.flow import load_flow  # noqa: PLC0415 - pydantic

        base = load_flow(request.flow).about.origin
    accounts = request.accounts
    if request.everyone:
        from auditor.access.account import signed_in_accounts  # noqa: PLC0415 - only when asked for

        accounts = signed_in_accounts(
            parse_base_url(base.replace(ACCOUNT_PLACEHOLDER, "all")).origin
        )
    return {
        account: parse_base_url(base.replace(ACCOUNT_PLACEHOLDER, account)) for account in accounts
    }


def _fits(request: Request, attach: str) -> None:
    """Raise UsageError unless everything else asked for goes with working in the person's own browser."""
    from auditor.browser.engine.attach import (  # noqa: PLC0415
        validate_attach_target,
    )

    validate_attach_target(attach)
    if request.everyone or len(request.accounts) > 1:
        raise UsageError(
            "`--attach` looks at one account: the one signed in there", "Name one account, or none."
        )
    if request.ephemeral or request.browser is not None or request.headed is not None:
        message = (
            "`--attach` takes a browser as it is, so it goes without --ephemeral, --browser,"
            " --headed, --headless"
        )
        raise UsageError(message, "Leave them out.")


def _allow(request: Request, talk: Prompter) -> None:
    """Make sure that a live run is one the person wants.

    With a window to be seen, and after having agreed.
    """
    if request.headed is False:
        message = "A live account is only looked at in a window that you can see"
        raise UsageError(message, "Leave --headless out; it is for addresses of this machine.")
    talk.agree()


@dataclass(slots=True)
class AccountsRun:
    """A run over its accounts.

    One at a time where they are live, some at a time on this very machine.
    """

    request: Request
    talk: Prompter
    places: dict[str, BaseUrl]
    live: bool
    flow: Flow | None = None
    findings: dict[str, Finding] = field(default_factory=dict)
    error: SetupError | None = None
    unasked: HumanNeeded | None = None
    clicked: str | None = None
    bug: Exception | None = None

    async def carry_out(self) -> None:
        """Look at every account.

        A browser that ends in between is started again for those still to come.
        """
        from auditor.browser.engine.launch import (  # noqa: PLC0415
            BrowserOptions,
        )

        headed = self.live if self.request.headed is None else self.request.headed
        options = BrowserOptions(self.request.browser, headed=headed, provide=self.request.provide)
        todo = list(self.places)
        while todo:
            try:
                await self._round(todo, options)
            except SetupError as error:
                self._give_up(error)
            left = [account for account in self.places if account not in self.findings]
            if left and (self.live or self.request.attach):
                self._give_up(
                    SetupError(
                        "The browser's window was closed", "Run this again for the accounts left."
                    )
                )
            elif left == todo:
                self._give_up(
                    SetupError("The browser ends as soon as it is started", "See `auditor doctor`.")
                )
            todo = [account for account in left if account not in self.findings]

    def in_order(self) -> tuple[Finding, ...]:
        """Return the findings so far, in the order asked for."""
        return tuple(self.findings[account] for account in self.places if account in self.findings)

    def result(self) -> Result:
        """Return what a run that came to its end says."""
        findings = self.in_order()
        if self.bug is not None:
            return Result(findings, Exit.BUG, bug=self.bug)
        if self.error is not None:
            return Result(findings, Exit.SETUP, self.error)
        code = exit_code(findings)
        if self.unasked is not None and code is Exit.EXPOSED:
            code = Exit.HUMAN
        return Result(findings, code, self.unasked)

    async def _round(self, todo: list[str], options: BrowserOptions) -> None:
        async def meanwhile() -> None:
            self.flow = await asyncio.to_thread(_prepare, self.request.flow)

        room = asyncio.Semaphore(1 if self.live or self.request.ephemeral else self.request.jobs)
        async with self._browser(options, meanwhile) as running:
            turns = [asyncio.create_task(self._one(account, running, room)) for account in todo]
            try:
                await asyncio.gather(*turns)
            finally:
                for turn in turns:
                    turn.cancel()
                await asyncio.gather(*turns, return_exceptions=True)

    def _browser(
        self, options: BrowserOptions, meanwhile: Callable[[], Awaitable[None]]
    ) -> AbstractAsyncContextManager[RunningBrowser]:
        """Return the browser to work in: one started for this run, or the person's own."""
        if self.request.attach is not None:
            from auditor.browser.engine.attach import (  # noqa: PLC0415
                attach_browser,
            )

            return attach_browser(self.request.attach, self.talk.say, meanwhile)
        from auditor.browser.engine.launch import launch_browser  # noqa: PLC0415

        return launch_browser(options, self.talk.say, meanwhile)

    async def _one(self, account: str, running: RunningBrowser, room: asyncio.Semaphore) -> None:
        from auditor.run.account import AccountRun, not_started  # noqa: PLC0415

        async with room:
            if not running.browser.is_connected():
                return  # its turn comes with the next browser
            assert self.flow is not None  # noqa: S101 - set while the browser started
            turn = AccountRun(
                self.request, self.talk, self._progress(), self.places[account], self.flow, running, account,
                Clock(self.request.timeout), title=f"{account}: " if len(self.places) > 1 else "",
            )  # fmt: skip
            try:
                self._note(turn, await turn.carry_out())
            except asyncio.CancelledError:
                self.clicked = account if turn.clicked else self.clicked
                raise
            except Exception as error:  # noqa: BLE001
                self.bug = self.bug or error
                self._note(
                    turn,
                    not_started(
                        turn.subject, SetupError("A bug in auditor ended this account's turn")
                    ),
                )

    def _progress(self) -> Progress:
        """Return the live path to one account at a time.

        Where several are under way, only their ends are told.
        """
        from auditor.report.progress import Silent  # noqa: PLC0415

        return Silent() if self.request.jobs > 1 and len(self.places) > 1 else self.talk.progress

    def _note(self, turn: AccountRun, found: Finding) -> None:
        self.findings[turn.account] = found
        self.unasked, self.error = self.unasked or turn.refused, self.error or turn.failed
        if len(self.places) > 1:
            self.talk.say(
                f"{len(self.findings)}/{len(self.places)} {turn.account}: {found.message}"
            )

    def _give_up(self, error: SetupError) -> None:
        from auditor.run.account import not_started  # noqa: PLC0415

        name = self.flow.id if self.flow else self.request.flow
        self.error = self.error or error
        for account, where in self.places.items():
            if account not in self.findings:
                subject = Subject(
                    account=account, flow=name, origin=where.origin, wanted=self.request.wanted
                )
                self.findings[account] = not_started(subject, error)


def _prepare(name: str) -> Flow:
    """Load the flow and what reading needs, while the driver starts."""
    import auditor.browser.visit  # noqa: PLC0415 - imported here so that it costs no time later
    import auditor.core.audit  # noqa: PLC0415
    import auditor.report.document  # noqa: PLC0415
    import auditor.run.account  # noqa: PLC0415, F401
    from auditor.flow import load_flow  # noqa: PLC0415 - pydantic

    return load_flow(name)
