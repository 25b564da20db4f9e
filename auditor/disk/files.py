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
from auditor.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


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
    file = os.open(path, os.O_RDONLY | OPEN_FLAGS | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(file, "rb") as opened:
        _raise_if_not_regular(os.fstat(file), longest)
        return opened.read(longest)


def _raise_if_not_regular(found: os.stat_result, longest: int) -> None:
    if stat.S_ISLNK(found.st_mode):
        raise OSError(errno.ELOOP, "a symbolic link stands in its place")
    if stat.S_ISDIR(found.st_mode):
        raise OSError(errno.EISDIR, "a folder stands in its place")
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "it is no regular file")
    if found.st_size > longest:
        raise OSError(errno.EFBIG, "it is far too large")
