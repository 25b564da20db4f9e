"""`auditor doctor`: check that this machine has what runs need."""

import typer

from auditor.cli.options import Browser, Connect, Json
from auditor.doctor import checks_exit_code, run_checks
from auditor.report.doctor import show_checks


def doctor(*, json: Json = False, browser: Browser = None, connect: Connect = None) -> None:
    """Check that this machine has what runs need.

    Browser, sandbox, keyring, display, folders, flows and sealed sessions.
    """
    checks = run_checks(browser, tuple(connect or ()))
    show_checks(checks, json=json)
    raise typer.Exit(checks_exit_code(checks))
