"""One process with the command line imported, off which commands are forked for tests.

Run as a program: it takes one command after the other from the socket with the number it is given,
and ends with it. Only for systems that can fork and tell of a process by a file (Linux).
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import runpy
import selectors
import signal
import socket
import sys
import threading
import traceback
from contextlib import suppress
from typing import Any, NoReturn

LONGEST = 1 << 18  # bytes of one command with its environment
_STREAMS = 3
_NOT_FLUSHED = 120
# What a command that starts no browser may come to need.
_LIBRARIES = (
    "asyncio",
    "concurrent.futures",
    "cryptography.hazmat.backends",
    "cryptography.hazmat.primitives.asymmetric.ed25519",
    "cryptography.hazmat.primitives.kdf.hkdf",
    "cryptography.hazmat.primitives.serialization",
    "ctypes.util",
    "importlib.metadata",
    "jeepney.io.blocking",
    "jinja2",
    "keyring.backends.SecretService",
    "keyring.backends.chainer",
    "keyring.backends.kwallet",
    "keyring.backends.libsecret",
    "platformdirs",
    "pydantic.dataclasses",
    "pydantic.types",
    "rich.console",
    "rich.table",
    "secretstorage",
    "sqlite3",
    "tomllib",
    "zipfile",
)
_ROOMS = ("cli", "disk", "flow", "guide", "records", "report")
_WITH_BROWSER = {"audit", "demo", "doctor", "login", "mock", "selftest"}


def import_command_line() -> None:
    """Import what the commands without a browser need."""
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"  # as `auditor.__main__` does
    for name in _LIBRARIES:
        importlib.import_module(name)
    for room in _ROOMS:
        package = importlib.import_module(f"auditor.{room}")
        for module in pkgutil.iter_modules(package.__path__):
            if module.name not in _WITH_BROWSER:
                importlib.import_module(f"auditor.{room}.{module.name}")
    # it takes debugging switches out of the environment when it is imported
    assert "auditor.browser" not in sys.modules


def serve(requests: socket.socket) -> None:
    """Fork a command for each request until the other side is gone; tell each one's exit code."""
    waiting = selectors.DefaultSelector()
    waiting.register(requests, selectors.EVENT_READ)
    while True:
        for key, _ in waiting.select():
            if key.data is None:
                told, fds, _, _ = socket.recv_fds(requests, LONGEST, _STREAMS + 1)
                if not told:  # the other side has gone; nobody waits for what is still at work
                    _kill_all(waiting)
                    return
                _start(json.loads(told), fds, waiting)
            else:
                waiting.unregister(key.fd)
                os.close(key.fd)
                _tell_exit_code(*key.data)


def _kill_all(waiting: selectors.BaseSelector) -> None:
    for key in waiting.get_map().values():
        if key.data is not None:
            signal.pidfd_send_signal(key.fd, signal.SIGKILL)


def _start(command: dict[str, Any], fds: list[int], waiting: selectors.BaseSelector) -> None:
    *streams, reply = fds
    pid = os.fork()
    if pid == 0:
        _become(command, streams)
    for each in streams:
        os.close(each)
    with suppress(OSError):  # given up already
        os.write(reply, f"{pid}\n".encode())
    waiting.register(os.pidfd_open(pid), selectors.EVENT_READ, (pid, reply))


def _tell_exit_code(pid: int, reply: int) -> None:
    _, status = os.waitpid(pid, 0)
    with suppress(OSError):  # nobody waits for it any more
        os.write(reply, str(os.waitstatus_to_exitcode(status)).encode())
    os.close(reply)


def _become(command: dict[str, Any], streams: list[int]) -> NoReturn:
    """Run a command in this process as `python -m auditor` would, and end it."""
    code = 1
    try:
        for number, fd in enumerate(streams):
            os.dup2(fd, number)
        os.closerange(_STREAMS, os.sysconf("SC_OPEN_MAX"))
        os.chdir(command["cwd"])
        os.environ.clear()
        os.environ.update(command["env"])
        for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
            _open_stream(name, mode)
        sys.argv = ["auditor", *command["args"]]
        code = _run()
        threading._shutdown()  # type: ignore[attr-defined]  # waits for threads, as Python's own end does
        atexit._run_exitfuncs()
        code = _flush(code)
    except BaseException:  # noqa: BLE001 - whatever it is, it is told and ends here
        traceback.print_exc()
        _flush(code)
    os._exit(code & 0xFF)


def _flush(code: int) -> int:
    """Write what is left; return the exit code that Python has if that fails."""
    try:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    except OSError:
        return _NOT_FLUSHED
    return code


def _open_stream(name: str, mode: str) -> None:
    before = getattr(sys, f"__{name}__")
    errors = "backslashreplace" if name == "stderr" else "strict"
    buffering = 1 if name == "stderr" else -1  # by lines, as Python has it
    stream = open(before.fileno(), mode, buffering, before.encoding, errors, closefd=False)  # noqa: SIM115
    setattr(sys, name, stream)
    setattr(sys, f"__{name}__", stream)


def _run() -> int:
    """Run the tool as a program; return its exit code, as Python would."""
    try:
        runpy.run_module("auditor", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        print(end.code, file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    del sys.path[0]  # the folder of the tests, which `python -m auditor` has not
    import_command_line()
    gc.freeze()
    serve(socket.socket(fileno=int(sys.argv[1])))
