"""A run talks to the site that it reads, and to nobody else.

The browser itself writes down what it asks for, whose name it looks up and where it connects to;
and a proxy, set for everything, counts who would have gone through it.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from auditor.browser.engine.launch import _NOWHERE
from tests.serving import LocalServer, Quiet, serving

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from auditor.mocksite import Site

pytestmark = pytest.mark.browser
_LOOK_UPS = ("HOST_RESOLVER_MANAGER_REQUEST", "HOST_RESOLVER_MANAGER_JOB", "DNS_TRANSACTION")
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


class Counting(Quiet, BaseHTTPRequestHandler):
    """Keeps whom it was asked for."""

    server: Proxy

    def do_GET(self) -> None:
        """Keep the address, and say no."""
        self.server.asked.append(self.path)
        self.send_error(403)

    do_CONNECT = do_POST = do_HEAD = do_GET  # noqa: N815 - the names that the base class looks for


class Proxy(LocalServer):
    """A proxy that lets nobody through."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Counting)
        self.asked: list[str] = []


def noting(folder: Path, program: str) -> str:
    """Return a browser that writes down what it does with the network, each start for itself."""
    start = folder / "browser"
    # before what else is said: the last word may be an address
    start.write_text(f'#!/bin/sh\nexec \'{program}\' --log-net-log="{folder}/net-$$.json" "$@"\n')
    start.chmod(0o755)
    return str(start)


def events(log: Path) -> list[tuple[str, dict[str, Any]]]:
    """Return what a browser has written down; its end may be missing, as the browser is killed."""
    head, _, lines = log.read_text().partition('"events": [')
    constants = json.loads(f"{head.rstrip().rstrip(',')}}}")["constants"]
    told = [json.loads(line.rstrip(",")) for line in lines.split("\n") if line.endswith("},")]
    names = {number: name for name, number in constants["logEventTypes"].items()}
    return [(names[each["type"]], each.get("params", {})) for each in told]


def hosts_asked(folder: Path) -> set[str]:
    """Return every host that was asked, looked up or connected to by browsers that noted it."""
    found: set[str] = set()
    logs = list(folder.glob("net-*.json"))
    assert logs
    for name, more in (event for log in logs for event in events(log)):
        if name == "URL_REQUEST_START_JOB":
            found.add(urlsplit(more.get("url", "")).netloc)
        elif name in _LOOK_UPS:
            asked = str(more.get("host") or more.get("hostname") or "")
            found.add(urlsplit(asked).netloc or asked)
        elif name == "TCP_CONNECT_ATTEMPT":
            found.add(str(more.get("address") or ""))
    return found - {"", urlsplit(_NOWHERE).netloc}


@contextmanager
def counted() -> Iterator[tuple[Proxy, dict[str, str]]]:
    """Give a proxy, and the environment that sets it for everything."""
    with serving(Proxy()) as proxy:
        address = f"http://127.0.0.1:{proxy.server_port}"
        yield proxy, dict.fromkeys(_PROXIES, address)


@pytest.mark.parametrize("kind", ["chromium", "light_chromium"])
def test_an_audit_talks_to_the_site_alone(
    auditor: Callable[..., subprocess.CompletedProcess[str]],
    site: Site,
    tmp_path: Path,
    kind: str,
    request: pytest.FixtureRequest,
) -> None:
    program = noting(tmp_path, request.getfixturevalue(kind))
    base = site.base_url("data-late-on")
    with counted() as (proxy, env):
        done = auditor("audit", "--base-url", base, "--browser", program, **env)
    assert done.returncode == 10, done.stderr
    assert hosts_asked(tmp_path) == {urlsplit(base).netloc}
    assert proxy.asked == []


@pytest.mark.slow
def test_the_demo_talks_to_its_own_site_alone(
    auditor: Callable[..., subprocess.CompletedProcess[str]], chromium: str, tmp_path: Path
) -> None:
    program = noting(tmp_path, chromium)
    with counted() as (proxy, env):
        done = auditor("demo", "--browser", program, **env)
    assert done.returncode == 0, done.stderr
    asked = hosts_asked(tmp_path)
    assert {each.partition(":")[0] for each in asked} == {"127.0.0.1"}, asked
    assert proxy.asked == []


@pytest.mark.slow
def test_a_self_test_talks_to_its_own_site_alone(
    auditor: Callable[..., subprocess.CompletedProcess[str]], chromium: str, tmp_path: Path
) -> None:
    scenarios = ("on", "save-fails", "foreign-answer", "writes-worker", "proof-socket", "json-huge")
    program = noting(tmp_path, chromium)
    with counted() as (proxy, env):
        done = auditor("selftest", *scenarios, "--jobs", "2", "--browser", program, **env)
    assert done.returncode == 0, done.stderr
    asked = {each.rpartition(":")[0] or each for each in hosts_asked(tmp_path)}
    assert asked <= {"127.0.0.1", "localhost", "[::1]"}, asked
    assert proxy.asked == []
