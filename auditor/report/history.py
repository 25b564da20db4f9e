"""Print the history for people: a strip of states for each account, and a table, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from auditor.records.record import ATTEST
from auditor.report.terminal import build_console, fit_encoding
from auditor.text import make_printable

if TYPE_CHECKING:
    from rich.console import Console

    from auditor.records.log import Question, Record, RecordLog

# A letter for each state, so that nothing depends on the colour.
STRIP = {
    "on": ("N", "bold white on red"),
    "off": ("F", "bold black on green"),
    "undecided": ("U", "bold black on yellow"),
    "not_applicable": ("A", "black on cyan"),
    "unknown": ("?", "bold white on magenta"),
}
LEGEND = "N on, F off, U undecided, A not applicable, ? cannot tell; oldest first"
STATE_WORDS = {
    "on": "ON",
    "off": "OFF",
    "undecided": "UNDECIDED",
    "not_applicable": "NOT APPLICABLE",
    "unknown": "CANNOT TELL",
}
_COLOURS = {"on": "red", "off": "green", "undecided": "yellow", "unknown": "magenta"}
_KINDS = {
    "finding": "read",
    "dry_run": "dry run",
    "attest": "word",
    "key": "key",
    "notice": "notice",
}
EVENTS = {
    "exposed": "is not as wanted",
    "restored": "is as wanted again",
    "unreadable": "could not be read twice in a row",
    "changed_elsewhere": "was changed elsewhere",
}
NOTHING = (
    "Nothing is recorded yet. Next: `auditor audit` reads a setting; `auditor demo` shows how."
)
_STRIP_LENGTH = 40
_NARROW = 60


def show_history(log: RecordLog, question: Question) -> None:
    """Print strips and table; say how to see what is older."""
    out = build_console()
    records = log.read(question)
    if not records:
        nothing = NOTHING if log.read_checkpoint() is None else "No record is like that."
        out.print(nothing)
        return
    _print_strips(log, question, out)
    out.print(_build_table(records, out))
    oldest = records[-1]["number"]
    if oldest > 1 and len(records) == question.limit:
        out.print(f"Older ones: add --before {oldest}.", style="dim")


def _print_strips(log: RecordLog, question: Question, out: Console) -> None:
    room = max(10, min(_STRIP_LENGTH, out.width - 30))
    grid = Table.grid(padding=(0, 2))
    grid.add_column(overflow="fold", max_width=max(12, out.width - room - 4))
    grid.add_column(no_wrap=True)
    strips = log.read_timelines(question, room)
    several_addresses = len({name for name, _ in strips}) < len(strips)
    for (name, url), states in strips.items():
        if states:
            title = f"{name} · {url}" if several_addresses else name
            grid.add_row(fit_encoding(make_printable(title), out), build_strip(states))
    out.print(grid)
    out.print(LEGEND, style="dim")


def build_strip(states: list[str]) -> Text:
    """Return one coloured letter for each state."""
    strip = Text()
    for state in states:
        letter, style = STRIP.get(state, STRIP["unknown"])
        strip.append(letter, style)
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
        cells = [*_format_record(each)]
        shown = [Text(fit_encoding(text, out), style) for text, style in cells]
        table.add_row(*shown[: len(table.columns)])
    return table


def _format_record(record: Record) -> list[tuple[str, str]]:
    state = str(record.get("state") or "")
    return [
        (str(record["number"]), "dim"),
        (str(record.get("at") or "")[:16].replace("T", " "), ""),
        (make_printable(str(record.get("account") or "-")), ""),
        (STATE_WORDS.get(state, "-"), _COLOURS.get(state, "")),
        (_KINDS.get(str(record["kind"]), "?"), ""),
        (make_printable(describe_record(record)), "dim"),
    ]


def describe_record(record: Record) -> str:
    """Say in a few words what a record adds to its state."""
    if record["kind"] == "key":
        return "a new key signs from here on"
    if record["kind"] == "notice":
        event = str(record.get("event") or "")
        return EVENTS.get(event, event.replace("_", " "))
    if record["kind"] == ATTEST:
        about = [str(record.get("origin") or ""), str(record.get("note") or "")]
        return ", ".join(word for word in about if word)
    words = [str(record.get("outcome") or "").replace("_", " ")]
    if record.get("reason"):
        words.append(str(record["reason"]).replace("_", " "))
    elif record.get("evidence"):
        words.append(str(record["evidence"]))
    return ", ".join(word for word in words if word)
