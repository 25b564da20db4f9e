"""What a page notices when somebody looks at it; nothing is pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest
from playwright.async_api import Error

from auditor.browser.engine.failures import is_transient
from auditor.browser.path.presence import look_around

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

BODY = """<!doctype html><div role=dialog style='height:2000px'><button id=it>x</button></div><script>
  const heard = {};
  const note = (event) => { heard[event.type] = (heard[event.type] || 0) + 1; };
  for (const name of ["focus", "resize", "pageshow", "online"]) addEventListener(name, note);
  for (const name of [
    "mousemove", "wheel", "visibilitychange", "scroll", "focusin", "pointerdown", "click", "keydown",
  ]) document.addEventListener(name, note, true);
  it.addEventListener("pointerover", () => { heard.over = 1; });
</script>"""
NOTICED = ("mousemove", "wheel", "resize", "focus", "visibilitychange", "focusin", "scroll")


async def heard_on(page: Page) -> dict[str, int]:
    heard: dict[str, int] = await page.evaluate("heard")
    return heard


async def test_a_page_notices_somebody_who_presses_nothing(page: Page) -> None:
    await page.set_content(BODY)
    size = page.viewport_size
    await look_around(page, page.locator("#it"))
    await page.wait_for_function("heard.resize >= 1 && heard.wheel >= 1")
    heard = await heard_on(page)
    assert [name for name in NOTICED if name not in heard] == []
    assert heard["over"] == 1
    assert {"pointerdown", "click", "keydown"} & set(heard) == set()
    assert page.viewport_size == size


async def test_what_lies_further_down_comes_into_view_and_all_is_left_as_it_was(page: Page) -> None:
    await page.set_content(
        "<!doctype html><div role=dialog style='height:300px;overflow:auto'>"
        "<button id=it>x</button><p style='height:2000px'></p><p id=end>y</p></div><script>"
        "new IntersectionObserver((seen) => { if (seen[0].isIntersecting) document.title = 'seen'; })"
        ".observe(end)</script>"
    )
    await look_around(page, page.locator("#it"))
    await page.wait_for_function("document.title === 'seen'")
    assert await page.evaluate("document.querySelector('div').scrollTop") == 0
    assert await page.evaluate("document.activeElement.id") == "it"


async def test_where_there_is_no_control_the_rest_is_done(page: Page) -> None:
    await page.set_content(BODY)
    await look_around(page, None)
    heard = await heard_on(page)
    assert "visibilitychange" in heard
    assert "over" not in heard


async def test_a_control_that_is_gone_is_an_error(page: Page) -> None:
    await page.set_content(BODY)
    with pytest.raises(Error):
        await look_around(page, page.locator("#gone"))


class Leaving:
    """A control that is taken out of the page between two looks at it."""

    async def scroll_into_view_if_needed(self, *, timeout: float) -> None:  # noqa: ASYNC109
        """It was there."""

    async def bounding_box(self, *, timeout: float) -> None:  # noqa: ASYNC109
        """It is drawn nowhere."""


async def test_a_control_that_goes_before_the_mouse_comes_is_looked_for_again(page: Page) -> None:
    with pytest.raises(Error) as caught:
        await look_around(page, cast("Any", Leaving()))
    assert is_transient(caught.value)
