"""Every request of a whole browser that may write is held here until somebody lets it go.

Asked of the browser itself and not of each page: so it also holds what workers of every kind,
frames of other sites, second tabs, links with a ping, reports and pages that are being left send,
looks anew at each redirect, and stays up until the browser has ended. Scripts, pictures, styles,
fonts and media can only be read, and are never asked about.

What a worker says over a socket is no request. Its script gets a policy with which the browser
gives it none; workers made of a text have that of their page (`network/unload_guard.js`). Workers
that outlive a page are not let start.
"""

from __future__ import annotations

import asyncio
import base64
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from playwright.async_api import CDPSession, Error

from auditor.browser.engine.method_override import can_only_read

if TYPE_CHECKING:
    from collections.abc import Iterator

# all types of the protocol's Fetch domain by which something can be sent
_TYPES = ("Document", "XHR", "Fetch", "Ping", "CSPViolationReport", "Other")
# By this type a browser asks for the script of a worker.
_WORKERS_TYPE = "Other"
# A policy under which a script connects to anything but sockets.
_NO_SOCKETS = {
    "name": "Content-Security-Policy",
    "value": "connect-src http: https: data: blob: filesystem:",
}
_SERVICE_WORKERS_HEADER = "service-worker"
_REDIRECTS = range(300, 400)
_FRAMES_SECONDS = (
    10.0  # for a page to name its frames: a busy one is late, one that hangs never does
)


@dataclass(frozen=True, slots=True)
class HeldRequest:
    """A request that waits to be let go."""

    method: str
    url: str
    body: str | None
    headers: dict[str, str]
    resource_type: str
    """In Playwright's words."""
    arrived: float = field(default_factory=time.monotonic, compare=False)
    """When it was heard of, by the monotonic clock."""

    @property
    def can_only_read(self) -> bool:
        """Whether neither its method nor a header or its address asks for more."""
        return can_only_read(self.method, self.url, self.headers)


class HeldTab(Protocol):
    """A tab of a gate's context."""

    async def target_id(self) -> str:
        """Return what the browser calls it."""

    def knows_frame(self, frame: str) -> bool:
        """Return whether it has or had a frame of that name, as far as it knows; asks nobody."""

    async def has_frame(self, frame: str) -> bool:
        """Return whether it has or had a frame of that name; asks its page, if need be."""


class Gate(Protocol):
    """Whoever decides for the pages of one context."""

    async def admit_held(self, held: HeldRequest) -> bool:
        """Return whether a request may go out; a refused one is noted."""


@dataclass
class Interception:
    """Holds the requests of one browser, and asks the gates of its contexts about them.

    Without a gate, only plain reads go out.
    """

    cdp: CDPSession
    count: int = 0
    _gates: dict[int, tuple[Gate, list[HeldTab]]] = field(default_factory=dict)
    _contexts: dict[str, str | None] = field(default_factory=dict)
    """In which context each tab, or frame of another site, is; that never changes."""
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @contextmanager
    def asking(self, gate: Gate) -> Iterator[list[HeldTab]]:
        """Ask a gate until the block ends; gives the list of its tabs, for the gate to fill."""
        tabs: list[HeldTab] = []
        self._gates[id(gate)] = (gate, tabs)
        try:
            yield tabs
        finally:
            del self._gates[id(gate)]

    def on_paused(self, event: dict[str, Any]) -> None:
        """Decide about a request; in turn, as the decision may take a question to the browser."""
        self.count += 1
        task = asyncio.ensure_future(self._decide(event))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def decide_all(self, seconds: float) -> None:
        """Wait until nothing is being decided: what is held when the line is cut might go."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)

    async def _decide(self, event: dict[str, Any]) -> None:
        if "responseStatusCode" in event or "responseErrorReason" in event:
            await self._close_sockets(event)
            return
        held = _held_request(event)
        with suppress(Error):  # the browser may be gone by now
            if await self._is_admitted(event.get("frameId", ""), held):
                await self.cdp.send("Fetch.continueRequest", {"requestId": event["requestId"]})
            else:
                refusal = {"requestId": event["requestId"], "errorReason": _reason(held)}
                await self.cdp.send("Fetch.failRequest", refusal)

    async def _close_sockets(self, event: dict[str, Any]) -> None:
        """Let an answer pass, with a policy for the worker that it may be the script of."""
        answer: dict[str, Any] = {"requestId": event["requestId"]}
        status = event.get("responseStatusCode")
        if status is not None and status not in _REDIRECTS:
            headers = [*event.get("responseHeaders", ()), _NO_SOCKETS]
            answer |= {"responseCode": status, "responseHeaders": headers}
        with suppress(Error):
            await self.cdp.send("Fetch.continueResponse", answer)

    async def _is_admitted(self, frame: str, held: HeldRequest) -> bool:
        """Return what the gates say: of several that may be meant, all must let it go.

        Where it is known whose page sends it, no other gate is asked: each notes what it refuses.
        """
        if _SERVICE_WORKERS_HEADER in held.headers:
            return False
        if held.can_only_read:
            gates = await self._find_readers_gates(frame)
        else:
            gates = await self._find_gates(frame)
        # each notes what it refuses
        answers = await asyncio.gather(*(gate.admit_held(held) for gate in gates))
        return all(answers) if answers else held.can_only_read

    async def _find_readers_gates(self, frame: str) -> list[Gate]:
        """Return the gate that may note a read, if that is known without asking any page.

        It goes out in any case. A page may hang, and those of the other accounts must not wait.
        """
        gates = list(self._gates.values())
        if len(gates) == 1:
            return [gates[0][0]]
        if await self._context_of(frame) is not None:
            return await self._find_gates(frame)
        return [g for g, tabs in gates if any(tab.knows_frame(frame) for tab in tabs)]

    async def _find_gates(self, frame: str) -> list[Gate]:
        """Return the gate of a frame's context, none if that one has none, all if it is not known.

        Not known are a worker within a worker, and what lies within a frame of another site. A
        context without a gate is being closed.
        """
        gates = list(self._gates.values())
        context = await self._context_of(frame)
        if context is not None:  # each gate has one of its own
            for gate, tabs in gates:
                if await self._has_context(tabs, context):
                    return [gate]
            return []
        if len(gates) == 1:
            return [gates[0][0]]
        owner = await _find_owner(gates, frame)
        return [gate for gate, _ in gates] if owner is None else [owner]

    async def _has_context(self, tabs: list[HeldTab], context: str) -> bool:
        names = await asyncio.gather(*(tab.target_id() for tab in tabs), return_exceptions=True)
        known = (name for name in names if isinstance(name, str))
        return context in [await self._context_of(name) for name in known]

    async def _context_of(self, target: str) -> str | None:
        """Return the context that a tab, or a frame of another site, is in; None of all else."""
        if target not in self._contexts:
            told = (await self.cdp.send("Target.getTargets"))["targetInfos"]
            self._contexts |= {each["targetId"]: each.get("browserContextId") for each in told}
        return self._contexts.get(target)


async def _find_owner(gates: list[tuple[Gate, list[HeldTab]]], frame: str) -> Gate | None:
    """Return the gate of the tab that a frame is in; a tab that does not answer has none."""

    async def look(gate: Gate, tab: HeldTab) -> Gate | None:
        with suppress(Error):
            return gate if await tab.has_frame(frame) else None
        return None

    looks = [asyncio.ensure_future(look(gate, tab)) for gate, tabs in gates for tab in tabs]
    try:
        with suppress(TimeoutError):
            # the first that has it is enough: the tab of another account may hang
            for done in asyncio.as_completed(looks, timeout=_FRAMES_SECONDS):
                if (gate := await done) is not None:
                    return gate
        return None
    finally:
        for each in looks:
            each.cancel()


def _reason(held: HeldRequest) -> str:
    """Return how a request shall fail: one for a page so that the page before it stays."""
    return "Aborted" if held.resource_type == "document" else "BlockedByClient"


async def intercept_requests(cdp: CDPSession) -> Interception:
    """Hold what may write, in the whole browser of a session and until its end."""
    interception = Interception(cdp)
    cdp.on("Fetch.requestPaused", interception.on_paused)
    patterns = [{"urlPattern": "*", "resourceType": each} for each in _TYPES]
    answers = {"urlPattern": "*", "resourceType": _WORKERS_TYPE, "requestStage": "Response"}
    await cdp.send("Fetch.enable", {"patterns": [*patterns, answers]})
    return interception


def _held_request(event: dict[str, Any]) -> HeldRequest:
    asked = event["request"]
    return HeldRequest(
        asked["method"],
        asked["url"],
        _body_of(asked),
        {name.lower(): value for name, value in asked.get("headers", {}).items()},
        event.get("resourceType", "").lower(),
    )


def _body_of(asked: dict[str, Any]) -> str | None:
    """Return what a request carries, or None if it cannot be had as text."""
    parts = asked.get("postDataEntries", ())
    with suppress(ValueError):
        if parts and all("bytes" in each for each in parts):
            return b"".join(base64.b64decode(each["bytes"]) for each in parts).decode()
    return asked.get("postData") if not parts else None
