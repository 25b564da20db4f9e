"""A notice on the desktop: words never become part of a script."""

from __future__ import annotations

import subprocess

import pytest

from auditor.guide import notice

TEXT = 'look" & do shell script "x'


def test_macos_gets_the_words_as_arguments() -> None:
    command, added = notice.build_command(TEXT, "darwin")
    assert command[0] == "osascript"
    assert command[-2:] == ["auditor", TEXT]
    assert TEXT not in "".join(command[:-1])
    assert added == {}


def test_windows_gets_the_words_in_the_environment() -> None:
    command, added = notice.build_command(TEXT, "win32")
    assert TEXT not in "".join(command)
    assert added["NOTICE_TEXT"] == TEXT


@pytest.mark.parametrize(("code", "shown"), [(0, True), (1, False)])
def test_it_says_whether_something_took_it(
    monkeypatch: pytest.MonkeyPatch, code: int, shown: bool
) -> None:
    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, code)

    monkeypatch.setattr(subprocess, "run", run)
    assert notice.show_notice(TEXT, "darwin") is shown


def test_a_program_that_is_not_there_took_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*_: object, **__: object) -> None:
        raise FileNotFoundError

    monkeypatch.setattr(subprocess, "run", run)
    assert notice.show_notice(TEXT, "win32") is False


def test_without_a_desktop_nothing_took_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus")
    assert notice.show_notice(TEXT, "linux") is False
