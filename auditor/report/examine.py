"""Check exports of others: who signed, whether anything was changed since, and what it says.

No keyring, no browser and no history of one's own is needed.
"""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from auditor.core.base_url import BaseUrl
from auditor.disk.files import read_plain_file
from auditor.records.checkpoint import find_checkpoints
from auditor.records.merkle import check_consistency, check_inclusion, hash_leaf
from auditor.records.record import ATTEST, READING
from auditor.records.sshsig import MalformedSignatureError, parse_signature
from auditor.report.export import (
    PREDICATE_TYPE,
    REPORT,
    STATEMENT,
    SUMS,
    digest,
    name_picture,
    render_sums,
)
from auditor.text import make_printable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from auditor.records.checkpoint import Checkpoint
    from auditor.records.sshsig import SshSignature

_LONGEST = 64 * 1024 * 1024
_UNSIGNED = frozenset({STATEMENT, f"{STATEMENT}.sig", SUMS, f"{SUMS}.sig"})
"""What is signed itself, and what signs it: no digest of these stands in the statement."""
_LISTED = 5  # files named that are not part of an export
_CLOCKS_DIFFER_DAYS = 1  # by which a clock may be wrong before it matters


class _Fault(Exception):  # noqa: N818 - never leaves this module
    """Raised for an export that cannot be relied on; its text says why."""


@dataclass(slots=True)
class Examination:
    """What an export came to: whose it is, what it says, and what is wrong with it."""

    folder: str
    person: str | None = None
    made_at: str | None = None
    states: dict[str, str] = field(default_factory=dict)
    """The state of each account, named with its address: a name alone may be of any service."""
    oldest: str | None = None
    """When the oldest of these states was seen."""
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    log: str | None = None
    size: int = 0
    key_blob: bytes = field(default=b"", repr=False)
    """The key that signed it, as SSH writes it."""

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
        _check_subjects(folder, statement, found)
        _check_sums(folder, statement, found)
        _check_records(folder, statement, found)
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


def _read_signature(folder: Path, name: str) -> SshSignature:
    text = _read(folder, f"{name}.sig").decode("utf-8", "replace")
    try:
        return parse_signature(text)
    except MalformedSignatureError as error:
        raise _Fault(f"the signature cannot be checked: {error}") from error


def _check_signature(folder: Path, demand: Demand, found: Examination) -> dict[str, Any]:
    """Return the statement, once it is known whose it is."""
    content = _read(folder, STATEMENT)
    signature = _read_signature(folder, STATEMENT)
    sound, found.key_blob = signature.is_over(content), signature.key_blob
    if signature.key_blob not in demand.allowed:
        raise _Fault(f"signed by a stranger: {signature.fingerprint}")
    found.person = demand.allowed[signature.key_blob]
    if signature.kind != "ssh-ed25519":
        raise _Fault(f"signed with a key of kind {signature.kind}: use `ssh-keygen -Y verify`")
    if not sound:
        raise _Fault("the statement is not what was signed")
    statement: dict[str, Any] = _parse(content)
    if statement["predicateType"] != PREDICATE_TYPE:
        raise _Fault("it is a statement of another kind")
    return statement


def _parse(content: bytes) -> Any:  # noqa: ANN401 - whatever the text holds
    """Parse JSON in which no thing is said twice: readers would differ on which one counts."""
    return json.loads(content, object_pairs_hook=_raise_if_said_twice)


def _raise_if_said_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Fault("it says one thing twice")
    return found


def _check_subjects(folder: Path, statement: dict[str, Any], found: Examination) -> None:
    """Check that each file is the one that was signed, and note those that are not signed."""
    signed = set()
    for each in statement["subject"]:
        if each["name"] in signed:
            raise _Fault("it says one thing twice")
        signed.add(each["name"])
        if digest(_read(folder, each["name"])) != each["digest"]["sha256"]:
            raise _Fault(f"{each['name']} is not the file that was signed")
    if REPORT not in signed and (folder / REPORT).exists():
        raise _Fault(f"{REPORT} is not signed")
    beside = sorted(
        path.name
        for path in folder.iterdir()
        if path.name not in signed | _UNSIGNED and not path.name.startswith(".")
    )
    if beside:
        found.notes.append(f"not part of what was signed: {', '.join(beside[:_LISTED])}")


def _check_sums(folder: Path, statement: dict[str, Any], found: Examination) -> None:
    """Check the list for `sha256sum -c`: who uses only that must come to the same."""
    content = _read(folder, SUMS)
    due = {each["name"]: each["digest"]["sha256"] for each in statement["subject"]}
    due[STATEMENT] = digest(_read(folder, STATEMENT))
    if content.decode("utf-8", "replace") != render_sums(due):
        raise _Fault(f"{SUMS} does not list the files that were signed")
    signature = _read_signature(folder, SUMS)
    if signature.key_blob != found.key_blob or not signature.is_over(content):
        raise _Fault(f"{SUMS} is not what was signed")


def _check_records(folder: Path, statement: dict[str, Any], found: Examination) -> None:
    """Check that each record is in the history of the checkpoint, and note what it says."""
    predicate = statement["predicate"]
    signed = {each["name"] for each in statement["subject"]}
    if not predicate["records"]:
        raise _Fault("it holds no reading")
    (checkpoint,) = find_checkpoints(predicate["checkpoint"])
    found.log, found.size, found.made_at = (
        checkpoint.log,
        checkpoint.size,
        str(predicate["made_at"]),
    )
    moments = []
    for each in predicate["records"]:
        if each["name"] not in signed:
            raise _Fault(f"{make_printable(each['name'])} is not signed")
        content = _read(folder, each["name"])
        proof = [b64decode(part) for part in each["proof"]]
        if not check_inclusion(
            hash_leaf(content), each["number"] - 1, checkpoint.size, proof, checkpoint.root
        ):
            raise _Fault(f"{each['name']} is not in the history")
        record = _parse(content)
        moments.append(_read_moment(record["at"]))
        _check_pictures(folder, record, found)
        _judge_record(record, found)
    found.oldest = min(moments).strftime("%Y-%m-%dT%H:%M:%SZ")


def _read_moment(text: str) -> datetime:
    """Return when something was seen; raises ValueError or TypeError if it is no moment."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without its zone")
    return moment.astimezone(UTC)


def _check_pictures(folder: Path, record: dict[str, Any], found: Examination) -> None:
    """Check that the pictures are those that the record names; one that is left out is noted."""
    for name, expected in record.get("pictures", {}).items():
        if not name.endswith(".png"):
            continue  # the words of the row are recorded, and not exported
        file = name_picture(record["number"], name)
        if not (folder / file).exists():
            found.notes.append(f"without the picture {name} of record {record['number']}")
        elif digest(_read(folder, file)) != expected:
            raise _Fault(f"{file} is not the picture that was recorded")


def _judge_record(record: dict[str, Any], found: Examination) -> None:
    """Judge a reading by what counts for who asks: whatever its owner wanted, ON is not OFF."""
    if record["kind"] not in (READING, ATTEST):
        raise _Fault("it shows a record that is no reading")
    url, state = str(record["base_url"]), str(record["state"])
    name = f"{record['account']} at {url.removeprefix('https://')}"
    if name in found.states:
        raise _Fault("it says one thing twice")
    found.states[name] = state
    if state not in ("off", "not_applicable"):
        found.problems.append(f"{name} is {state.upper().replace('_', ' ')}")
    if BaseUrl(url).is_loopback:
        found.problems.append(f"{name} is on the computer itself, as a mock site is")
    if record["kind"] == ATTEST:
        found.notes.append(f"{name}: a person's word")


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
    if age is not None and age < -_CLOCKS_DIFFER_DAYS:
        found.problems.append("it says that it was seen on a day that has not come yet")
    if demand.max_days is not None and (age is None or age > demand.max_days):
        found.problems.append(f"older than {demand.max_days:g} days")
