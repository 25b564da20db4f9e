"""What is written at a place, wherever it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from auditor.browser.control.accessibility import read_accessibility_tree
from auditor.browser.control.painted_text import take_page_snapshot

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

BODY = """<!doctype html><style>#row::after { content: "Currently: On" }</style>
<p>Above</p><div id=row style='padding:9px'>Label <span id=host>light</span> <i hidden>unseen</i></div>
<p>Below</p><div style='height:3000px'></div>
<script>host.attachShadow({ mode: "closed" }).innerHTML = "<u>deep</u>"</script>"""


async def painted(page: Page) -> set[str]:
    box = await page.locator("#row").bounding_box()
    assert box
    cdp = await page.context.new_cdp_session(page)
    place = box["x"], box["y"], box["width"], box["height"]
    return {text.strip() for text in (await take_page_snapshot(cdp)).texts_within(place)} - {""}


async def test_what_is_drawn_there_is_read_and_nothing_else(page: Page) -> None:
    await page.set_content(BODY)
    assert await painted(page) == {"Label", "deep", "Currently: On"}


async def test_a_page_that_is_scrolled_is_read_at_the_same_place(page: Page) -> None:
    await page.set_content(BODY)
    await page.evaluate("scrollTo(0, 30)")
    assert await painted(page) == {"Label", "deep", "Currently: On"}


SCROLLED = """<!doctype html><p>Behind</p><div id=panel style='position:fixed;inset:20px;overflow:auto'>
<p id=row>Row</p><p style='height:3000px'>Long</p><div id=host></div></div>
<script>host.attachShadow({ mode: "closed" }).innerHTML = "<button>Far below</button>"</script>"""


async def test_all_of_a_panel_is_read_and_nothing_behind_it(page: Page) -> None:
    await page.set_content(SCROLLED)
    panel, row = [await page.locator(one).bounding_box() for one in ("#panel", "#row")]
    assert panel
    assert row
    cdp = await page.context.new_cdp_session(page)
    snapshot = await take_page_snapshot(cdp)
    place, own = [(one["x"], one["y"], one["width"], one["height"]) for one in (panel, row)]
    texts = {text.strip() for text in snapshot.texts_below(place, own)} - {""}
    assert texts == {"Long", "Far below"}
    ids = snapshot.ids_below(place)
    assert (await read_accessibility_tree(cdp, {})).names_of(ids, own) == ("Far below",)


async def test_a_place_that_is_no_node_is_read_where_it_is(page: Page) -> None:
    await page.set_content(SCROLLED)
    snapshot = await take_page_snapshot(await page.context.new_cdp_session(page))
    assert snapshot.ids_below((1, 1, 700, 9)) is None
    assert "Row" in snapshot.texts_below((1, 1, 700, 99), None)
    assert "Far below" not in snapshot.texts_below((1, 1, 700, 99), None)
