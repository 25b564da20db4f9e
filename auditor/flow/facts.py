"""What is known of a setting: plans, what on and off mean, what is asked where, dates, and sources.

One `facts.toml` beside a site's flows. Every fact names where it is from; every source says when it
was looked at. Whatever tells a person such a fact takes it from there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date  # noqa: TC003 - pydantic needs it at run time
from typing import Annotated, Literal

from auditor.flow.bounds import Bounds, Model
from auditor.flow.model import Https, Text, Words  # noqa: TC001 - pydantic, likewise

Mark = Literal["OFF", "OBS", "APP", "2ND"]
MARKS = {
    "OFF": "official text",
    "OBS": "seen on the live site by others",
    "APP": "read from a copy of the app",
    "2ND": "guides or the press",
    "INF": "concluded",
}
"""What the marks of all flow files mean, in words."""
Topic = Literal["covers", "on", "off", "left_out", "asked", "default", "change", "dates", "by_hand"]
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class FactSource(Model):
    """Where a fact is from, and when that was last looked at.

    `mark` says how sure it is: OFF official text, OBS seen on the live site by a third party, APP a
    copy of the shipped web app, 2ND a guide or the press.
    """

    title: Text
    url: Https | None = None
    mark: Mark
    checked: date


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Plan(Model):
    """A plan, whether it has the setting, and what that means for its chats."""

    name: Text
    aliases: tuple[Text, ...] = ()
    has_setting: bool
    say: Text
    sources: Annotated[tuple[Text, ...], Bounds(min_length=1)]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Fact(Model):
    """One sentence or two; `{word}` in it stands for that word of the site."""

    topic: Topic
    say: Text
    sources: Annotated[tuple[Text, ...], Bounds(min_length=1)]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Facts(Model):
    """All that is known of one site's setting.

    `terms` is what the site's terms say of automated access; `note` names the facts that stand
    beside every verdict.
    """

    title: Text
    terms: Fact
    note: tuple[Text, ...]
    sources: dict[str, FactSource]
    plans: dict[str, Plan]
    facts: dict[str, Fact]
    words: dict[str, Words] = field(default_factory=dict)

    @property
    def note_text(self) -> str:
        """Return what stands beside a verdict: what OFF covers, and what it does not."""
        return " ".join(self.facts[name].say for name in self.note)

    def find_plan(self, name: str) -> str | None:
        """Return the key of a plan by its key, name or alias, in any case; None if unknown."""
        wanted = _fold_name(name)
        for key, plan in self.plans.items():
            if wanted in {_fold_name(each) for each in (key, plan.name, *plan.aliases)}:
                return key
        return None

    def __post_init__(self) -> None:
        said = [each.sources for each in (*self.facts.values(), self.terms)]
        said += [each.sources for each in self.plans.values()]
        lost = {name for names in said for name in names} - set(self.sources)
        if lost:
            message = f"there is no source {', '.join(sorted(lost))}"
            raise ValueError(message)
        if missing := set(self.note) - set(self.facts):
            message = f"note names no fact: {', '.join(sorted(missing))}"
            raise ValueError(message)


def find_placeholders(text: str) -> set[str]:
    """Return the names of the words that a text leaves room for."""
    return set(_PLACEHOLDER.findall(text))


def _fold_name(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", name.casefold())
