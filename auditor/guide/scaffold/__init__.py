"""A new flow to begin with: the flow, its site, a mock page, and a test that reads both.

The files beside this one are templates; what stands in them is made up and has to be replaced.
"""

from __future__ import annotations

import re
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from auditor.disk.folders import write_failed
from auditor.errors import UsageError
from auditor.text import show_given

if TYPE_CHECKING:
    from datetime import date

_ID = re.compile(r"([a-z][a-z0-9-]{0,39})/([a-z][a-z0-9-]{0,39})")
_TEMPLATES = Path(__file__).parent


def write_scaffold(flow: str, folder: Path, today: date) -> tuple[Path, ...]:
    """Write the files of a new flow below a folder, and return them.

    Raises UsageError if the id cannot be one or its folder is there already, SetupError if the
    files cannot be written.
    """
    match = _ID.fullmatch(flow)
    if match is None or match[2] in {"site", "facts", "by-hand"}:
        message = f"{show_given(flow)} cannot be the id of a flow"
        raise UsageError(message, "Write it like notebook/web: small letters, digits, hyphens.")
    service, name = match.groups()
    place = folder / service
    if place.exists():
        raise UsageError(f"{place} is there already", "Choose another name, or another folder.")
    words = {"id": flow, "service": service, "flow": name, "title": service.capitalize()}
    words["today"] = str(today)
    made = _list_files(place, service, name)
    for path, template in made.items():
        text = Template((_TEMPLATES / template).read_text(encoding="utf-8")).safe_substitute(words)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise write_failed(path, error) from error
    return tuple(made)


def _list_files(place: Path, service: str, name: str) -> dict[Path, str]:
    """Return the template of each file."""
    return {
        place / "site.toml": "site.toml",
        place / f"{name}.toml": "flow.toml",
        place / "page" / "index.html": "index.html",
        place / "page" / "api" / "privacy.json": "privacy.json",
        place / f"test_{service.replace('-', '_')}.py": "test.py.txt",
    }
