"""A company of thirty checks each other's exports; so do the real ssh-keygen and sha256sum."""

from __future__ import annotations

import json
import subprocess
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from auditor.access.history import derive_signer
from auditor.access.secret import Secret
from auditor.access.ssh_key import sign_with_ssh_key
from auditor.errors import SetupError, UsageError
from auditor.records.checkpoint import Checkpoint
from auditor.records.log import Question, RecordLog
from auditor.records.merkle import build_inclusion_proof, hash_leaf
from auditor.records.pictures import digest, keep_pictures
from auditor.records.sshsig import (
    build_key_blob,
    format_public_key,
    parse_allowed_signers,
    parse_signature,
    sign_message,
)
from auditor.report import examine
from auditor.report.examination import describe_examination
from auditor.report.examine import Demand, Examination, examine_export
from auditor.report.export import ExportRequest, build_export, render_sums, sign_export
from tests.records.signing import reading

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from auditor.access.history import LogSigner
    from auditor.records.record import Record


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


@pytest.mark.medium
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
    assert found[29].problems == ["claude at claude.ai is ON"]
    lines = {number: describe_examination(each) for number, each in found.items()}
    assert lines[0] == "ok  person0@company: claude at claude.ai OFF, seen a day ago"
    assert lines[26] == (
        "NOT person26@company: claude at claude.ai OFF, seen 60 days ago - older than 30 days"
    )
    assert lines[27].startswith(f"NOT unknown ({folders[27]}) - signed by a stranger: SHA256:")
    assert lines[29] == (
        "NOT person29@company: claude at claude.ai ON, seen a day ago - claude at claude.ai is ON"
    )


def test_a_picture_is_compared_with_its_record_and_not_only_with_the_statement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = export(tmp_path, 1)
    (folder / "picture-2-after.png").write_bytes(b"another picture")
    monkeypatch.setattr(examine, "_check_subjects", lambda *_: None)  # as if signed like this
    monkeypatch.setattr(examine, "_check_sums", lambda *_: None)
    assert check(folder).problems == ["picture-2-after.png is not the picture that was recorded"]


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
    built.files[name] = forged
    folder = tmp_path / "export"
    folder.mkdir()
    for file, content in built.files.items():
        (folder / file).write_bytes(content)
    resign(folder, lambda _made: None)
    assert check(folder).problems == [f"{name} is not in the history"]


def resign(folder: Path, change: Callable[[dict[str, Any]], object], number: int = 1) -> Path:
    """Change a statement as its owner can, who holds the key, and sign all of it again."""
    statement = json.loads((folder / "statement.json").read_text())
    change(statement)
    files = {each["name"]: (folder / each["name"]).read_bytes() for each in statement["subject"]}
    for each in statement["subject"]:
        each["digest"]["sha256"] = digest(files[each["name"]])
    content = json.dumps(statement).encode()
    sums = render_sums({**{name: digest(each) for name, each in files.items()},
                        "statement.json": digest(content)}).encode()  # fmt: skip
    for name, each in (("statement.json", content), ("SHA256SUMS", sums)):
        (folder / name).write_bytes(each)
        (folder / f"{name}.sig").write_text(sign_message(each, signer_of(number)))
    return folder


def own_export(tmp_path: Path, *records: Record) -> Path:
    """Export what somebody has recorded, whatever that is."""
    signer = signer_of(1)
    log = RecordLog(tmp_path / "data" / "history.sqlite", signer)
    log.append(records)
    built = build_export(log, ExportRequest())
    sign_export(built, lambda message: sign_message(message, signer))
    folder = tmp_path / "own"
    folder.mkdir()
    for file, content in built.files.items():
        (folder / file).write_bytes(content)
    return folder


def test_an_export_without_a_reading_shows_nothing(tmp_path: Path) -> None:
    folder = resign(export(tmp_path, 1), lambda made: made["predicate"].update(records=[]))
    assert check(folder).problems == ["it holds no reading"]


def test_whatever_its_owner_wanted_on_is_not_off(tmp_path: Path) -> None:
    folder = own_export(tmp_path, reading("on", wanted="on", outcome="as_wanted"))
    assert check(folder).problems == ["me at claude.ai is ON"]


def test_a_reading_of_a_mock_site_stands_for_no_account(tmp_path: Path) -> None:
    folder = own_export(tmp_path, reading(base_url="http://127.0.0.1:8400/s/off"))
    assert check(folder).problems == [
        "me at http://127.0.0.1:8400/s/off is on the computer itself, as a mock site is"
    ]


def test_an_export_shows_no_mock_site_beside_a_real_account(tmp_path: Path) -> None:
    mock = reading("on", base_url="http://127.0.0.1:8400/s/on")
    found = check(own_export(tmp_path, mock, reading()))
    assert (found.problems, found.states) == ([], {"me at claude.ai": "off"})


def test_the_same_name_at_two_services_is_told_apart(tmp_path: Path) -> None:
    word = reading(kind="attest", base_url="https://chatgpt.com")
    found = check(own_export(tmp_path, reading("unknown"), word))
    assert found.states == {"me at claude.ai": "unknown", "me at chatgpt.com": "off"}
    assert found.problems == ["me at claude.ai is UNKNOWN"]


@pytest.mark.parametrize(
    ("at", "problem"),
    [
        ("2999-01-01T00:00:00Z", "it says that it was seen on a day that has not come yet"),
        ("lately", "the statement does not say what it must"),
        ("2026-11-01T00:00:00", "the statement does not say what it must"),
    ],
)
def test_a_moment_that_cannot_be_is_no_proof_of_age(tmp_path: Path, at: str, problem: str) -> None:
    found = check(own_export(tmp_path, reading(at=at)), max_days=30)
    assert found.problems == [problem]
    assert describe_examination(found).startswith("NOT person1@company")


def test_only_a_reading_or_a_word_is_shown(tmp_path: Path) -> None:
    folder = export(tmp_path, 1)
    log = RecordLog(tmp_path / "data-1" / "history.sqlite")
    (kept,) = log.read_texts(Question(kinds=("key",)))
    (folder / "record-1.json").write_text(kept[1])

    def show_the_key(made: dict[str, Any]) -> None:
        made["subject"].append({"name": "record-1.json", "digest": {"sha256": ""}})
        proof = [b64encode(each).decode() for each in build_inclusion_proof(log.read_leaves(), 0)]
        made["predicate"]["records"] = [{"name": "record-1.json", "number": 1, "proof": proof}]

    assert not check(resign(folder, show_the_key)).is_sound


def test_what_says_one_thing_twice_is_refused(tmp_path: Path) -> None:
    folder = export(tmp_path, 1)
    content = (folder / "statement.json").read_bytes()
    content = content.replace(b'"_type"', b'"predicateType": "x", "_type"', 1)
    (folder / "statement.json").write_bytes(content)
    (folder / "statement.json.sig").write_text(sign_message(content, signer_of(1)))
    assert check(folder).problems == ["it says one thing twice"]
    (tmp_path / "b").mkdir()
    folder = resign(
        export(tmp_path / "b", 1), lambda made: made["subject"].append(made["subject"][0])
    )
    assert check(folder).problems == ["it says one thing twice"]


def test_files_that_are_not_signed_are_told(tmp_path: Path) -> None:
    folder = export(tmp_path, 1)
    (folder / "letter.pdf").write_bytes(b"")
    (folder / ".DS_Store").write_bytes(b"")
    assert check(folder).notes == ["not part of what was signed: letter.pdf"]

    def leave_out(name: str) -> Callable[[dict[str, Any]], None]:
        def change(made: dict[str, Any]) -> None:
            made["subject"] = [each for each in made["subject"] if each["name"] != name]

        return change

    assert check(resign(folder, leave_out("report.html"))).problems == ["report.html is not signed"]
    (tmp_path / "b").mkdir()
    folder = resign(export(tmp_path / "b", 1), leave_out("record-2.json"))
    assert check(folder).problems == ["record-2.json is not signed"]


def test_a_picture_that_was_left_out_is_told(tmp_path: Path) -> None:
    folder = export(tmp_path, 1)
    (folder / "picture-2-after.png").unlink()

    def leave_out(made: dict[str, Any]) -> None:
        made["subject"] = [each for each in made["subject"] if not each["name"].endswith(".png")]

    found = check(resign(folder, leave_out))
    assert (found.problems, found.notes) == ([], ["without the picture after.png of record 2"])


def test_the_list_of_digests_is_checked_as_well(tmp_path: Path) -> None:
    folder = export(tmp_path, 1)
    sums = (folder / "SHA256SUMS").read_bytes()
    (folder / "SHA256SUMS").write_bytes(sums.replace(b"report.html", b"other.html"))
    assert check(folder).problems == ["SHA256SUMS does not list the files that were signed"]
    (folder / "SHA256SUMS").write_bytes(sums)
    (folder / "SHA256SUMS.sig").write_text(sign_message(b"another", signer_of(1)))
    assert check(folder).problems == ["SHA256SUMS is not what was signed"]
    (folder / "SHA256SUMS.sig").write_text(sign_message(sums, signer_of(2)))
    assert check(folder).problems == ["SHA256SUMS is not what was signed"]


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
    assert check(folder).notes == ["claude at claude.ai: a person's word"]


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


@pytest.mark.parametrize(
    ("options", "allowed"),
    [
        ("cert-authority", False),
        ('valid-before="20261101"', False),
        ('valid-before="20270101Z"', True),
        ('valid-after="20261201120000Z"', False),
        ('valid-after="202610010000",valid-before="20270101"', True),
        ('namespaces="file,auditor-*"', True),
        ('namespaces="*,!auditor-report"', False),
        ('NAMESPACES="auditor-report",cert-authority', False),
    ],
)
def test_options_of_a_signer_are_kept_to_as_openssh_does(
    tmp_path: Path, options: str, *, allowed: bool
) -> None:
    key = format_public_key(build_key_blob(signer_of(1).public_key))
    line = f"me {options} {key}\n"
    now = datetime(2026, 11, 27, tzinfo=UTC)
    assert bool(parse_allowed_signers(line, now)) == allowed
    (tmp_path / "allowed").write_text(line)
    (tmp_path / "sig").write_text(sign_message(b"message", signer_of(1)))
    command = [
        "ssh-keygen", "-Y", "verify", "-f", str(tmp_path / "allowed"), "-I", "me",
        "-n", "auditor-report", "-s", str(tmp_path / "sig"), "-O", "verify-time=20261127",
    ]  # fmt: skip
    done = subprocess.run(command, input=b"message", capture_output=True, check=False)
    assert (done.returncode == 0) == allowed


@pytest.mark.parametrize(
    "line",
    ["me odd ssh-ed25519 AAAA", 'me valid-after="soon" ssh-ed25519 AAAA', "me namespaces= ssh-x A"],
)
def test_an_option_that_is_not_known_is_not_passed_over(line: str) -> None:
    with pytest.raises(ValueError, match=r"^line 1 "):
        parse_allowed_signers(line)


def test_keys_of_other_kinds_may_stand_in_the_list() -> None:
    key = format_public_key(build_key_blob(signer_of(1).public_key))
    text = f'a ecdsa-sha2-nistp256 AAAA\nb sk-ssh-ed25519@openssh.com AAAA\n"c d" {key}\n'
    assert parse_allowed_signers(text)[build_key_blob(signer_of(1).public_key)] == "c d"


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
    resign(folder, lambda _made: None)
    assert check(folder).problems == ["its history was rewritten since the earlier export"]
