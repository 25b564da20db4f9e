"""The path by hand, in words."""

from __future__ import annotations

from datetime import date

import pytest

from auditor.errors import UsageError
from auditor.flow import list_manual_flows, load_flow
from auditor.guide.path import Guide, build_guide, describe_age

TODAY = date(2026, 11, 26)
LANGUAGES = tuple(load_flow("claude/web").about.words["setting"].texts)


def guide(name: str = "web", language: str | None = None) -> Guide:
    return build_guide(name, language, TODAY)


def everything(built: Guide) -> str:
    notes = [line for title, lines in built.notes for line in (title, *lines)]
    return "\n".join((built.title, *(step.say for step in built.steps), *built.meaning, *notes, *built.closing))  # fmt: skip


def test_the_web_path_is_the_flow_s_own() -> None:
    built = guide()
    flow = load_flow("claude/web")
    assert [step.say for step in built.steps] == [
        "Open https://claude.ai/new",
        *(step.say for step in flow.steps),
        flow.find.say,
    ]
    assert built.closing[-3:] == (
        "Reviewed: 2026-11-22 (4 days ago)",
        "What it means for your plan: `auditor explain`",
        "Record what you saw: `auditor attest on` / `auditor attest off`",
    )
    assert built.narrow is False


def test_mobile_begins_with_the_three_lines_and_is_drawn_narrow() -> None:
    built = guide("mobile")
    assert built.steps[1].say == "Tap the three lines at the top left"
    assert built.narrow is True
    assert guide("claude/mobile") == built


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["web", "mobile"])
def test_every_language_uses_the_site_s_own_words(name: str, language: str) -> None:
    built, words = guide(name, language), load_flow("claude/web").about.words
    text = everything(built)
    for word in ("settings", "privacy", "setting"):
        assert words[word].texts[language][0] in text
    assert "{" not in text
    if language != "en-US":
        assert "Click" not in text
        assert "days ago" not in text


def test_former_names_are_told_as_such() -> None:
    assert (
        "「AIモデルの改善にご協力ください」、以前は「Claudeの改善にご協力ください」"
        in everything(guide("web", "ja"))
    )


@pytest.mark.parametrize("service", list_manual_flows())
def test_every_service_has_a_guide_that_ends_by_naming_attest(service: str) -> None:
    built = guide(service)
    assert built.closing[-1].startswith("Record what you saw: `auditor attest on")
    assert (f"--service {service}" in built.closing[-1]) is (service != "claude-code")
    assert "Nobody here has looked at it." in everything(built)
    assert guide(f"{service}/by-hand") == built


def test_a_reversed_control_is_told_with_its_warning() -> None:
    assert "Take care: this one is reversed. ON protects you." in guide("cursor").meaning


def test_defaults_are_told_by_plan_and_region_with_their_date() -> None:
    text = everything(guide("linkedin"))
    assert (
        "All (EU, UK, Switzerland, Canada, Hong Kong): ON until you turn it off (older guides say"
        " off there), since 2025-11-03 (official text 2025-11)" in text
    )


def test_an_unknown_path_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError) as caught:
        guide("telephone")
    assert str(caught.value) == "There is no guide for telephone"
    assert caught.value.hint is not None
    assert caught.value.hint.startswith("There are guides for: mobile, web, chatgpt, ")


def test_another_service_is_told_in_english_only() -> None:
    with pytest.raises(UsageError) as caught:
        guide("chatgpt", "ja")
    assert (str(caught.value), caught.value.hint) == (
        "The path at ChatGPT is known in English only",
        "Run `auditor guide chatgpt` without --lang.",
    )
    assert guide("chatgpt", "en").language == "en-US"


def test_an_unknown_language_is_refused() -> None:
    for name in ("web", "chatgpt"):
        with pytest.raises(UsageError, match=r"^The language tlh is not known here$"):
            guide(name, "tlh")


@pytest.mark.parametrize(
    ("reviewed", "said"),
    [
        (date(2026, 11, 26), "2026-11-26"),
        (date(2026, 11, 25), "2026-11-25 (1 day ago)"),
        (date(2026, 11, 1), "2026-11-01 (25 days ago)"),
        (date(2026, 12, 1), "2026-12-01"),
    ],
)
def test_a_date_is_told_with_its_age(reviewed: date, said: str) -> None:
    assert describe_age(reviewed, TODAY) == said
