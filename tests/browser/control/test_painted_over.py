"""What an eye sees and a mouse does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from auditor.browser.control.painted_over import is_painted_over

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ROW = "<div id=row style='width:400px;padding:20px'>Label <button>x{}</button></div>"
OVER = "position:fixed;inset:0;pointer-events:none;"


@pytest.mark.parametrize(
    ("body", "over"),
    [
        (ROW.format(""), False),
        (ROW.format("<i style='pointer-events:none'>knob</i>"), False),
        (ROW.format("") + f"<div style='{OVER}background:#fff'>On</div>", True),
        (ROW.format("") + f"<div style='{OVER}'></div>", False),
        (ROW.format("") + f"<div style='{OVER}'> On</div>", True),
        (ROW.format("") + f"<canvas style='{OVER}width:100%;height:100%'></canvas>", True),
        (ROW.format("") + f"<style>i::after {{ content: 'On' }}</style><i style='{OVER}'></i>", True),
        (ROW.format("") + f"<div style='{OVER}border:1px solid'></div>", True),
        (ROW.format("") + f"<div style='{OVER}backdrop-filter:blur(4px)'></div>", True),
        (ROW.format("") + f"<div popover=manual id=p style='{OVER}'>On</div><script>p.showPopover()</script>", True),
        # A dialog over a page that is left without the mouse, as many libraries do.
        (
            ("<style>body { pointer-events: none }</style><p style='position:fixed;inset:0'>Chat</p>"
            f"<dialog open style='pointer-events:auto'>{ROW.format('')}</dialog>"),
            False,
        ),
        (
            ("<div id=row style='position:relative;width:400px;height:40px'><input type=checkbox"
            " style='opacity:0;width:40px;height:20px'><i style='position:absolute;left:0;top:0;"
            "width:40px;height:20px;background:#ccc;pointer-events:none'></i></div>"),
            False,
        ),
    ],
    ids=["plain", "a knob", "a sheet", "an empty sheet", "words", "a canvas", "written by style",
         "a frame", "a blur", "a popover", "a page behind", "a drawing"],
)  # fmt: skip
async def test_only_what_is_painted_from_outside_counts(page: Page, body: str, over: bool) -> None:
    await page.set_content(f"<!doctype html>{body}")
    box = await page.locator("#row").bounding_box()
    assert box
    cdp = await page.context.new_cdp_session(page)
    place = box["x"], box["y"], box["width"], box["height"]
    assert await is_painted_over(cdp, place) is over
