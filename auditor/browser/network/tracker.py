"""Which requests of the page are under way, failed or streaming, and when anything happened."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from auditor.browser.network.guard import FETCHED_TYPES

if TYPE_CHECKING:
    from playwright.async_api import Request, Response, WebSocket

    from auditor.core.base_url import BaseUrl

_DATA_TYPES = FETCHED_TYPES | {"document", "script"}
# bytes that arrive together with the head of an answer, give or take a moment
_SHORT_BODY = 65_536
# seconds after which a short answer counts as ended: the browser says so only if the page reads it
_SHORT_BODY_SECONDS = 1.0


class RequestTracker:
    """Follows every request of one context from its start to its end."""

    def __init__(self, base_url: BaseUrl) -> None:
        self._base_url = base_url
        self.pending: set[Request] = set()
        """Requests for a page or for data that have not ended."""
        self._begun: set[Request] = set()
        self._streams: set[Request | WebSocket | str] = set()
        self._failed: set[str] = set()
        self._headers: set[tuple[str, str]] = set()
        self._activity = asyncio.Event()
        self.asked: set[str] = set()
        """Every URL that was asked for."""
        self.last_activity = time.monotonic()
        """When something last happened, on the monotonic clock."""

    @property
    def streaming(self) -> bool:
        """Whether a stream or a socket is open, which may carry the value at any time."""
        return bool(self._streams)

    @property
    def data_request_failed(self) -> bool:
        """Whether the page asked for data and got no answer that it could use."""
        return bool(self._failed)

    def has_begun(self, request: Request) -> bool:
        """Return whether an answer to a pending request has begun to come."""
        return request in self._begun

    def has_header(self, name: str, value: str) -> bool:
        """Return whether an answer that was a page bore this header."""
        return (name, value) in self._headers

    def note_request(self, request: Request, *, asks_source: bool) -> None:
        """Note that a request starts; `asks_source` tells that it may bring the value."""
        polled = request.method == "GET" and request.url in self.asked and not asks_source
        self.asked.add(request.url)
        if request.resource_type == "eventsource":
            self._streams.add(request)
        elif not polled:  # asking for the same again and again is no sign of life
            self.note_activity()
            if request.resource_type in _DATA_TYPES:
                self.pending.add(request)

    def note_response(self, response: Response) -> None:
        """Note that an answer begins to come."""
        request = response.request
        if request in self.pending:
            self.note_activity()
            self._begun.add(request)
        if request.resource_type == "document" and request.frame.parent_frame is None:
            self._headers.update(response.headers.items())

    def note_end(self, request: Request) -> None:
        """Note that a request has ended, well or not."""
        if request in self.pending:
            self.note_activity()
        self.pending.discard(request)
        self._begun.discard(request)
        self._streams.discard(request)

    def note_socket(self, socket: WebSocket) -> None:
        """Note that a socket was opened, and later that it was closed."""
        self._streams.add(socket)
        socket.on("close", self._note_socket_closed)

    def note_closed_socket(self, url: str) -> None:
        """Note that the page wanted a socket and got none: what is drawn may be a default."""
        self._streams.add(url)

    def _note_socket_closed(self, socket: WebSocket) -> None:
        self._streams.discard(socket)

    def note_success(self, url: str) -> None:
        """Note that data was answered: what failed there before no longer matters."""
        self._failed.discard(url)

    def note_failure(self, url: str) -> None:
        """Note that data could not be had: whatever is drawn without it may be a default."""
        self._failed.add(url)

    def note_failed_read(self, request: Request) -> None:
        """Note a failed request if it was a plain read of data from this site."""
        if (
            request.method == "GET"
            and request.resource_type in FETCHED_TYPES
            and self._base_url.is_same_site(request.url)
        ):
            self.note_failure(request.url)

    def note_error_status(self, request: Request) -> None:
        """Stop waiting for the rest of an error: many a page reads no more than its status."""
        self.pending.discard(request)

    def expire_if_short(self, response: Response) -> None:
        """Stop waiting for a short answer after a moment, because the page may never read it."""
        length = response.headers.get("content-length", "")
        if response.request not in self.pending or not (length.isascii() and length.isdigit()):
            return
        if int(length) <= _SHORT_BODY:
            asyncio.get_running_loop().call_later(
                _SHORT_BODY_SECONDS, self.pending.discard, response.request
            )

    def note_activity(self) -> None:
        """Note that something happened just now."""
        self.last_activity = time.monotonic()
        self._activity.set()

    def forget_pending(self) -> None:
        """Forget what was under way: its page has been ended, so it will not be answered."""
        self.pending.clear()
        self._begun.clear()
        self._streams.clear()
        self.note_activity()

    async def wait_for_activity(self, seconds: float) -> None:
        """Wait until something happens, at most so many seconds."""
        self._activity.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._activity.wait(), seconds)
