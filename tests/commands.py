"""The command line as tests run it: each command in a process of its own.

To begin Python and to import the tool takes most of the time of a command that starts no browser.
So the quicker runs (`--fork`) fork such commands off one process that has done both already
(`command_server.py`); `./dev test all`, and so CI, begins each one anew.
"""

from __future__ import annotations

import atexit
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from tests import command_server

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from _pytest.mark.structures import ParameterSet

# These start a browser or its driver, or serve; what they import is too much to be shared.
_WITH_BROWSER = frozenset({"audit", "set", "login", "demo", "selftest", "mock", "doctor"})
# What Python or a library asks for only while it is begun or imported.
_ASKED_AT_START = ("PYTHON", "LC_", "LANG", "TZ", "TYPER", "_TYPER")
_CHUNK = 1 << 16


class CommandServer:
    """Forks commands off one process, which is begun with the first of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: socket.socket | None = None
        self._environment = dict(os.environ)

    def can_run(self, args: tuple[str, ...], env: Mapping[str, str]) -> bool:
        """Return whether a command would be the same if it were begun anew."""
        if not args or _WITH_BROWSER & set(args):
            return False
        names = {each for each in {*env, *self._environment} if each.startswith(_ASKED_AT_START)}
        return all(env.get(name) == self._environment.get(name) for name in names)

    def run(
        self, args: tuple[str, ...], env: Mapping[str, str], cwd: Path, seconds: float
    ) -> subprocess.CompletedProcess[str]:
        """Run a command; raises subprocess.TimeoutExpired if it takes longer than `seconds`."""
        told = json.dumps({"args": args, "env": dict(env), "cwd": str(cwd)}).encode()
        requests = self._begun()
        reply, theirs = socket.socketpair()
        out, out_end = os.pipe()
        err, err_end = os.pipe()
        nothing = os.open(os.devnull, os.O_RDONLY)
        ends = [nothing, out_end, err_end, theirs.fileno()]
        try:
            with self._lock:
                socket.send_fds(requests, [told], ends)
        finally:
            for fd in (nothing, out_end, err_end):
                os.close(fd)
            theirs.close()
        said = _read_all({"out": out, "err": err, "reply": reply.detach()}, seconds, args)
        words = said["reply"].split()
        if len(words) < len(("pid", "code")):
            raise RuntimeError("the process that commands are forked off has ended; see its stderr")
        code = int(words[1])
        return subprocess.CompletedProcess(args, code, _text(said["out"]), _text(said["err"]))

    def _begun(self) -> socket.socket:
        with self._lock:
            if self._requests is None:
                self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                process = subprocess.Popen(
                    [sys.executable, command_server.__file__, str(theirs.fileno())],
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,
                    env=self._environment,
                    stdin=subprocess.DEVNULL,
                )
                theirs.close()
                atexit.register(self._end, process)
            return self._requests

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        if self._requests is not None:
            self._requests.close()
        process.wait(timeout=60)


def _read_all(fds: dict[str, int], seconds: float, args: tuple[str, ...]) -> dict[str, bytes]:
    """Read until all are at their end; a command that is not waited for any more is killed."""
    said = dict.fromkeys(fds, b"")
    try:
        _read_into(said, fds, time.monotonic() + seconds)
    except BaseException as fault:
        if len(words := said["reply"].split()) == 1:  # its number, and no exit code so far
            with suppress(ProcessLookupError):
                os.kill(int(words[0]), signal.SIGKILL)
        if isinstance(fault, TimeoutError):
            raise subprocess.TimeoutExpired(args, seconds, said["out"], said["err"]) from None
        raise
    finally:
        for fd in fds.values():
            os.close(fd)
    return said


def _read_into(said: dict[str, bytes], fds: dict[str, int], end: float) -> None:
    with selectors.DefaultSelector() as waiting:
        for name, fd in fds.items():
            waiting.register(fd, selectors.EVENT_READ, name)
        while waiting.get_map():
            ready = waiting.select(max(0.0, end - time.monotonic()))
            if not ready and time.monotonic() >= end:
                raise TimeoutError
            for key, _ in ready:
                part = os.read(key.fd, _CHUNK)
                said[key.data] += part
                if not part:
                    waiting.unregister(key.fd)


def _text(said: bytes) -> str:
    """Return what a stream gave, with the ends of its lines as in text mode."""
    return said.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")


def as_cases(commands: Iterable[tuple[str, ...]]) -> list[ParameterSet]:
    """Return command lines as cases of a test; what starts a browser's driver takes its time."""
    return [
        pytest.param(words, marks=[pytest.mark.medium] if _WITH_BROWSER & set(words[:1]) else [])
        for words in commands
    ]


_server: CommandServer | None = None


def fork_commands() -> None:
    """Fork the commands that start no browser from now on, where the system can."""
    global _server  # noqa: PLW0603 - set once, by the options of the run
    with suppress(AttributeError, OSError):  # other systems; or one that has it, and forbids it
        os.close(os.pidfd_open(os.getpid()))
        _server = CommandServer()


def run_auditor(
    *args: str, cwd: Path, env: Mapping[str, str] | None = None, seconds: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own, with nobody at the keyboard."""
    whole = dict(os.environ if env is None else env)
    if _server is not None and _server.can_run(args, whole):
        return _server.run(args, whole, cwd, seconds)
    return subprocess.run(
        [sys.executable, "-m", "auditor", *args], capture_output=True, text=True, encoding="utf-8",
        timeout=seconds, check=False, env=whole, stdin=subprocess.DEVNULL, cwd=cwd,
    )  # fmt: skip
