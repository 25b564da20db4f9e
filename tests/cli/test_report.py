"""`auditor report`, as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from auditor.disk import paths
from auditor.records.log import RecordLog
from auditor.report.html import read_html_document
from tests.commands import run_auditor
from tests.records.signing import reading

if TYPE_CHECKING:
    from pathlib import Path

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(home: Path) -> Run:
    """Return the command line, for a command that starts no browser."""

    def call(*args: str) -> subprocess.CompletedProcess[str]:
        return run_auditor("report", *args, cwd=home)

    return call


@pytest.fixture(autouse=True)
def _records(home: Path) -> None:
    assert home.is_dir()
    log = RecordLog(paths.records_file())
    log.append([reading("off", "a", at="2026-11-20T10:00:00Z"), reading("on", "b")])


@pytest.mark.parametrize(
    ("form", "begin"),
    [
        ("html", "<!DOCTYPE html>"),
        ("md", "# Not as wanted: b"),
        ("json", '{\n  "schema": 1'),
        ("csv", "number,kind,at,account"),
        ("junit", "<?xml version"),
    ],
)
def test_every_form_goes_to_stdout(run: Run, form: str, begin: str) -> None:
    done = run("--format", form)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(begin)


def test_a_file_is_written_in_one_step_and_named(run: Run, home: Path) -> None:
    done = run("-o", "report.html", "--account", "a")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "Report written to report.html.\n"
    document = read_html_document((home / "report.html").read_text(encoding="utf-8"))
    assert [each["account"] for each in document["accounts"]] == ["a"]


def test_a_folder_that_takes_no_file_is_said(run: Run, home: Path) -> None:
    (home / "file").write_text("")
    done = run("-o", "file/report.html")
    assert done.returncode == 6
    assert "cannot be written" in done.stderr


def test_nothing_is_opened_that_was_not_written(run: Run) -> None:
    done = run("--open")
    assert done.returncode == 2
    assert done.stderr.startswith("error: `--open` opens the file that is written.")


def test_an_html_report_is_turned_back_into_its_data(run: Run, home: Path) -> None:
    run("-o", "report.html")
    done = run("--from", "report.html", "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    document = json.loads(done.stdout)
    assert document == read_html_document((home / "report.html").read_text(encoding="utf-8"))
    fresh = json.loads(run("--format", "json").stdout)
    assert document.keys() == fresh.keys()
    assert document["accounts"] == fresh["accounts"]
    assert run("--from", "report.html", "--format", "json", "-o", "data.json").stdout == ""
    assert json.loads((home / "data.json").read_text(encoding="utf-8")) == document


DEEP = '{"schema": 1, "report": ' + "[" * 50_000 + "]" * 50_000 + ', "accounts": []}'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "error: The file is not a report of auditor."),
        (b"\x89PNG\r\n\x1a\n\0\xff", "error: The file is not a report of auditor."),
        (f'<pre id="auditor-json">{DEEP}</pre>'.encode(), "report of auditor."),
        (None, "error: given.html cannot be read: it is no regular file."),
    ],
    ids=["empty", "picture", "deep", "pipe"],
)
def test_what_is_no_report_is_said(run: Run, home: Path, content: bytes | None, words: str) -> None:
    path = home / "given.html"
    os.mkfifo(path) if content is None else path.write_bytes(content)
    done = run("--from", "given.html", "--format", "json")
    assert (done.returncode, done.stdout) == (2, "")
    assert words in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    "more", [(), ("--format", "md"), ("--format", "json", "--account", "a")], ids=" ".join
)
def test_a_report_gives_its_whole_data_back_and_nothing_else(
    run: Run, more: tuple[str, ...]
) -> None:
    done = run("--from", "report.html", *more)
    assert done.returncode == 2
    assert done.stderr.startswith("error: `--from` gives the whole data of a report back, as JSON.")


def test_the_history_can_be_checked_against_a_report(home: Path, run: Run) -> None:
    run("-o", "report.html")
    command = ("history", "verify", "--json", "--against", "report.html")
    done = run_auditor(*command, cwd=home)
    assert json.loads(done.stdout)["remarks"] == []
    paths.records_file().unlink()
    done = run_auditor(*command, cwd=home)
    assert done.returncode == 10
    assert json.loads(done.stdout)["remarks"][0]["kind"] == "missing"
