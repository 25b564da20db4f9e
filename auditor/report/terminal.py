"""Print findings for people: one panel with the verdict for each account.

Words say everything that colours say; text of a page is never read as markup.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from auditor.core.finding import Evidence, Finding, Outcome, State
from auditor.report.plain import replace_unshowable
from auditor.text import make_printable

if TYPE_CHECKING:
    from collections.abc import Iterable

_LOOKS = {
    Outcome.AS_WANTED: ("✓", "green"),
    Outcome.CHANGED: ("✓", "green"),
    Outcome.NOT_APPLICABLE: ("✓", "green"),
    Outcome.NOT_AS_WANTED: ("✗", "red"),
    Outcome.WOULD_CHANGE: ("→", "yellow"),
    Outcome.REFUSED: ("✗", "red"),
    Outcome.NEEDS_HUMAN: ("!", "yellow"),
    Outcome.UNREAD: ("?", "magenta"),
}
_STATES = {
    State.ON: "ON",
    State.OFF: "OFF",
    State.UNDECIDED: "UNDECIDED",
    State.NOT_APPLICABLE: "NOT APPLICABLE",
    State.UNKNOWN: "CANNOT TELL",
}
_COVERED = (State.ON, State.OFF)
_WITNESS = {State.UNDECIDED: "no choice", State.UNKNOWN: "nothing"}
_EVIDENCE = {
    Evidence.PROVED: "proved: the page and its own data agree",
    Evidence.SEEN: "seen: only the page shows it",
}
_WIDEST = 100
_NARROW = 44  # columns, below which names and values do not fit side by side
Out = Console


def build_console(*, stderr: bool = False, no_colour: bool = False) -> Console:
    """Return a console that honours NO_COLOR and never reads markup or emoji codes in text."""
    return Console(
        stderr=stderr, markup=False, emoji=False, highlight=False, no_color=no_colour or None
    )


def show_findings(findings: Iterable[Finding], out: Console, *, note: str | None = None) -> None:
    """Print one verdict panel for each finding; for several, what they all come to below.

    `note` says what OFF covers and what it does not; it is None where that is not known.
    """
    findings = tuple(findings)
    several = len(findings) > 1
    width = min(out.width, _WIDEST)
    for found in findings:
        out.print(build_panel(found, out, note=None if several else note), width=width)
    if several:
        counts = Counter(_STATES[found.state] for found in findings)
        out.print(
            f"{len(findings)} accounts:"
            f" {', '.join(f'{n} {state}' for state, n in counts.items())}.",
            width=width,
        )
        if note and any(found.state in _COVERED for found in findings):
            out.print(f"Note: {note}", width=width)


def build_panel(found: Finding, out: Console, *, note: str | None = None) -> Panel:
    """Draw the verdict of one finding; `note` stands below an on or off."""
    sign, colour = _LOOKS[found.outcome]
    badge = Text(
        f" {fit_encoding(sign, out)} {_STATES[found.state]} ", style=f"bold reverse {colour}"
    )
    message = _make_safe(found.message).removeprefix("Cannot tell, ")  # the badge has said that
    verdict = Text(fit_encoding(message, out), style="bold", overflow="fold")
    rows = [
        (name, Text(fit_encoding(value, out), overflow="fold"))
        for name, value in _list_rows(found, note)
    ]
    title = Text(
        fit_encoding(f"{_make_safe(found.account)} · {_make_safe(found.flow)}", out), style="bold"
    )
    narrow = out.width < _NARROW
    return Panel(
        _stack(badge, verdict, rows) if narrow else _align(badge, verdict, rows),
        title=title,
        title_align="left",
        border_style=colour,
        padding=(0, 1) if narrow else (1, 2),
    )


def _align(badge: Text, verdict: Text, rows: list[tuple[str, Text]]) -> Group:
    """Lay the verdict beside its badge, and the rows out in two columns."""
    top = Table.grid(padding=(0, 2))
    top.add_column(no_wrap=True)
    top.add_column(overflow="fold")
    top.add_row(badge, verdict)
    below = Table.grid(padding=(0, 2))
    below.add_column(style="dim", no_wrap=True)
    below.add_column(overflow="fold")
    for name, value in rows:
        below.add_row(name, value)
    return Group(top, Text(""), below)


def _stack(badge: Text, verdict: Text, rows: list[tuple[str, Text]]) -> Group:
    """Lay everything below the other, for a terminal too narrow for columns."""
    named = (
        part
        for name, value in rows
        for part in (Text(name, style="dim"), Padding(value, (0, 0, 0, 2)))
    )
    return Group(badge, verdict, Text(""), *named)


def fit_encoding(text: str, out: Console) -> str:
    """Replace signs that the terminal's encoding cannot show."""
    return replace_unshowable(text, out.encoding)


def _list_rows(found: Finding, note: str | None) -> list[tuple[str, str]]:
    rows = [("Setting", _make_safe(found.label))] if found.label else []
    page, network = (
        _WITNESS.get(found.witnesses[name], found.witnesses[name]) for name in ("page", "network")
    )
    if found.label or {found.witnesses["page"], found.witnesses["network"]} != {State.UNKNOWN}:
        rows.append(("Witnesses", f"the page shows {page} · the page's own data said {network}"))
    if found.evidence is not None:
        rows.append(("Evidence", _EVIDENCE[found.evidence]))
    if found.locked:
        rows.append(("Locked", "the switch is disabled"))
    if found.organisation:
        rows.append(("Organisation", _make_safe(found.organisation)))
    documented = found.route == "documented"
    way = " · by the documented path" if documented else " · by the direct address"
    # else the path was not walked to its end, or not at all
    arrived = found.state is not State.UNKNOWN
    rows.append(
        ("Where", f"{_make_safe(found.origin)}{way if arrived else ''} · {found.seconds:.1f} s")
    )
    rows += [("Warning", _make_safe(warning)) for warning in found.warnings]
    if note and found.state in _COVERED:
        rows.append(("Note", _make_safe(note)))
    if found.hint:
        rows.append(("Next", _make_safe(found.hint)))
    return rows


def _make_safe(text: str) -> str:
    return make_printable(text, longest=600)
