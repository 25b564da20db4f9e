"""`auditor export` and `auditor verify`, as processes of their own."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from auditor.disk import paths
from auditor.records.log import RecordLog
from tests.commands import run_auditor
from tests.records.signing import reading

if TYPE_CHECKING:
    from pathlib import Path

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(home: Path) -> Run:
    """Return the command line, for commands that start no browser; there is a key in the home."""
    key = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(home / "id")]
    subprocess.run(key, check=True)
    RecordLog(paths.records_file()).append([reading("off", "claude")])

    def call(*args: str) -> subprocess.CompletedProcess[str]:
        return run_auditor(*args, cwd=home)

    return call


def test_an_export_is_written_told_how_to_check_and_checked(run: Run, home: Path) -> None:
    done = run("export", "--ssh-key", "id", "-o", "mine", "--challenge", "blue")
    assert done.returncode == 0, done.stderr
    key = " ".join((home / "id.pub").read_text().split()[:2])
    assert done.stdout == f"YOUR-NAME {key}\n"
    assert done.stderr == ("Export written to mine. Whoever checks it needs this line, once:\n")
    (home / "allowed").write_text(done.stdout.replace("YOUR-NAME", "ada@example.org"))
    done = run("verify", "mine", "--allowed", "allowed", "--challenge", "blue")
    assert (done.returncode, done.stdout) == (
        0,
        "ok  ada@example.org: claude at claude.ai OFF, seen today\n1 of 1 are as they should be.\n",
    )
    done = run("verify", "mine", "--allowed", "allowed", "--challenge", "red", "--json")
    assert done.returncode == 10
    (found,) = json.loads(done.stdout)["exports"]
    assert (found["sound"], found["problems"]) == (False, ["it does not answer the challenge"])


def test_a_later_export_goes_on_from_the_earlier_one(run: Run, home: Path) -> None:
    run("export", "--ssh-key", "id", "-o", "first")
    (home / "allowed").write_text(f"me {(home / 'id.pub').read_text()}")
    RecordLog(paths.records_file()).append([reading("off", "claude")])
    since = ("--since", "first/checkpoint.txt")
    assert run("export", "--ssh-key", "id", "-o", "second", *since).returncode == 0
    done = run("verify", "second", "--allowed", "allowed", *since)
    assert done.returncode == 0
    assert done.stdout.splitlines()[0].endswith(" - nothing was rewritten since record 1")


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (("export", "-o", "x"), 6, "so nothing can be signed"),
        (("export", "--ssh-key", "none", "-o", "x"), 2, "There is no SSH key none."),
        (("export", "--ssh-key", "id", "-o", "."), 2, ". is not an empty folder."),
        (("export", "--ssh-key", "id", "-o", "x", "--since", "id"), 2, "no checkpoint in id"),
        (("verify", ".", "--allowed", "none"), 2, "none cannot be read"),
        (("verify", ".", "--allowed", "/dev/zero"), 2, "it is no regular file"),
        (
            ("export", "--ssh-key", "id", "-o", "x", "--since", "/dev/zero"),
            2,
            "it is no regular file",
        ),
        (("history", "verify", "--against", "/dev/zero"), 2, "it is no regular file"),
        (("verify", ".", "--allowed", "id"), 2, "no line of an allowed_signers file"),
    ],
)
def test_what_cannot_be_is_said(run: Run, args: tuple[str, ...], code: int, words: str) -> None:
    done = run(*args)
    assert done.returncode == code
    assert words in done.stderr
