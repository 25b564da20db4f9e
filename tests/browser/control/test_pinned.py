"""The very element of a control, on a page of one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import Error

from auditor.browser.control.elements import Control, ControlElement
from auditor.browser.control.pinned import pin_control

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = pytest.mark.asyncio(loop_scope="session")


def control_on(page: Page) -> Control:
    element = ControlElement(page.locator("button"), "", "switch", radio=False, signals=(False,))
    return Control((element,), disabled=False, busy=False, has_domain_note=False)


async def test_an_element_that_is_replaced_by_its_like_is_not_there(page: Page) -> None:
    await page.set_content("<button>x</button>")
    pinned = await pin_control(control_on(page))
    await page.evaluate("document.querySelector('button').title = 'y'")
    assert await pinned.is_there()
    await page.evaluate(
        "(each => each.replaceWith(each.cloneNode(true)))(document.querySelector('button'))"
    )
    assert not await pinned.is_there()


async def test_a_document_that_has_gone_holds_no_element(page: Page) -> None:
    await page.set_content("<button>x</button>")
    pinned = await pin_control(control_on(page))
    await page.goto("about:blank")
    assert not await pinned.is_there()


async def test_a_control_that_has_just_gone_cannot_be_pinned(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auditor.browser.control.pinned._PIN_MS", 50)
    await page.set_content("<p>x</p>")
    with pytest.raises(Error, match="detached"):
        await pin_control(control_on(page))
