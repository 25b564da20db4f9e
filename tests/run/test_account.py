"""The command line waits for a person who answers a notice in a window, and then reads.

The person is a second script at the same browser, or somebody at the keyboard of a display.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from auditor.browser.engine.find import find_browser, is_root

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from auditor.mocksite import Site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
WAITING = "Waiting for your choice in the browser's window"


def within(seconds: float, look: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever is looked for
    end = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < end:
        time.sleep(0.05)
    return found


@dataclass
class Waiting:
    """A run of the command line that waits for a person, in a process of its own."""

    process: subprocess.Popen[str]
    told: Path

    @property
    def stderr(self) -> str:
        return self.told.read_text(encoding="utf-8")

    def waits(self) -> None:
        assert within(60, lambda: WAITING in self.stderr), self.stderr

    def ends(self) -> tuple[int, dict[str, Any]]:
        out, _ = self.process.communicate(timeout=60)
        return self.process.returncode, json.loads(out)["findings"][0] if out else {}


@pytest.fixture
def waiting(tmp_path: Path, chromium: str) -> Iterator[Callable[..., Waiting]]:
    """Return what starts `audit --wait-for-person` and goes on."""
    begun: list[Waiting] = []

    def start(*args: str, **env: str) -> Waiting:
        told = tmp_path / "stderr"
        with told.open("w") as stderr:
            process = subprocess.Popen(
                [sys.executable, "-m", "auditor", "audit", "--json", "--no-history", *args],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
                env={**os.environ, "AUDITOR_BROWSER": chromium, **env},
            )
        begun.append(Waiting(process, told))
        return begun[-1]

    yield start
    for each in begun:
        if each.process.poll() is None:
            each.process.kill()
            each.process.communicate()


@contextmanager
def own_browser(chromium: str) -> Iterator[str]:
    """Start a browser as a person does, with a debugging port, and give its address."""
    with tempfile.TemporaryDirectory(dir="/tmp", ignore_cleanup_errors=True) as folder:
        program = find_browser(chromium, Path("/nonexistent")).program()
        sandbox = ["--no-sandbox"] if is_root() else []
        command = [program, "--headless", "--remote-debugging-port=0", "--no-first-run", *sandbox]
        command += [f"--user-data-dir={folder}", "about:blank"]
        quiet = subprocess.DEVNULL
        with subprocess.Popen(
            command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
        ) as process:
            try:
                port = Path(folder) / "DevToolsActivePort"
                assert within(30, lambda: port.exists() and port.read_text().count("\n"))
                yield f"http://127.0.0.1:{port.read_text().splitlines()[0]}"
            finally:
                os.killpg(process.pid, signal.SIGKILL)


def page_of(browser: Browser, name: str) -> Page:
    """Return the tab that shows a scenario."""
    tabs = within(20, lambda: [p for p in browser.contexts[0].pages if f"/s/{name}/" in p.url])
    assert tabs, [page.url for page in browser.contexts[0].pages]
    found: Page = tabs[0]
    return found


def paths_of(site: Site, name: str) -> list[str]:
    return [
        f"{each['method']} {str(each['path']).rpartition('/')[2]}" for each in site.ledger(name)
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "turns_off", "state", "code", "sent"),
    [
        ("terms-notice-grace", True, "off", 0, ["PATCH settings", "PUT accept_legal_docs"]),
        ("terms-de", False, "on", 10, ["PATCH settings", "PUT accept_legal_docs"]),
        ("onboarding-ja", True, "off", 0, ["PUT account"]),
    ],
    ids=["notice, off", "notice in German, on", "sign-up in Japanese, off"],
)
def test_a_second_script_at_the_persons_own_browser_chooses(
    site: Site, waiting: Callable[..., Waiting], chromium: str,
    name: str, turns_off: bool, state: str, code: int, sent: list[str],
) -> None:  # fmt: skip
    with own_browser(chromium) as address:
        run = waiting(
            *("--base-url", site.base_url(name), "--attach", address, "--wait-for-person", "2")
        )
        run.waits()
        with sync_playwright() as playwright:
            page = page_of(playwright.chromium.connect_over_cdp(address), name)
            if turns_off:
                page.locator("#notices, main.alone").get_by_role("switch").first.dispatch_event(
                    "click"
                )
            page.locator("button.primary").last.click()
            ended, found = run.ends()
    assert (ended, found["state"], found["evidence"]) == (code, state, "proved"), run.stderr
    assert f"You chose {state.upper()} yourself in the window" in found["message"]
    assert paths_of(site, name) == sent


@pytest.fixture
def display() -> Iterator[str]:
    missing = [name for name in ("Xvfb", "xdotool") if shutil.which(name) is None]
    if missing:
        pytest.fail(f"{', '.join(missing)} not found; apt-get install --yes xvfb xdotool")
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x1000x24", "-nolisten", "tcp"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, pass_fds=[write], stdout=quiet, stderr=quiet) as server:
        os.close(write)
        with os.fdopen(read) as told:
            number = told.readline().strip()
        try:
            yield f":{number}"
        finally:
            server.terminate()


def press(display: str, *words: str) -> None:
    env = {**os.environ, "DISPLAY": display}
    subprocess.run(["xdotool", *words], env=env, check=True, timeout=30, capture_output=True)


def test_a_person_at_the_keyboard_turns_the_switch_off_and_accepts(
    site: Site, waiting: Callable[..., Waiting], display: str
) -> None:
    name = "terms-notice-blocking"
    run = waiting(
        *("--base-url", site.base_url(name), "--headed", "--wait-for-person", "2"), DISPLAY=display
    )
    run.waits()
    # the first of the dialog is its switch, the next one its button
    press(display, "search", "--sync", "--onlyvisible", "--name", "Claude", "windowfocus")
    press(display, "key", "Tab", "space", "Tab", "Return")
    code, found = run.ends()
    assert (code, found["state"], found["evidence"]) == (0, "off", "proved"), run.stderr
    assert paths_of(site, name) == ["PATCH settings", "PUT accept_legal_docs"]


@pytest.mark.slow
def test_without_a_notice_the_person_presses_the_switch_itself(
    site: Site, waiting: Callable[..., Waiting], chromium: str
) -> None:
    with own_browser(chromium) as address:
        run = waiting(
            *("--base-url", site.base_url("undecided"), "--attach", address),
            *("--wait-for-person", "2"),
        )
        run.waits()
        with sync_playwright() as playwright:
            page = page_of(playwright.chromium.connect_over_cdp(address), "undecided")
            switch = page.get_by_role("switch", name="Help improve our AI models")
            for _ in range(2):
                with page.expect_response(lambda answer: answer.request.method == "PATCH"):
                    switch.click()
            ended, found = run.ends()
    assert (ended, found["state"], found["evidence"]) == (0, "off", "proved"), run.stderr
    assert "The first press may turn it ON; for OFF, press once more." in run.stderr
    assert paths_of(site, "undecided") == ["PATCH settings", "PATCH settings"]


def test_ctrl_c_ends_the_waiting_and_leaves_nothing_running(
    site: Site, waiting: Callable[..., Waiting], display: str
) -> None:
    name = "terms-notice-blocking"
    run = waiting(
        *("--base-url", site.base_url(name), "--headed", "--wait-for-person", "60"),
        DISPLAY=display,
    )
    run.waits()
    run.process.send_signal(signal.SIGINT)
    code, found = run.ends()
    assert (code, found) == (130, {})
    assert "Interrupted. Nothing is left running" in run.stderr
    assert site.ledger(name) == []


def test_nobody_chooses(site: Site, waiting: Callable[..., Waiting], display: str) -> None:
    name = "onboarding"
    run = waiting(
        *("--base-url", site.base_url(name), "--headed", "--wait-for-person", "0.05"),
        DISPLAY=display,
    )
    code, found = run.ends()
    assert (code, found["state"], found["reason"]) == (4, "undecided", "choice_pending")
    assert found["message"].endswith("No choice was stored within 3 seconds.")
    assert found["seconds"] < 45
    assert site.ledger(name) == []
