"""Private folders and files.

Made private from the first moment, replaced whole, read only if they are plain files.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from auditor.disk.folders import OPEN_FLAGS, make_private, write_failed
from auditor.disk.locks import PATIENCE, hold_lock
from auditor.errors import SetupError, UsageError
from auditor.text import make_printable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_OPEN_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def replace_file(path: Path, content: bytes) -> None:
    """Write a private file in one step; raises SetupError and leaves what was there if that fails.

    What a killed writer left in the folder is removed on the way.
    """
    try:
        make_private(path.parent)
        with hold_folder(path.parent):
            spare = path.with_name(f".auditor-{path.name}.tmp")
            _write_then_rename(spare, path, content)
    except OSError as error:
        raise write_failed(path, error) from error


@contextmanager
def hold_folder(folder: Path) -> Iterator[None]:
    """Be the only writer in a folder.

    As there is no other, unfinished files found are of the dead, and removed.
    """
    with hold_lock(folder / ".auditor.lock", f"Another run is writing to {folder}.", PATIENCE):
        for left in folder.glob(".auditor-*.tmp"):
            remove_file(left)
        yield


def _write_then_rename(spare: Path, path: Path, content: bytes) -> None:
    file = os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_EXCL | OPEN_FLAGS, 0o600)
    try:
        try:
            _write_all(file, content)
        finally:
            os.close(file)
        os.replace(spare, path)  # noqa: PTH105 - beside os.open and os.write
    except BaseException:
        with suppress(OSError):
            spare.unlink()
        raise
    _sync_folder(path.parent)


def _write_all(file: int, content: bytes) -> None:
    if sys.platform != "win32":  # pragma: no branch - each system has one of the two
        os.fchmod(file, 0o600)  # a umask may have taken away the owner's own right to read
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(file, rest) :]
    os.fsync(file)


def _sync_folder(folder: Path) -> None:
    """Ask the disk to keep the new name; what cannot do so has kept the file all the same."""
    with suppress(OSError):
        file = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(file)
        finally:
            os.close(file)


def remove_file(path: Path) -> bool:
    """Remove a file and say whether it was there; raises SetupError if it cannot be removed."""
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise SetupError(f"{path} cannot be removed: {why}.", "Remove it by hand.") from error
    _sync_folder(path.parent)
    return True


def read_plain_file(path: Path, longest: int) -> bytes:
    """Read a regular file of bounded length.

    Raises OSError, whose `strerror` says why not, for anything else.
    """
    _raise_if_not_regular(path.lstat(), longest)
    file = os.open(path, os.O_RDONLY | OPEN_FLAGS | _OPEN_AT_ONCE)
    with os.fdopen(file, "rb") as opened:
        _raise_if_not_regular(os.fstat(file), longest)
        return opened.read(longest)


def read_given_file(path: Path, longest: int) -> bytes:
    """Read a whole file that a person named; raises UsageError, in words, if it cannot be."""
    try:
        content = read_named_file(path, longest + 1)
    except (OSError, ValueError) as error:  # the latter for a name that no file can have
        why = getattr(error, "strerror", None) or "no file can have that name"
        raise UsageError(f"{make_printable(str(path))} cannot be read: {why}") from error
    if len(content) > longest:
        message = f"{make_printable(str(path))} cannot be read: it is far too large"
        raise UsageError(message)
    return content


def read_named_file(path: Path, longest: int) -> bytes:
    """Read the first bytes of a file that a person named, which may be a link.

    Raises OSError, whose `strerror` says why not, for anything but a regular file: a pipe that
    nobody writes to is not waited for.
    """
    file = os.open(path, os.O_RDONLY | _OPEN_AT_ONCE)
    with os.fdopen(file, "rb") as opened:
        found = os.fstat(file)
        if stat.S_ISDIR(found.st_mode):
            raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "it is no regular file")
        return opened.read(longest)


def write_named_file(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write a file that a person named: whole or not at all, or straight into a device or pipe.

    Raises SetupError if that fails; a pipe that nobody reads is not waited for.
    """
    try:
        if path.exists() and (path.is_symlink() or not path.is_file()):
            _write_straight(path, content)
        else:
            _replace_named(path.absolute(), content, 0o600 if private else 0o666)
    except OSError as error:
        raise write_failed(path, error) from error


def _write_straight(path: Path, content: bytes) -> None:
    file = os.open(path, os.O_WRONLY | os.O_TRUNC | getattr(os, "O_NONBLOCK", 0))
    try:
        if hasattr(os, "set_blocking"):
            os.set_blocking(file, True)
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(file, rest) :]
    finally:
        os.close(file)


def _replace_named(path: Path, content: bytes, mode: int) -> None:
    """Replace a file without a lock beside it, which would be left in the person's own folder."""
    spare = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    spare.unlink(missing_ok=True)  # of a run that is dead: its number is ours now
    file = os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_EXCL | OPEN_FLAGS, mode)
    try:
        with os.fdopen(file, "wb") as opened:
            opened.write(content)
        os.replace(spare, path)  # noqa: PTH105 - beside os.open
    except BaseException:
        with suppress(OSError):
            spare.unlink()
        raise


def _raise_if_not_regular(found: os.stat_result, longest: int) -> None:
    if stat.S_ISLNK(found.st_mode):
        raise OSError(errno.ELOOP, "a symbolic link stands in its place")
    if stat.S_ISDIR(found.st_mode):
        raise OSError(errno.EISDIR, "a folder stands in its place")
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "it is no regular file")
    if found.st_size > longest:
        raise OSError(errno.EFBIG, "it is far too large")
