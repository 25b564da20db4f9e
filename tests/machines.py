"""A machine of a test's own: a home with a real keyring in it, on a session bus of its own."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAMS = ("dbus-run-session", "gnome-keyring-daemon")
# On a busy machine the daemon may end before it has its name on the bus; then it is begun once more.
UNLOCKED = """
unlock() { printf %s test | gnome-keyring-daemon --unlock --components=secrets "$@" >/dev/null; }
owned() {
  dbus-send --session --print-reply --dest=org.freedesktop.DBus /org/freedesktop/DBus \
    org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets | grep -q true
}
unlock || { echo "no keyring could be unlocked" >&2; exit 1; }
tries=0
until owned; do
  tries=$((tries + 1))
  [ $((tries % 50)) = 0 ] && unlock --replace
  [ $tries -lt 600 ] || { echo "no keyring daemon took its name on the bus" >&2; exit 1; }
  sleep 0.1
done
exec "$@"
"""
LOCKED = 'gnome-keyring-daemon --start --components=secrets >/dev/null && exec "$@"'


@dataclass(frozen=True)
class Machine:
    """A home with a keyring of its own. Its path is short: the daemon makes sockets in it."""

    root: Path
    more: dict[str, str] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        away = ("DBUS_", "DISPLAY", "WAYLAND_", "GNOME_KEYRING", "SSH_AUTH", "PYTHON_KEYRING")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(away)}
        homes = {
            "HOME": "",
            "XDG_CONFIG_HOME": "config",
            "XDG_DATA_HOME": "data",
            "XDG_RUNTIME_DIR": "run",
        }
        return {
            **kept,
            **{name: str(self.root / below) for name, below in homes.items()},
            **self.more,
        }


@contextmanager
def furnished() -> Iterator[Machine]:
    """Return a machine, and fail, not skip, where the real keyring cannot be tried.

    What was not tested is not kept.
    """
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        pytest.fail(f"{', '.join(missing)} not found; apt-get install --yes gnome-keyring dbus")
    with tempfile.TemporaryDirectory(prefix="auditor-ring-", dir="/tmp") as folder:
        root = Path(folder)
        for name in ("config", "data", "run"):
            (root / name).mkdir(mode=0o700)
        yield Machine(root)
