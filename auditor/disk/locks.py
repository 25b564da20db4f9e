"""Locks between runs: the system's own, so that they are free again however their holder ends."""

from __future__ import annotations

import errno
import os
import re
import socket
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.disk.folders import OPEN_FLAGS, private_folder, write_failed
from auditor.errors import SetupError, UsageError
from auditor.text import make_printable

if sys.platform == "win32":  # pragma: no cover - each system has one of the two
    import msvcrt
else:
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator

_ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_PAUSE = 0.02
PATIENCE = 10.0
_WAIT = "Wait until it has ended, or end it, then run this again."


def account_file_stem(account: str) -> str:
    """Return the beginning of an account's file names; raise UsageError if it is no account name.

    The prefix keeps Windows from seeing a device (`con`, `nul.x`); `+` marks a capital, so that
    `Ada` and `ada` stay apart where file names know no case.
    """
    if not _ACCOUNT.fullmatch(account):
        hint = (
            "Use up to 64 letters, digits, dots, hyphens and underscores; begin with a letter or"
            " digit."
        )
        raise UsageError(f'"{make_printable(account)}" cannot be the name of an account.', hint)
    return "account-" + "".join(f"+{char.lower()}" if char.isupper() else char for char in account)


@contextmanager
def account_lock(folder: Path, account: str) -> Iterator[None]:
    """Hold an account for one run; raises SetupError if another run holds it.

    The lock is the system's, not the file's being there: however its holder ends, it is free at
    once.
    """
    path = folder / f"{account_file_stem(account)}.lock"
    private_folder(folder)
    with hold_lock(path, f"Another run is at work on the account {account}."):
        yield


@contextmanager
def hold_lock(path: Path, busy: str, wait_s: float = 0.0) -> Iterator[None]:
    """Hold a lock file; raise SetupError, saying `busy`, if `wait_s` seconds do not free it."""
    deadline = time.monotonic() + wait_s
    while (taken := _try_to_lock(path)) is None:
        if time.monotonic() >= deadline:
            raise SetupError(busy, _WAIT)
        time.sleep(_PAUSE)
    try:
        yield
    finally:
        _remove_and_unlock(path, taken)


@contextmanager
def hold_name(name: str, busy: str) -> Iterator[None]:
    """Hold a name that leaves nothing on the disk, however its holder ends.

    Raises SetupError if it is held.

    On Linux it is a socket's without a file; elsewhere a file's in the temporary folder. Raises
    OSError if neither can be had.
    """
    owner = os.getuid() if hasattr(os, "getuid") else "user"
    if sys.platform != "linux":  # pragma: no cover - each system has one of the two
        from tempfile import gettempdir  # noqa: PLC0415 - not needed on Linux

        with hold_lock(Path(gettempdir()) / f"{name}-{owner}.lock", busy):
            yield
        return
    with socket.socket(socket.AF_UNIX) as plug:
        try:
            plug.bind(f"\0{name}-{owner}")
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise SetupError(busy, _WAIT) from error
            raise
        yield


def _try_to_lock(path: Path) -> int | None:
    """Lock the file that bears this name now; None if somebody else has."""
    while True:
        try:
            file = os.open(path, os.O_RDWR | os.O_CREAT | OPEN_FLAGS, 0o600)
        except OSError as error:
            raise write_failed(path, error) from error
        if not _lock_file(path, file):
            os.close(file)
            return None
        if _is_current_file(path, file):
            return file
        # its holder removed it between our opening and locking: that lock locks nobody out
        os.close(file)


def _lock_file(path: Path, file: int) -> bool:
    try:
        if sys.platform == "win32":  # pragma: no cover - each system has one of the two
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
            return False
        os.close(file)
        raise SetupError(
            f"{path} cannot be locked: {error.strerror}.", "Use a folder on a local disk."
        ) from error
    return True


def _is_current_file(path: Path, file: int) -> bool:
    """Say whether the open file is still the one of that name."""
    try:
        return os.path.samestat(path.lstat(), os.fstat(file))
    except FileNotFoundError:
        return False


def _remove_and_unlock(path: Path, file: int) -> None:
    """Remove the lock file and let go.

    In this order, or the next holder's file would be removed.
    """
    with suppress(OSError):  # Windows removes no open file; there it stays, and harms nobody
        if _is_current_file(path, file):
            path.unlink()
    os.close(file)
