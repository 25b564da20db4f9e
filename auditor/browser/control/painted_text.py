"""What is written on the screen, as the browser itself lays it out.

Closed shadow roots and what styles write are in it, and nothing that a page redefines changes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import CDPSession

    from auditor.browser.control.accessibility import Box

_LEAST = 2.0  # pixels in both directions that a text must reach into a place


@dataclass(frozen=True, slots=True)
class PaintedText:
    """One text as it is laid out."""

    text: str
    box: Box
    """In the viewport, even where it is scrolled out of it."""
    node: int
    """The number of its node in the snapshot."""


@dataclass(frozen=True, slots=True)
class PageSnapshot:
    """Every text of the main frame, and the tree of nodes that they stand in."""

    texts: tuple[PaintedText, ...]
    parents: tuple[int, ...] = ()
    """The number of each node's parent; that of a shadow root's is its host."""
    ids: tuple[int, ...] = ()
    """What the browser calls each node."""
    boxes: tuple[tuple[int, Box], ...] = ()
    """The nodes that are laid out, outermost first, with their boxes."""

    def places_of_nodes(self) -> dict[int, Box | None]:
        """Return the box of each node by what the browser calls it; none for what is not drawn."""
        places: dict[int, Box | None] = dict.fromkeys(self.ids)
        for node, box in reversed(self.boxes):  # of several boxes the first, which is outermost
            places[self.ids[node]] = box
        return places

    def texts_within(self, place: Box) -> tuple[str, ...]:
        """Return the texts that reach into a place."""
        found = (each.text for each in self.texts if _reaches_into(each.box, place))
        return tuple(dict.fromkeys(found))

    def texts_below(self, place: Box, outside: Box | None) -> tuple[str, ...]:
        """Return the texts in the node that is just as large as a place, scrolled out or not.

        Without those that reach into another place, `outside`; without such a node, those within.
        """
        nodes = self._nodes_below(place)
        if nodes is None:
            nodes = {each.node for each in self.texts if _reaches_into(each.box, place)}
        found = (
            each.text
            for each in self.texts
            if each.node in nodes and not (outside and _reaches_into(each.box, outside))
        )
        return tuple(dict.fromkeys(found))

    def ids_below(self, place: Box) -> frozenset[int] | None:
        """Return what the browser calls the nodes in the one that is just as large as a place.

        Nothing without such a node.
        """
        nodes = self._nodes_below(place)
        return None if nodes is None else frozenset(self.ids[node] for node in nodes)

    def _nodes_below(self, place: Box) -> set[int] | None:
        top = next((node for node, box in self.boxes if _are_alike(box, place)), None)
        if top is None:
            return None
        below = {top}
        for node, parent in enumerate(self.parents):  # parents come before their children
            if parent in below:
                below.add(node)
        return below


async def take_page_snapshot(cdp: CDPSession) -> PageSnapshot:
    """Return what the main frame lays out.

    Raises Playwright's Error if the page goes away.
    """
    snapshot = await cdp.send("DOMSnapshot.captureSnapshot", {"computedStyles": []})
    strings, document = snapshot["strings"], snapshot["documents"][0]
    layout, nodes = document["layout"], document["nodes"]
    across, down = document.get("scrollOffsetX", 0), document.get("scrollOffsetY", 0)
    boxes = [
        (left - across, top - down, width, height) for left, top, width, height in layout["bounds"]
    ]
    return PageSnapshot(
        texts=tuple(
            PaintedText(strings[text], box, node)
            for text, box, node in zip(layout["text"], boxes, layout["nodeIndex"], strict=True)
            if text >= 0
        ),
        parents=tuple(nodes["parentIndex"]),
        ids=tuple(nodes["backendNodeId"]),
        boxes=tuple(zip(layout["nodeIndex"], boxes, strict=True)),
    )


def _are_alike(one: Box, other: Box) -> bool:
    return all(abs(a - b) < _LEAST for a, b in zip(one, other, strict=True))


def _reaches_into(box: Box, place: Box) -> bool:
    left, top, width, height = box
    across = min(left + width, place[0] + place[2]) - max(left, place[0])
    down = min(top + height, place[1] + place[3]) - max(top, place[1])
    return across >= _LEAST and down >= _LEAST
