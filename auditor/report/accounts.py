"""Print the accounts whose sessions are kept, from what is not sealed; no session is opened."""

from __future__ import annotations

import json as json_
import sys
from typing import TYPE_CHECKING, Protocol

from auditor import __version__
from auditor.report.plain import is_for_eyes, print_columns, print_plain, replace_unshowable
from auditor.text import make_printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

_NARROW = 70
_HEADS = ("Account", "Service", "Sealed (UTC)", "Last used (UTC)", "Last verdict")
_NONE = (
    "No session of an account is kept on this computer.\n"
    "Next: `auditor login` signs in and keeps one; `auditor demo` shows the tool at work without"
    " any account."
)


class Row(Protocol):
    """What the table needs of a sealed session."""

    @property
    def account(self) -> str: ...
    @property
    def origin(self) -> str: ...
    @property
    def sealed_at(self) -> str: ...
    @property
    def last_used(self) -> str | None: ...
    @property
    def last_verdict(self) -> str | None: ...
    @property
    def problem(self) -> str | None: ...


def show_accounts(kept: Sequence[Row], *, json: bool) -> None:
    """Print the table, and why a session cannot be opened; or all of it as one JSON document."""
    if json:
        sys.stdout.write(json_.dumps(_build_document(kept), ensure_ascii=False, indent=2) + "\n")
        return
    if not kept:
        print_plain(_NONE)
        return
    if is_for_eyes():
        _draw_table(kept)
    else:
        print_columns([_HEADS, *(_format_cells(one) for one in kept)])
    for one in kept:
        if one.problem is not None:
            print_plain(_describe_problem(one))


def _draw_table(kept: Sequence[Row]) -> None:
    from auditor.report.terminal import build_console  # noqa: PLC0415 - rich

    out = build_console()
    rows = [[replace_unshowable(text, out.encoding) for text in _format_cells(one)] for one in kept]
    out.print(_build_blocks(rows) if out.width < _NARROW else _build_table(rows))


def _format_cells(one: Row) -> list[str]:
    verdict = one.last_verdict.replace("_", " ") if one.last_verdict else "-"
    return [
        make_printable(one.account),
        make_printable(one.origin) or "-",
        _format_moment(one.sealed_at),
        _format_moment(one.last_used),
        verdict,
    ]


def _format_moment(when: str | None) -> str:
    """Shorten 2026-11-22T10:00:00Z to what a person reads."""
    return when[:16].replace("T", " ") if when else "-"


def _build_table(rows: Sequence[Sequence[str]]) -> Table:
    from rich.table import Table  # noqa: PLC0415 - rich

    table = Table()
    for head in _HEADS:
        table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def _build_blocks(rows: Sequence[Sequence[str]]) -> Table:
    """Lay each account out below the other, for a terminal too narrow for columns."""
    from rich.table import Table  # noqa: PLC0415 - rich

    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for row in rows:
        for head, cell in zip(_HEADS, row, strict=True):
            grid.add_row(head, cell)
        grid.add_row()
    return grid


def _describe_problem(one: Row) -> str:
    name = make_printable(one.account)
    why = f"The session of {name} cannot be opened: {make_printable(one.problem or '')}."
    ways = f"Sign in again with `auditor login {name}`, or remove it with `auditor logout {name}`."
    return f"{why} {ways}"


def _build_document(kept: Sequence[Row]) -> dict[str, object]:
    rows = [
        {
            "account": one.account,
            "origin": one.origin or None,
            "sealed_at": one.sealed_at or None,
            "last_used": one.last_used,
            "last_verdict": one.last_verdict,
            "problem": one.problem,
        }
        for one in kept
    ]
    return {"schema": 1, "tool": {"name": "auditor", "version": __version__}, "accounts": rows}
