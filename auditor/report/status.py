"""Print what is known of each account: one line each, in words that need no colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.records.record import PLAIN
from auditor.report.plain import is_for_eyes, print_plain
from auditor.report.record_words import NOTHING, STATE_WORDS
from auditor.text import make_printable, show_given

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from auditor.records.status import AccountStatus

_COLOURS = {"✓": "bold green", "✗": "bold red", "?": "bold magenta"}


def show_status(
    known: Sequence[AccountStatus], account: str | None, fail_if_older: float | None
) -> None:
    """Print a line for each account, and which of them are older than asked for."""
    if not known:
        none = f"Nothing is recorded of the account {show_given(account or '')}."
        print_plain(NOTHING if account is None else none)
        return
    several = len({each.account for each in known}) < len(known)
    print_parts = _find_printer()
    for each in known:
        parts = [(_sign(each), _COLOURS[_sign(each)])]
        parts.append((f" {describe_status(each, with_address=several)}", ""))
        age = each.age_days()
        if fail_if_older is not None and (age is None or age > fail_if_older):
            parts.append((f" Older than {fail_if_older:g} days.", "bold yellow"))
        print_parts(parts)


def _find_printer() -> Callable[[Sequence[tuple[str, str]]], None]:
    """Return what prints a line of texts with styles: rich, where anybody could see them."""
    if not is_for_eyes():
        return lambda parts: print_plain("".join(text for text, _ in parts))
    from rich.text import Text  # noqa: PLC0415 - rich, where it is printed

    from auditor.report.terminal import build_console, fit_encoding  # noqa: PLC0415 - likewise

    out = build_console()
    return lambda parts: out.print(
        Text.assemble(*((fit_encoding(text, out), style) for text, style in parts))
    )


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
    return f" ({make_printable(known.reason).replace('_', ' ')})" if known.reason else ""


def _sign(known: AccountStatus) -> str:
    if known.state == "unknown":
        return "?"
    right = known.state in (known.wanted, "not_applicable")
    if right and known.is_old_word():
        return "?"
    return "✓" if right else "✗"


def format_moment(at: str | None) -> str:
    """Shorten 2026-11-22T10:00:00Z to what a person reads."""
    return make_printable(at)[:16].replace("T", " ") if at else "never"


def format_age(days: float | None) -> str:
    """Say how long ago something was."""
    if days is None:
        return "at an unknown time"
    if days < 1:
        return "today" if days >= 0 else "in the future, by this clock"
    return "a day ago" if days < 2 else f"{int(days)} days ago"  # noqa: PLR2004 - grammar
