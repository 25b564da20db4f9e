"""End runs in remote browsers in every way, on a page that never stops writing, and count.

    .venv/bin/python -m benchmarks.remote_endings [ENDINGS OF EACH KIND]

As `endings.py`, but the browser is another process's, and outlives the tool: a Playwright server
that starts one for each client (`run-server`), one that shares one (`launch-server`), and a browser
at its debugging port, once the headless shell and once the whole Chromium. What counts is how many
writes the site gets after the end, and before it (none).
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import create_connection, create_server
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import quote

from benchmarks.endings import Site, descendants

if TYPE_CHECKING:
    from collections.abc import Iterator

ENDINGS = ("timeout", "SIGTERM", "SIGINT", "SIGKILL", "driver killed", "server killed")
KINDS = ("run-server", "launch-server", "shell port", "chromium port")
_SOON = 2.5  # seconds in which what is let go would arrive
_SHELL, _WHOLE = shutil.which("chromium-headless-shell"), shutil.which("chromium")


@contextmanager
def remote_browser(kind: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Start what a run connects to; gives its address and its process."""
    port = _free_port()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        command, url = _command(kind, port, Path(folder))
        quiet = subprocess.DEVNULL
        with subprocess.Popen(
            command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
        ) as process:
            try:
                _wait_for(port)
                yield url, process
            finally:
                below = descendants(process.pid)
                for pid in (process.pid, *below):
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)


def _command(kind: str, port: int, folder: Path) -> tuple[list[str], str]:
    playwright = [sys.executable, "-m", "playwright"]
    options = {"executablePath": _WHOLE, "args": ["--no-sandbox"]}
    if kind == "run-server":
        command = [*playwright, "run-server", "--host", "127.0.0.1", "--port", str(port)]
        asked = quote(json.dumps(options))
        return [*command, "--unsafe"], f"ws://127.0.0.1:{port}/?launch-options={asked}"
    if kind == "launch-server":
        file = folder / "server.json"
        file.write_text(json.dumps({**options, "host": "127.0.0.1", "port": port, "wsPath": "/x"}))
        command = [*playwright, "launch-server", "--browser", "chromium", "--config", str(file)]
        return command, f"ws://127.0.0.1:{port}/x"
    program = str(_SHELL if kind == "shell port" else _WHOLE)
    command = [program, "--headless", "--no-sandbox", f"--remote-debugging-port={port}"]
    return [*command, f"--user-data-dir={folder}"], f"http://127.0.0.1:{port}"


def _free_port() -> int:
    with create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def _wait_for(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with suppress(OSError), create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)


def try_once(site: Site, kind: str, how: str, chance: random.Random) -> tuple[int, int]:
    """Start a run, end it at a random moment; return the writes before the end and after it."""
    site.reads, before = 0, len(site.writes)
    with remote_browser(kind) as (url, server):
        seconds = "4" if how == "timeout" else "30"
        command = [sys.executable, "-m", "auditor", "audit", "--no-history", "--timeout", seconds]
        command += ["--base-url", f"http://127.0.0.1:{site.server_port}", "--connect", url]
        run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 20
        while site.reads == 0 and run.poll() is None and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 1.5))
        during = len(site.writes) - before
        _end(run, server, how)
        run.wait(120)
        time.sleep(_SOON)
        return during, len(site.writes) - before - during


def _end(run: subprocess.Popen[bytes], server: subprocess.Popen[bytes], how: str) -> None:
    victims = {"timeout": [], "server killed": [server.pid]}.get(how, [run.pid])
    if how == "driver killed":
        victims = [pid for pid, line in descendants(run.pid).items() if "run-driver" in line]
    if how == "server killed":  # Playwright's is a child of Python's
        below = descendants(server.pid).items()
        victims += [pid for pid, line in below if "cli.js" in line]
    for pid in victims:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL if how.endswith("killed") else getattr(signal, how))


def main() -> int:
    """Do so many endings of each kind; exits with 1 if any was let go where none is promised."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    chance, written = random.Random(13), Counter[tuple[str, str]]()  # noqa: S311
    site = Site()
    Thread(target=site.serve_forever, daemon=True).start()
    for kind in KINDS:
        for how in ENDINGS:
            each = [try_once(site, kind, how, chance) for _ in range(count)]
            during, after = (sum(column) for column in zip(*each, strict=True))
            written[kind, how] += during + after
            ended = f"{count} endings, writes {during} before and {after} after"
            print(f"{kind:14} {how:14} {ended}", flush=True)
    promised = [(kind, how) for kind in KINDS[:3] for how in ENDINGS[:-1]]
    return 1 if any(written[each] for each in promised) else 0


if __name__ == "__main__":
    sys.exit(main())
