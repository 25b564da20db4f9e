"""Find a browser on this machine, or provide one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from auditor.errors import SetupError

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "brave-browser",
)
# without a window: about a third less work for the same pages
SHELL_NAMES = ("chromium-headless-shell", "chrome-headless-shell")
CHANNELS = (
    "chrome",
    "chrome-beta",
    "chrome-dev",
    "chrome-canary",
    "msedge",
    "msedge-beta",
    "msedge-dev",
)
_INSTALLED = {
    "chrome": (
        "/opt/google/chrome/chrome",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        r"%PROGRAMFILES%\Google\Chrome\Application\chrome.exe",
        r"%PROGRAMFILES(X86)%\Google\Chrome\Application\chrome.exe",
        r"%LOCALAPPDATA%\Google\Chrome\Application\chrome.exe",
    ),
    "msedge": (
        "/opt/microsoft/msedge/msedge",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
        r"%PROGRAMFILES(X86)%\Microsoft\Edge\Application\msedge.exe",
        r"%PROGRAMFILES%\Microsoft\Edge\Application\msedge.exe",
    ),
}
INSTALL = "playwright install chromium"
APT = "apt-get install --yes --no-install-recommends chromium"
APT_SHELL = "apt-get install --yes --no-install-recommends chromium-headless-shell"
_FAMILY = frozenset({"debian", "ubuntu"})


@dataclass(frozen=True, slots=True)
class InstalledBrowser:
    """A browser and how it was found: by its path, or as a channel that Playwright knows."""

    source: str
    path: str | None = None
    channel: str | None = None

    @property
    def name(self) -> str:
        """Say which browser it is."""
        return self.path or self.channel or "a browser of Playwright's choice"

    def program(self) -> str:
        """Return the program itself, to be started without Playwright.

        Raises SetupError if its place is not known.
        """
        if path := self.known_path:
            return path
        raise SetupError(
            f"It is not known where {self.name} is installed", "Give its path with --browser."
        )

    @property
    def known_path(self) -> str | None:
        """The program itself, if its place is known."""
        if self.path:
            return self.path
        places = (Path(os.path.expandvars(each)) for each in _INSTALLED.get(self.channel or "", ()))
        return next((str(place) for place in places if place.exists()), None)


def find_browsers(
    requested: str | None, own: Path, *, headed: bool = False
) -> tuple[InstalledBrowser, ...]:
    """Return the requested browser, or all that are there, the one to be tried first in front.

    Without a window the headless shell comes first, Playwright's before others; then Playwright's
    `own`, Chrome, Edge, the PATH's. Raises SetupError if the requested one is not there, or there
    is none at all.
    """
    requested = requested or os.environ.get("AUDITOR_BROWSER")
    if requested:
        return (_find_requested(requested),)
    shells, whole = _find_shells(own), _find_whole(own)
    found = whole if headed else shells + whole
    if found:
        return found
    install = f"Run `{_python_program()} -m {INSTALL}`, or install Chrome, Edge or Chromium."
    if shells:
        message = f"A window needs a whole browser, and there is only {shells[0].name}"
        raise SetupError(message, install)
    message = "There is no browser that auditor can use"
    raise SetupError(message, install)


def find_browser(requested: str | None, own: Path, *, headed: bool = False) -> InstalledBrowser:
    """Return the browser to be tried first; raises SetupError as `find_browsers` does."""
    return find_browsers(requested, own, headed=headed)[0]


def _find_shells(own: Path) -> tuple[InstalledBrowser, ...]:
    # beside `chromium-1234/chrome-linux/chrome` lies `chromium_headless_shell-1234/…/…shell`
    revision = own.parent.parent.name.removeprefix("chromium-")
    folder = own.parent.parent.parent / f"chromium_headless_shell-{revision}"
    mine = [path for path in sorted(folder.glob("*/*headless*shell*")) if os.access(path, os.X_OK)]
    named = [path for name in SHELL_NAMES if (path := shutil.which(name))]
    return (
        *(InstalledBrowser("Playwright's own", path=str(path)) for path in mine[:1]),
        *(InstalledBrowser("on the PATH", path=path) for path in named),
    )


def _find_whole(own: Path) -> tuple[InstalledBrowser, ...]:
    channels = [
        channel
        for channel, places in _INSTALLED.items()
        if any(Path(os.path.expandvars(place)).exists() for place in places)
    ]
    named = [path for name in NAMES if (path := shutil.which(name))]
    return (
        *((InstalledBrowser("Playwright's own", path=str(own)),) if own.exists() else ()),
        *(InstalledBrowser("installed", channel=channel) for channel in channels),
        *(InstalledBrowser("on the PATH", path=path) for path in named),
    )


def _find_requested(name: str) -> InstalledBrowser:
    if name in CHANNELS:
        return InstalledBrowser("asked for", channel=name)
    try:
        path = shutil.which(name) or shutil.which(str(Path(name).expanduser()))
        what = "is not a program that can be run" if Path(name).exists() else "does not exist"
    except (OSError, RuntimeError, ValueError):  # too long a name, no such user, a zero byte
        path, what = None, "does not exist"
    if path:
        return InstalledBrowser("asked for", path=path)
    message = f"The browser {name} {what}"
    raise SetupError(
        message,
        f"Give the path of a Chrome, Edge or Chromium, or a channel: {', '.join(CHANNELS)}.",
    )


Run = Callable[[list[str]], bool]


def install_browser(
    say: Callable[[str], None], run: Run | None = None, *, headed: bool = True
) -> None:
    """Install a browser: Playwright's own, else as root on Debian or Ubuntu its package.

    Without a window the small package will do, where there is one. Says what it does before it does
    it; raises SetupError if nothing works.
    """
    run = run or _run_command
    small = "" if headed else " --only-shell"
    say(f"No browser found. Downloading one: {INSTALL}{small}")
    if run([sys.executable, "-m", *f"{INSTALL}{small}".split()]):
        return
    if _can_use_apt(_os_release()):
        packages = (APT,) if headed else (APT_SHELL, APT)
        say(f"That did not work. As root on Debian or Ubuntu: {packages[0]}")
        if run(["apt-get", "update", "--quiet"]) and any(run(each.split()) for each in packages):
            return
    message = "No browser could be installed"
    raise SetupError(
        message,
        "Install Chrome, Edge or Chromium, or run "
        f"`{_python_program()} -m {INSTALL}` with a connection.",
    )


def is_root() -> bool:
    """Return whether this is the superuser, who cannot use Chromium's sandbox."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _can_use_apt(release: Mapping[str, str]) -> bool:
    kin = {release.get("ID", ""), *release.get("ID_LIKE", "").split()}
    return is_root() and bool(kin & _FAMILY) and shutil.which("apt-get") is not None


def _os_release() -> dict[str, str]:
    import platform  # noqa: PLC0415 - only when a browser has to be installed

    try:
        return platform.freedesktop_os_release()
    except OSError:
        return {}


def _run_command(command: list[str]) -> bool:
    """Run an installer with its output on stderr, so that stdout stays ours."""
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(  # noqa: S603
        command, stdout=sys.stderr, stdin=subprocess.DEVNULL, env=env, check=False
    )
    return done.returncode == 0


def _python_program() -> str:
    """Name the interpreter as the person would have to type it."""
    on_path = shutil.which("python3")
    return "python3" if on_path and Path(on_path).samefile(sys.executable) else sys.executable
