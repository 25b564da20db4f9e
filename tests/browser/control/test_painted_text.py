"""What is written at a place, wherever it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from auditor.browser.control.painted_text import read_painted_texts

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

BODY = """<!doctype html><style>#row::after { content: "Currently: On" }</style>
<p>Above</p><div id=row style='padding:9px'>Label <span id=host>light</span> <i hidden>unseen</i></div>
<p>Below</p><div style='height:3000px'></div>
<script>host.attachShadow({ mode: "closed" }).innerHTML = "<u>deep</u>"</script>"""


async def painted(page: Page) -> set[str]:
    box = await page.locator("#row").bounding_box()
    assert box
    cdp = await page.context.new_cdp_session(page)
    place = box["x"], box["y"], box["width"], box["height"]
    return {text.strip() for text in await read_painted_texts(cdp, place)} - {""}


async def test_what_is_drawn_there_is_read_and_nothing_else(page: Page) -> None:
    await page.set_content(BODY)
    assert await painted(page) == {"Label", "deep", "Currently: On"}


async def test_a_page_that_is_scrolled_is_read_at_the_same_place(page: Page) -> None:
    await page.set_content(BODY)
    await page.evaluate("scrollTo(0, 30)")
    assert await painted(page) == {"Label", "deep", "Currently: On"}
