"""Whether a request that was held back only reports something, or may ask for an answer.

Some pages read by POST, and nearly all report by POST what a person does. Nothing tells the two
apart for sure. A question taken for a report would leave a wrong "off" standing, so it is the
report that must show what it is: by a word in its address, or by events in its body. A body that
is a query is a question, wherever it goes.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from auditor.browser.network.guard import SentRequest
    from auditor.flow import Guard

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_LISTS = ("batch", "logs", "metrics", "spans", "beacons", "entries")
_NAMES = ("event", "event_name", "eventName", "event_type", "eventType")
# what goes with the name of an event, and not with a question
_CIRCUMSTANCES = (
    *("timestamp", "ts", "time", "created_at", "createdAt", "sent_at", "sentAt"),
    *("properties", "context", "attributes", "metadata"),
)


def is_report(sent: SentRequest, guard: Guard) -> bool:
    """Return whether a request shows that it only reports what the page or a person did."""
    body = _read_json(sent.body)
    if _asks_by_query(body):
        return False
    path = urlsplit(sent.url).path
    operation = body.get("operationName") if isinstance(body, dict) else None
    words = _words_of(unquote(path)) | _words_of(operation if isinstance(operation, str) else "")
    return bool(words & set(guard.telemetry)) or _holds_events(body)


def _read_json(body: str | None) -> object:
    try:
        return json.loads(body or "")
    except (ValueError, RecursionError):
        return None


def _asks_by_query(body: object) -> bool:
    query = body.get("query") if isinstance(body, dict) else None
    return isinstance(query, str) and not query.lstrip().startswith("mutation")


def _words_of(text: str) -> set[str]:
    """Return the words of an address or a name, small, and also without the s of a plural."""
    words = {word.lower() for word in _WORD.findall(text)}
    return words | {word.removesuffix("s") for word in words}


def _holds_events(body: object) -> bool:
    """Return whether a body is a list of events, or one event with its circumstances."""
    if not isinstance(body, dict):
        return _holds_event(body)
    listed = body.get("events")
    if isinstance(listed, list) and any(isinstance(each, dict) for each in listed):
        return True
    return _is_event(body) or any(_holds_event(body.get(name)) for name in _LISTS)


def _holds_event(listed: object) -> bool:
    return isinstance(listed, list) and any(_is_event(each) for each in listed)


def _is_event(one: object) -> bool:
    if not isinstance(one, dict):
        return False
    is_named = any(name in one for name in _NAMES)
    return is_named and any(name in one for name in _CIRCUMSTANCES)
