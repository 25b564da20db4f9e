"""Ask a browser's debugging port where its own line is (`/json/version`)."""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST_VERSION = 65_536  # bytes; a browser says less than one kB
VERSION_PATH = "/json/version"


async def ask_version(
    line: HTTPConnection, path: str = VERSION_PATH, headers: Mapping[str, str] | None = None
) -> tuple[int, bytes]:
    """Ask a browser what it is, straight and without any proxy; raise OSError if it is none."""
    try:
        return await asyncio.to_thread(_read_version, line, path, headers or {})
    finally:
        with suppress(OSError, AttributeError):
            line.sock.shutdown(
                socket.SHUT_RDWR
            )  # else an interrupted run would wait for the thread


def _read_version(line: HTTPConnection, path: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
    with closing(line):
        try:
            line.request("GET", path, headers={**headers})
            answer = line.getresponse()
            return answer.status, answer.read(_LONGEST_VERSION)
        except HTTPException as error:
            raise OSError(str(error)) from error


def debugger_in(answer: bytes) -> str:
    """Return the address of the line that an answer names, or nothing."""
    try:
        told = json.loads(answer)
    except (ValueError, RecursionError):
        return ""
    address = told.get("webSocketDebuggerUrl") if isinstance(told, dict) else None
    return address if isinstance(address, str) else ""
