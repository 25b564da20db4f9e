"""An explanation as a person sees it, and as a program reads it."""

from __future__ import annotations

import json
import re

from auditor.flow import load_flow, load_shipped_facts
from auditor.guide.explain import Explanation, explain_setting
from auditor.report.explain import list_lines, render_explanation

FACTS = load_shipped_facts("claude")


def explained(plan: str | None = None, language: str | None = None) -> Explanation:
    return explain_setting(FACTS, load_flow("claude/web").about.words, plan=plan, language=language)


def text(told: Explanation) -> str:
    return "\n".join(before + line for before, line in list_lines(told))


def test_the_answer_for_the_plan_comes_first() -> None:
    assert text(explained("team")).splitlines()[2] == (
        "No. Team has no such switch: its chats are not used for training by default. [1][2]"
    )
    assert text(explained("pro")).splitlines()[2].startswith("Yes. Pro has the setting")


def test_every_line_names_sources_that_stand_below_with_their_date() -> None:
    shown = text(explained("pro"))
    lines, sources = shown.split("\nSources\n")
    cited = set(re.findall(r"\[\d+\]", lines))
    assert all(re.search(r"\[\d+\]$", line) for line in lines.splitlines() if line[:4] == "  - ")
    assert cited == set(re.findall(r"^  (\[\d+\])", sources, re.MULTILINE))
    assert all("checked 2026-" in line for line in sources.splitlines())


def test_another_language_is_said_to_be_the_page_s_only() -> None:
    assert "(The facts are in English, what the page says in ja-JP.)" in text(explained(None, "ja"))
    assert "facts are in English" not in text(explained())


def test_the_document_says_the_same() -> None:
    document = json.loads(render_explanation(explained("vertex")))
    assert (document["schema"], document["plan"]["id"]) == (1, "vertex")
    assert document["plan"]["has_setting"] is False
    assert {key for each in document["facts"] for key in each["sources"]} <= set(
        document["sources"]
    )
    assert document["sources"]["announcement"]["checked"] == "2026-11-22"
    assert json.loads(render_explanation(explained()))["plan"] is None
