"""Whatever stands in the history's file, no command fails for a reason that it does not know."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from auditor.records.log import RecordLog
from tests.records.signing import reading

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.medium
# all in one process: starting one takes longer than all commands do
SCRIPT = """
import os, sys
from auditor.__main__ import main
COMMANDS = (
    "history", "history --json", "history --csv", "history verify", "history verify --json", "status",
    "status --json", "report", "report --format md", "report --format json", "report --format csv",
    "report --format junit", "export --ssh-key id -o {}-made", "attest off me",
)
for name in sys.argv[1:]:
    os.environ["XDG_DATA_HOME"] = os.path.abspath(name)
    for command in COMMANDS:
        sys.argv = ["auditor", *command.format(name).split()]
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code
        print(f"\\nENDED {int(code or 0)} {name} {command}", file=sys.stderr)
"""
TEXTS: dict[str, Any] = {
    "no JSON": "x",
    "a list": "[1]",
    "a number": "7",
    "deep": "[" * 100_000,
    "deep object": '{"a":' * 900 + "1" + "}" * 900,
    "empty": "{}",
    "key of nothing": '{"number":2,"kind":"key"}',
    "key that is none": '{"number":2,"kind":"key","public_key":"\u00fc"}',
    "key of one byte": '{"number":2,"kind":"key","public_key":"AA=="}',
    "a number as account": {"account": 5},
    "a list as account": {"account": ["me"]},
    "no address": {"base_url": None, "origin": None},
    "a state that is none": {"state": "perhaps"},
    "a number as state": {"state": 1},
    "a number as moment": {"at": 20261122},
    "no moment": {"at": "lately"},
    "a moment without zone": {"at": "2026-11-12T10:00:00"},
    "the end of time": {"at": "9999-12-31T23:59:59-23:59"},
    "an address that is none": {"base_url": "https://[::1"},
    "pictures that are none": {"pictures": {"row.png": 5, "a/b.png": "0" * 64}},
    "half a character": {"label": "\ud800", "note": "\ud800"},
    "an odd notice": {"kind": "notice", "event": {"a": 1}, "at": "2026-11-12T10:00:00Z"},
    "a stale notice": {"kind": "notice", "event": "stale", "days": "many"},
    "infinite": '{"number":2,"kind":"finding","seconds":NaN}',
}
STATEMENTS = {
    "no-head": "DELETE FROM log",
    "an-odd-head": "UPDATE log SET size = 3",
    "a-head-that-is-cut": "UPDATE log SET peaks = x'00'",
    "a-negative-head": "UPDATE log SET size = -1",
    "no-record": "DELETE FROM record",
    "no-table": "DROP TABLE record",
    "an-odd-signature": "UPDATE record SET signature = x'00'",
    "a-negative-number": "UPDATE record SET number = -5 WHERE number = 2",
    "the-largest-number": "UPDATE record SET number = 9223372036854775807 WHERE number = 2",
    "of-another-program": "PRAGMA application_id = 7",
    "newer": "PRAGMA user_version = 99",
    "never-finished": "PRAGMA user_version = 0",
}


def make_log(home: Path, name: str) -> RecordLog:
    """Make a history of three readings in a data folder of its own."""
    kept = RecordLog(home / name / "auditor" / "records" / "history.sqlite")
    kept.append([reading(at="2026-11-12T10:00:00Z"), reading("on"), reading()])
    return kept


def change(log: RecordLog, statement: str, *values: object) -> None:
    with sqlite3.connect(log.path) as connection:
        connection.execute(statement, values)
    connection.close()


def run_all(home: Path, *names: str) -> None:
    """Run every command; none may end with 1, which stands for a bug, nor wait without end."""
    key = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(home / "id")]
    subprocess.run(key, check=True)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *names], capture_output=True, text=True, cwd=home, timeout=250,
        check=False, stdin=subprocess.DEVNULL, encoding="utf-8", errors="replace",
    )  # fmt: skip
    ended = [line.split(" ", 3)[1:] for line in done.stderr.splitlines() if line[:5] == "ENDED"]
    assert len(ended) == 14 * len(names), done.stderr[-2000:]
    assert [each for each in ended if each[0] not in {"0", "2", "6", "10"}] == [], done.stderr


@pytest.mark.timeout(300)
def test_no_text_of_a_record_breaks_a_command(home: Path) -> None:
    log = make_log(home, "texts")
    for number, text in enumerate(TEXTS.values()):
        (appended,) = log.append([reading()]).numbers
        whole = text
        if isinstance(text, dict):
            at = {"at": "2026-11-12T10:00:00Z"}
            told = {"number": appended, **reading(account=f"a{number}"), **at, **text}
            whole = json.dumps(told)
        change(log, "UPDATE record SET text = ? WHERE number = ?", whole, appended)
    run_all(home, "texts")


@pytest.mark.timeout(300)
def test_nothing_done_to_the_file_breaks_a_command(home: Path) -> None:
    for name, statement in STATEMENTS.items():
        change(make_log(home, name), statement)
    run_all(home, *STATEMENTS)


@pytest.mark.timeout(300)
def test_nothing_in_its_place_breaks_a_command(home: Path) -> None:
    kinds = ("folder", "pipe", "link", "empty", "cut")
    for kind in kinds:
        path = make_log(home, kind).path
        content = path.read_bytes()
        for each in path.parent.iterdir():
            each.unlink()
        if kind == "folder":
            path.mkdir()
        elif kind == "pipe":
            os.mkfifo(path)
        elif kind == "link":
            path.symlink_to(home / "nowhere" / "file")
        else:
            path.write_bytes(b"" if kind == "empty" else content[:5000])
    run_all(home, *kinds)
