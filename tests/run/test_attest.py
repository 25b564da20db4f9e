"""A person's word: recorded as such, about the right service, and never in place of something newer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from auditor.access.history import History
from auditor.core.finding import State
from auditor.errors import UsageError
from auditor.records.status import read_status
from auditor.run import attest
from auditor.run.attest import (
    Attestation,
    describe_picture,
    find_picture_kind,
    parse_day,
    record_attestation,
)
from auditor.text import show_given

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
OFF = Attestation(state=State.OFF, account="ada")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "records" / "history.sqlite")


def test_a_word_is_recorded_as_one_with_what_was_shown_for_it(
    history: History, tmp_path: Path
) -> None:
    picture = tmp_path / "screen.png"
    picture.write_bytes(PNG)
    said = record_attestation(
        replace(OFF, picture=picture, note="seen by ada@example.com\x1b[31m"), history, NOW
    )
    assert said == "Recorded as your own word: Claude, ada, OFF on 2026-11-26."
    (record,) = history.log.read()
    assert (record["kind"], record["at"], record["base_url"]) == (
        "attest",
        "2026-11-26T10:00:00Z",
        "https://claude.ai",
    )
    assert (record["state"], record["outcome"], record["wanted"]) == ("off", "as_wanted", "off")
    assert record["note"] == "seen by [address]"
    assert record["picture"]["kind"] == "png"
    assert record["picture"]["bytes"] == len(PNG)
    assert "evidence" not in record
    assert "screen.png" not in str(record)


def test_status_says_whose_word_it_is(history: History) -> None:
    record_attestation(replace(OFF, state=State.ON, service="chatgpt"), history, NOW)
    (known,) = read_status(history.path)
    assert (known.state, known.by_word, known.base_url) == ("on", True, "https://chatgpt.com")
    assert history.log.read()[-1]["outcome"] == "not_as_wanted"


def test_claude_code_shows_the_setting_of_the_claude_account(history: History) -> None:
    record_attestation(replace(OFF, service="claude-code"), history, NOW)
    assert read_status(history.path)[0].base_url == "https://claude.ai"


def test_a_past_day_counts_from_its_beginning(history: History) -> None:
    record_attestation(replace(OFF, seen_on=date(2026, 11, 20)), history, NOW)
    assert history.log.read()[0]["at"] == "2026-11-20T00:00:00Z"


def test_an_old_word_does_not_stand_for_today(history: History) -> None:
    record_attestation(replace(OFF, state=State.ON), history, NOW)
    with pytest.raises(UsageError) as caught:
        record_attestation(replace(OFF, seen_on=date(2026, 11, 20)), history, NOW)
    assert str(caught.value) == "Something newer is known already: ON by your word of 2026-11-26"
    assert caught.value.hint == "Look again, then attest without --on."
    assert [known.state for known in read_status(history.path)] == ["on"]


def test_a_word_that_differs_is_told_and_brings_its_events(tmp_path: Path) -> None:
    said: list[str] = []
    history = History(tmp_path / "records" / "history.sqlite", tell=said.append)
    record_attestation(replace(OFF, seen_on=date(2026, 11, 20)), history, NOW)
    record_attestation(replace(OFF, state=State.ON), history, NOW)
    assert said == ["ada: was OFF on 20 Nov 2026, is ON: changed elsewhere, not by this run."]
    events = [each.get("event") for each in reversed(history.log.read())]
    assert events == [None, None, "exposed", "changed_elsewhere"]


def test_a_reading_that_is_newer_is_named_as_one(history: History) -> None:
    reading = {"kind": "finding", "at": "2026-11-25T10:00:00Z", "account": "ada", "base_url": "https://claude.ai", "state": "on"}  # fmt: skip
    history.append([reading])
    with pytest.raises(UsageError, match="ON by a reading of 2026-11-25"):
        record_attestation(replace(OFF, seen_on=date(2026, 11, 25)), history, NOW)


def test_an_unknown_service_is_refused_with_the_known_ones(history: History) -> None:
    with pytest.raises(UsageError) as caught:
        record_attestation(replace(OFF, service="telex"), history, NOW)
    assert (str(caught.value), caught.value.hint) == (
        "The service telex is not known here",
        "Known services: claude, chatgpt, cursor, gemini, github-copilot, grok, linkedin, microsoft-copilot, mistral-vibe, perplexity, x.",
    )


def test_a_name_that_no_account_can_have_is_refused(history: History) -> None:
    with pytest.raises(UsageError):
        record_attestation(replace(OFF, account="../x"), history, NOW)
    assert not history.path.exists()


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "", "26.11.2026"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_day(text, NOW.date())
    assert (str(caught.value), caught.value.hint) == (
        f"{show_given(text)} is no date",
        "Write it like 2026-11-22.",
    )


def test_a_day_that_has_not_come_is_refused_and_today_is_not() -> None:
    assert parse_day("2026-11-26", NOW.date()) == NOW.date()
    with pytest.raises(UsageError, match=r"^2026-11-27 has not come yet$"):
        parse_day("2026-11-27", NOW.date())


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "png"),
        (b"\xff\xd8\xff\xe0", "jpeg"),
        (b"GIF89a", "gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", None),
        (b"\x00\x00\x00\x18ftypheic", "heif"),
        (b"\x00\x00\x00\x18ftypmp42", None),
        (b"%PDF-1.7", None),
        (b"", None),
    ],
)
def test_a_picture_is_known_by_its_first_bytes(content: bytes, kind: str | None) -> None:
    assert find_picture_kind(content) == kind


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("It was off.")
    with pytest.raises(UsageError) as caught:
        describe_picture(text)
    assert str(caught.value) == f"{text} is no picture"
    assert caught.value.hint == "Give a PNG, JPEG, WebP, GIF, HEIC or AVIF file."


def test_a_picture_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.png cannot be read: No such file or directory$"):
        describe_picture(tmp_path / "none.png")


def test_a_picture_that_is_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert attest.LARGEST_PICTURE == 50_000_000
    monkeypatch.setattr(attest, "LARGEST_PICTURE", len(PNG) - 1)
    path = tmp_path / "screen.png"
    path.write_bytes(PNG)
    with pytest.raises(UsageError, match=r"screen\.png is larger than 50 MB$"):
        describe_picture(path)
