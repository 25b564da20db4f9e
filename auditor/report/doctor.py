"""Print the doctor's checks: a table for people, or one JSON document.

Words say everything that colours say.
"""

from __future__ import annotations

import json as json_
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from auditor import __version__
from auditor.report.terminal import build_console, fit_encoding
from auditor.text import make_printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from auditor.core.checks import Check

_LOOKS = {"ok": "green", "note": "yellow", "problem": "bold red"}
_WIDEST = 110
_NARROW = 60


def show_checks(checks: Sequence[Check], *, json: bool) -> None:
    """Print the checks, and how many problems there are."""
    if json:
        sys.stdout.write(json_.dumps(_build_document(checks), ensure_ascii=False, indent=2) + "\n")
        return
    out = build_console()
    out.print(
        _build_blocks(checks, out) if out.width < _NARROW else _build_table(checks, out),
        width=min(out.width, _WIDEST),
    )
    problems = sum(check.status == "problem" for check in checks)
    if problems:
        found = "1 problem" if problems == 1 else f"{problems} problems"
        out.print(f"{found} found. Mend as said above, then run `auditor doctor` again.")
    else:
        out.print("All that is needed is there.")


def _build_table(checks: Sequence[Check], out: Console) -> Table:
    table = Table(title="What this machine has", title_justify="left", show_lines=True)
    table.add_column("Check", overflow="fold", min_width=8)
    table.add_column("Result", no_wrap=True)
    table.add_column("What was found, and how to mend it", overflow="fold", ratio=1)
    for check in checks:
        table.add_row(
            _make_safe(check.name, out),
            Text(check.status, style=_LOOKS[check.status]),
            _describe_finding(check, out),
        )
    return table


def _build_blocks(checks: Sequence[Check], out: Console) -> Group:
    """Lay each check out below the other, for a terminal too narrow for columns."""
    parts: list[Padding | Text] = []
    for check in checks:
        parts.append(
            Text.assemble(f"{_make_safe(check.name, out)}: ", (check.status, _LOOKS[check.status]))
        )
        parts.append(Padding(_describe_finding(check, out), (0, 0, 1, 2)))
    return Group(*parts)


def _describe_finding(check: Check, out: Console) -> Text:
    found = Text(_make_safe(check.detail, out), overflow="fold")
    if check.mend:
        found.append(f"\n{_make_safe(f'To mend: {check.mend}', out)}", style="bold")
    return found


def _build_document(checks: Sequence[Check]) -> dict[str, object]:
    tool = {"name": "auditor", "version": __version__}
    return {"schema": 1, "tool": tool, "checks": [asdict(check) for check in checks]}


def _make_safe(text: str, out: Console) -> str:
    return fit_encoding(make_printable(text, longest=600), out)
