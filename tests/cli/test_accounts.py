"""The commands around accounts, as processes.

With gnome-keyring on a session bus of its own, and with none.
"""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from auditor import __version__
from auditor.access.consent import QUESTION, VERSION, build_consent_text
from auditor.disk.locks import account_lock
from auditor.text import wrap_text
from tests.machines import UNLOCKED, Machine

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Auditor = Callable[..., subprocess.CompletedProcess[str]]

CANARY = "canary-51c0ffee"
CLAUDE = "https://claude.ai"
SHOWN = wrap_text(build_consent_text(), 100)
NO_RING = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
BY_HAND = "By hand: `auditor guide` prints the documented path; in Claude Code: /privacy-settings."
SEAL = f"""
from auditor.disk import paths
from auditor.access.keyring import KeyringKeys
from auditor.access.vault import Vault

cookie = {{"name": "sessionKey", "value": "{CANARY}", "domain": "claude.ai", "path": "/", "secure": True}}
vault = Vault(paths.sessions_folder(), KeyringKeys())
for name in ("ada", "ben"):
    vault.seal(name, "{CLAUDE}", {{"cookies": [cookie]}}, "ab" * 32)
vault.touched("ada", "not_as_wanted")
print("sealed")
"""


def called(machine: Machine, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False, cwd=machine.root,
        env={**machine.env, "COLUMNS": "100", **more}, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert CANARY not in done.stdout + done.stderr
    return done


def with_ring(machine: Machine, *args: str) -> subprocess.CompletedProcess[str]:
    return called(
        machine, "dbus-run-session", "--", "sh", "-c", UNLOCKED, "sh", sys.executable, *args
    )


def without_ring(machine: Machine, *args: str, **more: str) -> subprocess.CompletedProcess[str]:
    return called(machine, sys.executable, "-m", "auditor", *args, **NO_RING, **more)


def sealed(machine: Machine) -> Path:
    """Seal the sessions of ada and ben; ada's was used since."""
    assert with_ring(machine, "-c", SEAL).stdout == "sealed\n"
    return machine.root / "data" / "auditor" / "sessions"


def table(done: subprocess.CompletedProcess[str]) -> list[list[str]]:
    """Return the cells of the table that a command has printed."""
    rows = [line for line in done.stdout.splitlines() if line.startswith("│")]
    return [[cell.strip() for cell in row.strip("│").split("│")] for row in rows]


# --- accounts


def test_accounts_are_listed_without_the_keyring(machine: Machine) -> None:
    folder = sealed(machine)
    (folder / "account-eve.sealed").write_bytes(b"auditor session\n")
    done = without_ring(machine, "accounts")
    said = json.loads(without_ring(machine, "accounts", "--json").stdout)
    assert (said["schema"], said["tool"]) == (1, {"name": "auditor", "version": __version__})
    ada, ben, eve = said["accounts"]
    assert (ada["account"], ada["origin"], ada["last_verdict"], ada["problem"]) == (
        "ada", CLAUDE, "not_as_wanted", None,
    )  # fmt: skip
    assert ben == {
        **ada,
        "account": "ben",
        "sealed_at": ben["sealed_at"],
        "last_used": None,
        "last_verdict": None,
    }
    assert eve == {
        "account": "eve", "origin": None, "sealed_at": None, "last_used": None, "last_verdict": None,
        "problem": "it is cut short",
    }  # fmt: skip
    when = {name: ada[name][:16].replace("T", " ") for name in ("sealed_at", "last_used")}
    assert (done.returncode, done.stderr) == (0, "")
    assert table(done) == [
        ["ada", CLAUDE, when["sealed_at"], when["last_used"], "not as wanted"],
        ["ben", CLAUDE, ben["sealed_at"][:16].replace("T", " "), "-", "-"],
        ["eve", "-", "-", "-", "-"],
    ]
    assert (
        done.stdout.splitlines()[-1] == "The session of eve cannot be opened: it is cut short. "
        "Sign in again with `auditor login eve`, or remove it with `auditor logout eve`."
    )


def test_accounts_fit_a_narrow_terminal(machine: Machine) -> None:
    sealed(machine)
    done = without_ring(machine, "accounts", COLUMNS="40")
    lines = done.stdout.splitlines()
    assert [" ".join(line.split()) for line in lines[:2]] == ["Account ada", f"Service {CLAUDE}"]
    assert lines[4].split() == ["Last", "verdict", "not", "as", "wanted"]
    assert max(map(len, lines)) <= 40


def test_no_account_is_explained_with_the_next_command(machine: Machine) -> None:
    done = without_ring(machine, "accounts")
    assert (done.returncode, done.stderr) == (0, "")
    assert (
        done.stdout
        == "No session of an account is kept on this computer.\nNext: `auditor login` signs in and"
        " keeps one; `auditor demo` shows the tool at work without any account.\n"
    )
    document = {"schema": 1, "tool": {"name": "auditor", "version": __version__}, "accounts": []}
    assert json.loads(without_ring(machine, "accounts", "--json").stdout) == document


# --- logout


def test_logout_removes_the_session_and_says_so_and_a_second_finds_none(machine: Machine) -> None:
    folder = sealed(machine)
    done = without_ring(machine, "logout", "ada")
    assert (done.returncode, done.stderr) == (0, "")
    assert (
        done.stdout
        == "The sealed session of the account ada is removed from this computer.\nThe site may"
        " still count it as signed in: end it there, in the account's own settings, if you want"
        " that.\n"
    )
    assert [path.name for path in folder.iterdir() if "ada" in path.name] == []
    assert (folder / "account-ben.sealed").exists()
    again = without_ring(machine, "logout", "ada")
    assert (again.returncode, again.stdout) == (2, "")
    assert (
        again.stderr
        == "error: No session is kept for the account ada.\nhint: `auditor accounts` lists those"
        " that are kept.\n"
    )


def test_logout_waits_for_nobody_and_takes_nothing_from_a_run(machine: Machine) -> None:
    folder = machine.root / "data" / "auditor" / "sessions"
    folder.mkdir(parents=True)
    (folder / "account-ada.sealed").write_bytes(b"in use")
    with account_lock(folder.parent / "locks", "ada"):
        done = without_ring(machine, "logout", "ada")
    assert (done.returncode, done.stdout) == (6, "")
    assert (
        done.stderr == "error: Another run is at work on the account ada.\n"
        "hint: Wait until it has ended, or end it, then run this again.\n"
    )
    assert (folder / "account-ada.sealed").exists()


@pytest.mark.medium
def test_logout_takes_no_path_for_a_name(auditor: Auditor) -> None:
    done = auditor("logout", "../ada")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith('error: "../ada" cannot be the name of an account.\n')


# --- consent


def asked(home: Path, answer: bytes | None) -> tuple[int, str]:
    """Run `auditor consent` in a terminal, answer or interrupt it, and give its exit code and all that was seen."""
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "auditor", "consent"]
    with subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, cwd=home) as process:
        os.close(slave)
        seen = b""
        while b"[y/N]" not in seen and (part := some(master)):
            seen += part
        if (
            answer is None
        ):  # not SIGINT: where tests run in the background it is ignored, and children inherit that
            process.send_signal(signal.SIGTERM)
        elif b"[y/N]" in seen:
            os.write(master, answer)
        while part := some(master):
            seen += part
    os.close(master)
    return process.returncode, seen.decode().replace("\r\n", "\n")


def some(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # closed at the other end
        return b""


@pytest.mark.medium
def test_consent_is_asked_for_once_shown_and_withdrawn(auditor: Auditor, home: Path) -> None:
    code, seen = asked(home, b"y\n")
    given = seen.splitlines()[-1]
    assert (code, seen.startswith(SHOWN)) == (0, True)
    assert f"\n{QUESTION} [y/N] " in seen
    assert given.startswith(f"You agreed to version {VERSION} of the text on 20")
    assert given.endswith(" UTC.")
    assert auditor("consent", "--show").stdout == f"{given}\n"
    assert asked(home, b"") == (0, f"{SHOWN}\n{given}\n")  # not asked again
    assert auditor("consent").stdout == f"{SHOWN}\n{given}\n"
    done = auditor("consent", "--revoke")
    assert done.returncode == 0
    assert (
        done.stdout == "Your consent is withdrawn. No account is opened before you agree again; "
        "`auditor logout ACCOUNT` removes a session.\n"
    )
    assert auditor("consent", "--revoke").stdout == "There was no consent to withdraw.\n"
    done = auditor("consent", "--show")
    assert (done.returncode, done.stdout) == (
        0, "No consent to the text as it reads now (version 3). `auditor consent` shows it and asks.\n",
    )  # fmt: skip


def kept_in(home: Path) -> list[Path]:
    """Return what a command left."""
    return [path for path in home.rglob("*") if path.is_file() or path.name == "auditor"]


@pytest.mark.medium
@pytest.mark.parametrize("answer", [b"n\n", b"\n", b"maybe\n", b"\x04"])
def test_anything_but_yes_is_no_consent_and_is_not_recorded(home: Path, answer: bytes) -> None:
    code, seen = asked(home, answer)
    assert code == 4
    assert "error: Without your consent no account is opened; nothing was recorded.\n" in seen
    assert f"hint: {BY_HAND}\n" in seen
    assert kept_in(home) == []


@pytest.mark.medium
def test_an_unclear_answer_is_said_to_be_taken_for_a_no(home: Path) -> None:
    assert "Taken for a no.\n" in asked(home, b"maybe\n")[1]
    assert "Taken for a no.\n" not in asked(home, b"n\n")[1]


def test_an_interruption_at_the_question_is_told_on_a_line_of_its_own(home: Path) -> None:
    code, seen = asked(home, None)
    assert (code, seen.endswith("\nInterrupted.\n")) == (130, True)


def test_without_a_terminal_the_text_is_shown_and_nothing_is_recorded(
    auditor: Auditor, home: Path
) -> None:
    done = auditor("consent")
    assert (done.returncode, done.stdout) == (4, f"{SHOWN}\n")
    assert (
        done.stderr
        == "error: Your own account is opened only with your consent, and nobody can be asked"
        " here.\n"
        f"hint: Run `auditor consent` in a terminal. {BY_HAND}\n"
    )
    assert kept_in(home) == []


def test_consent_is_not_shown_and_revoked_at_once(auditor: Auditor) -> None:
    done = auditor("consent", "--show", "--revoke")
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr
        == "error: `--show` and `--revoke` contradict each other.\nhint: Give one of them.\n"
    )


# --- doctor


def checks(done: subprocess.CompletedProcess[str]) -> dict[str, dict[str, Any]]:
    assert [line for line in done.stderr.splitlines() if not line.startswith("dbus-daemon")] == []
    return {check.pop("name"): check for check in json.loads(done.stdout)["checks"]}


@pytest.mark.browser
def test_the_doctor_finds_a_sound_machine_sound_and_opens_its_sessions(
    machine: Machine, chromium: str
) -> None:
    folder = sealed(machine)
    before = sorted(path for path in machine.root.rglob("*") if "keyrings" not in path.parts)
    done = with_ring(machine, "-m", "auditor", "doctor", "--json", "--browser", chromium)
    found = checks(done)
    assert done.returncode == 0
    assert found["Browser"]["detail"].startswith(f"{chromium}, asked for: version ")
    assert found["Keyring"] == {
        "status": "ok",
        "detail": (
            "keyring.backends.SecretService.Keyring stored a trial item, gave it back and"
            " forgot it."
        ),
        "mend": None,
    }
    assert found["Data folder"] == {
        "status": "ok",
        "detail": f"{folder.parent} is yours alone.",
        "mend": None,
    }
    assert found["Session ada"]["detail"].startswith(f"It opens. It is for {CLAUDE}, sealed 20")
    assert {name: check["status"] for name, check in found.items() if name != "Sandbox"} == {
        "Browser": "ok",
        "Window": "ok", "Display": "note", "Keyring": "ok", "Settings folder": "ok", "Data folder": "ok",
        "Flows": "ok", "Session ada": "ok", "Session ben": "ok",
    }  # fmt: skip
    after = sorted(path for path in machine.root.rglob("*") if "keyrings" not in path.parts)
    assert [path for path in after if path not in before and "run" not in path.parts] == []


@pytest.mark.medium
def test_the_doctor_of_a_bare_machine_names_each_problem_and_exits_6(
    auditor: Auditor, home: Path
) -> None:
    done = auditor("doctor", "--json", "--browser", "/nowhere/chrome", **NO_RING)
    found = checks(done)
    assert done.returncode == 6
    assert found["Browser"] == {
        "status": "problem",
        "detail": "The browser /nowhere/chrome does not exist.",
        "mend": (
            "Give the path of a Chrome, Edge or Chromium, or a channel: chrome, chrome-beta,"
            " chrome-dev, chrome-canary, msedge, msedge-beta, msedge-dev."
        ),
    }
    assert found["Keyring"] == {
        "status": "problem",
        "detail": (
            "The OS keyring cannot be used: there is none on this machine."
            " (keyring.backends.fail.Keyring)"
        ),
        "mend": (
            "Unlock the system's keyring or install one (Linux: gnome-keyring or KWallet, with a"
            " session bus). Or use `auditor audit --ephemeral`, which keeps nothing."
        ),
    }
    assert found["Sessions"] == {"status": "ok", "detail": "None is kept.", "mend": None}
    assert kept_in(home) == []


@pytest.mark.medium
def test_the_doctor_refuses_the_null_keyring_and_speaks_in_a_table(auditor: Auditor) -> None:
    null = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    done = auditor("doctor", "--browser", "/nowhere/chrome", COLUMNS="110", **null)
    assert (done.returncode, done.stderr) == (6, "")
    said = " ".join(" ".join(row[2] for row in table(done)).split())
    assert (
        "it is the null keyring, which forgets what it is given. (keyring.backends.null.Keyring)"
        in said
    )
    assert ["Browser", "problem", "The browser /nowhere/chrome does not exist."] in table(done)
    assert (
        done.stdout.splitlines()[-1]
        == "2 problems found. Mend as said above, then run `auditor doctor` again."
    )
    assert "\x1b" not in done.stdout


# --- what they load


@pytest.mark.parametrize(
    ("args", "unneeded"),
    [
        (("--help",), {"playwright", "keyring", "cryptography", "platformdirs", "rich.table"}),
        (("consent", "--show"), {"playwright", "keyring", "cryptography", "rich.table"}),
        (("accounts",), {"playwright", "keyring"}),
    ],
)
def test_a_command_loads_only_what_it_needs(
    home: Path, args: tuple[str, ...], unneeded: set[str]
) -> None:
    script = (
        "import sys, auditor.__main__ as main\n"
        f"sys.argv = ['auditor', *{list(args)!r}]\n"
        "try:\n    main.main()\nexcept SystemExit:\n    pass\n"
        "print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=home
    )
    assert unneeded & set(done.stdout.splitlines()[-1].split()) == set()
