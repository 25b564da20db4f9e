"""What the page and the site say to each other.

Watched, never spoken to, and held back where it would write.
"""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from playwright.async_api import BrowserContext, Error, Page, Request, Response, Route, WebSocket

from auditor.browser.network.guard import (
    INTERCEPTED_URL,
    SAFE_METHODS,
    BooleanFields,
    SentRequest,
    boolean_fields,
    is_declared_write,
    is_expected_write,
    may_pass,
)
from auditor.core.base_url import BaseUrl, path_matches
from auditor.core.finding import State

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

    from auditor.flow import Site, Source

_FETCHED = frozenset({"xhr", "fetch"})
_DATA = _FETCHED | {"document", "script"}
_NOT_FOUND = 404
_OK = range(200, 300)
_ACCEPTED = 202  # promised, and not done: neither an answer nor a save
_SHORT = 65_536  # bytes that arrive together with the head of an answer, give or take a moment
_MOMENT = 1.0  # seconds
_ELSEWHERE = range(300, 400)  # the answer comes with the request that follows


class Traffic:
    """Watches one context. The guard is up from the start.

    `expect_write` lets one declared write through.
    """

    def __init__(self, site: Site, base_url: BaseUrl) -> None:
        self.site = site
        self._base_url = base_url
        self._open: set[Request] = set()
        self._begun: set[Request] = set()
        self._reading = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._answers: dict[str, object] = {}
        self._flags: BooleanFields = set()
        self._elsewhere: dict[str, set[State]] = {}
        self._expected: bool | None = None
        self._write: Request | None = None
        self._moved = asyncio.Event()
        self.last = time.monotonic()
        self.refused: list[str] = []
        self.asked: set[str] = set()
        self._headers: set[tuple[str, str]] = set()
        self.malformed = False
        self._finals: set[str] = set()
        self._panel = False
        self._fresh: set[str] = set()
        self._vain: set[str] = set()
        self._missed: set[str] = set()
        self._streams: set[Request | WebSocket] = set()
        self.saved: str | None = None
        self.status: int | None = None

    async def watch(self, whole: BrowserContext | Page) -> None:
        """Put up the guard around a context or one page, and start to listen, before anything is opened there."""
        whole.on("request", self._on_request)
        whole.on("response", self._on_response)
        whole.on("requestfinished", self._on_end)
        whole.on("requestfailed", self._on_failed)
        await whole.route(INTERCEPTED_URL, self._gate)

    def listen(self, page: Page) -> None:
        """Note the sockets that a page opens."""
        page.on("websocket", self._on_socket)

    @property
    def idle(self) -> bool:
        """Whether no request for a page or for data is under way, and every answer has been read."""
        return not self._open and not self._reading

    @property
    def streaming(self) -> bool:
        """Whether the page is fed by a stream, which may carry the value at any time and never ends."""
        return bool(self._streams)

    @property
    def broken(self) -> bool:
        """Whether the page asked for data in vain.

        Whatever is drawn without it may be a default.
        """
        return bool(self._vain or self._missed)

    @property
    def missed(self) -> bool:
        """Whether a source of the value was asked and has not told it.

        What others said may be older.
        """
        return bool(self._missed)

    @property
    def final(self) -> bool:
        """Whether the panel's own source has told the value, and was not asked again since without an answer."""
        return bool(self._finals)

    @property
    def fresh(self) -> bool:
        """Whether it did so after the panel was opened, and not for something that the page drew before."""
        return bool(self._finals & self._fresh)

    @property
    def listening(self) -> bool:
        """Whether an answer that may carry the value is still under way."""
        return bool(self._reading) or any(self._source(request) for request in self._open)

    @property
    def unanswered(self) -> bool:
        """Whether such an answer has not even begun to come."""
        return any(self._source(request) and request not in self._begun for request in self._open)

    @property
    def conflict(self) -> bool:
        """Whether the site's own answers contradict one another, or are neither true, false nor null."""
        return self.malformed or len(set(self._answers.values())) > 1

    @property
    def value(self) -> State:
        """What the page's own JSON said; unknown if nothing was said, or not with one voice."""
        if self.conflict or not self._answers:
            return State.UNKNOWN
        return State.of(next(iter(self._answers.values())))

    @property
    def elsewhere(self) -> frozenset[State]:
        """What the panel's own data says under the value's name, where it is not at any declared place: a hint only."""
        return frozenset(state for states in self._elsewhere.values() for state in states)

    def has_header(self, name: str, value: str) -> bool:
        """Return whether an answer that was a page bore this header."""
        return (name, value) in self._headers

    def opening(self) -> None:
        """Note that the panel is about to be opened.

        What is asked for from now on is asked for it.
        """
        self._panel = True

    def expect_write(self, *, wanted: bool) -> None:
        """Let exactly one declared write pass, and only with the wanted value in it."""
        self._expected = wanted
        self.refused.clear()

    def end_writes(self) -> None:
        """Put the guard up again."""
        self._expected = None

    def begin_again(self) -> None:
        """Forget what was under way: its page has been ended, so it will not be answered."""
        self._open.clear()
        self._begun.clear()
        self._streams.clear()
        self._touch()

    async def moved(self, seconds: float) -> None:
        """Wait until something happens in the traffic, at most so many seconds."""
        self._moved.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._moved.wait(), seconds)

    async def _gate(self, route: Route) -> None:
        sent = _sent(route.request)
        with suppress(Error):  # the page may be gone by now
            if self._passes(route.request, sent):
                await route.fallback()
            else:
                await route.abort("blockedbyclient")

    def _passes(self, request: Request, sent: SentRequest) -> bool:
        if may_pass(self.site, sent):
            return True
        if self._expected is not None and is_expected_write(
            self.site, self._base_url, sent, self._flags, wanted=self._expected
        ):
            self._expected, self._write = None, request
            return True
        self.refused.append(
            f"{sent.method} {'the setting' if is_declared_write(self.site, sent) else 'other data'}"
        )
        if (
            sent.method == "POST"
            and request.resource_type in _FETCHED
            and self._base_url.is_same_site(sent.url)
        ):
            self._vain.add(
                sent.url
            )  # some pages read by POST: without the answer, what is drawn may be a default
        return False

    def _on_request(self, request: Request) -> None:
        source = self._source(request)
        polled = request.method == "GET" and request.url in self.asked and source is None
        self.asked.add(request.url)
        if source is not None and source.final:
            self._finals.discard(request.url)  # whatever was said before, it is being asked again
            self._fresh |= {request.url} if self._panel else set()
        if request.resource_type == "eventsource":
            self._streams.add(request)
        elif not polled:  # asking for the same again and again is no sign of life
            self._touch()
            if request.resource_type in _DATA:
                self._open.add(request)

    def _on_response(self, response: Response) -> None:
        request = response.request
        if request in self._open:
            self._touch()
            self._begun.add(request)
        if request.resource_type == "document" and request.frame.parent_frame is None:
            self._headers.update(response.headers.items())
            self.status = response.status
        if request is self._write:
            self.saved = _on_save(response.status)
        self._hear(response, self._source(request))

    def _hear(self, response: Response, source: Source | None) -> None:
        """Take in an answer by its status."""
        request, status = response.request, response.status
        if status in _OK and status != _ACCEPTED:
            self._vain.discard(request.url)
            if source is None:
                self._take_as_read(response)
            if source is not None:
                self._reading += 1
                self._spawn(self._read(response, source))
        elif status not in _ELSEWHERE:  # there the next answer tells
            self._open.discard(
                request
            )  # an error is answered with its status: many a page never reads the rest
            if (
                source is not None or status != _NOT_FOUND
            ):  # many a page asks for what need not be there
                self._miss(request)

    def _on_socket(self, socket: WebSocket) -> None:
        self._streams.add(socket)
        socket.on("close", self._on_socket_end)

    def _on_socket_end(self, socket: WebSocket) -> None:
        self._streams.discard(socket)

    def _on_end(self, request: Request) -> None:
        if request in self._open:
            self._touch()
        self._open.discard(request)
        self._begun.discard(request)
        self._streams.discard(request)

    def _on_failed(self, request: Request) -> None:
        self._on_end(request)
        if self._source(request) is not None or "ERR_ABORTED" not in (request.failure or ""):
            self._miss(request)
        if request is self._write:
            self.saved = "the save was broken off"

    def _miss(self, request: Request) -> None:
        """Note that data was asked for in vain: whatever is drawn without it may be a default."""
        if self._source(request) is not None:
            self._missed.add(request.url)
        if (
            request.method == "GET"
            and request.resource_type in _FETCHED
            and self._base_url.is_same_site(request.url)
        ):
            self._vain.add(request.url)

    def _source(self, request: Request) -> Source | None:
        """Return the declared source that a request asks, if it is one of this very origin."""
        if request.method != "GET" or not self._base_url.is_same_origin(request.url):
            return None
        return next(
            (each for each in self.site.witness.sources if path_matches(request.url, each.path)),
            None,
        )

    async def _read(self, response: Response, source: Source) -> None:
        try:
            self._note(source, response.url, json.loads(await response.body()))
        # too large for the browser to keep: the page had it, we do not; else it is gone
        except Error as error:
            if "evicted" not in error.message:
                self._vain.add(response.url)
        except (ValueError, RecursionError):
            self._vain.add(
                response.url
            )  # an answer that is no JSON is no witness, and no ground to draw a switch on
        finally:
            self._reading -= 1
            self._touch()

    def _note(self, source: Source, url: str, answer: object) -> None:
        self._flags |= boolean_fields(answer)
        key = self.site.witness.key
        holders = [(where, _at(answer, where)) for where in source.at]
        told = {
            where: holder[key]
            for where, holder in holders
            if isinstance(holder, dict) and key in holder
        }
        if told or not source.final:
            self._missed.discard(url)
        elif found := {State.of(value) for value in _under(answer, key)}:
            self._elsewhere[url] = found
            self._missed.discard(url)
        else:  # the panel's own data no longer names the setting: what is drawn may be a default
            self._missed.add(url)
        for where, value in told.items():
            if value is None or isinstance(value, bool):
                self._answers[f"{url} {where}"] = value
                self._finals |= {url} if source.final else set()
            else:
                self.malformed = True

    def _take_as_read(self, response: Response) -> None:
        """Stop waiting for a short answer after a moment.

        The browser calls it ended only if the page reads it.
        """
        length = response.headers.get("content-length", "")
        if (
            response.request in self._open
            and length.isascii()
            and length.isdigit()
            and int(length) <= _SHORT
        ):
            asyncio.get_running_loop().call_later(_MOMENT, self._open.discard, response.request)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _touch(self) -> None:
        self.last = time.monotonic()
        self._moved.set()


def _under(node: object, key: str) -> Iterator[object]:
    """Return every value under the key, at any depth."""
    todo = [node]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            todo += node.values()
            if key in node:
                yield node[key]
        elif isinstance(node, list):
            todo += node


def _on_save(status: int) -> str:
    """Say what the answer to the save means; nothing if it is plain success."""
    if status == _ACCEPTED:
        return "the site accepted the save, but had not carried it out yet (202)"
    return "" if status in _OK else f"the site answered the save with {status}"


def _at(node: object, where: str) -> object:
    for key in where.split(".") if where else ():
        node = node.get(key) if isinstance(node, dict) else None
    return node


def _sent(request: Request) -> SentRequest:
    body = None
    if request.method not in SAFE_METHODS:
        with suppress(Error, UnicodeDecodeError):
            body = request.post_data
    return SentRequest(request.method, request.url, body)
