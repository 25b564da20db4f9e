"""The demo: audit, dry run, change and audit on the built-in mock site, in a real browser."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from auditor.core.finding import Outcome, State
from auditor.disk import paths
from auditor.disk.files import replace_file
from auditor.disk.folders import private_folder
from auditor.errors import Exit, SetupError
from auditor.mocksite import running
from auditor.report.terminal import show_findings
from auditor.run.request import Prompter, Request, Result
from auditor.run.start import run_request

if TYPE_CHECKING:
    from auditor.core.finding import Finding
    from auditor.report.terminal import Out

_CHAPTERS = (
    ("1. Audit: is the switch really off?", False, False, Outcome.NOT_AS_WANTED),
    ("2. Dry run: what would a change do?", True, True, Outcome.WOULD_CHANGE),
    ("3. Change: one click, then proof by a fresh load", True, False, Outcome.CHANGED),
    ("4. Audit again: is it really off now?", False, False, Outcome.AS_WANTED),
)


class StoryError(SetupError):
    """Raised when a chapter of the demo ends otherwise than the mock site is set up for."""


def play_demo(
    out: Out, prompter: Prompter, *, browser: str | None, timeout: float, headed: bool | None
) -> Path:
    """Play all chapters on a fresh mock site, and return the file of the report about them.

    Raises SetupError if a chapter does not end as it must. The person's own history gets no record.
    """
    from auditor.flow import load_note  # noqa: PLC0415 - not needed for `--help`

    findings: list[tuple[Finding, bool, bool]] = []
    with TemporaryDirectory(prefix="auditor-demo-") as folder, running(port=0) as site:
        history = Path(folder) / "history.sqlite"
        name = "on"
        site.reset(name)
        out.print(f"A mock settings page stands in for the real site: {site.base_url(name)}/new")
        for title, change, dry_run, expected in _CHAPTERS:
            out.print()
            out.rule(title, align="left", style="dim")
            request = Request(
                base_url=site.base_url(name),
                wanted=State.OFF,
                timeout=timeout,
                headed=headed,
                browser=browser,
                change=change,
                dry_run=dry_run,
                provide=True,
                pictures=history.parent / "pictures",
            )
            result = run_request(request, prompter)
            _raise_if_unexpected(result, expected)
            show_findings(result.findings, out, note=load_note(request.flow))
            findings.append((result.findings[0], change, dry_run))
            out.print(f"Writes that the site received so far: {len(site.ledger(name))}")
        report = _write_report(findings, history)
    out.print(f"The same as a report: {report}", soft_wrap=True)
    out.print("Your own account, by hand: `auditor guide` prints the documented path.")
    out.print(
        "Your own account, by this tool: `auditor consent` says what that means; then `auditor"
        " login`."
    )
    return report


def _write_report(findings: list[tuple[Finding, bool, bool]], history: Path) -> Path:
    """Write the report of the demo, by way of a history that is gone afterwards."""
    # SQLite and Jinja2: only once all chapters were played
    from auditor.records.log import RecordLog  # noqa: PLC0415
    from auditor.records.record import build_finding_record  # noqa: PLC0415
    from auditor.report.html import render_html  # noqa: PLC0415
    from auditor.report.summary import build_report  # noqa: PLC0415

    log = RecordLog(history)
    for found, change, dry_run in findings:
        command = "set" if change else "audit"
        record = build_finding_record(
            found, base_url=found.origin, command=command, dry_run=dry_run
        )
        log.append([record])
    path = paths.demo_report_file()
    private_folder(path.parent)
    replace_file(path, render_html(build_report(log)).encode())
    return path


def _raise_if_unexpected(result: Result, expected: Outcome) -> None:
    if result.exit is Exit.SETUP and result.error is not None:
        raise result.error
    found = result.findings[0]
    if found.outcome is not expected:
        message = f"The demo expected {expected}, but: {found.message}"
        raise StoryError(message, found.hint)
