"""Let Playwright's driver keep its compiled code: it then starts about 50 ms sooner.

What lies in such a cache is run. So it is kept in a folder that nobody but its owner can write to,
or not at all; and it is for the driver alone, not for what else this process starts.
"""

from __future__ import annotations

import os
import stat
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from auditor.disk.folders import make_private
from auditor.disk.paths import driver_cache_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# https://nodejs.org/api/module.html#module-compile-cache
_CACHE = "NODE_COMPILE_CACHE"
_CHOSEN_BY_PERSON = (_CACHE, "NODE_DISABLE_COMPILE_CACHE")


@contextmanager
def driver_compile_cache() -> Iterator[None]:
    """Name the folder to a driver that is started meanwhile, unless the person chose otherwise."""
    is_chosen = any(name in os.environ for name in _CHOSEN_BY_PERSON)
    folder = None if is_chosen else _safe_folder()
    if folder is None:
        yield
        return
    os.environ[_CACHE] = str(folder)
    try:
        yield
    finally:
        os.environ.pop(_CACHE, None)


def _safe_folder() -> Path | None:
    """Return the folder, made if need be; none if it is not, or cannot be made, private.

    A folder that was open to others is not mended: they may have left something in it.
    """
    folder = driver_cache_folder()
    try:
        make_private(folder)
        return folder if _is_private(folder) and not _is_writable_by_others(folder.parent) else None
    except OSError:
        return None


def _is_private(folder: Path) -> bool:
    found = folder.lstat()
    if sys.platform == "win32":  # below the person's own folders, which others cannot enter
        return stat.S_ISDIR(found.st_mode)
    is_own = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
    return is_own and stat.S_IMODE(found.st_mode) == stat.S_IRWXU


def _is_writable_by_others(folder: Path) -> bool:
    if sys.platform == "win32":
        return False
    found = folder.stat()
    return found.st_uid != os.geteuid() or bool(found.st_mode & (stat.S_IWGRP | stat.S_IWOTH))
