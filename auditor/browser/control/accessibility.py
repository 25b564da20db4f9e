"""What the browser's own accessibility tree shows of a row or a page.

The tree comes from the browser and not from scripts: it reaches into closed shadow roots, and
nothing that a page redefines changes it. It finds no control; it tells whether there is another.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from playwright.async_api import Error

from auditor.text import make_printable, normalize_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from playwright.async_api import CDPSession

Box = tuple[float, float, float, float]
"""Left, top, width and height, in CSS pixels of the main frame's viewport."""

# Roles as the DevTools protocol names them.
CHOOSING_ROLES = frozenset(
    {
        "switch",
        "checkbox",
        "radio",
        "combobox",
        "listbox",
        "menuitemcheckbox",
        "menuitemradio",
        "slider",
        "spinbutton",
        "textbox",
        "searchbox",
    }
)
CHECKED_ROLES = frozenset({"switch", "checkbox", "radio", "menuitemcheckbox", "menuitemradio"})
PRESSED_ROLES = CHOOSING_ROLES | {"button", "menuitem", "option", "tab", "treeitem"}
_NAMED_ROLES = frozenset({"radiogroup", "group", "image", "img", "meter", "progressbar"})
_CHOICES = frozenset({"option", "tab", "radio", "menuitemradio", "treeitem"})
_MOST = 400  # nodes whose place is asked for one by one, at most
_EDGE = 2.0  # pixels by which two boxes of one thing may differ
_SHARE = 0.5  # of the smaller of two boxes, from which on they are one thing


@dataclass(frozen=True, slots=True)
class AccessibleNode:
    """One node of the tree that a person may press or choose with."""

    role: str
    name: str
    box: Box | None
    """None where it is drawn nowhere."""
    id: int = 0
    """What the browser calls its node."""

    def __str__(self) -> str:
        """Say it in words, safe to print."""
        name = make_printable(self.name, 60)
        return f"a {self.role} named {name}" if name else f"a {self.role} without a name"


@dataclass(frozen=True, slots=True)
class AccessibilityTree:
    """Everything in the tree that can be pressed, and every text of it."""

    nodes: tuple[AccessibleNode, ...]
    names: frozenset[str]
    """The names of all nodes, texts included, folded."""
    is_complete: bool = True
    """Whether all of it could be read."""
    groups: tuple[AccessibleNode, ...] = ()
    """Groups, pictures and the like that have a name, which need not be written anywhere."""

    def names_of(self, ids: frozenset[int] | None, outside: Box | None) -> tuple[str, ...]:
        """Return the names of these nodes, or of all, without those in a place: `outside`."""
        return tuple(
            node.name
            for node in (*self.nodes, *self.groups)
            if node.name
            and node.box is not None
            and (ids is None or node.id in ids)
            and not (outside and _overlap(node.box, outside) > 0)
        )

    def others_in_row(self, row: Box, own: Sequence[Box]) -> tuple[AccessibleNode, ...]:
        """Return what can be pressed in a row besides the control, whose elements are `own`."""
        return tuple(
            node
            for node in self.nodes
            if node.box is not None
            and _overlap(node.box, row) > 0
            and not any(_are_same(node.box, each) for each in own)
        )

    def unknown_switches(self, known: Sequence[Box], page: Box) -> tuple[AccessibleNode, ...]:
        """Return the switches and the like on the page that the scan does not know: its boxes."""
        return tuple(
            node
            for node in self.nodes
            if node.role in CHECKED_ROLES
            and node.box is not None
            and _overlap(node.box, page) > 1
            and not any(_are_same(node.box, each) for each in known)
        )

    def buttons_named(self, names: Iterable[str]) -> tuple[AccessibleNode, ...]:
        """Return the buttons with one of these names."""
        folded = {normalize_label(name) for name in names}
        return tuple(
            node
            for node in self.nodes
            if node.role == "button" and normalize_label(node.name) in folded
        )

    def choosing(self, known: Iterable[str]) -> tuple[AccessibleNode, ...]:
        """Return what something can be chosen with, anywhere, but for those of `known` names."""
        folded = {normalize_label(name) for name in known}
        return tuple(
            node
            for node in self.nodes
            if node.role in CHOOSING_ROLES
            and node.box is not None
            and normalize_label(node.name) not in folded
        )

    def choices_named(
        self, names: frozenset[str], ids: frozenset[int] | None
    ) -> tuple[AccessibleNode, ...]:
        """Return what can be chosen that has one of the normalised names.

        Only in these nodes, or in all. The options of a closed list are drawn nowhere, and count.
        """
        return tuple(
            node
            for node in self.nodes
            if node.role in _CHOICES
            and (node.role == "option" or ids is None or node.id in ids)
            and normalize_label(node.name) in names
        )

    def mentions(self, labels: Iterable[str]) -> bool:
        """Return whether a name or text of the tree contains one of the labels."""
        folded = [normalize_label(label) for label in labels]
        return any(label in name for name in self.names for label in folded)


async def read_accessibility_tree(
    cdp: CDPSession, places: Mapping[int, Box | None]
) -> AccessibilityTree:
    """Read the tree of every frame that the page's own process draws.

    `places` are those of the main frame's nodes, as a snapshot of all of it has them.

    Raises Playwright's Error if the page goes away.
    """
    frames = _frame_ids((await cdp.send("Page.getFrameTree"))["frameTree"])
    trees = await asyncio.gather(*(_read_frame(cdp, frame) for frame in frames))
    found = [node for tree in trees for node in tree or () if not node.get("ignored")]
    pressed = [node for node in found if _text(node, "role") in PRESSED_ROLES]
    groups = [node for node in found if _text(node, "role") in _NAMED_ROLES and _text(node, "name")]
    locate = partial(_boxes_of, cdp, places)
    (boxes, is_complete), (group_boxes, _) = await asyncio.gather(locate(pressed), locate(groups))
    return AccessibilityTree(
        nodes=_located(pressed, boxes),
        groups=_located(groups, group_boxes),
        names=frozenset(normalize_label(_text(node, "name")) for node in found) - {""},
        is_complete=is_complete and trees[0] is not None,
    )


async def _boxes_of(
    cdp: CDPSession, places: Mapping[int, Box | None], nodes: list[dict[str, Any]]
) -> tuple[list[Box | None], bool]:
    """Return where each node is, and whether all could be asked for.

    What stands in other frames, or is drawn by the browser within an element (the buttons of a
    player, the parts of a date), is in no snapshot and asked for by itself.
    """
    unknown = [node for node in nodes if node.get("backendDOMNodeId") not in places]
    asked = await asyncio.gather(*(_box_of(cdp, node) for node in unknown[:_MOST]))
    found = {id(node): box for node, box in zip(unknown, asked, strict=False)}
    boxes = [
        found[id(node)] if id(node) in found else places.get(node.get("backendDOMNodeId", 0))
        for node in nodes
    ]
    return boxes, len(unknown) <= _MOST


def _frame_ids(tree: dict[str, Any]) -> list[str]:
    children = (_frame_ids(child) for child in tree.get("childFrames", ()))
    return [tree["frame"]["id"], *(each for child in children for each in child)]


def _located(
    nodes: list[dict[str, Any]], boxes: Sequence[Box | None]
) -> tuple[AccessibleNode, ...]:
    return tuple(
        AccessibleNode(
            _text(node, "role"), _text(node, "name"), box, node.get("backendDOMNodeId", 0)
        )
        for node, box in zip(nodes, boxes, strict=False)
    )


async def _read_frame(cdp: CDPSession, frame: str) -> list[dict[str, Any]] | None:
    try:
        tree = await cdp.send("Accessibility.getFullAXTree", {"frameId": frame})
    except Error:  # drawn by another process: a frame of another site, or gone
        return None
    nodes: list[dict[str, Any]] = tree["nodes"]
    return nodes


async def _box_of(cdp: CDPSession, node: dict[str, Any]) -> Box | None:
    try:
        model = await cdp.send("DOM.getBoxModel", {"backendNodeId": node["backendDOMNodeId"]})
    except (Error, KeyError):  # not drawn
        return None
    corners = model["model"]["border"]
    across, down = corners[0::2], corners[1::2]
    return min(across), min(down), max(across) - min(across), max(down) - min(down)


def _text(node: dict[str, Any], of: str) -> str:
    return str(node.get(of, {}).get("value", ""))


def _overlap(one: Box, other: Box) -> float:
    """Return the area that two boxes share, each at least one pixel large."""
    across = min(one[0] + max(one[2], 1), other[0] + max(other[2], 1)) - max(one[0], other[0])
    down = min(one[1] + max(one[3], 1), other[1] + max(other[3], 1)) - max(one[1], other[1])
    return max(across, 0.0) * max(down, 0.0)


def _are_same(one: Box, other: Box) -> bool:
    if all(abs(a - b) <= _EDGE for a, b in zip(one, other, strict=True)):
        return True
    smaller = min(max(each[2], 1) * max(each[3], 1) for each in (one, other))
    return _overlap(one, other) >= _SHARE * smaller
