"""Print an explanation: lines for people, or one JSON document.

Every line ends with the numbers of its sources, which stand below with how sure and how old.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from auditor import __version__
from auditor.flow import MARKS
from auditor.guide.explain import TOPICS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.guide.explain import Explanation, Statement

_ENGLISH = "en-US"


def list_lines(explained: Explanation) -> Iterator[tuple[str, str]]:
    """Give the explanation line by line: what stands before the line, and the line."""
    numbers = _number_sources(explained)
    yield "", f"{explained.title}: the setting for training on your chats"
    if explained.language != _ENGLISH:
        yield "", f"(The facts are in English, what the page says in {explained.language}.)"
    if explained.plan is not None:
        yield "", ""
        sign = "Yes" if explained.has_setting else "No"
        yield "", f"{sign}. {_cite(explained.plan, numbers)}"
    for topic, title in TOPICS.items():
        statements = explained.about(topic)
        if statements:
            yield "", ""
            yield "", title
            yield from (("  - ", _cite(each, numbers)) for each in statements)
    yield "", ""
    yield "", "Sources"
    for key, number in numbers.items():
        yield f"  [{number}] ", _describe_source(explained, key)


def render_explanation(explained: Explanation) -> str:
    """Return the explanation as one JSON document."""
    sources = {
        key: vars(source) | {"checked": source.checked.isoformat()}
        for key, source in ((each, explained.sources[each]) for each in _number_sources(explained))
    }
    plan = explained.plan
    document = {
        "schema": 1,
        "tool": {"name": "auditor", "version": __version__},
        "service": explained.title,
        "language": explained.language,
        "plan": None
        if plan is None
        else {"id": plan.key, "has_setting": explained.has_setting, **_describe(plan)},
        "facts": [
            {"id": each.key, "topic": each.topic, **_describe(each)}
            for each in explained.statements
        ],
        "sources": sources,
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _describe(said: Statement) -> dict[str, object]:
    return {"say": said.say, "sources": list(said.sources)}


def _number_sources(explained: Explanation) -> dict[str, int]:
    """Return a number for each source, in the order in which they are first named."""
    said = [explained.plan] if explained.plan is not None else []
    said += [each for topic in TOPICS for each in explained.about(topic)]
    keys = dict.fromkeys(key for each in said for key in each.sources)
    return {key: number for number, key in enumerate(keys, 1)}


def _cite(said: Statement, numbers: dict[str, int]) -> str:
    return f"{said.say} {''.join(f'[{numbers[key]}]' for key in said.sources)}"


def _describe_source(explained: Explanation, key: str) -> str:
    source = explained.sources[key]
    where = f": {source.url}" if source.url else ""
    return f"{source.title}{where} ({MARKS[source.mark]}, checked {source.checked})"
