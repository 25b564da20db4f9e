"""Whether a request asks to be taken for one of another method, as many servers let it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods by which nothing is written: https://www.rfc-editor.org/rfc/rfc9110#section-9.2.1"""
# By these a server takes a request for one of another method.
_OVERRIDES = frozenset(
    {
        *("x-http-method-override", "x-http-method", "x-method-override", "x-method", "_method"),
        *("http-method-override", "x-http-verb", "x-http-verb-override", "x-original-method"),
    }
)
_WRITING_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})
# A browser asks with it before it sends a request to another origin.
_BROWSERS_QUESTION = "access-control-request-method"


def can_only_read(method: str, url: str, headers: Mapping[str, str]) -> bool:
    """Return whether a request can only read: neither its method nor anything else asks for more.

    The names of `headers` are in small letters.
    """
    return method in SAFE_METHODS and not overrides_method(url, headers)


def overrides_method(url: str, headers: Mapping[str, str]) -> bool:
    """Return whether a header or the address asks the server to take it for another method."""
    return _header_overrides_method(headers) or _address_overrides_method(url)


def _header_overrides_method(headers: Mapping[str, str]) -> bool:
    """Return whether a header asks the server to take a request for one of another method."""
    return any(
        name in _OVERRIDES
        or (value.strip().upper() in _WRITING_METHODS and name != _BROWSERS_QUESTION)
        for name, value in headers.items()
    )


def _address_overrides_method(url: str) -> bool:
    """Return whether an address does, by its query."""
    try:
        return any(name.lower() in _OVERRIDES for name, _ in parse_qsl(urlsplit(url).query))
    except ValueError:
        return False
