"""A company of thirty checks each other's exports; so do the real ssh-keygen and sha256sum."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from auditor.access.history import derive_signer
from auditor.access.secret import Secret
from auditor.access.ssh_key import sign_with_ssh_key
from auditor.errors import SetupError, UsageError
from auditor.records.checkpoint import Checkpoint
from auditor.records.log import RecordLog
from auditor.records.merkle import hash_leaf
from auditor.records.pictures import digest, keep_pictures
from auditor.records.sshsig import (
    build_key_blob,
    format_public_key,
    parse_allowed_signers,
    parse_signature,
    sign_message,
)
from auditor.report.examination import describe_examination
from auditor.report.examine import Demand, Examination, examine_export
from auditor.report.export import ExportRequest, build_export, sign_export
from tests.records.signing import reading

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.access.history import LogSigner


def signer_of(number: int) -> LogSigner:
    return derive_signer(Secret(number.to_bytes(32, "big")))


def days_ago(days: float) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def export(
    folder: Path,
    number: int,
    *,
    state: str = "off",
    days: float = 1,
    request: ExportRequest | None = None,
) -> Path:
    """Record a reading for a person, and export it."""
    signer = signer_of(number)
    log = RecordLog(folder / f"data-{number}" / "history.sqlite", signer)
    picture = f"the switch of {number}".encode()
    keep_pictures(log.pictures_folder, [picture])
    pictures = {"after.png": digest(picture)}
    log.append([reading(state, "claude", at=days_ago(days), pictures=pictures)])
    built = build_export(log, request or ExportRequest())
    sign_export(built, lambda message: sign_message(message, signer))
    target = folder / f"export-{number}-{len(log.read())}"
    target.mkdir()
    for name, content in built.files.items():
        (target / name).write_bytes(content)
    return target


def allowed_line(number: int) -> str:
    key = format_public_key(build_key_blob(signer_of(number).public_key))
    return f"person{number}@company {key}\n"


def demand(**more: object) -> Demand:
    allowed = parse_allowed_signers("".join(map(allowed_line, range(30))))
    return Demand(allowed, **more)  # type: ignore[arg-type]


def check(folder: Path, **more: object) -> Examination:
    return examine_export(folder, demand(**more))


def test_a_company_of_thirty_finds_the_four_that_are_not_as_they_should_be(tmp_path: Path) -> None:
    folders = {number: export(tmp_path, number) for number in range(26)}
    folders[26] = export(tmp_path, 26, days=60)
    folders[27] = export(tmp_path, 99)
    folders[28] = export(tmp_path, 28)
    (folders[28] / "picture-2-after.png").write_bytes(b"another picture")
    folders[29] = export(tmp_path, 29, state="on")
    found = {number: check(folder, max_days=30) for number, folder in folders.items()}
    assert {number for number, each in found.items() if not each.is_sound} == {26, 27, 28, 29}
    assert found[0].person == "person0@company"
    assert found[26].problems == ["older than 30 days"]
    assert found[27].problems[0].startswith("signed by a stranger: SHA256:")
    assert found[28].problems == ["picture-2-after.png is not the file that was signed"]
    assert found[29].problems == ["claude is ON"]
    lines = {number: describe_examination(each) for number, each in found.items()}
    assert lines[0] == "ok  person0@company: claude OFF, seen a day ago"
    assert lines[26] == "NOT person26@company: claude OFF, seen 60 days ago - older than 30 days"
    assert lines[27].startswith(f"NOT unknown ({folders[27]}) - signed by a stranger: SHA256:")
    assert lines[29] == "NOT person29@company: claude ON, seen a day ago - claude is ON"


def test_openssh_and_sha256sum_come_to_the_same(tmp_path: Path) -> None:
    folder = export(tmp_path, 1)
    (tmp_path / "allowed").write_text(allowed_line(1))

    def verify(name: str) -> subprocess.CompletedProcess[bytes]:
        command = [
            "ssh-keygen", "-Y", "verify", "-f", "../allowed", "-I", "person1@company",
            "-n", "auditor-report", "-s", f"{name}.sig",
        ]  # fmt: skip
        with (folder / name).open("rb") as content:
            return subprocess.run(
                command, stdin=content, capture_output=True, check=False, cwd=folder
            )

    assert verify("statement.json").returncode == 0
    assert verify("SHA256SUMS").returncode == 0
    sums = ["sha256sum", "-c", "--quiet", "SHA256SUMS"]
    assert subprocess.run(sums, cwd=folder, capture_output=True, check=False).returncode == 0
    (folder / "report.html").write_text("another report")
    assert subprocess.run(sums, cwd=folder, capture_output=True, check=False).returncode == 1
    statement = folder / "statement.json"
    statement.write_bytes(statement.read_bytes().replace(b'"off"', b'"on" ') + b" ")
    assert verify("statement.json").returncode != 0


def test_a_persons_own_ssh_key_signs_through_ssh_keygen(tmp_path: Path) -> None:
    key = tmp_path / "id_ed25519"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    armoured = sign_with_ssh_key(b"message", key)
    signature = parse_signature(armoured)
    assert signature.is_over(b"message")
    assert not signature.is_over(b"another")
    public = key.with_suffix(".pub").read_text().split()
    assert format_public_key(signature.key_blob) == " ".join(public[:2])
    assert parse_allowed_signers(f"me {' '.join(public)}")[signature.key_blob] == "me"


def test_an_ssh_key_that_cannot_sign_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no SSH key"):
        sign_with_ssh_key(b"", tmp_path / "none")
    (tmp_path / "key").write_text("no key")
    with pytest.raises(SetupError, match=r"^ssh-keygen could not sign: "):
        sign_with_ssh_key(b"", tmp_path / "key")


@pytest.mark.parametrize(
    ("name", "old", "new", "problem"),
    [
        ("statement.json", b"auditor", b"another", "the statement is not what was signed"),
        ("statement.json.sig", b"BEGIN", b"begin", "it is no SSH signature"),
        (
            "checkpoint.txt",
            b"auditor/log",
            b"auditor/gol",
            "checkpoint.txt is not the file that was signed",
        ),
    ],
)
def test_what_was_changed_is_named(
    tmp_path: Path, name: str, old: bytes, new: bytes, problem: str
) -> None:
    folder = export(tmp_path, 1)
    file = folder / name
    content = file.read_bytes()
    assert old in content
    file.write_bytes(content.replace(old, new, 1))
    assert problem in check(folder).problems[0]


@pytest.mark.parametrize("name", ["statement.json", "statement.json.sig", "report.html"])
def test_what_is_missing_is_named(tmp_path: Path, name: str) -> None:
    folder = export(tmp_path, 1)
    (folder / name).unlink()
    assert check(folder).problems == [f"{name} is missing"]


def test_a_record_that_is_not_in_the_history_is_named(tmp_path: Path) -> None:
    """Even who holds the key cannot show a record that the checkpoint does not have."""
    signer = signer_of(1)
    log = RecordLog(tmp_path / "data" / "history.sqlite", signer)
    log.append([reading("on", "claude")])
    built = build_export(log, ExportRequest())
    (name,) = [each for each in built.files if each.startswith("record-")]
    forged = built.files[name].replace(b'"on"', b'"off"')
    statement = json.loads(built.files["statement.json"])
    from auditor.report.export import digest

    for each in statement["subject"]:
        each["digest"]["sha256"] = digest(
            forged if each["name"] == name else built.files[each["name"]]
        )
    built.files[name] = forged
    built.add("statement.json", json.dumps(statement))
    sign_export(built, lambda message: sign_message(message, signer))
    folder = tmp_path / "export"
    folder.mkdir()
    for file, content in built.files.items():
        (folder / file).write_bytes(content)
    assert check(folder).problems == [f"{name} is not in the history"]


def test_a_challenge_shows_that_it_was_made_afterwards(tmp_path: Path) -> None:
    folder = export(tmp_path, 1, request=ExportRequest(challenge="blue 42"))
    assert check(folder, challenge="blue 42").is_sound
    assert check(folder, challenge="red 7").problems == ["it does not answer the challenge"]


def test_a_later_export_shows_that_nothing_was_rewritten(tmp_path: Path) -> None:
    export(tmp_path, 1)
    log = RecordLog(tmp_path / "data-1" / "history.sqlite")
    since = log.read_checkpoint()
    later = export(tmp_path, 1, request=ExportRequest(since=since))
    found = check(later, since=since)
    assert (found.problems, found.notes) == ([], ["nothing was rewritten since record 2"])
    assert check(export(tmp_path, 1), since=since).problems == [
        "nothing shows that it goes on from the earlier export"
    ]
    other = RecordLog(tmp_path / "other" / "history.sqlite")
    foreign = other.append([reading()]).checkpoint
    assert check(later, since=foreign).problems == [
        "it goes on from another export than the one given"
    ]
    with pytest.raises(UsageError, match="does not continue from that checkpoint"):
        build_export(log, ExportRequest(since=foreign))


def test_a_persons_word_is_said_to_be_one(tmp_path: Path) -> None:
    signer = signer_of(1)
    log = RecordLog(tmp_path / "data-1" / "history.sqlite", signer)
    log.append([reading("off", "claude", kind="attest")])
    built = build_export(log, ExportRequest())
    sign_export(built, lambda message: sign_message(message, signer))
    folder = tmp_path / "export"
    folder.mkdir()
    for name, content in built.files.items():
        (folder / name).write_bytes(content)
    assert check(folder).notes == ["claude: a person's word"]


def test_nothing_to_export_is_said(tmp_path: Path) -> None:
    log = RecordLog(tmp_path / "data" / "history.sqlite")
    with pytest.raises(UsageError, match=r"^Nothing is recorded$"):
        build_export(log, ExportRequest())
    log.append([reading()])
    with pytest.raises(UsageError, match=r"^Nothing is recorded of the account nobody$"):
        build_export(log, ExportRequest(account="nobody"))


def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    folder = export(tmp_path, 1)
    statement = json.loads((folder / "statement.json").read_text())
    statement["subject"][0]["name"] = "../secret"
    content = json.dumps(statement).encode()
    (folder / "statement.json").write_bytes(content)
    (folder / "statement.json.sig").write_text(sign_message(content, signer_of(1)))
    assert check(folder).problems == ["it names a file outside of its folder"]


def test_a_statement_of_another_shape_is_refused(tmp_path: Path) -> None:
    folder = export(tmp_path, 1)
    for content in (b"[]", b"{}", b'{"predicateType": "x"}'):
        (folder / "statement.json").write_bytes(content)
        (folder / "statement.json.sig").write_text(sign_message(content, signer_of(1)))
        assert not check(folder).is_sound


def test_allowed_signers_are_read_as_openssh_reads_them() -> None:
    key = format_public_key(build_key_blob(signer_of(1).public_key))
    other = format_public_key(build_key_blob(signer_of(2).public_key))
    text = f'# comment\n\nme namespaces="file,auditor-report" {key} note\nyou namespaces="git" {other}\n'
    assert list(parse_allowed_signers(text).values()) == ["me"]
    for line in ("me", "me ssh-ed25519", "me ssh-ed25519 !!!", "ssh-ed25519 AAAA"):
        with pytest.raises(ValueError, match="line 1"):
            parse_allowed_signers(line)


def test_a_history_that_was_rewritten_cannot_show_that_it_goes_on(tmp_path: Path) -> None:
    log = RecordLog(tmp_path / "data-1" / "history.sqlite", signer_of(1))
    since = log.append([reading("on", "claude")]).checkpoint
    folder = export(tmp_path, 1, request=ExportRequest(since=since))
    statement = json.loads((folder / "statement.json").read_text())
    lie = Checkpoint(since.log, since.size, hash_leaf(b"another history"))
    statement["predicate"]["consistency"]["from"] = str(lie)
    content = json.dumps(statement).encode()
    (folder / "statement.json").write_bytes(content)
    (folder / "statement.json.sig").write_text(sign_message(content, signer_of(1)))
    assert check(folder).problems == ["its history was rewritten since the earlier export"]
