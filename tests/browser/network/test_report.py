"""Which of the requests that were held back only report something."""

from __future__ import annotations

import json

import pytest

from auditor.browser.network.guard import SentRequest
from auditor.browser.network.report import is_report
from auditor.flow import load_flow

GUARD = load_flow("claude/web").about.guard
EVENT = {"event": "Settings viewed", "timestamp": 1}


@pytest.mark.parametrize(
    ("path", "body", "reports"),
    [
        ("/api/event_logging/batch", {}, True),
        ("/api/eventLogging", {}, True),
        ("/api/v2/logs", "plain text", True),
        ("/api/7/envelope/", '{}\n{"type": "session"}', True),
        ("/v1/initialize_statsig", {}, True),
        ("/graphql", {"operationName": "TrackView", "variables": {}}, True),
        ("/v1/b", {"batch": [{"type": "page"}, EVENT]}, True),
        ("/v1/b", {"events": [{"name": "x"}]}, True),
        ("/v1/b", [EVENT], True),
        ("/v1/b", {"event_type": "x", "properties": {}}, True),
        ("/api/privacy/read", {"fields": ["training"]}, False),
        ("/api/account/settings", {}, False),
        ("/api/login", {}, False),
        ("/api/catalog", {}, False),
        ("/api/rpc", {"jsonrpc": "2.0", "method": "getConsent"}, False),
        ("/graphql", {"operationName": "Privacy", "extensions": {}}, False),
        ("/graphql", {"operationName": 3}, False),
        ("/api/events", {"query": "{ account { training } }"}, False),
        ("/api/q", {"event": "ask"}, False),
        ("/api/q", {"events": []}, False),
        ("/api/q", {"events": ["training"]}, False),
        ("/api/q", {"batch": [{"method": "get"}]}, False),
        ("/api/q", ["training"], False),
        ("/api/q", None, False),
        ("/api/q", "what=training", False),
        ("/api/q", "[" * 100_000, False),
    ],
)
def test_a_report_must_show_that_it_is_one(path: str, body: object, reports: bool) -> None:
    text = body if isinstance(body, str) or body is None else json.dumps(body)
    sent = SentRequest("POST", f"https://claude.ai{path}", text)
    assert is_report(sent, GUARD) is reports
