"""Waiting for a change of the page: any change is noticed, and no change is waited for too long."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from auditor.browser.path.walk import wait_for_change

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = pytest.mark.asyncio(loop_scope="module")
BODY = "<!doctype html><p id=it title=old>text</p>"


@pytest.mark.parametrize(
    "change",
    [
        "it.title = performance.now()",
        "it.firstChild.data = performance.now()",
        "it.append('more')",
        "it.isConnected ? it.remove() : document.body.append(it)",
        "document.title = performance.now()",
    ],
)
async def test_any_change_is_noticed(page: Page, change: str) -> None:
    await page.set_content(BODY)
    # again and again: on a busy machine the wait begins late
    script = f"() => {{ const it = window.it; setInterval(() => {{ {change} }}, 60); }}"
    await page.evaluate(script)
    assert await wait_for_change(page, calm=True) or await wait_for_change(page, calm=True)


@pytest.mark.parametrize("nothing", ["", "it.getBoundingClientRect()", "it.onclick = () => {}"])
async def test_a_page_that_does_not_change_is_waited_for_until_the_limit(
    page: Page, nothing: str
) -> None:
    await page.set_content(BODY)
    await page.evaluate(f"() => {{ setTimeout(() => {{ {nothing} }}, 60); }}")
    since = time.monotonic()
    assert await wait_for_change(page) is False
    assert time.monotonic() - since >= 0.25


async def test_a_wait_that_another_document_does_not_know_is_over(page: Page) -> None:
    await page.set_content(BODY)
    await wait_for_change(page)
    await page.evaluate("() => { setTimeout(() => location.reload(), 60); }")
    assert await wait_for_change(page, calm=True) or await wait_for_change(page, calm=True)
