"""Show a guide: lines for a terminal, Markdown, or one printable page."""

from __future__ import annotations

import re
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.text import make_printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from auditor.guide.path import Guide
    from auditor.guide.services import GuideEntry

_TEMPLATE = "guide.html"
_TITLE_WIDTH = 27
_PARTS = re.compile(r"(`[^`]+`|https://[^\s<>`;,)]+)")
# Characters that Markdown reads as more than themselves.
_MARKED = "\\`*_[]<>#|"


def list_lines(guide: Guide) -> Iterator[tuple[str, str]]:
    """Give the guide line by line: what stands before the line, and the line."""
    yield "", guide.title
    yield "", ""
    for number, step in enumerate(guide.steps, 1):
        yield f"{number:>3}. ", step.say
    yield "", ""
    yield from (("", line) for line in guide.meaning)
    for title, sentences in guide.notes:
        yield "", ""
        yield "", title
        yield from (("  - ", sentence) for sentence in sentences)
    yield "", ""
    yield from (("", line) for line in guide.closing)


def list_entries(entries: Iterable[GuideEntry], today: date) -> Iterator[tuple[str, str]]:
    """Give every guide in a line of its own: name, what it is, how old and how sure it is."""
    yield _columns("Name", "Path", "Reviewed"), "Known best from"
    titles = {False: "By hand, or by the tool", True: "By hand only"}
    for by_hand_only, group in groupby(entries, key=attrgetter("by_hand_only")):
        yield "", ""
        yield "", titles[by_hand_only]
        for each in group:
            title = make_printable(each.title, _TITLE_WIDTH - 1)
            yield _columns(each.name, title, each.describe_age(today)), each.surest
    yield "", ""
    yield "", "`auditor guide NAME` prints one, with all that it is known from and since when."
    yield "", "Nobody here has looked at the services themselves."


def _columns(name: str, title: str, age: str) -> str:
    return f"{name:<18}{title:<{_TITLE_WIDTH}}{age:<13}"


def render_markdown(guide: Guide) -> str:
    """Return the guide as Markdown."""
    parts = [f"# {_escape(guide.title)}", ""]
    parts += [f"{number}. {_escape(step.say)}" for number, step in enumerate(guide.steps, 1)]
    parts += ["", *(f"- {_escape(line)}" for line in guide.meaning)]
    for title, sentences in guide.notes:
        parts += ["", f"## {_escape(title)}", "", *(f"- {_escape(line)}" for line in sentences)]
    parts += ["", *(f"- {_escape(line)}" for line in guide.closing)]
    return "\n".join(parts) + "\n"


def render_page(guide: Guide) -> str:
    """Return the guide as one page that needs nothing else: no script, no picture file."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - 0.06 s

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["parts"] = split_parts
    return environment.get_template(_TEMPLATE).render(guide=guide, words=dict(guide.drawn))


def split_parts(text: str) -> Iterator[tuple[str, str]]:
    """Give the parts of a sentence, each with its kind: a command, an address, or plain text."""
    for part in _PARTS.split(text):
        if part.startswith("`"):
            yield "command", part.strip("`")
        elif part:
            yield "address" if part.startswith("https://") else "text", part


def _escape(text: str) -> str:
    """Take the meaning from Markdown's own characters; commands and addresses stay whole."""
    shown = {"command": "`{}`".format, "address": "<{}>".format, "text": _escape_plain}
    return "".join(shown[kind](part) for kind, part in split_parts(text))


def _escape_plain(text: str) -> str:
    return "".join(f"\\{char}" if char in _MARKED else char for char in text)
