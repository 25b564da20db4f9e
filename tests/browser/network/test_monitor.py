"""What of a page's requests may bring a newer value in a way that nobody here can follow."""

from __future__ import annotations

import asyncio
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING

import pytest

from auditor.browser.network.monitor import NetworkMonitor
from auditor.browser.network.tab import TabOpener
from auditor.core.base_url import parse_base_url
from auditor.flow import load_flow
from tests.serving import LocalServer, Quiet, serving

if TYPE_CHECKING:
    from playwright.async_api import Browser as AsyncBrowser

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

OUT_OF_SIGHT = (
    "fetch('/q', {method: 'QUERY'})",
    "fetch('/api/settings', {method: 'POST', body: '{}'})",
    "fetch('/graphql', {method: 'POST', body: '{\"operationName\": \"Settings\"}'})",
    "(() => { const asked = new XMLHttpRequest(); asked.open('POST', '/q'); asked.send(); })()",
    "new EventSource('/stream')",
    "typeof SharedWorker",
    "new WebSocket(`ws://${location.host}/live`)",
)
IN_SIGHT = (
    "fetch('/api/event_logging/batch', {method: 'POST', body: '{}'})",
    "fetch('/api/statsig', {method: 'POST', body: '{}'})",
    "fetch('http://localhost:1/q', {method: 'POST', body: '{}'})",
    "fetch('/q', {method: 'PUT', body: '{}'})",
    "navigator.sendBeacon('/q', 'x')",
    "fetch('/q')",
)


class Handler(Quiet, BaseHTTPRequestHandler):
    """Serves one empty page at every address."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.send_header("content-length", "0")
        self.end_headers()


async def is_out_of_sight(browser: AsyncBrowser, script: str, *, opened: bool) -> bool:
    """Return whether a script read out of sight, with a panel opened before it or not."""
    with serving(LocalServer(("127.0.0.1", 0), Handler)) as server:
        base = f"http://127.0.0.1:{server.server_address[1]}"
        async with await browser.new_context(service_workers="block") as context:
            monitor = NetworkMonitor(load_flow("claude/web").about, parse_base_url(base))
            tab = await TabOpener(context, monitor).open_first()
            await tab.page.goto(base)
            if opened:
                monitor.note_panel_opening()
            # what is asked for afterwards is heard afterwards
            await tab.page.evaluate(f"async () => {{ await ({script}); await fetch('/last'); }}")
            for _ in range(25):
                if (told := monitor.take_witness()).missed or told.read_refused:
                    return True
                await asyncio.sleep(0.02)
            return False


@pytest.mark.parametrize("script", OUT_OF_SIGHT)
async def test_the_panel_reads_out_of_sight(bare_browser: AsyncBrowser, script: str) -> None:
    script = f"Promise.resolve().then(() => {script}).catch(() => 0)"
    assert await is_out_of_sight(bare_browser, script, opened=True)


@pytest.mark.parametrize("script", IN_SIGHT)
async def test_reports_and_plain_reads_are_no_such_thing(
    bare_browser: AsyncBrowser, script: str
) -> None:
    script = f"Promise.resolve().then(() => {script}).catch(() => 0)"
    assert not await is_out_of_sight(bare_browser, script, opened=True)


@pytest.mark.parametrize("script", OUT_OF_SIGHT[1:])
async def test_before_the_panel_was_opened_only_another_method_counts(
    bare_browser: AsyncBrowser, script: str
) -> None:
    script = f"Promise.resolve().then(() => {script}).catch(() => 0)"
    assert not await is_out_of_sight(bare_browser, script, opened=False)
