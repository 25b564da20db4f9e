"""The verdicts as a person sees them."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from auditor.core.finding import Reading, Reason, State, Subject
from auditor.core.judging import judge
from auditor.report.terminal import show_findings

COVERS = "OFF covers new chats. It does not cover what you send as feedback."
SUBJECT = Subject(account="ada", flow="claude/web", origin="http://127.0.0.1:8400")
OFF = Reading(
    state=State.OFF, label="Help improve our AI models", page=State.OFF, network=State.OFF
)
ON = replace(OFF, state=State.ON, page=State.ON, network=State.ON)
GONE = Reading(reason=Reason.BROWSER_FAILED, detail="there is no browser")


def shown(*readings: Reading, width: int = 100, note: str | None = COVERS) -> str:
    out = Console(file=io.StringIO(), width=width, color_system=None)
    show_findings((judge(SUBJECT, reading) for reading in readings), out, note=note)
    assert isinstance(out.file, io.StringIO)
    return out.file.getvalue()


def words(text: str) -> str:
    return " ".join(text.replace("│", " ").split())


def test_one_account_is_told_what_off_covers_in_its_own_verdict() -> None:
    assert words(shown(OFF)).count(COVERS) == 1


def test_a_site_without_facts_has_no_note() -> None:
    assert "Note" in shown(OFF)
    assert "Note" not in shown(OFF, note=None)
    assert "Note" not in shown(OFF, ON, note=None)


def test_several_accounts_are_counted_and_told_once_what_off_covers() -> None:
    said = words(shown(ON, OFF, OFF, GONE))
    assert "4 accounts: 1 ON, 2 OFF, 1 CANNOT TELL." in said
    assert said.count(COVERS) == 1


def test_what_was_never_reached_is_not_said_to_have_been_walked() -> None:
    said = words(shown(GONE))
    assert "CANNOT TELL" in said
    assert "by the" not in said
    assert "Witnesses" not in said
    assert "by the documented path" in words(shown(OFF))


def test_a_plan_without_the_setting_is_told_what_that_means() -> None:
    said = words(shown(Reading(state=State.NOT_APPLICABLE, organisation="Acme · Team plan")))
    assert "their organisation decides" in said


def test_no_line_is_wider_than_the_terminal() -> None:
    assert max(map(len, shown(ON, GONE, width=60).splitlines())) <= 60


@pytest.mark.parametrize("width", [20, 24, 43, 44, 60])
def test_a_narrow_terminal_shows_the_value_of_every_row(width: int) -> None:
    letters = "".join(words(shown(OFF, width=width)).split())
    for value in (
        "Your chats are not used for training. The switch is OFF",
        "Help improve our AI models",
        "the page shows off",
        "http://127.0.0.1:8400",
        COVERS,
    ):
        assert "".join(value.split()) in letters
    assert max(map(len, shown(OFF, width=width).splitlines())) <= width
