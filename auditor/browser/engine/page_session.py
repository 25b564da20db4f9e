"""The line to one page's process, taken at once and waited for by many."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

    from playwright.async_api import CDPSession, Page


class PageSession:
    """Gives a page's session to whoever awaits it; raises Playwright's Error if there is none.

    Who no longer waits for it, because the time is up or another answer came first, takes it from
    nobody else: a task that is awaited itself would be cancelled along with the one that awaits it.
    """

    def __init__(self, page: Page) -> None:
        self._taken = asyncio.ensure_future(page.context.new_cdp_session(page))

    def __await__(self) -> Generator[None, None, CDPSession]:
        """Wait until the session is there."""
        return asyncio.shield(self._taken).__await__()
