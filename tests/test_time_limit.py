"""The time limit holds whatever hangs, and the answer says what it was."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.serving import LocalServer, Quiet, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from auditor.mocksite import Site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

LIMIT = 6
LIMIT_OF_A_WALK = 15  # where the run must have come to a step of the path before
# start, the limit, two seconds to see what hangs, eight to end it, and a busy machine
LONGEST = LIMIT + 60


@pytest.fixture
def scratch() -> Iterator[Path]:
    """Return a folder with a short path, in which everything of a run stands."""
    with tempfile.TemporaryDirectory(prefix="auditor-test-", dir="/tmp") as folder:
        yield Path(folder)


def processes(scratch: Path) -> list[bytes]:
    """Return the command lines of all processes of a run, whoever their parent is by now."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words, env = (folder / "cmdline").read_bytes(), (folder / "environ").read_bytes()
        except OSError:
            continue
        if str(scratch).encode() in words + env:
            found.append(words)
    return found


def descendants(pid: int) -> dict[int, bytes]:
    """Return what a process has started, with the command lines; a page's has no environment."""
    found: dict[int, bytes] = {}
    for told in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # threads and processes come and go meanwhile
            for child in map(int, told.read_text().split()):
                with suppress(OSError):
                    found[child] = Path(f"/proc/{child}/cmdline").read_bytes()
                found |= descendants(child)
    return found


def left(scratch: Path) -> list[object]:
    """Return what there is still of a run after some seconds."""
    end = time.monotonic() + 10
    while True:
        found = [*processes(scratch), *scratch.glob("auditor-*")]
        if not found or time.monotonic() > end:
            return found
        time.sleep(0.1)


class Run:
    """An audit or a check of the machine, as a process of its own."""

    def __init__(self, scratch: Path, chromium: str, *args: str, **env: str) -> None:
        home = scratch / "home"
        home.mkdir(exist_ok=True)
        own = {"TMPDIR": str(scratch), "HOME": str(home), "AUDITOR_BROWSER": chromium}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "auditor", *args],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **own, **env},
        )

    def walked_to(self, sign: str) -> None:
        """Wait until the run says that it has come so far."""
        assert self.process.stderr is not None
        while sign not in (line := self.process.stderr.readline()):
            assert line, "the run ended before that"

    def document(self, longest: float = LONGEST) -> dict[str, Any]:
        """Return the JSON; a run that takes too long is killed."""
        try:
            out, err = self.process.communicate(timeout=longest)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            pytest.fail(f"not ended after {longest} s")
        assert out, err
        return {**json.loads(out), "exit": self.process.returncode, "said": err}

    def finding(self) -> dict[str, Any]:
        document = self.document()
        (found,) = document["findings"]
        return {**found, "exit": document["exit"], "said": document["said"]}


def audit(scratch: Path, chromium: str, url: str, limit: int = LIMIT, **env: str) -> Run:
    options = ("--base-url", url, "--json", "--timeout", str(limit))
    return Run(scratch, chromium, "audit", *options, **env)


# ---------------------------------------------------------------- what is stopped by a signal


@pytest.mark.slow
@pytest.mark.parametrize(
    ("is_meant", "detail"),
    [
        (lambda words: b"remote-debugging-pipe" in words and b"--type=" not in words,
         "the browser stopped answering"),
        (lambda words: b"run-driver" in words, "the browser's driver stopped answering"),
        (lambda words: b"--type=renderer" in words,
         "a script of the page never comes to its end, so that it does not answer"),
    ],
    ids=["browser", "driver", "page"],
)  # fmt: skip
def test_what_is_stopped_in_the_middle_is_named_and_nothing_is_left(
    site: Site, light_chromium: str, scratch: Path, is_meant: Callable[[bytes], bool], detail: str
) -> None:
    run = audit(scratch, light_chromium, site.base_url("skeleton-forever"), LIMIT_OF_A_WALK)
    run.walked_to("[3/4]")
    meant = [pid for pid, words in descendants(run.process.pid).items() if is_meant(words)]
    assert meant
    for pid in meant:
        with suppress(ProcessLookupError):  # a fork that has begun another program
            os.kill(pid, signal.SIGSTOP)
    found = run.finding()
    assert found["message"] == f"Cannot tell, because {detail}."
    assert (found["outcome"], found["exit"]) == ("unread", 5)
    assert left(scratch) == []


# ---------------------------------------------------------------- what never begins


def program(scratch: Path, name: str, script: str) -> str:
    path = scratch / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.slow
def test_a_driver_that_never_begins_is_named(
    site: Site, light_chromium: str, scratch: Path
) -> None:
    node = program(scratch, "node", "exec sleep 1000")
    run = audit(scratch, light_chromium, site.base_url("off"), PLAYWRIGHT_NODEJS_PATH=node)
    found = run.finding()
    assert "the browser's driver did not answer within 10 seconds" in found["message"]
    assert (found["reason"], found["exit"]) == ("browser_failed", 6)
    assert left(scratch) == []


@pytest.mark.slow
@pytest.mark.parametrize("script", ["exec sleep 1000", "sleep 1000", "while :; do sleep 1; done"])
def test_a_browser_that_never_begins_is_named(site: Site, scratch: Path, script: str) -> None:
    stub = program(scratch, "chromium", script)
    found = audit(scratch, stub, site.base_url("off")).finding()
    assert f"{stub} did not answer within" in found["message"]
    assert (found["reason"], found["exit"]) == ("browser_failed", 6)
    assert left(scratch) == []


@pytest.mark.slow
def test_the_doctor_names_what_never_begins(scratch: Path) -> None:
    stub = program(scratch, "chromium", "exec sleep 1000")
    document = Run(scratch, stub, "doctor", "--json").document(70)
    (said,) = [check["detail"] for check in document["checks"] if check["name"] == "Browser"]
    assert f"{stub} did not answer within" in said
    assert left(scratch) == []


# ---------------------------------------------------------------- a silent bus


@pytest.mark.parametrize("which", ["SESSION", "SYSTEM"])
@pytest.mark.parametrize("kind", ["unix", "tcp"])
def test_a_silent_bus_keeps_nobody_from_reading(
    site: Site, chromium: str, scratch: Path, kind: str, which: str
) -> None:
    with silent_bus(scratch, kind) as address:
        env = {f"DBUS_{which}_BUS_ADDRESS": address}
        found = audit(scratch, chromium, site.base_url("off"), limit=20, **env).finding()
    assert (found["state"], found["exit"]) == ("off", 0)
    assert left(scratch) == []


@contextmanager
def silent_bus(scratch: Path, kind: str) -> Iterator[str]:
    """Listen as a session bus does, and never answer."""
    family = socket.AF_UNIX if kind == "unix" else socket.AF_INET
    with socket.socket(family) as bus:
        bus.bind(str(scratch / "bus") if kind == "unix" else ("127.0.0.1", 0))
        bus.listen(16)
        port = 0 if kind == "unix" else bus.getsockname()[1]
        yield f"unix:path={scratch}/bus" if kind == "unix" else f"tcp:host=127.0.0.1,port={port}"


# ---------------------------------------------------------------- a page that never yields


@pytest.mark.slow
@pytest.mark.parametrize(
    "script",
    [
        "for (;;);",
        "addEventListener('load', () => { for (;;); })",
        "const turn = () => Promise.resolve().then(turn); setTimeout(turn, 500)",
        # not at every turn: each title is work for the browser, which is to answer all the same
        "setTimeout(() => { for (let n = 0; ; n++) if (n % 1e6 === 0) document.title = n; }, 1500)",
    ],
)
def test_a_page_whose_script_never_yields_is_named(
    light_chromium: str, scratch: Path, script: str
) -> None:
    class Page(Quiet, BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f"<!doctype html><p>Loading<script>{script}</script>".encode()
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with serving(LocalServer(("127.0.0.1", 0), Page)) as server:
        url = f"http://127.0.0.1:{server.server_address[1]}"
        found = audit(scratch, light_chromium, url).finding()
    assert "a script of the page never comes to its end" in found["message"]
    assert (found["reason"], found["exit"]) == ("timeout", 5)
    assert left(scratch) == []
