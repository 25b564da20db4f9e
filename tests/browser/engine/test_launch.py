import asyncio
import os
import ssl
import threading
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

from auditor.browser.engine.launch import (
    _MAKERS_SERVICES,
    _PLAYWRIGHT_DISABLES,
    _REPORTS,
    _UNSEEN_PAGES,
    PLAIN_SWITCHES,
    BrowserOptions,
    launch_browser,
)
from auditor.errors import SetupError, UsageError
from tests.serving import LocalServer, Quiet, serving
from tests.tls import make_certificate

pytestmark = pytest.mark.browser
SWITCH = "--disable-features="


def features_of_children(pid: int) -> list[str]:
    """What the browsers below a process were told to leave off; the last such switch counts."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_text().replace("\0", " ").split()
            parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except (OSError, IndexError):
            continue
        if (
            parent == pid
            and "--headless" in words
            and not any(word.startswith("--type=") for word in words)
        ):
            found += [word.removeprefix(SWITCH) for word in words if word.startswith(SWITCH)][-1:]
    return found


def children() -> set[str]:
    """Return the processes that this one has started."""
    pid = os.getpid()
    return set(Path(f"/proc/{pid}/task/{pid}/children").read_text().split())


def driver(before: set[str]) -> int:
    """Return the process of Playwright's driver that was started since; others serve other tests."""
    begun = children() - before
    (found,) = [pid for pid in begun if "playwright" in Path(f"/proc/{pid}/cmdline").read_text()]
    return int(found)


async def test_the_features_playwright_turns_off_are_still_the_ones_said_again(
    chromium: str,
) -> None:
    before = children()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, chromium_sandbox=False)
        (plain,) = await asyncio.to_thread(features_of_children, driver(before))
        await browser.close()
    assert set(plain.split(",")) <= set(_PLAYWRIGHT_DISABLES)


async def test_the_browser_leaves_off_what_nobody_sees(chromium: str) -> None:
    before = children()
    async with launch_browser(BrowserOptions(chromium), lambda _: None):
        (ours,) = await asyncio.to_thread(features_of_children, driver(before))
    assert set(ours.split(",")) == {
        *_PLAYWRIGHT_DISABLES,
        *_UNSEEN_PAGES,
        *_MAKERS_SERVICES,
        *_REPORTS,
    }


def stub(folder: Path, name: str, script: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


async def test_a_stub_that_is_found_first_gives_way_to_the_next(
    light_chromium: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    first = stub(tmp_path, "chromium-headless-shell", "echo 'install me' >&2; exit 1")
    second = stub(tmp_path, "chrome-headless-shell", f'exec "{light_chromium}" "$@"')
    said: list[str] = []
    async with launch_browser(BrowserOptions(), said.append) as running:
        assert running.found.path == str(second)
    assert f"{first} could not be started; {second} is used instead." in said


async def test_a_browser_that_was_asked_for_gives_way_to_none(tmp_path: Path) -> None:
    first = stub(tmp_path, "mine", "exit 1")
    with pytest.raises(SetupError, match=f"^{first} could not be started as a browser$"):
        async with launch_browser(BrowserOptions(str(first)), lambda _: None):
            pass


async def test_where_none_starts_the_first_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    first = stub(tmp_path, "chromium-headless-shell", "exit 1")
    stub(tmp_path, "chromium", "exit 1")
    with pytest.raises(SetupError, match=f"^{first} could not be started as a browser$"):
        async with launch_browser(BrowserOptions(), lambda _: None):
            pass


@pytest.mark.parametrize(("device", "width"), [("Pixel 7", 412), ("iPhone 15", 393)])
async def test_a_page_is_drawn_as_on_a_phone(light_chromium: str, device: str, width: int) -> None:
    script = "[innerWidth, navigator.maxTouchPoints > 0, matchMedia('(hover: none)').matches]"
    async with (
        launch_browser(BrowserOptions(light_chromium), lambda _: None) as running,
        running.context((1280, 800), device=device) as context,
    ):
        page = await context.new_page()
        await page.set_content('<meta name=viewport content="width=device-width">')
        assert await page.evaluate(script) == [width, True, True]
        assert device.split(maxsplit=1)[0] in await page.evaluate("navigator.userAgent")


async def test_a_phone_that_nobody_knows_is_told_with_near_names(light_chromium: str) -> None:
    async with launch_browser(BrowserOptions(light_chromium), lambda _: None) as running:
        with pytest.raises(UsageError, match="no device named pixle 7") as told:
            running.describe_device("pixle 7")
        assert "Pixel 7" in str(told.value.hint)
        assert running.describe_device("pixel 7") == running.describe_device("Pixel 7")


class Reported(Quiet, BaseHTTPRequestHandler):
    """A page whose policy forbids its picture, and asks the browser to report that."""

    arrived = threading.Event()

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Security-Policy", "img-src 'none'; report-to here")
        self.send_header("Reporting-Endpoints", 'here="/reports"')
        self.end_headers()
        self.wfile.write(b"<!doctype html><img src=/picture>")

    def do_POST(self) -> None:
        self.arrived.set()
        self.send_response(204)
        self.end_headers()


async def test_what_the_browser_itself_would_report_is_not_sent(
    chromium: str, tmp_path: Path
) -> None:
    """A report of the browser's own comes from no frame: no interception of requests sees it."""
    trusting = stub(tmp_path, "trusting", f'exec "{chromium}" --ignore-certificate-errors "$@"')
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(make_certificate(tmp_path))
    server = LocalServer(("127.0.0.1", 0), Reported)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    url = f"https://127.0.0.1:{server.server_address[1]}/"
    with serving(server):
        async with async_playwright() as playwright:
            options = {"executable_path": str(trusting), "chromium_sandbox": False}
            plain = await playwright.chromium.launch(**options)  # type: ignore[arg-type]
            await (await plain.new_page()).goto(url)
            await plain.contexts[0].close()
            assert await asyncio.to_thread(Reported.arrived.wait, 20), "the page reports nothing"
            await plain.close()
        Reported.arrived.clear()
        async with launch_browser(BrowserOptions(str(trusting)), lambda _: None) as running:
            async with running.context((800, 600)) as ours:
                await (await ours.new_page()).goto(url)
            assert not await asyncio.to_thread(Reported.arrived.wait, 3)


# Switches of which Chromium warns in a bar above every page (its bad_flags_prompt.cc).
WARNED_OF = {
    "--allow-running-insecure-content",
    "--disable-gpu-sandbox",
    "--disable-seccomp-filter-sandbox",
    "--disable-setuid-sandbox",
    "--disable-site-isolation-trials",
    "--disable-web-security",
    "--gaia-url",
    "--host-resolver-rules",
    "--host-rules",
    "--ignore-certificate-errors",
    "--log-net-log",
    "--no-sandbox",
    "--single-process",
}


def test_the_person_s_window_bears_no_warning_of_its_switches() -> None:
    assert not {switch.partition("=")[0] for switch in PLAIN_SWITCHES} & WARNED_OF
