"""The statement keeps to the schema that is shipped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import auditor
from auditor.records.log import RecordLog
from auditor.report.export import ExportRequest, build_export, statement_schema
from tests.records.signing import reading

SHIPPED = Path(auditor.__file__).parent / "report" / "statement.json"


def test_the_shipped_schema_is_what_the_code_gives_today() -> None:
    assert json.loads(SHIPPED.read_text(encoding="utf-8")) == statement_schema()


@pytest.mark.parametrize("continued", [False, True])
def test_a_statement_keeps_to_the_schema(tmp_path: Path, *, continued: bool) -> None:
    log = RecordLog(tmp_path / "records" / "history.sqlite")
    log.append([reading()])
    since = log.read_checkpoint() if continued else None
    log.append([reading(), reading(account="b")])
    built = build_export(log, ExportRequest(challenge="blue" if continued else None, since=since))
    Draft202012Validator(statement_schema()).validate(json.loads(built.files["statement.json"]))


def test_an_export_holds_nothing_of_other_accounts(tmp_path: Path) -> None:
    log = RecordLog(tmp_path / "records" / "history.sqlite")
    log.append([reading(account="mine"), reading(account="secret")])
    built = build_export(log, ExportRequest(account="mine"))
    assert not [name for name, content in built.files.items() if b"secret" in content]
