"""Say what a check of the history came to."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from auditor import __version__
from auditor.report.plain_json import render_json
from auditor.text import terminal_width, wrap_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from auditor.records.verify import Verification

_MANY = 100_000  # records: a check of fewer is over before a person would ask


@contextmanager
def open_counter() -> Iterator[Callable[[int, int], None]]:
    """Give what shows how far a long check has come, on a terminal only."""
    shown = False

    def report(done: int, every: int) -> None:
        nonlocal shown
        if every >= _MANY and sys.stderr.isatty():
            shown = True
            sys.stderr.write(f"\r{100 * done // every:3} % of {every} records checked")
            sys.stderr.flush()

    yield report
    if shown:
        sys.stderr.write("\n")


def show_verification(found: Verification, *, json: bool) -> None:
    """Print the verdict, what is wrong, what cannot be told, and what is good to know."""
    if json:
        document = build_document(found)
        sys.stdout.write(render_json(document) + "\n")
        return
    for line in describe_verification(found):
        sys.stdout.write(f"{wrap_text(line, terminal_width(sys.stdout))}\n")


def describe_verification(found: Verification) -> list[str]:
    """Return the verdict as lines for people."""
    if not found.size and not found.remarks:
        return ["Nothing is recorded yet, so there is nothing to check."]
    count = "1 record" if found.size == 1 else f"{found.size} records"
    lines = [f"{_name_verdict(found)}: {count}."]
    lines += [f"  wrong: {each.text}." for each in found.faults]
    lines += [f"  cannot be told: {each.text}." for each in found.doubts]
    return [*lines, *(f"  note: {note}" for note in found.notes)]


def _name_verdict(found: Verification) -> str:
    if found.faults:
        return "ALTERED"
    return "CANNOT BE TOLD" if found.doubts else "Intact"


def build_document(found: Verification) -> dict[str, object]:
    """Return the verdict as one JSON document."""
    remarks = [
        {"kind": str(each.kind), "first": each.first, "last": each.last, "text": each.text}
        for each in found.remarks
    ]
    verdict = {"ALTERED": "altered", "CANNOT BE TOLD": "undecided"}
    return {
        "schema": 1,
        "tool": {"name": "auditor", "version": __version__},
        "verdict": verdict.get(_name_verdict(found), "intact"),
        "records": found.size,
        "remarks": remarks,
        "notes": found.notes,
    }
