"""Of two elements of one name, the one that a person could press is pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from auditor.browser.path.reachable import find_reachable
from auditor.browser.path.walk import StepNotFound
from tests.browser.path.pages import open_page, walker

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = pytest.mark.asyncio(loop_scope="session")
DRAWER = "position:fixed;top:0;height:100%;width:200px;background:white;"
SHUT = (
    "left:-220px",
    "left:0;transform:translateX(-100%)",
    "left:0;clip-path:inset(0 100% 0 0)",
    "left:0;z-index:-1",
    "left:0;opacity:0",
    "left:0;pointer-events:none",
)
BUTTON = "<button data-testid=user-menu-button {}>Ada · Team</button>"


def page_with(style: str, rest: str = "") -> str:
    pressed = "onclick=\"into.innerHTML='<a href=#s>Settings</a>';document.title='right'\""
    wrong = "onclick=\"document.title='wrong'\""
    return f"""<body style="margin:0">
    <aside style="{DRAWER}{style}">{BUTTON.format(wrong)}</aside>
    <main style="position:fixed;left:0;top:0;width:300px;height:100%;background:white">{BUTTON.format(pressed)}</main>
    <div id=into style="position:fixed;left:300px;bottom:60px"></div>{rest}"""


@pytest.mark.parametrize("style", SHUT)
async def test_the_button_in_a_shut_drawer_is_not_in_the_way(page: Page, style: str) -> None:
    await open_page(page, page_with(style))
    found = page.get_by_test_id("user-menu-button")
    assert await found.filter(visible=True).count() == 2
    await walker(page).walk()
    assert await page.title() == "right"


async def test_two_that_can_both_be_pressed_stay_several(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auditor.browser.path.walk.PATIENCE", 1.0)
    await open_page(page, page_with("left:400px"))
    with pytest.raises(StepNotFound) as stopped:
        await walker(page).walk()
    assert stopped.value.several
    assert await page.title() == ""


@pytest.mark.parametrize("count", [0, 1, 9])
async def test_none_one_or_a_long_list_are_not_looked_at(page: Page, count: int) -> None:
    await open_page(page, "<p>nothing to press</p>")
    assert await find_reachable(page.locator("css=p"), count) is None
