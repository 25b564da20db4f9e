"""Scripts for the page: small files of JavaScript, each of them one function."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def read_script(path: str) -> str:
    """Return one file of JavaScript, named from `auditor/browser`, without blanks around it."""
    return files("auditor.browser").joinpath(*path.split("/")).read_text(encoding="utf-8").strip()
