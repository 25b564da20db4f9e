"""A run is recorded after its answer, unsigned where it concerns only this very machine."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from auditor.access import history
from auditor.core.finding import Finding, Outcome, State
from auditor.disk import paths
from auditor.errors import SetupError
from auditor.run.recording import append_with_events, record_findings, tell_stale
from auditor.run.request import Request
from tests.records.signing import NotingKeys, reading

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.records.log import RecordLog

FOUND = Finding(
    account="me",
    flow="claude/web",
    origin="https://claude.ai",
    label="Help improve our AI models",
    state=State.OFF,
    locked=False,
    wanted=State.OFF,
    outcome=Outcome.AS_WANTED,
    reason=None,
    message="",
    hint=None,
    witnesses={"page": State.OFF, "network": State.OFF},
    organisation="Acme",
    observed_at="2026-11-12T10:00:00Z",
)


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch, home: Path) -> NotingKeys:
    assert home.is_dir()
    ring = NotingKeys()
    monkeypatch.setattr("auditor.access.keyring.open_keyring", lambda _tell: ring)
    return ring


def log() -> RecordLog:
    return history.open_history(signed=False).log


def test_a_live_run_is_signed_and_its_organisation_kept_as_a_fingerprint(keys: NotingKeys) -> None:
    record_findings([FOUND], Request(), lambda _: None)
    newest = log().read_checkpoint()
    assert newest is not None
    assert newest.signature is not None
    (record, key) = log().read()
    assert key["kind"] == "key"
    assert len(record["organisation"]) == 64
    assert keys.key is not None


def test_a_run_against_this_machine_never_asks_the_keyring(keys: NotingKeys) -> None:
    local = replace(FOUND, origin="http://127.0.0.1:8400", account="a")
    request = Request(base_url="http://127.0.0.1:8400/s/{account}")
    record_findings([local], request, lambda _: None)
    assert keys.key is None
    (record,) = log().read()
    assert (record["base_url"], record["organisation"]) == ("http://127.0.0.1:8400/s/a", None)


@pytest.mark.usefixtures("keys")
def test_what_has_changed_is_told_after_it_was_recorded() -> None:
    said: list[str] = []
    record_findings([FOUND], Request(), said.append)
    word = reading("on", kind="attest", outcome="not_as_wanted")
    append_with_events(history.open_history(signed=True), [word], said.append)
    assert said == ["me: was OFF on 12 Nov 2026, is ON: changed elsewhere, not by this run."]
    assert [each["kind"] for each in log().read()] == [
        "notice",
        "notice",
        "attest",
        "finding",
        "key",
    ]


@pytest.mark.usefixtures("keys")
def test_a_dry_run_is_recorded_as_one() -> None:
    found = replace(FOUND, state=State.ON, outcome=Outcome.WOULD_CHANGE)
    record_findings([found], Request(change=True, dry_run=True), lambda _: None)
    assert (log().read()[0]["kind"], log().read()[0]["command"]) == ("dry_run", "set")
    assert paths.records_file().exists()


OLD = "2026-01-02T10:00:00Z"
STALE = (
    "other at https://claude.ai: last seen 2 Jan 2026, more than 90 days ago (OFF then). Look again:"
    " `auditor audit`, or by hand with `auditor guide`."
)


def test_a_run_tells_once_which_other_account_has_grown_old(keys: NotingKeys) -> None:
    history.open_history(signed=True).append([reading("off", "other", at=OLD)])
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    for due in ([STALE], []):
        said: list[str] = []
        record_findings([replace(FOUND, observed_at=now)], Request(), said.append)
        assert said == due
    local = replace(FOUND, origin="http://127.0.0.1:8400", observed_at=now)
    history.open_history(signed=True).append([reading("off", "third", at=OLD)])
    record_findings([local], Request(), said.append)
    assert said == [], "an unsigned run writes nothing about real accounts"
    assert keys.key is not None


def test_the_status_tells_it_once_in_a_signed_record_and_sends_it(
    keys: NotingKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    keys.notes["notification address"] = "json://127.0.0.1:1/"
    monkeypatch.setattr(
        "auditor.access.notification.send_events",
        lambda events, _address: sent.extend(each["event"] for each in events),
    )
    history.open_history(signed=True).append([reading("off", "other", at=OLD)])
    said: list[str] = []
    tell_stale(90, said.append)
    tell_stale(90, said.append)
    assert (said, sent) == ([STALE], ["stale"])
    assert log().read()[0]["event"] == "stale"
    newest = log().read_checkpoint()
    assert newest is not None
    assert newest.signature is not None


def test_without_anything_old_the_keyring_is_not_asked(home: Path) -> None:
    assert home.is_dir()
    tell_stale(90, lambda _: None)
    assert not paths.records_file().exists()


@pytest.mark.usefixtures("keys")
def test_what_has_grown_old_is_told_where_it_cannot_be_recorded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    history.open_history(signed=True).append([reading("off", "other", at=OLD)])

    def refuse(*_: object) -> None:
        raise SetupError("The disk is full")

    monkeypatch.setattr("auditor.records.log.RecordLog.append_from", refuse)
    said: list[str] = []
    tell_stale(90, said.append)
    assert said == [STALE, "That is told again, as it cannot be recorded. The disk is full."]
