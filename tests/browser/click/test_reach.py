"""Whether a click would hit: what is not seen, covered, cut off or upside down is not read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from auditor.browser.control.scanner import IS_HIT
from auditor.browser.engine.isolated_world import ask

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

BOX = "width:40px;height:20px;"
SWITCH = f"<button id=it role=switch style='{BOX}%s'></button>"
INPUT = f"<input id=it type=checkbox style='margin:0;{BOX}%s'>"
OVER = "position:fixed;inset:0;background:#fff"
HIDDEN = "position:absolute;opacity:0;width:1px;height:1px"


async def is_hit(page: Page, body: str) -> bool:
    await page.set_content(f"<!doctype html><body style='margin:0'>{body}")
    return bool(await ask(page.locator("#it"), IS_HIT))


@pytest.mark.parametrize(
    "body",
    [
        SWITCH % "",
        f"<div style='height:3000px'></div>{SWITCH % ''}",
        f"<div style='{BOX}overflow:auto'><div style='height:900px'></div>{SWITCH % ''}</div>",
        f"<label>Help {INPUT % HIDDEN}<i style='display:inline-block;{BOX}'></i></label>",
        (
            f"<div style='display:flex;width:600px'>{INPUT % 'opacity:0;'}"
            f"<i style='{BOX}margin-left:-40px;background:#ccc;pointer-events:none'></i></div>"
        ),
        f"<div style='{BOX}'><input id=it type=checkbox style='display:none'></div>",
        SWITCH % "pointer-events:none;",
        SWITCH % "transform:scaleX(-1);",
        SWITCH % "opacity:0.4;",
        f"<select id=it style='{BOX}'><option>On</select>",
    ],
    ids=[
        "plain",
        "far down the page",
        "scrolled out of its box",
        "hidden, with a label",
        "transparent over its drawing",
        "drawn by its box",
        "disabled for the mouse",
        "mirrored without words",
        "pale",
        "a list",
    ],
)
async def test_what_a_person_could_press_is_hit(page: Page, body: str) -> None:
    assert await is_hit(page, body)


@pytest.mark.parametrize(
    "body",
    [
        SWITCH % "opacity:0;",
        f"<div style='opacity:0.05'>{SWITCH % ''}</div>",
        f"{SWITCH % ''}<div style='{OVER}'>A notice</div>",
        (
            f"{SWITCH % ''}<dialog id=d style='{BOX}{OVER};width:100vw;height:100vh;max-width:none;"
            "max-height:none'>x</dialog><script>d.showModal()</script>"
        ),
        SWITCH % "clip-path:inset(50%);",
        f"<div style='{BOX}'>{SWITCH % 'mask:linear-gradient(transparent, transparent);'}</div>",
        f"<div style='height:0;overflow:hidden'>{SWITCH % ''}</div>",
        SWITCH % "position:fixed;left:-500px;",
        SWITCH % "transform:rotate(180deg);",
        f"<div style='rotate:180deg'>{SWITCH % ''}</div>",
        f"<div style='transform:scaleX(-1)'>Help improve {SWITCH % ''}</div>",
        f"<div style='display:flex;width:600px'>{INPUT % 'opacity:0;'}</div>",
    ],
    ids=[
        "transparent",
        "in something transparent",
        "covered",
        "below a modal dialog",
        "clipped",
        "masked away",
        "collapsed",
        "outside the page",
        "upside down",
        "in something upside down",
        "mirrored with its words",
        "transparent over nothing",
    ],
)
async def test_what_a_person_could_not_press_is_not_hit(page: Page, body: str) -> None:
    assert not await is_hit(page, body)
