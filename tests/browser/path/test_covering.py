"""A dialog over the page that only a person may answer is told at once, and by its title."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from auditor.core.finding import ReadingStopped, Reason
from tests.browser.path.pages import detector, open_page

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
OVER = "style='position:fixed;inset:0;background:#fff'"
BUTTONS = "<button>Allow all</button><button>Deny</button>"
TARGET = "<button id=user>Ada</button>"
WORDS = ("Settings", "Privacy")
HINT = "Open the site yourself, answer the dialog there, then run this again."


async def told(page: Page, html: str, *, with_target: bool) -> str:
    await open_page(page, html)
    target = page.locator("#user") if with_target else None
    try:
        await detector(page).raise_if_covered(target, WORDS)
    except ReadingStopped as stop:
        return f"{stop.reason} {stop.detail}" if stop.hint == HINT else "another hint"
    return ""


@pytest.mark.parametrize("with_target", [True, False])
@pytest.mark.parametrize(
    "html",
    [
        f"{TARGET}<div role=dialog aria-label='Your choices' {OVER}>{BUTTONS}</div>",
        f"{TARGET}<div role=dialog aria-modal=true {OVER}><h2>Your choices</h2>{BUTTONS}</div>",
        f"{TARGET}<div {OVER}><div role=alertdialog aria-labelledby=x {OVER}><p id=x>Your choices</p>{BUTTONS}</div></div>",
        f"{TARGET}<dialog id=it {OVER}><h2>Your choices</h2>{BUTTONS}</dialog><script>it.showModal()</script>",
    ],
    ids=["named", "headed", "labelled", "modal"],
)
async def test_a_dialog_over_the_page_is_told_with_its_title(
    page: Page, html: str, *, with_target: bool
) -> None:
    assert await told(page, html, with_target=with_target) == (
        f"{Reason.LAYOUT_CHANGED} a dialog, “Your choices”, lies over the page, and only you may answer it"
    )


async def test_a_box_without_any_role_is_told_where_it_covers_what_is_to_be_clicked(
    page: Page,
) -> None:
    html = f"{TARGET}<div {OVER}>Please choose {BUTTONS}</div>"
    assert await told(page, html, with_target=True) == (
        f"{Reason.LAYOUT_CHANGED} a dialog lies over the page, and only you may answer it"
    )


async def test_an_address_in_a_title_is_not_shown(page: Page) -> None:
    html = f"{TARGET}<div role=dialog aria-label='For ada@example.com' {OVER}>{BUTTONS}</div>"
    assert "ada@example.com" not in await told(page, html, with_target=True)


@pytest.mark.parametrize("with_target", [True, False])
@pytest.mark.parametrize(
    "html",
    [
        TARGET,
        f"{TARGET}<div role=dialog aria-label=Settings {OVER}>{BUTTONS}</div>",
        f"{TARGET}<div role=dialog aria-label=Account {OVER}><nav>x</nav>{BUTTONS}</div>",
        f"{TARGET}<div role=dialog {OVER}>Loading</div>",
        f"{TARGET}<div role=dialog hidden>{BUTTONS}</div>",
        f"{TARGET}<div role=dialog style='position:fixed;right:0;bottom:0;width:90px'>{BUTTONS}</div>",
    ],
    ids=["nothing", "the path's own", "with sections", "no answer", "hidden", "in a corner"],
)
async def test_other_dialogs_are_let_stand(page: Page, html: str, *, with_target: bool) -> None:
    assert await told(page, html, with_target=with_target) == ""
