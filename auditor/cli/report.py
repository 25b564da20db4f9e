"""`auditor report`: what was found, for people, other programs and archives."""

import sys
from pathlib import Path

from auditor.access.history import open_history
from auditor.cli.options import (
    Depth,
    Form,
    OneAccount,
    Open,
    Output,
    ReportDepth,
    ReportForm,
    Since,
)
from auditor.cli.prompts import print_message
from auditor.disk.files import replace_file
from auditor.errors import UsageError
from auditor.report.summary import Report, build_report


def report(  # noqa: PLR0913 - one parameter for each option
    *,
    form: ReportForm = Form.HTML,
    account: OneAccount = None,
    since: Since = None,
    depth: ReportDepth = Depth.FULL,
    output: Output = None,
    open_: Open = False,
) -> None:
    """Write a report of what was found before; reads no page."""
    if open_ and output is None:
        raise UsageError("`--open` opens the file that is written", "Name it with -o FILE.")
    log = open_history(signed=False).log
    built = build_report(log, account=account, since=since, depth=str(depth))
    text = render_report(built, form)
    if output is None:
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        sys.stdout.flush()
        return
    write_report(output, text)
    print_message(f"Report written to {output}.")
    if open_:
        open_in_browser(output)


def render_report(built: Report, form: Form) -> str:
    """Return a report in the form asked for; each form is imported only when it is."""
    if form is Form.HTML:
        from auditor.report.html import render_html  # noqa: PLC0415 - Jinja2

        return render_html(built)
    from auditor.report import forms  # noqa: PLC0415

    renderers = {
        Form.MD: forms.render_markdown,
        Form.JSON: forms.render_json,
        Form.CSV: forms.render_csv_report,
        Form.JUNIT: forms.render_junit,
    }
    return renderers[form](built)


def write_report(path: Path, text: str) -> None:
    """Write a report in one step; raises SetupError if that fails."""
    replace_file(path.absolute(), text.encode("utf-8", "replace"))


def open_in_browser(path: Path) -> None:
    """Open a file in the person's own browser."""
    import webbrowser  # noqa: PLC0415

    webbrowser.open(path.absolute().as_uri())
