"""Working in the person's own running browser.

The answer is right, and everything else there stays as it was.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from auditor.browser.engine import attach
from auditor.browser.engine.attach import WARNING, attach_browser
from auditor.browser.engine.find import find_browser, is_root
from auditor.browser.network.monitor import NetworkMonitor
from auditor.browser.network.tab import TabOpener
from auditor.core.attach_target import validate_attach_target
from auditor.core.base_url import parse_base_url
from auditor.errors import SetupError, UsageError
from auditor.flow import load_flow
from tests.hostile_pages import SETTINGS, Answer, Asked, Served, said
from tests.hostile_pages import Page as HostilePage
from tests.serving import LocalServer, Quiet, serving

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from playwright.async_api import Page

    from auditor.mocksite import Site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

# What a tab of the person's knows of itself, in its title: which load this is, what was typed, how
# it is drawn.
TAB = """<title>-</title><input id=typed><script>
  const load = Math.random();
  typed.value = "half a sentence";
  setInterval(() => {
    document.title = JSON.stringify([load, typed.value, innerWidth, matchMedia("(prefers-reduced-motion)").matches]);
  }, 50);
</script>"""
OPENS = (
    "<title>opener</title><script>setTimeout(() => { open().document.title = 'opened'; },"
    " 1500)</script>"
)


def as_address(html: str) -> str:
    return f"data:text/html,{quote(html)}"


@dataclass
class Own:
    """A browser that a person started, with a debugging port, and what is open in it."""

    process: subprocess.Popen[bytes]
    address: str

    def asked(self, path: str, method: str = "GET") -> Any:  # noqa: ANN401 - the browser's own JSON
        line = HTTPConnection(self.address.removeprefix("http://"), timeout=20)
        line.request(method, path)
        answer = line.getresponse().read()
        line.close()
        return json.loads(answer) if answer[:1] in b"[{" else None

    def opens(self, url: str) -> str:
        return str(self.asked(f"/json/new?{quote(url, safe=':/,%')}", "PUT")["id"])

    def tabs(self) -> dict[str, tuple[str, str]]:
        """Return address and title of every tab."""
        return {
            each["id"]: (each["url"], each["title"])
            for each in self.asked("/json/list")
            if each["type"] == "page"
        }

    @property
    def alive(self) -> bool:
        return self.process.poll() is None


def within(seconds: float, look: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever is looked for
    end = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < end:
        time.sleep(0.05)
    return found


@pytest.fixture
def own(chromium: str) -> Iterator[Own]:
    """Return a running browser with three tabs of the person's, each of which knows whether it was touched."""
    with tempfile.TemporaryDirectory(
        prefix="auditor-own-", dir="/tmp", ignore_cleanup_errors=True
    ) as folder:
        program = find_browser(chromium, Path("/nonexistent")).program()
        command = [program, "--headless", "--remote-debugging-port=0", f"--user-data-dir={folder}", "--no-first-run",
                   "--disable-popup-blocking", *(["--no-sandbox"] if is_root() else []), as_address(TAB)]  # fmt: skip
        quiet = subprocess.DEVNULL
        with subprocess.Popen(
            command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
        ) as process:
            try:
                told = Path(folder) / "DevToolsActivePort"
                assert within(30, lambda: told.exists() and told.read_text().count("\n")), (
                    "the browser did not start"
                )
                browser = Own(process, f"http://127.0.0.1:{told.read_text().splitlines()[0]}")
                browser.opens(as_address(TAB))
                browser.opens(as_address(TAB))
                assert within(
                    20, lambda: [title[:1] for _, title in browser.tabs().values()] == ["["] * 3
                )
                yield browser
            finally:
                os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture
def attaching(
    own: Own, auditor: Callable[..., subprocess.CompletedProcess[str]]
) -> Callable[..., dict[str, Any]]:
    """Return the command line, attached to that browser.

    Gives its one finding, with exit code and messages.
    """

    def run(*args: str) -> dict[str, Any]:
        done = auditor(*args, "--attach", own.address, "--json")
        assert done.stdout, done.stderr
        (found,) = json.loads(done.stdout)["findings"]
        return {**found, "exit": done.returncode, "said": done.stderr}

    return run


# ---------------------------------------------------------------- the answer is right, the browser
# untouched


def test_an_audit_opens_one_tab_closes_it_and_touches_no_other(
    own: Own, attaching: Callable[..., dict[str, Any]], site: Site
) -> None:
    before = own.tabs()
    found = attaching("audit", "--base-url", site.base_url("data-late-on"))
    assert (found["state"], found["outcome"], found["exit"]) == ("on", "not_as_wanted", 10)
    assert (found["witnesses"], found["route"]) == ({"page": "on", "network": "on"}, "documented")
    assert WARNING in found["said"]
    assert "no account is pinned as default" in found["said"]
    assert own.alive
    assert own.tabs() == before


@pytest.mark.slow
def test_a_change_is_proved_in_a_second_tab_and_both_are_closed(
    own: Own, attaching: Callable[..., dict[str, Any]], site: Site
) -> None:
    before = own.tabs()
    found = attaching("set", "off", "--yes", "--base-url", site.base_url("save-slow"))
    assert (found["state"], found["outcome"], found["exit"]) == ("off", "changed", 0)
    assert site.state("save-slow")["server"] is False
    assert [entry["method"] for entry in site.ledger("save-slow")] == ["PATCH"]
    assert own.alive
    assert own.tabs() == before


@pytest.mark.parametrize(
    ("name", "state", "reason", "code"),
    [
        ("signed-out-redirect", "unknown", "signed_out", 4),
        ("bot-check-page", "unknown", "challenge", 4),
        ("toggle-missing", "unknown", "layout_changed", 5),
        ("redirect-on-the-way", "unknown", "left_origin", 5),
        ("panel-failed", "unknown", "not_loaded", 5),
    ],
)
def test_what_cannot_be_read_is_said_and_our_tab_is_closed_all_the_same(
    own: Own,
    attaching: Callable[..., dict[str, Any]],
    site: Site,
    name: str,
    state: str,
    reason: str,
    code: int,
) -> None:
    before = own.tabs()
    found = attaching("audit", "--base-url", site.base_url(name))
    assert (found["state"], found["reason"], found["exit"]) == (state, reason, code)
    assert own.tabs() == before


@pytest.mark.parametrize(
    "name", ["writes-on-load", "writes-with-panel", "writes-on-leaving", "telemetry"]
)
def test_the_guard_stands_around_our_tab(
    attaching: Callable[..., dict[str, Any]], site: Site, name: str
) -> None:
    assert attaching("audit", "--base-url", site.base_url(name))["state"] == "on"
    assert site.ledger(name) == []


@pytest.mark.slow
def test_nothing_waits_for_a_press_when_the_line_is_cut(
    attaching: Callable[..., dict[str, Any]], site: Site
) -> None:
    """The page writes what a press would let go every 0.4 s: some of it is held at the end."""
    for minutes in ("0.1", "0.102", "0.104", "0.106"):
        base = site.base_url("terms-presses-itself")
        found = attaching("audit", "--base-url", base, "--wait-for-person", minutes)
        assert found["reason"] == "choice_pending"
        time.sleep(1.5)  # whatever the browser would still let go
    assert site.ledger("terms-presses-itself") == []


@pytest.mark.slow
def test_a_tab_that_a_page_of_the_person_opens_meanwhile_stays(
    own: Own, attaching: Callable[..., dict[str, Any]], site: Site
) -> None:
    before = own.tabs()
    own.opens(as_address(OPENS))
    assert attaching("audit", "--base-url", site.base_url("late-panel"))["state"] == "on"
    assert sorted(title for tab, (_, title) in own.tabs().items() if tab not in before) == [
        "opened",
        "opener",
    ]


@pytest.mark.slow
def test_the_persons_own_session_is_used_and_kept(
    own: Own, attaching: Callable[..., dict[str, Any]], site: Site
) -> None:
    base = site.base_url("signin")
    assert attaching("audit", "me", "--base-url", base)["reason"] == "signed_out"
    asyncio.run(_in_own_tab(own, lambda page: _signs_in(page, f"{base}/new")))
    for _ in range(2):
        found = attaching("audit", "me", "--base-url", base)
        assert (found["account"], found["state"], found["exit"]) == ("me", "on", 10)
        assert "canary" not in json.dumps(found)


async def _signs_in(page: Page, url: str) -> None:
    await page.goto(url)
    await page.get_by_test_id("email").fill("canary.ada@example.com")
    await page.get_by_test_id("continue").click()
    await page.get_by_test_id("code").fill("123456")
    await page.get_by_test_id("code").press("Enter")
    await page.get_by_test_id("user-menu-button").wait_for()


async def _in_own_tab(own: Own, do: Callable[[Page], Awaitable[None]]) -> None:
    """Do something in that browser as its person would.

    By the same line, because there is no other.
    """
    async with attach_browser(own.address, lambda _: None) as running:
        assert running.attached_context is not None
        page = await running.attached_context.new_page()
        await do(page)
        await page.close()


# ---------------------------------------------------------------- the fence around our tab


class Outside(Quiet, BaseHTTPRequestHandler):
    """A site whose service worker answers for it, and whose page opens tabs."""

    PAGE = """<title>page</title>
      <a href="/get" target="_blank">link</a>
      <form action="/post" method="post" target="_blank"><button>form</button></form>
      <form id=far action="/post" method="post" target="other"></form>
      <button onclick="window.open('/get')">open</button>
      <button onclick="document.open('/get', 'other', '')">three</button><button onclick="far.submit()">submit</button>
      <form action="/kept" method="get" target="_self"><button>here</button></form>"""
    WORKER = """addEventListener("install", event => event.waitUntil(skipWaiting()));
      addEventListener("activate", event => event.waitUntil(clients.claim()));
      addEventListener("fetch", event => {
        if (event.request.url.endsWith("/data")) event.respondWith(new Response("the worker"));
      });"""

    def do_GET(self) -> None:
        kind, text = {
            "/": ("text/html", self.PAGE),
            "/kept?": ("text/html", "<title>kept</title>"),
            "/worker.js": ("text/javascript", self.WORKER),
            "/data": ("text/plain", "the site"),
        }.get(self.path, ("text/html", "<title>elsewhere</title>"))
        self._answer(kind, text)

    def do_POST(self) -> None:
        self._answer("text/html", "<title>written</title>")

    def _answer(self, kind: str, text: str) -> None:
        asked: list[str] = self.server.asked  # type: ignore[attr-defined]
        asked.append(f"{self.command} {self.path}")
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(text.encode())


@pytest.fixture
def outside() -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []
    server = LocalServer(("127.0.0.1", 0), Outside)
    server.asked = asked  # type: ignore[attr-defined]
    with serving(server):
        yield f"http://127.0.0.1:{server.server_port}", asked


def test_our_tab_opens_no_other_and_hears_no_service_worker(
    own: Own, outside: tuple[str, list[str]]
) -> None:
    url, asked = outside
    fetched = "fetch('/data').then(answer => answer.text())"

    async def look() -> None:
        async with attach_browser(own.address, lambda _: None) as running:
            assert running.attached_context is not None
            theirs = await running.attached_context.new_page()
            await theirs.goto(url)
            await theirs.evaluate("navigator.serviceWorker.register('/worker.js')")
            await theirs.wait_for_function("navigator.serviceWorker.controller !== null")
            assert await theirs.evaluate(fetched) == "the worker"
            before = own.tabs().keys()
            tabs = TabOpener(
                running.attached_context,
                NetworkMonitor(load_flow("claude/web").about, parse_base_url(url)),
                (1280, 900),
            )
            tab = await tabs.open_first()
            await tab.page.goto(url)
            assert await tab.page.evaluate(fetched) == "the site"
            await theirs.bring_to_front()
            drawn = (
                "new Promise(done => requestAnimationFrame(() => done([innerWidth, innerHeight])))"
            )
            assert await asyncio.wait_for(tab.page.evaluate(drawn), 10) == [1280, 900]
            for name in ("form", "open", "three", "submit"):
                await tab.page.get_by_role("button", name=name).click()
            await tab.page.get_by_role("link").click()
            await tab.page.get_by_role("button", name="here").click()
            await tab.page.wait_for_function("document.title === 'kept'")
            assert len(own.tabs()) == len(before) + 1
            await tab.close()
            assert own.tabs().keys() == before

    asyncio.run(look())
    assert [each for each in asked if "get" in each or "post" in each] == []


# ---------------------------------------------------------------- when it goes wrong


@contextmanager
def hanging(own: Own, site: Site) -> Iterator[subprocess.Popen[str]]:
    """Start an audit that waits on a skeleton, and wait until it has begun to walk."""
    command = [sys.executable, "-m", "auditor", "audit", "--base-url", site.base_url("skeleton-forever"),
               "--attach", own.address]  # fmt: skip
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stdout=pipe, stderr=pipe, text=True, start_new_session=True
    ) as process:
        assert process.stderr is not None
        while "[3/4]" not in (line := process.stderr.readline()):
            assert line, process.communicate()
        yield process


def test_ctrl_c_closes_our_tab_and_leaves_the_browser(own: Own, site: Site) -> None:
    before = own.tabs()
    with hanging(own, site) as process:
        assert len(own.tabs()) == len(before) + 1
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(20) == 130
    assert own.alive
    assert own.tabs() == before


def test_a_killed_run_leaves_the_browser_and_its_tabs(own: Own, site: Site) -> None:
    before = own.tabs()
    with hanging(own, site) as process:
        process.kill()
        process.wait(20)
    time.sleep(1)  # whatever the driver would still do
    assert own.alive
    assert before.items() <= own.tabs().items()


def test_the_person_may_close_our_tab(own: Own, site: Site) -> None:
    before = own.tabs()
    with hanging(own, site) as process:
        (ours,) = own.tabs().keys() - before.keys()
        own.asked(f"/json/close/{ours}")
        assert process.wait(30) == 5
        assert process.stdout is not None
        assert "CANNOT TELL" in process.stdout.read()
    assert own.tabs() == before


def test_the_person_may_close_the_browser(own: Own, site: Site) -> None:
    with hanging(own, site) as process:
        own.process.terminate()
        assert process.wait(30) == 5
        assert process.stdout is not None
        assert "ended in the middle of it" in " ".join(
            process.stdout.read().replace("│", " ").split()
        )


@pytest.mark.parametrize("target", ["http://127.0.0.1:9", "chrome", "msedge"])
def test_no_browser_to_attach_to_is_explained(
    auditor: Callable[..., subprocess.CompletedProcess[str]], site: Site, target: str
) -> None:
    done = auditor("audit", "--base-url", site.base_url("off"), "--attach", target, "--json")
    (found,) = json.loads(done.stdout)["findings"]
    assert (found["outcome"], found["reason"], done.returncode) == ("unread", "browser_failed", 6)
    assert "chrome://inspect/#remote-debugging" in found["hint"]


class NotFound(Quiet, BaseHTTPRequestHandler):
    """Answers as the port does that Chrome's own switch opens."""

    def do_GET(self) -> None:
        self.send_error(404)


@pytest.mark.parametrize("address", ["http://{}", "http://{}/", "ws://{}/devtools/browser/1"])
def test_the_port_of_chromes_own_switch_is_named_by_its_channel(address: str) -> None:
    async def connect(target: str) -> None:
        async with attach_browser(target, lambda _: None):
            pytest.fail("there is no browser")

    with serving(LocalServer(("127.0.0.1", 0), NotFound)) as server:
        target = address.format(f"127.0.0.1:{server.server_address[1]}")
        with pytest.raises(SetupError, match=r"cannot be attached to by its address") as error:
            asyncio.run(connect(target))
    assert "use --attach chrome or --attach msedge" in (error.value.hint or "")


class Elsewhere(Quiet, BaseHTTPRequestHandler):
    """Names another address as that of its browser."""

    server: Pointing

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        answer = json.dumps(self.server.told).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


class Pointing(LocalServer):
    """What listens where a browser is said to be."""

    def __init__(self, told: object) -> None:
        super().__init__(("127.0.0.1", 0), Elsewhere)
        self.told = told
        self.asked: list[str] = []


@pytest.mark.parametrize(
    "told",
    [
        *({"webSocketDebuggerUrl": f"ws://{there}/devtools/browser/1"} for there in (
            "127.0.0.2:{port}", "127.0.0.1:9", "localhost:{port}", "127.0.0.1:{port}@127.0.0.2",
            "127.0.0.1", "127.0.0.1:{port}0",
        )),
        {"webSocketDebuggerUrl": "wss://127.0.0.1:{port}/devtools/browser/1"},
        {"webSocketDebuggerUrl": 7},
        {},
        [],
    ],
    ids=str,
)  # fmt: skip
def test_a_browser_that_points_elsewhere_is_not_followed(told: object) -> None:
    with serving(Pointing(None)) as server:
        address = f"http://127.0.0.1:{server.server_port}"
        server.told = json.loads(json.dumps(told).replace("{port}", str(server.server_port)))
        with pytest.raises(SetupError, match="does not lead to a browser at that very address"):
            asyncio.run(attach.resolve_debugger(address))
        assert server.asked == ["/json/version"]


def test_a_browser_that_points_to_itself_is_followed() -> None:
    with serving(Pointing(None)) as server:
        line = f"ws://127.0.0.1:{server.server_port}/devtools/browser/1"
        server.told = {"webSocketDebuggerUrl": line}
        address = f"http://127.0.0.1:{server.server_port}"
        assert asyncio.run(attach.resolve_debugger(address)) == line
    assert asyncio.run(attach.resolve_debugger("chrome")) == "chrome"


def test_a_browser_that_never_answers_is_not_waited_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(attach, "PATIENCE", 1.0)

    async def connect(url: str) -> None:
        async with attach_browser(url, lambda _: None):
            pytest.fail("there is no browser")

    with socket.create_server(("127.0.0.1", 0)) as deaf:
        port = deaf.getsockname()[1]
        for scheme in ("http", "ws"):
            began = time.monotonic()
            with pytest.raises(SetupError, match="did not answer within 1 seconds") as error:
                asyncio.run(connect(f"{scheme}://127.0.0.1:{port}"))
            assert time.monotonic() - began < 10
            assert "a tab that sleeps" in (error.value.hint or "")


# ---------------------------------------------------------------- what may be asked for


@pytest.mark.parametrize(
    "target",
    [
        "chrome",
        "msedge",
        "http://127.0.0.1:9222",
        "http://localhost:9222/",
        "ws://[::1]:9222/devtools/browser/1",
    ],
)
def test_a_browser_of_this_machine_may_be_named(target: str) -> None:
    assert validate_attach_target(target) == target


@pytest.mark.parametrize(
    "target",
    ["", "firefox", "9222", "127.0.0.1:9222", "http://", "http://10.0.0.2:9222", "https://example.com", "http://:x",
     "http://a:b@127.0.0.1:9222", "file:///etc", "http://127.0.0.1.example.com:9222", "http://127.0.0.1:0"],
)  # fmt: skip
def test_nothing_else_may(target: str) -> None:
    with pytest.raises(UsageError):
        validate_attach_target(target)


@pytest.mark.parametrize(
    "more",
    [["--ephemeral"], ["--browser", "chrome"], ["--headless"], ["--headed"], ["--all"], ["a", "b"]],
)
def test_what_does_not_go_with_it_is_refused(
    auditor: Callable[..., subprocess.CompletedProcess[str]], more: list[str]
) -> None:
    done = auditor("audit", *more, "--attach", "chrome", "--base-url", "http://127.0.0.1:9")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: `--a")


def test_a_live_account_needs_consent_here_too(
    auditor: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    done = auditor("audit", "--attach", "http://127.0.0.1:9")
    assert done.returncode == 4
    assert WARNING not in done.stderr


# ---------------------------------------------------------------- what the person's browser keeps

COPY = "draw(setting(toggle(localStorage.getItem('kept') !== 'off')));"
KEEP = "const real = save; save = (value) => { localStorage.setItem('kept', value ? 'on' : 'off'); return real(value); };"


@pytest.mark.slow
@pytest.mark.parametrize("panel", ["draw(setting(toggle(false)));", COPY])
def test_an_off_of_the_page_alone_is_not_believed_in_a_browser_that_keeps_copies(
    attaching: Callable[..., dict[str, Any]], panel: str
) -> None:
    boot = "localStorage.setItem('kept', 'off');"
    with serving(Served({"page": HostilePage(panel, boot=boot)})) as served:
        found = attaching("audit", "--base-url", served.url("page"))
    assert (found["state"], found["reason"], found["exit"]) == ("unknown", "uncorroborated", 5)
    assert "your own browser keeps copies of what the site said before" in found["message"]


def test_an_answer_that_the_browser_has_cached_is_asked_for_anew(
    attaching: Callable[..., dict[str, Any]],
) -> None:
    def answers(asked: Asked) -> Answer | None:
        if (asked.method, asked.path) != ("GET", SETTINGS):
            return None
        told = json.dumps({"grove_enabled": asked.times > 1})
        return Answer(body=told, headers=(("cache-control", "max-age=600"),))

    page = HostilePage("draw(setting(toggle(await kept())));", answers=answers)
    with serving(Served({"page": page})) as served:
        first = attaching("audit", "--base-url", served.url("page"))
        second = attaching("audit", "--base-url", served.url("page"))
    assert (first["state"], second["state"], second["evidence"]) == ("off", "on", "proved")


@pytest.mark.slow
def test_a_save_that_was_dropped_is_not_changed_because_the_page_kept_a_copy(
    attaching: Callable[..., dict[str, Any]],
) -> None:
    def drop(asked: Asked) -> Answer | None:
        return said({"grove_enabled": False}) if asked.method == "PATCH" else None

    with serving(Served({"page": HostilePage(f"{KEEP} {COPY}", answers=drop)})) as served:
        found = attaching("set", "off", "--yes", "--base-url", served.url("page"))
    assert (found["outcome"], found["reason"]) == ("unread", "uncorroborated")
    assert "One click was made" in found["message"]


WORKER = """
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(clients.claim()));
self.addEventListener("fetch", (event) => {
  if (event.request.method === "GET" && event.request.url.endsWith("/settings"))
    event.respondWith(new Response('{"grove_enabled": false}', { headers: { "content-type": "application/json" } }));
});
"""
INSTALLS = """
if (!localStorage.getItem("installed"))
  navigator.serviceWorker.register(base + "/worker.js", { scope: base + "/" })
    .then(() => navigator.serviceWorker.ready)
    .then(() => { localStorage.setItem("installed", 1); document.title = "kept"; });
"""


def with_worker(asked: Asked) -> Answer | None:
    if asked.path != "/worker.js":
        return None
    return Answer(body=WORKER, kind="text/javascript")


def test_a_worker_that_answers_with_an_old_copy_is_passed_by(
    own: Own, attaching: Callable[..., dict[str, Any]]
) -> None:
    panel = "draw(setting(toggle(await kept())));"
    page = HostilePage(panel, boot=INSTALLS, answers=with_worker)
    with serving(Served({"page": page})) as served:
        visited = own.opens(f"{served.url('page')}/new")
        assert within(20, lambda: own.tabs()[visited][1] == "kept")
        found = attaching("audit", "--base-url", served.url("page"))
    assert (found["state"], found["evidence"], found["exit"]) == ("on", "proved", 10)


# Where a page may keep a copy, beside its local storage: what it opens, reads and writes there.
DATABASE = """
const done = (request) => new Promise((end) => { request.onsuccess = () => end(request.result); });
const place = async (mode) => {
  const opening = indexedDB.open("kept", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("kept");
  return (await done(opening)).transaction("kept", mode).objectStore("kept");
};
const copy = async () => done((await place("readonly")).get("value"));
const keep = async (value) => done((await place("readwrite")).put(value, "value"));
"""
CACHE = """
const copy = async () => (await (await caches.open("kept")).match("/value"))?.text();
const keep = async (value) => (await caches.open("kept")).put("/value", new Response(value));
"""


@pytest.mark.slow
@pytest.mark.parametrize("place", [DATABASE, CACHE], ids=["database", "cache storage"])
@pytest.mark.parametrize("asks", [False, True], ids=["asks nobody", "asks, and shows its copy"])
def test_an_old_copy_in_the_persons_browser_is_never_an_off(
    own: Own, attaching: Callable[..., dict[str, Any]], place: str, *, asks: bool
) -> None:
    boot = f"{place} keep('off').then(() => {{ document.title = 'kept'; }});"
    ask = "kept();" if asks else ""
    page = HostilePage(f"{ask} draw(setting(toggle(await copy() !== 'off')));", boot=boot)
    with serving(Served({"page": page})) as served:
        visited = own.opens(f"{served.url('page')}/new")
        assert within(20, lambda: own.tabs()[visited][1] == "kept")
        found = attaching("audit", "--base-url", served.url("page"))
    reason = "disagreement" if asks else "uncorroborated"
    assert (found["state"], found["reason"], found["exit"]) == ("unknown", reason, 5)
