"""The report as Markdown, JSON, comma-separated values or JUnit, all from one list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from auditor.report import plain_json
from auditor.report.coverage import list_coverage
from auditor.report.record_words import STATE_WORDS, describe_record
from auditor.report.status import format_moment
from auditor.report.summary import LIMITS, build_report_document
from auditor.report.tables import render_csv
from auditor.text import make_printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.report.summary import AccountReport, Report

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~&])")
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_json(report: Report) -> str:
    """Return the report as one JSON document."""
    return render_document(build_report_document(report))


def render_document(document: dict[str, Any]) -> str:
    """Return the data of a report as one JSON document."""
    return plain_json.render_json(document) + "\n"


def render_csv_report(report: Report) -> str:
    """Return the readings as comma-separated values; a summary has the last one of each account."""
    rows = [
        record
        for each in report.accounts
        for record in (each.readings if report.depth == "full" else each.readings[-1:])
    ]
    return render_csv(rows)


def render_markdown(report: Report) -> str:
    """Return the report as Markdown that holds no markup but its own."""
    return "\n".join(_write_markdown(report)) + "\n"


def _write_markdown(report: Report) -> Iterator[str]:
    yield f"# {escape_markdown(report.sentence)}\n"
    if report.accounts:
        yield "| Account | State | Since (UTC) | Last seen (UTC) | How | Where |"
        yield "|---|---|---|---|---|---|"
        for each in report.accounts:
            yield f"| {' | '.join(escape_markdown(cell) for cell in _account_cells(each))} |"
        yield ""
    if report.depth == "full":
        for each in report.accounts:
            yield from _write_readings(each)
    yield "## What OFF covers, and what it does not\n"
    yield "At Claude; other services have rules of their own.\n"
    for kind, text, source, checked in list_coverage():
        yield f"- **{kind.capitalize()}:** {text} Source: {source}, as of {checked}."
    yield "\n## What this report cannot know\n"
    yield from (f"- {text}" for text in LIMITS)
    yield "\n## How to check it\n"
    signed = f"Signed with the key {report.key}." if report.is_signed else (
        "Not signed: that finds accidents, not forgery."
    )  # fmt: skip
    yield f"{signed}\n" if report.checkpoint else "There is no history yet.\n"
    if report.checkpoint:
        yield f"```text\n{report.checkpoint}```\n"
        yield "Run `auditor history verify --against FILE` with this file.\n"
    yield f"auditor {report.version} · {report.made_at} · {report.uuid}"


def _account_cells(each: AccountReport) -> tuple[str, ...]:
    known = each.known
    how = "a person's word" if known.by_word else "read"
    return (
        known.account,
        STATE_WORDS[known.state],
        format_moment(known.since),
        format_moment(known.known_at),
        how,
        known.base_url,
    )


def _write_readings(each: AccountReport) -> Iterator[str]:
    yield f"## Account {escape_markdown(each.known.account)}\n"
    yield f"{escape_markdown(each.sentence)}\n"
    yield "| No. | When (UTC) | State | What |"
    yield "|--:|---|---|---|"
    for record in reversed(each.readings):
        state = STATE_WORDS.get(str(record.get("state")), "CANNOT TELL")
        cells = (
            str(record["number"]),
            format_moment(record.get("at")),
            state,
            describe_record(record),
        )
        yield f"| {' | '.join(escape_markdown(cell) for cell in cells)} |"
    yield ""


def escape_markdown(text: str) -> str:
    """Return text in one line, of which nothing is read as markup."""
    return _SPECIAL.sub(r"\\\1", make_printable(text, 300))


def render_junit(report: Report) -> str:
    """Return one test case for each account: it fails where the state is not as wanted."""
    counts = {
        verdict: sum(each.verdict == verdict for each in report.accounts)
        for verdict in ("wrong", "open")
    }
    suites = ET.Element("testsuites", name="auditor")
    suite = ET.SubElement(
        suites,
        "testsuite",
        name="auditor",
        tests=str(len(report.accounts)),
        failures=str(counts["wrong"]),
        errors=str(counts["open"]),
        timestamp=report.made_at.removesuffix("Z"),
        id=report.uuid,
    )
    for each in report.accounts:
        _add_case(suite, each)
    ET.indent(suites)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, encoding="unicode") + "\n"
    )


def _add_case(suite: ET.Element, each: AccountReport) -> None:
    seconds = (each.last or {}).get("seconds") or 0
    case = ET.SubElement(
        suite,
        "testcase",
        classname=_legal(each.known.base_url),
        name=_legal(each.known.account),
        time=str(seconds),
    )
    if each.verdict != "right":
        tag = "failure" if each.verdict == "wrong" else "error"
        told = ET.SubElement(case, tag, message=_legal(each.sentence), type=each.known.state)
        told.text = _legal(each.sentence)


def _legal(text: str) -> str:
    """Leave out what XML cannot hold."""
    return _ILLEGAL.sub("", make_printable(text, 300))
