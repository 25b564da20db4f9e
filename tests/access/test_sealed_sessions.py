"""Sealed sessions with a real keyring.

Gnome-keyring on a session bus of its own, each step a process of its own.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from tests.machines import LOCKED, UNLOCKED, Machine, furnished

if TYPE_CHECKING:
    from pathlib import Path

CANARY = "canary-5ea1ed51"  # no other test's: every process of the machine is searched for it
CLAUDE = "https://claude.ai"
STATE = {
    "cookies": [
        {"name": "sessionKey", "value": CANARY, "domain": ".claude.ai", "path": "/", "secure": True}
    ],
    "origins": [],
}
WAYS_ON = (
    "Mend the keyring (`auditor doctor` looks at it), or use `auditor audit --ephemeral`, which"
    " keeps nothing."
)
TOGETHER = UNLOCKED.replace('exec "$@"', '{ "$@" & "$@" & "$@" & wait; }')
DRIVE = '''
import hashlib, json, sys
from base64 import b64encode
from dataclasses import asdict
from io import StringIO
from pathlib import Path

from auditor.errors import AuditorError
from auditor.access.keyring import KeyringKeys
from auditor.access.vault import Vault

children = []
starts = ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.spawn", "os.system")
sys.addaudithook(lambda name, args: children.append(repr(args)) if name in starts else None)
_, do, folder, timeout_s, unlocking_s = sys.argv
keys = KeyringKeys(timeout_s=float(timeout_s), unlocking_s=float(unlocking_s))
vault = Vault(Path(folder), keys)


def printed():
    return hashlib.sha256(keys.get().reveal()).hexdigest()


def leaks():
    """Say where the key or the session stands in what `ps` shows of any process, or in how one was started."""
    key = keys.get().reveal()
    secrets = [b"canary-5ea1ed51", b64encode(key), key.hex().encode(), key]
    found = []
    for shown in [*Path("/proc").glob("[0-9]*/cmdline"), *Path("/proc").glob("[0-9]*/environ")]:
        try:
            content = shown.read_bytes()
        except OSError:
            continue
        found += [str(shown) for secret in secrets if secret in content]
    return found + [child for child in children for secret in secrets if repr(secret)[2:-1] in child]


def seal():
    given = json.load(sys.stdin)
    sys.stdin = StringIO(json.dumps(given))  # for another one
    vault.seal("ada", "https://claude.ai", given, "ab" * 32)
    return {"leaks": leaks(), "printed": printed()}


def open_():
    return {"state": vault.open("ada", "https://claude.ai").state, "printed": printed()}


def put_back():
    file = Path(folder) / "account-ada.sealed"
    seal()
    older = file.read_bytes()
    seal()
    file.write_bytes(older)
    return open_()


def create():
    keys.create_if_missing()
    return {"printed": printed()}


def doctor():
    return {"backend": asdict(keys.describe()), "probe": asdict(keys.probe())}


try:
    said = {"seal": seal, "open": open_, "put_back": put_back, "create": create, "doctor": doctor}[do]()
except AuditorError as error:
    said = {"error": str(error), "hint": error.hint, "exit": int(error.exit_code)}
print(json.dumps(said))
'''


class Driven(Machine):
    """A machine on which each step is a process of its own."""

    def command(self, do: str, timeout_s: float, unlocking_s: float) -> list[str]:
        return [
            sys.executable,
            str(self.root / "drive.py"),
            do,
            str(self.root / "sessions"),
            str(timeout_s),
            str(unlocking_s),
        ]

    def call(self, command: list[str]) -> list[dict[str, Any]]:
        given = json.dumps(STATE)
        done = subprocess.run(
            command,
            input=given,
            capture_output=True,
            text=True,
            env=self.env,
            cwd=self.root,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert CANARY not in done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def inside(self, script: str, do: str, unlocking_s: float = 40) -> list[dict[str, Any]]:
        """Run a step on a session bus, after a script has started the keyring."""
        command = self.command(do, 20, unlocking_s)
        return self.call(["dbus-run-session", "--", "sh", "-c", script, "sh", *command])

    def alone(self, do: str, timeout_s: float = 20) -> dict[str, Any]:
        """Run a step without any session bus."""
        return self.call(self.command(do, timeout_s, 40))[0]


@pytest.fixture
def machine(machine: Machine) -> Driven:
    (machine.root / "drive.py").write_text(DRIVE)
    return Driven(machine.root)


def unusable(said: dict[str, Any], why: str) -> None:
    assert said["error"] == f"The OS keyring cannot be used: {why}."
    assert (said["hint"], said["exit"]) == (WAYS_ON, 6)


def test_missing_programs_fail_the_tests_and_say_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(pytest.fail.Exception) as caught, furnished():
        pass
    assert (
        str(caught.value)
        == "dbus-run-session, gnome-keyring-daemon not found; apt-get install --yes gnome-keyring"
        " dbus"
    )


def test_a_session_sealed_by_one_process_is_opened_by_another(machine: Driven) -> None:
    sealed = machine.inside(UNLOCKED, "seal")[0]
    assert sealed["leaks"] == []
    opened = machine.inside(UNLOCKED, "open")[0]
    assert opened == {"state": STATE, "printed": sealed["printed"]}


def test_an_older_file_put_back_is_noticed_by_the_number_in_the_keyring(machine: Driven) -> None:
    said = machine.inside(UNLOCKED, "put_back")[0]
    assert "is an older one" in said["error"]
    assert (said["hint"], said["exit"]) == ("Sign in again with `auditor login ada`.", 4)
    assert machine.inside(UNLOCKED, "open")[0] == said


def test_no_file_shows_the_session_and_none_opens_without_the_keyring(machine: Driven) -> None:
    machine.inside(UNLOCKED, "seal")
    files = [path for path in machine.root.rglob("*") if path.is_file() and path.name != "drive.py"]
    assert machine.root / "sessions" / "account-ada.sealed" in files
    assert [path for path in files if CANARY.encode() in path.read_bytes()] == []
    unusable(machine.alone("open"), "there is none on this machine")
    shutil.rmtree(machine.root / "data" / "keyrings")
    lost = machine.inside(UNLOCKED, "open")[0]
    assert lost["error"] == "The OS keyring holds no key of auditor."
    machine.inside(UNLOCKED, "create")
    other = machine.inside(UNLOCKED, "open")[0]
    assert (
        other["error"]
        == "The session of the account ada cannot be opened: it was sealed with another key."
    )
    assert other["hint"] == "Sign in again with `auditor login ada`; nothing was deleted."


def test_a_locked_keyring_is_named(machine: Driven) -> None:
    machine.inside(UNLOCKED, "seal")
    for do in ("open", "create"):
        unusable(machine.inside(LOCKED, do)[0], "it is locked, and was not unlocked")
    assert machine.inside(UNLOCKED, "open")[0]["state"] == STATE


def test_a_person_who_never_answers_the_unlock_question_is_not_waited_for(machine: Driven) -> None:
    machine.inside(UNLOCKED, "seal")
    services, asked = machine.root / "data" / "dbus-1" / "services", machine.root / "asked"
    services.mkdir(parents=True)
    (machine.root / "prompt.sh").write_text(f"echo $$ >{asked}\nexec sleep 120 >/dev/null 2>&1\n")
    prompter = (
        "[D-BUS Service]\nName=org.gnome.keyring.SystemPrompter\nExec=/bin/sh"
        f" {machine.root}/prompt.sh\n"
    )
    (services / "org.gnome.keyring.SystemPrompter.service").write_text(prompter)
    started = time.monotonic()
    try:
        unusable(
            machine.inside(LOCKED, "open", unlocking_s=4)[0],
            "it is locked, and was not unlocked within 4 seconds",
        )
        assert time.monotonic() - started < 50
    finally:
        # it is gone, or never came to write who it is
        with suppress(ProcessLookupError, FileNotFoundError, ValueError):
            os.kill(int(asked.read_text()), signal.SIGKILL)


def test_a_machine_without_keyring_is_told_the_ways_on_and_keeps_nothing(machine: Driven) -> None:
    unusable(machine.alone("seal"), "there is none on this machine")
    assert not (machine.root / "sessions").exists()


def test_processes_that_make_the_key_at_once_end_with_one(machine: Driven) -> None:
    made = machine.inside(TOGETHER, "create")
    assert len(made) == 3
    assert len({one["printed"] for one in made}) == 1
    assert machine.inside(UNLOCKED, "create")[0]["printed"] == made[0]["printed"]


def test_the_doctor_finds_the_real_keyring_fit(machine: Driven) -> None:
    assert machine.inside(UNLOCKED, "doctor")[0] == {
        "backend": {
            "name": "keyring.backends.SecretService.Keyring",
            "strength": "ok",
            "reason": None,
        },
        "probe": {"ok": True, "reason": None},
    }


def test_the_doctor_says_why_there_is_no_fit_keyring(machine: Driven) -> None:
    said, why = (
        machine.alone("doctor"),
        "The OS keyring cannot be used: there is none on this machine.",
    )
    assert said["backend"] == {
        "name": "keyring.backends.fail.Keyring",
        "strength": "none",
        "reason": why,
    }
    assert said["probe"] == {"ok": False, "reason": why}


def test_the_null_keyring_is_refused(machine: Driven) -> None:
    machine.more["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    for do in ("seal", "open", "create"):
        expected = "it is the null keyring, which forgets what it is given"
        if do == "open":
            assert machine.alone(do)["error"] == "No session is kept for the account ada."
        else:
            unusable(machine.alone(do), expected)


HANGS = """
import time
from keyring.backend import KeyringBackend
{module}
class Ring(KeyringBackend):
    priority = 9
    def get_password(self, *_):
        {read}
    def set_password(self, *_):
        time.sleep(60)
"""


@pytest.mark.parametrize(
    "parts", [("", "time.sleep(60)"), ("", "return None"), ("time.sleep(60)", "return None")]
)
def test_a_keyring_that_hangs_does_not_hang_the_tool(
    machine: Driven, parts: tuple[str, str]
) -> None:
    (machine.root / "hanging.py").write_text(HANGS.format(module=parts[0], read=parts[1]))
    machine.more.update(PYTHON_KEYRING_BACKEND="hanging.Ring", PYTHONPATH=str(machine.root))
    started = time.monotonic()
    unusable(machine.alone("create", timeout_s=1), "it did not answer within 1 seconds")
    assert time.monotonic() - started < 45  # the keyring hangs for 60


def test_a_keyring_that_is_not_installed_is_named(machine: Driven) -> None:
    machine.more["PYTHON_KEYRING_BACKEND"] = "no.such.Keyring"
    unusable(machine.alone("create"), "it failed (ModuleNotFoundError)")
    assert machine.alone("doctor")["backend"]["strength"] == "none"
