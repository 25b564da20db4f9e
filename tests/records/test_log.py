"""Records are kept whole and in order, whatever happens to the process, the disk or the file."""

from __future__ import annotations

import json
import resource
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from auditor.errors import SetupError
from auditor.records.database import MIGRATIONS, DamagedLogError, keep_aside
from auditor.records.log import Question, RecordLog, render_record
from auditor.records.merkle import compute_root, hash_leaf
from tests.records.signing import reading

if TYPE_CHECKING:
    from pathlib import Path

APPEND = """
import sys
from pathlib import Path
from auditor.records.log import RecordLog
log = RecordLog(Path(sys.argv[1]))
for number in range(int(sys.argv[2])):
    place = {"base_url": "http://127.0.0.1:1", "state": "off"}
    log.append([{"kind": "finding", "account": sys.argv[3], "turn": number, **place}])
    print(number, flush=True)
"""


@pytest.fixture
def log(tmp_path: Path) -> RecordLog:
    return RecordLog(tmp_path / "records" / "history.sqlite")


def start(log: RecordLog, count: int, name: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", APPEND, str(log.path), str(count), name]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def check_whole(log: RecordLog) -> int:
    """Return how many records there are, all in order and under the root that is written down."""
    with sqlite3.connect(log.path) as connection:
        rows = connection.execute("SELECT number, text FROM record ORDER BY number").fetchall()
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    assert [number for number, _ in rows] == list(range(1, len(rows) + 1))
    newest = log.read_checkpoint()
    if newest is None:
        assert rows == []
    else:
        root = compute_root([hash_leaf(text.encode()) for _, text in rows])
        assert (newest.size, newest.root) == (len(rows), root)
    return len(rows)


def test_a_record_is_kept_as_the_exact_text_and_numbered(log: RecordLog) -> None:
    appended = log.append([reading("on", at="2026-11-12T10:00:00Z"), reading("off")])
    assert appended.numbers == (1, 2)
    newest, oldest = log.read()
    assert (newest["number"], newest["state"]) == (2, "off")
    assert render_record(1, oldest).startswith('{"number":1,"kind":"finding","at":"2026-11-12T10')


def test_what_is_appended_is_under_the_checkpoint(log: RecordLog) -> None:
    log.append([reading()])
    assert log.append([reading(), reading()]).checkpoint == log.read_checkpoint()
    assert check_whole(log) == 3


def test_nothing_is_made_by_reading(log: RecordLog) -> None:
    assert log.read() == []
    assert log.read_checkpoint() is None
    assert log.read_leaves() == []
    assert not log.path.exists()


def test_the_file_is_for_its_owner_alone(log: RecordLog) -> None:
    log.append([reading()])
    assert stat.S_IMODE(log.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(log.path.parent.stat().st_mode) == 0o700


def test_questions_are_answered_newest_first(log: RecordLog) -> None:
    log.append(
        [
            reading("on", "a", at="2026-11-01T00:00:00Z"),
            reading("off", "a", at="2026-11-02T00:00:00Z"),
            reading("off", "b", at="2026-11-03T00:00:00Z"),
            {"kind": "notice", "event": "exposed", "at": "2026-11-04T00:00:00Z"},
        ]
    )

    def numbers(question: Question) -> list[int]:
        return [each["number"] for each in log.read(question)]

    assert numbers(Question()) == [4, 3, 2, 1]
    assert numbers(Question(account="a")) == [2, 1]
    assert numbers(Question(states=("off",))) == [3, 2]
    assert numbers(Question(kinds=("notice",))) == [4]
    assert numbers(Question(since="2026-11-03")) == [4, 3]
    assert numbers(Question(limit=1, before=4)) == [3]
    assert numbers(Question(base_url="http://other")) == []


def test_all_of_an_append_is_kept_or_none(log: RecordLog) -> None:
    log.append([reading()])
    with pytest.raises(ValueError, match="JSON"):
        log.append([reading(), reading(seconds=float("nan"))])
    assert check_whole(log) == 1


def test_the_columns_are_computed_and_cannot_be_written(log: RecordLog) -> None:
    log.append([reading()])
    connection = sqlite3.connect(log.path)
    with pytest.raises(sqlite3.OperationalError, match="generated column"):
        connection.execute("UPDATE record SET state = 'on'")
    connection.close()


@pytest.mark.medium
def test_twenty_processes_at_once_lose_nothing(log: RecordLog) -> None:
    processes = [start(log, 10, f"p{each}") for each in range(20)]
    assert [process.wait(timeout=120) for process in processes] == [0] * 20
    for process in processes:
        process.communicate()
    assert check_whole(log) == 200
    assert {each["account"] for each in log.read()} == {f"p{each}" for each in range(20)}


@pytest.mark.medium
def test_a_killed_writer_leaves_a_whole_log(log: RecordLog) -> None:
    for turn in range(8):  # benchmarks/history.py does so a hundred times
        with start(log, 10_000, "killed") as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(turn * 0.007)
            process.send_signal(signal.SIGKILL)
            told = len(process.stdout.readlines()) + 1
        before = len(log.read(Question(kinds=("finding",))))
        assert check_whole(log) == before >= told


def test_a_full_disk_is_said_and_leaves_the_log_as_it_was(
    log: RecordLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.append([reading()])
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    monkeypatch.setattr("auditor.records.log.render_record", lambda *_: f'"{"x" * 4_000_000}"')
    former = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))
    try:
        with pytest.raises(SetupError, match=r"^The history in .* cannot be used: "):
            log.append([reading()])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, former)
    assert check_whole(log) == 1


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "records").write_text("a file")
    log = RecordLog(tmp_path / "records" / "history.sqlite")
    with pytest.raises(SetupError, match=r"cannot be"):
        log.append([reading()])


def test_a_file_of_a_newer_version_is_left_alone(log: RecordLog) -> None:
    log.append([reading()])
    connection = sqlite3.connect(log.path)
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.close()
    for call in (lambda: log.append([reading()]), log.read):
        with pytest.raises(SetupError, match=r"was written by a newer version of auditor$"):
            call()


@pytest.mark.parametrize("damage", ["head", "whole", "other"])
def test_a_damaged_file_is_named_and_kept_aside(log: RecordLog, damage: str) -> None:
    log.append([reading()])
    content = bytearray(log.path.read_bytes())
    if damage == "other":
        log.path.unlink()
        other = sqlite3.connect(log.path)
        other.execute("CREATE TABLE something (x)")
        other.execute("PRAGMA application_id = 7")
        other.commit()
        other.close()
    else:
        size = 100 if damage == "head" else len(content)
        content[:size] = b"\xa5" * size
        log.path.write_bytes(content)
    held = log.path.read_bytes()
    with pytest.raises(DamagedLogError):
        log.append([reading()])
    kept = keep_aside(log.path)
    assert kept.read_bytes() == held
    assert log.append([reading()]).numbers == (1,)


def test_a_record_that_is_no_json_any_more_does_not_hide_the_others(log: RecordLog) -> None:
    log.append([reading(), reading()])
    connection = sqlite3.connect(log.path)
    connection.execute("UPDATE record SET text = 'no json' WHERE number = 1")
    connection.commit()
    connection.close()
    assert [each["number"] for each in log.read()] == [2]
    assert [each["number"] for each in log.read(Question(account="me"))] == [2]
    assert json.loads(render_record(7, reading()))["number"] == 7


def test_half_a_character_of_a_page_is_kept_as_a_question_mark(log: RecordLog) -> None:
    log.append([reading(label="Help \ud800 improve")])
    assert log.read()[0]["label"] == "Help ? improve"
    assert check_whole(log) == 1
