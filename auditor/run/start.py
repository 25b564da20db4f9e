"""Carry out a request of the command line: plan it, make sure of consent, run it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.run.plan import make_plan

if TYPE_CHECKING:
    from auditor.run.request import Prompter, Request, Result


def run_request(request: Request, prompter: Prompter) -> Result:
    """Carry out a request and return its result.

    Raises UsageError, FlowError, SetupError and HumanNeeded before anything is opened.
    """
    plan = make_plan(request)
    if plan.live:
        prompter.ask_consent()
    from auditor.run.accounts import run_all  # noqa: PLC0415 - Playwright, only for sound requests

    return run_all(plan, prompter)
