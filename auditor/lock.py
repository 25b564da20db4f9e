"""What several runs share on disk: private folders, files replaced whole, and locks that die with their holder."""

from __future__ import annotations

import errno
import os
import re
import socket
import stat
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING

from auditor.errors import SetupError, UsageError
from auditor.text import clean

if sys.platform == "win32":  # pragma: no cover - each system has one of the two
    import msvcrt
else:
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator

_ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_PAUSE = 0.02
_PATIENCE = 10.0
_OURS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_WAIT = "Wait until it has ended, or end it, then run this again."


def stem(account: str) -> str:
    """Give the beginning of an account's file names; raises UsageError for what is no account name.

    The prefix keeps Windows from seeing a device (`con`, `nul.x`); `+` marks a capital, so that `Ada` and `ada`
    stay apart where file names know no case.
    """
    if not _ACCOUNT.fullmatch(account):
        hint = "Use up to 64 letters, digits, dots, hyphens and underscores; begin with a letter or digit."
        raise UsageError(f'"{clean(account)}" cannot be the name of an account.', hint)
    return "account-" + "".join(f"+{char.lower()}" if char.isupper() else char for char in account)


@contextmanager
def account_lock(folder: Path, account: str) -> Iterator[None]:
    """Hold an account for one run; raises SetupError if another run holds it.

    The lock is the system's, not the file's being there: however its holder ends, it is free at once.
    """
    path = folder / f"{stem(account)}.lock"
    private_folder(folder)
    with held(path, f"Another run is at work on the account {account}."):
        yield


@contextmanager
def held(path: Path, busy: str, wait_s: float = 0.0) -> Iterator[None]:
    """Hold a lock file; raises SetupError, saying `busy`, if it is not free within `wait_s` seconds."""
    deadline = time.monotonic() + wait_s
    while (taken := _take(path)) is None:
        if time.monotonic() >= deadline:
            raise SetupError(busy, _WAIT)
        time.sleep(_PAUSE)
    try:
        yield
    finally:
        _release(path, taken)


@contextmanager
def passing(name: str, busy: str) -> Iterator[None]:
    """Hold a name that leaves nothing on the disk, however its holder ends; raises SetupError if it is held.

    On Linux it is a socket's without a file; elsewhere a file's in the temporary folder. Raises OSError if neither
    can be had.
    """
    owner = os.getuid() if hasattr(os, "getuid") else "user"
    if sys.platform != "linux":  # pragma: no cover - each system has one of the two
        with held(Path(gettempdir()) / f"{name}-{owner}.lock", busy):
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


def _take(path: Path) -> int | None:
    """Lock the file that bears this name now; None if somebody else has."""
    while True:
        try:
            file = os.open(path, os.O_RDWR | os.O_CREAT | _OURS, 0o600)
        except OSError as error:
            raise _unwritable(path, error) from error
        if not _locked(path, file):
            os.close(file)
            return None
        if _bears(path, file):
            return file
        os.close(file)  # its holder removed it between our opening and locking: that lock locks nobody out


def _locked(path: Path, file: int) -> bool:
    try:
        if sys.platform == "win32":  # pragma: no cover - each system has one of the two
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
            return False
        os.close(file)
        raise SetupError(f"{path} cannot be locked: {error.strerror}.", "Use a folder on a local disk.") from error
    return True


def _bears(path: Path, file: int) -> bool:
    """Say whether the open file is still the one of that name."""
    try:
        return os.path.samestat(path.lstat(), os.fstat(file))
    except FileNotFoundError:
        return False


def _release(path: Path, file: int) -> None:
    """Remove the lock file and let go; in this order, or the next holder's file would be removed."""
    with suppress(OSError):  # Windows removes no open file; there it stays, and harms nobody
        if _bears(path, file):
            path.unlink()
    os.close(file)


def private_folder(folder: Path) -> None:
    """Make sure of a folder that only its owner can enter, mending its permissions; raises SetupError if it cannot."""
    try:
        _make(folder)
        found = folder.stat()
        if sys.platform != "win32":  # pragma: no branch - each system has one of the two
            if found.st_uid != os.geteuid():
                raise SetupError(f"{folder} belongs to another user.", "Run this as its owner, or remove the folder.")
            if stat.S_IMODE(found.st_mode) != stat.S_IRWXU:
                folder.chmod(stat.S_IRWXU)
    except OSError as error:
        raise _unwritable(folder, error) from error


def _make(folder: Path) -> None:
    """Make a folder and those above it, all private from the first moment, whatever the umask."""
    for one in (*reversed(folder.parents), folder):
        if not one.is_dir():
            with suppress(FileExistsError):  # another run was faster, or a file stands there: the writing will say so
                one.mkdir(mode=0o700)
                one.chmod(0o700)  # a umask may have taken away the owner's own rights


def replace_whole(path: Path, content: bytes) -> None:
    """Write a private file in one step; raises SetupError and leaves what was there if that fails.

    What a killed writer left in the folder is removed on the way.
    """
    try:
        _make(path.parent)
        with alone(path.parent):
            spare = path.with_name(f".auditor-{path.name}.tmp")
            _write(spare, path, content)
    except OSError as error:
        raise _unwritable(path, error) from error


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Be the only writer in a folder; as there is no other, unfinished files found are of the dead, and removed."""
    with held(folder / ".auditor.lock", f"Another run is writing to {folder}.", _PATIENCE):
        for left in folder.glob(".auditor-*.tmp"):
            remove(left)
        yield


def _write(spare: Path, path: Path, content: bytes) -> None:
    file = os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _OURS, 0o600)
    try:
        try:
            _pour(file, content)
        finally:
            os.close(file)
        os.replace(spare, path)  # noqa: PTH105 - beside os.open and os.write
    except BaseException:
        with suppress(OSError):
            spare.unlink()
        raise
    _settle(path.parent)


def _pour(file: int, content: bytes) -> None:
    if sys.platform != "win32":  # pragma: no branch - each system has one of the two
        os.fchmod(file, 0o600)  # a umask may have taken away the owner's own right to read
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(file, rest) :]
    os.fsync(file)


def _settle(folder: Path) -> None:
    """Ask the disk to keep the new name; what cannot do so has kept the file all the same."""
    with suppress(OSError):
        file = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(file)
        finally:
            os.close(file)


def remove(path: Path) -> bool:
    """Remove a file and say whether it was there; raises SetupError if it cannot be removed."""
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise SetupError(f"{path} cannot be removed: {why}.", "Remove it by hand.") from error
    _settle(path.parent)
    return True


def read_whole(path: Path, longest: int) -> bytes:
    """Read a regular file of bounded length; raises OSError, whose `strerror` says why not, for anything else."""
    _regular(path.lstat(), longest)
    file = os.open(path, os.O_RDONLY | _OURS | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(file, "rb") as opened:
        _regular(os.fstat(file), longest)
        return opened.read(longest)


def _regular(found: os.stat_result, longest: int) -> None:
    if stat.S_ISLNK(found.st_mode):
        raise OSError(errno.ELOOP, "a symbolic link stands in its place")
    if stat.S_ISDIR(found.st_mode):
        raise OSError(errno.EISDIR, "a folder stands in its place")
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "it is no regular file")
    if found.st_size > longest:
        raise OSError(errno.EFBIG, "it is far too large")


def _unwritable(path: Path, error: OSError) -> SetupError:
    why = error.strerror or type(error).__name__
    return SetupError(f"{path} cannot be written: {why}.", "Mend that and run this again; nothing was replaced.")
