"""The statement keeps to the schema that is shipped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import auditor
from auditor.records.log import RecordLog
from auditor.records.pictures import digest, keep_pictures
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


@pytest.mark.parametrize("swapped", [False, True])
def test_an_export_holds_a_picture_only_while_it_is_the_one_that_was_recorded(
    tmp_path: Path, *, swapped: bool
) -> None:
    log, picture = RecordLog(tmp_path / "records" / "history.sqlite"), b"the switch"
    keep_pictures(log.pictures_folder, [picture])
    log.append([reading(pictures={"after.png": digest(picture)})])
    if swapped:
        (log.pictures_folder / digest(picture)).write_bytes(b"another")
    files = build_export(log, ExportRequest()).files
    pictures = {name: content for name, content in files.items() if name.startswith("picture-")}
    assert pictures == ({} if swapped else {"picture-1-after.png": picture})
