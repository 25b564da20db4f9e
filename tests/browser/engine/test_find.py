import os
import shutil
import sys
from pathlib import Path

import pytest

from auditor.browser.engine import find as module
from auditor.browser.engine.find import (
    APT,
    APT_SHELL,
    CHANNELS,
    INSTALL,
    NAMES,
    SHELL_NAMES,
    InstalledBrowser,
    find_browser,
    find_browsers,
    install_browser,
    is_root,
)
from auditor.errors import Exit, SetupError

DOWNLOAD = [sys.executable, "-m", "playwright", "install", "chromium"]
UPDATE = ["apt-get", "update", "--quiet"]
PACKAGE = APT.split()
SHELL = APT_SHELL.split()
MISSING_HINT = f"Give the path of a Chrome, Edge or Chromium, or a channel: {', '.join(CHANNELS)}."


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "playwright" / "chromium-1234" / "chrome-linux" / "chrome"


@pytest.fixture(autouse=True)
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Return a machine without any browser.

    `chrome` and `msedge` would be in the test's own folder.
    """
    places = {
        channel: (str(tmp_path / "nowhere"), str(tmp_path / channel))
        for channel in ("chrome", "msedge")
    }
    monkeypatch.setattr(module, "_INSTALLED", places)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "bin").mkdir()


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


# ---------------------------------------------------------------- find


def test_playwright_s_own_comes_first(own: Path, tmp_path: Path) -> None:
    for path in (own, tmp_path / "chrome", tmp_path / "msedge", tmp_path / "bin" / "chromium"):
        program(path)
    assert find_browser(None, own) == InstalledBrowser("Playwright's own", path=str(own))


def test_an_installed_chrome_comes_before_edge_and_the_path(own: Path, tmp_path: Path) -> None:
    for path in (tmp_path / "chrome", tmp_path / "msedge", tmp_path / "bin" / "chromium"):
        program(path)
    assert find_browser(None, own) == InstalledBrowser("installed", channel="chrome")


def test_an_installed_edge_comes_before_the_path(own: Path, tmp_path: Path) -> None:
    for path in (tmp_path / "msedge", tmp_path / "bin" / "chromium"):
        program(path)
    assert find_browser(None, own) == InstalledBrowser("installed", channel="msedge")


@pytest.mark.parametrize("position", range(len(NAMES)))
def test_on_the_path_the_first_known_name_is_taken(
    own: Path, tmp_path: Path, position: int
) -> None:
    for name in NAMES[position:]:
        program(tmp_path / "bin" / name)
    assert find_browser(None, own) == InstalledBrowser(
        "on the PATH", path=str(tmp_path / "bin" / NAMES[position])
    )


def test_without_a_window_a_shell_comes_first_and_with_one_it_does_not_count(
    own: Path, tmp_path: Path
) -> None:
    folder = own.parent.parent.parent / "chromium_headless_shell-1234" / "chrome-linux"
    mine, shell = program(folder / "headless_shell"), program(tmp_path / "bin" / SHELL_NAMES[0])
    whole = program(tmp_path / "bin" / "chromium")
    found = find_browsers(None, own)
    assert [each.path for each in found] == [str(mine), str(shell), str(whole)]
    assert [each.path for each in find_browsers(None, own, headed=True)] == [str(whole)]


def test_playwright_s_shell_of_another_version_is_none(own: Path) -> None:
    folder = own.parent.parent.parent / "chromium_headless_shell-1233" / "chrome-linux"
    program(folder / "headless_shell")
    with pytest.raises(SetupError):
        find_browsers(None, own)


def test_where_there_is_only_a_shell_a_window_is_told_to_need_more(
    own: Path, tmp_path: Path
) -> None:
    shell = program(tmp_path / "bin" / SHELL_NAMES[1])
    with pytest.raises(SetupError) as caught:
        find_browser(None, own, headed=True)
    assert str(caught.value) == f"A window needs a whole browser, and there is only {shell}"
    assert find_browser(None, own).path == str(shell)


def test_no_browser_at_all_says_how_to_get_one(own: Path) -> None:
    with pytest.raises(SetupError) as caught:
        find_browser(None, own)
    assert (str(caught.value), caught.value.hint) == (
        "There is no browser that auditor can use",
        (
            f"Run `{sys.executable} -m playwright install chromium`, or install Chrome, Edge or"
            " Chromium."
        ),
    )
    assert caught.value.exit_code is Exit.SETUP


def test_the_hint_names_python_as_the_person_would_type_it(own: Path, tmp_path: Path) -> None:
    (tmp_path / "bin" / "python3").symlink_to(sys.executable)
    with pytest.raises(SetupError) as caught:
        find_browser(None, own)
    assert (
        caught.value.hint
        == "Run `python3 -m playwright install chromium`, or install Chrome, Edge or Chromium."
    )


def test_the_requested_path_comes_before_everything(own: Path, tmp_path: Path) -> None:
    program(own)
    mine = program(tmp_path / "mine" / "browser")
    assert find_browser(str(mine), own) == InstalledBrowser("asked for", path=str(mine))


def test_a_requested_name_is_looked_for_on_the_path(own: Path, tmp_path: Path) -> None:
    mine = program(tmp_path / "bin" / "my-browser")
    assert find_browser("my-browser", own) == InstalledBrowser("asked for", path=str(mine))


def test_a_requested_path_may_start_at_home(own: Path, home: Path) -> None:
    mine = program(home / "browser")
    assert find_browser("~/browser", own) == InstalledBrowser("asked for", path=str(mine))


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_requested_channel_is_left_to_playwright(own: Path, channel: str) -> None:
    assert find_browser(channel, own) == InstalledBrowser("asked for", channel=channel)


def test_the_environment_can_request_a_browser(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(own)
    mine = program(tmp_path / "mine")
    monkeypatch.setenv("AUDITOR_BROWSER", str(mine))
    assert find_browser(None, own) == InstalledBrowser("asked for", path=str(mine))


def test_the_command_line_wins_over_the_environment(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUDITOR_BROWSER", "msedge")
    assert find_browser("chrome", own) == InstalledBrowser("asked for", channel="chrome")


def test_an_empty_environment_requests_nothing(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(own)
    monkeypatch.setenv("AUDITOR_BROWSER", "")
    assert find_browser(None, own) == InstalledBrowser("Playwright's own", path=str(own))


def test_a_requested_browser_that_is_missing_is_not_replaced_by_another(own: Path) -> None:
    program(own)
    with pytest.raises(SetupError) as caught:
        find_browser("/no/such/browser", own)
    assert (str(caught.value), caught.value.hint) == (
        "The browser /no/such/browser does not exist",
        MISSING_HINT,
    )


def test_a_requested_file_that_cannot_be_run_is_refused(own: Path, tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("hello")
    with pytest.raises(SetupError) as caught:
        find_browser(str(text), own)
    assert str(caught.value) == f"The browser {text} is not a program that can be run"


def test_a_requested_folder_is_refused(own: Path, tmp_path: Path) -> None:
    with pytest.raises(SetupError) as caught:
        find_browser(str(tmp_path), own)
    assert str(caught.value) == f"The browser {tmp_path} is not a program that can be run"


@pytest.mark.parametrize(
    ("found", "name"),
    [
        (InstalledBrowser("x", path="/usr/bin/chromium"), "/usr/bin/chromium"),
        (InstalledBrowser("x", channel="msedge"), "msedge"),
    ],
)
def test_a_found_browser_says_which_it_is(found: InstalledBrowser, name: str) -> None:
    assert found.name == name


# ---------------------------------------------------------------- provide


class Installer:
    """Runs nothing; the commands whose first words are given work."""

    def __init__(self, *works: list[str]) -> None:
        self.works = works
        self.diary: list[str | list[str]] = []

    def say(self, text: str) -> None:
        self.diary.append(text)

    def run(self, command: list[str]) -> bool:
        self.diary.append(command)
        return command in self.works


@pytest.fixture
def debian_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "is_root", lambda: True)
    monkeypatch.setattr(module, "_os_release", lambda: {"ID": "debian"})
    monkeypatch.setattr(
        shutil, "which", lambda name: f"/usr/bin/{name}" if name == "apt-get" else None
    )


FIRST = f"No browser found. Downloading one: {INSTALL}"
SECOND = f"That did not work. As root on Debian or Ubuntu: {APT}"


@pytest.mark.usefixtures("debian_root")
def test_a_download_that_works_is_enough() -> None:
    installer = Installer(DOWNLOAD)
    install_browser(installer.say, installer.run)
    assert installer.diary == [FIRST, DOWNLOAD]


@pytest.mark.usefixtures("debian_root")
def test_where_the_download_fails_root_gets_the_package() -> None:
    installer = Installer(UPDATE, PACKAGE)
    install_browser(installer.say, installer.run)
    assert installer.diary == [FIRST, DOWNLOAD, SECOND, UPDATE, PACKAGE]


@pytest.mark.usefixtures("debian_root")
@pytest.mark.parametrize("works", [SHELL, PACKAGE], ids=["small", "whole"])
def test_without_a_window_the_small_package_is_tried_first(works: list[str]) -> None:
    installer = Installer(UPDATE, works)
    install_browser(installer.say, installer.run, headed=False)
    tried = [SHELL] if works == SHELL else [SHELL, PACKAGE]
    assert installer.diary == [
        f"{FIRST} --only-shell",
        [*DOWNLOAD, "--only-shell"],
        SECOND.replace(APT, APT_SHELL),
        UPDATE,
        *tried,
    ]


@pytest.mark.usefixtures("debian_root")
@pytest.mark.parametrize(
    ("works", "tried"),
    [([], [UPDATE]), ([UPDATE], [UPDATE, PACKAGE]), ([PACKAGE], [UPDATE])],
    ids=str,
)
def test_where_neither_works_the_person_is_told(
    works: list[list[str]], tried: list[list[str]]
) -> None:
    installer = Installer(*works)
    with pytest.raises(SetupError) as caught:
        install_browser(installer.say, installer.run)
    assert (str(caught.value), caught.value.hint) == (
        "No browser could be installed",
        (
            f"Install Chrome, Edge or Chromium, or run `{sys.executable} -m {INSTALL}` with a"
            " connection."
        ),
    )
    assert installer.diary == [FIRST, DOWNLOAD, SECOND, *tried]


@pytest.mark.usefixtures("debian_root")
@pytest.mark.parametrize("release", [{"ID": "ubuntu"}, {"ID": "mint", "ID_LIKE": "ubuntu debian"}])
def test_kin_of_debian_gets_the_package(
    release: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_os_release", lambda: release)
    installer = Installer(UPDATE, PACKAGE)
    install_browser(installer.say, installer.run)
    assert installer.diary[-1] == PACKAGE


def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "is_root", lambda: False)


def fedora(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_os_release", lambda: {"ID": "fedora", "ID_LIKE": "rhel"})


def nameless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_os_release", dict)


def without_apt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)


@pytest.mark.usefixtures("debian_root")
@pytest.mark.parametrize("lacking", [nobody, fedora, nameless, without_apt])
def test_the_package_is_only_for_root_on_debian_or_ubuntu(
    lacking: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callable(lacking)
    lacking(monkeypatch)
    installer = Installer(UPDATE, PACKAGE)
    with pytest.raises(SetupError, match=r"^No browser could be installed$"):
        install_browser(installer.say, installer.run)
    assert installer.diary == [FIRST, DOWNLOAD]


def test_an_installer_s_output_leaves_stdout_alone(capfd: pytest.CaptureFixture[str]) -> None:
    assert module._run_command(
        [sys.executable, "-c", "import os; print(os.environ['DEBIAN_FRONTEND'])"]
    )
    assert not module._run_command([sys.executable, "-c", "raise SystemExit(3)"])
    assert tuple(capfd.readouterr()) == ("", "noninteractive\n")


def test_root_is_who_has_the_number_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    assert is_root()
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    assert not is_root()
