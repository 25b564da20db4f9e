"""`auditor report`: what was found, for people, other programs and archives."""

import sys
from pathlib import Path

from auditor.access.history import open_history
from auditor.cli.options import (
    Depth,
    Form,
    FromReport,
    OneAccount,
    Open,
    Output,
    ReportDepth,
    ReportForm,
    Since,
)
from auditor.cli.prompts import print_message
from auditor.disk.files import read_given_file, write_named_file
from auditor.errors import UsageError
from auditor.report.summary import Report, build_report

_LONGEST = 100 * 1024 * 1024  # bytes of a report, with all its pictures


def report(  # noqa: PLR0913 - one parameter for each option
    *,
    form: ReportForm = Form.HTML,
    account: OneAccount = None,
    since: Since = None,
    depth: ReportDepth = Depth.FULL,
    output: Output = None,
    open_: Open = False,
    from_: FromReport = None,
) -> None:
    """Write a report of what was found before; reads no page."""
    if from_ is not None:
        if form is not Form.JSON or account or since or depth is not Depth.FULL or open_:
            message = "`--from` gives the whole data of a report back, as JSON"
            raise UsageError(message, "Add `--format json`, and nothing else but `-o FILE`.")
        _deliver(_read_report_data(from_), output)
        return
    if open_ and output is None:
        raise UsageError("`--open` opens the file that is written", "Name it with -o FILE.")
    log = open_history(signed=False).log
    built = build_report(log, account=account, since=since, depth=str(depth))
    _deliver(render_report(built, form), output)
    if open_ and output is not None:
        open_in_browser(output)


def _deliver(text: str, output: Path | None) -> None:
    """Write a report to its file, which is told, or to stdout."""
    if output is None:
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        sys.stdout.flush()
        return
    write_report(output, text)
    print_message(f"Report written to {output}.")


def _read_report_data(path: Path) -> str:
    """Return the data of an HTML report as a JSON document; raises UsageError if it is none."""
    from auditor.report.forms import render_document  # noqa: PLC0415 - each view when asked for
    from auditor.report.html import read_html_document  # noqa: PLC0415

    content = read_given_file(path, _LONGEST)
    document = read_html_document(content.decode("utf-8", "replace"))
    try:
        return render_document(document)
    except RecursionError:
        raise UsageError(f"{path} nests deeper than any report of auditor") from None


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
    write_named_file(path, text.encode("utf-8", "replace"), private=True)


def open_in_browser(path: Path) -> None:
    """Open a file in the person's own browser."""
    import webbrowser  # noqa: PLC0415

    webbrowser.open(path.absolute().as_uri())
