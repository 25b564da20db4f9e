"""Scripts for the page: small files of JavaScript, each of them one function."""

from __future__ import annotations

from functools import cache
from pathlib import Path

SCRIPTS = Path(__file__).parent.parent
"""The folder of them all; a package in an archive, which has no files, is of no use to a driver."""


@cache
def read_script(path: str) -> str:
    """Return one file of JavaScript, named from `auditor/browser`, without blanks around it."""
    return SCRIPTS.joinpath(*path.split("/")).read_text(encoding="utf-8").strip()
