"""Run a request, print its findings, and leave with its exit code."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NoReturn

import typer

from auditor.cli.prompts import build_prompter, print_message
from auditor.errors import AuditorError, Exit, FlowError, Interrupted, SetupError
from auditor.report.document import render_document
from auditor.report.progress import Plain, open_progress
from auditor.run.start import run_request

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from auditor.core.finding import Finding
    from auditor.run.request import Request, Result


def run_and_exit(request: Request, *, json: bool, yes: bool = False) -> NoReturn:
    """Run, print the findings, and leave with the exit code; `yes` answers the question."""
    with Plain(sys.stderr) if json else open_progress() as progress:
        result = run_request(request, build_prompter(progress, yes=yes))
    _print_or_explain(result, json=json)
    unrecorded = _record(result, request)
    if result.bug is not None:
        raise result.bug
    raise typer.Exit(Exit.SETUP if unrecorded else result.exit)


def _record(result: Result, request: Request) -> bool:
    """Keep a record of what was printed; say so, and return true, if it cannot be kept.

    `--ephemeral` keeps nothing, so it leaves none.
    """
    if not request.history or request.ephemeral or not result.findings:
        return False
    # SQLite and what signs: after the answer, which must not wait for them
    from auditor.run.recording import record_findings  # noqa: PLC0415

    try:
        record_findings(result.findings, request, print_message)
    except SetupError as error:
        print_message(f"error: This run was not recorded. {str(error).removesuffix('.')}.")
        if error.hint:
            print_message(f"hint: {error.hint}")
        return result.exit is not Exit.INTERRUPTED
    return False


def _print_or_explain(result: Result, *, json: bool) -> None:
    """Print the result; raise SetupError if stdout takes it no more, except where nobody reads."""
    try:
        _print_result(result, json=json)
    except BrokenPipeError:
        _discard_output()
    except OSError as error:
        due = f"exit code {int(result.exit)} was due"
        message = f"The answer cannot be written: {error.strerror}; {due}"
        raise SetupError(message, "Free some space, or write it elsewhere.") from error


def _print_result(result: Result, *, json: bool) -> None:
    """Print the findings, and what ended the run early, if anything."""
    if json:
        sys.stdout.buffer.write(render_document(result.findings).encode("utf-8", "replace"))
    else:
        _print_verdicts(result.findings)
    sys.stdout.flush()
    if result.error is not None:
        _print_error(result.error)


def _print_verdicts(findings: Iterable[Finding]) -> None:
    # Importing rich takes a tenth of a second: the browser is started first, and a JSON document
    # needs none of it.
    from auditor.report.terminal import build_console, show_findings  # noqa: PLC0415

    findings = tuple(findings)
    show_findings(findings, build_console(), note=_find_note(findings))


def _find_note(findings: Sequence[Finding]) -> str | None:
    """Return what the flow's facts say beside a verdict, or why they cannot say it."""
    if not findings:
        return None
    from auditor.flow import load_note  # noqa: PLC0415 - the run has loaded it

    try:
        return load_note(findings[0].flow)
    except FlowError as error:  # the verdict stands all the same
        return f"What OFF covers cannot be told: {error}"


def _print_error(error: AuditorError) -> None:
    interrupted = isinstance(error, Interrupted)
    if interrupted and sys.stderr.isatty():
        print(file=sys.stderr)  # the terminal shows ^C on the line of the progress
    kind = "" if interrupted else "error: "
    print_message(f"{kind}{str(error).removesuffix('.')}.")
    if error.hint:
        print_message(f"hint: {error.hint}")


def _discard_output() -> None:
    """Point stdout to nowhere: its reader has gone, and the exit code says all."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
