"""Signing in as a person would, in a real window on a virtual display, with a real keyring.

Then all that follows.
"""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.machines import UNLOCKED, Machine
from tests.test_connections import counted, hosts_asked, noting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from auditor.mocksite import Site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
EMAIL, OTHER = "canary.ada@example.com", "canary.bob@example.com"
KEPT = tuple(f"signin-kept-{place}" for place in ("local", "cookie", "cache", "indexed"))
AUTOMATION = (
    "--remote-debugging",
    "--enable-automation",
    "--headless",
    "--test-type",
    "--disable-blink-features",
)


def within(seconds: float, look: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever is looked for
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.2)
    return None


@dataclass
class Person:
    """Somebody at the keyboard of a virtual display."""

    display: str

    def do(self, *words: str) -> str:
        env = {**os.environ, "DISPLAY": self.display}
        done = subprocess.run(
            ["xdotool", *words], capture_output=True, text=True, env=env, check=False, timeout=30
        )
        return done.stdout.strip()

    def windows(self) -> list[tuple[str, str]]:
        found = self.do("search", "--onlyvisible", "--name", ".").split()
        return [(each, self.do("getwindowname", each)) for each in found]

    def window(self, title: str) -> str:
        """Wait for a window of this title, bring the keyboard to it, and give its number."""
        found = within(60, lambda: [n for n, name in self.windows() if name.startswith(title)])
        assert found, f"no window {title}"
        self.do(
            "windowfocus",
            "--sync",
            found[0],
            "mousemove",
            "--window",
            found[0],
            "40",
            "600",
            "click",
            "1",
        )
        return str(found[0])

    def enters(self, tabs: int, text: str, kept: Callable[[], Any]) -> None:
        """Go to a field with the keyboard and fill it in.

        Again if the page was not ready for it.
        """
        for _ in range(6):
            self.window("Sign in - Claude")
            time.sleep(0.5)  # a person looks first
            self.do("key", *["Tab"] * tabs, "ctrl+a")
            self.do("type", "--delay", "30", text)
            self.do("key", "Return")
            if within(8, kept):
                return
        pytest.fail(f"the page did not take {text}")

    def signs_in(self, site: Site, name: str, email: str) -> None:
        before = len(site.ledger(name))
        self.enters(
            3, email, lambda: any("send_link" in str(e["path"]) for e in site.ledger(name)[before:])
        )
        self.enters(1, "123456", lambda: site.state(name)["sessions"])
        self.window("Claude")

    def closes(self) -> None:
        self.do("key", "--clearmodifiers", "ctrl+shift+w")


@pytest.fixture(scope="module")
def person() -> Iterator[Person]:
    missing = [name for name in ("Xvfb", "xdotool") if shutil.which(name) is None]
    if missing:
        pytest.fail(f"{', '.join(missing)} not found; apt-get install --yes xvfb xdotool")
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x900x24", "-nolisten", "tcp"]
    with subprocess.Popen(
        command, pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        os.close(write)
        with os.fdopen(read) as told:
            number = told.readline().strip()
        try:
            yield Person(f":{number}")
        finally:
            server.terminate()


@dataclass
class Desk:
    """A person at a machine with a keyring, a display, a browser that notes how it is started, and the mock site."""

    machine: Machine
    person: Person
    site: Site
    browser: str
    without_window: str
    """The browser for runs that open no window, as the tool would choose it by itself."""

    program: tuple[str, ...] = ("-m", "auditor")

    def command(self, *args: str) -> list[str]:
        inner = [sys.executable, *self.program, *args]
        return ["dbus-run-session", "--", "sh", "-c", UNLOCKED, "sh", *inner]

    @property
    def env(self) -> dict[str, str]:
        return {**self.machine.env, "DISPLAY": self.person.display, "AUDITOR_BROWSER": self.browser}

    @property
    def starts(self) -> list[str]:
        """The command lines of the browser, in order."""
        return (self.machine.root / "starts").read_text().splitlines()

    def runs(self, *args: str) -> subprocess.CompletedProcess[str]:
        browser = self.browser if args[0] == "login" else self.without_window
        done = subprocess.run(
            self.command(*args), capture_output=True, text=True, cwd=self.machine.root, timeout=120,
            env={**self.env, "AUDITOR_BROWSER": browser}, stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        self.says_nothing(done.stdout + done.stderr)
        return done

    @contextmanager
    def begun(self, *args: str) -> Iterator[subprocess.Popen[str]]:
        with subprocess.Popen(
            self.command(*args), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.env,
            cwd=self.machine.root, stdin=subprocess.DEVNULL,
        ) as process:  # fmt: skip
            try:
                yield process
            except BaseException as fault:
                fault.add_note(self.tell_end(process))
                raise
            finally:
                process.terminate()

    def tell_end(self, process: subprocess.Popen[str]) -> str:
        """Return what tells why a command did not get as far as was waited for."""
        code, shown, said = process.poll(), None, None
        with suppress(subprocess.TimeoutExpired):
            shown = self.person.windows()
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            said = process.communicate(timeout=30)
        noted = self.machine.root / "starts"
        starts = noted.read_text() if noted.exists() else "no browser was started"
        return f"exit code {code}; it said {said}; windows {shown}; {starts}"

    def logs_in(self, name: str, account: str, email: str = EMAIL) -> str:
        """Sign in as a person; give what the tool said."""
        with self.begun("login", account, "--base-url", self.site.base_url(name)) as process:
            self.person.signs_in(self.site, name, email)
            self.person.closes()
            said, told = process.communicate(timeout=90)
        assert process.returncode == 0, told
        self.says_nothing(said + told)
        return told

    def audit(self, name: str, *args: str) -> tuple[int, dict[str, Any]]:
        done = self.runs("audit", *args, "--base-url", self.site.base_url(name), "--json")
        return done.returncode, json.loads(done.stdout)["findings"][0]

    def says_nothing(self, text: str) -> None:
        for secret in ("canary", *self.cookies()):
            assert secret not in text

    def cookies(self) -> list[str]:
        return [
            cookie for account in self.site.accounts.values() for cookie in account.sessions.people
        ]

    def files_say_nothing(self) -> None:
        files = [
            path
            for path in self.machine.root.rglob("*")
            if path.is_file() and not path.is_symlink()
        ]
        assert files
        for path in files:
            content = path.read_bytes()
            assert b"canary" not in content, path
            assert [c for c in self.cookies() if c.encode() in content] == [], path


@pytest.fixture
def desk(machine: Machine, person: Person, site: Site, chromium: str, light_chromium: str) -> Desk:
    wrapper = machine.root / "browser"
    wrapper.write_text(
        f'#!/bin/sh\necho "$*" >> {machine.root}/starts\nexec {shutil.which(chromium)} "$@"\n'
    )
    wrapper.chmod(0o755)
    return Desk(machine, person, site, str(wrapper), light_chromium)


def test_a_login_talks_to_the_site_alone(desk: Desk, chromium: str) -> None:
    desk.browser = noting(desk.machine.root, str(shutil.which(chromium)))
    with counted() as (proxy, env):
        desk.machine.more.update(env)
        desk.logs_in("signin", "ada")
    asked = hosts_asked(desk.machine.root)
    assert {each.partition(":")[0] for each in asked} == {"127.0.0.1"}, asked
    assert proxy.asked == []


@pytest.mark.slow
def test_login_audit_set_lapse_login_again_and_logout(desk: Desk) -> None:
    told = desk.logs_in("signin", "ada")
    assert (
        "Signed in. The session of the account ada is sealed with a key in the OS keyring." in told
    )
    plain = desk.starts[0]
    assert [switch for switch in AUTOMATION if switch in plain] == []
    assert not Path(plain.split("--user-data-dir=")[1].split()[0]).exists()
    desk.files_say_nothing()

    code, found = desk.audit("signin", "ada")
    assert (code, found["state"], found["outcome"], found["account"]) == (
        10,
        "on",
        "not_as_wanted",
        "ada",
    )
    listed = desk.runs("accounts")
    assert "ada" in listed.stdout
    writes = len(desk.site.ledger("signin"))
    done = desk.runs("set", "off", "ada", "--yes", "--base-url", desk.site.base_url("signin"))
    assert done.returncode == 0, done.stderr
    (change,) = desk.site.ledger("signin")[writes:]
    assert (change["method"], change["body"]) == ("PATCH", {"grove_enabled": False})

    desk.site.lapse("signin")
    code, found = desk.audit("signin", "ada")
    assert (code, found["outcome"], found["reason"]) == (4, "needs_human", "signed_out")

    desk.logs_in("signin", "ada")
    code, found = desk.audit("signin", "ada")
    assert (code, found["state"]) == (0, "off")
    assert desk.runs("logout", "ada").returncode == 0
    assert not list(desk.machine.root.rglob("*.sealed"))
    code, found = desk.audit("signin", "ada")
    assert (code, found["reason"]) == (4, "signed_out")
    desk.files_say_nothing()


@pytest.mark.slow
def test_pressing_enter_right_after_signing_in_keeps_the_sign_in(desk: Desk) -> None:
    base, (person, terminal) = desk.site.base_url("signin"), pty.openpty()
    with subprocess.Popen(
        desk.command("login", "ada", "--base-url", base), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        stdin=terminal, text=True, env=desk.env, cwd=desk.machine.root,
    ) as process:  # fmt: skip
        desk.person.signs_in(desk.site, "signin", EMAIL)
        os.write(person, b"\n")
        _, told = process.communicate(timeout=90)
    os.close(person)
    os.close(terminal)
    assert process.returncode == 0, told
    assert desk.audit("signin", "ada")[0] == 10


@pytest.mark.slow
def test_a_starter_that_returns_at_once_is_followed_to_its_window(desk: Desk) -> None:
    wrapper = desk.machine.root / "browser"
    wrapper.write_text(wrapper.read_text().replace("exec ", "setsid ").replace('"$@"', '"$@" &'))
    desk.logs_in("signin", "ada")
    assert desk.audit("signin", "ada")[0] == 10


SOON_GIVEN_UP = """
from auditor.__main__ import main
from auditor.browser import signin
signin._START_SECONDS = 2
main()
"""


@pytest.mark.every(1)
@pytest.mark.parametrize(
    ("ends", "told"),
    [
        ("exit 0", "returned at once and opened no window that can be followed"),
        ("exit 21", "ended with exit code 21 before it opened a window"),
        ("kill -9 $$", "ended by signal 9 before it opened a window"),
    ],
)
def test_a_starter_that_opens_nothing_is_told(desk: Desk, ends: str, told: str) -> None:
    desk.program = ("-c", SOON_GIVEN_UP)
    (desk.machine.root / "browser").write_text(f"#!/bin/sh\n{ends}\n")
    done = desk.runs("login", "ada", "--base-url", desk.site.base_url("signin"))
    assert done.returncode == 6
    assert told in " ".join(done.stderr.split())


@pytest.mark.slow
def test_a_session_goes_to_no_other_origin(desk: Desk) -> None:
    desk.logs_in("signin-in-place", "ada")
    base = desk.site.base_url("signin-in-place").replace("127.0.0.1", "localhost")
    done = desk.runs("audit", "ada", "--base-url", base, "--json")
    assert (done.returncode, json.loads(done.stdout)["findings"][0]["reason"]) == (4, "signed_out")
    assert desk.audit("signin-in-place", "ada")[0] == 10


@pytest.mark.slow
def test_a_check_that_stops_automation_does_not_stop_a_plain_window(desk: Desk) -> None:
    desk.logs_in("signin-checked", "ada")
    code, found = desk.audit("signin-checked", "ada")
    assert (code, found["state"]) == (10, "on")


@pytest.mark.slow
def test_another_account_than_the_one_that_signed_in_is_never_read_or_changed(desk: Desk) -> None:
    desk.logs_in("signin", "ada")
    account = desk.site.accounts["signin"]
    from auditor.mocksite.people import person_of

    for cookie in list(account.sessions.people):
        account.sessions.people[cookie] = person_of(OTHER)
    code, found = desk.audit("signin", "ada")
    assert (code, found["outcome"], found["reason"], found["state"]) == (
        4,
        "needs_human",
        "wrong_account",
        "unknown",
    )
    writes = len(desk.site.ledger("signin"))
    done = desk.runs("set", "off", "ada", "--yes", "--base-url", desk.site.base_url("signin"))
    assert (done.returncode, len(desk.site.ledger("signin"))) == (4, writes)


def test_closing_the_window_without_signing_in_keeps_nothing(desk: Desk) -> None:
    with desk.begun("login", "ada", "--base-url", desk.site.base_url("signin")) as process:
        desk.person.window("Sign in - Claude")
        desk.person.closes()
        _, told = process.communicate(timeout=90)
    assert process.returncode == 4
    assert "error: Nobody is signed in." in told
    assert not list(desk.machine.root.rglob("*.sealed"))


def test_without_a_display_login_says_what_it_needs(desk: Desk) -> None:
    env = {name: value for name, value in desk.env.items() if name != "DISPLAY"}
    done = subprocess.run(
        desk.command("login", "--base-url", desk.site.base_url("signin")), capture_output=True, text=True, env=env,
        timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 6
    assert (
        "error: Signing in needs a window, and there is no display to show it on.\n" in done.stderr
    )


def test_an_ephemeral_run_signs_in_for_itself_and_keeps_nothing(desk: Desk) -> None:
    base = desk.site.base_url("signin")
    with desk.begun("audit", "ada", "--ephemeral", "--base-url", base, "--json") as process:
        desk.person.signs_in(desk.site, "signin", EMAIL)
        desk.person.closes()
        said, told = process.communicate(timeout=90)
    desk.says_nothing(said + told)
    (found,) = json.loads(said)["findings"]
    assert (process.returncode, found["state"]) == (10, "on")
    assert not list(desk.machine.root.rglob("*.sealed"))
    desk.files_say_nothing()


@pytest.mark.slow
def test_nobody_else_can_sign_in_under_a_name_that_is_taken(desk: Desk) -> None:
    desk.logs_in("signin", "ada")
    sealed = next(desk.machine.root.rglob("*.sealed")).read_bytes()
    base = desk.site.base_url("signin").replace("127.0.0.1", "localhost")
    elsewhere = desk.runs("login", "ada", "--base-url", base)
    assert elsewhere.returncode == 2
    assert "error: The name ada stands for an account at http://127.0.0.1:" in elsewhere.stderr
    with desk.begun("login", "ada", "--base-url", desk.site.base_url("signin-in-place")) as process:
        desk.person.signs_in(desk.site, "signin-in-place", OTHER)
        desk.person.closes()
        _, told = process.communicate(timeout=90)
    assert process.returncode == 4
    desk.says_nothing(told)
    assert (
        "error: Another account or organisation signed in than the one kept as ada; nothing was"
        " replaced.\n" in told
    )
    assert next(desk.machine.root.rglob("*.sealed")).read_bytes() == sealed


@pytest.mark.slow
@pytest.mark.parametrize("name", KEPT)
def test_what_the_page_kept_at_the_sign_in_is_never_drawn_from_later(desk: Desk, name: str) -> None:
    account = desk.site.accounts[name]
    account.value = False
    desk.logs_in(name, "ada")  # the page keeps “off”
    account.value = True
    code, found = desk.audit(name, "ada")
    assert (code, found["state"]) == (10, "on")
    done = desk.runs("set", "off", "ada", "--yes", "--base-url", desk.site.base_url(name), "--json")
    (found,) = json.loads(done.stdout)["findings"]
    assert found["outcome"] != "as_wanted"
    assert account.value is False or found["state"] != "off"
