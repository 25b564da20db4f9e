"""What a person presses is heard outside the page's own scripts, when it was, and each press as one."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest

from auditor.browser.path.presses import listen_for_presses

if TYPE_CHECKING:
    from playwright.async_api import Page

    from auditor.browser.network.persons_choice import HeardPress

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser]
ROW = """<div><a href="https://x/12109829-a">More</a>
<label id="label">Help improve Claude<input type="checkbox" role="switch" id="input"></label>
<button id="button">Accept</button></div>"""
# The page's own handler holds every event up.
BUSY = """<script>addEventListener("pointerdown", () => {
  const end = performance.now() + 600; while (performance.now() < end); }, true)</script>"""


async def hear(page: Page, script: str) -> list[HeardPress]:
    """Return what is heard while something is done in the page."""
    heard: list[HeardPress] = []
    some = asyncio.Event()
    cdp = await page.context.new_cdp_session(page)

    def note(press: HeardPress) -> None:
        heard.append(press)
        some.set()

    async with listen_for_presses(cdp, note):
        if script.startswith("#"):
            await page.locator(script).click()
            async with asyncio.timeout(20):
                await some.wait()
        else:
            await page.evaluate(script)
        await page.evaluate("1")  # all that was told before has come
    return heard


async def test_a_button_is_told_with_its_name_and_the_links_of_its_row(page: Page) -> None:
    await page.set_content(ROW)
    (press,) = await hear(page, "#button")
    assert (press.names, press.links) == (("Accept",), ("https://x/12109829-a",))
    assert press.made is not None
    assert 0 <= time.time() - press.made < 20


async def test_a_press_on_a_label_and_on_its_input_is_one(page: Page) -> None:
    await page.set_content(ROW)
    presses = await hear(page, "#label")
    assert len(presses) == 2
    assert len({press.identity for press in presses}) == 1
    again = await hear(page, "#button")
    assert again[0].identity != presses[0].identity


async def test_a_press_counts_from_when_a_busy_page_came_to_it(page: Page) -> None:
    await page.set_content(f"{ROW}{BUSY}")
    before = time.time()
    (press,) = await hear(page, "#button")
    assert press.made is not None
    assert press.identity is not None
    assert press.made >= before + 0.5


@pytest.mark.parametrize(
    "script",
    [
        "document.getElementById('button').click()",
        "document.getElementById('label').click()",
        "document.getElementById('button').dispatchEvent(new MouseEvent('click', {bubbles: true}))",
        "dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape'}))",
    ],
)
async def test_what_a_script_presses_is_not_heard(page: Page, script: str) -> None:
    await page.set_content(ROW)
    assert await hear(page, script) == []
