"""Records and what is known of accounts, as JSON or comma-separated values for other programs."""

from __future__ import annotations

import csv as csv_
import io
import sys
import unicodedata
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from auditor import __version__
from auditor.report.plain_json import render_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from auditor.records.record import Record
    from auditor.records.status import AccountStatus

COLUMNS = (
    "number",
    "kind",
    "at",
    "account",
    "base_url",
    "flow",
    "state",
    "wanted",
    "outcome",
    "reason",
    "evidence",
    "route",
    "locked",
    "label",
    "version",
    "event",
)
# the wide ones count in spreadsheets set to an East Asian language
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def make_document(name: str, rows: Sequence[Any]) -> dict[str, Any]:
    """Return a document of rows under a name, with the tool that made it."""
    return {"schema": 1, "tool": {"name": "auditor", "version": __version__}, name: list(rows)}


def print_records(records: Sequence[Record], *, csv: bool) -> None:
    """Print records, newest first."""
    if csv:
        _write(render_csv(records))
    else:
        _write(_render(make_document("records", records)))


def print_status(known: Sequence[AccountStatus]) -> None:
    """Print what is known of each account as one JSON document."""
    _write(_render(make_document("accounts", [asdict(each) for each in known])))


def render_csv(records: Iterable[Record]) -> str:
    """Return records as comma-separated values, which no spreadsheet takes for formulas."""
    out = io.StringIO()
    writer = csv_.writer(out, lineterminator="\r\n")  # RFC 4180
    writer.writerow(COLUMNS)
    for each in records:
        writer.writerow([make_cell_harmless(each.get(column)) for column in COLUMNS])
    return out.getvalue()


def make_cell_harmless(value: object) -> str:
    """Return a cell's text; an apostrophe goes before what a spreadsheet would calculate."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = "".join(" " if _is_obeyed(char) else char for char in str(value))
    return f"'{text}" if text.startswith(_FORMULA) else text


def _is_obeyed(char: str) -> bool:
    """Return whether a terminal would do something on a character, or show nothing for it."""
    return char not in "\t\n" and unicodedata.category(char) in ("Cc", "Cf", "Cs")


def _render(document: dict[str, Any]) -> str:
    return render_json(document) + "\n"


def _write(text: str) -> None:
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.flush()
