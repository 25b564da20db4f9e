"""Print lines without rich, which takes longer to import than such a command takes to run."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from auditor.text import terminal_width, wrap_text

if TYPE_CHECKING:
    from collections.abc import Sequence

_ASCII = {"✓": "OK", "✗": "X", "→": ">", "·": "-", "…": "..."}
# By these a person asks for colours, or for a width, where there is no terminal.
_ASKS_FOR_LOOKS = ("FORCE_COLOR", "TTY_COMPATIBLE", "COLUMNS")


def is_for_eyes() -> bool:
    """Return whether somebody may look at stdout, so that colours and width matter."""
    return sys.stdout.isatty() or any(os.environ.get(name) for name in _ASKS_FOR_LOOKS)


def print_plain(line: str) -> None:
    """Print a line on stdout, broken to the terminal's width if there is one."""
    shown = replace_unshowable(line, sys.stdout.encoding)
    print(wrap_text(shown, terminal_width(sys.stdout)))  # noqa: T201


def print_columns(rows: Sequence[Sequence[str]]) -> None:
    """Print rows whose columns stand below one another, each row in one line however long."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print(replace_unshowable("  ".join(cells).rstrip(), sys.stdout.encoding))  # noqa: T201


def replace_unshowable(text: str, encoding: str) -> str:
    """Replace signs that an encoding does not have."""
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        for sign, plain in _ASCII.items():
            text = text.replace(sign, plain)
        text = text.encode("ascii", "replace").decode()
    return text
