"""Runs over several accounts, through the real command line, on the mock site in a real browser."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.remote import TOKEN, Remote, run_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from auditor.mocksite import Site

    Auditor = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.browser


def each(site: Site) -> str:
    """Return an address at which every account is the scenario of its name."""
    return site.base_url("on").removesuffix("on") + "{account}"


def findings(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return list(json.loads(done.stdout)["findings"])


@contextmanager
def begun(chromium: str, home: Path, *args: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "auditor", *args]
    env = {**os.environ, "AUDITOR_BROWSER": chromium}
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=env,
        cwd=home,
        stdin=subprocess.DEVNULL,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def heard(process: subprocess.Popen[str], text: str) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        if text in line:
            return
    pytest.fail(f"never said {text}")


@pytest.mark.slow
def test_several_accounts_give_one_finding_each_in_the_order_asked_for(
    auditor: Auditor, site: Site
) -> None:
    names = ["off", "on", "team", "undecided"]
    done = auditor("audit", *names, "--base-url", each(site), "--jobs", "3", "--json")
    found = findings(done)
    assert [one["account"] for one in found] == names
    assert [one["state"] for one in found] == ["off", "on", "not_applicable", "undecided"]
    assert done.returncode == 4
    assert "4/4" in done.stderr
    assert [site.ledger(name) for name in names] == [[], [], [], []]


def test_what_fails_for_one_account_hides_no_other(auditor: Auditor, site: Site) -> None:
    names = ["panel-failed", "on", "off"]
    done = auditor("audit", *names, "--base-url", each(site), "--json")
    assert [one["outcome"] for one in findings(done)] == ["unread", "not_as_wanted", "as_wanted"]
    assert done.returncode == 5


def test_an_account_named_twice_is_looked_at_once(auditor: Auditor, site: Site) -> None:
    done = auditor("audit", "off", "off", "--base-url", each(site), "--json")
    assert [one["account"] for one in findings(done)] == ["off"]


@pytest.mark.slow
def test_of_two_runs_on_one_account_the_second_says_so(
    auditor: Auditor, site: Site, chromium: str, home: Path
) -> None:
    base = site.base_url("skeleton-forever")
    with begun(chromium, home, "audit", "ada", "--base-url", base, "--timeout", "60") as first:
        heard(first, "Click Privacy")
        second = auditor("audit", "ada", "--base-url", base, "--json")
        other = auditor("audit", "ben", "--base-url", base, "--json", "--timeout", "20")
    (found,) = findings(second)
    assert second.returncode == 6
    assert found["message"] == "Cannot tell, because another run is at work on the account ada."
    assert "error: Another run is at work on the account ada.\n" in second.stderr
    assert findings(other)[0]["reason"] == "not_loaded"
    assert other.returncode == 5


def test_a_killed_run_keeps_no_lock(
    auditor: Auditor, site: Site, chromium: str, home: Path
) -> None:
    with begun(chromium, home, "audit", "off", "--base-url", site.base_url("off")) as first:
        heard(first, "Click the user icon")
        first.send_signal(signal.SIGKILL)
        first.wait()
    assert auditor("audit", "off", "--base-url", site.base_url("off")).returncode == 0


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_an_interrupted_run_gives_what_it_found_so_far(
    site: Site, chromium: str, home: Path, name: str
) -> None:
    args = ("audit", "on", "skeleton-forever", "off", "--base-url", each(site), "--json")
    with begun(chromium, home, *args) as process:
        heard(process, "1/3 on")
        heard(process, "Click Privacy")
        process.send_signal(getattr(signal, name))
        said, told = process.communicate(timeout=30)
    assert [one["account"] for one in json.loads(said)["findings"]] == ["on"]
    assert process.returncode == 130
    assert "Interrupted. Nothing is left running." in told


def browsers(pid: int) -> list[int]:
    """Return the browsers below a process.

    What a browser has forked bears its command line for a moment, and is none.
    """
    found: list[int] = []
    todo = [pid]
    while todo:
        parent = todo.pop()
        for child in children(parent):
            if parent in found:
                continue
            with suppress(OSError):  # ended while it was looked at
                # a browser may write its own title there, with spaces
                words = Path(f"/proc/{child}/cmdline").read_text().replace("\0", " ").split()
                if "--headless" in words and not any(word.startswith("--type=") for word in words):
                    found.append(child)
            todo.append(child)
    return found


def children(pid: int) -> list[int]:
    """Return the children of all threads of a process; threads come and go meanwhile."""
    found: list[int] = []
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += map(int, thread.read_text().split())
    return found


def test_a_browser_that_dies_takes_only_the_account_under_way_with_it(
    site: Site, chromium: str, home: Path
) -> None:
    args = ("audit", "skeleton-forever", "off", "--base-url", each(site), "--json")
    with begun(chromium, home, *args) as process:
        heard(process, "Click Privacy")
        (browser,) = browsers(process.pid)
        os.kill(browser, signal.SIGKILL)
        said, _ = process.communicate(timeout=60)
    first, second = json.loads(said)["findings"]
    assert (first["outcome"], first["reason"]) == ("unread", "browser_failed")
    assert (second["outcome"], second["state"]) == ("as_wanted", "off")
    assert process.returncode == 5


@pytest.mark.slow
def test_many_accounts_share_one_browser(site: Site, chromium: str, home: Path) -> None:
    names = [f"account-{number}" for number in range(8)]
    seen: Counter[int] = Counter()
    with begun(
        chromium, home, "audit", *names, "--base-url", site.base_url("off"), "--jobs", "4", "--json"
    ) as process:
        while process.poll() is None:
            seen.update(browsers(process.pid))
            time.sleep(0.2)
        said, _ = process.communicate()
    assert [one["state"] for one in json.loads(said)["findings"]] == ["off"] * len(names)
    lasting = [
        pid for pid, times in seen.items() if times > 2
    ]  # a fork bears its parent's command line for a moment
    assert len(lasting) == 1


@contextmanager
def two_servers(program: str) -> Iterator[tuple[Remote, Remote]]:
    with run_server(program) as first, run_server(program) as second:
        yield first, second


@pytest.mark.slow
def test_accounts_are_spread_over_remote_browsers_and_a_lost_one_loses_none(
    site: Site, light_chromium: str, home: Path
) -> None:
    names = [f"account-{number}" for number in range(12)]
    with two_servers(light_chromium) as (first, second):
        args = ("audit", *names, "--base-url", site.base_url("off"), "--jobs", "2", "--json")
        args += ("--connect", first.url, "--connect", second.url)
        with begun(light_chromium, home, *args) as process:
            heard(process, "3/12")
            second.kill()
            said, told = process.communicate(timeout=120)
    found = json.loads(said)["findings"]
    assert [one["account"] for one in found] == names
    assert [one["state"] for one in found] == ["off"] * len(names), told
    assert "12/12" in told
    assert " was lost; account-" in told
    assert process.returncode == 0


def test_if_the_only_remote_browser_is_lost_for_good_every_account_is_told_so(
    site: Site, light_chromium: str, home: Path
) -> None:
    with run_server(light_chromium) as remote:
        args = ("audit", "off", "skeleton-forever", "undecided", "--base-url", each(site), "--json")
        with begun(light_chromium, home, *args, "--connect", remote.url) as process:
            heard(process, "1/3 off")
            heard(process, "Click Privacy")
            remote.kill()
            said, told = process.communicate(timeout=60)
    first, second, third = json.loads(said)["findings"]
    assert first["state"] == "off"
    for lost in (second, third):
        assert (lost["outcome"], lost["reason"]) == ("unread", "browser_failed")
        assert "nothing can be reached at ws://127.0.0.1:" in lost["message"]
    assert process.returncode == 6
    assert TOKEN not in said + told


def test_a_page_that_ends_its_remote_browser_is_not_looked_at_again_and_again(
    site: Site, light_chromium: str, home: Path
) -> None:
    with run_server(light_chromium) as remote:
        args = ("audit", "ada", "--base-url", site.base_url("skeleton-forever"), "--json")
        with begun(light_chromium, home, *args, "--connect", remote.url) as process:
            for _ in range(2):
                heard(process, "Click Privacy")
                for browser in remote.browsers:
                    with suppress(ProcessLookupError):  # a fork of one, gone by now
                        os.kill(browser, signal.SIGKILL)
            said, told = process.communicate(timeout=60)
    (found,) = json.loads(said)["findings"]
    assert (found["outcome"], found["reason"]) == ("unread", "browser_failed"), told
    assert process.returncode == 5


@pytest.mark.slow
@pytest.mark.parametrize("spares", [1, 0])
def test_a_click_is_not_made_again_when_its_remote_browser_is_lost(
    site: Site, light_chromium: str, home: Path, spares: int
) -> None:
    with two_servers(light_chromium) as servers:
        args = ["set", "off", "--yes", "--base-url", site.base_url("save-slow"), "--json"]
        for remote in servers[: 1 + spares]:
            args += ["--connect", remote.url]
        with begun(light_chromium, home, *args) as process:
            until = time.monotonic() + 60
            while not site.ledger("save-slow") and time.monotonic() < until:
                time.sleep(0.05)
            servers[0].kill()
            said, told = process.communicate(timeout=60)
    (found,) = json.loads(said)["findings"]
    assert len(site.ledger("save-slow")) == 1, told
    expected = ("changed", "off", 0) if spares else ("unread", "unknown", 5)
    assert (found["outcome"], found["state"], process.returncode) == expected, found


def test_all_without_any_session_asks_for_a_person(auditor: Auditor, site: Site) -> None:
    done = auditor("audit", "--all", "--base-url", site.base_url("off"))
    origin = site.base_url("off").removesuffix("/s/off")
    assert done.returncode == 4
    assert (
        f"error: No account is signed in at {origin}.\nhint: Sign in with `auditor login"
        " ACCOUNT`.\n" in done.stderr
    )


def test_all_and_names_contradict_each_other(auditor: Auditor) -> None:
    done = auditor("audit", "ada", "--all")
    assert done.returncode == 2
    assert (
        "error: `--all` takes the sealed sessions, so it goes without names and --ephemeral.\n"
        in done.stderr
    )


def test_a_live_account_is_never_looked_at_without_a_window(auditor: Auditor) -> None:
    done = auditor("audit", "--headless")
    assert done.returncode == 2
    assert "error: A live account is only looked at in a window that you can see.\n" in done.stderr


@pytest.mark.parametrize("command", [("audit",), ("set", "off", "--yes"), ("login",)])
def test_without_consent_no_live_account_is_opened(
    auditor: Auditor, command: tuple[str, ...]
) -> None:
    done = auditor(*command)
    assert done.returncode == 4
    assert (
        "error: Your own account is opened only with your consent, and nobody can be asked here.\n"
        in done.stderr
    )
    assert "/privacy-settings" in done.stderr
