"""What of a browser's storage state belongs to an origin."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from auditor.errors import UsageError
from auditor.text import make_printable

if TYPE_CHECKING:
    from collections.abc import Iterator

StorageState = dict[str, Any]

# what signs in is one long word that nobody chose; it may be a whole JSON Web Token
_TOKEN = re.compile(r"[\w.~+/=:|-]{16,}")
# a yes or a no, alone or as a part of a text like `training=off`
_CHOICE = re.compile(
    r"^[01]$|(?<![A-Za-z0-9])(?:true|false|on|off|yes|no|enabled|disabled)(?![A-Za-z0-9])",
    re.IGNORECASE,
)

ORIGIN = re.compile(r"https?://[a-z0-9.:\[\]_-]{1,300}")


def origin_of(address: str) -> str:
    """Return the origin of an address in its one written form.

    Raises UsageError for anything but http and https.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if not host or parts.scheme not in ("http", "https"):
        raise UsageError(
            f'"{make_printable(address)}" is no address of a site.',
            "It begins with https:// or http://.",
        )
    usual = {"http": 80, "https": 443}[parts.scheme]
    shown = f"[{host}]" if ":" in host else host
    origin = f"{parts.scheme}://{shown}" + (f":{port}" if port not in (None, usual) else "")
    if not ORIGIN.fullmatch(origin):
        raise UsageError(
            f'"{make_printable(address)}" is no address of a site.',
            "Give the host as the browser sends it (xn--).",
        )
    return origin


def trim_to_origin(state: StorageState, origin: str) -> StorageState:
    """Return only what the browser would send to, or show at, this very origin."""
    own = origin_of(origin)
    cookies = [one for one in _entries(state, "cookies") if _is_cookie_sent_to(one, own)]
    return {
        "cookies": cookies,
        "origins": [one for one in _entries(state, "origins") if _belongs_to_origin(one, own)],
    }


def keep_sign_in(state: StorageState) -> StorageState:
    """Return a state without whatever a page could draw a setting from: old copies of its data.

    Cookies that scripts cannot read only sign in. Of what scripts can read, tokens stay: one long
    word, or data made of such words. Yes, no, on, off, 0 and 1 in any form do not.
    """
    origins = [
        entry | {"localStorage": [one for one in _entries(entry, "localStorage") if _signs_in(one)]}
        for entry in _entries(state, "origins")
    ]
    return {
        "cookies": [
            one
            for one in _entries(state, "cookies")
            if one.get("httpOnly") or not _holds_choice(unquote(str(one.get("value"))))
        ],
        "origins": [
            {name: value for name, value in entry.items() if name != "indexedDB"}
            for entry in origins
            if entry["localStorage"]
        ],
    }


def count_entries(state: StorageState) -> int:
    """Return how many cookies and stored texts a state holds."""
    stored = [one for each in _entries(state, "origins") for one in _entries(each, "localStorage")]
    return len(_entries(state, "cookies")) + len(stored)


def _signs_in(entry: StorageState) -> bool:
    """Return whether a stored text may be what signs in, and nothing else."""
    text = str(entry.get("value"))
    return not _holds_choice(text) and any(
        _TOKEN.fullmatch(each) for each in _texts_in(_parse_json(text))
    )


def _holds_choice(text: str) -> bool:
    """Return whether a text may hold a yes or a no."""
    parsed = _parse_json(text)
    leaves = list(_leaves_of(parsed))
    if any(isinstance(each, bool) or each in (0, 1) for each in leaves):
        return True
    return any(_CHOICE.search(each) for each in leaves if isinstance(each, str))


def _parse_json(text: str) -> object:
    """Return what a text holds as JSON, or the text itself."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _leaves_of(node: object) -> Iterator[object]:
    """Return every value in a piece of JSON, and in the texts that hold JSON themselves."""
    todo = [node]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            todo += node.values()
        elif isinstance(node, list):
            todo += node
        elif isinstance(node, str) and isinstance(inner := _parse_json(node), dict | list):
            todo.append(inner)
        else:
            yield node


def _texts_in(node: object) -> Iterator[str]:
    return (each for each in _leaves_of(node) if isinstance(each, str))


def _entries(state: StorageState, name: str) -> list[StorageState]:
    found = state.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _belongs_to_origin(entry: StorageState, origin: str) -> bool:
    with suppress(UsageError):
        return origin_of(str(entry.get("origin"))) == origin
    return False


def _is_cookie_sent_to(cookie: StorageState, origin: str) -> bool:
    host = urlsplit(origin).hostname or ""
    if cookie.get("secure") and not (origin.startswith("https:") or _is_loopback(host)):
        return False
    site = cookie.get("partitionKey")  # set inside another site's page, and sent only there
    if site and not _domain_covers_host("." + (urlsplit(str(site)).hostname or ""), host):
        return False
    return _domain_covers_host(str(cookie.get("domain", "")).lower().strip("[]"), host)


def _domain_covers_host(domain: str, host: str) -> bool:
    """Say whether a cookie's domain takes in the host.

    Its own name, or with a dot in front also those below it.
    """
    above = domain.removeprefix(".")
    if not above or host == above:
        return bool(above)
    return (
        domain.startswith(".") and "." in above and host.endswith(domain) and not _is_number(host)
    )


def _is_number(host: str) -> bool:
    with suppress(ValueError):
        return bool(ip_address(host))
    return False


def _is_loopback(host: str) -> bool:
    """Say whether browsers trust this host without https."""
    if _is_number(host):
        return ip_address(host).is_loopback
    return host == "localhost" or host.endswith(".localhost")
