"""Faults that only the browser's side can make, for the self-test.

No network, a crashed page, a killed browser.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from playwright.async_api import Error

if TYPE_CHECKING:
    from auditor.browser.visit import PageVisit

Work = Coroutine[None, None, None]


@asynccontextmanager
async def inject(
    fault: str | None, visit: PageVisit, written: Callable[[], bool]
) -> AsyncIterator[None]:
    """Make one fault happen during the block.

    `written` tells whether the site has received a write.
    """
    if fault == "offline_start":
        await visit.page.context.set_offline(offline=True)
    work = _plan_fault(fault, visit, written)
    task = asyncio.create_task(work) if work else None
    try:
        yield
    finally:
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError, Error):
                await task


def _plan_fault(fault: str | None, visit: PageVisit, written: Callable[[], bool]) -> Work | None:
    if fault == "crash_page":
        return _act_when(lambda: visit.walker.organisation is not None, visit, _crash_page)
    if fault == "kill_browser_reading":
        return _act_when(lambda: visit.walker.organisation is not None, visit, _kill_browser)
    if fault == "kill_browser_after_click":
        return _act_when(written, visit, _kill_browser)
    return None


async def _act_when(
    sign: Callable[[], bool], visit: PageVisit, act: Callable[[PageVisit], Work]
) -> None:
    while not sign():
        await visit.network.requests.wait_for_activity(0.05)
    await act(visit)


async def _crash_page(visit: PageVisit) -> None:
    session = await visit.page.context.new_cdp_session(visit.page)
    with suppress(Error):
        await session.send("Page.crash")


async def _kill_browser(visit: PageVisit) -> None:
    browser = visit.page.context.browser
    if browser is not None:
        with suppress(Error):
            session = await browser.new_browser_cdp_session()
            await session.send("Browser.crash")
