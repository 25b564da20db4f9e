"""Let Playwright's driver keep its compiled code: it then starts about 50 ms sooner.

What lies in such a cache is run. So it is kept in a folder that nobody but its owner can write to,
or not at all; and it is for the driver alone, not for what else this process starts.
"""

from __future__ import annotations

import os
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from auditor.disk.folders import find_private_folder
from auditor.disk.paths import driver_cache_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# https://nodejs.org/api/module.html#module-compile-cache
_CACHE = "NODE_COMPILE_CACHE"
_CHOSEN_BY_PERSON = (_CACHE, "NODE_DISABLE_COMPILE_CACHE")
_UNFINISHED_SECONDS = 3600.0  # after which nobody is still at it


@contextmanager
def driver_compile_cache() -> Iterator[None]:
    """Name the folder to a driver that is started meanwhile, unless the person chose otherwise."""
    is_chosen = any(name in os.environ for name in _CHOSEN_BY_PERSON)
    folder = None if is_chosen else find_private_folder(driver_cache_folder())
    if folder is None:
        yield
        return
    _remove_unfinished(folder)
    os.environ[_CACHE] = str(folder)
    try:
        yield
    finally:
        os.environ.pop(_CACHE, None)


def _remove_unfinished(folder: Path) -> None:
    """Remove what a driver began to write and could not end, as on a full disk.

    It writes each file under its name with a suffix, and renames it then.
    """
    for path in folder.glob("*/*.*"):
        with suppress(OSError):  # another run may have removed it
            if time.time() - path.lstat().st_mtime > _UNFINISHED_SECONDS:
                path.unlink()
