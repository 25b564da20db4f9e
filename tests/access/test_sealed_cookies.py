"""Cookies of every kind that signs in come out of one browser and into another, and are sent there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from auditor.access.storage_state import keep_sign_in, trim_to_origin
from tests.access.sealing import CANARY, CLAUDE

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page, Route

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
SETS = {
    "host": f"__Host-session={CANARY}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=9000",
    "secure": f"__Secure-session={CANARY}; Path=/; Domain=claude.ai; Secure; HttpOnly; Max-Age=9000",
    "partitioned": f"parted={CANARY}; Path=/; Secure; HttpOnly; SameSite=None; Partitioned;"
    " Max-Age=9000",
    "partitioned host": f"__Host-parted={CANARY}; Path=/; Secure; SameSite=None; Partitioned;"
    " Max-Age=9000",
    "until the end": f"session={CANARY}; Path=/; Secure; HttpOnly",
}


async def visit(context: BrowserContext, sets: str = "", script: str = "") -> dict[str, Any]:
    """Open the site, which may set a cookie, and return what it was sent, and what it then keeps."""
    asked: list[str] = []

    async def answer(route: Route) -> None:
        asked.append((await route.request.all_headers()).get("cookie", ""))
        headers = {"content-type": "text/html", **({"set-cookie": sets} if sets else {})}
        await route.fulfill(body="<!doctype html><title>Claude</title>", headers=headers)

    await context.route("**/*", answer)
    page = await context.new_page()
    await page.goto(f"{CLAUDE}/new")
    found = await page.evaluate(script) if script else None
    await page.goto(f"{CLAUDE}/again")
    return {"cookie": asked[-1], "found": found, "state": dict(await context.storage_state())}


@pytest.mark.parametrize("kind", SETS)
async def test_a_cookie_that_signs_in_is_sent_from_the_next_browser(page: Page, kind: str) -> None:
    browser = page.context.browser
    assert browser is not None
    there = await browser.new_context()
    first = await visit(there, SETS[kind])
    await there.close()
    state: Any = keep_sign_in(trim_to_origin(first["state"], CLAUDE))
    here = await browser.new_context(storage_state=state)
    second = await visit(here)
    await here.close()
    name = SETS[kind].split("=")[0]
    assert first["cookie"] == second["cookie"] == f"{name}={CANARY}"


async def test_what_lives_as_long_as_the_tab_is_not_brought_along(page: Page) -> None:
    browser = page.context.browser
    assert browser is not None
    there = await browser.new_context()
    first = await visit(there, script=f"sessionStorage.setItem('token', '{CANARY}')")
    await there.close()
    state: Any = keep_sign_in(trim_to_origin(first["state"], CLAUDE))
    here = await browser.new_context(storage_state=state)
    second = await visit(here, script="sessionStorage.getItem('token')")
    await here.close()
    assert (second["found"], CANARY in str(state)) == (None, False)
