"""No page and no worker gets a socket, wherever it opens one, nor a peer by WebRTC."""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import closing, contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING

import pytest

from auditor.browser.engine.launch import BrowserOptions, launch_browser
from auditor.browser.network.tab import unload_guard_script
from tests.serving import LocalServer, Quiet, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.async_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
# says that it is done whether it got a socket or not; `origin` stands for the site's own address
OPEN = (
    "(() => { const done = () => fetch('http://origin/done', {mode: 'no-cors'});"
    " try { const line = new WebSocket('ws://origin/socket'); line.onerror = line.onclose = done }"
    " catch { done() } })()"
)
TEXT = f"URL.createObjectURL(new Blob([`{OPEN}`]))"
IN_TEXT = "URL.createObjectURL(new Blob([`new Worker('http://origin/script')`]))"
FRAME = "const frame = document.createElement('iframe'); document.body.append(frame);"
WAYS = {
    "the page": OPEN,
    "the page, by what a socket says it is made by": (
        f"const line = WebSocket.prototype.constructor; {OPEN.replace('new WebSocket', 'new line')}"
    ),
    "a frame without an address": f"{FRAME} frame.contentWindow.eval(`{OPEN}`)",
    "a frame's own function": f"{FRAME} const WebSocket = frame.contentWindow.WebSocket; {OPEN}",
    "a document written into a frame": (
        f"{FRAME} const inside = frame.contentDocument; inside.open();"
        f" inside.write(`<script>{OPEN}</` + 'script>'); inside.close()"
    ),
    "a frame of a text": f"{FRAME} frame.srcdoc = `<script>{OPEN}</` + 'script>'",
    "a frame in a sandbox": (
        f"{FRAME} frame.sandbox = 'allow-scripts'; frame.srcdoc = `<script>{OPEN}</` + 'script>'"
    ),
    "a frame whose address is its text": (
        f"{FRAME} frame.src = 'data:text/html,' + encodeURIComponent(`<script>{OPEN}</` + 'script>')"
    ),
    "a frame of another site": f"{FRAME} frame.src = 'http://another/page'",
    "a picture with a script": f"{FRAME} frame.src = '/picture'",
    "a worker": "new Worker('/script')",
    "a worker of modules": "new Worker('/script', {type: 'module'})",
    "a worker of a text": f"new Worker({TEXT})",
    "a worker whose address is its text": (
        f"new Worker('data:text/javascript,' + encodeURIComponent(`{OPEN}`))"
    ),
    "a worker of a worker": f"new Worker({IN_TEXT})",
    "a text's worker of a worker": "new Worker('/nest')",
    "a worker of a frame of another site": f"{FRAME} frame.src = 'http://another/worker'",
    "a service worker": (
        "ServiceWorkerContainer.prototype.register.call(navigator.serviceWorker, '/script')"
        ".catch(() => fetch('/done'))"
    ),
}
BODIES = {
    "/script": ("text/javascript", OPEN),
    "/nest": ("text/javascript", f"new Worker({TEXT})"),
    "/page": ("text/html", f"<!doctype html><script>{OPEN}</script>"),
    "/worker": ("text/html", "<!doctype html><script>new Worker('/script')</script>"),
    "/picture": (
        "image/svg+xml",
        (
            "<svg xmlns='http://www.w3.org/2000/svg'><script><![CDATA["
            f" typeof Worker === 'undefined' ? fetch('/done') : new Worker({TEXT}) ]]></script></svg>"
        ),
    ),
}


class Handler(Quiet, BaseHTTPRequestHandler):
    """Counts who wants a socket, and serves what opens one."""

    server: Site

    def do_GET(self) -> None:
        """Answer with a page or a script."""
        if self.headers.get("upgrade"):
            self.server.sockets.append(self.path)
            self.send_error(400)
            return
        if self.path == "/done":
            self.server.done.set()
        port = self.server.server_port
        kind, text = BODIES.get(self.path, ("text/html", "<!doctype html><body>"))
        body = for_site(text, port).encode()
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Site(LocalServer):
    """A site with a ledger of sockets."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.sockets: list[str] = []
        self.done = threading.Event()


def for_site(text: str, port: int) -> str:
    """Return a script with the addresses of a site in it."""
    own, another = f"//127.0.0.1:{port}/", f"//localhost:{port}/"
    return text.replace("//origin/", own).replace("//another/", another)


async def run(page: Page, site: Site, script: str) -> None:
    """Run a script on the site's page, until it says that it is done."""
    await page.goto(f"http://127.0.0.1:{site.server_port}/")
    await page.evaluate(f"() => {{ {for_site(script, site.server_port)} }}")
    assert await asyncio.to_thread(site.done.wait, 10)


@pytest.mark.parametrize("script", WAYS.values(), ids=WAYS)
async def test_nobody_gets_a_socket(light_chromium: str, script: str) -> None:
    with serving(Site()) as site:
        async with launch_browser(BrowserOptions(light_chromium), lambda _: None) as running:
            await running.wait_until_taken_over()
            context = await running.browser.new_context(service_workers="allow")
            await context.add_init_script(unload_guard_script(own_context=False))
            await run(await context.new_page(), site, script)
        assert site.sockets == []


async def test_a_worker_whose_script_does_not_come_says_so(light_chromium: str) -> None:
    script = "new Worker('http://127.0.0.1:1/script').onerror = () => fetch('/done')"
    with serving(Site()) as site:
        async with launch_browser(BrowserOptions(light_chromium), lambda _: None) as running:
            await running.wait_until_taken_over()
            page = await running.browser.new_page()
            await run(page, site, f"try {{ {script} }} catch {{ fetch('/done') }}")
            site.done.clear()
            await run(page, site, "new Worker('/\\x00x').onerror = () => fetch('/done')")


@contextmanager
def relay() -> Iterator[tuple[int, list[bytes]]]:
    """Give a relay's port over TCP, and all that is said to it."""
    said: list[bytes] = []
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:

        def listen() -> None:
            while True:
                try:
                    line, _ = listener.accept()
                except OSError:
                    return
                with line:
                    said.append(line.recv(200))

        threading.Thread(target=listen, daemon=True).start()
        yield listener.getsockname()[1], said
        listener.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("kind", ["chromium", "light_chromium"])
async def test_no_worker_begins_a_web_transport(kind: str, request: pytest.FixtureRequest) -> None:
    said: list[int] = []
    with serving(Site()) as site, closing(socket.socket(type=socket.SOCK_DGRAM)) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(0)
        address = f"https://127.0.0.1:{listener.getsockname()[1]}/x"
        script = (
            f"const line = new WebTransport('{address}');"
            " const done = () => fetch('http://origin/done', {mode: 'no-cors'});"
            " line.ready.then(done, done)"
        )
        browser = request.getfixturevalue(kind)
        async with launch_browser(BrowserOptions(browser), lambda _: None) as running:
            page = await running.browser.new_page()
            await run(page, site, f"new Worker(URL.createObjectURL(new Blob([`{script}`])))")
        with suppress(BlockingIOError):
            while True:
                said.append(len(listener.recv(2000)))
    assert said == []


PEER = (
    "const peer = new {}({{iceServers: [{{urls: 'turn:127.0.0.1:{}?transport=tcp', username: 'name',"
    " credential: 'word'}}], iceTransportPolicy: 'relay'}}); peer.createDataChannel('x');"
    " await peer.setLocalDescription(await peer.createOffer());"
    " await new Promise((done) => setTimeout(done, 500))"
)


@pytest.mark.parametrize(
    "made_by",
    [
        "RTCPeerConnection",
        "webkitRTCPeerConnection",
        "RTCPeerConnection.prototype.constructor",
        (
            "(document.body.append(f = document.createElement('iframe')),"
            " f.contentWindow.RTCPeerConnection)"
        ),
    ],
)
async def test_no_peer_tells_a_relay_a_login(light_chromium: str, made_by: str) -> None:
    with serving(Site()) as site, relay() as (port, said):
        async with launch_browser(BrowserOptions(light_chromium), lambda _: None) as running:
            page = await running.browser.new_page()
            await page.add_init_script(unload_guard_script())
            await page.goto(f"http://127.0.0.1:{site.server_port}/")
            script = PEER.format(made_by.replace("f =", "window.f ="), port)
            told = await page.evaluate(
                f"async () => {{ try {{ {script} }} catch (e) {{ return e.name }} }}"
            )
        assert said == []
        assert told in ("NotSupportedError", "TypeError", "ReferenceError")
