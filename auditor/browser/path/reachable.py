"""Tell which of several elements of one name a person could press."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.browser.engine.page_script import join_scripts

if TYPE_CHECKING:
    from playwright.async_api import Locator

_SCRIPTS = ("engine/dom.js", "click/places.js", "path/reachable.js")
_MOST = 8  # elements that are looked at; more of one name are a list, and no twin


async def find_reachable(found: Locator, count: int) -> Locator | None:
    """Return the one of `count` elements that a press would reach; nothing if there are more.

    A layout may hold the user button again in a drawer that is shut (issue: "What people meet").
    Raises Playwright's Error if the page goes away.
    """
    if not 1 < count <= _MOST:
        return None
    reached: list[bool] = await found.evaluate_all(join_scripts(_SCRIPTS, run="findReachable"))
    return found.nth(reached.index(True)) if reached.count(True) == 1 else None
