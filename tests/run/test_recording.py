"""A run is recorded after its answer, unsigned where it concerns only this very machine."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from auditor.access import history
from auditor.core.finding import Finding, Outcome, State
from auditor.disk import paths
from auditor.run.recording import record_findings, record_word
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
    record_word(reading("on", kind="attest", outcome="not_as_wanted"), said.append)
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
