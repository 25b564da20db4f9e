"""What a row may say where the page is the only witness."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.browser.control.row import RowDescription, describe_undocumented
from auditor.flow import load_flow

SITE = load_flow("claude/web").about
LABEL = "Help improve our AI models"
SENTENCE = (
    "Allow the use of your chats and coding sessions to train and improve Anthropic AI models."
)
ROW = RowDescription(
    texts=(LABEL, SENTENCE, "Learn more", "New", "Off"),
    linked=True,
    pictures=0,
    unreadable=False,
    box=(0, 0, 1, 1),
    control_boxes=(),
)


def said(row: RowDescription, *, found_by_label: bool = True) -> str:
    return describe_undocumented(row, SITE, found_by_label=found_by_label)


def test_the_documented_row_is_documented() -> None:
    assert said(ROW) == ""


@pytest.mark.parametrize(
    "text",
    [
        "Off for all emails using your domain",
        "Hilf uns, unsere KI-Modelle zu verbessern",
        "Allow us to use new or resumed chats to improve our models",
        "\u2013",
        "",
    ],
)
def test_these_texts_may_stand_there_as_well(text: str) -> None:
    assert said(replace(ROW, texts=(*ROW.texts, text))) == ""


def test_a_word_for_on_beside_an_off_is_told_unless_it_is_one_of_a_pair() -> None:
    row = replace(ROW, texts=(LABEL, SENTENCE, "ON"))
    assert said(row) == "it says on, in words"
    assert said(replace(row, texts=(*row.texts, "Off"))) == ""


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("\u2013 exempt my chats", "exempt"),
        ("Spare your chats from training", "spare"),
        ("This is not for you", "not"),
        ("Off for emails", "off"),
        ("Help impr\u043eve our AI models", "impr\u043eve"),
        ("\u4e0d", "\u4e0d"),
        ("2 accounts", "2"),
    ],
)
def test_any_other_word_is_told(text: str, word: str) -> None:
    assert said(replace(ROW, texts=(*ROW.texts, text))) == f"\u201c{word}\u201d is said there"


def test_a_missing_link_a_picture_and_another_label_are_told() -> None:
    assert "link is missing" in said(replace(ROW, linked=False))
    assert "picture" in said(replace(ROW, pictures=1))
    assert "struck out" in said(replace(ROW, unreadable=True))
    assert "message" in said(replace(ROW, message=True))
    assert "painted over" in said(replace(ROW, covered=True))
    assert "label" in said(ROW, found_by_label=False)
