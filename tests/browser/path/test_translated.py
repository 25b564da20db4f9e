"""A page that the person's browser has translated: a stop at its words says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from auditor.browser.path.translated import explain_translation
from auditor.core.finding import Reading, Reason

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
STOPPED = Reading(reason=Reason.LAYOUT_CHANGED, detail="step 2 found nothing to click")
TRANSLATED = (
    "step 2 found nothing to click; the page is not in its own words: it has been translated"
)


@pytest.mark.parametrize(
    ("html", "translated"),
    [
        ("<html lang=nl class=translated-ltr><p><font><font>Instellingen</font></font>", True),
        ("<html lang=ar class='dark translated-rtl'><p>x", True),
        ("<html lang=nl><p _msttexthash=12 _msthash=3>Instellingen", True),
        ("<html lang=nl><p>Instellingen", False),
        ("<html lang=en class=translated><font>Old page</font>", False),
    ],
)
async def test_a_stop_at_the_words_of_a_translated_page_says_so(
    page: Page, html: str, *, translated: bool
) -> None:
    await page.set_content(html)
    told = await explain_translation(page, STOPPED)
    assert (told.detail == TRANSLATED) is translated
    assert (told.hint is not None) is translated


async def test_what_has_nothing_to_do_with_words_stays_as_it_is(page: Page) -> None:
    await page.set_content("<html class=translated-ltr>")
    offline = Reading(reason=Reason.OFFLINE, detail="the site could not be reached")
    assert await explain_translation(page, offline) is offline
