"""A picture of the setting's row, with all blanked that is not known; the page is not touched.

Kept are the places of the control and of the flow's own words in its row, and nothing else. Of
those, the places of anything else that is painted there are blanked: another text, a picture, a
frame. What counts is the browser's own layout, which reaches into closed shadow roots.
"""

from __future__ import annotations

import asyncio
import math
from base64 import b64decode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from auditor.browser.control.row import has_only_known_words
from auditor.browser.png import UnknownPictureError, blank_out
from auditor.browser.snapshot import MASK
from auditor.text import make_printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playwright.async_api import CDPSession

    from auditor.browser.control.accessibility import Box
    from auditor.browser.control.row import RowDescription
    from auditor.flow import Site

# styles that may bring a picture along, and those that tell what is hidden behind what
_PICTURED = ("background-image", "border-image-source", "list-style-image", "content")
_STYLES = (*_PICTURED, "background-color", "opacity")
_REPLACED = frozenset(
    {"IMG", "CANVAS", "VIDEO", "IFRAME", "OBJECT", "EMBED", "PICTURE", "AUDIO", "FRAME", "image"}
)
# what is written in them is in no layout; a control itself may be one
_FIELDS = frozenset({"INPUT", "TEXTAREA", "SELECT"})
_EDGE = 2.0  # pixels by which letters may reach beyond the box of their text
_ID = "backendDOMNodeId"
_SHOWN_STATES = ("checked", "pressed", "disabled", "selected")
_MOST_NODES = 200
_LEAST, _MOST = 4, 4_000  # pixels of a row that a picture is taken of


@dataclass(frozen=True, slots=True)
class RowPicture:
    """The row as it was read: its pixels with all but the known blanked, and its words likewise."""

    png: bytes = field(repr=False)
    text: str


@dataclass(frozen=True, slots=True)
class _Painted:
    """One thing that the page lays out."""

    node: int
    box: Box
    text: str
    order: int
    """What is painted later has a larger one."""
    is_replaced: bool
    """It is a picture, a frame or the like."""
    is_field: bool
    is_styled: bool
    """Its style may bring a picture along."""
    is_opaque: bool

    @property
    def may_say_something(self) -> bool:
        """Whether something personal may be painted by it."""
        return bool(self.text.strip()) or self.is_replaced or self.is_field or self.is_styled


@dataclass(frozen=True, slots=True)
class _Layout:
    painted: tuple[_Painted, ...]
    parents: tuple[int, ...]
    ids: tuple[int, ...]
    """What the browser calls each node."""

    def find_node(self, place: Box) -> int | None:
        """Return the outermost node that is just as large as a place."""
        return next((each.node for each in self.painted if _are_alike(each.box, place)), None)

    def is_below(self, node: int, top: int) -> bool:
        while node >= 0 and node != top:
            node = self.parents[node]
        return node == top


async def take_row_picture(cdp: CDPSession, row: RowDescription, site: Site) -> RowPicture | None:
    """Return the picture of a row; none if the page was drawn anew meanwhile, or it is not in view.

    Raises Playwright's Error if the page goes away.
    """
    clip = _clip_to_page(row)
    if clip is None:
        return None
    before = await _take_layout(cdp)
    png = await _capture(cdp, clip)
    if await _take_layout(cdp) != before:
        return None  # something else may have been painted than what is known of
    text = await _describe_nodes(cdp, before, row, site)
    kept, dropped = _divide(before, row, site)
    keep, drop = [_within(box, clip) for box in kept], [_within(box, clip) for box in dropped]
    try:
        # in a thread, as it takes longer than the page should be left alone for
        blanked = await asyncio.to_thread(blank_out, png, clip[2], keep, drop)
    except UnknownPictureError:
        return None
    return RowPicture(blanked, text)


def _clip_to_page(row: RowDescription) -> Box | None:
    """Return the part of the row that is in view, in whole pixels."""
    left, top = max(row.box[0], row.page_box[0]), max(row.box[1], row.page_box[1])
    right = min(row.box[0] + row.box[2], row.page_box[0] + row.page_box[2])
    bottom = min(row.box[1] + row.box[3], row.page_box[1] + row.page_box[3])
    left, top, right, bottom = map(math.floor, (left, top, right, bottom))
    width, height = right - left, bottom - top
    is_fit = _LEAST <= width <= _MOST and _LEAST <= height <= _MOST
    return (left, top, width, height) if is_fit else None


async def _capture(cdp: CDPSession, clip: Box) -> bytes:
    """Return the pixels of a place in the viewport; the page is neither scrolled nor resized."""
    view = (await cdp.send("Page.getLayoutMetrics"))["cssVisualViewport"]
    place = {
        "x": clip[0] + view["pageX"],
        "y": clip[1] + view["pageY"],
        "width": clip[2],
        "height": clip[3],
        "scale": 1,
    }
    told = await cdp.send("Page.captureScreenshot", {"format": "png", "clip": place})
    return b64decode(told["data"])


async def _take_layout(cdp: CDPSession) -> _Layout:
    ask = {"computedStyles": list(_STYLES), "includePaintOrder": True}
    snapshot = await cdp.send("DOMSnapshot.captureSnapshot", ask)
    strings, document = snapshot["strings"], snapshot["documents"][0]
    nodes = document["nodes"]
    painted = tuple(_list_painted(strings, document))
    return _Layout(painted, tuple(nodes["parentIndex"]), tuple(nodes["backendNodeId"]))


def _list_painted(strings: list[str], document: dict[str, Any]) -> Iterator[_Painted]:
    layout, names = document["layout"], document["nodes"]["nodeName"]
    across, down = document.get("scrollOffsetX", 0), document.get("scrollOffsetY", 0)
    lists = ("nodeIndex", "bounds", "text", "styles", "paintOrders")
    for node, bounds, text, styles, order in zip(*(layout[name] for name in lists), strict=True):
        left, top, width, height = bounds
        told = dict(zip(_STYLES, (strings[each] for each in styles), strict=False))
        yield _Painted(
            node=node,
            box=(left - across, top - down, width, height),
            text=strings[text] if text >= 0 else "",
            order=order,
            is_replaced=strings[names[node]] in _REPLACED,
            is_field=strings[names[node]] in _FIELDS,
            is_styled=any("(" in told.get(name, "") for name in _PICTURED),
            is_opaque=told.get("background-color", "").startswith("rgb(")
            and told.get("opacity") == "1",
        )


def _divide(layout: _Layout, row: RowDescription, site: Site) -> tuple[list[Box], list[Box]]:
    """Return what is kept of the picture, and what of that is blanked all the same."""
    top = layout.find_node(row.box)
    controls = [layout.find_node(box) for box in row.control_boxes]
    ground = _order_of_ground(layout, row.box, top)
    keep, drop = list(row.control_boxes), []
    for each in layout.painted:
        if each.order < ground or not each.may_say_something:
            continue
        if _is_known(layout, each, top, site):
            keep.append(each.box)
        elif not (_is_style_alone(each) and _is_below_any(layout, each.node, controls)):
            drop.append(_grown(each.box))
    return keep, drop


def _is_known(layout: _Layout, each: _Painted, top: int | None, site: Site) -> bool:
    """Return whether it is a text of the row that says only what is documented."""
    is_own = top is not None and layout.is_below(each.node, top)
    return is_own and not each.is_replaced and has_only_known_words(each.text, site)


def _is_style_alone(each: _Painted) -> bool:
    """Return whether it is only painted by its style: so many a switch is drawn."""
    return not each.text.strip() and not each.is_replaced


def _is_below_any(layout: _Layout, node: int, tops: Sequence[int | None]) -> bool:
    return any(top is not None and layout.is_below(node, top) for top in tops)


async def _describe_nodes(cdp: CDPSession, layout: _Layout, row: RowDescription, site: Site) -> str:
    """Return what assistive technology is told of the row, a line for each node, masked."""
    top = layout.find_node(row.box)
    if top is None:
        return ""
    own = {name for node, name in enumerate(layout.ids) if layout.is_below(node, top)}
    told = (await cdp.send("Accessibility.getFullAXTree"))["nodes"]
    found = [each for each in told if not each.get("ignored") and each.get(_ID) in own]
    return "".join(_describe_node(each, site) for each in found[:_MOST_NODES])


def _describe_node(node: dict[str, Any], site: Site) -> str:
    """Return a line such as: switch "Help improve our AI models" checked=true."""
    name = str(node.get("name", {}).get("value") or "")
    said = make_printable(name) if has_only_known_words(name, site) else MASK
    role = make_printable(str(node["role"]["value"]), 40)
    states = [
        f" {each['name']}={make_printable(str(each['value'].get('value')), 10)}"
        for each in node.get("properties", ())
        if each["name"] in _SHOWN_STATES
    ]
    return f"{role}{f' “{said}”' if name else ''}{''.join(states)}\n"


def _order_of_ground(layout: _Layout, row: Box, top: int | None) -> int:
    """Return from which order on something is painted over the opaque ground that the row is on.

    Behind a dialog, the page goes on being laid out, and is not seen.
    """
    grounds = (
        each.order
        for each in layout.painted
        if top is not None
        and each.is_opaque
        and _is_inside(row, each.box)
        and layout.is_below(top, each.node)
    )
    return max(grounds, default=0)


def _is_inside(box: Box, place: Box) -> bool:
    return (
        box[0] >= place[0] - 1
        and box[1] >= place[1] - 1
        and box[0] + box[2] <= place[0] + place[2] + 1
        and box[1] + box[3] <= place[1] + place[3] + 1
    )


def _are_alike(one: Box, other: Box) -> bool:
    return all(abs(a - b) < _EDGE for a, b in zip(one, other, strict=True))


def _grown(box: Box) -> Box:
    return box[0] - _EDGE, box[1] - _EDGE, box[2] + 2 * _EDGE, box[3] + 2 * _EDGE


def _within(box: Box, clip: Box) -> Box:
    return box[0] - clip[0], box[1] - clip[1], box[2], box[3]
