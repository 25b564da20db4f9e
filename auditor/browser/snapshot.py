"""An accessibility snapshot that shows how a page is built, but not whose it is.

Everything a page says is masked unless it is one of the flow's own words, the names of controls
included (a list of chats has a checkbox for each). Names, chats, addresses and organisations stay
out by construction, not by looking for them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from auditor.text import make_printable, normalize_label

if TYPE_CHECKING:
    from auditor.flow import Site

MASK = "•••"
_LINE = re.compile(
    r"""^(?P<indent>\s*- )(?P<quote>'?)(?P<role>[a-z]+)"""
    r"""(?: (?P<name>"(?:[^"\\]|\\.)*"|/(?:[^/\\]|\\.)*/))?"""
    r"""(?P<marks>(?: \[[a-z]+(?:=[a-z0-9]+)?\])*)(?P=quote)(?P<colon>:?)(?P<text>.*)$"""
)
_MOST_LINES = 2_000


def mask_snapshot(snapshot: str, site: Site) -> str:
    """Mask every line of one of Playwright's snapshots."""
    known = _known_texts(site)
    lines = snapshot.splitlines()
    kept = [_mask_line(line, known, site) for line in lines[:_MOST_LINES]]
    left_out = [f"… {len(lines) - _MOST_LINES} more lines"] if len(lines) > _MOST_LINES else []
    return "\n".join([*kept, *left_out]) + "\n"


def describe_names(names: tuple[str, ...], site: Site) -> str:
    """Say the names that are the flow's own words, and how many others there are."""
    known = _known_texts(site)
    own = [make_printable(name) for name in names if normalize_label(name) in known]
    others = len(names) - len(own)
    return ", ".join([*own, *([f"{others} of other names"] if others else [])])


def _known_texts(site: Site) -> set[str]:
    return {
        normalize_label(text)
        for name, words in site.words.items()
        if f"@{name}" != site.setting.description  # single words, of which any text is made
        for text in words.all()
        if "{name}" not in text
    }


def _mask_line(line: str, known: set[str], site: Site) -> str:
    if "/url:" in line:
        contains = site.setting.help_link.contains
        return line.split("/url:", maxsplit=1)[0] + (
            "/url: the help article" if contains in line else f"/url: {MASK}"
        )
    match = _LINE.match(line)
    if match is None:
        return f"- {MASK}"
    name = match["name"]
    said = "" if name is None else f' "{_mask_unless_known(name[1:-1], known)}"'
    text = match["text"].strip()
    told = f" {_mask_unless_known(text, known)}" if text else ""
    return f"{match['indent']}{match['role']}{said}{match['marks']}{match['colon']}{told}"


def _mask_unless_known(text: str, known: set[str]) -> str:
    return make_printable(text) if normalize_label(text) in known else MASK
