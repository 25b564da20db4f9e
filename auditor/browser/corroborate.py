"""Gather what speaks for and against a page that is the only witness: one look, from the browser.

What is asked for here comes from the browser's own trees and layout, and not from scripts that a
page could mislead. What it means is decided by `auditor/browser/control/corroboration.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from playwright.async_api import Error

from auditor.browser.control.accessibility import read_accessibility_tree
from auditor.browser.control.corroboration import CorroborationGrounds
from auditor.browser.control.painted_over import is_painted_over
from auditor.browser.control.painted_text import take_page_snapshot
from auditor.browser.control.row import describe_undocumented
from auditor.browser.control.surroundings import describe_contradiction
from auditor.browser.path.frames import shows_foreign_frame
from auditor.core.finding import State

if TYPE_CHECKING:
    from playwright.async_api import CDPSession

    from auditor.browser.control.accessibility import AccessibilityTree, Box
    from auditor.browser.control.anchors import PanelScan
    from auditor.browser.control.painted_text import PageSnapshot
    from auditor.browser.control.row import RowDescription
    from auditor.browser.control.scanner import PanelScanner
    from auditor.browser.control.surroundings import PanelSurroundings
    from auditor.browser.network.interference import Interference
    from auditor.core.base_url import BaseUrl
    from auditor.core.finding import Reading

_SMALLEST_FRAME = 16  # pixels: as high as a switch may be


@dataclass(frozen=True, slots=True)
class CorroborationLook:
    """Looks at one page through its scanner and the line to its process."""

    scanner: PanelScanner
    cdp: CDPSession
    base_url: BaseUrl
    account_names: frozenset[str] = frozenset()
    """What the person and the organisations are called, normalised."""
    older_copies: str = ""
    """Where the page may have what it shows from, without asking the site."""

    async def gather_grounds(
        self, scan: PanelScan, reading: Reading, interference: Interference
    ) -> CorroborationGrounds | None:
        """Return what speaks for and against the page; nothing while its row is drawn anew.

        Raises Playwright's Error if the page goes away.
        """
        try:
            return await self._gather(scan, reading, interference)
        except Error as error:
            if "Protocol error" not in error.message:
                raise
            return None  # a node was taken out of the page while it was asked about

    async def _gather(
        self, scan: PanelScan, reading: Reading, interference: Interference
    ) -> CorroborationGrounds | None:
        snapshot = await take_page_snapshot(self.cdp)
        tree = await read_accessibility_tree(self.cdp, snapshot.places_of_nodes())
        if reading.state is State.NOT_APPLICABLE:
            panel = await self.scanner.describe_panel()
            return CorroborationGrounds(
                interference=interference,
                older_copies=self.older_copies,
                contradiction=self._contradiction(panel, None, snapshot, tree),
                other_controls=self._traces_of_setting(tree),
                is_tree_complete=tree.is_complete,
            )
        row = None if scan.control is None else await self.scanner.describe_row(scan.control)
        if row is None:
            return None
        covered = await is_painted_over(self.cdp, row.box)
        row = replace(row, texts=(*row.texts, *snapshot.texts_within(row.box)), covered=covered)
        site, by_label = self.scanner.site, scan.found_by_label
        return CorroborationGrounds(
            interference=interference,
            older_copies=self.older_copies,
            undocumented=describe_undocumented(row, site, found_by_label=by_label),
            contradiction=self._contradiction(row.around, row.box, snapshot, tree),
            other_controls=await self._others_beside(tree, row),
            is_tree_complete=tree.is_complete,
        )

    def _contradiction(
        self,
        around: PanelSurroundings,
        row: Box | None,
        snapshot: PageSnapshot,
        tree: AccessibilityTree,
    ) -> str:
        """Return what in the panel, outside the row, may be about the setting, too."""
        ids = snapshot.ids_below(around.box)
        texts = (*snapshot.texts_below(around.box, row), *tree.names_of(ids, row))
        scanner = self.scanner
        said = describe_contradiction(around, texts, scanner.site, scanner.anchors.pairs)
        if not said and tree.choices_named(self.account_names, ids):
            return "it can be chosen whose settings stand there"
        return said

    def _traces_of_setting(self, tree: AccessibilityTree) -> tuple[str, ...]:
        """Return what may be the setting on a page that seems to have none."""
        site = self.scanner.site
        decoys = [text for each in site.setting.decoys for text in site.texts(each.name)]
        found = [*tree.choosing(decoys), *tree.buttons_named(self.scanner.state_names())]
        label = ("the setting's label",) if tree.mentions(site.labels) else ()
        return (*map(str, found), *label)

    async def _others_beside(self, tree: AccessibilityTree, row: RowDescription) -> tuple[str, ...]:
        """Return what may be the real control, in the row or where no script looks."""
        found = [
            *tree.others_in_row(row.box, row.control_boxes),
            *tree.unknown_switches(row.known_boxes, row.page_box),
        ]
        foreign = await shows_foreign_frame(self.scanner.page, self.base_url, _SMALLEST_FRAME)
        frame = ("a frame into which nobody here looks",) if foreign else ()
        return (*map(str, found), *frame)
