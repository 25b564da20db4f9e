"""`auditor selftest`: score every scenario of the mock site in this machine's browser."""

import typer

from auditor.cli.options import Browser, Json, Scenarios, SelftestJobs
from auditor.cli.prompts import print_message
from auditor.errors import UsageError
from auditor.mocksite import SCENARIOS
from auditor.report.score import show_scores, show_scoring
from auditor.selftest import run_selftest, selftest_exit_code
from auditor.text import show_given


def selftest(
    names: Scenarios = None, *, json: Json = False, jobs: SelftestJobs = 12, browser: Browser = None
) -> None:
    """Score every scenario of the mock here.

    Each is read and set in this machine's own browser: correct, safe stop or wrong.
    """
    unknown = sorted(set(names or ()) - set(SCENARIOS))
    if unknown:
        message = f"There is no scenario {show_given(unknown[0])}"
        raise UsageError(message, "`auditor mock --list` lists them.")
    chosen = names or SCENARIOS
    with show_scoring(len(chosen)) as done:
        cases = run_selftest(chosen, browser=browser, jobs=jobs, done=done, say=print_message)
    show_scores(cases, json=json)
    raise typer.Exit(selftest_exit_code(cases))
