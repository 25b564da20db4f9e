"""The words for what the history holds, and what stands in each column of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.records.record import ATTEST
from auditor.text import make_printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.records.log import Question, RecordLog
    from auditor.records.record import Record

# A letter for each state, so that nothing depends on the colour.
STRIP = {
    "on": ("N", "bold white on red"),
    "off": ("F", "bold black on green"),
    "undecided": ("U", "bold black on yellow"),
    "not_applicable": ("A", "black on cyan"),
    "unknown": ("?", "bold white on magenta"),
}
LEGEND = "N on, F off, U undecided, A not applicable, ? cannot tell; oldest first"
HEADS = ("No.", "When (UTC)", "Account", "State", "How", "What")
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
    "stale": "was not looked at for long",
    "altered": "the records before were not those that were signed",
    "shortened": "records were missing at the end",
    "unsigned": "records before were not signed when they were written",
    "begun_anew": "another history stood here before",
}
NOTHING = (
    "Nothing is recorded yet. Next: `auditor audit` reads a setting; `auditor demo` shows how."
)


def list_strips(log: RecordLog, question: Question, length: int) -> Iterator[tuple[str, list[str]]]:
    """Yield name and newest states of each account; with its address, if a name stands twice."""
    strips = log.read_timelines(question, length)
    several_addresses = len({name for name, _ in strips}) < len(strips)
    for (name, url), states in strips.items():
        if states:
            yield make_printable(f"{name} · {url}" if several_addresses else name), states


def find_letter(state: str) -> str:
    """Return the letter that stands for a state."""
    return STRIP.get(state, STRIP["unknown"])[0]


def list_cells(record: Record) -> list[tuple[str, str]]:
    """Return what a record shows in each column of the table, and in which style."""
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
