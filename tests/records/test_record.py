"""What is kept of a finding is what was seen, and nothing that is personal."""

from __future__ import annotations

import json

import pytest

from auditor.core.finding import Finding, Outcome, State
from auditor.records.record import build_finding_record, is_well_formed
from tests.records.signing import reading

CANARY = "ada@example.org"
FOUND = Finding(
    account="work",
    flow="claude/web",
    origin="https://claude.ai",
    label="Help improve our AI models",
    state=State.OFF,
    locked=False,
    wanted=State.OFF,
    outcome=Outcome.AS_WANTED,
    reason=None,
    message=f"Signed in as {CANARY}",
    hint=CANARY,
    witnesses={"page": State.OFF, "network": State.OFF},
    organisation=f"Organisation of {CANARY}",
    warnings=(CANARY,),
    observed_at="2026-11-22T10:00:00Z",
    seconds=1.9,
)


def test_nothing_that_may_be_personal_is_kept() -> None:
    kept = build_finding_record(FOUND, base_url="https://claude.ai", command="audit")
    assert CANARY not in json.dumps(kept)
    assert kept["organisation"] is None
    assert (kept["kind"], kept["state"], kept["at"]) == ("finding", "off", FOUND.observed_at)


def test_an_organisation_is_kept_as_its_fingerprint() -> None:
    kept = build_finding_record(
        FOUND,
        base_url="https://claude.ai",
        command="audit",
        fingerprint=lambda name: str(len(name)),
    )
    assert kept["organisation"] == str(len(f"Organisation of {CANARY}"))


def test_a_dry_run_is_kept_as_one() -> None:
    kept = build_finding_record(FOUND, base_url="x", command="set", dry_run=True)
    assert (kept["kind"], kept["command"]) == ("dry_run", "set")


@pytest.mark.parametrize(
    "more",
    [
        {"kind": 5},
        {"number": "1"},
        {"number": True},
        {"number": None},
        {"account": None},
        {"account": ["me"]},
        {"base_url": 8, "origin": None},
        {"base_url": None, "origin": None},
        {"state": "perhaps"},
        {"state": {}},
        {"wanted": "perhaps"},
        {"at": 20261122},
        {"at": None},
        {"witnesses": ["on"]},
        {"witnesses": {"page": []}},
        {"pictures": "all"},
        {"seconds": "long"},
        {"reason": {}},
        {"label": 1},
    ],
    ids=str,
)
def test_what_no_run_writes_is_no_record(more: dict[str, object]) -> None:
    right = {"number": 1, "at": "2026-11-22T10:00:00Z", **reading()}
    assert is_well_formed(right)
    assert not is_well_formed({**right, **more})
    assert not is_well_formed([1])
