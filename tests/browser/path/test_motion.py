"""A page that is asked to move nothing may do so where something does not come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from auditor.browser.path.motion import Motion

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = pytest.mark.asyncio(loop_scope="session")
STILL = "matchMedia('(prefers-reduced-motion: reduce)').matches"


async def test_a_page_may_move_from_then_on(page: Page) -> None:
    await page.emulate_media(reduced_motion="reduce")
    motion = Motion(page)
    assert await page.evaluate(STILL)
    assert await motion.allow()
    assert not await page.evaluate(STILL)
    assert not await motion.allow()


async def test_a_page_of_the_persons_own_browser_is_left_as_it_is(page: Page) -> None:
    await page.emulate_media(reduced_motion="reduce")
    assert not await Motion(page, is_allowed=True).allow()
    assert await page.evaluate(STILL)
