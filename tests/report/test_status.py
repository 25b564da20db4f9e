"""What is known of an account, in one sentence: a person's word is never told as a reading."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from auditor.records.status import GROWS_OLD_DAYS, AccountStatus
from auditor.report.record_words import describe_record
from auditor.report.status import describe_status, show_status

MOMENT = "%Y-%m-%dT%H:%M:%SZ"
NOW = datetime.now(UTC)
WORD = AccountStatus(
    account="ada",
    base_url="https://chatgpt.com",
    state="off",
    wanted="off",
    since=NOW.strftime(MOMENT),
    known_at=NOW.strftime(MOMENT),
    last_read=None,
    by_word=True,
    reason=None,
)
OLD = "That word is old: look again, then attest it."


def test_a_word_is_told_as_one_with_the_place_that_it_is_about() -> None:
    said = describe_status(WORD)
    assert said.startswith("ada at https://chatgpt.com: OFF since ")
    assert said.endswith(", today, a person's word.")


def test_a_reading_of_the_only_address_needs_no_place() -> None:
    assert describe_status(replace(WORD, by_word=False)).startswith("ada: OFF since ")


@pytest.mark.parametrize(("days", "old"), [(GROWS_OLD_DAYS - 1, False), (GROWS_OLD_DAYS + 1, True)])  # fmt: skip
def test_a_word_grows_old_and_says_so(days: int, old: bool) -> None:
    seen = (NOW - timedelta(days=days)).strftime(MOMENT)
    assert (OLD in describe_status(replace(WORD, known_at=seen))) is old
    assert OLD not in describe_status(replace(WORD, known_at=seen, by_word=False))


@pytest.mark.parametrize(("days", "sign"), [(1, "✓"), (GROWS_OLD_DAYS + 1, "?")])
def test_an_old_word_is_no_longer_marked_as_right(
    days: int, sign: str, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = (NOW - timedelta(days=days)).strftime(MOMENT)
    show_status([replace(WORD, known_at=seen)], None, None)
    assert capsys.readouterr().out.startswith(sign)


def test_a_word_of_a_moment_that_cannot_be_read_is_old() -> None:
    assert OLD in describe_status(replace(WORD, known_at="lately"))


def test_beside_a_word_stands_what_the_tool_last_read() -> None:
    read = replace(WORD, last_read="2026-11-20T10:00:00Z", read_state="on")
    assert "The tool last read ON (2026-11-20 10:00)." in describe_status(read)
    assert "last read ON" not in describe_status(replace(read, by_word=False))
    assert "The tool last read" not in describe_status(replace(read, read_state="unknown"))


def test_a_word_in_the_history_names_the_place_and_the_note() -> None:
    record = {"kind": "attest", "origin": "https://x.com", "outcome": "as_wanted", "note": "phone"}
    assert describe_record(record) == "https://x.com, phone"
    assert describe_record({**record, "note": None}) == "https://x.com"
