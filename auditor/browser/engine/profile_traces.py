"""What a closed profile tells of how a site keeps its sign-in, for a sign-in that did not last."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from pathlib import Path

_SESSION_COOKIES = "select count(*) from cookies where has_expires = 0 and host_key in ({})"


@dataclass(frozen=True, slots=True)
class ProfileTraces:
    """Where a site keeps what no sealed session can bring back."""

    has_session_cookies: bool = False
    """It set cookies that end with the browser."""
    has_database: bool = False
    """It keeps a database of its own in the browser (IndexedDB)."""


def read_profile_traces(profile: Path, origin: str) -> ProfileTraces:
    """Look into a profile whose browser has ended; what cannot be read tells nothing."""
    parts = urlsplit(origin)
    host, port = parts.hostname or "", parts.port or 0
    database = profile / "Default" / "IndexedDB" / f"{parts.scheme}_{host}_{port}.indexeddb.leveldb"
    files = [profile / "Default" / each / "Cookies" for each in ("", "Network")]
    return ProfileTraces(
        has_session_cookies=any(_holds_session_cookie(each, host) for each in files),
        has_database=database.is_dir(),
    )


def _holds_session_cookie(file: Path, host: str) -> bool:
    """Return whether a browser's file of cookies holds one of the host that ends with it."""
    if not file.is_file():
        return False
    labels = host.split(".")
    names = [host, *(f".{'.'.join(labels[start:])}" for start in range(max(len(labels) - 1, 1)))]
    asked = _SESSION_COOKIES.format(", ".join("?" * len(names)))
    with suppress(sqlite3.Error), closing(_open_to_read(file)) as cookies:
        return bool(cookies.execute(asked, names).fetchone()[0])
    return False


def _open_to_read(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(file))}?mode=ro&immutable=1", uri=True)
