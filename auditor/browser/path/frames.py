"""Which of a page's frames speak for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.async_api import Error, Frame, Page

from auditor.core.base_url import origin_of

if TYPE_CHECKING:
    from auditor.core.base_url import BaseUrl

# CSS pixels: a smaller frame is a pixel to count visits with, or a widget, and hides nothing
_LEAST = 100


async def own_frames(page: Page, base_url: BaseUrl) -> list[Frame]:
    """Return the page's own frames: the main one, and those drawn from the same origin.

    A sandboxed frame is no own one, whatever its address: its content is kept apart from the page,
    as that of a stranger is.
    """
    frames = [frame for frame in page.frames if _is_own(frame, base_url)]
    sandboxed = [frame for frame in frames if await _is_sandboxed(frame)]
    return [frame for frame in frames if not _stands_in(frame, sandboxed)]


async def is_visible_frame(frame: Frame, least: int = _LEAST) -> bool:
    """Return whether a frame is large enough for a person to look at; the main one always is.

    `least` is the size in CSS pixels from which on it is, in both directions.
    """
    if frame.parent_frame is None:
        return True
    try:
        element = await frame.frame_element()
        box = await element.bounding_box() if await element.is_visible() else None
    except Error:  # gone by now
        return False
    return (
        box is not None
        and min(box["width"], box["height"]) >= least
        and box["x"] + box["width"] > 0
    )


async def shows_foreign_frame(page: Page, base_url: BaseUrl, least: int = _LEAST) -> bool:
    """Return whether a person sees a frame of another site, into which nobody here looks."""
    own = await own_frames(page, base_url)
    strangers = [frame for frame in page.frames if frame not in own]
    return any([await is_visible_frame(frame, least) for frame in strangers])


def _is_own(frame: Frame, base_url: BaseUrl) -> bool:
    if frame.is_detached():
        return False
    if frame.url in ("about:blank", "about:srcdoc") and frame.parent_frame is not None:
        return _is_own(frame.parent_frame, base_url)
    return origin_of(frame.url) == base_url.origin


async def _is_sandboxed(frame: Frame) -> bool:
    if frame.parent_frame is None:
        return False
    try:
        return await (await frame.frame_element()).get_attribute("sandbox") is not None
    except Error:  # gone by now
        return True


def _stands_in(frame: Frame, places: list[Frame]) -> bool:
    """Return whether a frame is one of the places, or stands in one."""
    each: Frame | None = frame
    while each is not None:
        if each in places:
            return True
        each = each.parent_frame
    return False
