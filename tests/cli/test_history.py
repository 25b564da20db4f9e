"""`auditor history` and `status`, as processes of their own."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from auditor.disk import paths
from auditor.records.log import RecordLog
from tests.commands import run_auditor
from tests.records.signing import reading

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.mocksite import Site

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(home: Path) -> Run:
    """Return the command line for commands that start no browser."""

    def call(*args: str) -> subprocess.CompletedProcess[str]:
        return run_auditor(*args, cwd=home)

    return call


@pytest.fixture
def log(home: Path) -> RecordLog:
    assert home.is_dir()
    return RecordLog(paths.records_file())


def days_ago(days: float) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_an_empty_history_says_so_and_makes_nothing(run: Run, home: Path) -> None:
    for command in ("history", "status"):
        assert run(command).stdout.startswith("Nothing is recorded yet. Next: `auditor audit`")
    assert run("history", "verify").stdout == (
        "Nothing is recorded yet, so there is nothing to check.\n"
    )
    assert not paths.records_file().exists()
    assert home.is_dir()


def test_the_history_shows_a_strip_for_each_account_and_the_newest_first(
    run: Run, log: RecordLog
) -> None:
    log.append(
        [reading("off", at="2026-11-12T10:00:00Z"), reading("on", at="2026-11-13T10:00:00Z")]
    )
    lines = run("history").stdout.splitlines()
    assert lines[0].split() == ["me", "FN"]
    assert lines[3].split() == ["2", "2026-11-13", "10:00", "me", "ON", "read", "not", "as",
                                "wanted,", "proved"]  # fmt: skip
    assert max(map(len, lines)) <= 80


def test_the_history_is_paged(run: Run, log: RecordLog) -> None:
    log.append([reading() for _ in range(5)])
    shown = run("history", "--limit", "2").stdout
    assert shown.endswith("Older ones: add --before 4.\n")
    numbers = [
        each["number"]
        for each in json.loads(run("history", "--json", "--before", "4").stdout)["records"]
    ]
    assert numbers == [3, 2, 1]


@pytest.mark.parametrize("command", ["history", "status"])
def test_a_terminal_is_shown_the_same_words_in_colours(
    run: Run, log: RecordLog, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    log.append([reading("on", "ada"), reading("off", "bo"), reading("unknown", "bo")])
    piped = run(command).stdout
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("FORCE_COLOR", "1")
    done = run(command)
    drawn = done.stdout
    assert "\x1b[" in drawn, done.stderr
    assert "\x1b[" not in piped
    words = [word.strip(" .") for word in re.sub(r"\x1b\[[\d;]*m", "", drawn).split()]
    assert words == [word.strip(" .") for word in piped.split()]


def test_filters_choose_records(run: Run, log: RecordLog) -> None:
    log.append(
        [
            reading("off", "a", at="2026-11-12T10:00:00Z"),
            reading("on", "b", at="2026-11-13T10:00:00Z"),
            reading("off", "b", at="2026-11-14T10:00:00Z"),
        ]
    )

    def numbers(*options: str) -> list[int]:
        document = json.loads(run("history", "--json", *options).stdout)
        return [each["number"] for each in document["records"]]

    assert numbers("--account", "b") == [3, 2]
    assert numbers("--state", "on") == [2]
    assert numbers("--since", "2026-11-13") == [3, 2]
    assert numbers("--since", "2026-11-13T12:00:00+01:00") == [3]
    assert run("history", "--account", "nobody").stdout == "No record is like that.\n"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--json", "--csv"), "two forms of one answer"),
        (("--since", "yesterday"), "give a day like 2026-11-22"),
        (("--state", "odd"), "give one of on, off, undecided, not_applicable, unknown."),
        (("--limit", "0"), "give 1 or more."),
        (("--limit", "9" * 30), "give 1000000000000000 or less."),
        (("--before", "9" * 30), "give 1000000000000000 or less."),
        (("--since", "0001-01-01T00:00:00+23:00"), "give a day like 2026-11-22"),
        (("--since", "9999-12-31T23:00:00-23:00"), "give a day like 2026-11-22"),
        (("verify", "--against", "note.txt"), "There is no checkpoint in note.txt"),
    ],
)
def test_what_cannot_be_is_said(run: Run, home: Path, options: tuple[str, ...], words: str) -> None:
    (home / "note.txt").write_text("no checkpoint")
    done = run("history", *options)
    assert done.returncode == 2
    assert words in " ".join(done.stderr.replace("│", " ").split())


def test_cells_of_the_csv_are_no_formulas(run: Run, log: RecordLog) -> None:
    for text in ("=1+1", "+1", "-1", "@x", "\tx", "fine"):
        log.append([reading(label=text)])
    rows = list(csv.DictReader(io.StringIO(run("history", "--csv").stdout)))
    labels = [row["label"] for row in reversed(rows)]
    assert labels == ["'=1+1", "'+1", "'-1", "'@x", "'\tx", "fine"]


def test_verify_says_what_is_wrong_and_what_cannot_be_told(run: Run, log: RecordLog) -> None:
    log.append([reading(base_url="http://127.0.0.1:8400/s/on")])
    done = run("history", "verify")
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "Intact: 1 record.")
    log.append([reading()])
    done = run("history", "verify")
    assert (done.returncode, done.stdout.splitlines()[0]) == (6, "CANNOT BE TOLD: 2 records.")
    content = log.path.read_bytes()
    log.path.write_bytes(content.replace(b'"state":"off"', b'"state":"on" '))
    done = run("history", "verify", "--json")
    document = json.loads(done.stdout)
    assert (done.returncode, document["verdict"]) == (10, "altered")
    assert document["remarks"][0]["kind"] == "edited"


def test_verify_against_a_checkpoint_notices_what_was_cut(
    run: Run, log: RecordLog, home: Path
) -> None:
    log.append([reading()])
    before = log.path.read_bytes()
    (home / "kept.txt").write_text(str(log.append([reading()]).checkpoint))
    assert run("history", "verify", "--against", "kept.txt").stdout.splitlines()[0] == (
        "Intact: 2 records."  # what was kept elsewhere vouches for them
    )
    log.path.write_bytes(before)
    done = run("history", "verify", "--against", "kept.txt")
    assert done.returncode == 10
    assert "  wrong: kept.txt knew 2 records, but there are 1." in done.stdout.splitlines()


def test_the_status_is_one_line_for_each_account(run: Run, log: RecordLog) -> None:
    log.append(
        [
            reading("on", "a", at=days_ago(9)),
            reading("off", "a", at=days_ago(5)),
            reading("off", "a", at=days_ago(3)),
            reading("unknown", "a", at=days_ago(1), reason="signed_out"),
            reading("on", "b", at=days_ago(2), kind="attest"),
            reading("unknown", "c", at=days_ago(1), reason="timeout"),
        ]
    )
    a, b, c = (
        " ".join(run("status").stdout.split())
        .replace(" ✗", "\n✗")
        .replace(" ? c", "\n? c")
        .split("\n")
    )
    assert "a: OFF since" in a
    assert "3 days ago, read. The last try" in a
    assert a.endswith("gave nothing (signed out).")
    assert b.startswith("✗ b at https://claude.ai: ON since")
    assert b.endswith("a person's word.")
    assert c.startswith("? c: never known; last tried")
    assert c.endswith("(timeout).")


def test_the_status_tells_since_when(run: Run, log: RecordLog) -> None:
    log.append([reading(state, at=f"2026-11-0{day}T00:00:00Z") for day, state in enumerate(
        ("off", "on", "off", "unknown", "off"), 1)])  # fmt: skip
    (known,) = json.loads(run("status", "--json").stdout)["accounts"]
    assert (known["state"], known["since"], known["known_at"]) == (
        "off",
        "2026-11-03T00:00:00Z",
        "2026-11-05T00:00:00Z",
    )


@pytest.mark.parametrize(
    ("account", "days", "code"), [("fresh", 7, 0), ("old", 7, 10), ("old", 9, 0), ("nobody", 7, 10)]
)
def test_a_state_that_is_too_old_fails_if_asked(
    run: Run, log: RecordLog, account: str, days: int, code: int
) -> None:
    log.append([reading("off", "old", at=days_ago(8)), reading("off", "fresh", at=days_ago(1))])
    done = run("status", account, "--fail-if-older", str(days))
    assert done.returncode == code
    assert ("Older than 7 days." in " ".join(done.stdout.split())) == (
        account == "old" and code == 10
    )


def test_what_has_grown_old_is_told_by_the_status_once(run: Run, log: RecordLog) -> None:
    log.append([reading("off", "old", at=days_ago(100)), reading("off", "fresh", at=days_ago(1))])
    first, second = run("status"), run("status")
    assert "more than 90 days ago (OFF then). Look again" in " ".join(first.stderr.split())
    assert (first.returncode, second.returncode, second.stderr) == (0, 0, "")
    assert first.stdout == second.stdout
    assert "was not looked at for long" in " ".join(run("history").stdout.split())


@pytest.mark.parametrize("days", ["nan", "inf", "-1", "99999"])
def test_an_age_that_nothing_could_exceed_is_refused(run: Run, days: str) -> None:
    done = run("status", "--fail-if-older", days)
    assert done.returncode == 2
    assert "give a number of days, 0 or more and at most" in done.stderr


@pytest.mark.browser
def test_a_run_is_recorded_unless_told_not_to(auditor: Run, run: Run, site: Site) -> None:
    address = site.base_url("off")
    assert auditor("audit", "--base-url", address, "--no-history").returncode == 0
    assert not paths.records_file().exists()
    assert auditor("audit", "--base-url", address).returncode == 0
    (record,) = json.loads(run("history", "--json").stdout)["records"]
    assert (record["state"], record["base_url"], record["command"]) == ("off", address, "audit")
    assert run("history", "verify").stdout.splitlines()[0] == "Intact: 1 record."


@pytest.mark.browser
def test_a_run_that_cannot_be_recorded_still_answers(auditor: Run, site: Site) -> None:
    paths.records_file().parent.mkdir(parents=True)
    paths.records_file().write_bytes(b"\xa5" * 5000)
    done = auditor("audit", "--base-url", site.base_url("off"), "--json")
    assert json.loads(done.stdout)["findings"][0]["state"] == "off"
    assert done.returncode == 6
    assert "error: This run was not recorded. The history in " in done.stderr
    assert "the next run begins a new history." in done.stderr


def test_a_damaged_history_is_left_alone_by_what_only_reads(run: Run, log: RecordLog) -> None:
    log.append([reading()])
    log.path.write_bytes(damaged := b"\xa5" * 5000)
    for command in (("history",), ("history", "verify"), ("status",), ("report",)):
        done = run(*command)
        assert done.returncode == 6
        assert done.stderr.startswith("error: The history in ")
        assert "hint: The next run keeps it aside" in done.stderr
    assert log.path.read_bytes() == damaged
