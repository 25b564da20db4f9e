"""Tell which of several elements of one name a person could press."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from auditor.browser.engine.isolated_world import PageFunction, ask

if TYPE_CHECKING:
    from playwright.async_api import Locator

_IS_REACHABLE = PageFunction(
    "isReachable", ("engine/dom.js", "click/places.js", "path/reachable.js")
)
_MOST = 8  # elements that are looked at; more of one name are a list, and no twin
_LOOK_MS = 1_000  # one that was just counted is there, or gone


async def find_reachable(found: Locator, count: int) -> Locator | None:
    """Return the one of `count` elements that a press would reach; nothing if there are more.

    A layout may hold the user button again in a drawer that is shut. Raises Playwright's Error if
    the page goes away.
    """
    if not 1 < count <= _MOST:
        return None
    each = [found.nth(number) for number in range(count)]
    reached = await asyncio.gather(*(ask(one, _IS_REACHABLE, timeout=_LOOK_MS) for one in each))
    return each[reached.index(True)] if reached.count(True) == 1 else None
