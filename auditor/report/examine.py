"""Check exports of others: who signed, whether anything was changed since, and what it says.

No keyring, no browser and no history of one's own is needed.
"""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from auditor.disk.files import read_plain_file
from auditor.records.checkpoint import find_checkpoints
from auditor.records.merkle import check_consistency, check_inclusion, hash_leaf
from auditor.records.sshsig import MalformedSignatureError, parse_signature
from auditor.report.export import PREDICATE_TYPE, STATEMENT, digest, name_picture

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from auditor.records.checkpoint import Checkpoint

_LONGEST = 64 * 1024 * 1024


class _Fault(Exception):  # noqa: N818 - never leaves this module
    """Raised for an export that cannot be relied on; its text says why."""


@dataclass(slots=True)
class Examination:
    """What an export came to: whose it is, what it says, and what is wrong with it."""

    folder: str
    person: str | None = None
    made_at: str | None = None
    states: dict[str, str] = field(default_factory=dict)
    """The state of each account."""
    oldest: str | None = None
    """When the oldest of these states was seen."""
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    log: str | None = None
    size: int = 0

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.problems

    def age_days(self, now: datetime | None = None) -> float | None:
        """Return how many days ago the oldest state was seen."""
        if self.oldest is None:
            return None
        return (
            (now or datetime.now(UTC)) - datetime.fromisoformat(self.oldest)
        ).total_seconds() / 86_400


@dataclass(frozen=True, slots=True)
class Demand:
    """What exports have to keep to."""

    allowed: Mapping[bytes, str]
    challenge: str | None = None
    max_days: float | None = None
    since: Checkpoint | None = None
    """The checkpoint that an earlier export ended with."""


def examine_export(folder: Path, demand: Demand) -> Examination:
    """Check one export; whatever is wrong is said in its problems, and never raised."""
    found = Examination(str(folder))
    try:
        statement = _check_signature(folder, demand, found)
        _check_subjects(folder, statement)
        _check_records(folder, statement["predicate"], found)
        _check_since(statement["predicate"], demand, found)
        _check_demand(statement["predicate"], demand, found)
    except _Fault as fault:
        found.problems.append(str(fault))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        found.problems.append("the statement does not say what it must")
    return found


def _read(folder: Path, name: str) -> bytes:
    if "/" in name or "\\" in name or name.startswith("."):
        raise _Fault("it names a file outside of its folder")
    try:
        return read_plain_file(folder / name, _LONGEST)
    except OSError as error:
        why = (
            "is missing"
            if isinstance(error, FileNotFoundError)
            else f"is unreadable: {error.strerror}"
        )
        raise _Fault(f"{name} {why}") from error


def _check_signature(folder: Path, demand: Demand, found: Examination) -> dict[str, Any]:
    """Return the statement, once it is known whose it is."""
    content = _read(folder, STATEMENT)
    try:
        signature = parse_signature(_read(folder, f"{STATEMENT}.sig").decode("utf-8", "replace"))
        sound = signature.is_over(content)
    except MalformedSignatureError as error:
        raise _Fault(f"the signature cannot be checked: {error}") from error
    if signature.key_blob not in demand.allowed:
        raise _Fault(f"signed by a stranger: {signature.fingerprint}")
    found.person = demand.allowed[signature.key_blob]
    if signature.kind != "ssh-ed25519":
        raise _Fault(f"signed with a key of kind {signature.kind}: use `ssh-keygen -Y verify`")
    if not sound:
        raise _Fault("the statement is not what was signed")
    statement: dict[str, Any] = json.loads(content)
    if statement["predicateType"] != PREDICATE_TYPE:
        raise _Fault("it is a statement of another kind")
    return statement


def _check_subjects(folder: Path, statement: dict[str, Any]) -> None:
    for each in statement["subject"]:
        if digest(_read(folder, each["name"])) != each["digest"]["sha256"]:
            raise _Fault(f"{each['name']} is not the file that was signed")


def _check_records(folder: Path, predicate: dict[str, Any], found: Examination) -> None:
    """Check that each record is in the history of the checkpoint, and note what it says."""
    (checkpoint,) = find_checkpoints(predicate["checkpoint"])
    found.log, found.size, found.made_at = (
        checkpoint.log,
        checkpoint.size,
        str(predicate["made_at"]),
    )
    moments = []
    for each in predicate["records"]:
        content = _read(folder, each["name"])
        proof = [b64decode(part) for part in each["proof"]]
        if not check_inclusion(
            hash_leaf(content), each["number"] - 1, checkpoint.size, proof, checkpoint.root
        ):
            raise _Fault(f"{each['name']} is not in the history")
        record = json.loads(content)
        found.states[str(record["account"])] = str(record["state"])
        moments.append(str(record["at"]))
        _check_pictures(folder, record)
        _judge_record(record, found)
    found.oldest = min(moments, default=None)


def _check_pictures(folder: Path, record: dict[str, Any]) -> None:
    """Check that the pictures are those that the record names; some may have been left out."""
    for name, expected in record.get("pictures", {}).items():
        file = name_picture(record["number"], name)
        if (folder / file).exists() and digest(_read(folder, file)) != expected:
            raise _Fault(f"{file} is not the picture that was recorded")


def _judge_record(record: dict[str, Any], found: Examination) -> None:
    account, state = record["account"], record["state"]
    if state not in (record["wanted"], "not_applicable"):
        found.problems.append(f"{account} is {str(state).upper().replace('_', ' ')}")
    if record["kind"] == "attest":
        found.notes.append(f"{account}: a person's word")


def _check_since(predicate: dict[str, Any], demand: Demand, found: Examination) -> None:
    """Check the proof that the history goes on from an earlier checkpoint, where it is given."""
    given = predicate["consistency"]
    if given is None:
        if demand.since is not None:
            found.problems.append("nothing shows that it goes on from the earlier export")
        return
    (checkpoint,) = find_checkpoints(predicate["checkpoint"])
    (since,) = find_checkpoints(given["from"])
    proof = [b64decode(part) for part in given["proof"]]
    if not check_consistency(since.size, since.root, checkpoint.size, checkpoint.root, proof):
        raise _Fault("its history was rewritten since the earlier export")
    wanted = demand.since
    if wanted is not None and (since.log, since.size, since.root) != (
        wanted.log,
        wanted.size,
        wanted.root,
    ):
        raise _Fault("it goes on from another export than the one given")
    found.notes.append(f"nothing was rewritten since record {since.size}")


def _check_demand(predicate: dict[str, Any], demand: Demand, found: Examination) -> None:
    if demand.challenge is not None and predicate["challenge"] != demand.challenge:
        found.problems.append("it does not answer the challenge")
    age = found.age_days()
    if demand.max_days is not None and (age is None or age > demand.max_days):
        found.problems.append(f"older than {demand.max_days:g} days")
