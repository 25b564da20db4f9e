"""Listens to everything that one context sends and hears, and tells it to those who keep account.

Watched, never spoken to, and held back where it would write.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from playwright.async_api import BrowserContext, Error, Page, Request, Response, Route, WebSocket

from auditor.browser.engine.method_override import SAFE_METHODS
from auditor.browser.network.guard import (
    ACCEPTED,
    FETCHED_TYPES,
    OK_STATUS,
    SentRequest,
    WriteGuard,
)
from auditor.browser.network.interference import InterferenceLog
from auditor.browser.network.membership import MembershipReader
from auditor.browser.network.refusal import DataRefusals
from auditor.browser.network.report import is_report
from auditor.browser.network.tracker import RequestTracker
from auditor.browser.network.witness import NetworkWitness, ValueWitness
from auditor.text import make_printable

if TYPE_CHECKING:
    from auditor.browser.engine.interception import HeldRequest
    from auditor.core.base_url import BaseUrl
    from auditor.flow import Site

_LONGEST_CALL = 40
_ASKING_TYPES = FETCHED_TYPES | {"document"}  # a form may be sent into a frame
# whatever else is asked by is a way to read, like QUERY or SEARCH
_WRITING_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_PLAIN_SUCCESS = 200
_NOT_FOUND = 404
_REDIRECTS = frozenset({301, 302, 303, 307, 308})  # the answer comes with the request after it


class NetworkMonitor:
    """Wires guard, tracker and witness to one context; the guard is up from the start."""

    def __init__(self, site: Site, base_url: BaseUrl) -> None:
        self.site = site
        self._base_url = base_url
        self.guard = WriteGuard(site, base_url)
        self.requests = RequestTracker(base_url)
        self.values = ValueWitness(site, base_url, self.requests)
        self.interference = InterferenceLog()
        self.memberships = MembershipReader(site, base_url)
        self.refusals = DataRefusals(base_url)

    async def watch(self, whole: BrowserContext | Page, *, is_held: bool = False) -> None:
        """Put up the guard around a context or one page, and listen, before anything is opened.

        `is_held` tells that the browser itself holds the requests already, and asks `admit_held`.
        """
        whole.on("request", self._on_request)
        whole.on("response", self._on_response)
        whole.on("requestfinished", self._on_end)
        whole.on("requestfailed", self._on_failed)
        if not is_held:
            await whole.route("**/*", self._gate)

    async def admit_held(self, held: HeldRequest) -> bool:
        """Return whether a request that the browser holds may go out; a refused one is noted."""
        sent = SentRequest(held.method, held.url, held.body, held.headers)
        return await self._is_admitted(sent, held.resource_type, held.arrived)

    def watch_page(self, page: Page) -> None:
        """Note the sockets, workers and frames that a page opens."""
        page.on("websocket", self._on_socket)
        page.on("frameattached", lambda _: self.interference.note_frame())
        page.on("worker", lambda worker: self.interference.note_worker(worker.url))

    def note_call(self, _source: object, what: str, url: str | None = None) -> None:
        """Note that the page called for something that `unload_guard.js` has switched off.

        With an address, that it wanted a socket there, or that it sends something there which was
        to outlive the page.
        """
        if url is None:
            self.interference.note_switched_off(make_printable(str(what), _LONGEST_CALL))
        elif what:
            self.requests.note_closed_socket(str(url))
            self.interference.note_closed_socket(str(url))
        else:
            self.interference.note_kept_alive(str(url))

    def note_panel_opening(self) -> None:
        """Note that the panel is about to be opened."""
        self.values.note_panel_opening()
        self.interference.note_panel_opening()

    def forget_page(self) -> None:
        """Forget what was under way on a page that has been closed."""
        self.requests.forget_pending()
        self.interference.forget_page()

    @property
    def idle(self) -> bool:
        """Whether nothing for a page or for data is under way, and every answer has been read."""
        reading = self.values.is_reading or self.memberships.is_reading
        return not self.requests.pending and not reading

    def take_witness(self) -> NetworkWitness:
        """Return everything the network side knows of the value now, as one frozen thing."""
        return replace(
            self.values.take_witness(),
            missed=self.interference.missed,
            helper_started=self.interference.helper_started,
        )

    async def _gate(self, route: Route) -> None:
        request, arrived = route.request, time.monotonic()
        sent = _sent_request(request)
        with suppress(Error):  # the page may be gone by now
            if await self._is_admitted(sent, request.resource_type, arrived):
                await route.fallback()
            else:
                await route.abort("blockedbyclient")

    async def _is_admitted(self, sent: SentRequest, resource_type: str, arrived: float) -> bool:
        await self.guard.wait_for_press(sent, self.values.known_fields, arrived)
        is_fetched = resource_type in FETCHED_TYPES
        if self.guard.admit(sent, self.values.known_fields, arrived):
            return True
        if sent.method == "POST" and is_fetched and self._base_url.is_same_site(sent.url):
            # some pages read by POST: without the answer, what is drawn may be a default
            self.requests.note_failure(sent.url)
        self.interference.note_refused(sent, may_ask=self._may_ask(sent, resource_type))
        if is_fetched and sent.method not in _WRITING_METHODS:
            self.values.note_read_refused()
        return False

    def _may_ask(self, sent: SentRequest, resource_type: str) -> bool:
        """Return whether a request that was held back may have asked the site for a value."""
        return (
            sent.method == "POST"
            and resource_type in _ASKING_TYPES
            and self._base_url.is_same_site(sent.url)
            and not is_report(sent, self.site.guard)
        )

    def _on_socket(self, socket: WebSocket) -> None:
        self.requests.note_socket(socket)
        self.interference.note_stream("a socket", socket.url)

    def _on_request(self, request: Request) -> None:
        self.interference.note_request(request)
        source = self.values.find_source(request)
        if source is not None:
            self.values.note_asked(source, request.url)
        self.requests.note_request(request, asks_source=source is not None)

    def _on_response(self, response: Response) -> None:
        request, status = response.request, response.status
        self.requests.note_response(response)
        self.interference.note_response(response)
        source = self.values.find_source(request)
        self.refusals.note_response(response, from_panel_source=source is not None and source.final)
        self.guard.note_answer(request.method, request.url, status)
        # a source that answers with a part, or with what another has kept, has not answered
        answers = (_PLAIN_SUCCESS,) if source is not None else OK_STATUS
        if status in answers and status != ACCEPTED:
            self._on_success(response)
        elif status in _REDIRECTS:
            self._on_redirect(request)
        else:
            self._on_error_status(request, status)

    def _on_success(self, response: Response) -> None:
        self.requests.note_success(response.request.url)
        if self.memberships.is_source(response.request):
            self.memberships.read_answer(response)
        source = self.values.find_source(response.request)
        if source is not None and response.request.redirected_from is not None:
            self._note_failed(response.request)
        elif source is None:
            self.requests.expire_if_short(response)
        else:
            self.values.read_answer(response, source)

    def _on_redirect(self, request: Request) -> None:
        """Note that a source was led elsewhere: a sign-in page or another copy is no answer."""
        if self.values.find_source(request) is not None:
            self._note_failed(request)

    def _on_error_status(self, request: Request, status: int) -> None:
        self.requests.note_error_status(request)
        # many a page asks for what need not be there
        if status != _NOT_FOUND or self.values.find_source(request) is not None:
            self._note_failed(request)

    def _on_end(self, request: Request) -> None:
        self.requests.note_end(request)
        self.interference.note_end(request)

    def _on_failed(self, request: Request) -> None:
        self.requests.note_end(request)
        self.interference.note_failed(request)
        is_source = self.values.find_source(request) is not None
        if is_source or "ERR_ABORTED" not in (request.failure or ""):
            self._note_failed(request)
        if "BLOCKED_BY_CLIENT" not in (request.failure or ""):
            self.guard.note_broken_off(request.method, request.url)

    def _note_failed(self, request: Request) -> None:
        """Note that data was asked for in vain: whatever is drawn without it may be a default."""
        if self.values.find_source(request) is not None:
            self.values.note_no_value(request.url)
        self.requests.note_failed_read(request)


def _sent_request(request: Request) -> SentRequest:
    body = None
    if request.method not in SAFE_METHODS:
        with suppress(Error, UnicodeDecodeError):
            body = request.post_data
    return SentRequest(request.method, request.url, body, request.headers)
