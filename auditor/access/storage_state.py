"""What of a browser's storage state belongs to an origin."""

from __future__ import annotations

import re
from contextlib import suppress
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from auditor.errors import UsageError
from auditor.text import make_printable

StorageState = dict[str, Any]

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
