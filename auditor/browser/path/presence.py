"""Behave as somebody who looks at the page, where the page alone is to be believed.

A page may draw a default and ask for its data only once the mouse moves, the window is looked at or
its size changes. A person does all of that without noticing; nothing here presses anything.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from playwright.async_api import Error
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from auditor.browser.engine.isolated_world import PageFunction, ask

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

_PARTS = ("path/presence.js",)
_LOOK_DOWN = PageFunction("lookDown", _PARTS)
_HAS_DRAWN = PageFunction("hasDrawn", _PARTS)
_LOOK_UP = PageFunction("lookUp", _PARTS)
_LOOK_MS = 1_000  # what was just seen is there, or gone
_NOTCH = 40  # pixels: one notch of a mouse's wheel, and back
_ASIDE = 2  # pixels from the corner, where the mouse rests on nothing


async def look_around(page: Page, control: Locator | None) -> None:
    """Bring the control into view, put mouse and focus on it, scroll, resize, and come back.

    Nothing is pressed.

    Raises Playwright's Error if the page goes away.
    """
    if control is not None:
        await _move_over(page, control)
        await control.focus(timeout=_LOOK_MS)
    await page.mouse.wheel(0, _NOTCH)
    await page.mouse.wheel(0, -_NOTCH)
    await page.mouse.move(_ASIDE, _ASIDE, steps=2)
    size = page.viewport_size
    if size is not None:
        await page.set_viewport_size({"width": size["width"], "height": size["height"] - 1})
        await page.set_viewport_size(size)
    await ask(page, _LOOK_DOWN)
    with suppress(PlaywrightTimeoutError):
        await page.locator(_HAS_DRAWN.finding()).wait_for(state="attached", timeout=_LOOK_MS)
    await ask(page, _LOOK_UP)


async def _move_over(page: Page, control: Locator) -> None:
    await control.scroll_into_view_if_needed(timeout=_LOOK_MS)
    box = await control.bounding_box(timeout=_LOOK_MS)
    if box is None:
        message = "The control was detached before the mouse came"
        raise Error(message)
    across, down = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await page.mouse.move(across - box["width"], down, steps=2)
    await page.mouse.move(across, down, steps=2)
