"""Print what is known of each account: one line each, in words that need no colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from auditor.records.record import PLAIN
from auditor.report.history import NOTHING, STATE_WORDS
from auditor.report.terminal import build_console, fit_encoding
from auditor.text import make_printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from auditor.records.status import AccountStatus


def show_status(
    known: Sequence[AccountStatus], account: str | None, fail_if_older: float | None
) -> None:
    """Print a line for each account, and which of them are older than asked for."""
    out = build_console()
    if not known:
        nothing = NOTHING if account is None else f"Nothing is recorded of the account {account}."
        out.print(nothing)
        return
    several = len({each.account for each in known}) < len(known)
    for each in known:
        line = Text()
        line.append(fit_encoding(_sign(each), out), _colour(each))
        line.append(fit_encoding(f" {describe_status(each, with_address=several)}", out))
        age = each.age_days()
        if fail_if_older is not None and (age is None or age > fail_if_older):
            line.append(f" Older than {fail_if_older:g} days.", "bold yellow")
        out.print(line)


def describe_status(known: AccountStatus, *, with_address: bool = False) -> str:
    """Return one sentence: state, since when, when last seen, how old, by reading or by word."""
    name = make_printable(known.account)
    if with_address or known.by_word:  # a word may be about any service
        name = f"{name} at {make_printable(known.base_url)}"
    if known.known_at is None:
        return f"{name}: never known; last tried {format_moment(known.last_read)}{_why(known)}."
    how = "a person's word" if known.by_word else "read"
    sentence = (
        f"{name}: {STATE_WORDS[known.state]} since {format_moment(known.since)}; last seen"
        f" {format_moment(known.known_at)}, {format_age(known.age_days())}, {how}."
    )
    if known.is_old_word():
        sentence += " That word is old: look again, then attest it."
    if known.by_word and known.read_state in PLAIN:
        seen = format_moment(known.last_read)
        sentence += f" The tool last read {STATE_WORDS[known.read_state]} ({seen})."
    if known.reason is not None:
        sentence += f" The last try ({format_moment(known.last_read)}) gave nothing{_why(known)}."
    return sentence


def _why(known: AccountStatus) -> str:
    return f" ({known.reason.replace('_', ' ')})" if known.reason else ""


def _sign(known: AccountStatus) -> str:
    if known.state == "unknown":
        return "?"
    right = known.state in (known.wanted, "not_applicable")
    return "✓" if right else "✗"


def _colour(known: AccountStatus) -> str:
    return {"✓": "bold green", "✗": "bold red", "?": "bold magenta"}[_sign(known)]


def format_moment(at: str | None) -> str:
    """Shorten 2026-11-22T10:00:00Z to what a person reads."""
    return at[:16].replace("T", " ") if at else "never"


def format_age(days: float | None) -> str:
    """Say how long ago something was."""
    if days is None:
        return "at an unknown time"
    if days < 1:
        return "today" if days >= 0 else "in the future, by this clock"
    return "a day ago" if days < 2 else f"{int(days)} days ago"  # noqa: PLR2004 - grammar
