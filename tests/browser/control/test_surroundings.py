"""What else in a panel may be about the setting, where the page is the only witness."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.browser.control.surroundings import (
    PanelSurroundings,
    describe_contradiction,
    holds_sign,
    mentions_subject,
)
from auditor.flow import load_flow

SITE = load_flow("claude/web").about
PLAIN = PanelSurroundings(heads=("privacy", "location metadata"))
TEXTS = ("Location metadata", "Export data", "Your data", "Learn more", "Constraints on restraint")


def said(around: PanelSurroundings = PLAIN, *texts: str) -> str:
    return describe_contradiction(around, (*TEXTS, *texts), SITE, [("On", "Off")])


def test_other_settings_say_nothing_about_this_one() -> None:
    assert said() == ""


@pytest.mark.parametrize(
    ("around", "what"),
    [
        (replace(PLAIN, is_lost=True), "the dialog that the path opened is gone"),
        (replace(PLAIN, is_veiled=True), "a mask or a filter lies over the switch"),
        (replace(PLAIN, is_drawn_on=True), "what is drawn for the switch is marked as on"),
        (replace(PLAIN, links=1), "the help article is linked a second time"),
        (replace(PLAIN, pictures=1), "a picture stands there, which may say anything"),
        (replace(PLAIN, heads=("opt out of",)), "“opt out of” stands over the switch"),
        (replace(PLAIN, heads=("before you turned it on",)), "“before you turned it on” stands"),
    ],
)
def test_each_thing_that_may_be_about_it_is_told(around: PanelSurroundings, what: str) -> None:
    assert said(around).startswith(what)


def test_an_e_mail_address_may_be_another_account_s_and_is_not_shown() -> None:
    assert said(PLAIN, "Settings of bob@example.org").startswith("an e-mail address stands there")


@pytest.mark.parametrize(
    "text",
    [
        "AI training status: active",
        "Model improvement",
        "Your chats may be used to train models",
        "help improve our AI models",
        "Deine Chats werden zum Trainieren genutzt",
        "Entraînement des modèles",
        "モデルの学習に使用",
        "मॉडल को प्रशिक्षित करें",
    ],
)
def test_a_text_on_training_is_about_the_setting(text: str) -> None:
    assert mentions_subject(text, SITE)
    assert said(PLAIN, text).endswith("is said there")


@pytest.mark.parametrize(
    "text", ["Constraints", "Restrained use", "Export", "Improve location", ""]
)
def test_words_are_found_at_their_beginning_only(text: str) -> None:
    assert not mentions_subject(text, SITE)


def test_without_words_for_the_subject_nothing_is_about_it() -> None:
    bare = replace(SITE, setting=replace(SITE.setting, subject=None))
    assert not mentions_subject("training", bare)


def test_a_drawn_sign_may_mean_a_state_and_a_trademark_does_not() -> None:
    assert holds_sign("\u2705")
    assert not holds_sign("Claude\u2122 \u00a9 2026")


@pytest.mark.parametrize(
    "text", ["Privacy (preview with sample data)", "Showing default values", "Standardwerte"]
)
def test_a_panel_may_say_that_it_is_not_real(text: str) -> None:
    assert said(PLAIN, text).endswith("is said there, too")


def test_a_badge_says_nothing_of_the_kind() -> None:
    assert said(PLAIN, "Preview", "New") == ""
