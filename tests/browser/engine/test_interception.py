"""Whatever a page sends, and from wherever it does, is held in the browser and asked about."""

from __future__ import annotations

import asyncio
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING

import pytest

from auditor.browser.engine.launch import BrowserOptions, launch_browser
from auditor.browser.network.tab import Tab
from tests.serving import LocalServer, Quiet, serving

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext

    from auditor.browser.engine.interception import HeldRequest, HeldTab

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
_POST = "fetch(url, {method: 'POST'})"
_WORKER = f"const url = '/write/worker'; {_POST}; self.onconnect = () => 0"
# each ends with a write that arrives at /write/… if nothing holds it back
WAYS = {
    "fetch": f"let url = '/write/1'; {_POST}",
    "addressed like a file": f"let url = '/write/1.js'; {_POST}",
    "kept alive": "fetch('/write/1', {method: 'PUT', keepalive: true})",
    "old request": "x = new XMLHttpRequest(); x.open('DELETE', '/write/1'); x.send()",
    "beacon": "navigator.sendBeacon('/write/1', 'x')",
    "ping of a link": "document.body.innerHTML = '<a id=a href=#x ping=/write/1>x</a>'; a.click()",
    "form": "document.body.innerHTML = '<form id=f method=post action=/write/1>'; f.submit()",
    "form addressed like a picture": (
        "document.body.innerHTML = '<form id=f method=post action=/write/1.png>'; f.submit()"
    ),
    "worker": "new Worker('/worker')",
    "worker made of a text": (
        "new Worker(URL.createObjectURL(new Blob([`fetch('${location.origin}/write/1',"
        " {method: 'POST'})`])))"
    ),
    "shared worker": "new SharedWorker('/worker')",
    "service worker": "navigator.serviceWorker.register('/worker')",
    "second tab": "open('/tab')",
    "frame of another site": (
        "document.body.innerHTML ="
        " `<iframe src=\"${location.origin.replace('127.0.0.1', 'localhost')}/tab\">`"
    ),
    "report of a policy": (
        "document.head.innerHTML ="
        " '<meta http-equiv=content-security-policy content=\"img-src none\">'; new Image().src ="
        " '/x.png'; fetch('/write/1', {method: 'POST'})"
    ),
    "left page": (
        "addEventListener('pagehide', () => { navigator.sendBeacon('/write/1', 'x');"
        " fetch('/write/2', {method: 'POST', keepalive: true}) }); location = 'about:blank'"
    ),
    "led on by 307": "fetch('/allowed', {method: 'POST', body: 'x'})",
}


class Handler(Quiet, BaseHTTPRequestHandler):
    """Keeps what arrives."""

    server: Site

    def do_GET(self) -> None:
        """Answer with a page, or with a worker's script."""
        body = _WORKER if self.path == "/worker" else "<!doctype html><body>"
        if self.path == "/tab":
            body += f"<script>const url = '/write/tab'; {_POST}</script>"
        self.send_response(200)
        kind = "text/javascript" if self.path == "/worker" else "text/html"
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def do_POST(self) -> None:
        """Keep a write, or lead the one that is let through elsewhere."""
        if self.path != "/allowed":
            self.server.writes.append(self.path)
        self.send_response(307)
        self.send_header("location", "/write/elsewhere")
        self.send_header("content-length", "0")
        self.end_headers()

    do_PUT = do_DELETE = do_POST  # noqa: N815 - the names that the base class looks for


class Site(LocalServer):
    """A site with a ledger."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.writes: list[str] = []


class ReadsOnly:
    """A gate that lets reads through, and one write that is led elsewhere."""

    def __init__(self) -> None:
        self.refused: list[HeldRequest] = []
        self.asked = asyncio.Event()

    def admit_held(self, held: HeldRequest) -> bool:
        """Refuse what would write."""
        if held.method == "GET" or held.url.endswith("/allowed"):
            return True
        self.refused.append(held)
        self.asked.set()
        return False


async def _run(
    context: BrowserContext, address: str, script: str, gate: ReadsOnly, tabs: list[HeldTab]
) -> None:
    page = await context.new_page()
    tabs.append(Tab(page, asyncio.ensure_future(context.new_cdp_session(page))).target_id)
    await page.goto(address)
    await page.evaluate(f"() => {{ {script} }}")
    async with asyncio.timeout(10):
        await gate.asked.wait()
    await context.close()


@pytest.mark.parametrize("script", WAYS.values(), ids=WAYS)
async def test_a_write_is_held_whichever_way_it_goes(light_chromium: str, script: str) -> None:
    gate = ReadsOnly()
    with serving(Site()) as site:
        async with launch_browser(BrowserOptions(light_chromium), lambda _: None) as running:
            await running.wait_until_taken_over()
            assert running.interception is not None
            with running.interception.asking(gate) as tabs:
                # workers in the background are allowed here: the browser holds theirs as well
                context = await running.browser.new_context(service_workers="allow")
                await _run(context, f"http://127.0.0.1:{site.server_port}/", script, gate, tabs)
        assert site.writes == []
    assert all("/write/" in each.url for each in gate.refused)


async def test_without_a_gate_only_reads_go_out(light_chromium: str) -> None:
    with serving(Site()) as site:
        async with launch_browser(BrowserOptions(light_chromium), lambda _: None) as running:
            await running.wait_until_taken_over()
            page = await running.browser.new_page()
            await page.goto(f"http://127.0.0.1:{site.server_port}/")
            assert await page.evaluate("fetch('/r').then(each => each.status)") == 200
            sent = "fetch('/write/1', {method: 'POST'}).then(() => 'sent', () => 'held back')"
            assert await page.evaluate(sent) == "held back"
        assert site.writes == []
