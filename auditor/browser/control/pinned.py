"""The very element of a control, to notice when the page replaces it by one that looks the same."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playwright.async_api import Error
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from auditor.browser.engine.isolated_world import IS_KEPT, PIN, ask, new_key

if TYPE_CHECKING:
    from playwright.async_api import Frame, Page

    from auditor.browser.control.elements import Control

_PIN_MS = 2_000  # milliseconds: an element that was just seen is there, or gone


@dataclass(frozen=True, slots=True)
class PinnedControl:
    """An element of the page, and since when it has been held."""

    document: Page | Frame
    key: str
    """Under which the document keeps it."""
    since: float = field(default_factory=time.monotonic)
    """On the monotonic clock."""

    async def is_there(self) -> bool:
        """Return whether the element still stands in its document."""
        try:
            return bool(await ask(self.document, IS_KEPT, {"key": self.key}))
        except Error:  # the document has gone
            return False


async def pin_control(control: Control) -> PinnedControl:
    """Pin the first element of a control; raises Playwright's Error if it has just gone."""
    element, key = control.elements[0], new_key("pinned")
    try:
        await ask(element.locator, PIN, {"key": key}, timeout=_PIN_MS)
    except PlaywrightTimeoutError as error:
        message = "A control was detached while it was looked at"
        raise Error(message) from error
    return PinnedControl(element.frame or element.locator.page, key)
