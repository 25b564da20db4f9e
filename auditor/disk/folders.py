"""Private folders: nobody but their owner can look into them, from the first moment on."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from auditor.errors import SetupError

if TYPE_CHECKING:
    from pathlib import Path

OPEN_FLAGS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def private_folder(folder: Path) -> None:
    """Make sure of a folder that only its owner can enter, mending its permissions.

    Raises SetupError if it cannot.
    """
    try:
        make_private(folder)
        found = folder.stat()
        if sys.platform != "win32":  # pragma: no branch - each system has one of the two
            if found.st_uid != os.geteuid():
                raise SetupError(
                    f"{folder} belongs to another user.",
                    "Run this as its owner, or remove the folder.",
                )
            if stat.S_IMODE(found.st_mode) != stat.S_IRWXU:
                folder.chmod(stat.S_IRWXU)
    except OSError as error:
        raise write_failed(folder, error) from error


def make_private(folder: Path) -> None:
    """Make a folder and those above it, all private from the first moment, whatever the umask."""
    for one in (*reversed(folder.parents), folder):
        if not one.is_dir():
            with suppress(
                FileExistsError
            ):  # another run was faster, or a file stands there: the writing will say so
                one.mkdir(mode=0o700)
                one.chmod(0o700)  # a umask may have taken away the owner's own rights


def find_private_folder(folder: Path) -> Path | None:
    """Return a folder for what is trusted when it is found again, made if need be.

    None if it is not, or cannot be made, private. A folder that was open to others is not mended:
    they may have left something in it.
    """
    try:
        make_private(folder)
        if not _is_private(folder) or _is_writable_by_others(folder.parent.stat()):
            return None
    except OSError:
        return None
    return folder


def _is_private(folder: Path) -> bool:
    found = folder.lstat()
    if sys.platform == "win32":  # below the person's own folders, which others cannot enter
        return stat.S_ISDIR(found.st_mode)
    is_own = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
    return is_own and stat.S_IMODE(found.st_mode) == stat.S_IRWXU


def _is_writable_by_others(found: os.stat_result) -> bool:
    if sys.platform == "win32":
        return False
    return found.st_uid != os.geteuid() or bool(found.st_mode & (stat.S_IWGRP | stat.S_IWOTH))


def is_own_file(path: Path) -> bool:
    """Return whether it is a plain file that nobody but this user may write."""
    found = path.lstat()
    return stat.S_ISREG(found.st_mode) and not _is_writable_by_others(found)


def write_failed(path: Path, error: OSError) -> SetupError:
    """Return the error for a path that the system did not let us write."""
    why = error.strerror or type(error).__name__
    return SetupError(
        f"{path} cannot be written: {why}.", "Mend that and run this again; nothing was replaced."
    )
