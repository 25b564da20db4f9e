"""Waiting for a change of the page: any change is noticed, and no change is waited for too long."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, cast

import pytest
from playwright.async_api import Error

from auditor.browser.path.page_changes import PageChanges

if TYPE_CHECKING:
    from collections.abc import Generator

    from playwright.async_api import Page

    from auditor.browser.engine.page_session import PageSession

pytestmark = pytest.mark.asyncio(loop_scope="session")
BODY = """<!doctype html><p id=it title=old>text</p>
<input id=box type=checkbox><select id=list><option>On<option>Off</select>"""


@pytest.mark.parametrize(
    "change",
    [
        "it.title = performance.now()",
        "it.firstChild.data = performance.now()",
        "it.append('more')",
        "it.isConnected ? it.remove() : document.body.append(it)",
        "document.title = performance.now()",
        # without a mutation of the document
        "box.checked = !box.checked",
        "box.indeterminate = !box.indeterminate",
        "list.selectedIndex = 1 - list.selectedIndex",
    ],
)
async def test_any_change_is_noticed(page: Page, change: str) -> None:
    await page.set_content(BODY)
    # again and again: on a busy machine the wait begins late; its end is a guard, for a change ends it
    script = (
        f"() => {{ const {{ it, box, list }} = window; setInterval(() => {{ {change} }}, 60); }}"
    )
    await page.evaluate(script)
    changes = PageChanges(page)
    assert await changes.wait(5)


@pytest.mark.parametrize("nothing", ["", "it.getBoundingClientRect()", "it.onclick = () => {}"])
async def test_a_page_that_does_not_change_is_waited_for_until_the_limit(
    page: Page, nothing: str
) -> None:
    await page.set_content(BODY)
    await page.evaluate(f"() => {{ setTimeout(() => {{ {nothing} }}, 60); }}")
    since = time.monotonic()
    assert await PageChanges(page).wait() is False
    assert time.monotonic() - since >= 0.25


async def test_a_navigation_is_a_change_and_the_next_document_is_watched(page: Page) -> None:
    await page.set_content(BODY)
    changes = PageChanges(page)
    await changes.wait()
    await page.evaluate("() => { setTimeout(() => location.reload(), 60); }")
    assert await changes.wait(5)
    await page.wait_for_load_state()
    await changes.wait()
    await page.evaluate("() => { setInterval(() => { document.title = Math.random(); }, 60); }")
    assert await changes.wait(5)


async def test_a_change_is_told_when_it_comes(page: Page) -> None:
    """Asking again and again was 0.05 to 0.1 s late."""
    await page.set_content(BODY)
    changes = PageChanges(page)
    await changes.wait()  # has made its world
    late: list[float] = []
    # a busy machine may be late as well; being asked again and again would be early by chance only
    while len(late) < 50 and len([each for each in late if each < 0.05]) < 3:
        await page.evaluate(
            "() => { setTimeout(() => { it.title = window.at = Date.now(); }, 150); }"
        )
        assert await changes.wait(5)
        late.append(time.time() - await page.evaluate("() => window.at") / 1000)
    assert sorted(late)[2] < 0.05


@pytest.mark.parametrize("change", ["it.title = 'new'", "box.checked = true"])
async def test_what_changes_while_nobody_waits_ends_the_next_wait_at_once(
    page: Page, change: str
) -> None:
    await page.set_content(BODY)
    changes = PageChanges(page)
    await changes.watch()
    assert await changes.wait(0.1) is False
    await page.evaluate(change)
    since = time.monotonic()
    assert await changes.wait(3) is True
    assert time.monotonic() - since < 1.5
    assert await changes.wait(0.1) is False


async def test_a_page_cannot_keep_a_change_from_us(page: Page) -> None:
    await page.set_content(BODY)
    await page.evaluate(
        """() => {
            window.MutationObserver = MutationObserver.prototype.observe = () => {};
            window.Promise = window.setTimeout = window.clearTimeout = () => {};
            setInterval(() => { document.title = performance.now(); }, 60);
        }"""
    )
    changes = PageChanges(page)
    assert await changes.wait(5)


async def test_a_page_at_work_is_not_waited_for_without_end(page: Page) -> None:
    await page.set_content(BODY)
    changes = PageChanges(page)
    await changes.wait()
    await page.evaluate(
        "() => { setTimeout(() => { for (const end = Date.now() + 3000; Date.now() < end;); }, 20); }"
    )
    since = time.monotonic()
    assert await changes.wait() is False
    assert time.monotonic() - since < 2.5


async def test_a_wait_that_was_given_up_takes_no_change_from_the_next(page: Page) -> None:
    await page.set_content(BODY)
    changes = PageChanges(page)
    await changes.watch()
    given_up = asyncio.ensure_future(changes._ask(300))
    await changes.watch()  # it has begun by now
    given_up.cancel()
    await page.evaluate("() => { setTimeout(() => { it.title = 'new'; }, 700); }")
    since = time.monotonic()
    assert await changes.wait(20) is True
    assert time.monotonic() - since < 15


async def test_a_closed_page_is_looked_at_again(page: Page) -> None:
    other = await page.context.new_page()
    changes = PageChanges(other)
    await changes.wait()
    await other.close()
    assert await changes.wait() is True


class Silent:
    """A session of a browser that knows nothing of worlds, or whose script fails."""

    def __init__(self, *, fails: bool) -> None:
        self.fails = fails
        self.asked = 0

    async def send(self, command: str, _more: object = None) -> dict[str, Any]:
        """Answer a command of the protocol."""
        self.asked += 1
        if self.fails:
            message = f"'{command}' wasn't found"
            raise Error(message)
        tree = {"frameTree": {"frame": {"id": "1"}}, "executionContextId": 1}
        return tree | {"result": {"type": "object"}, "exceptionDetails": {}}

    def __await__(self) -> Generator[None, None, Silent]:
        """Be there."""
        yield from ()
        return self


@pytest.mark.parametrize("fails", [True, False])
async def test_where_nothing_tells_of_changes_a_moment_is_waited_for(
    page: Page, *, fails: bool
) -> None:
    silent = Silent(fails=fails)
    changes = PageChanges(page, cast("PageSession", silent))
    assert await changes.watch() is False
    since, before = time.monotonic(), silent.asked
    assert await changes.wait() is True
    assert time.monotonic() - since >= 0.25
    assert silent.asked - before <= 3
