"""Whatever a page sends, and from wherever it does, is held in the browser and asked about."""

from __future__ import annotations

import asyncio
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, cast

import pytest

from auditor.browser.engine import interception
from auditor.browser.engine.launch import BrowserOptions, launch_browser
from auditor.browser.engine.page_session import PageSession
from auditor.browser.network.tab import Tab
from tests.serving import LocalServer, Quiet, serving

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext

    from auditor.browser.engine.interception import HeldRequest, HeldTab

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
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
        self.reads = 0
        self.asked = asyncio.Event()

    async def admit_held(self, held: HeldRequest) -> bool:
        """Refuse what would write."""
        self.reads += held.can_only_read
        if held.can_only_read or held.url.endswith("/allowed"):
            return True
        self.refused.append(held)
        self.asked.set()
        return False


async def _run(
    context: BrowserContext, address: str, script: str, gate: ReadsOnly, tabs: list[HeldTab]
) -> None:
    page = await context.new_page()
    tabs.append(Tab(page, PageSession(page)))
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
                context = await running.browser.new_context()
                await _run(context, f"http://127.0.0.1:{site.server_port}/", script, gate, tabs)
        assert site.writes == []
    assert all("/write/" in each.url for each in gate.refused)


async def test_a_service_worker_does_not_start(light_chromium: str) -> None:
    with serving(Site()) as site:
        async with launch_browser(BrowserOptions(light_chromium), lambda _: None) as running:
            await running.wait_until_taken_over()
            context = await running.browser.new_context(service_workers="allow")
            page = await context.new_page()
            await page.goto(f"http://127.0.0.1:{site.server_port}/")
            registered = "navigator.serviceWorker.register('/worker').then(() => 1, () => 0)"
            assert await page.evaluate(registered) == 0
        assert site.writes == []


async def test_without_a_gate_only_reads_go_out(light_chromium: str) -> None:
    with serving(Site()) as site:
        async with launch_browser(BrowserOptions(light_chromium), lambda _: None) as running:
            await running.wait_until_taken_over()
            page = await running.browser.new_page()
            await page.goto(f"http://127.0.0.1:{site.server_port}/")
            assert await page.evaluate("fetch('/r').then(each => each.status)") == 200
            for more in ("{method: 'POST'}", "{headers: {'X-HTTP-Method-Override': 'DELETE'}}"):
                sent = f"fetch('/write/1', {more}).then(() => 'sent', () => 'held back')"
                assert await page.evaluate(sent) == "held back"
        assert site.writes == []


async def test_what_no_interception_sees_is_not_there(light_chromium: str) -> None:
    looked_for = "['WebSocketStream', 'fetchLater', 'SharedWorker'].filter(name => name in self)"
    in_worker = (
        "new Promise(done => new Worker(URL.createObjectURL(new Blob([`postMessage("
        f"{looked_for})`]))).onmessage = told => done(told.data))"
    )
    with serving(Site()) as site:
        async with (
            launch_browser(BrowserOptions(light_chromium), lambda _: None) as running,
            running.context((800, 600)) as context,
        ):
            page = await context.new_page()
            # a name of this machine, so that the page may use all there is
            await page.goto(f"http://localhost:{site.server_port}/")
            assert await page.evaluate("isSecureContext")
            assert await page.evaluate(looked_for) == []
            assert await page.evaluate(in_worker) == []


class Named:
    """A tab that is called something, and has frames."""

    def __init__(self, name: str, *frames: str, hangs: bool = False, learned: str = "") -> None:
        self.name, self.frames, self.hangs, self.learned = name, set(frames), hangs, learned

    async def target_id(self) -> str:
        """Return its name."""
        return self.name

    def knows_frame(self, frame: str) -> bool:
        """Return whether it is the frame that was learned of."""
        return frame == self.learned

    async def has_frame(self, frame: str) -> bool:
        """Return whether a frame is its own, or never."""
        if self.hangs:
            await asyncio.Event().wait()
        return frame in self.frames


class Browser:
    """Tells which tab is in which context, and keeps how each request was answered."""

    def __init__(self, **contexts: str) -> None:
        self.contexts = contexts
        self.answers: list[str] = []
        self.answered = asyncio.Event()

    async def send(self, command: str, _more: object = None) -> object:
        """Answer a command of the protocol."""
        if command == "Target.getTargets":
            told = [
                {"targetId": tab, "browserContextId": context}
                for tab, context in self.contexts.items()
            ]
            return {"targetInfos": told}
        self.answers.append(command)
        self.answered.set()
        return {}


@pytest.mark.parametrize(
    ("frame", "asked"),
    [
        pytest.param("a", (1, 0), id="of the one context"),
        pytest.param("popup", (0, 1), id="of a tab that a page opened in the other"),
        pytest.param("b-inner", (0, 1), id="within a page of the other"),
        pytest.param("closed", (0, 0), id="of a context that is being closed"),
        pytest.param("", (1, 1), id="of nobody knows where"),
    ],
)
@pytest.mark.parametrize("method", ["PUT", "GET"])
async def test_the_gate_of_the_frames_own_context_is_asked(
    monkeypatch: pytest.MonkeyPatch, frame: str, asked: tuple[int, int], method: str
) -> None:
    monkeypatch.setattr(interception, "_FRAMES_SECONDS", 0.05)
    browser = Browser(a="A", b="B", popup="B", closed="C")
    held = interception.Interception(cast("Any", browser))
    first, second = ReadsOnly(), ReadsOnly()
    asks_for_more = {"X-HTTP-Method-Override": "PUT"}
    request = {"method": method, "url": "/x", "headers": asks_for_more}
    event = {"frameId": frame, "requestId": "1", "request": request}
    with held.asking(first) as ones, held.asking(second) as others:
        ones.append(Named("a", "a", hangs=True))
        others.append(Named("b", "b", "b-inner"))
        held.on_paused(event)
        async with asyncio.timeout(5):
            await browser.answered.wait()
    assert browser.answers == ["Fetch.failRequest"]
    assert (len(first.refused), len(second.refused)) == asked


@pytest.mark.parametrize(
    ("frame", "asked"),
    [
        pytest.param("a", (1, 0), id="of the one context"),
        pytest.param("popup", (0, 1), id="of a tab that a page opened in the other"),
        pytest.param("b-learned", (0, 1), id="of a frame that the other has learned of"),
        pytest.param("b-inner", (0, 0), id="of a frame that only its page could tell of"),
        pytest.param("closed", (0, 0), id="of a context that is being closed"),
    ],
)
async def test_a_plain_read_goes_out_and_no_page_is_asked_whose_it_is(
    monkeypatch: pytest.MonkeyPatch, frame: str, asked: tuple[int, int]
) -> None:
    monkeypatch.setattr(interception, "_FRAMES_SECONDS", 60.0)
    browser = Browser(a="A", b="B", popup="B", closed="C")
    held = interception.Interception(cast("Any", browser))
    first, second = ReadsOnly(), ReadsOnly()
    event = {"frameId": frame, "requestId": "1", "request": {"method": "GET", "url": "/x"}}
    with held.asking(first) as ones, held.asking(second) as others:
        ones.append(Named("a", "a", hangs=True))
        others.append(Named("b", "b", "b-inner", hangs=True, learned="b-learned"))
        held.on_paused(event)
        async with asyncio.timeout(20):  # less than a page is asked for
            await browser.answered.wait()
    assert browser.answers == ["Fetch.continueRequest"]
    assert (first.reads, second.reads) == asked


ASKS_FOR_MORE = "fetch('/write/1', {headers: {'X-HTTP-Method-Override': 'PUT'}})"


async def test_what_one_account_is_refused_is_none_of_the_other(light_chromium: str) -> None:
    first, second = ReadsOnly(), ReadsOnly()
    with serving(Site()) as site:
        url = f"http://127.0.0.1:{site.server_port}/"
        async with launch_browser(BrowserOptions(light_chromium), lambda _: None) as running:
            await running.wait_until_taken_over()
            held = running.interception
            assert held is not None
            with held.asking(first) as ones, held.asking(second) as others:
                for tabs in (ones, others):
                    context = await running.browser.new_context()
                    page = await context.new_page()
                    tab = Tab(page, PageSession(page))
                    tab.follow_frames()
                    tabs.append(tab)
                    await page.goto(url)
                await page.evaluate(f"() => {{ {ASKS_FOR_MORE} }}")
                async with asyncio.timeout(10):
                    await second.asked.wait()
    assert (len(first.refused), len(second.refused)) == (0, 1)
    assert site.writes == []
