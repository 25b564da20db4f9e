"""Secrets are planted, and looked for in everything the tool lets out.

In success, and in each failure.

Looked at are stdout, stderr, evidence, every file of the home and of the temporary folder (while
the run is on, too), and the command lines and environments of all processes that descend from the
run.
"""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from auditor.mocksite.people import person_of
from auditor.mocksite.sessions import COOKIE
from tests.machines import LOCKED, UNLOCKED, Machine

if TYPE_CHECKING:
    from collections.abc import Callable

    from auditor.mocksite import Site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
EMAIL, OTHER = "zwanzig.kanarien@example.com", "anderer.kanarien@example.com"
RECORDINGS = {".zip", ".har", ".webm", ".trace"}
SEAL = """
import json, sys
from auditor.access.account import open_vault
from auditor.access.keyring import fingerprint
given = json.load(sys.stdin)
kept = open_vault()
key = kept.keys.create_if_missing()
kept.seal("ada", given["origin"], given["state"], fingerprint(key, given["email"], given["organisation"]))
print(key.reveal().hex())
"""
# A bug in the middle of a visit, where the session is at hand; loaded before anything of the tool.
BUG = """
import asyncio
whole = asyncio.Runner.run
def run(runner, work, **more):
    import auditor.browser.visit as visit
    async def walk(self):
        state, page = self.plan.state, self.page
        shown = await page.content()
        raise RuntimeError("a bug")
    visit.PageVisit._walk_and_read = walk
    return whole(runner, work, **more)
asyncio.Runner.run = run
"""
LOUD = {
    "DEBUG": "pw:*",
    "DEBUG_FILE": "debug.log",
    "PWDEBUG": "1",
    "PYTHONASYNCIODEBUG": "1",
    "PYTHONDEVMODE": "1",
}


def forms(secret: bytes) -> set[bytes]:
    """Return every form in which a secret could stand somewhere."""
    text = {
        secret,
        base64.b64encode(secret).rstrip(b"="),
        base64.urlsafe_b64encode(secret).rstrip(b"="),
    }
    text |= {secret.hex().encode(), secret.hex().upper().encode()}
    if secret.isascii():
        text |= {
            quote(secret).encode(),
            secret.decode().encode("utf-16-le"),
            json.dumps(secret.decode())[1:-1].encode(),
        }
    return text


@dataclass
class Secrets:
    """What must not show anywhere, in every form."""

    all: dict[str, set[bytes]]

    def seen(self, what: str, content: bytes) -> list[str]:
        """Name each secret that stands in some content."""
        return [
            f"{name} in {what}"
            for name, each in self.all.items()
            if any(form in content for form in each)
        ]


@dataclass
class Watch:
    """Looks at all processes that carry a mark, and at the files in a folder, as long as a run is on."""

    mark: str
    folder: Path
    secrets: Secrets
    then: Callable[[dict[int, str]], bool] | None = None
    found: set[str] = field(default_factory=set)
    programs: set[str] = field(default_factory=set)
    over: threading.Event = field(default_factory=threading.Event)

    def look(self) -> None:
        """Look until told to stop."""
        looks = 0
        while not self.over.wait(0.05):
            running = self._processes()
            if self.then is not None and self.then(running):
                self.then = None
            if looks % 10 == 0 and self.then is None:  # which takes a while
                self.files()
            looks += 1

    def _processes(self) -> dict[int, str]:
        running = {}
        for process in Path("/proc").glob("[0-9]*"):
            try:
                environment = (process / "environ").read_bytes()
                if self.mark.encode() not in environment:
                    continue
                words = (process / "cmdline").read_bytes()
            except OSError:
                continue
            self.programs.add(
                Path(words.split(b"\0")[0].decode(errors="replace").split(" ")[0]).name
            )
            self.found |= {
                *self.secrets.seen("a command line", words),
                *self.secrets.seen("an environment", environment),
            }
            running[int(process.name)] = words.decode(errors="replace")
        return running

    def files(self) -> list[Path]:
        """Look into every file, and give those that there are."""
        files = []
        for folder, _, names in os.walk(
            self.folder
        ):  # which takes it easy when a folder goes meanwhile
            for path in (Path(folder, name) for name in names):
                with suppress(OSError):
                    content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
                    self.found |= set(self.secrets.seen(path.name, content))
                    files.append(path)
        return files


@dataclass
class Held:
    """An account whose session is sealed on a machine, and the mock site it is signed in at."""

    machine: Machine
    site: Site
    browser: str
    secrets: Secrets

    def run(
        self,
        *args: str,
        more: dict[str, str] | None = None,
        keyring: str | None = UNLOCKED,
        python: tuple[str, ...] = (),
        base: str | None = None,
        then: Callable[[dict[int, str]], bool] | None = None,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run the tool under watch; nothing of the secrets may have shown anywhere."""
        command = [
            sys.executable,
            *python,
            "-m",
            "auditor",
            *args,
            "--base-url",
            base or self.site.base_url("signin"),
        ]
        if keyring is not None:
            command = ["dbus-run-session", "--", "sh", "-c", keyring, "sh", *command]
        mark, root = uuid4().hex, self.machine.root
        env = {
            **self.machine.env,
            "AUDITOR_BROWSER": self.browser,
            "TMPDIR": str(root / "tmp"),
            "MARK": mark,
            **(more or {}),
        }
        watch = Watch(mark, root, self.secrets, then)
        looking = threading.Thread(target=watch.look)
        looking.start()
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                env=env,
                cwd=root,
                timeout=100,
                stdin=subprocess.DEVNULL,
                check=False,
            )
        finally:
            watch.over.set()
            looking.join()
        files = watch.files()
        shown = self.secrets.seen("the output", done.stdout + done.stderr)
        assert (sorted(watch.found), shown) == ([], [])
        assert [
            path.name for path in files if path.suffix in RECORDINGS or path.name == "debug.log"
        ] == []
        assert any("python" in name for name in watch.programs), "nothing was watched"
        return done


@pytest.fixture
def held(machine: Machine, site: Site, chromium: str) -> Held:
    (machine.root / "tmp").mkdir()
    cookie = site.accounts["signin"].sessions.open(person_of(EMAIL))
    host = {
        "domain": "127.0.0.1",
        "path": "/s/signin",
        "httpOnly": True,
        "secure": False,
        "sameSite": "Lax",
    }
    state = {
        "cookies": [{"name": COOKIE, "value": cookie, "expires": time.time() + 9999, **host}],
        "origins": [],
    }
    given = {"origin": site.url, "state": state, "email": EMAIL, "organisation": "Personal"}
    sealed = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", UNLOCKED, "sh", sys.executable, "-c", SEAL], input=json.dumps(given),
        capture_output=True, text=True, env=machine.env, cwd=machine.root, timeout=60, check=False,
    )  # fmt: skip
    assert sealed.returncode == 0, sealed.stderr
    person = person_of(EMAIL)
    secrets = {
        "the cookie": cookie,
        "the address": EMAIL,
        "the name": person.name,
        "the other": OTHER,
    }
    every = {name: forms(text.encode()) for name, text in secrets.items()}
    return Held(
        machine, site, chromium, Secrets({**every, "the key": forms(bytes.fromhex(sealed.stdout))})
    )


def finding(done: subprocess.CompletedProcess[bytes]) -> dict[str, Any]:
    assert done.stdout, done.stderr
    (found,) = json.loads(done.stdout)["findings"]
    return dict(found)


def test_the_search_finds_every_form() -> None:
    secrets = Secrets({"it": forms(b"kana rien/20?")})
    for shown in (
        b"kana rien/20?",
        b"kana%20rien/20%3F",
        base64.b64encode(b"kana rien/20?"),
        b"kana rien/20?".hex().encode(),
    ):
        assert secrets.seen("here", b"<" + shown + b">") == ["it in here"]
    assert secrets.seen("here", b"nothing of it") == []


@pytest.mark.parametrize("more", [{}, LOUD], ids=["quiet", "loud"])
def test_an_audit(held: Held, more: dict[str, str]) -> None:
    done = held.run("audit", "ada", "--json", "--evidence", "proof", more=more)
    assert (done.returncode, finding(done)["state"]) == (10, "on"), done.stderr
    assert list((held.machine.root / "proof").rglob("*.*"))


@pytest.mark.slow
def test_a_change_and_its_rehearsal(held: Held) -> None:
    assert held.run("set", "off", "ada", "--dry-run").returncode == 10
    assert held.run("set", "off", "ada", "--yes", python=("-X", "dev")).returncode == 0
    assert held.site.state("signin")["server"] is False


def test_a_lapsed_session_and_another_account(held: Held) -> None:
    people = held.site.accounts["signin"].sessions.people
    for cookie in list(people):
        people[cookie] = person_of(OTHER)
    assert (
        finding(held.run("audit", "ada", "--json", "--evidence", "proof"))["reason"]
        == "wrong_account"
    )
    held.site.lapse("signin")
    assert (
        finding(held.run("audit", "ada", "--json", "--evidence", "proof"))["reason"] == "signed_out"
    )


@pytest.mark.parametrize("keyring", [LOCKED, None], ids=["locked", "absent"])
def test_a_keyring_that_does_not_open(held: Held, keyring: str | None) -> None:
    assert held.run("audit", "ada", keyring=keyring, more=LOUD).returncode == 6


def test_a_tampered_session(held: Held) -> None:
    (path,) = held.machine.root.rglob("*.sealed")
    content = bytearray(path.read_bytes())
    content[-5] ^= 1
    path.write_bytes(content)
    assert held.run("audit", "ada", more=LOUD).returncode == 6


@pytest.mark.parametrize("browser", ["/nonexistent", "/bin/false"])
def test_a_browser_that_does_not_start(held: Held, browser: str) -> None:
    assert held.run("audit", "ada", "--browser", browser, more=LOUD).returncode == 6


def test_too_little_time(held: Held) -> None:
    done = held.run("audit", "ada", "--timeout", "1", "--json", "--evidence", "proof", more=LOUD)
    assert done.returncode in (5, 10)


def ends(word: str, how: int, when: str) -> Callable[[dict[int, str]], bool]:
    """Return what signals the process whose command line holds a word, once another such process is there."""

    def act(running: dict[int, str]) -> bool:
        if not any(when in words for words in running.values()):
            return False
        for pid, words in sorted(running.items()):
            if (
                word in words
                and "--type=" not in words
                and not words.startswith(("dbus-run", "sh"))
            ):
                os.kill(pid, how)
                return True
        return False

    return act


def test_a_browser_that_is_killed(held: Held) -> None:
    done = held.run(
        "audit",
        "ada",
        "--evidence",
        "proof",
        then=ends("remote-debugging-pipe", signal.SIGKILL, "--type=renderer"),
    )
    assert done.returncode in (5, 10)


def test_an_interruption(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    account = held.site.accounts["signin"]
    unfinished = replace(account.scenario.page, panel="skeleton")  # so that the run is still on
    monkeypatch.setattr(account, "scenario", replace(account.scenario, page=unfinished))
    done = held.run(
        "audit", "ada", then=ends("-m\0auditor", signal.SIGTERM, "remote-debugging-pipe")
    )
    assert done.returncode == 130, done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("python", [(), ("-X", "dev")], ids=["plain", "debug"])
def test_a_bug(held: Held, python: tuple[str, ...]) -> None:
    (held.machine.root / "sitecustomize.py").write_text(BUG)
    done = held.run(
        "audit", "ada", more={**LOUD, "PYTHONPATH": str(held.machine.root)}, python=python
    )
    assert done.returncode == 1
    assert b"a bug" in done.stderr


def test_nothing_is_ever_recorded() -> None:
    words = re.compile(r"tracing|record_har|record_video|\.screenshot\(|storage_state\(path")
    sources = Path(__file__).parent.parent.joinpath("auditor").rglob("*.py")
    assert [path.name for path in sources if words.search(path.read_text(encoding="utf-8"))] == []
