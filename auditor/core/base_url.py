"""Where a flow is run: an origin, perhaps with a path in front of everything."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from auditor.errors import UsageError
from auditor.text import compile_glob

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class BaseUrl:
    """An origin and the path prefix below which the flow's addresses live ("" for none)."""

    origin: str
    prefix: str = ""

    def url(self, path: str) -> str:
        """Return the whole address of one of the flow's paths."""
        return f"{self.origin}{self.prefix}{path}"

    def is_at_path(self, url: str, path: str) -> bool:
        """Return whether an address is a path of the flow here, with the prefix or without."""
        asked = urlsplit(url).path.rstrip("/")
        return self.is_same_origin(url) and asked in (
            path.rstrip("/"),
            f"{self.prefix}{path}".rstrip("/"),
        )

    def path_below(self, url: str) -> str:
        """Return the path of an address without the prefix, which is no word of the site's own."""
        path = urlsplit(url).path
        is_below = self.is_same_origin(url) and path.startswith(f"{self.prefix}/")
        return path[len(self.prefix) :] if is_below else path

    def is_same_origin(self, url: str) -> bool:
        """Return whether an address belongs to this origin."""
        return origin_of(url) == self.origin

    def is_same_site(self, url: str) -> bool:
        """Return whether an address is of the same host on any port, or of one below or beside."""
        own, other = (urlsplit(each).hostname or "" for each in (self.origin, url))
        parent = own.split(".", 1)[-1] if own.count(".") > 1 and not _is_number(own) else own
        return other in (own, parent) or other.endswith((f".{own}", f".{parent}"))

    @property
    def is_loopback(self) -> bool:
        """Return whether this is an address of this very machine."""
        try:
            return is_loopback_host(urlsplit(self.origin).hostname or "")
        except ValueError:  # it comes from a file, and is no address at all
            return False


def is_loopback_host(host: str) -> bool:
    """Return whether a host's name or number stands for this very machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def parse_base_url(url: str) -> BaseUrl:
    """Read a base URL; raise UsageError if it is none."""
    hint = "Give it like http://127.0.0.1:8400 or http://127.0.0.1:8400/s/on."
    if "@" in url:  # said first, and without the address: there may be a password in it
        message = "The base URL may have a path, but no user, password, query or fragment"
        raise UsageError(message, hint)
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        message = f"The base URL {url} is not an address"
        raise UsageError(message, hint) from error
    if parts.scheme not in _PORTS and parts.scheme and "://" in url:
        message = f"The base URL {url} is not http or https"
        raise UsageError(message, hint)
    if parts.scheme not in _PORTS or not parts.hostname or re.search(r"[\s\\]", url.strip()):
        message = f"The base URL {url} is not an address"
        raise UsageError(message, hint)
    if parts.query or parts.fragment:
        message = "The base URL may have a path, but no user, password, query or fragment"
        raise UsageError(message, hint)
    del port
    return BaseUrl(origin_of(url.strip()), parts.path.rstrip("/"))


def origin_of(url: str) -> str:
    """Return scheme, host and port of an address, the usual port left out.

    "" for what has no host.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (
        "" if port in (None, _PORTS.get(parts.scheme)) else f":{port}"
    )


@cache
def _path_pattern(glob: str) -> re.Pattern[str]:
    return compile_glob(glob if glob.startswith("*") else f"*{glob}")


def path_matches(url: str, glob: str) -> bool:
    """Return whether an address's path is the flow's path, whatever prefix stands before it."""
    path = urlsplit(url).path
    return _path_pattern(glob).fullmatch(path.rstrip("/") or "/") is not None
