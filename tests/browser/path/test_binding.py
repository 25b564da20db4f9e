"""A step of a stranger's flow presses nothing that binds, whatever points to it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from auditor.browser.path.binding import names_binding_press
from auditor.core.finding import ReadingStopped, Reason
from auditor.flow import Alternative, Banner, Step, StepAlternative
from tests.browser.path.pages import detector, open_page, walker

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
STEP = Step(say="Press it", click=(StepAlternative(css="#it", known="INF 2026-11"),))
BINDING = {
    "its text": "<button id=it>Accept all</button>",
    "its label": "<button id=it aria-label='Delete account'><svg></svg></button>",
    "named by another": "<b id=n>Pay now</b><button id=it aria-labelledby=n>→</button>",
    "value of an input": "<form><input id=it type=submit value=Zustimmen></form>",
    "a button within": "<div id=it><button>Supprimer</button></div>",
    "a button around": "<button aria-label='Agree'><span id=it>→</span></button>",
    "a link around": "<a href=#x aria-label='同意する'><i id=it>→</i></a>",
}
FREE = {
    "a plain button": "<button id=it>Open menu</button>",
    "in a menu with another": (
        "<div role=menu><button id=it>Settings</button><button>Delete</button></div>"
    ),
    "beside another": "<button id=it>Settings</button><button>Accept</button>",
}


@pytest.mark.parametrize("html", BINDING.values(), ids=BINDING)
async def test_what_binds_is_not_pressed(page: Page, html: str) -> None:
    await open_page(page, f"{html}<script>onclick = () => {{ window.pressed = true }}</script>")
    walking = walker(page, STEP)
    walking.flow = replace(walking.flow, is_shipped=False)
    with pytest.raises(ReadingStopped, match=r"step 1 .Press it. of this flow would press") as stop:
        await walking.walk()
    assert stop.value.reason is Reason.LAYOUT_CHANGED
    assert await page.evaluate("window.pressed") is None


@pytest.mark.parametrize("html", FREE.values(), ids=FREE)
async def test_what_does_not_bind_is_pressed(page: Page, html: str) -> None:
    await open_page(page, html)
    assert not await names_binding_press(page.locator("#it"))


async def test_a_shipped_flow_presses_a_button_that_bears_a_persons_name(page: Page) -> None:
    await open_page(page, "<button id=it>Belinda Paganini</button>")
    await walker(page, STEP).walk()


BANNER = (
    "<div role=dialog>We use cookies <button id=it>{}</button></div>"
    "<script>it.onclick = () => {{ window.pressed = true }}</script>"
)


@pytest.mark.parametrize(
    ("name", "shipped", "pressed"),
    [
        ("Accept all", False, False),
        ("Accept all", True, True),
        ("Reject all", False, True),
        ("Continue without accepting", False, True),
        ("Continue without accepting, or accept", False, False),
    ],
)
async def test_a_strangers_banner_is_answered_only_with_what_refuses(
    page: Page, name: str, shipped: bool, pressed: bool
) -> None:
    await open_page(page, BANNER.format(name))
    banner = Banner(say="Cookies", reject=(Alternative(css="#it", known="INF 2026-11"),))
    watching = detector(page)
    site = replace(watching.site, banners=(banner,))
    watching = replace(watching, site=site, is_shipped=shipped)
    assert await watching.dismiss_banner() is pressed
    assert bool(await page.evaluate("window.pressed")) is pressed
