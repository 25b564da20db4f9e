"""Wait for the next change of a page, and hear of it when it comes.

Playwright's own waiting asks the page again and again, up to 0.1 s apart. Here the page's process
answers once, from a world of its own: https://chromedevtools.github.io/devtools-protocol/tot/Page/
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from playwright.async_api import Error

from auditor.browser.engine.page_script import read_script
from auditor.browser.engine.page_session import PageSession

if TYPE_CHECKING:
    from playwright.async_api import CDPSession, Page

_MOMENT = 0.25  # seconds after which a page without any change is looked at again
_SLOW = 1.0  # seconds more for a page that is busy; then it is looked at all the same
_WORLD = "auditor"


class PageChanges:
    """The changes of one page. Without a line to its process it takes one when first asked."""

    def __init__(self, page: Page, cdp: PageSession | None = None) -> None:
        self._page = page
        self._cdp = cdp
        self._world: int | None = None  # in the document that was there last

    async def watch(self) -> bool:
        """Begin to watch, before a look: what changes while it is taken ends the wait after it.

        Returns whether the page is watched; what is wrong with it is told by the look.
        """
        with suppress(Error, TimeoutError):
            async with asyncio.timeout(_SLOW):
                return await self._ask(0) is not None
        return False

    async def wait(self, seconds: float = _MOMENT) -> bool:
        """Wait until the page changes, for so many seconds at most; returns whether it did.

        What has changed since the last wait ends this one at once. A navigation counts as a change,
        and so does a field that is checked or chosen by a script. What else an element says of
        itself may change without any sign: so a page is looked at again, however calm it is. Where
        nothing tells of changes, a moment is waited for, and counts as one.
        """
        try:
            async with asyncio.timeout(seconds + _SLOW):
                told = await self._ask(round(seconds * 1000))
        except TimeoutError:
            return False
        except Error:  # the document is another one by now
            self._world = None
            told = True if await self.watch() else None
        if told is None:
            await asyncio.sleep(min(seconds, _MOMENT))
        return told is not False

    async def _ask(self, limit: int) -> bool | None:
        """Return what the page's process tells; None if it cannot tell."""
        if self._cdp is None:
            self._cdp = PageSession(self._page)
        cdp = await self._cdp
        if self._world is None:
            self._world = await _make_world(cdp)
        script = f"({read_script('path/next_change.js')})({limit})"
        asked = {"expression": script, "contextId": self._world, "awaitPromise": True}
        answer = await cdp.send("Runtime.evaluate", asked)
        told = answer["result"].get("value")
        return told if isinstance(told, bool) else None


async def _make_world(cdp: CDPSession) -> int:
    """Return the number of our world in the document that is there now."""
    tree = await cdp.send("Page.getFrameTree")
    frame = tree["frameTree"]["frame"]["id"]
    made = await cdp.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": _WORLD})
    return int(made["executionContextId"])
