"""The man page and the completion files are what the command line says now."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from auditor.cli.lazy import COMMANDS

ROOT = Path(__file__).parent.parent.parent
SHARE = ROOT / "share"
PAGE = SHARE / "man/man1/auditor.1"


def generate(*arguments: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "docs/generate_share.py", *arguments]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False, cwd=ROOT)


@pytest.mark.medium
def test_the_files_are_current() -> None:
    done = generate("--check")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.medium
def test_the_script_says_how_it_is_used() -> None:
    done = generate()
    assert done.returncode == 2
    assert done.stderr == "usage: python docs/generate_share.py --write|--check\n"


def test_every_command_is_in_the_man_page() -> None:
    text = PAGE.read_text(encoding="utf-8").replace("\\-", "-")
    assert [name for name in COMMANDS if f".SS auditor {name}" not in text] == []


def test_groff_finds_no_fault_with_the_man_page() -> None:
    if shutil.which("groff") is None:
        pytest.fail("groff not found; apt-get install --yes groff")
    done = subprocess.run(
        ["groff", "-man", "-Tutf8", "-Kutf8", "-ww", "-z", str(PAGE)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_bash_reads_its_completion() -> None:
    if shutil.which("bash") is None:
        pytest.fail("bash not found")
    script = SHARE / "bash-completion/completions/auditor"
    assert subprocess.run(["bash", "-n", str(script)], timeout=60, check=False).returncode == 0
