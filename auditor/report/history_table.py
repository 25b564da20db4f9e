"""Draw the history: a strip of states for each account, and a table, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from auditor.report.record_words import LEGEND, STRIP, list_cells, list_strips
from auditor.report.terminal import build_console, fit_encoding

if TYPE_CHECKING:
    from rich.console import Console

    from auditor.records.log import Question, RecordLog
    from auditor.records.record import Record

_STRIP_LENGTH = 40
_NARROW = 60


def draw_history(log: RecordLog, question: Question, records: list[Record]) -> None:
    """Print strips and a table of records."""
    out = build_console()
    _print_strips(log, question, out)
    out.print(_build_table(records, out))


def _print_strips(log: RecordLog, question: Question, out: Console) -> None:
    room = max(10, min(_STRIP_LENGTH, out.width - 30))
    grid = Table.grid(padding=(0, 2))
    grid.add_column(overflow="fold", max_width=max(12, out.width - room - 4))
    grid.add_column(no_wrap=True)
    for title, states in list_strips(log, question, room):
        grid.add_row(fit_encoding(title, out), build_strip(states))
    out.print(grid)
    out.print(LEGEND, style="dim")


def build_strip(states: list[str]) -> Text:
    """Return one coloured letter for each state."""
    strip = Text()
    for state in states:
        strip.append(*STRIP.get(state, STRIP["unknown"]))
    return strip


def _build_table(records: list[Record], out: Console) -> Table:
    table = Table(box=None, padding=(0, 1), header_style="bold")
    table.add_column("No.", justify="right", no_wrap=True)
    table.add_column("When (UTC)", no_wrap=True)
    table.add_column("Account", overflow="fold")
    table.add_column("State", overflow="fold")
    table.add_column("How", no_wrap=True)
    if out.width >= _NARROW:
        table.add_column("What", overflow="fold")
    for each in records:
        cells = [*list_cells(each)]
        shown = [Text(fit_encoding(text, out), style) for text, style in cells]
        table.add_row(*shown[: len(table.columns)])
    return table
