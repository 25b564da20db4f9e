"""The driver knows nothing of what a person has set for their own programs."""

from __future__ import annotations

import asyncio
import json
import os
import socket
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from playwright._impl.transport import PipeTransport
from playwright.async_api import async_playwright

from auditor.browser.engine.driver import (
    _OF_NODE,
    _OF_PLAYWRIGHT,
    _environment_without,
    _tell_first_write,
    abandon_driver,
    start_driver,
    start_driver_early,
)
from auditor.interrupt import run_interruptible
from tests.serving import LocalServer, Quiet, serving

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from playwright.async_api._context_manager import PlaywrightContextManager

    from auditor.mocksite import Site

pytestmark = pytest.mark.timeout(120)


@pytest.mark.browser
@pytest.mark.parametrize(
    "env",
    [
        {"NODE_OPTIONS": "--require {home}/.pnp.cjs"},
        {"NODE_OPTIONS": "--inspect-brk=0"},
        {"NODE_OPTIONS": "--no-such-switch"},
        {"NODE_PATH": "{home}", "NODE_OPTIONS": "--require fails"},
        {"OPENSSL_CONF": "{home}/.pnp.cjs"},
        {"DEBUG": "pw:*", "DEBUGP": "1", "NODE_DEBUG": "net"},
        {"PWDEBUG": "1"},
        {"SELENIUM_REMOTE_URL": "http://127.0.0.1:9"},
    ],
    ids="-".join,
)
def test_what_is_set_for_other_programs_neither_stops_nor_loosens_the_driver(
    auditor: Callable[..., subprocess.CompletedProcess[str]],
    site: Site,
    home: Path,
    env: dict[str, str],
) -> None:
    for name in (".pnp.cjs", "fails.js"):
        (home / name).write_text("throw new Error('a module of another project')")
    own = {name: value.format(home=home) for name, value in env.items()}
    done = auditor("audit", "--json", "--base-url", site.base_url("off"), **own)
    (found,) = json.loads(done.stdout)["findings"]
    assert (found["state"], done.returncode) == ("off", 0)
    assert "pw:" not in done.stderr
    assert len(done.stderr) < 1_000


@pytest.mark.parametrize(
    ("prefixes", "name", "stays"),
    [
        (_OF_NODE, "NODE_OPTIONS", False),
        (_OF_NODE, "NODE_EXTRA_CA_CERTS", False),
        (_OF_NODE, "http_proxy", False),
        (_OF_NODE, "ALL_PROXY", False),
        (_OF_NODE, "NODENV_ROOT", True),
        (_OF_PLAYWRIGHT, "DEBUGP", False),
        (_OF_PLAYWRIGHT, "npm_config_pwdebug", False),
        (_OF_PLAYWRIGHT, "PLAYWRIGHT_SKIP_NAVIGATION_CHECK", False),
        (_OF_PLAYWRIGHT, "PLAYWRIGHT_BROWSERS_PATH", True),
        (_OF_PLAYWRIGHT, "PLAYWRIGHT_NODEJS_PATH", True),
        (_OF_PLAYWRIGHT, "HTTPS_PROXY", True),
    ],
)
def test_a_variable_is_left_out_for_a_while_and_comes_back(
    prefixes: tuple[str, ...], name: str, *, stays: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "set")
    with _environment_without(prefixes):
        assert (name in os.environ) is stays
    assert os.environ[name] == "set"


@pytest.mark.browser
async def test_a_browser_keeps_the_persons_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    async with start_driver() as (_, env):
        assert env["HTTPS_PROXY"] == os.environ["HTTPS_PROXY"] == "http://127.0.0.1:9"


@pytest.mark.browser
def test_a_run_takes_over_the_driver_that_began_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []

    def start() -> PlaywrightContextManager:
        started.append(1)
        return async_playwright()

    monkeypatch.setattr("auditor.browser.engine.driver.async_playwright", start)
    monkeypatch.setenv("DEBUG", "pw:*")
    environment = dict(os.environ)

    async def work() -> str:
        assert started == [1]
        async with start_driver() as (playwright, env):
            assert "DEBUG" not in os.environ
            assert env["HOME"] == environment["HOME"]
            return playwright.chromium.name

    start_driver_early()
    assert run_interruptible(work()) == "chromium"
    assert started == [1]
    assert os.environ == environment
    assert run_interruptible(_name_of_browser()) == "chromium"  # and the next one starts its own
    assert started == [1, 1]
    abandon_driver()  # nothing is left to be ended


async def _name_of_browser() -> str:
    async with start_driver() as (playwright, _):
        return playwright.chromium.name


def test_a_first_write_is_told_once_it_is_made() -> None:
    written: list[bytes] = []
    pipe, begun = SimpleNamespace(write=written.append), asyncio.Event()
    _tell_first_write(pipe, begun)
    assert not begun.is_set()
    pipe.write(b"one")
    assert (written, begun.is_set(), pipe.write) == ([b"one"], True, written.append)


@pytest.mark.browser
def test_a_driver_is_asked_the_first_thing_before_all_else_is_imported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[str] = []
    send = PipeTransport.send

    def note(transport: PipeTransport, message: dict[str, Any]) -> None:
        send(transport, message)
        sent.append(message["method"])

    monkeypatch.setattr(PipeTransport, "send", note)
    start_driver_early()
    assert sent == ["initialize"]
    assert run_interruptible(_name_of_browser()) == "chromium"
    assert sent == ["initialize"]


@pytest.mark.browser
@pytest.mark.parametrize("node", ["", "cat", "false", "sleep", "nowhere"])
@pytest.mark.parametrize("options", [["--no-such-option"], ["--timeout", "x"]])
def test_a_driver_that_no_run_needs_is_gone_without_a_word(
    auditor: Callable[..., subprocess.CompletedProcess[str]],
    site: Site,
    home: Path,
    node: str,
    options: list[str],
) -> None:
    program = home / "node"
    program.write_text(f"#!/bin/sh\nexec {node} 1000\n")
    program.chmod(0o755)
    env = {"PLAYWRIGHT_NODEJS_PATH": str(program)} if node else {}
    done = auditor("audit", "--base-url", site.base_url("on"), *options, **env)
    assert done.returncode == 2
    assert "driver" not in done.stderr
    assert "Traceback" not in done.stderr
    assert not node or is_nobody_running(str(program), "1000")


def is_nobody_running(*words: str) -> bool:
    """Return whether no process of this machine has all the words in its command."""
    commands = []
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            commands.append(each.read_text(errors="replace").split("\0"))
    return not any(set(words) <= set(command) for command in commands)


class Proxy(Quiet, BaseHTTPRequestHandler):
    """Stands where the proxy should be, and should not be asked."""

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        self.send_error(502)

    do_CONNECT = do_GET  # noqa: N815


@pytest.mark.browser
@pytest.mark.parametrize("attached", [False, True], ids=["own", "attached"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.0.0.2"])
def test_a_proxy_is_never_asked_for_this_very_machine(
    auditor: Callable[..., subprocess.CompletedProcess[str]],
    site: Site,
    host: str,
    *,
    attached: bool,
) -> None:
    with serving(LocalServer(("127.0.0.1", 0), Proxy)) as server, deaf_port() as port:
        server.asked = []  # type: ignore[attr-defined]
        proxy = f"http://127.0.0.1:{server.server_address[1]}"
        names = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
        url = site.base_url("off").replace(
            "127.0.0.1", host if host != "127.0.0.2" else "127.0.0.1"
        )
        more = ("--attach", f"http://{host}:{port}") if attached else ()
        done = auditor("audit", "--json", "--base-url", url, *more, **dict.fromkeys(names, proxy))
        (found,) = json.loads(done.stdout)["findings"]
        assert server.asked == []  # type: ignore[attr-defined]
        assert found["reason" if attached else "state"] == ("browser_failed" if attached else "off")


class deaf_port:  # noqa: N801 - used like a function
    """A port at which nothing listens."""

    def __enter__(self) -> int:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            return int(taken.getsockname()[1])

    def __exit__(self, *_: object) -> None:
        """Nothing is held."""
