"""What the script in every frame holds back, each on a page of three lines and a site that counts.

The guard in front of the network is not put up here: what arrives was held back by nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from auditor.browser.network.tab import unload_guard_script

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page, Request, Route

pytestmark = pytest.mark.asyncio(loop_scope="session")
HOME = "https://example.com/"
FORM = "<form id=it method=post action={}><input name=a value=b></form>"


async def sent_by(page: Page, script: str, body: str = "") -> list[str]:
    """Return which requests other than for the page itself a script gets through."""
    sent: list[str] = []

    async def answer(route: Route, request: Request) -> None:
        if request.url != HOME or request.method != "GET":
            sent.append(f"{request.method} {request.url.removeprefix(HOME)}")
        await route.fulfill(body=f"<!doctype html>{body}", content_type="text/html")

    await page.context.route("**/*", answer)
    await page.add_init_script(unload_guard_script())
    await page.goto(HOME)
    await page.evaluate(script)
    await page.wait_for_function("new Promise(done => setTimeout(done, 150, true))")
    return sent


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("navigator.sendBeacon('/w', 'x')", id="beacon"),
        pytest.param("window.open('/w')", id="window"),
        pytest.param("document.open('/w', '', '')", id="window by document.open"),
        pytest.param("typeof fetchLater === 'function' && fetchLater('/w')", id="later"),
    ],
)
async def test_what_the_guard_could_not_see_is_held_back(page: Page, script: str) -> None:
    assert await sent_by(page, script) == []


@pytest.mark.parametrize(
    ("script", "sent"),
    [
        pytest.param("fetch('/r')", "GET r", id="a read"),
        pytest.param("fetch('/r.js')", "GET r.js", id="a file"),
        pytest.param("fetch('/w', {method: 'POST'})", "POST w", id="for the guard to judge"),
    ],
)
async def test_the_rest_goes_its_way(page: Page, script: str, sent: str) -> None:
    assert await sent_by(page, script) == [sent]


@pytest.mark.parametrize(
    ("act", "action", "target"),
    [
        ("it.submit()", "/w", "_blank"),
        ("it.requestSubmit()", "/w", "other"),
    ],
)
async def test_a_form_to_another_tab_is_held_back(
    page: Page, act: str, action: str, target: str
) -> None:
    body = FORM.format(action).replace("id=it", f"id=it target='{target}'" if target else "id=it")
    assert await sent_by(page, act, body) == []


async def test_a_link_to_another_tab_opens_none(page: Page) -> None:
    context: BrowserContext = page.context
    assert await sent_by(page, "it.click()", "<a id=it href=/w target=_blank>x</a>") == []
    assert context.pages == [page]


async def test_a_socket_says_nothing(page: Page) -> None:
    assert await sent_by(page, "WebSocket.prototype.send.call(null, 'x')") == []


@pytest.mark.parametrize("name", ["SharedWorker", "WebTransport", "fetchLater"])
async def test_what_no_guard_sees_is_not_there(page: Page, name: str) -> None:
    await sent_by(page, "0")
    assert await page.evaluate(f"typeof {name}") == "undefined"
