"""What is noted of a page that may not have got what it asked for."""

from __future__ import annotations

import asyncio
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, cast

import pytest
from playwright.async_api import async_playwright

from auditor.browser.network.interference import Interference, InterferenceLog, describe_body
from auditor.browser.network.monitor import NetworkMonitor
from auditor.browser.network.tab import TabOpener
from auditor.core.base_url import parse_base_url
from auditor.flow import load_flow
from tests.serving import LocalServer, Quiet, serving

if TYPE_CHECKING:
    from playwright.async_api import Browser as AsyncBrowser

JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<!DOCTYPE html><p>Sign in", "answered with a page"),
        (b"\n <html>", "answered with a page"),
        (b'{"error": {"code": 7}}', "answered with an error"),
        (b'{"errors": ["no"]}', "answered with an error"),
        (b'{"type": "error"}', "answered with an error"),
        (b'{"value": false, "stale": true}', "answered with an error"),
        (b'{"value": false, "pending": false}', ""),
        (b'{"value": false, "isStale": true}', "answered with an error"),
        (b'{"value": false, "pending_changes": [1]}', "answered with an error"),
        (b'{"value": false, "status": "Pending"}', "answered with an error"),
        (b'{"value": false, "status": "active", "type": 3}', ""),
        (b'{"value": false, "error_reports": true}', ""),
        (b"{}", "answered with nothing"),
        (b"null", "answered with nothing"),
        (b"[]", "answered with nothing"),
        (b"", "answered with broken data"),
        (b'{"a": ', "answered with broken data"),
        (b'{"a": 1}', ""),
        (b'{"errors": [], "a": 1}', ""),
        (b"false", ""),
    ],
)
def test_an_answer_to_a_request_for_data_may_be_none(body: bytes, said: str) -> None:
    assert describe_body(body, JSON) == said


def test_a_fragment_or_another_type_may_be_data() -> None:
    assert describe_body(b"<div>On</div>", {"content-type": "text/html"}) == ""
    assert describe_body(b"a,b", {"content-type": "text/csv"}) == ""
    assert describe_body(b" ", {"content-type": "text/plain"}) == "answered with nothing"


# ---------------------------------------------------------------- in a browser

ANSWERS = {
    "/error": (200, "application/json", b'{"error": "no"}'),
    "/empty": (200, "application/json", b"{}"),
    "/page": (200, "text/html", b"<!doctype html><title>Sign in</title>"),
    "/fine": (200, "application/json", b'{"a": 1}'),
    "/stream": (200, "text/event-stream", b"data: 1\n\n"),
    "/worker.js": (200, "text/javascript", b"self.x = 1"),
    "/missing.png": (404, "text/plain", b"no"),
    "/old": (200, "application/json", b'{"a": 2}'),
    "/moved": (302, "text/plain", b""),
}


class Handler(Quiet, BaseHTTPRequestHandler):
    """Serves one page whose script is in its address, and the answers above."""

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        script = b"<!doctype html><body><script>" + bytes.fromhex(query) + b"</script>"
        status, kind, body = ANSWERS.get(path, (200, "text/html", script))
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        if status == 302:
            self.send_header("location", "/fine")
        if path == "/old":
            self.send_header("age", "86400")
        self.end_headers()
        self.wfile.write(body)


CASES = {
    "fetch('/q', {method: 'QUERY'}).catch(() => 0)": Interference(refused=("QUERY /q",)),
    "fetch('/file.js', {method: 'POST'}).catch(() => 0)": Interference(refused=("POST /file.js",)),
    "navigator.sendBeacon('/b', 'x')": Interference(switched_off=("a beacon",)),
    "typeof SharedWorker": Interference(switched_off=("SharedWorker",)),
    "navigator.serviceWorker.register('/worker.js').catch(() => 0)": Interference(
        switched_off=("a service worker",)
    ),
    "new Worker('/worker.js')": Interference(switched_off=("a worker",)),
    "window.open('/fine')": Interference(switched_off=("a second tab",)),
    "new Image().src = '/missing.png'": Interference(failed=("/missing.png (404)",)),
    "new Image().src = 'http://127.0.0.1:1/x.png'": Interference(failed=("/x.png (broken off)",)),
    "new EventSource('/stream')": Interference(
        streamed=("a stream of events", "a stream from /stream"),
    ),
    "fetch('/error').then((each) => each.text())": Interference(
        no_data=("/error answered with an error",)
    ),
    "fetch('/empty').then((each) => each.text())": Interference(
        no_data=("/empty answered with nothing",)
    ),
    "fetch('/page').then((each) => each.text())": Interference(
        no_data=("/page answered with a page",)
    ),
    "fetch('/moved').then((each) => each.text())": Interference(
        no_data=("/moved was led elsewhere",)
    ),
    "fetch('/old').then((each) => each.text())": Interference(
        no_data=("/old answered with an old copy",)
    ),
    "fetch('/fine').then((each) => each.text())": Interference(),
    "document.title = typeof noteCallHeldBack": Interference(),
}


async def noted_on(browser: AsyncBrowser, script: str, expected: Interference) -> Interference:
    """Return what is noted of a page with this script, as soon as it is what is expected."""
    with serving(LocalServer(("127.0.0.1", 0), Handler)) as server:
        base = f"http://127.0.0.1:{server.server_address[1]}"
        async with await browser.new_context(service_workers="block") as context:
            monitor = NetworkMonitor(load_flow("claude/web").about, parse_base_url(base))
            tab = await TabOpener(context, monitor).open_first()
            await tab.page.goto(f"{base}/?{script.encode().hex()}")
            assert await tab.page.title() in ("", "undefined")
            found = Interference()
            for _ in range(75):
                found = await monitor.interference.take()
                if found == expected and found != Interference():
                    break
                await asyncio.sleep(0.04)
            return found


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(("script", "noted"), CASES.items(), ids=CASES)
async def test_what_a_page_may_not_have_got_is_noted(
    bare_browser: AsyncBrowser, script: str, noted: Interference
) -> None:
    assert await noted_on(bare_browser, script, noted) == noted


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
async def test_a_peer_connection_is_noted(chromium: str) -> None:
    # the browser without a window knows none
    script, noted = "new RTCPeerConnection()", Interference(switched_off=("a peer connection",))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, chromium_sandbox=False)
        assert await noted_on(browser, script, noted) == noted


# ---------------------------------------------------------------- since the panel was opened

SOCKET = "new WebSocket(location.origin.replace('http', 'ws') + '/line')"
POST = "fetch('/{}', {{method: 'POST', body: '{}'{}}}).catch(() => 0);"
SINCE_OPENING = {
    "a question": ("", POST.format("ask", "{}", ""), ("POST /ask",)),
    "a report": ("", POST.format("log", "{}", ""), ()),
    "kept alive": ("", POST.format("ask", "{}", ", keepalive: true"), ()),
    "a form": ("", "document.body.innerHTML = '<form method=post action=/ask target=x>'; document.forms[0].submit()", ("a form into another tab",)),
    "a new socket": ("", SOCKET, ("a socket",)),
    "the same socket": (SOCKET, SOCKET, ()),
    "something said over it": (f"l = {SOCKET}", "l.send('tell me all')", ("a socket",)),
    "a heartbeat": (f"l = {SOCKET}", "l.send('ping')", ()),
    "a stream": ("", "new EventSource('/stream')", ("a stream of events", "a stream from /stream")),
    "a shared worker": ("typeof SharedWorker", "typeof SharedWorker", ("SharedWorker",)),
    "a beacon": ("", "navigator.sendBeacon('/b', 'x')", ()),
}  # fmt: skip


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(("before", "after", "missed"), SINCE_OPENING.values(), ids=SINCE_OPENING)
async def test_what_may_have_told_another_value_since_the_panel_was_opened_is_noted(
    bare_browser: AsyncBrowser, before: str, after: str, missed: tuple[str, ...]
) -> None:
    with serving(LocalServer(("127.0.0.1", 0), Handler)) as server:
        base = f"http://127.0.0.1:{server.server_address[1]}"
        async with await bare_browser.new_context(service_workers="block") as context:
            monitor = NetworkMonitor(load_flow("claude/web").about, parse_base_url(base))
            tab = await TabOpener(context, monitor).open_first()
            await tab.page.goto(f"{base}/?{before.encode().hex()}")
            await tab.page.evaluate("fetch('/fine').then((each) => each.text())")
            monitor.note_panel_opening()
            await tab.page.evaluate(f"() => {{ {after} }}")
            await tab.page.evaluate("fetch('/fine').then((each) => each.text())")
            for _ in range(25):
                if missed and monitor.take_witness().missed == missed:
                    break
                await asyncio.sleep(0.04)
            assert monitor.take_witness().missed == missed


def test_a_helper_started_since_the_panel_was_opened_is_noted() -> None:
    log = InterferenceLog()
    log.note_worker("http://a/chat.js")
    log.note_panel_opening()
    log.note_worker("http://a/chat.js")
    assert not log.helper_started
    log.note_worker("http://a/settings.js")
    assert log.helper_started


def test_a_frame_made_since_the_panel_was_opened_is_noted() -> None:
    log = InterferenceLog()
    log.note_frame()
    assert not log.helper_started
    log.note_panel_opening()
    log.note_frame()
    assert log.helper_started


def test_what_a_page_begins_with_may_begin_again_with_a_page_of_its_own_for_the_panel() -> None:
    class Navigation:
        resource_type = "document"

        def is_navigation_request(self) -> bool:
            return True

    log = InterferenceLog()
    log.note_switched_off("SharedWorker")
    log.note_panel_opening()
    log.note_request(cast("Any", Navigation()))
    log.note_switched_off("SharedWorker")
    log.note_switched_off("WebTransport")
    assert log.missed == ("WebTransport",)
