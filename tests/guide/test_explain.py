"""What is explained to a person, from the shipped facts and from none else."""

from __future__ import annotations

import pytest

from auditor.errors import UsageError
from auditor.flow import load_flow, load_shipped_facts
from auditor.flow.facts import find_placeholders
from auditor.guide.explain import TOPICS, Explanation, explain_setting

FACTS = load_shipped_facts("claude")
WORDS = load_flow("claude/web").about.words
WITH, WITHOUT = ("free", "pro", "max", "claude-code"), (
    "team", "enterprise", "gov", "education", "api", "bedrock", "vertex",
)  # fmt: skip


def explained(plan: str | None = None, language: str | None = None) -> Explanation:
    return explain_setting(FACTS, WORDS, plan=plan, language=language)


def said(told: Explanation) -> str:
    return " ".join(each.say for each in told.statements)


def test_every_plan_is_known() -> None:
    assert tuple(FACTS.plans) == (*WITH, *WITHOUT)


@pytest.mark.parametrize("plan", WITH)
def test_a_plan_with_the_setting_is_told_everything(plan: str) -> None:
    told = explained(plan)
    assert told.has_setting is True
    assert {each.topic for each in told.statements} == set(TOPICS)


@pytest.mark.parametrize("plan", WITHOUT)
def test_a_plan_without_the_setting_is_told_so_and_not_how_to_change_it(plan: str) -> None:
    told = explained(plan)
    assert told.has_setting is False
    assert told.plan is not None
    assert "has no such switch" in told.plan.say
    assert {each.topic for each in told.statements} == {"covers"}


@pytest.mark.parametrize(
    ("name", "key"),
    [("TEAM", "team"), ("Claude for Work", "team"), ("vertex ai", "vertex"), ("Claude Code", "claude-code"), ("edu", "education")],
)  # fmt: skip
def test_a_plan_is_known_by_its_names(name: str, key: str) -> None:
    told = explained(name)
    assert told.plan is not None
    assert told.plan.key == key


def test_an_unknown_plan_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError) as caught:
        explained("gold\x1b[31m")
    assert (str(caught.value), caught.value.hint) == (
        "No plan gold is known here",
        "Known plans: free, pro, max, claude-code, team, enterprise, gov, education, api, bedrock, vertex.",
    )


@pytest.mark.parametrize(
    "words",
    [
        "up to five years",
        "30 days",
        "feedback you send",
        "Announced on 2025-08-28. The choice was first due by 2025-09-28, then moved to 2025-10-08.",
        "at any time, also after you pressed “Accept”",
        "Sources disagree about what holds before you choose",
        "“Continue” writes what it shows",
        "Incognito chats are never used",
        "/privacy-settings",
    ],
)
def test_what_a_person_must_know_is_explained(words: str) -> None:
    assert words in said(explained())


@pytest.mark.parametrize("language", WORDS["setting"].texts)
def test_the_site_s_words_are_there_in_every_language_and_no_room_is_left(language: str) -> None:
    told = explained("pro", language)
    assert told.language == language
    assert WORDS["accept"].texts[language][0] in said(told)
    assert WORDS["notice_title"].texts[language][0] in said(told)
    assert [each for each in told.statements if find_placeholders(each.say)] == []


def test_every_statement_has_a_source_that_is_described() -> None:
    told = explained("pro")
    assert told.plan is not None
    assert all(set(each.sources) <= set(told.sources) for each in (*told.statements, told.plan))
