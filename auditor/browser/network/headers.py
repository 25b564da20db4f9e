"""Which headers of a page's own may go with the one write.

A site reads what it likes from a header: another method, another account, a second setting. So the
write may bear what a browser adds by itself, what is known to change nothing, and what the page's
reads of the same origin bore with the same value: its version, its organisation, its device.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Header = tuple[str, str]
"""A name in small letters, and a value."""
_BROWSERS = frozenset(
    {
        *("accept", "accept-encoding", "accept-language", "cache-control", "connection", "cookie"),
        *("content-length", "dnt", "host", "origin", "pragma", "priority", "referer", "te"),
        *("save-data", "upgrade-insecure-requests", "user-agent", "purpose"),
    }
)
# Whom a request comes from, by which page, once only, and under which number it is traced.
_HARMLESS = frozenset(
    {
        *("authorization", "x-requested-with", "idempotency-key", "x-idempotency-key"),
        *("csrf-token", "x-csrf-token", "x-csrftoken", "x-csrf", "xsrf-token", "x-xsrf-token"),
        *("request-id", "x-request-id", "x-correlation-id", "x-client-request-id", "x-trace-id"),
        *("traceparent", "tracestate", "baggage", "sentry-trace", "b3", "x-amzn-trace-id"),
        *("if-match", "if-unmodified-since", "x-cloud-trace-context"),
    }
)
_HARMLESS_BEGINNINGS = ("sec-", "x-b3-", "x-datadog-")
# What a site takes for JSON; a request without a type comes as plain text.
_JSON_TYPES = frozenset({"", "application/json", "text/json", "text/plain"})
_FORM_TYPES = frozenset({"application/x-www-form-urlencoded"})
_CHARSETS = frozenset({"", "charset=utf-8", 'charset="utf-8"'})
# However much a page reads, no more of its headers is kept.
_MOST_KEPT = 1000


def unusual_headers(headers: Mapping[str, str], usual: set[Header], *, is_json: bool) -> set[str]:
    """Return the names of headers that may ask for more than the body of a write says.

    `usual` are those of the page's reads of the same origin.
    """
    odd = {
        name
        for name, value in headers.items()
        if not _is_harmless(name) and name != "content-type" and (name, value) not in usual
    }
    if not _fits_body(headers.get("content-type", ""), is_json=is_json):
        odd.add("content-type")
    return odd


def keep_usual(usual: set[Header], headers: Iterable[Header]) -> None:
    """Keep the headers of a read that a browser does not add by itself."""
    own = (header for header in headers if not _is_harmless(header[0]))
    usual.update(header for header in own if len(usual) < _MOST_KEPT)


def _is_harmless(name: str) -> bool:
    return name in _BROWSERS | _HARMLESS or name.startswith(_HARMLESS_BEGINNINGS)


def _fits_body(content_type: str, *, is_json: bool) -> bool:
    """Return whether a site reads a body as it was read here."""
    kind, _, more = content_type.lower().replace(" ", "").partition(";")
    return kind in (_JSON_TYPES if is_json else _FORM_TYPES) and more in _CHARSETS
