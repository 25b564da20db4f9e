"""Which errors of the browser pass, and which end a run."""

from __future__ import annotations

import pytest
from playwright.async_api import Error
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from auditor.browser.engine.failures import is_transient, translate_error


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (Error("Element is not attached to the DOM"), True),
        (Error("Execution context was destroyed"), True),
        (PlaywrightTimeoutError("Timeout 1000ms exceeded"), True),
        (Error("Target page, context or browser has been closed"), False),
        (Error("net::ERR_CONNECTION_REFUSED"), False),
        (Error("something else"), False),
    ],
)
def test_what_only_came_at_the_wrong_moment_passes(error: Error, passes: bool) -> None:
    assert is_transient(error) is passes


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ("Page.evaluate: Error: mine", "has changed what every script stands on"),
        ("Locator.evaluate_all: TypeError: x.map is not a function", "changed what every script"),
        ("ElementHandle.evaluate_handle: RangeError: no", "changed what every script"),
        ("BrowserContext.new_page: … (reading '_page')", "opens no page that can be driven"),
        ("Page.goto: net::ERR_BLOCKED_BY_ADMINISTRATOR at http://x/", "a policy of this computer"),
        ("Page.goto: Error: odd", "the browser reported a fault: Page.goto: Error: odd"),
    ],
)
def test_a_cause_is_named(said: str, part: str) -> None:
    assert part in translate_error(Error(said)).detail


@pytest.mark.parametrize(
    "code", ["ERR_CERT_AUTHORITY_INVALID", "ERR_CERT_DATE_INVALID", "ERR_SSL_PROTOCOL_ERROR"]
)
def test_a_certificate_that_is_not_trusted_is_told_as_such(code: str) -> None:
    stop = translate_error(Error(f"Page.goto: net::{code} at https://127.0.0.1:8400/new"))
    assert stop.detail == f"the browser does not trust the site's certificate ({code})"
    assert "certificate" in (stop.hint or "")


def test_a_connection_that_fails_says_nothing_of_certificates() -> None:
    stop = translate_error(Error("Page.goto: net::ERR_CONNECTION_REFUSED at https://x/new"))
    assert stop.hint is None
