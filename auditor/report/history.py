"""Print the history for people, newest first; with colours where there may be eyes for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.report.plain import is_for_eyes, print_columns, print_plain
from auditor.report.record_words import (
    HEADS,
    LEGEND,
    NOTHING,
    find_letter,
    list_cells,
    list_strips,
)

if TYPE_CHECKING:
    from auditor.records.log import Question, RecordLog
    from auditor.records.record import Record

_STRIP_LENGTH = 40


def show_history(log: RecordLog, question: Question) -> None:
    """Print strips and table; say how to see what is older."""
    records = log.read(question)
    if not records:
        print_plain(NOTHING if log.read_checkpoint() is None else "No record is like that.")
        return
    if is_for_eyes():
        from auditor.report.history_table import draw_history  # noqa: PLC0415 - rich

        draw_history(log, question, records)
    else:
        strips = list_strips(log, question, _STRIP_LENGTH)
        print_columns(
            [(title, "".join(find_letter(each)[0] for each in states)) for title, states in strips]
        )
        print_plain(LEGEND)
        print_columns([HEADS, *([text for text, _ in list_cells(each)] for each in records)])
    oldest = records[-1]["number"]
    if oldest > 1 and len(records) == question.limit:
        print_plain(f"Older ones: add --before {oldest}.")


def _print_columns(log: RecordLog, question: Question, records: list[Record]) -> None:
    strips = list_strips(log, question, _STRIP_LENGTH)
    print_columns([(title, "".join(map(find_letter, states))) for title, states in strips])
    print_plain(LEGEND)
    print_columns([HEADS, *([text for text, _ in list_cells(each)] for each in records)])
