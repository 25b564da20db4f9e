"""What of ours or of the network may have made what a page shows.

A page that got all it asked for shows what its site holds. One that was refused something, or
waited for an answer that never came, may show a default. Where the page is the only witness, an
off counts only if nothing of the kind was noted here.
"""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from playwright.async_api import Error, Request, Response

from auditor.browser.network.guard import FETCHED_TYPES, OK_STATUS
from auditor.text import make_printable

if TYPE_CHECKING:
    from auditor.browser.network.guard import SentRequest

_FIRST_ERROR = 400
_PAGE = re.compile(rb"^\s*(?:<!doctype|<html|<head|<body|<title)", re.IGNORECASE)
# what a page may have been told by out of our sight, if it called for it once its panel was open
_CHANNELS = frozenset(
    {
        "SharedWorker",
        "WebSocketStream",
        "WebTransport",
        "a peer connection",
        "a request to an address like a file's",
        "a socket",
        "a form into another tab",
        "a form or a link into another tab",
    }
)
_STREAMED_TYPES = ("text/event-stream", "application/x-ndjson", "multipart/x-mixed-replace")
# followed by the tracker, or never at an end
_FOLLOWED = FETCHED_TYPES | {"document", "script", "eventsource", "websocket"}
# by these an answer says itself that it is none, or not the newest
_DENIALS = frozenset(
    {
        *("error", "errors", "exception", "stale", "outdated", "fallback", "cached", "fromcache"),
        *("pending", "pendingchange", "pendingchanges", "provisional", "unconfirmed"),
    }
)
_DENYING_STATES = frozenset(
    {"error", "failed", "stale", "outdated", "cached", "pending", "queued", "processing", "loading"}
)
_LONGEST_PATH = 60
_STALE_WARNINGS = ("110", "111")  # of RFC 7234: stale, and could not be asked anew
_IDENTIFIER = re.compile(r"[0-9a-f]{8}[0-9a-f-]{8,}|\d{9,}|[\w-]{32,}", re.IGNORECASE)
_BODY_SECONDS = 2.0  # seconds an answer that has ended may take to be handed over


@dataclass(frozen=True, slots=True, kw_only=True)
class Interference:
    """Why a page may show something else than its site holds, each as a person would say it."""

    refused: tuple[str, ...] = ()
    """What the guard held back."""
    switched_off: tuple[str, ...] = ()
    """What the page called for although it is switched off while we look, or is not seen by us."""
    failed: tuple[str, ...] = ()
    """What was asked for in vain."""
    under_way: tuple[str, ...] = ()
    """What has not come to its last byte."""
    streamed: tuple[str, ...] = ()
    """What the page was fed by, besides plain answers."""
    no_data: tuple[str, ...] = ()
    """What answered with something else than data: led elsewhere, a page, an error, nothing."""


class InterferenceLog:
    """Notes, for one context, everything that may have kept the truth from its pages."""

    def __init__(self) -> None:
        self._refused: dict[str, None] = {}
        self._switched_off: dict[str, None] = {}
        self.tabs_held_back = 0
        """How often the page wanted to open another tab."""
        self.boxes_answered: list[str] = []
        """What the page asked or said in boxes of the browser's own: their kinds, in order."""
        self._failed: dict[str, str] = {}
        self._open: set[Request] = set()
        self._streamed: dict[str, None] = {}
        self._answers: list[Response] = []
        self._panel_opened = False
        self._reloaded = False
        self._before_opening: set[str] = set()
        self._kept_alive: set[str] = set()
        self._missed: dict[str, str] = {}
        self.helper_started = False
        """A worker or a frame was started after the panel was opened."""

    @property
    def missed(self) -> tuple[str, ...]:
        """What may have told the page another value since its panel was opened.

        What goes on as before, like a chat's own socket, is none of it.
        """
        return tuple(what for what, url in self._missed.items() if url not in self._kept_alive)

    def note_panel_opening(self) -> None:
        """Note that the panel is about to be opened: what begins from now on may be for it."""
        self._panel_opened = True

    def note_refused(self, sent: SentRequest, *, may_ask: bool = False) -> None:
        """Note a request that the guard held back; `may_ask` tells that it may be a question."""
        what = f"{sent.method} {_path_of(sent.url)}"
        self._refused[what] = None
        if may_ask and self._panel_opened:
            self._missed[what] = sent.url

    def note_kept_alive(self, url: str) -> None:
        """Note that a request was to outlive its page, so that the page awaits no answer."""
        self._kept_alive.add(url)

    def note_switched_off(self, what: str) -> None:
        """Note that the page called for something that is switched off or works out of sight."""
        self._switched_off[what] = None
        self.tabs_held_back += "tab" in what.split()
        if what in _CHANNELS:
            self._note_channel(what, what, again=not self._reloaded)

    def note_box(self, kind: str) -> None:
        """Note that a box of the browser's own (alert, confirm, prompt) was answered with no."""
        self.boxes_answered.append(kind)

    def describe_wishes(self) -> list[str]:
        """Return what the page wanted of the person, or of the browser, and was not let."""
        box = "the page asked something in a box of the browser's own (`{}()`), answered with no"
        tab = "the page wanted to open another tab, which was held back"
        asked = [box.format(self.boxes_answered[0])] if self.boxes_answered else []
        return asked + [tab] * bool(self.tabs_held_back)

    def note_worker(self, url: str) -> None:
        """Note that the page started a worker of its own."""
        self.note_switched_off("a worker")
        self.helper_started |= self._panel_opened and url not in self._before_opening
        if not self._panel_opened:
            self._before_opening.add(url)

    def note_frame(self) -> None:
        """Note that the page made a frame, whose own scripts may tell it something."""
        self.helper_started |= self._panel_opened

    def _note_channel(self, what: str, address: str, *, again: bool = False) -> None:
        """Note something that may tell the page a value, unless it did so before the panel.

        With `again`, it counts even then.
        """
        if not self._panel_opened:
            self._before_opening.add(address)
        elif again or address not in self._before_opening:
            self._missed[what] = ""

    def note_request(self, request: Request) -> None:
        """Note that a request of any kind starts."""
        self._open.add(request)
        if request.resource_type == "eventsource":
            self.note_stream("a stream of events", request.url)
        elif request.is_navigation_request() and self._panel_opened:
            self._reloaded = True  # what a page begins with begins once more

    def note_stream(self, what: str, url: str) -> None:
        """Note that the page is or was fed by something that may send at any time."""
        self._streamed[what] = None
        self._note_channel(what, url.partition("?")[0])

    def note_closed_socket(self, url: str) -> None:
        """Note that the page wanted a socket, which the browser does not let it have."""
        self._switched_off["a socket"] = None
        self._note_channel("a socket", url.partition("?")[0])

    def note_response(self, response: Response) -> None:
        """Note the head of an answer."""
        request = response.request
        content_type = response.headers.get("content-type", "").lower()
        if content_type.startswith(_STREAMED_TYPES):
            self.note_stream(f"a stream from {_path_of(request.url)}", request.url)
        if response.status >= _FIRST_ERROR:
            self._failed[request.url] = f"{_path_of(request.url)} ({response.status})"
        elif response.status in OK_STATUS:
            self._failed.pop(request.url, None)
            if request.resource_type in FETCHED_TYPES:
                self._answers.append(response)

    def note_end(self, request: Request) -> None:
        """Note that a request has come to its last byte."""
        self._open.discard(request)

    def note_failed(self, request: Request) -> None:
        """Note that a request broke off, whoever did it."""
        self._open.discard(request)
        # one that the guard held back is noted as such
        if "BLOCKED_BY_CLIENT" not in (request.failure or ""):
            self._failed[request.url] = f"{_path_of(request.url)} (broken off)"

    @property
    def awaits_asset(self) -> bool:
        """Whether a picture, a style or the like is under way: it may carry a value, too.

        What is fetched is followed by the tracker, which knows answers that are never read.
        """
        return any(request.resource_type not in _FOLLOWED for request in self._open)

    def forget_page(self) -> None:
        """Forget what a page that has been closed had under way, or lost by being closed."""
        self._open.clear()
        self._failed.clear()

    async def take(self) -> Interference:
        """Return all that was noted so far, with what the answers held."""
        bodies = await asyncio.gather(*(_describe_if_no_data(each) for each in self._answers))
        return Interference(
            refused=tuple(self._refused),
            switched_off=tuple(self._switched_off),
            failed=tuple(self._failed.values()),
            under_way=tuple(_path_of(each.url) for each in self._open),
            streamed=tuple(self._streamed),
            no_data=tuple(dict.fromkeys(each for each in bodies if each)),
        )


async def _describe_if_no_data(response: Response) -> str:
    """Return why an answer is no data, and nothing if it is."""
    path = _path_of(response.url)
    if response.request.redirected_from is not None:
        return f"{_path_of(response.request.redirected_from.url)} was led elsewhere"
    if is_copy(response):
        return f"{path} answered with an old copy"
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            body = await response.body()
    except TimeoutError:
        return f"{path} has not ended"
    except Error:  # too large to keep, or gone: what it held is not known
        return f"{path} could not be looked at"
    return f"{path} {said}" if (said := describe_body(body, response.headers)) else ""


def describe_body(body: bytes, headers: dict[str, str]) -> str:
    """Return what an answer to a request for data is, if it is none; nothing if it may be data."""
    if _PAGE.match(body):
        return "answered with a page"
    if "json" not in headers.get("content-type", ""):
        return "" if body.strip() else "answered with nothing"
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return "answered with broken data"
    if told in (None, {}, [], ""):
        return "answered with nothing"
    return "answered with an error" if holds_error(told) else ""


def holds_error(answer: object) -> bool:
    """Return whether a piece of JSON says at its top that something went wrong, or is not final."""
    if not isinstance(answer, dict):
        return False
    states = (answer.get(name) for name in ("type", "status", "state"))
    if any(isinstance(state, str) and state.lower() in _DENYING_STATES for state in states):
        return True
    return any(value and _plain_name(name) in _DENIALS for name, value in answer.items())


def _plain_name(name: str) -> str:
    """Return a name as it is compared: small, in one word, and without what asks a question."""
    return name.lower().replace("_", "").replace("-", "").removeprefix("is").removeprefix("has")


def is_copy(response: Response) -> bool:
    """Return whether a worker answered, or a cache on the way says that it did."""
    age, warning = (response.headers.get(name, "") for name in ("age", "warning"))
    is_aged = age.isascii() and age.isdigit() and int(age) > 0
    return response.from_service_worker or is_aged or warning.startswith(_STALE_WARNINGS)


def _path_of(url: str) -> str:
    """Return the path of an address without identifiers and query, which may be secret."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "an address that cannot be read"
    path = _IDENTIFIER.sub("…", parts.path or parts.netloc or parts.scheme)
    return make_printable(path, _LONGEST_PATH)
