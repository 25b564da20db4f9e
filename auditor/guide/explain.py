"""Explain the setting: whether a plan has it, what on and off mean, and what neither covers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.errors import UsageError
from auditor.flow.facts import find_placeholders
from auditor.guide.language import choose_language, pick_text
from auditor.text import show_given

if TYPE_CHECKING:
    from collections.abc import Mapping

    from auditor.flow import Facts, Words
    from auditor.flow.facts import FactSource

# In the order in which they are told.
TOPICS = {
    "covers": "Who has the setting",
    "on": "What ON means",
    "off": "What OFF means",
    "left_out": "What OFF does not cover",
    "asked": "Where you are asked, and what each button writes",
    "default": "What holds before you choose",
    "change": "Changing it",
    "dates": "Since when",
    "by_hand": "Without any automation",
}
_WITHOUT_SETTING = ("covers",)


@dataclass(frozen=True, slots=True)
class Statement:
    """One fact in words, under the name it has in the file, with the keys of its sources."""

    key: str
    topic: str
    say: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is told: the plan's own answer first, then the facts by topic, and all sources."""

    title: str
    language: str
    plan: Statement | None
    has_setting: bool | None
    statements: tuple[Statement, ...]
    sources: Mapping[str, FactSource]

    def about(self, topic: str) -> tuple[Statement, ...]:
        """Return the statements of one topic, in the file's order."""
        return tuple(each for each in self.statements if each.topic == topic)


def explain_setting(
    facts: Facts,
    words: Mapping[str, Words],
    *,
    plan: str | None = None,
    language: str | None = None,
) -> Explanation:
    """Explain the setting, for one plan or for all; `words` are those that the site shows.

    Raises UsageError for a plan or language that is not known.
    """
    named = {**words, **facts.words}
    spoken = choose_language(language, list(named["setting"].texts))
    key = None if plan is None else _find_plan(facts, plan)
    told = None if key is None else facts.plans[key]
    topics = tuple(TOPICS) if told is None or told.has_setting else _WITHOUT_SETTING
    return Explanation(
        title=facts.title,
        language=spoken,
        plan=None
        if told is None or key is None
        else Statement(key, "plan", fill_words(told.say, named, spoken), told.sources),
        has_setting=None if told is None else told.has_setting,
        statements=tuple(
            Statement(name, fact.topic, fill_words(fact.say, named, spoken), fact.sources)
            for name, fact in facts.facts.items()
            if fact.topic in topics
        ),
        sources=facts.sources,
    )


def fill_words(text: str, words: Mapping[str, Words], language: str) -> str:
    """Put the site's words in one language where a text leaves room for them."""
    for name in find_placeholders(text) & set(words):
        text = text.replace(f"{{{name}}}", pick_text(words[name], language))
    return text


def _find_plan(facts: Facts, name: str) -> str:
    found = facts.find_plan(name)
    if found is None:
        message = f"No plan {show_given(name)} is known here"
        raise UsageError(message, f"Known plans: {', '.join(facts.plans)}.")
    return found
