"""A folder for what a browser drops outside its profile: sockets, crash reports.

Gone afterwards, come what may.

A crash report holds the memory of a page, and so secrets; Chromium would keep it below the person's
configuration folder. On Linux it is led into a folder of the run's own instead, which a small
watcher removes even if the run is killed and cannot do so itself. The desktop's settings, among
them its proxy, lie in that folder too: links lead to the person's own, and only links are removed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Iterator

_PREFIX = "auditor-"
_RANDOM_LETTERS = 8  # that Python's own temporary folders have
_LONGEST = 60  # bytes: a socket's path may have 107, and the browser's own part takes 45
# Waits for the end of its input, which comes when the run ends in whatever way, and then removes
# the folder; a few times, because the browser may still be closing.
_REMOVE_WHEN_INPUT_ENDS = (
    'cat >/dev/null; n=0; while [ $n -lt 20 ]; do rm -rf "$1"; n=$((n+1)); sleep 0.1; done'
)
# Where GNOME (dconf, or a plain file) and KDE keep a person's settings, the proxy among them.
_DESKTOP_SETTINGS = ("dconf", "glib-2.0", "kioslaverc")


@contextmanager
def temporary_environment() -> Iterator[dict[str, str]]:
    """Return the environment for a browser; what it drops there is removed at the end.

    Held before Playwright's driver is started and until it has ended, it also takes what the driver
    makes: the driver inherits this process's environment, and leaves its folders behind if a
    browser dies under it.
    """
    if not sys.platform.startswith("linux"):
        yield dict(os.environ)
        return
    with _shared.held() as folder:
        yield {**os.environ, **_redirections(folder)}


def folder_of(env: dict[str, str]) -> str | None:
    """Return the run's own folder in a browser's environment; only on Linux there is one."""
    return env.get("BREAKPAD_DUMP_LOCATION") if sys.platform.startswith("linux") else None


@contextmanager
def temporary_profile() -> Iterator[Path]:
    """Return an empty private folder for a browser's profile, which holds a session unsealed.

    Removed, come what may.
    """
    with _watched_folder(
        _REMOVE_WHEN_INPUT_ENDS.replace("20", "200")
    ) as folder:  # it gets more time: a browser that is told to go, writes
        yield folder


@contextmanager
def _watched_folder(
    script: str = _REMOVE_WHEN_INPUT_ENDS, parent: str | None = None
) -> Iterator[Path]:
    try:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
    except OSError as error:
        message = "No temporary folder can be used"
        raise SetupError(message, "Free some space, or name another folder with TMPDIR.") from error
    watcher = _start_watcher(folder, script)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if watcher is not None:
            if not folder.exists():
                watcher.kill()
            watcher.communicate()


@dataclass(slots=True)
class _SharedFolder:
    """One folder for all browsers of this process, there as long as anybody holds it."""

    stack: ExitStack = field(default_factory=ExitStack)
    folder: Path = Path()
    holders: int = 0

    @contextmanager
    def held(self) -> Iterator[Path]:
        if self.holders == 0:
            self.folder = self.stack.enter_context(_watched_folder(parent=_short_parent()))
            _link_desktop_settings(self.folder)
            self.stack.enter_context(
                _temporary_folder_set(_redirections(self.folder).get("TMPDIR"))
            )
        self.holders += 1
        try:
            yield self.folder
        finally:
            self.holders -= 1
            if self.holders == 0:
                self.stack.close()


_shared = _SharedFolder()


@contextmanager
def _temporary_folder_set(folder: str | None) -> Iterator[None]:
    """Let programs started meanwhile make their temporary files there."""
    before = os.environ.get("TMPDIR")
    os.environ.update({} if folder is None else {"TMPDIR": folder})
    try:
        yield
    finally:
        if before is None:
            os.environ.pop("TMPDIR", None)
        else:
            os.environ["TMPDIR"] = before


def _short_parent() -> str | None:
    """Return a folder for ours where the usual one has too long a path; None for the usual one.

    There the browser would make its sockets beside our folder, and leave them when it is killed.
    """
    usual = len(tempfile.gettempdir().encode()) + len(f"/{_PREFIX}") + _RANDOM_LETTERS
    if usual > _LONGEST:
        for folder in ("/tmp", os.environ.get("XDG_RUNTIME_DIR", "")):  # noqa: S108 - ours is private
            if Path(folder).is_absolute() and os.access(folder, os.W_OK | os.X_OK):
                return folder
    return None


def _link_desktop_settings(folder: Path) -> None:
    """Let the browser see the desktop's proxy although its configuration folder is another."""
    named = os.environ.get("XDG_CONFIG_HOME", "")
    with suppress(OSError, RuntimeError):  # no home: nothing to be seen
        config = Path(named) if Path(named).is_absolute() else Path.home() / ".config"
        for name in _DESKTOP_SETTINGS:
            if (config / name).exists():
                (folder / name).symlink_to(config / name)


def _redirections(folder: Path) -> dict[str, str]:
    led = {
        "XDG_CONFIG_HOME": str(folder),
        "XDG_CACHE_HOME": str(folder),
        "BREAKPAD_DUMP_LOCATION": str(folder),
    }
    return {**led, "TMPDIR": str(folder)} if len(str(folder).encode()) <= _LONGEST else led


def _start_watcher(folder: Path, script: str) -> subprocess.Popen[bytes] | None:
    with suppress(OSError):
        return subprocess.Popen(  # noqa: S603 - fixed words and a folder of our own
            ["/bin/sh", "-c", script, "sh", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    return None
