"""What the page and the site say to each other: watched, never spoken to, and held back where it would write."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from playwright.async_api import BrowserContext, Error, Page, Request, Response, Route

from auditor.browser.guard import NEEDS_A_LOOK, SAFE, Sent, carries, is_write, may_pass
from auditor.browser.place import Place, path_matches
from auditor.finding import State

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from auditor.flow import Site, Source

_FETCHED = frozenset({"xhr", "fetch"})
_DATA = _FETCHED | {"document", "script"}
_NOT_FOUND = 404
_OK = range(200, 300)
_ELSEWHERE = range(300, 400)  # the answer comes with the request that follows


class Traffic:
    """Watches one context. The guard is up from the start; `expect_write` lets one declared write through."""

    def __init__(self, site: Site, place: Place) -> None:
        self._site = site
        self._place = place
        self._open: set[Request] = set()
        self._reading = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._answers: dict[str, object] = {}
        self._expected: bool | None = None
        self._write: Request | None = None
        self._moved = asyncio.Event()
        self.last = time.monotonic()
        self.refused: list[str] = []
        self.asked: set[str] = set()
        self._headers: set[tuple[str, str]] = set()
        self.malformed = False
        self.broken = False
        self.final = False
        self._missed: set[str] = set()
        self._streams: set[Request] = set()
        self.saved: str | None = None
        self.status: int | None = None

    async def watch(self, whole: BrowserContext | Page) -> None:
        """Put up the guard around a context or one page, and start to listen, before anything is opened there."""
        whole.on("request", self._on_request)
        whole.on("response", self._on_response)
        whole.on("requestfinished", self._on_end)
        whole.on("requestfailed", self._on_failed)
        await whole.route(NEEDS_A_LOOK, self._gate)

    @property
    def idle(self) -> bool:
        """Whether no request for a page or for data is under way, and every answer has been read."""
        return not self._open and not self._reading

    @property
    def streaming(self) -> bool:
        """Whether the page is fed by a stream, which may carry the value at any time and never ends."""
        return bool(self._streams)

    @property
    def missed(self) -> bool:
        """Whether a source of the value was asked and has not answered: what others said may be older."""
        return bool(self._missed)

    @property
    def listening(self) -> bool:
        """Whether an answer that may carry the value is still under way."""
        return bool(self._reading) or any(self._source(request) for request in self._open)

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

    def has_header(self, name: str, value: str) -> bool:
        """Tell whether an answer that was a page bore this header."""
        return (name, value) in self._headers

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

    def _passes(self, request: Request, sent: Sent) -> bool:
        if may_pass(self._site, sent):
            return True
        if self._expected is not None and self._place.holds(sent.url) and carries(self._site, sent, self._expected):
            self._expected, self._write = None, request
            return True
        self.refused.append(f"{sent.method} {'the setting' if is_write(self._site, sent) else 'other data'}")
        return False

    def _on_request(self, request: Request) -> None:
        polled = request.method == "GET" and request.url in self.asked and self._source(request) is None
        self.asked.add(request.url)
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
        if request.resource_type == "document":
            self._headers.update(response.headers.items())
            self.status = response.status
        if request is self._write:
            self.saved = "" if response.status in _OK else f"the site answered the save with {response.status}"
        source = self._source(request)
        if source is not None and response.status in _OK:
            self._reading += 1
            self._spawn(self._read(response, source))
        elif response.status in _ELSEWHERE or (source is None and response.status == _NOT_FOUND):
            pass  # the next answer tells; and many a page asks for what need not be there
        elif response.status not in _OK:
            self._miss(request)
            self._open.discard(request)  # an error is answered with its status: many a page never reads the rest

    def _on_end(self, request: Request) -> None:
        if request in self._open:
            self._touch()
        self._open.discard(request)
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
        asked = request.method == "GET" and request.resource_type in _FETCHED
        self.broken = self.broken or (asked and self._place.holds(request.url))

    def _source(self, request: Request) -> Source | None:
        """Give the declared source that a request asks, if it is one of this very origin."""
        if request.method != "GET" or not self._place.holds(request.url):
            return None
        return next((each for each in self._site.witness.sources if path_matches(request.url, each.path)), None)

    async def _read(self, response: Response, source: Source) -> None:
        try:
            self._note(source, response.url, json.loads(await response.body()))
        except Error as error:  # too large for the browser to keep: the page had it, we do not; else it is gone
            self.broken = self.broken or "evicted" not in error.message
        except (ValueError, RecursionError):
            self.broken = True  # an answer that is no JSON is no witness, and no ground to draw a switch on
        finally:
            self._reading -= 1
            self._touch()

    def _note(self, source: Source, url: str, answer: object) -> None:
        for where in source.at:
            holder = _at(answer, where)
            if isinstance(holder, dict) and self._site.witness.key in holder:
                value = holder[self._site.witness.key]
                if value is None or isinstance(value, bool):
                    self._missed.discard(url)
                    self._answers[f"{url} {where}"] = value
                    self.final = self.final or source.final
                else:
                    self.malformed = True

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _touch(self) -> None:
        self.last = time.monotonic()
        self._moved.set()


def _at(node: object, where: str) -> object:
    for key in where.split(".") if where else ():
        node = node.get(key) if isinstance(node, dict) else None
    return node


def _sent(request: Request) -> Sent:
    body = None
    if request.method not in SAFE:
        with suppress(Error, UnicodeDecodeError):
            body = request.post_data
    return Sent(request.method, request.url, body)
