"""Where the switch of a notice stands, and which of its buttons are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from auditor.browser.path.choice import look_at_choice
from auditor.core.finding import PendingChoice, ShownButton, State
from auditor.flow import load_flow

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = pytest.mark.asyncio(loop_scope="session")
SITE = load_flow("claude/web").about
ACCEPT, LATER = ShownButton("Accept", stores=True), ShownButton("Not now", stores=False)
BUTTONS = "<div><button>Not now</button><button>Accept</button></div>"
SWITCH = "<button role=switch aria-checked={}></button>"
TWIN = "<input type=checkbox aria-hidden=true checked>"
BEHIND = f"<main>{SWITCH.format('true')}</main>"


async def look(page: Page, html: str) -> PendingChoice:
    await page.set_content(html)
    return await look_at_choice(page.main_frame, SITE.choice_buttons, SITE)


@pytest.mark.parametrize(
    ("html", "switch"),
    [
        (SWITCH.format("true"), State.ON),
        (SWITCH.format("false") + TWIN, State.OFF),
        ("<label><input type=checkbox role=switch checked></label>", State.ON),
        ("<input type=checkbox>", State.OFF),
        ("<input type=checkbox aria-checked=true>", State.UNKNOWN),
        (SWITCH.format("mixed"), State.UNKNOWN),
        (SWITCH.format("true") * 2, State.UNKNOWN),
        ("<p>No switch</p>", State.UNKNOWN),
        ("<div class=switch-drawn-by-hand></div>", State.UNKNOWN),
    ],
    ids=[
        "new, on",
        "new, off, with its twin",
        "old, on",
        "a box, off",
        "contradicts itself",
        "mixed",
        "two of them",
        "none",
        "drawn",
    ],
)
async def test_the_switch_is_read_where_the_buttons_are(
    page: Page, html: str, switch: State
) -> None:
    dialog = f"<div role=dialog><div>{html}</div>{BUTTONS}</div>"
    assert await look(page, BEHIND + dialog) == PendingChoice(switch, (ACCEPT, LATER))


async def test_a_hidden_button_is_not_offered(page: Page) -> None:
    html = f"<div role=dialog>{SWITCH.format('true')}<button hidden>Not now</button><button>Accept</button></div>"
    assert await look(page, html) == PendingChoice(State.ON, (ACCEPT,))


async def test_a_button_in_a_shadow_root_is_found_with_its_switch(page: Page) -> None:
    html = f"<div role=dialog><template shadowrootmode=open>{SWITCH.format('false')}<button>Akzeptieren</button></template></div>"
    await page.set_content(html)
    await page.evaluate(
        "html => document.body.setHTMLUnsafe ? document.body.setHTMLUnsafe(html) : 0", html
    )
    shown = await look_at_choice(page.main_frame, SITE.choice_buttons, SITE)
    assert shown == PendingChoice(State.OFF, (ShownButton("Akzeptieren", stores=True),))
