"""Nothing is left behind: no browser, driver or temporary folder, however a run ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.mocksite import Site

pytestmark = pytest.mark.browser


@pytest.fixture
def scratch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return the folder in which the run, its driver and its browser make their temporary files.

    Its path is short: Chromium makes a socket in it, and the path of a socket may have 107 bytes at
    most.
    """
    with tempfile.TemporaryDirectory(prefix="auditor-test-", dir="/tmp") as folder:
        monkeypatch.setenv("TMPDIR", folder)
        yield Path(folder)


@contextmanager
def reading(site: Site, chromium: str) -> Iterator[subprocess.Popen[str]]:
    """Start an audit that hangs on a skeleton, in a session of its own, and wait until it has begun to walk."""
    command = [
        sys.executable,
        "-m",
        "auditor",
        "audit",
        "--base-url",
        site.base_url("skeleton-forever"),
    ]
    env = {**os.environ, "AUDITOR_BROWSER": chromium}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stdout=pipe, stderr=pipe, text=True, env=env, start_new_session=True
    ) as process:
        assert process.stderr is not None
        while "[3/4]" not in (line := process.stderr.readline()):
            assert line, process.communicate()
        yield process


def left(scratch: Path) -> list[str]:
    """List processes that use the scratch folder, and what is in it."""
    found = [str(path) for path in scratch.iterdir()]
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                words = (folder / "cmdline").read_bytes()
            except OSError:
                continue
            if str(scratch).encode() in words:
                found.append(words.decode(errors="replace")[:80])
    return found


def wait_until_gone(scratch: Path) -> list[str]:
    end = time.monotonic() + 20
    while (found := left(scratch)) and time.monotonic() < end:
        time.sleep(0.1)
    return found


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_cleans_up_and_exits_130(
    site: Site, chromium: str, scratch: Path, sign: int
) -> None:
    with reading(site, chromium) as process:
        assert left(scratch)
        process.send_signal(sign)
        assert process.wait(20) == 130
        assert process.stderr is not None
        assert process.stderr.read().endswith("Interrupted. Nothing is left running.\n")
    assert wait_until_gone(scratch) == []


def test_ctrl_c_in_a_terminal_reaches_the_whole_group_and_nothing_is_left(
    site: Site, chromium: str, scratch: Path
) -> None:
    with reading(site, chromium) as process:
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(20) == 130
        assert process.stderr is not None
        assert process.stderr.read().endswith("Interrupted. Nothing is left running.\n")
    assert wait_until_gone(scratch) == []


def folder_of(process: subprocess.Popen[str]) -> Path:
    """Return the folder in which what a run has started makes its temporary files."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    (driver,) = [each for each in children if "run-driver" in _read(f"/proc/{each}/cmdline")]
    given = _read(f"/proc/{driver}/environ").split("\0")
    (folder,) = [each.removeprefix("TMPDIR=") for each in given if each.startswith("TMPDIR=")]
    return Path(folder)


def _read(path: str) -> str:
    with suppress(OSError):  # a process that has ended meanwhile
        return Path(path).read_text(encoding="utf-8", errors="replace")
    return ""


def test_a_killed_run_leaves_nothing_in_a_folder_with_a_long_path(
    site: Site, chromium: str, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = scratch / ("x" * 80)
    usual.mkdir()
    monkeypatch.setenv("TMPDIR", str(usual))
    with reading(site, chromium) as process:
        used = folder_of(process)
        assert len(str(used)) <= 60
        assert left(used)
        process.kill()
        process.wait(20)
    for _ in range(200):
        if not used.exists():
            break
        time.sleep(0.1)
    assert not used.exists()
    assert left(usual) == []


def test_a_killed_run_leaves_no_browser_and_no_profile(
    site: Site, chromium: str, scratch: Path
) -> None:
    with reading(site, chromium) as process:
        process.kill()
        process.wait(20)
    assert wait_until_gone(scratch) == []


def test_a_killed_browser_ends_the_run_with_a_reason(
    site: Site, chromium: str, scratch: Path
) -> None:
    with reading(site, chromium) as process:
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                try:
                    words = (folder / "cmdline").read_bytes()
                except OSError:
                    continue
                if (
                    str(scratch).encode() in words
                    and b"--type=" not in words
                    and b"remote-debugging-pipe" in words
                ):
                    with suppress(ProcessLookupError):  # a fork of the browser, gone by now
                        os.kill(int(folder.name), signal.SIGKILL)
        assert process.wait(30) == 5
        assert process.stdout is not None
        assert "ended in the middle of it" in " ".join(
            process.stdout.read().replace("│", " ").split()
        )
    assert wait_until_gone(scratch) == []


def test_a_run_that_succeeds_leaves_nothing(site: Site, chromium: str, scratch: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "auditor",
        "audit",
        "--json",
        "--base-url",
        site.base_url("capitals"),
    ]
    done = subprocess.run(
        command, capture_output=True, env={**os.environ, "AUDITOR_BROWSER": chromium}, check=False
    )
    assert done.returncode == 0
    assert wait_until_gone(scratch) == []
