"""Whether something is painted over a place that leaves the mouse to what lies below it.

A click goes through such a thing, and a hit test with it; an eye does not. The browser can be asked
for what is on top at a point without regard to the mouse.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from playwright.async_api import Error

from auditor.browser.engine.page_script import read_script

if TYPE_CHECKING:
    from playwright.async_api import CDPSession

    from auditor.browser.control.accessibility import Box

# Points that are looked at, as parts of the place's width and height.
_ACROSS = (0.05, 0.25, 0.5, 0.75, 0.95)
_DOWN = (0.2, 0.5, 0.8)


async def is_painted_over(cdp: CDPSession, place: Box) -> bool:
    """Return whether something from outside a place is painted over any part of it.

    Raises Playwright's Error if the page goes away.
    """
    left, top, width, height = place
    points = [(left + width * x, top + height * y) for x in _ACROSS for y in _DOWN]
    found = await asyncio.gather(*(_is_painted_at(cdp, point, place) for point in points))
    return any(found)


async def _is_painted_at(cdp: CDPSession, point: tuple[float, float], place: Box) -> bool:
    hit, painted = await asyncio.gather(
        _node_at(cdp, point, through=False), _node_at(cdp, point, through=True)
    )
    if hit is None or painted is None or hit == painted:
        return False
    below, above = await asyncio.gather(_resolve(cdp, hit), _resolve(cdp, painted))
    told = await cdp.send(
        "Runtime.callFunctionOn",
        {
            "objectId": below,
            "functionDeclaration": read_script("control/stands_in.js"),
            "arguments": [{"objectId": above}, *({"value": each} for each in place)],
            "returnByValue": True,
        },
    )
    return told["result"].get("value") is not True


async def _node_at(cdp: CDPSession, point: tuple[float, float], *, through: bool) -> int | None:
    """Return the node on top at a point; `through` takes what leaves the mouse alone as well."""
    asked = {"x": int(point[0]), "y": int(point[1]), "ignorePointerEventsNone": through}
    try:
        found = await cdp.send("DOM.getNodeForLocation", asked)
    except Error:  # outside what is seen of the page
        return None
    return int(found["backendNodeId"])


async def _resolve(cdp: CDPSession, node: int) -> str:
    resolved = await cdp.send("DOM.resolveNode", {"backendNodeId": node})
    return str(resolved["object"]["objectId"])
