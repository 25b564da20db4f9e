"""Which errors of the browser pass, and which end a run."""

from __future__ import annotations

import pytest
from playwright.async_api import Error
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from auditor.browser.engine.failures import is_transient


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
