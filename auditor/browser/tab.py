"""One tab of our own: opened under the guard, and ended rather than left.

What a page sends while it is being left (sendBeacon, fetch with keepalive) passes by the guard, because by then the
page can no longer be asked about it; so does what a shared worker sends, and what is addressed like a file, which the
guard leaves out. So nothing of the kind is let happen: such calls are switched off in the page, and before it is closed
its scripts are.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from playwright.async_api import BrowserContext, CDPSession, Dialog, Error, Page

from auditor.browser.guard import ASSETS

NO_LAST_WORDS = """(() => {
  const ask = window.fetch;
  const brief = options => options && options.keepalive ? { ...options, keepalive: false } : options;
  const reads = method => ["GET", "HEAD", "OPTIONS"].includes(String(method || "GET").toUpperCase());
  const asset = url => /ASSETS/.test(new URL(url, location.href).href);
  const open = XMLHttpRequest.prototype.open;
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    if (!reads(method) && asset(url)) throw new TypeError("held back");
    return open.call(this, method, url, ...rest);
  };
  window.fetch = function (what, options) {
    const method = (options && options.method) || (what instanceof Request ? what.method : "GET");
    if (!reads(method) && asset(what instanceof Request ? what.url : what)) {
      return Promise.reject(new TypeError("held back"));
    }
    const kept = what instanceof Request && what.keepalive ? new Request(what, { keepalive: false }) : what;
    return ask.call(this, kept, brief(options));
  };
  Navigator.prototype.sendBeacon = () => true;
  delete window.SharedWorker;
})()""".replace("ASSETS", ASSETS.pattern.replace("/", "\\/"))


@dataclass(slots=True)
class Tab:
    """A page and the line to its process."""

    page: Page
    line: asyncio.Task[CDPSession]

    async def end(self) -> None:
        """Switch the page's scripts off, so that it has no last word; what closes it comes after."""
        with suppress(Error):
            line = await self.line
            sent = asyncio.ensure_future(line.send("Emulation.setScriptExecutionDisabled", {"value": True}))
            sent.add_done_callback(_seen)  # not waited for: a page that hangs would never answer
            await asyncio.sleep(0)  # lets the command go out before whatever is sent next


async def opened(context: BrowserContext) -> Tab:
    """Open a tab; JavaScript dialogs are answered, so that nothing hangs on them."""
    page = await context.new_page()
    page.on("dialog", _answer)
    return Tab(page, asyncio.ensure_future(context.new_cdp_session(page)))


def alone(context: BrowserContext) -> None:
    """Close every tab that a page opens by itself."""
    context.on("page", _close_other)


async def _close_other(page: Page) -> None:
    if await page.opener() is not None:
        with suppress(Error):
            await page.close()


async def _answer(dialog: Dialog) -> None:
    with suppress(Error):
        await (dialog.accept() if dialog.type == "beforeunload" else dialog.dismiss())


def _seen(sent: asyncio.Future[dict[str, Any]]) -> None:
    if not sent.cancelled():
        sent.exception()
