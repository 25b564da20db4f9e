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


def write_failed(path: Path, error: OSError) -> SetupError:
    """Return the error for a path that the system did not let us write."""
    why = error.strerror or type(error).__name__
    return SetupError(
        f"{path} cannot be written: {why}.", "Mend that and run this again; nothing was replaced."
    )
