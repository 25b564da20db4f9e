"""The fence around every test: a home of its own, no settings of the developer's, no network but this machine."""

import os
import socket
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("auditor", deadline=None)
settings.load_profile("auditor")

_HOMES = {
    "HOME": "",
    "USERPROFILE": "",
    "APPDATA": "config",
    "LOCALAPPDATA": "data",
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_STATE_HOME": "state",
    "XDG_CACHE_HOME": "cache",
    "XDG_RUNTIME_DIR": "run",
}
_CONNECT, _CONNECT_EX, _SENDTO = socket.socket.connect, socket.socket.connect_ex, socket.socket.sendto


class OutsideError(AssertionError):
    """Raised when a test reaches for a machine other than this one."""


def _refuse_outside(address: object) -> None:
    if not isinstance(address, tuple):  # a UNIX socket
        return
    host = str(address[0])
    try:
        inside = ip_address(host).is_loopback
    except ValueError:
        inside = host == "localhost"
    if not inside:
        message = f"a test tried to reach {host}; tests talk to this machine only"
        raise OutsideError(message)


def _fenced(real: Callable[..., object]) -> Callable[..., object]:
    def call(self: socket.socket, *args: object) -> object:
        _refuse_outside(args[-1])
        return real(self, *args)

    return call


@pytest.fixture(scope="session", autouse=True)
def _loopback_only() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _fenced(_CONNECT))
        patch.setattr(socket.socket, "connect_ex", _fenced(_CONNECT_EX))
        patch.setattr(socket.socket, "sendto", _fenced(_SENDTO))
        yield


@pytest.fixture(scope="session", autouse=True)
def _browsers_stay_where_they_are() -> Iterator[None]:
    """Playwright looks for its browsers below the home folder, which the fence moves."""
    with pytest.MonkeyPatch.context() as patch:
        downloaded = Path.home() / ".cache" / "ms-playwright"
        if "PLAYWRIGHT_BROWSERS_PATH" not in os.environ and downloaded.is_dir():
            patch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(downloaded))
        yield


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the empty home folder of this test; nothing named AUDITOR_* is left in its environment."""
    folder = tmp_path_factory.mktemp("home")
    for name, below in _HOMES.items():
        path = folder / below
        path.mkdir(mode=0o700, exist_ok=True)
        monkeypatch.setenv(name, str(path))
    for name in list(os.environ):
        if name.startswith("AUDITOR_"):
            monkeypatch.delenv(name)
    return folder
