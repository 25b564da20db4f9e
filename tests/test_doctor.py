"""The doctor's checks: each is given what it looks at, and its words are part of the product."""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from auditor import doctor
from auditor.access.keyring import Backend, KeyringKeys, Probe
from auditor.access.vault import Vault
from auditor.browser.engine.find import InstalledBrowser
from auditor.core.checks import Check, Status
from auditor.core.connect_target import parse_connect_target
from auditor.disk.folders import private_folder
from auditor.doctor import Started, checks_exit_code
from auditor.errors import Exit, SetupError, UsageError
from auditor.flow import flow_folders, load_flow
from auditor.report.doctor import show_checks
from tests.access import sealing
from tests.remote import debugging_port, free_port, run_server

if TYPE_CHECKING:
    from pathlib import Path

CANARY = "canary-0ddba11"
CLAUDE = "https://claude.ai"
STATE = {
    "cookies": [
        {"name": "sessionKey", "value": CANARY, "domain": "claude.ai", "path": "/", "secure": True}
    ]
}
WHOLE = InstalledBrowser("on the PATH", path="/usr/bin/chromium")
RUNS = Started("/usr/bin/chromium", "156.0.1.2", "on the PATH", WHOLE)
SHIPPED = flow_folders()[-1] / "claude" / "web.toml"
REVIEWED = load_flow("claude/web").reviewed
WAYS_ON = (
    "Unlock the system's keyring or install one (Linux: gnome-keyring or KWallet, with a session"
    " bus). Or use `auditor audit --ephemeral`, which keeps nothing."
)


class MemoryKeys(sealing.MemoryKeys):
    """A key that needs no keyring."""

    def __init__(self, key: bytes = b"k" * 32) -> None:
        super().__init__(key)


class Ring(KeyringKeys):
    """A keyring of which a test says how it is."""

    def __init__(self, backend: Backend, probe: Probe | None = None) -> None:
        super().__init__()
        self._backend, self._probe = backend, probe

    def describe(self) -> Backend:
        return self._backend

    def probe(self) -> Probe:
        assert self._probe is not None, "an unfit keyring is given nothing to keep"
        return self._probe


# --- what it comes to


@pytest.mark.parametrize(
    ("statuses", "code"),
    [((), Exit.OK), (("ok", "note"), Exit.OK), (("ok", "problem", "note"), Exit.SETUP)],
)
def test_only_a_problem_makes_the_doctor_fail(statuses: tuple[str, ...], code: Exit) -> None:
    assert checks_exit_code([Check("x", Status(each), "y") for each in statuses]) is code


# --- browser and sandbox


def test_a_browser_that_starts_is_named_with_its_version() -> None:
    assert doctor.check_browser(RUNS) == Check(
        "Browser", Status.OK, "/usr/bin/chromium, on the PATH: version 156.0.1.2, it starts."
    )


def test_without_a_browser_the_way_to_one_is_said() -> None:
    seen = SetupError("There is no browser that auditor can use", "Run `x`.")
    assert doctor.check_browser(seen) == Check(
        "Browser", Status.PROBLEM, "There is no browser that auditor can use.", "Run `x`."
    )


def test_the_doctor_never_sends_anybody_to_the_doctor_and_gives_the_browsers_last_words() -> None:
    seen = SetupError(
        "/b could not be started as a browser", "See what is wrong with `auditor doctor`."
    )
    seen.__cause__ = RuntimeError(
        "logs:\n[pid=7][err] /b: cannot open libnss3.so \x1b[2J\n[pid=7][err] more"
    )
    assert doctor.check_browser(seen) == Check(
        "Browser",
        Status.PROBLEM,
        "/b could not be started as a browser. It said: /b: cannot open libnss3.so",
        "Name another with --browser, or install Chrome, Edge or Chromium.",
    )


def test_the_browser_that_shows_a_window_is_named_beside_the_one_that_shows_none() -> None:
    shell = replace(RUNS, name="/usr/bin/chromium-headless-shell")
    assert doctor.check_window(shell) == Check(
        "Window", Status.OK, "/usr/bin/chromium, on the PATH, can show one."
    )


def test_where_only_a_shell_is_there_a_window_is_told_to_need_more() -> None:
    only = replace(RUNS, window=SetupError("A window needs a whole browser", "Install Chrome."))
    assert doctor.check_window(only) == Check(
        "Window", Status.NOTE, "A window needs a whole browser.", "Install Chrome."
    )
    unknown = "It is not known, because the browser does not start."
    assert doctor.check_window(SetupError("None")) == Check("Window", Status.NOTE, unknown)


def test_the_sandbox_is_on_for_an_ordinary_user_whose_browser_starts() -> None:
    on = Check("Sandbox", Status.OK, "It is on: the browser starts with it.")
    assert doctor.check_sandbox(RUNS, root=False) == on


def test_the_superuser_has_no_sandbox_and_is_told_so() -> None:
    off = "It is off, because this is the superuser, for whom the browser has none."
    note = Check("Sandbox", Status.NOTE, off, "Run as an ordinary user.")
    assert doctor.check_sandbox(RUNS, root=True) == note


@pytest.mark.parametrize(
    ("cause", "expected"),
    [
        (
            "[err] FATAL: No usable sandbox! If you are running on Ubuntu 23.10+",
            Check(
                "Sandbox",
                Status.PROBLEM,
                "This system does not let the browser use its sandbox.",
                "Let the browser use user namespaces (on Ubuntu AppArmor may forbid it), or use an"
                " installed Chrome.",
            ),
        ),
        (
            "something else",
            Check("Sandbox", Status.NOTE, "It is not known, because the browser does not start."),
        ),
    ],
)
def test_a_sandbox_that_the_system_forbids_is_told_from_one_not_tried(
    cause: str, expected: Check
) -> None:
    seen = SetupError("x could not be started as a browser")
    seen.__cause__ = RuntimeError(cause)
    assert doctor.check_sandbox(seen, root=False) == expected


@pytest.mark.browser
def test_a_real_browser_is_started_and_asked_for_its_version(chromium: str) -> None:
    seen = doctor.start_browser_once(chromium)
    assert isinstance(seen, Started)
    assert (seen.name, seen.source) == (chromium, "asked for")
    assert seen.version.split(".")[0].isdigit()


@pytest.mark.slow
@pytest.mark.browser
def test_a_remote_browser_is_named_with_what_it_is(light_chromium: str, chromium: str) -> None:
    with run_server(light_chromium) as server, debugging_port(chromium) as port:
        well = doctor.check_remote(parse_connect_target(server.url))
        weaker = doctor.check_remote(parse_connect_target(port.url))
    assert (well.name, well.status, well.mend) == (
        f"Remote ws://{urlsplit(server.url).netloc}",
        Status.OK,
        None,
    )
    assert well.detail.endswith(
        ", without a window. It has switches of its own: it may talk to its maker."
    )
    assert (weaker.name, weaker.status) == (f"Remote {port.url}", Status.NOTE)
    assert weaker.detail.endswith(" If the line is cut, it lets go what is held back.")
    assert weaker.mend == "Use a Playwright server."


@pytest.mark.medium
def test_a_remote_browser_that_cannot_be_had_is_a_problem(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gone = f"ws://127.0.0.1:{free_port()}"
    name = f"Remote {gone}"
    monkeypatch.setattr(doctor, "check_browser", lambda _: Check("Browser", Status.OK, "Here."))
    (check,) = (each for each in doctor.run_checks(None, (f"{gone}/",)) if each.name == name)
    assert check == Check(
        name,
        Status.PROBLEM,
        f"Nothing can be reached at {gone}.",
        "Is it started, and the address right? Is a tunnel up?",
    )
    with pytest.raises(UsageError):
        doctor.run_checks(None, ("nowhere",))


@pytest.mark.medium
def test_a_browser_that_does_not_start_in_time_is_not_waited_for(tmp_path: Path) -> None:
    hangs = tmp_path / "chrome"
    hangs.write_text("#!/bin/sh\nexec sleep 120\n")
    hangs.chmod(0o700)
    began = time.monotonic()
    seen = doctor.start_browser_once(str(hangs), patience=3)
    assert isinstance(seen, SetupError)
    assert str(seen) == "The browser did not start within 3 seconds"
    assert time.monotonic() - began < 45  # the browser hangs for 120


@pytest.mark.medium
def test_a_browser_that_is_not_there_is_given_as_what_stopped_it() -> None:
    seen = doctor.start_browser_once("/nowhere/chrome")
    assert isinstance(seen, SetupError)
    assert str(seen) == "The browser /nowhere/chrome does not exist"


def test_a_machine_without_room_for_a_browser_is_told_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("auditor.doctor.run_interruptible", lambda work: full(work.close()))
    monkeypatch.setattr("auditor.doctor.tempfile.TemporaryDirectory", lambda **_: full())
    seen = doctor.start_browser_once(None)
    assert isinstance(seen, SetupError)
    assert str(seen) == "The browser could not be started: No space left on device"
    assert doctor.probe_keyring() == Check(
        "Keyring",
        Status.PROBLEM,
        "It could not be tried, for want of a temporary folder: No space left on device.",
        "Free some space.",
    )


# --- display


@pytest.mark.parametrize(
    ("platform", "env", "detail"),
    [
        ("linux", {"DISPLAY": ":0"}, "DISPLAY is set."),
        ("linux", {"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, "WAYLAND_DISPLAY is set."),
        ("darwin", {}, "This system shows windows."),
        ("win32", {}, "This system shows windows."),
    ],
)
def test_a_display_is_seen(platform: str, env: dict[str, str], detail: str) -> None:
    assert doctor.check_display(platform, env) == Check("Display", Status.OK, detail)


@pytest.mark.parametrize("env", [{}, {"DISPLAY": ""}])
def test_no_display_is_only_noted_for_loopback_runs_need_none(env: dict[str, str]) -> None:
    assert doctor.check_display("linux", env) == Check(
        "Display",
        Status.NOTE,
        "There is none, so no window can be shown. Runs on a loopback address and the demo need"
        " none.",
        "For your own account, run this in a desktop session.",
    )


# --- keyring


def test_a_keyring_that_keeps_its_word_is_fit() -> None:
    ring = Ring(Backend("some.Keyring", "ok"), Probe(ok=True))
    assert doctor.check_keyring(ring) == Check(
        "Keyring", Status.OK, "some.Keyring stored a trial item, gave it back and forgot it."
    )


@pytest.mark.parametrize(
    ("backend", "probe"),
    [
        (Backend("some.Keyring", "weak", "The OS keyring cannot be used: so it is."), None),
        (Backend("some.Keyring", "none", "The OS keyring cannot be used: so it is."), None),
        (
            Backend("some.Keyring", "ok"),
            Probe(ok=False, reason="The OS keyring cannot be used: so it is."),
        ),
    ],
)
def test_a_keyring_that_is_weak_missing_or_fails_is_a_problem(
    backend: Backend, probe: Probe | None
) -> None:
    said = "The OS keyring cannot be used: so it is. (some.Keyring)"
    assert doctor.check_keyring(Ring(backend, probe)) == Check(
        "Keyring", Status.PROBLEM, said, WAYS_ON
    )


# --- folders


def test_a_private_folder_is_fine(tmp_path: Path) -> None:
    private_folder(tmp_path / "own")
    look = doctor.check_folder("Data folder", tmp_path / "own")
    assert look == Check("Data folder", Status.OK, f"{tmp_path / 'own'} is yours alone.")


def test_a_folder_that_is_not_there_is_not_made_by_looking(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    detail = f"{folder} is not there yet; it is made when needed."
    assert doctor.check_folder("Data folder", folder) == Check("Data folder", Status.OK, detail)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("mode", "open_to_see", "status", "does"),
    [
        (0o755, False, Status.PROBLEM, "look into"),
        (0o710, False, Status.PROBLEM, "look into"),
        (0o770, False, Status.PROBLEM, "write in"),
        (0o755, True, Status.NOTE, "look into"),
        (0o702, True, Status.PROBLEM, "write in"),
    ],
)
def test_a_folder_open_to_others_is_named_and_not_mended_by_looking(
    tmp_path: Path, mode: int, open_to_see: bool, status: Status, does: str
) -> None:
    folder = tmp_path / "two words"
    folder.mkdir()
    folder.chmod(mode)
    look = doctor.check_folder("Data folder", folder, open_to_see=open_to_see)
    assert look == Check(
        "Data folder", status, f"Other users can {does} {folder}.", f"Run: chmod 700 '{folder}'"
    )
    assert folder.stat().st_mode & 0o777 == mode


def test_a_file_in_place_of_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert doctor.check_folder("Data folder", tmp_path / "file") == Check(
        "Data folder",
        Status.PROBLEM,
        f"{tmp_path / 'file'} is no folder.",
        "Move away what stands in its place.",
    )
    below = tmp_path / "file" / "below"
    assert doctor.check_folder("Data folder", below) == Check(
        "Data folder",
        Status.PROBLEM,
        f"{below} cannot be looked at: Not a directory.",
        "Mend that.",
    )


def test_a_folder_of_somebody_else_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    assert doctor.check_folder("Data folder", tmp_path) == Check(
        "Data folder",
        Status.PROBLEM,
        f"{tmp_path} belongs to another user.",
        "Run this as its owner, or remove the folder.",
    )


def test_a_folder_that_cannot_be_written_or_made_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        os, "access", lambda *_: False
    )  # the superuser, whom no mode stops, runs tests too
    assert doctor.check_folder("Data folder", tmp_path) == Check(
        "Data folder",
        Status.PROBLEM,
        f"You cannot write in {tmp_path}.",
        f"Run: chmod 700 {tmp_path}",
    )
    assert doctor.check_folder("Data folder", tmp_path / "new") == Check(
        "Data folder",
        Status.PROBLEM,
        f"{tmp_path / 'new'} cannot be made: you cannot write in {tmp_path}.",
        "Mend that.",
    )


# --- flows


@pytest.mark.parametrize("days", [0, 180])
def test_flows_that_load_and_are_fresh_are_fine(days: int) -> None:
    assert doctor.check_flows({"claude/web": SHIPPED}, REVIEWED + timedelta(days)) == Check(
        "Flows", Status.OK, f"1 flow loads; the oldest review is of {REVIEWED} (claude/web)."
    )


def test_a_flow_that_nobody_reviewed_for_long_is_noted() -> None:
    assert doctor.check_flows({"claude/web": SHIPPED}, REVIEWED + timedelta(181)) == Check(
        "Flows",
        Status.NOTE,
        f"1 flow loads; the oldest review is of {REVIEWED} (claude/web), 181 days ago.",
        "Update auditor; compare `auditor flows show` with the page it names.",
    )


def test_a_flow_that_does_not_load_is_named_with_the_command_that_says_why(tmp_path: Path) -> None:
    bad, worse = tmp_path / "bad.toml", tmp_path / "worse.toml"
    for path in (bad, worse):
        path.write_text("title = ", encoding="utf-8")
    mend = f"`auditor flows check {bad}` says what is wrong with it."
    found = {"claude/web": SHIPPED, str(bad): bad}
    assert doctor.check_flows(found, date(2026, 11, 22)) == Check(
        "Flows", Status.PROBLEM, f"{bad} cannot be used.", mend
    )
    assert doctor.check_flows({**found, str(worse): worse}, date(2026, 11, 22)) == Check(
        "Flows", Status.PROBLEM, f"{bad} cannot be used, nor can 1 more.", mend
    )


def test_no_flow_at_all_is_a_problem() -> None:
    none = Check("Flows", Status.PROBLEM, "There is none.", "Install auditor again.")
    assert doctor.check_flows({}, date(2026, 11, 22)) == none


# --- sessions


def test_no_session_is_no_problem(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "sessions", MemoryKeys())
    assert doctor.check_sessions(vault, keyring=False) == [
        Check("Sessions", Status.OK, "None is kept.")
    ]


def test_each_session_is_opened_and_shows_nothing_of_what_is_in_it(tmp_path: Path) -> None:
    vault = Vault(tmp_path, MemoryKeys())
    sealed = vault.seal("ada", CLAUDE, STATE, "ab" * 32)
    (tmp_path / "account-ben.sealed").write_bytes(b"no session")
    good, bad = doctor.check_sessions(vault, keyring=True)
    assert good == Check(
        "Session ada", Status.OK, f"It opens. It is for {CLAUDE}, sealed {sealed.sealed_at}."
    )
    assert bad == Check(
        "Session ben",
        Status.PROBLEM,
        "It cannot be opened: it is no session file.",
        "Sign in again with `auditor login ben`, or remove it with `auditor logout ben`.",
    )
    assert CANARY not in repr(good)
    other = Vault(tmp_path, MemoryKeys(b"o" * 32))
    assert doctor.check_sessions(other, keyring=True)[0] == Check(
        "Session ada",
        Status.PROBLEM,
        "The session of the account ada cannot be opened: it was sealed with another key.",
        "Sign in again with `auditor login ada`; nothing was deleted.",
    )


@pytest.mark.parametrize(("names", "words"), [(["ada"], "1 is"), (["ada", "ben"], "2 are")])
def test_without_a_keyring_no_session_is_tried(
    tmp_path: Path, names: list[str], words: str
) -> None:
    vault = Vault(tmp_path, MemoryKeys())
    for name in names:
        vault.seal(name, CLAUDE, STATE, "ab" * 32)
    said = f"{words} kept, and cannot be opened without the keyring."
    note = Check("Sessions", Status.NOTE, said, "Mend the keyring first.")
    assert doctor.check_sessions(vault, keyring=False) == [note]


# --- how it is shown

SHOWN = [
    Check("Browser", Status.OK, "It starts [bold]plainly[/bold]."),
    Check("Display", Status.NOTE, "There is none."),
    Check("Keyring", Status.PROBLEM, "There is none.", "Install one."),
]


def test_the_table_says_in_words_what_it_says_in_colours(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    show_checks(SHOWN, json=False)
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "│ Browser │ ok │ It starts [bold]plainly[/bold]. │" in lines
    assert "│ Display │ note │ There is none. │" in lines
    assert "│ Keyring │ problem │ There is none. │" in lines
    assert "│ │ │ To mend: Install one. │" in lines
    assert lines[-1] == "1 problem found. Mend as said above, then run `auditor doctor` again."


def test_a_narrow_terminal_gets_lines_instead_of_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    show_checks([SHOWN[2], SHOWN[2]], json=False)
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines[:5] == [
        "Keyring: problem",
        "  There is none.",
        "  To mend: Install one.",
        "",
        "Keyring: problem",
    ]
    assert lines[-2:] == [
        "2 problems found. Mend as said above,",
        "then run `auditor doctor` again.",
    ]


def test_a_sound_machine_is_called_so(capsys: pytest.CaptureFixture[str]) -> None:
    show_checks(SHOWN[:2], json=False)
    assert capsys.readouterr().out.splitlines()[-1] == "All that is needed is there."


def test_the_document_has_the_checks_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    from auditor import __version__

    show_checks(SHOWN[1:], json=True)
    assert json.loads(capsys.readouterr().out) == {
        "schema": 1,
        "tool": {"name": "auditor", "version": __version__},
        "checks": [
            {"name": "Display", "status": "note", "detail": "There is none.", "mend": None},
            {
                "name": "Keyring",
                "status": "problem",
                "detail": "There is none.",
                "mend": "Install one.",
            },
        ],
    }
