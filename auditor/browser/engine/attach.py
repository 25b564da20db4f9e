"""Work in the person's own running browser: one tab of ours, and away again.

The browser must have allowed it (FACTS 8): Chrome 144 or newer at
chrome://inspect/#remote-debugging, any Chromium on a profile of its own with
`--remote-debugging-port`. Playwright's overrides are left out (`no_defaults`), other tabs are
neither listened to nor touched, and leaving means to cut the line: the browser is never closed.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import asynccontextmanager, suppress
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from playwright.async_api import Browser, Dialog, Error, Playwright

from auditor.browser.engine.debugger import ask_version, debugger_in
from auditor.browser.engine.driver import start_driver
from auditor.browser.engine.find import InstalledBrowser
from auditor.browser.engine.isolated_world import install_page_functions
from auditor.browser.engine.launch import RunningBrowser
from auditor.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

# seconds for connecting: the browser asks the person, and a tab that sleeps may never answer
PATIENCE = 45.0

WARNING = (
    "Attaching: while it is connected, this tool's process could see every tab and every session of"
    " that browser. It opens one tab of its own, looks at nothing else, closes that tab and"
    " disconnects."
)
_ALLOW = (
    "In Chrome 144 or newer open chrome://inspect/#remote-debugging (in Edge"
    " edge://inspect/#remote-debugging), switch remote debugging on, run this again and answer the"
    " browser's question with Allow."
)
_STATUS_NOT_FOUND = 404
_NOT_FOUND = re.compile(r"unexpected status 404|\b404 Not Found", re.IGNORECASE)
_BY_CHANNEL = (
    "If it is a browser in which remote debugging was allowed at chrome://inspect or edge://inspect,"
    " use --attach chrome or --attach msedge."
)
_BY_HAND = (
    "Or start a browser on a profile of its own with --remote-debugging-port=9222 and give"
    " http://127.0.0.1:9222."
)
_ASLEEP = (
    "Answer the browser's question with Allow. If there was none: a tab that sleeps"
    " (chrome://discards lists them) or shows an unanswered dialog holds it up; wake, answer or"
    " close such tabs, or start the browser afresh."
)


@asynccontextmanager
async def attach_browser(
    target: str, say: Callable[[str], None], meanwhile: Callable[[], Awaitable[None]] | None = None
) -> AsyncIterator[RunningBrowser]:
    """Connect to the person's browser, and disconnect afterwards.

    `meanwhile` runs while Playwright's driver starts.

    Raises SetupError if the browser cannot be reached, or does not answer in time.

    """
    say(WARNING)
    async with start_driver(meanwhile) as (playwright, _):
        browser = await _connect(playwright, target)
        await install_page_functions(playwright)
        if not browser.contexts:
            raise SetupError(
                "That browser has no window to open a tab in", "Open one, then run this again."
            )
        context = browser.contexts[0]
        # else Playwright would dismiss those of the person's own tabs
        context.on("dialog", _ignore_dialog)
        yield RunningBrowser(
            browser,
            InstalledBrowser("attached", channel="attached browser"),
            attached_context=context,
        )


async def resolve_debugger(target: str) -> str:
    """Return the address of a browser's own line for the http address that was asked for.

    Playwright would go wherever the answer points to, with every session of that browser. Raises
    SetupError unless that is the very host and port that was asked, OSError without an answer.
    """
    parts = urlsplit(target)
    if parts.scheme != "http":
        return target
    line = HTTPConnection(parts.hostname or "", parts.port or 80, timeout=PATIENCE)
    status, answer = await ask_version(line)
    if status == _STATUS_NOT_FOUND:
        raise _no_address_error(target)
    said = urlsplit(debugger_in(answer))
    with suppress(ValueError):
        if (said.scheme, said.hostname, said.port) == ("ws", parts.hostname, parts.port or 80):
            return said.geturl()
    message = f"What listens at {target} does not lead to a browser at that very address"
    raise SetupError(message, f"Find out what program listens there. {_BY_HAND}")


async def _connect(playwright: Playwright, target: str) -> Browser:
    """Connect within a limit of our own: a tab that sleeps may hold up more than the driver's."""
    try:
        async with asyncio.timeout(PATIENCE + 1):
            return await playwright.chromium.connect_over_cdp(
                await resolve_debugger(target), no_defaults=True, timeout=PATIENCE * 1000
            )
    except TimeoutError:
        raise _no_answer_error(target) from None
    except OSError as error:
        raise _not_found_error(target) from error
    except Error as error:
        if "Timeout" in error.message and "ECONNREFUSED" not in error.message:
            raise _no_answer_error(target) from None
        if _NOT_FOUND.search(error.message):
            # so answers the port that is opened by the switch in a browser's own settings
            raise _no_address_error(target) from error
        raise _not_found_error(target) from error


def _not_found_error(target: str) -> SetupError:
    message = f"No browser that can be attached to was found at {target}"
    return SetupError(message, f"{_ALLOW} {_BY_HAND}")


def _no_address_error(target: str) -> SetupError:
    message = f"What listens at {target} cannot be attached to by its address (it says 404)"
    return SetupError(message, _BY_CHANNEL)


def _no_answer_error(target: str) -> SetupError:
    return SetupError(
        f"The browser at {target} did not answer within {PATIENCE:g} seconds", _ASLEEP
    )


async def _ignore_dialog(dialog: Dialog) -> None:
    """Let a dialog of another tab stand; ours are answered by our own tab."""
