"""Consent: asked for in plain words, kept for one version of the text, taken back at any time."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from auditor.access import consent
from auditor.access.consent import (
    VERSION,
    ConsentFile,
    ConsentRecord,
    build_consent_text,
    describe_consent,
    obtain_consent,
    withdraw_consent,
)
from auditor.errors import HumanNeeded, SetupError
from auditor.text import wrap_text

if TYPE_CHECKING:
    from pathlib import Path


TEXT = build_consent_text()


@pytest.fixture
def kept(tmp_path: Path) -> ConsentFile:
    return ConsentFile(tmp_path / "config" / "consent.json")


def test_nothing_is_given_before_it_was_asked(kept: ConsentFile) -> None:
    assert kept.given() is None


def test_a_recorded_consent_is_given_with_its_date(kept: ConsentFile) -> None:
    record = kept.record()
    assert kept.given() == record
    assert record.version == VERSION
    age = datetime.now(UTC) - datetime.fromisoformat(record.given_at)
    assert 0 <= age.total_seconds() < 60


def test_a_revoked_consent_is_no_longer_given(kept: ConsentFile) -> None:
    kept.record()
    assert [kept.revoke(), kept.revoke(), kept.given()] == [True, False, None]


def test_consent_to_another_text_is_none(
    kept: ConsentFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.record()
    monkeypatch.setattr(consent, "VERSION", VERSION + 1)
    assert kept.given() is None


def test_the_file_is_private(kept: ConsentFile) -> None:
    old = os.umask(0)
    try:
        kept.record()
    finally:
        os.umask(old)
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.path.parent.stat().st_mode) == 0o700
    assert [path.name for path in kept.path.parent.iterdir()] == ["consent.json"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"yes"',
        b"\xff\xfe",
        b"[" * 4000,
        b"x" * 5000,
        b"{}",
        b'{"version": 1}',
        b'{"version": 1, "given_at": "yesterday"}',
        b'{"version": 1, "given_at": 5}',
        b'{"version": true, "given_at": "2026-11-22T10:00:00Z"}',
        b'{"version": 1.0, "given_at": "2026-11-22T10:00:00Z"}',
        b'{"version": "1", "given_at": "2026-11-22T10:00:00Z"}',
        b'{"version": [], "given_at": "2026-11-22T10:00:00Z"}',
    ],
)
def test_a_damaged_file_is_no_consent_and_can_be_replaced(
    kept: ConsentFile, content: bytes
) -> None:
    kept.path.parent.mkdir()
    kept.path.write_bytes(content)
    assert kept.given() is None
    assert kept.record() == kept.given()


def test_a_folder_in_place_of_the_file_is_no_consent(kept: ConsentFile) -> None:
    kept.path.mkdir(parents=True)
    assert kept.given() is None
    with pytest.raises(SetupError) as caught:
        kept.record()
    assert str(caught.value) == f"{kept.path} cannot be written: Is a directory."


def test_a_link_is_no_consent(kept: ConsentFile, tmp_path: Path) -> None:
    kept.record()
    link = tmp_path / "link.json"
    link.symlink_to(kept.path)
    assert ConsentFile(link).given() is None


def test_the_record_reads_as_documented(kept: ConsentFile) -> None:
    kept.path.parent.mkdir()
    kept.path.write_text(json.dumps({"version": VERSION, "given_at": "2026-11-22T10:00:00Z"}))
    assert kept.given() == ConsentRecord(VERSION, "2026-11-22T10:00:00Z")


def test_a_new_text_needs_a_new_version() -> None:
    known = {1: "2e3d663dae747b9c", 2: "f572c9b37d839c94", 3: "0742176f232cc30a"}
    digest = hashlib.sha256(TEXT.encode()).hexdigest()[:16]
    assert known.get(VERSION) == digest, (
        f"the text changed: raise VERSION, then note {digest} here beside it"
    )


@pytest.mark.parametrize(
    "said",
    [
        "forbid reaching its services through bots, scripts or other automated means",
        "It has no permission from Anthropic",
        "your decision and your risk",
        "browser window that you can see",
        "solve a check meant for people",
        "on a schedule",
        "`auditor flows show FILE`",
        "`auditor guide` prints the documented path",
        "/privacy-settings",
        "`auditor consent --revoke`",
    ],
)
def test_the_text_says_what_a_person_must_know(said: str) -> None:
    assert said in TEXT


def test_the_text_fits_a_terminal_and_never_claims_to_be_allowed() -> None:
    for width in (120, 80, 60):
        assert max(map(len, wrap_text(TEXT, width).splitlines())) <= width
    assert " ".join(wrap_text(TEXT, 60).split()) == " ".join(TEXT.split())
    assert not any(
        word in TEXT.lower()
        for word in ("is allowed", "permitted", "approved", "legal", "official")
    )


def never() -> bool:
    pytest.fail("somebody was asked who had agreed")


def test_whoever_agreed_is_not_asked_again(kept: ConsentFile) -> None:
    record = obtain_consent(kept, lambda: True)
    assert record == kept.given() == obtain_consent(kept, never) == obtain_consent(kept, None)


def test_a_no_is_not_recorded(kept: ConsentFile) -> None:
    with pytest.raises(HumanNeeded) as caught:
        obtain_consent(kept, lambda: False)
    assert str(caught.value) == "Without your consent no account is opened; nothing was recorded"
    assert (
        caught.value.hint == "By hand: `auditor guide` prints the documented path; in Claude Code:"
        " /privacy-settings."
    )
    assert not kept.path.exists()


def test_where_nobody_can_be_asked_there_is_no_consent(kept: ConsentFile) -> None:
    with pytest.raises(HumanNeeded) as caught:
        obtain_consent(kept, None)
    assert (
        str(caught.value)
        == "Your own account is opened only with your consent, and nobody can be asked here"
    )
    assert (
        caught.value.hint
        == "Run `auditor consent` in a terminal. By hand: `auditor guide` prints the"
        " documented path; in Claude Code: /privacy-settings."
    )
    assert not kept.path.exists()


def test_consent_is_shown_with_its_moment_and_version(kept: ConsentFile) -> None:
    assert (
        describe_consent(kept)
        == "No consent to the text as it reads now (version 3). `auditor consent` shows it and"
        " asks."
    )
    kept.path.parent.mkdir()
    kept.path.write_text(json.dumps({"version": VERSION, "given_at": "2026-11-22T12:00:00+02:00"}))
    assert (
        describe_consent(kept) == "You agreed to version 3 of the text on 2026-11-22 at 10:00 UTC."
    )


def test_consent_is_withdrawn_once(kept: ConsentFile) -> None:
    kept.record()
    assert (
        withdraw_consent(kept)
        == "Your consent is withdrawn. No account is opened before you agree again; "
        "`auditor logout ACCOUNT` removes a session."
    )
    assert withdraw_consent(kept) == "There was no consent to withdraw."
