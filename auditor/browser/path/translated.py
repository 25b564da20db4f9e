"""Whether the person's browser has put a translation over the page.

Then its words are in a language that the flow may not know, and are not the site's own.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from playwright.async_api import Error, Page

from auditor.core.finding import Reason

if TYPE_CHECKING:
    from auditor.core.finding import Reading

# What Chrome (Google Translate) sets on the root, and Edge (Microsoft Translator) on each text.
_SIGNS = "html.translated-ltr, html.translated-rtl, [_msttexthash]"
_OF_WORDS = (Reason.LAYOUT_CHANGED, Reason.AMBIGUOUS, Reason.UNCORROBORATED)
_SECONDS = 1.0  # a page that hangs does not answer, and that is told elsewhere
_SHOW_ORIGINAL = (
    "Show the page in its own language (the browser's translation menu has it), then run this"
    " again."
)


async def explain_translation(page: Page, reading: Reading) -> Reading:
    """Return a reading that failed at the page's words, and says so if the page is translated."""
    if reading.reason not in _OF_WORDS:
        return reading
    with suppress(Error, TimeoutError):
        async with asyncio.timeout(_SECONDS):
            is_translated = await page.locator(f"css={_SIGNS}").count() > 0
        if is_translated:
            detail = f"{reading.detail}; the page is not in its own words: it has been translated"
            return replace(reading, detail=detail, hint=_SHOW_ORIGINAL)
    return reading
