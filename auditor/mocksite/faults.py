"""Answers that go wrong on their way: cut off, in pieces, never.

None of it knows what is answered.
"""

import asyncio
import socket
import struct
from functools import partial
from typing import TYPE_CHECKING

from starlette.responses import Response, StreamingResponse
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import ASGIApp, Receive, Scope, Send

CUT = "mock.cut"
LINGER_NOT = struct.pack("ii", 1, 0)
"""Linger for zero seconds: closing sends a reset instead of a farewell."""


class Protocol(H11Protocol):
    """HTTP whose requests carry, as an extension, the means to cut their connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wrap the application once it is known which connection it serves."""
        super().connection_made(transport)
        self.app = partial(_with_cut, self.app, transport)


async def _with_cut(
    app: "ASGIApp", transport: asyncio.Transport, scope: "Scope", receive: "Receive", send: "Send"
) -> None:
    extensions = {**scope.get("extensions", {}), CUT: partial(_cut, transport)}
    await app({**scope, "extensions": extensions}, receive, send)


def _cut(transport: asyncio.Transport) -> None:
    raw = transport.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)
    transport.abort()


class Reset(Response):
    """No answer: the connection is cut."""

    async def __call__(self, scope: "Scope", _receive: "Receive", _send: "Send") -> None:
        """Cut, and wait until the server has noticed, or it would still try to answer."""
        scope["extensions"][CUT]()
        await asyncio.sleep(0.05)


class Silence(Response):
    """No answer, and the connection stays open."""

    async def __call__(self, _scope: "Scope", receive: "Receive", _send: "Send") -> None:
        """Wait until the other side has had enough."""
        while (await receive())["type"] != "http.disconnect":
            pass


def dripping(body: bytes, seconds: float, media_type: str, pieces: int = 8) -> Response:
    """Answer in pieces over this time."""
    return StreamingResponse(_drip(body, seconds, pieces), media_type=media_type, headers=NO_STORE)


def endless(body: bytes) -> Response:
    """Answer with the document's head and then with blanks, for ever."""
    head, _, _ = body.partition(b"</head>")
    return StreamingResponse(_for_ever(head), media_type="text/html", headers=NO_STORE)


NO_STORE = {"cache-control": "no-store"}


async def _drip(body: bytes, seconds: float, pieces: int) -> "AsyncIterator[bytes]":
    size = -(-len(body) // pieces)
    for start in range(0, len(body), size):
        yield body[start : start + size]
        await asyncio.sleep(seconds / pieces)


async def _for_ever(head: bytes) -> "AsyncIterator[bytes]":
    yield head
    while True:
        yield b"\n" * 64
        await asyncio.sleep(0.2)
