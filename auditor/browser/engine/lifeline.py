"""A browser and Playwright's driver end with this process, whatever ends it.

When the driver loses its browser, or the browser its driver, either would let go what is held back
before it ends. So on Linux the kernel is asked to kill each as soon as its parent is gone: the
driver as a child of this process, the browser as one of the driver.
"""

from __future__ import annotations

import ctypes
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright._impl._driver import compute_driver_executable

if TYPE_CHECKING:
    from asyncio.subprocess import Process as DriverProcess
    from collections.abc import Iterator

    from playwright.async_api import Playwright
_PIDFD_GETFD = 438  # a call of Linux that Python has no name for; the same on every machine
_KILL_WHEN_INPUT_ENDS = 'read -r _; kill -9 "$@"'
_NODE = "PLAYWRIGHT_NODEJS_PATH"
# stands in where the system lacks setpriv
_IN_PYTHON = "import ctypes,os,sys;ctypes.CDLL(None).prctl(1,9);os.execv(sys.argv[1],sys.argv[1:])"


def die_with_parent(folder: str | None, name: str, program: str) -> str:
    """Return a program that is killed with whoever starts it, and else is the one given.

    It is written into the folder. Without one, elsewhere than on Linux, and where nothing in the
    folder may be run, the program itself is returned.
    """
    if folder is None:
        return program
    setpriv = shutil.which("setpriv", path="/usr/bin:/bin:/usr/sbin:/sbin")
    start = (
        [setpriv, "--pdeathsig", "KILL", "--"]
        if setpriv
        else [sys.executable, "-I", "-S", "-c", _IN_PYTHON]
    )
    handle, path = tempfile.mkstemp(prefix=f"{name}-", suffix=".sh", dir=folder, text=True)
    os.close(handle)
    Path(path).write_text(f'#!/bin/sh\nexec {shlex.join([*start, program])} "$@"\n', "utf-8")
    Path(path).chmod(0o700)
    return path if os.access(path, os.X_OK) else program


@contextmanager
def driver_dies_with_us(folder: str | None) -> Iterator[None]:
    """Let a driver that is started meanwhile be killed with this process."""
    node, before = compute_driver_executable()[0], os.environ.get(_NODE)
    if folder is not None and Path(node).parent != Path(folder):  # else another start is under way
        os.environ[_NODE] = die_with_parent(folder, "driver", node)
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(_NODE, None)
        else:
            os.environ[_NODE] = before


def driver_process(playwright: Playwright) -> DriverProcess:
    """Return the process of Playwright's driver, which Playwright itself has no word for."""
    client: Any = playwright.stop.__self__._client  # type: ignore[attr-defined]  # noqa: SLF001
    process: DriverProcess = client._transport._proc  # noqa: SLF001
    return process


def kill_process(pid: int) -> None:
    """End a process of ours at once."""
    with suppress(OSError):
        os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))


@contextmanager
def keep_lines(driver: DriverProcess, browser: int) -> Iterator[None]:
    """Keep the lines from driver and browser open, whoever ends, until both have been killed.

    The start of a browser may be a script that starts another program, whom the kernel would not
    kill with its parent. So a small keeper holds the ends of those lines, too: a browser that lost
    its driver, and a driver that lost this process, would notice by nothing else, and so let
    nothing go. The keeper waits for the end of its input, and kills both.
    """
    lines = _copy_lines(driver)
    try:
        keeper = _start_keeper(lines, [browser, driver.pid])
    finally:
        for each in lines:
            os.close(each)
    try:
        yield
    finally:
        if keeper is not None:
            with suppress(OSError):
                os.killpg(keeper.pid, signal.SIGKILL)
            keeper.communicate()


def _copy_lines(driver: DriverProcess) -> list[int]:
    """Return copies of the driver's sockets, which are its lines to the browser, and of its input.

    Only Linux can copy those of a child; the list is shorter, or empty, where it does not.
    """
    lines = []
    with suppress(OSError, AttributeError):
        pipe: Any = driver.stdin and driver.stdin.transport.get_extra_info("pipe")
        lines.append(os.dup(pipe.fileno()))
    with suppress(OSError, AttributeError):
        handle = os.pidfd_open(driver.pid)
        try:
            lines += _copy_sockets(handle, Path(f"/proc/{driver.pid}/fd"))
        finally:
            os.close(handle)
    return lines


def _copy_sockets(handle: int, folder: Path) -> list[int]:
    copy = ctypes.CDLL(None, use_errno=True).syscall
    sockets = [int(each.name) for each in folder.iterdir() if "socket:" in str(each.readlink())]
    copies = [copy(_PIDFD_GETFD, handle, number, 0) for number in sockets]
    return [each for each in copies if each >= 0]


def _start_keeper(lines: list[int], pids: list[int]) -> subprocess.Popen[bytes] | None:
    if not lines:
        return None
    with suppress(OSError):
        return subprocess.Popen(  # noqa: S603 - fixed words and numbers
            ["/bin/sh", "-c", _KILL_WHEN_INPUT_ENDS, "sh", *map(str, pids)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=lines,
        )
    return None
