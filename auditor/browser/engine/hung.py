"""Which of driver, browser and page does not answer any more."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from playwright.async_api import Error

from auditor.core.finding import ReadingStopped, Reason

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from playwright.async_api import Browser, Page

_SECONDS = 2.0  # for an answer that takes a millisecond, and on a busy machine 0.2 s
# the same for the driver: it answers late, too, while a page keeps both cores of a small machine
_DRIVER_SECONDS = 6.0
_DRIVER_MS = 100.0


async def find_hung(page: Page) -> ReadingStopped | None:
    """Return what does not answer, in words; nothing if everything does."""
    browser = page.context.browser
    driver, whole, script = await asyncio.gather(
        _is_answered(_ask_driver(page), _DRIVER_SECONDS),
        _is_answered(_ask_browser(browser)),
        _is_answered(page.evaluate("1")),
    )
    if not (driver or whole or script):  # what comes from the others has come through the driver
        return ReadingStopped(Reason.BROWSER_FAILED, "the browser's driver stopped answering")
    if not whole:
        return ReadingStopped(Reason.BROWSER_FAILED, "the browser stopped answering")
    if not script:
        return ReadingStopped(
            Reason.TIMEOUT,
            "a script of the page never comes to its end, so that it does not answer",
        )
    return None


async def _is_answered(question: Coroutine[None, None, object], seconds: float = _SECONDS) -> bool:
    """Return whether there is an answer in time; an error is one, too."""
    with suppress(Error):
        try:
            async with asyncio.timeout(seconds):
                await question
        except TimeoutError:
            return False
    return True


async def _ask_driver(page: Page) -> None:
    """Ask for what the driver refuses by itself in a moment, even if the browser is silent."""
    await page.locator("css=:not(*)").wait_for(timeout=_DRIVER_MS)


async def _ask_browser(browser: Browser | None) -> None:
    """Ask the browser's own process; one that was opened on a profile cannot be asked."""
    if browser is not None:
        line = await browser.new_browser_cdp_session()
        await line.send("Browser.getVersion")
        await line.detach()
