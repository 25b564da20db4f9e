"""An export that somebody else can check: statement, proofs, digests and signatures in a folder."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from auditor import __version__
from auditor.core.base_url import BaseUrl
from auditor.errors import UsageError
from auditor.records.log import Question
from auditor.records.merkle import build_consistency_proof, build_inclusion_proof, compute_root
from auditor.records.record import ATTEST, READING
from auditor.records.status import AccountStatus, read_status
from auditor.report.html import render_html
from auditor.report.summary import build_report, find_pictures

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from auditor.records.checkpoint import Checkpoint
    from auditor.records.log import RecordLog

STATEMENT = "statement.json"
SUMS = "SHA256SUMS"
REPORT = "report.html"
CHECKPOINT = "checkpoint.txt"
PREDICATE_TYPE = "urn:auditor:report:1"
_STATEMENT_TYPE = "https://in-toto.io/Statement/v1"


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What is to be exported: whose state, in answer to what, and since when."""

    account: str | None = None
    challenge: str | None = None
    since: Checkpoint | None = None


@dataclass(slots=True)
class Export:
    """The files of an export, by name."""

    files: dict[str, bytes] = field(default_factory=dict)

    def add(self, name: str, content: str) -> None:
        """Add a file."""
        self.files[name] = content.encode("utf-8", "replace")


def name_picture(number: int, name: str) -> str:
    """Return what a record's picture is called in an export."""
    return f"picture-{number}-{name}"


def build_export(log: RecordLog, request: ExportRequest) -> Export:
    """Return the files of an export, still without signatures.

    Raises UsageError if there is nothing to export, or `since` is not of this history.
    """
    rows = _read_newest(log, request.account)
    # after the rows: whatever another run appends meanwhile, these are in it
    checkpoint, leaves = log.read_checkpoint(), log.read_leaves()
    if checkpoint is None or not rows:
        whom = "" if request.account is None else f" of the account {request.account}"
        raise UsageError(f"Nothing is recorded{whom}", "Run `auditor audit` first.")
    leaves = leaves[: checkpoint.size]
    export = Export()
    export.add(REPORT, render_html(build_report(log, account=request.account)))
    export.add(CHECKPOINT, str(checkpoint))
    for number, text in rows:
        export.add(f"record-{number}.json", text)
        _add_pictures(export, log, text)
    predicate = {
        "tool": {"name": "auditor", "version": __version__},
        "made_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "challenge": request.challenge,
        "checkpoint": str(checkpoint),
        "records": [_prove(number, leaves) for number, _ in rows],
        "consistency": _prove_consistency(request.since, checkpoint, leaves),
    }
    export.add(STATEMENT, _build_statement(export, predicate))
    export.add(SUMS, render_sums({name: digest(each) for name, each in export.files.items()}))
    return export


def statement_schema() -> dict[str, Any]:
    """Return the JSON Schema of the statement, which is shipped as `report/statement.json`."""
    text = {"type": "string"}
    proof = {"type": "array", "items": text}
    record = _object({"name": text, "number": {"type": "integer", "minimum": 1}, "proof": proof})
    consistency = _object({"from": text, "proof": proof})
    predicate = {
        "tool": _object({"name": {"const": "auditor"}, "version": text}),
        "made_at": {"type": "string", "format": "date-time"},
        "challenge": {"type": ["string", "null"]},
        "checkpoint": text,
        "records": {"type": "array", "items": record, "minItems": 1},
        "consistency": {"anyOf": [{"type": "null"}, consistency]},
    }
    sha256_text = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
    subject = _object({"name": text, "digest": _object({"sha256": sha256_text})})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "auditor: statement of an export",
        **_object(
            {
                "_type": {"const": _STATEMENT_TYPE},
                "subject": {"type": "array", "items": subject},
                "predicateType": {"const": PREDICATE_TYPE},
                "predicate": _object(predicate),
            }
        ),
    }


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def sign_export(export: Export, sign: Callable[[bytes], str]) -> None:
    """Add the signatures: over the statement, and over the list of digests."""
    for name in (STATEMENT, SUMS):
        export.add(f"{name}.sig", sign(export.files[name]))


def render_sums(digests: Mapping[str, str]) -> str:
    """Return the list of files and digests as `sha256sum -c` reads it."""
    return "".join(f"{expected}  {name}\n" for name, expected in sorted(digests.items()))


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file, as `sha256sum` prints it."""
    return sha256(content).hexdigest()


def _read_newest(log: RecordLog, account: str | None) -> list[tuple[int, str]]:
    """Return number and exact text of the newest reading, or word, of each account."""
    found = []
    for known in _leave_out_mock_sites(read_status(log.path, account)):
        question = Question(
            account=known.account,
            base_url=known.base_url,
            kinds=(READING, ATTEST),
            limit=1,
        )
        found += log.read_texts(question)
    return found


def _leave_out_mock_sites(known: list[AccountStatus]) -> list[AccountStatus]:
    """Leave out addresses of this very machine, unless there is nothing else to show."""
    return [each for each in known if not BaseUrl(each.base_url).is_loopback] or known


def _add_pictures(export: Export, log: RecordLog, text: str) -> None:
    """Add the pictures that a record names, where they still are what they were."""
    for each in find_pictures(log, [json.loads(text)]):
        if each.content is not None:
            export.files[name_picture(each.number, each.name)] = each.content


def _prove(number: int, leaves: list[bytes]) -> dict[str, Any]:
    proof = build_inclusion_proof(leaves, number - 1)
    return {"name": f"record-{number}.json", "number": number, "proof": _encode(proof)}


def _prove_consistency(
    since: Checkpoint | None, checkpoint: Checkpoint, leaves: list[bytes]
) -> dict[str, Any] | None:
    """Return the proof that nothing known at an earlier checkpoint was rewritten."""
    if since is None:
        return None
    known = since.log == checkpoint.log and 0 < since.size <= checkpoint.size
    if not known or compute_root(leaves[: since.size]) != since.root:
        hint = "`auditor history verify --against FILE` says in what they differ."
        raise UsageError("The history does not continue from that checkpoint", hint)
    return {"from": str(since), "proof": _encode(build_consistency_proof(leaves, since.size))}


def _encode(proof: list[bytes]) -> list[str]:
    return [b64encode(each).decode() for each in proof]


def _build_statement(export: Export, predicate: dict[str, Any]) -> str:
    subjects = [
        {"name": name, "digest": {"sha256": digest(content)}}
        for name, content in sorted(export.files.items())
    ]
    statement = {
        "_type": _STATEMENT_TYPE,
        "subject": subjects,
        "predicateType": PREDICATE_TYPE,
        "predicate": predicate,
    }
    return json.dumps(statement, ensure_ascii=False, indent=1) + "\n"
