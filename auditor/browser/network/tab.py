"""One tab of our own: opened under the guard, and ended rather than left.

In a context of our own the guard stands around all of it. In the person's own browser it stands
around our tab alone: the other tabs are none of our business, and are neither listened to nor
touched.

In a browser of ours, the browser itself holds what may write (`engine/interception.py`). In the
person's own, Playwright intercepts our tab, and what a page sends while it is being left
(sendBeacon, fetch with keepalive) passes by it; so does what a shared worker sends, and what a tab
opened by the page says before it is closed. Sockets, WebRTC and WebTransport pass by both. So these
calls are switched off in the page (`unload_guard.js`), and before it is closed its scripts are.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from playwright.async_api import BrowserContext, Dialog, Error, Page

from auditor.browser.engine.page_script import read_script
from auditor.browser.engine.page_session import PageSession

if TYPE_CHECKING:
    from auditor.browser.engine.interception import HeldTab
    from auditor.browser.network.interference import InterferenceLog
    from auditor.browser.network.monitor import NetworkMonitor

# what `unload_guard.js` tells us by; taken away from the page before its own scripts run
_BINDING = "noteCallHeldBack"
_CLOSING = 5.0  # seconds the person's browser gets to close our tab


@cache
def unload_guard_script(*, own_context: bool = True) -> str:
    """Return the script that every frame runs first.

    In a context of our own the page gets a service worker that does nothing; in the person's
    browser it has its own, which is passed by.
    """
    script = read_script("network/unload_guard.js").replace("NOTE_CALL", _BINDING)
    return script.replace("OWN_CONTEXT", "true" if own_context else "false")


@dataclass(slots=True)
class Tab:
    """A page and the line to its process."""

    page: Page
    cdp: PageSession
    _target_id: str = ""
    _frames: set[str] = field(default_factory=set)
    _has_new_frame: bool = False
    _learning: asyncio.Future[None] | None = None

    async def target_id(self) -> str:
        """Return what the browser calls this tab; it is asked once, as that never changes."""
        if not self._target_id:
            told = await (await self.cdp).send("Target.getTargetInfo")
            self._target_id = str(told["targetInfo"]["targetId"])
        return self._target_id

    def knows_frame(self, frame: str) -> bool:
        """Return whether this tab has or had a frame of that name, as far as it has learned."""
        return frame in self._frames

    async def has_frame(self, frame: str) -> bool:
        """Return whether this tab has or had a frame of that name; asks its page, if need be.

        What lies within a frame of another site is not known.
        """
        if frame not in self._frames:
            await self._learn_frames()
        return frame in self._frames

    def follow_frames(self) -> None:
        """Learn what each new frame is called while it is there: it may send when it is left.

        What lies within a frame of another site is not learned.
        """
        self.page.on("frameattached", lambda _: self._note_new_frame())

    def _note_new_frame(self) -> None:
        self._has_new_frame = True
        if self._learning is None or self._learning.done():  # of many at once, one round trip
            self._learning = asyncio.ensure_future(self._learn_new_frames())
            self._learning.add_done_callback(_ignore_result)

    async def _learn_new_frames(self) -> None:
        while self._has_new_frame:
            self._has_new_frame = False
            await self._learn_frames()

    async def _learn_frames(self) -> None:
        todo = [(await (await self.cdp).send("Page.getFrameTree"))["frameTree"]]
        while todo:
            tree = todo.pop()
            self._frames.add(str(tree["frame"]["id"]))
            todo += tree.get("childFrames", ())

    async def disable_scripts(self) -> None:
        """Switch the page's scripts off, so that it can send nothing while it is closed."""
        with suppress(Error, TimeoutError):
            async with asyncio.timeout(_CLOSING):
                cdp = await self.cdp
            sent = asyncio.ensure_future(
                cdp.send("Emulation.setScriptExecutionDisabled", {"value": True})
            )
            # not waited for: a page that hangs would never answer
            sent.add_done_callback(_ignore_result)
            await asyncio.wait({sent}, timeout=0)  # it goes out before whatever is sent next

    async def close(self) -> None:
        """End the page and close its tab; a browser that does not answer is not waited for long."""
        await self.disable_scripts()
        with suppress(Error, TimeoutError):
            async with asyncio.timeout(_CLOSING):
                await self.page.close()


@dataclass(frozen=True, slots=True)
class TabOpener:
    """Opens our tabs in a context, the guard up before any of them goes anywhere.

    `attached_viewport` is the size in which the page shall be drawn in a context that is not ours,
    in CSS pixels.
    """

    context: BrowserContext
    network: NetworkMonitor
    attached_viewport: tuple[int, int] | None = None
    held_tabs: list[HeldTab] | None = None
    """Where each tab is told to the interception of a browser of ours."""

    @property
    def _script(self) -> str:
        return unload_guard_script(own_context=self.attached_viewport is None)

    async def open_first(self) -> Tab:
        """Put up the guard, where it stands around the whole context, and open a tab."""
        if self.attached_viewport is not None:
            return await self.open()
        self.context.on("page", _close_if_opened_by_page)
        # Before, and not along with it: a page that is being made while the script comes goes
        # without it.
        await asyncio.gather(
            self.network.watch(self.context, is_held=self.held_tabs is not None),
            self._add_script(self.context),
        )
        return await self.open()

    async def _add_script(self, whole: BrowserContext | Page) -> None:
        """Have every frame run the script that tells what it holds back, before its own."""
        await whole.expose_binding(_BINDING, self.network.note_call)
        await whole.add_init_script(self._script)

    async def open(self) -> Tab:
        """Open a tab; JavaScript dialogs are answered, so that nothing hangs on them."""
        page = await self.context.new_page()
        page.on("dialog", partial(_answer_dialog, self.network.interference))
        self.network.watch_page(page)
        tab = Tab(page, PageSession(page))
        if self.attached_viewport is not None:
            await self._guard_tab(tab, *self.attached_viewport)
        if self.held_tabs is not None:
            self.held_tabs.append(tab)
            tab.follow_frames()
        return tab

    async def _guard_tab(self, tab: Tab, width: int, height: int) -> None:
        """Put up the guard around one tab, and let it be drawn even if nobody looks at it."""
        page = tab.page
        page.on("popup", _close_page)
        try:
            cdp = await tab.cdp
            await asyncio.gather(
                self.network.watch(page),
                self._add_script(page),
                page.set_viewport_size({"width": width, "height": height}),
                cdp.send("Emulation.setFocusEmulationEnabled", {"enabled": True}),
                cdp.send("Network.enable"),  # without it, the next two have no effect
                # what the site said before is no answer of today
                cdp.send("Network.setCacheDisabled", {"cacheDisabled": True}),
                cdp.send(
                    "Network.setBypassServiceWorker", {"bypass": True}
                ),  # no guard sees what one sends
            )
        except BaseException:
            await tab.close()
            raise


async def _close_if_opened_by_page(page: Page) -> None:
    """Close a tab that a page opened by itself."""
    if await page.opener() is not None:
        await _close_page(page)


async def _close_page(page: Page) -> None:
    with suppress(Error):
        await page.close()


async def _answer_dialog(interference: InterferenceLog, dialog: Dialog) -> None:
    """Let a page be left; answer no to whatever else it asks in a box of the browser's own."""
    with suppress(Error):
        if dialog.type == "beforeunload":
            await dialog.accept()
        else:
            interference.note_box(dialog.type)
            await dialog.dismiss()


def _ignore_result(sent: asyncio.Future[Any]) -> None:
    if not sent.cancelled():
        sent.exception()
