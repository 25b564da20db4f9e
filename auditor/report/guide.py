"""Show a guide: lines for a terminal, Markdown, or one printable page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from auditor.guide.path import describe_age

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from auditor.guide.path import Guide
    from auditor.guide.services import GuideEntry

_TEMPLATE = "guide.html"
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
    """Give every guide in one or two lines: name, what it is, how old and how sure."""
    for each in entries:
        use = "by hand only" if each.by_hand_only else "by hand, or by the tool"
        age = describe_age(each.reviewed, today)
        yield f"{each.name:<18}", f"{each.title} · {use} · reviewed {age} · {each.known}"


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
    return environment.get_template(_TEMPLATE).render(guide=guide, words=dict(guide.drawn))


def _escape(text: str) -> str:
    """Take the meaning from Markdown's own characters, except in addresses, which stay whole."""
    return " ".join(
        f"<{word}>"
        if word.startswith("https://") and not set(word) & set("<>")
        else "".join(f"\\{char}" if char in _MARKED else char for char in word)
        for word in text.split(" ")
    )
