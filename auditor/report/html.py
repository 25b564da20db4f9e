"""The report as one HTML file: no script, nothing loaded, style allowed by its own hash."""

from __future__ import annotations

import html
import json
import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditor.errors import UsageError
from auditor.report.coverage import list_coverage
from auditor.report.plain_json import render_json
from auditor.report.record_words import STATE_WORDS, describe_record
from auditor.report.status import format_age, format_moment
from auditor.report.summary import (
    LIMITS,
    PROOFS,
    REPORT_SCHEMA,
    SHOWN_RECORDS,
    build_report_document,
)
from auditor.report.timeline import BASE, HEIGHT, LANES, WIDTH, build_timeline
from auditor.text import make_printable

if TYPE_CHECKING:
    from jinja2 import Template

    from auditor.report.summary import Report

_FOLDER = Path(__file__).parent / "templates"
_DATA = re.compile(r'<pre id="auditor-json">(.*?)</pre>', re.DOTALL)
SIGNS = {"right": "✓", "wrong": "✗", "open": "?"}


def render_html(report: Report) -> str:
    """Return the whole file."""
    style = (_FOLDER / "report.css").read_text(encoding="utf-8")
    return _load_template().render(
        report=report,
        document=render_json(build_report_document(report), indent=1),
        style=style,
        style_hash=b64encode(sha256(style.encode()).digest()).decode(),
        timelines=[build_timeline(each.readings) for each in report.accounts],
        chart={"width": WIDTH, "height": HEIGHT, "base": BASE, "lanes": LANES},
        coverage=list_coverage(),
        limits=LIMITS,
        proofs=PROOFS,
        shown=SHOWN_RECORDS,
        signs=SIGNS,
        states=STATE_WORDS,
    )


def read_html_document(text: str) -> dict[str, Any]:
    """Return the data that an HTML report carries.

    Raises UsageError if it carries none, or some that this version does not know.
    """
    found = _DATA.findall(text)
    try:
        document = json.loads(html.unescape(found[0])) if len(found) == 1 else None
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or not {"schema", "report", "accounts"} <= document.keys():
        raise UsageError("The file is not a report of auditor", "Give one written as HTML.")
    if document["schema"] != REPORT_SCHEMA:
        raise UsageError("The report was written by another version of auditor", "Use that one.")
    return document


@cache
def _load_template() -> Template:
    import jinja2  # noqa: PLC0415 - only where an HTML report is written

    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        loader=jinja2.FileSystemLoader(_FOLDER),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["moment"] = format_moment
    environment.filters["age"] = format_age
    environment.filters["shown"] = lambda text: make_printable(str(text), 200)
    environment.filters["told"] = describe_record
    # the style is our own file, and hashed as it stands
    environment.filters["own_style"] = _mark_safe
    return environment.get_template("report.html")


def _mark_safe(text: str) -> str:
    from markupsafe import Markup  # noqa: PLC0415 - comes with Jinja2

    return Markup(text)  # noqa: S704 - our own file
