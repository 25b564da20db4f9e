"""Remote browsers of a test's own: real servers and ports, each a process on this machine."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from auditor.browser.engine.find import is_root

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TOKEN = "open-sesame"  # noqa: S105 - of a server that lives as long as a test
_ARGS = ["--no-sandbox"] if is_root() else []


@dataclass
class Remote:
    """What a run connects to, and the processes behind it."""

    url: str
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """End the server and its browser at once, as a machine does that fails."""
        for pid in (self.process.pid, *_descendants(self.process.pid)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def freeze(self) -> None:
        """Let it answer nothing any more."""
        for pid in (self.process.pid, *_descendants(self.process.pid)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)

    @property
    def browsers(self) -> list[int]:
        """The processes of browsers that it has."""
        below = _descendants(self.process.pid)
        return [pid for pid in below if "--remote-debugging-pipe" in _command_line(pid)]


@contextmanager
def run_server(program: str) -> Iterator[Remote]:
    """Serve a browser to each client, as `playwright run-server` does."""
    port = free_port()
    command = [sys.executable, "-m", "playwright", "run-server", "--unsafe"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--path", f"/{TOKEN}"]
    options = quote(json.dumps({"executablePath": program, "args": _ARGS}))
    with _started(command, port) as process:
        yield Remote(f"ws://127.0.0.1:{port}/{TOKEN}?launch-options={options}", process)


@contextmanager
def launch_server(program: str) -> Iterator[Remote]:
    """Serve one browser to all clients, as `playwright launch-server` does."""
    port = free_port()
    options = {"executablePath": program, "args": _ARGS, "host": "127.0.0.1", "port": port}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "server.json"
        file.write_text(json.dumps({**options, "wsPath": f"/{TOKEN}"}))
        command = [sys.executable, "-m", "playwright", "launch-server", "--browser", "chromium"]
        with _started([*command, "--config", str(file)], port) as process:
            yield Remote(f"ws://127.0.0.1:{port}/{TOKEN}", process)


@contextmanager
def debugging_port(program: str) -> Iterator[Remote]:
    """Run a browser with a debugging port."""
    port = free_port()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        command = [program, "--headless", f"--remote-debugging-port={port}", *_ARGS]
        with _started([*command, f"--user-data-dir={folder}"], port) as process:
            yield Remote(f"http://127.0.0.1:{port}", process)


@contextmanager
def relay(remote: Remote, rewrite: Callable[[bytes], bytes] = bytes) -> Iterator[str]:
    """Pass on to a remote browser what comes, its first words changed; gives the host and port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_serve, args=(listener, remote, rewrite), daemon=True).start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"


def free_port() -> int:
    """Return a port at which nothing listens, nor will by chance.

    It is none of those that a system gives to whoever asks for any (from 32768 on Linux).
    """
    while True:
        port = 20_000 + secrets.randbelow(10_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


@contextmanager
def _started(command: list[str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
    ) as process:
        try:
            _wait_for(port, process)
            yield process
        finally:
            Remote("", process).kill()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    message = f"the server did not start (exit code {process.returncode})"
    raise AssertionError(message)


def _serve(listener: socket.socket, remote: Remote, rewrite: Callable[[bytes], bytes]) -> None:
    while True:
        try:
            near, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_pass_on, args=(near, remote, rewrite), daemon=True).start()


def _pass_on(near: socket.socket, remote: Remote, rewrite: Callable[[bytes], bytes]) -> None:
    parts = urlsplit(remote.url)
    with near, socket.create_connection((str(parts.hostname), int(parts.port or 0))) as far:
        far.sendall(rewrite(near.recv(65_536)))
        back = threading.Thread(target=_pump, args=(far, near), daemon=True)
        back.start()
        _pump(near, far)
        back.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    for each in (source, target):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)


def _descendants(root: int) -> list[int]:
    found, todo = [], [root]
    while todo:
        parent = todo.pop()
        for thread in Path(f"/proc/{parent}/task").glob("*/children"):
            with suppress(OSError):
                children = [int(child) for child in thread.read_text().split()]
                found += children
                todo += children
    return found


def _command_line(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    return ""
