"""A small hostile site: the settings page as FACTS describe it, with a script of each case's own in it, and a ledger.

Two names lead to the same server: 127.0.0.1 is the site, and localhost is another origin.
"""

from __future__ import annotations

import json
import socket
import threading
from base64 import b64encode
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha1
from html import escape
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.serving import LocalServer, Quiet

if TYPE_CHECKING:
    from collections.abc import Callable

LABEL = "Help improve our AI models"
SETTINGS = "/api/account/settings"
JSON, HTML = "application/json", "text/html; charset=utf-8"
_SOCKET_KEY = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # of RFC 6455
_TEXT, _BINARY, _CLOSE = 1, 2, 8
_NO_CONTENT = 204
_SHORT = 125  # bytes that a frame's length holds by itself

# ---------------------------------------------------------------- what a case is


@dataclass(frozen=True)
class Answer:
    """What the server says; a status of 0 cuts the connection instead."""

    status: int = 200
    body: str = "{}"
    kind: str = JSON
    headers: tuple[tuple[str, str], ...] = ()


CUT = Answer(0)


@dataclass
class Kept:
    """What the server holds for one page, and everything that reached it and was not a plain read."""

    value: bool = True
    ledger: list[str] = field(default_factory=list)
    clicks: list[str] = field(default_factory=list)
    times: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Asked:
    """One request: `times` tells how often this was asked by now, `base` and `other` are where the page lives."""

    method: str
    path: str
    body: str
    times: int
    base: str
    other: str
    kept: Kept


@dataclass(frozen=True)
class Page:
    """One hostile page. `panel` is the script that runs when Privacy is opened, `boot` when the page is loaded."""

    panel: str = ""
    boot: str = ""
    body: str = ""
    organisation: str = "Personal · Pro plan"
    answers: Callable[[Asked], Answer | None] = lambda _: None
    """What the server says out of turn; nothing: what a good server would say."""
    socket: tuple[float, str] | None = None
    """What is sent over a socket, and after how many seconds."""


def said(value: object, status: int = 200) -> Answer:
    """Answer with JSON."""
    return Answer(status, json.dumps(value))


# ---------------------------------------------------------------- how it is drawn

_PAGE = """<!doctype html><html lang="en-US"><head><meta charset="utf-8"><title>Claude</title><style>
.row { padding: 8px } .switch { display: inline-block; width: 40px; height: 20px; background: #999; border: 0 }
.sr-only { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip: rect(0 0 0 0) }
.over { position: fixed; inset: 0; background: #fff; z-index: 9 }
</style></head><body>
<main><h1>Good morning</h1>
<button data-testid="user-menu-button" id="user" aria-expanded="false">Ada · @PLAN@</button>
<div role="menu" id="menu" hidden>
  <div data-testid="user-menu-header">ada@example.org</div><div data-testid="user-menu-header-org">@ORGANISATION@</div>
  <div role="menuitem" tabindex="0" data-testid="user-menu-settings" id="open">Settings</div>
</div></main><div id="place"></div>@BODY@
<script>
const base = "@BASE@", other = "@OTHER@", label = "@LABEL@", help = "https://privacy.example/en/articles";
const at = (id) => document.getElementById(id);
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const get = async (path) => (await fetch(base + path)).json();
const send = (method, path, body) =>
  fetch(base + path, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
const note = (what) => fetch(`${base}/clicked?${what}`);

const toggle = (shown, name = 'aria-labelledby="title"') =>
  `<button id="switch" role="switch" aria-checked="${shown}" class="switch" ${name} onclick="press(this)"></button>`;
const setting = (control, title = label) => `<div role="group"><div class="row" role="group" data-settings-row>
  <div id="title" class="settings-row-title">${title}</div>
  <p>Your chats may be used to train our models. <a href="${help}/12109829">Learn more</a></p>${control}</div></div>`;
const elsewhere = () => `<div class="row" role="group" aria-labelledby="where"><div id="where">Location metadata</div>
  <p>Used to improve product experiences. <a href="${help}/11186740">Learn more</a></p>
  <button role="switch" aria-checked="false" class="switch" aria-labelledby="where" onclick="note('location')"></button>
</div>`;
const draw = (rows, above = elsewhere()) => {
  at("panel").innerHTML = `${above}${rows}<h2>Your data</h2><button>Export data</button>`;
};
const add = (html) => document.body.insertAdjacentHTML("beforeend", html);
const kept = async () => (await get("@SETTINGS@")).grove_enabled;

let more = {}; // what the page saves along with the setting
let save = (value) => send("PATCH", "@SETTINGS@", { grove_enabled: value, ...more });
const press = async (control) => {
  note("setting");
  const value = control.getAttribute("aria-checked") !== "true";
  control.setAttribute("aria-checked", value);
  const saved = await save(value).catch(() => null);
  if (!saved || !saved.ok) control.setAttribute("aria-checked", !value);
};
const panel = async () => { @PANEL@ };
let settings = () => {
  at("menu").hidden = true;
  at("place").innerHTML = `<div role="dialog" aria-label="Settings"><nav aria-label="Settings"><ul>
    <li data-testid="general"><button>General</button></li>
    <li data-testid="data-privacy-controls"><button id="privacy">Privacy</button></li>
  </ul></nav><div id="panel"></div></div>`;
  at("privacy").onclick = panel;
};
at("user").onclick = () => at("user").setAttribute("aria-expanded", !(at("menu").hidden = !at("menu").hidden));
at("open").onclick = () => settings();
@BOOT@
if (location.hash.includes("data-privacy-controls")) { settings(); panel(); }
</script></body></html>"""


def _drawn(page: Page, base: str, other: str) -> str:
    marks = {"BASE": base, "OTHER": other, "LABEL": LABEL, "SETTINGS": SETTINGS, "BODY": page.body, "BOOT": page.boot,
             "PANEL": page.panel, "ORGANISATION": escape(page.organisation),
             "PLAN": escape(page.organisation.rsplit("· ", 1)[-1])}  # fmt: skip
    html = _PAGE
    for mark in ("BODY", "BOOT", "PANEL", *marks):  # first what may hold marks itself
        html = html.replace(f"@{mark}@", marks[mark])
    return html


def _usual(asked: Asked, page: Page) -> Answer:
    """Answer as a good server would."""
    if asked.path == "/new":
        return Answer(body=_drawn(page, asked.base, asked.other), kind=HTML)
    if asked.path == SETTINGS and asked.method == "GET":
        return said({"grove_enabled": asked.kept.value})
    if asked.path == SETTINGS and asked.method == "PATCH":
        asked.kept.value = json.loads(asked.body)["grove_enabled"]
        return said({"grove_enabled": asked.kept.value})
    return said({}, 200 if asked.path == "/clicked" else 404)


# ---------------------------------------------------------------- how it is served


class Served(LocalServer):
    """The pages by name, and what is held for each."""

    def __init__(self, pages: dict[str, Page]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages = pages
        self.kept = {name: Kept() for name in pages}

    def url(self, name: str, host: str = "127.0.0.1") -> str:
        """Return a page's base URL, at the site itself or at the other origin."""
        return f"http://{host}:{self.server_address[1]}/c/{name}"


class _Handler(Quiet, BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Served

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        _, mark, name, *rest = url.path.split("/", 3) if url.path.count("/") > 1 else ("", "", "")
        body = self.rfile.read(int(self.headers.get("content-length", "0"))).decode(
            "utf-8", "replace"
        )
        if mark != "c" or name not in self.server.pages:  # its icon
            return self._send(Answer(404))
        page, kept, path = self.server.pages[name], self.server.kept[name], f"/{''.join(rest)}"
        kept.times[f"{self.command} {path}"] += 1
        if self.command != "GET":
            kept.ledger.append(f"{self.command} {path} {body}".strip())
        if path == "/clicked":
            kept.clicks.append(url.query)
        if self.headers.get("upgrade", "").lower() == "websocket":
            self._talk(page, kept)
            return None
        where = (self.server.url(name), self.server.url(name, "localhost"))
        asked = Asked(self.command, path, body, kept.times[f"{self.command} {path}"], *where, kept)
        self._send(page.answers(asked) or _usual(asked, page))
        return None

    do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = do_GET  # noqa: N815

    def _send(self, answer: Answer) -> None:
        if answer.status == 0:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        body = answer.body.encode()
        self.send_response(answer.status)
        headers = {"content-type": answer.kind, "cache-control": "no-store", **dict(answer.headers)}
        if answer.status != _NO_CONTENT:  # which has no length either
            headers["content-length"] = str(len(body))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD" and "content-length" in headers:
            self.wfile.write(body)

    def _talk(self, page: Page, kept: Kept) -> None:
        """Hold a socket open, send what the page is fed with, and note every frame that comes."""
        key = self.headers["sec-websocket-key"] + _SOCKET_KEY
        accept = b64encode(sha1(key.encode(), usedforsecurity=False).digest()).decode()
        self.send_response(101)
        for name, value in (
            ("upgrade", "websocket"),
            ("connection", "Upgrade"),
            ("sec-websocket-accept", accept),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.close_connection = True
        if page.socket is not None:
            seconds, text = page.socket
            later = threading.Timer(seconds, self._feed, [text.encode()])
            later.daemon = True
            later.start()
        while (head := self.rfile.read(2)) and head[0] & 15 != _CLOSE:
            long = {126: 2, 127: 8}.get(head[1] & 127, 0)
            length = int.from_bytes(self.rfile.read(long)) if long else head[1] & 127
            mask, body = self.rfile.read(4), self.rfile.read(length)
            text = bytes(byte ^ mask[place % 4] for place, byte in enumerate(body)).decode(
                "utf-8", "replace"
            )
            if head[0] & 15 in (_TEXT, _BINARY):
                kept.ledger.append(f"a frame {text}")

    def _feed(self, text: bytes) -> None:
        assert len(text) <= _SHORT
        with suppress(OSError, ValueError):  # the page may be gone by now
            self.wfile.write(bytes([0x80 | _TEXT, len(text)]) + text)
