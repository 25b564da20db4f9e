"""The browser of a live run asks the proxy that the person's desktop names, in a real window."""

from __future__ import annotations

import os
import shutil
import subprocess
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING

import pytest

from auditor.browser.engine.launch import BrowserOptions, launch_browser
from tests.serving import LocalServer, Quiet, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from auditor.mocksite import Site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
SITE = "settings.example"  # not of this machine: nothing but the proxy could answer for it


class Proxy(LocalServer):
    """A proxy that answers for every site, and counts what it is asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.asked: list[str] = []

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])


class Answer(Quiet, BaseHTTPRequestHandler):
    server: Proxy

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        said, kind = b"<title>By the proxy</title>", "text/html"
        if self.path.endswith(".pac"):
            way = f"PROXY 127.0.0.1:{self.server.port}"
            said = f"function FindProxyForURL(url, host) {{ return '{way}'; }}".encode()
            kind = "application/x-ns-proxy-autoconfig"
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def do_CONNECT(self) -> None:
        self.server.asked.append(f"CONNECT {self.path}")
        self.send_error(503)


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with serving(Proxy()) as server:
        yield server


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    if shutil.which("Xvfb") is None:
        pytest.fail("Xvfb not found; apt-get install --yes xvfb")
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x900x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL) as server:
        os.close(write)
        with os.fdopen(read) as told:
            number = told.readline().strip()
        yield f":{number}"
        server.terminate()


def gnome(config: Path, port: int) -> dict[str, str]:
    """Settings as GNOME's tools write them where they keep them in a file."""
    file = config / "glib-2.0/settings/keyfile"
    file.parent.mkdir(parents=True)
    file.write_text(
        f"[system/proxy]\nmode='manual'\n[system/proxy/http]\nhost='127.0.0.1'\nport={port}\n"
        f"[system/proxy/https]\nhost='127.0.0.1'\nport={port}\n"
    )
    return {"XDG_CURRENT_DESKTOP": "GNOME", "GSETTINGS_BACKEND": "keyfile"}


def kde(config: Path, port: int) -> dict[str, str]:
    """Settings as KDE's system settings write them."""
    config.mkdir(parents=True)
    text = f"[Proxy Settings]\nProxyType=1\nhttpProxy=http://127.0.0.1 {port}\n"
    (config / "kioslaverc").write_text(text + f"httpsProxy=http://127.0.0.1 {port}\n")
    return {"XDG_CURRENT_DESKTOP": "KDE", "KDE_SESSION_VERSION": "5"}


def kde_6(config: Path, port: int) -> dict[str, str]:
    """The same, of the version after."""
    return {**kde(config, port), "KDE_SESSION_VERSION": "6"}


def gnome_script(config: Path, port: int) -> dict[str, str]:
    """A proxy that a script chooses, as companies like it; the proxy hands out the script, too."""
    file = config / "glib-2.0/settings/keyfile"
    file.parent.mkdir(parents=True)
    address = f"http://127.0.0.1:{port}/proxy.pac"
    file.write_text(f"[system/proxy]\nmode='auto'\nautoconfig-url='{address}'\n")
    return {"XDG_CURRENT_DESKTOP": "ubuntu:GNOME", "GSETTINGS_BACKEND": "keyfile"}


def variables(config: Path, port: int) -> dict[str, str]:
    """No desktop: the variables that programs of the terminal obey."""
    config.mkdir(parents=True)
    return dict.fromkeys(("http_proxy", "https_proxy"), f"http://127.0.0.1:{port}")


@pytest.mark.parametrize("kept", [gnome, gnome_script, kde, kde_6, variables])
async def test_a_window_asks_the_persons_proxy_and_never_for_this_machine(
    proxy: Proxy,
    site: Site,
    display: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kept: Callable[[Path, int], dict[str, str]],
) -> None:
    config = tmp_path / ".config"
    for name, value in {
        "HOME": str(tmp_path),
        "DISPLAY": display,
        "XDG_CONFIG_HOME": str(config),
        **kept(config, proxy.port),
    }.items():
        monkeypatch.setenv(name, value)
    async with (
        launch_browser(BrowserOptions(headed=True), lambda _: None) as running,
        running.context((1000, 700)) as context,
    ):
        page = await context.new_page()
        await page.goto(f"http://{SITE}/settings")
        assert await page.title() == "By the proxy"
        await page.goto(site.base_url("off") + "/new")
        assert await page.title() != "By the proxy"
    assert f"http://{SITE}/settings" in proxy.asked
