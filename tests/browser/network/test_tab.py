"""A tab of ours: it knows its frames by name, also those that have gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from auditor.browser.engine.page_session import PageSession
from auditor.browser.network.tab import Tab

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_frame_that_has_gone_is_still_known(page: Page) -> None:
    cdp = await page.context.new_cdp_session(page)
    tab = Tab(page, PageSession(page))
    tab.follow_frames()
    await page.evaluate("document.body.append(document.createElement('iframe'))")
    tree = (await cdp.send("Page.getFrameTree"))["frameTree"]
    inner = tree["childFrames"][0]["frame"]["id"]
    assert tab._learning is not None
    await tab._learning
    await page.evaluate("document.querySelector('iframe').remove()")
    assert await tab.has_frame(inner)
    assert await tab.has_frame(tree["frame"]["id"])
    assert not await tab.has_frame("another's")
