"""Every request of a whole browser that may write is held here until somebody lets it go.

Asked of the browser itself and not of each page: so it also holds what workers of every kind,
frames of other sites, second tabs, links with a ping, reports and pages that are being left send,
looks anew at each redirect, and stays up until the browser has ended. Scripts, pictures, styles,
fonts and media can only be read, and are never asked about.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from playwright.async_api import CDPSession, Error

if TYPE_CHECKING:
    from collections.abc import Iterator

# all types of the protocol's Fetch domain by which something can be sent
_TYPES = ("Document", "XHR", "Fetch", "Ping", "CSPViolationReport", "Other")
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class HeldRequest:
    """A request that waits to be let go."""

    method: str
    url: str
    body: str | None
    headers: frozenset[str]
    resource_type: str
    """In Playwright's words."""


HeldTab = Callable[[], Awaitable[str]]
"""Tells what the browser calls a tab; asked only where several contexts are at work."""


class Gate(Protocol):
    """Whoever decides for the pages of one context."""

    def admit_held(self, held: HeldRequest) -> bool:
        """Return whether a request may go out; a refused one is noted."""


@dataclass
class Interception:
    """Holds the requests of one browser, and asks the gates of its contexts about them.

    Without a gate, only plain reads go out.
    """

    cdp: CDPSession
    count: int = 0
    _gates: dict[int, tuple[Gate, list[HeldTab]]] = field(default_factory=dict)
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

    async def _decide(self, event: dict[str, Any]) -> None:
        held = _held_request(event)
        with suppress(Error):  # the browser may be gone by now
            if await self._is_admitted(event.get("frameId", ""), held):
                await self.cdp.send("Fetch.continueRequest", {"requestId": event["requestId"]})
            else:
                refusal = {"requestId": event["requestId"], "errorReason": _reason(held)}
                await self.cdp.send("Fetch.failRequest", refusal)

    async def _is_admitted(self, frame: str, held: HeldRequest) -> bool:
        """Return what the gates say: of several that may be meant, all must let it go."""
        if held.method in _SAFE:  # refused only if a header asks for more, whoever sends it
            gates = [gate for gate, _ in self._gates.values()]
        else:
            gates = await self._find_gates(frame)
        answers = [gate.admit_held(held) for gate in gates]
        return all(answers) if answers else held.method in _SAFE

    async def _find_gates(self, frame: str) -> list[Gate]:
        """Return the gate of a frame's context, none if that one has none, all if it is not known.

        A frame within a page, or a worker, is not known. A context without a gate is being closed.
        """
        targets = (await self.cdp.send("Target.getTargets"))["targetInfos"]
        contexts = {each["targetId"]: each.get("browserContextId") for each in targets}
        gates = list(self._gates.values())
        if contexts.get(frame) is None:
            return [gate for gate, _ in gates]
        found = []
        for gate, tabs in gates:
            names = await asyncio.gather(*(tab() for tab in tabs), return_exceptions=True)
            if contexts[frame] in {contexts.get(str(name)) for name in names}:
                found.append(gate)
        return found


def _reason(held: HeldRequest) -> str:
    """Return how a request shall fail: one for a page so that the page before it stays."""
    return "Aborted" if held.resource_type == "document" else "BlockedByClient"


async def intercept_requests(cdp: CDPSession) -> Interception:
    """Hold what may write, in the whole browser of a session and until its end."""
    interception = Interception(cdp)
    cdp.on("Fetch.requestPaused", interception.on_paused)
    patterns = [{"urlPattern": "*", "resourceType": each} for each in _TYPES]
    await cdp.send("Fetch.enable", {"patterns": patterns})
    return interception


def _held_request(event: dict[str, Any]) -> HeldRequest:
    asked = event["request"]
    return HeldRequest(
        asked["method"],
        asked["url"],
        _body_of(asked),
        frozenset(name.lower() for name in asked.get("headers", {})),
        event.get("resourceType", "").lower(),
    )


def _body_of(asked: dict[str, Any]) -> str | None:
    """Return what a request carries, or None if it cannot be had as text."""
    parts = asked.get("postDataEntries", ())
    with suppress(ValueError):
        if parts and all("bytes" in each for each in parts):
            return b"".join(base64.b64decode(each["bytes"]) for each in parts).decode()
    return asked.get("postData") if not parts else None
