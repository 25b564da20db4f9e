"""What is written on the screen at one place, as the browser itself lays it out.

Closed shadow roots and what styles write are in it, and nothing that a page redefines changes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import CDPSession

    from auditor.browser.control.accessibility import Box

_LEAST = 2.0  # pixels in both directions that a text must reach into the place


async def read_painted_texts(cdp: CDPSession, place: Box) -> tuple[str, ...]:
    """Return every text of the main frame that is laid out in a place.

    Raises Playwright's Error if the page goes away.
    """
    snapshot = await cdp.send("DOMSnapshot.captureSnapshot", {"computedStyles": []})
    strings, document = snapshot["strings"], snapshot["documents"][0]
    layout = document["layout"]
    scrolled = document.get("scrollOffsetX", 0), document.get("scrollOffsetY", 0)
    left, top = place[0] + scrolled[0], place[1] + scrolled[1]
    found = (
        strings[text]
        for text, bounds in zip(layout["text"], layout["bounds"], strict=True)
        if text >= 0 and _reaches_into(bounds, (left, top, place[2], place[3]))
    )
    return tuple(dict.fromkeys(found))


def _reaches_into(bounds: list[float], place: Box) -> bool:
    left, top, width, height = bounds
    across = min(left + width, place[0] + place[2]) - max(left, place[0])
    down = min(top + height, place[1] + place[3]) - max(top, place[1])
    return across >= _LEAST and down >= _LEAST
