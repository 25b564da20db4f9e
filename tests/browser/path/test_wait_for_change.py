"""Waiting for a change of the page: any change is noticed, and no change is waited for too long."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from auditor.browser.engine.page_script import read_script

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = pytest.mark.asyncio(loop_scope="module")
BODY = "<!doctype html><p id=it title=old>text</p>"
WAIT = read_script("path/wait_for_change.js")


@pytest.mark.parametrize(
    "change",
    [
        "it.title = 'new'",
        "it.firstChild.data = 'other'",
        "it.append('more')",
        "it.remove()",
        "document.title = 'another'",
    ],
)
async def test_any_change_is_noticed(page: Page, change: str) -> None:
    await page.set_content(BODY)
    script = f"(limit) => {{ setTimeout(() => {{ {change} }}, 30); return ({WAIT})(limit); }}"
    assert await page.evaluate(script, 20_000) is True


@pytest.mark.parametrize("nothing", ["", "it.getBoundingClientRect()", "it.onclick = () => {}"])
async def test_a_page_that_does_not_change_is_waited_for_until_the_limit(
    page: Page, nothing: str
) -> None:
    await page.set_content(BODY)
    script = f"(limit) => {{ {nothing}; return ({WAIT})(limit); }}"
    assert await page.evaluate(script, 60) is False
