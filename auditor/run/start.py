"""Carry out a request of the command line: plan it, make sure of consent, run it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.errors import Exit, Interrupted
from auditor.interrupt import run_interruptible
from auditor.run.plan import make_plan
from auditor.run.request import Result

if TYPE_CHECKING:
    from auditor.run.request import Prompter, Request


def run_request(request: Request, prompter: Prompter) -> Result:
    """Carry out a request and return its result.

    Raises UsageError, FlowError, SetupError and HumanNeeded before anything is opened; Interrupted
    if that happened before anything was found, or after a click whose proof was not read.
    """
    plan = make_plan(request)
    if plan.live:
        prompter.ask_consent()
    from auditor.run.accounts import AccountsRun  # noqa: PLC0415 - Playwright: for sound requests

    run = AccountsRun(plan, prompter)
    try:
        run_interruptible(run.run_all())
    except Interrupted as error:
        if run.clicked_account:
            message = (
                f"Interrupted after a click for the account {run.clicked_account}; "
                "its proof was not read"
            )
            hint = "Run `auditor audit` with the same options to see what the site kept."
            raise Interrupted(message, hint) from None
        if not run.findings:
            raise
        return Result(run.findings_in_order(), Exit.INTERRUPTED, error)
    return run.result()
