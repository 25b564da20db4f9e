"""Working in browsers that run elsewhere: real servers, real ports, and everything that is none."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from contextlib import AsyncExitStack, ExitStack, contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from auditor.browser.engine import connect
from auditor.browser.engine.connect import connect_browsers, is_lost, read_version
from auditor.core.connect_target import parse_connect_target
from auditor.errors import SetupError
from tests.remote import TOKEN, Remote, debugging_port, free_port, launch_server, relay, run_server
from tests.serving import LocalServer, Quiet, serving
from tests.tls import make_certificate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from auditor.mocksite import Site

    Auditor = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def server(light_chromium: str) -> Iterator[Remote]:
    with run_server(light_chromium) as remote:
        yield remote


@pytest.fixture(scope="module")
def port(light_chromium: str) -> Iterator[Remote]:
    with debugging_port(light_chromium) as remote:
        yield remote


def connecting(*urls: str, **how: Any) -> list[str]:  # noqa: ANN401 - passed on
    """Connect, and return what was told; raises what connecting raises."""
    told: list[str] = []

    async def go() -> None:
        targets = [parse_connect_target(url) for url in urls]
        async with connect_browsers(targets, told.append, **how):
            pass

    asyncio.run(go())
    return told


def refusal(*urls: str, **how: Any) -> tuple[str, str | None]:  # noqa: ANN401 - passed on
    with pytest.raises(SetupError) as caught:
        connecting(*urls, **how)
    # a cause would repeat the address in a traceback
    assert caught.value.__cause__ is None
    return str(caught.value), caught.value.hint


@pytest.mark.parametrize("kind", ["server", "port"])
def test_a_remote_browser_reads_the_setting_and_writes_nothing(
    auditor: Auditor, site: Site, request: pytest.FixtureRequest, kind: str
) -> None:
    remote: Remote = request.getfixturevalue(kind)
    done = auditor(
        "audit", "--base-url", site.base_url("writes-on-load"), "--connect", remote.url, "--json"
    )
    (found,) = json.loads(done.stdout)["findings"]
    assert found["state"] in ("on", "off"), done.stderr
    assert found["evidence"] == "proved"
    assert site.ledger("writes-on-load") == []
    assert TOKEN not in done.stdout + done.stderr


def test_a_remote_browser_changes_the_setting_and_proves_it(
    auditor: Auditor, site: Site, server: Remote
) -> None:
    done = auditor(
        "set", "off", "--yes", "--base-url", site.base_url("on"), "--connect", server.url, "--json"
    )
    (found,) = json.loads(done.stdout)["findings"]
    assert (found["outcome"], found["evidence"]) == ("changed", "proved"), done.stderr
    assert len(site.ledger("on")) == 1


def test_a_server_that_gives_each_client_a_browser_has_none_left(server: Remote) -> None:
    connecting(server.url)
    until = time.monotonic() + 20
    while server.browsers and time.monotonic() < until:
        time.sleep(0.1)
    assert server.browsers == []


def test_a_browser_at_its_port_lives_on_with_no_context_of_ours(port: Remote) -> None:
    async def go() -> list[str]:
        async with AsyncExitStack() as stack:
            connected = connect_browsers([parse_connect_target(port.url)], print)
            (first,) = await stack.enter_async_context(connected)
            await stack.enter_async_context(first.context((800, 600)))
        async with connect_browsers([parse_connect_target(port.url)], print) as (second,):
            assert second.interception is not None
            told = await second.interception.cdp.send("Target.getBrowserContexts")
            return list(told["browserContextIds"])

    assert asyncio.run(go()) == []


def test_a_grid_is_reached_by_its_debugging_address(
    auditor: Auditor, site: Site, port: Remote
) -> None:
    """A Grid passes on what comes at its own path to a browser's line."""
    with relay(port, partial(_lead_to_browser, _line_of(port))) as where:
        done = auditor(
            *("audit", "--base-url", site.base_url("off"), "--json"),
            *("--connect", f"ws://{where}/session/8f1c/se/cdp"),
        )
    (found,) = json.loads(done.stdout)["findings"]
    assert found["state"] == "off", done.stderr


def _line_of(port: Remote) -> str:
    from urllib.request import ProxyHandler, build_opener

    answer = build_opener(ProxyHandler({})).open(f"{port.url}/json/version").read()
    return str(urlsplit(json.loads(answer)["webSocketDebuggerUrl"]).path)


def _lead_to_browser(line: str, words: bytes) -> bytes:
    return words.replace(b"/session/8f1c/se/cdp", line.encode(), 1)


# What is no browser, or none to be had.


class Page(Quiet, BaseHTTPRequestHandler):
    """An ordinary site."""

    status, body = 200, b"hello"

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("content-length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)


class Locked(Page):
    """A site that asks who one is."""

    status = 401


class Elsewhere(Page):
    """What leads to a browser at another address, with which nobody may be led away."""

    body = json.dumps({"webSocketDebuggerUrl": "ws://10.9.8.7:1/devtools/browser/x"}).encode()


@contextmanager
def answering(handler: type[BaseHTTPRequestHandler], *, tls: Path | None = None) -> Iterator[str]:
    with serving(LocalServer(("127.0.0.1", 0), handler)) as server:
        if tls is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tls)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        yield f"127.0.0.1:{server.server_port}"


KINDS = (
    "A Playwright server has an address of ws or wss, a browser's debugging port one of http or"
    " https."
)
REFUSED = f"Is the path or the token in it right, and is it a browser? {KINDS}"


def test_an_address_where_nothing_listens() -> None:
    for scheme in ("ws", "http"):
        where = f"{scheme}://127.0.0.1:{free_port()}"
        assert refusal(where) == (
            f"Nothing can be reached at {where}",
            "Is it started, and the address right? Is a tunnel up?",
        )


def test_an_ordinary_site() -> None:
    with answering(Page) as where:
        assert refusal(f"ws://{where}/") == (
            f"What listens at ws://{where} is no browser by a Playwright server",
            KINDS,
        )
        assert refusal(f"http://{where}/") == (
            f"What listens at http://{where} is no browser by a debugging port",
            KINDS,
        )
    with answering(Locked) as where:
        for scheme in ("ws", "http"):
            assert refusal(f"{scheme}://{where}/") == (
                f"What listens at {scheme}://{where} refused this address (it says 401)",
                REFUSED,
            )


def test_a_server_of_the_other_kind(server: Remote, port: Remote) -> None:
    where = urlsplit(server.url).netloc
    assert refusal(f"http://{where}")[0] == (
        f"What listens at http://{where} is no browser by a debugging port"
    )
    where = urlsplit(port.url).netloc
    assert refusal(f"ws://{where}/") == (
        f"What listens at ws://{where} refused this address (it says 404)",
        REFUSED,
    )


def test_a_wrong_token(server: Remote, port: Remote) -> None:
    where = urlsplit(server.url).netloc
    assert refusal(f"ws://{where}/wrong?token=hidden") == (
        f"What listens at ws://{where} refused this address (it says 400)",
        REFUSED,
    )
    where = urlsplit(port.url).netloc
    assert refusal(f"ws://{where}/devtools/browser/wrong")[0] == (
        f"What listens at ws://{where} refused this address (it says 404)"
    )


def test_another_version_of_playwright(server: Remote) -> None:
    def grow_old(words: bytes) -> bytes:
        head, _, rest = words.partition(b"Playwright/")
        return head + b"Playwright/1.20.0" + rest[rest.index(b" ") :]

    with relay(server, grow_old) as where:
        message, hint = refusal(f"ws://{where}/{TOKEN}")
    assert message.startswith(
        f"The Playwright server at ws://{where} is of another version than this tool's (1."
    )
    assert message.endswith(" there, 1.20 here)")
    assert hint == "Start it with Playwright 1.20."


def test_a_server_that_has_no_browser(server: Remote) -> None:
    where = urlsplit(server.url).netloc
    asked = "launch-options=%7B%22executablePath%22%3A%22%2Fnonexistent%22%7D"
    assert refusal(f"ws://{where}/{TOKEN}?{asked}") == (
        f"The server at ws://{where} could not start a browser",
        "Install one there, or see what that server writes.",
    )


@pytest.mark.parametrize("scheme", ["wss", "https"])
def test_a_certificate_that_nobody_vouches_for(tmp_path: Path, scheme: str) -> None:
    with answering(Page, tls=make_certificate(tmp_path)) as where:
        assert refusal(f"{scheme}://{where}/") == (
            f"The certificate of {scheme}://{where} is not trusted",
            "Take one of a known authority, or a tunnel: ssh -L, and an address of this machine.",
        )


@pytest.mark.parametrize("scheme", ["wss", "https"])
def test_tls_where_there_is_none(scheme: str) -> None:
    with answering(Page) as where:
        assert refusal(f"{scheme}://{where}/") == (
            f"What listens at {scheme}://{where} broke the line off at once",
            "Does it want TLS (wss, https), or none (ws, http)?",
        )


@pytest.mark.parametrize("scheme", ["ws", "http", "wss", "https"])
def test_a_server_that_accepts_and_says_nothing(scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        where = f"{scheme}://127.0.0.1:{silent.getsockname()[1]}"
        began = time.monotonic()
        assert refusal(where, seconds=1.5) == (
            f"What listens at {where} did not answer within 1.5 seconds",
            "Is it a server of browsers, and is it well?",
        )
        assert time.monotonic() - began < 15


def test_an_answer_never_leads_to_another_host() -> None:
    """Playwright would go where the answer points to; the path is taken, at the host asked for."""
    with answering(Elsewhere) as where:
        message, _ = refusal(f"http://{where}")
    assert message == f"What listens at http://{where} is no browser by a debugging port"


def test_a_password_goes_along_as_a_header_and_is_never_shown(
    auditor: Auditor, site: Site, port: Remote
) -> None:
    seen: list[bytes] = []

    def note(words: bytes) -> bytes:
        seen.append(words)
        return words

    with relay(port, note) as where:
        done = auditor(
            *("audit", "--base-url", site.base_url("off"), "--json"),
            *("--connect", f"http://me:hidden%21@{where}/?token=hidden"),
        )
    assert done.returncode == 0, done.stderr
    assert len(seen) == 2  # its version, and its line
    assert all(b"Authorization: Basic bWU6aGlkZGVuIQ==\r\n" in words for words in seen)
    assert all(b"token=hidden" in words.splitlines()[0] for words in seen)
    assert "hidden" not in done.stdout + done.stderr


def test_no_proxy_is_asked(auditor: Auditor, site: Site, server: Remote) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"), nobody)
    args = ("audit", "--base-url", site.base_url("off"), "--connect", server.url)
    assert auditor(*args, **proxies).returncode == 0


def test_of_several_those_that_can_be_had_are_taken(server: Remote) -> None:
    gone = f"ws://127.0.0.1:{free_port()}"
    assert connecting(gone, server.url) == [
        f"Nothing can be reached at {gone}. The run goes on without it."
    ]


def test_a_browser_without_a_window_is_none_for_a_live_account(server: Remote) -> None:
    where = urlsplit(server.url).netloc
    assert refusal(server.url, with_window=True) == (
        (
            f"The browser at ws://{where} shows no window, and a live account is only looked at in"
            " a window that you can see"
        ),
        "Start that browser with a window where you can see it.",
    )


def test_of_a_whole_browser_at_its_port_it_is_told_what_is_weaker(
    port: Remote, chromium: str, light_chromium: str
) -> None:
    if chromium != light_chromium:
        assert connecting(port.url) == []
    with debugging_port(chromium) as whole:
        assert connecting(whole.url) == [
            (
                f"If the line to {whole.url} is cut, that browser may send what its page was kept"
                " from sending; by a Playwright server it would not."
            )
        ]


def test_a_browser_that_stops_answering_is_lost(light_chromium: str) -> None:
    async def go(remote: Remote) -> tuple[str, bool, bool]:
        async with AsyncExitStack() as stack:
            connected = connect_browsers([parse_connect_target(remote.url)], print)
            (browser,) = await stack.enter_async_context(connected)
            version, well = await read_version(browser), await is_lost(browser)
            remote.freeze()
            return version.product, well, await is_lost(browser)

    with debugging_port(light_chromium) as remote:
        product, well, frozen = asyncio.run(go(remote))
    assert "Chrome/" in product
    assert (well, frozen) == (False, True)


# What becomes of held requests when the tool is killed.

FLOOD = b"""<!doctype html><title>flood</title><script>
const post = () => fetch("/write", { method: "POST", body: "x" }).catch(() => 0);
setInterval(() => { post(); navigator.sendBeacon("/write", "x"); }, 5);
</script>"""


class Flood(Quiet, BaseHTTPRequestHandler):
    """A page that never stops writing."""

    reads, writes = 0, 0

    def do_GET(self) -> None:
        type(self).reads += 1
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.send_header("content-length", str(len(FLOOD)))
        self.end_headers()
        self.wfile.write(FLOOD)

    def do_POST(self) -> None:
        type(self).writes += 1
        self.send_response(204)
        self.end_headers()


@pytest.mark.parametrize("kind", [run_server, launch_server, debugging_port])
def test_nothing_that_is_held_is_let_go_when_the_tool_is_killed(
    light_chromium: str, home: Path, kind: Callable[[str], Any]
) -> None:
    Flood.reads = Flood.writes = 0
    with ExitStack() as stack:
        remote = stack.enter_context(kind(light_chromium))
        site = stack.enter_context(serving(LocalServer(("127.0.0.1", 0), Flood)))
        command = [sys.executable, "-m", "auditor", "audit", "--connect", remote.url]
        command += ["--base-url", f"http://127.0.0.1:{site.server_port}"]
        quiet = subprocess.DEVNULL
        with subprocess.Popen(command, stdout=quiet, stderr=quiet, cwd=home) as run:
            until = time.monotonic() + 40
            while not Flood.reads and time.monotonic() < until:
                time.sleep(0.02)
            time.sleep(0.5)
            os.kill(run.pid, signal.SIGKILL)
        time.sleep(2)
        assert Flood.reads
        assert Flood.writes == 0


HOLD_AND_BE_KILLED = """
import asyncio, os, signal, sys
from auditor.browser.engine.connect import connect_browsers
from auditor.core.connect_target import parse_connect_target

async def hold(url):
    async with connect_browsers([parse_connect_target(url)], print):
        await asyncio.sleep(0.2)
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(hold(sys.argv[1]))
"""


def test_a_shared_browser_that_a_killed_run_has_left_held_is_told(
    light_chromium: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with launch_server(light_chromium) as remote:
        assert connecting(remote.url) == []
        assert connecting(remote.url) == []  # who leaves in good order leaves nothing held
        command = [sys.executable, "-c", HOLD_AND_BE_KILLED, remote.url]
        killed = subprocess.run(command, timeout=60, check=False)
        assert killed.returncode == -signal.SIGKILL
        monkeypatch.setattr(connect, "_HELD_SECONDS", 2.0)  # now that none is waited for in vain
        where = urlsplit(remote.url).netloc
        assert refusal(remote.url) == (
            f"The browser at ws://{where} loads nothing: somebody else holds its requests",
            "It may be a run that was killed. Start that server afresh, and share it with nobody.",
        )
