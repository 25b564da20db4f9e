"""Print what exports of others came to: one line for each."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from auditor import __version__
from auditor.report.plain_json import render_json
from auditor.report.record_words import STATE_WORDS
from auditor.report.status import format_age
from auditor.text import make_printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from auditor.report.examine import Examination


def show_examinations(found: Sequence[Examination], *, json: bool) -> None:
    """Print a line for each export, and how many are as they should be."""
    if json:
        rows = [_build_row(each) for each in found]
        document = {"schema": 1, "tool": {"name": "auditor", "version": __version__}}
        text = render_json({**document, "exports": rows})
        sys.stdout.write(f"{text}\n")
        return
    for each in found:
        sys.stdout.write(f"{describe_examination(each)}\n")
    sound = sum(each.is_sound for each in found)
    sys.stdout.write(f"{sound} of {len(found)} are as they should be.\n")


def _build_row(found: Examination) -> dict[str, object]:
    row = {**asdict(found), "sound": found.is_sound}
    del row["key_blob"]  # bytes, and named by the checker's own file
    return row


def describe_examination(found: Examination) -> str:
    """Return one line: sign, who, what it says, how old, and what is wrong."""
    # a person's name stands in the checker's own file, and is often an address
    known = "".join(char for char in found.person or "" if char.isprintable())
    person = known or f"unknown ({make_printable(found.folder)})"
    states = ", ".join(
        f"{make_printable(name)} {STATE_WORDS.get(state, '?')}"
        for name, state in found.states.items()
    )
    told = [states, f"seen {format_age(found.age_days())}" if found.oldest else ""]
    line = (
        f"{'ok ' if found.is_sound else 'NOT'} {person}: {', '.join(part for part in told if part)}"
    )
    wrong = "; ".join(make_printable(each) for each in found.problems)
    parts = [
        line.removesuffix(": "),
        wrong,
        "; ".join(make_printable(each) for each in found.notes),
    ]
    return " - ".join(part for part in parts if part)
