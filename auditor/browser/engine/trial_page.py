"""Try whether a started browser opens pages that can be driven, and whose scripts run.

A policy may let a browser start and forbid what every run needs: where the developer tools are
forbidden, Chromium starts, answers, and opens no page for us.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.async_api import Browser, Error, Page

from auditor.browser.engine.isolated_world import PageFunction, ask
from auditor.browser.engine.policies import (
    allows_scripts_somewhere,
    find_forbidding_policy,
    find_script_policy,
)
from auditor.core.finding import ReadingStopped, Reason
from auditor.errors import SetupError

if TYPE_CHECKING:
    from auditor.browser.engine.find import InstalledBrowser

_ASK_ADMINISTRATOR = "Ask who administers this computer, or name another browser with --browser."
_ALLOW = (
    "Allow JavaScript for this site in the browser's settings, or name another browser with"
    " --browser."
)
_ARE_SCRIPTS_OFF = PageFunction("areScriptsOff", ("engine/scripting.js",))


async def try_page(browser: Browser, found: InstalledBrowser, *, headed: bool) -> None:
    """Open a page and close it; raises SetupError if that cannot be done, or no script would run.

    Raises Playwright's Error if the browser has ended.
    """
    try:
        page = await browser.new_page()
    except Error as error:
        if not browser.is_connected():
            raise
        message = f"{found.name} starts, but opens no page that can be driven"
        policy = find_forbidding_policy(headed=headed)
        raise SetupError(message, _describe(policy)) from error
    if await ask(page, _ARE_SCRIPTS_OFF) and not allows_scripts_somewhere():
        message = f"{found.name} starts, but lets no page run JavaScript"
        raise SetupError(message, _describe(find_script_policy()))
    await page.context.close()


async def raise_if_scripts_are_off(page: Page) -> None:
    """Raise ReadingStopped if the page may not run its scripts: it would never draw anything."""
    if await ask(page, _ARE_SCRIPTS_OFF):
        policy = find_script_policy()
        raise ReadingStopped(
            Reason.BROWSER_FAILED,
            "the browser lets this page run no JavaScript, and without it there are no settings",
            _ALLOW if policy is None else _describe(policy),
        )


def _describe(policy: str | None) -> str:
    if policy is None:
        return f"A policy of this computer may forbid it. {_ASK_ADMINISTRATOR}"
    return f"A policy of this computer forbids it: {policy}. {_ASK_ADMINISTRATOR}"
