"""Scan the page: which controls are there, what each says of itself, and what is in whose row.

Roles and names are Playwright's own. Nothing here clicks.
"""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

from playwright.async_api import Error
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from auditor.browser.control.anchors import Anchors
from auditor.browser.control.candidate import Candidate
from auditor.browser.control.elements import ControlElement
from auditor.browser.control.words import GENERIC_NAMES, SHORT_TEXT
from auditor.browser.engine.page_script import join_scripts
from auditor.browser.path.frames import own_frames
from auditor.text import normalize_label

if TYPE_CHECKING:
    from playwright.async_api import ElementHandle, Frame, Locator, Page

    from auditor.browser.control.anchors import PanelScan
    from auditor.browser.path.targets import AriaRole
    from auditor.core.base_url import BaseUrl
    from auditor.core.finding import State
    from auditor.flow import Site

CANDIDATES = (
    "input[type=checkbox i], input[type=radio i], [role=switch i], [role=checkbox i],"
    " [role=menuitemcheckbox i], [role=radio i], [role=menuitemradio i], [aria-pressed],"
    " [aria-checked]"
)
# halves of a pair at most
CHOSEN = "[role=tab i][aria-selected], [role=option i][aria-selected], button[aria-current]"
_SCAN = ("text", "visibility", "states", "controls", "pairs", "radios", "rows", "lines", "labels")
SCRIPTS = (
    "engine/dom.js",
    *(f"control/scan/{name}.js" for name in (*_SCAN, "places", "facts")),
)
_FIRST = re.compile(r"""^- '?(?P<role>[a-z]+)(?: (?P<name>"(?:[^"\\]|\\.)*"))?""")
_PIN_MS = 2_000  # an element that was just seen is there, or gone


@dataclass(slots=True)
class PanelScanner:
    """Looks at one page again and again; learns the names of custom elements as it meets them."""

    page: Page
    site: Site
    base_url: BaseUrl
    custom: set[str] = field(default_factory=set)
    anchors: Anchors = field(init=False)

    def __post_init__(self) -> None:
        self.anchors = Anchors(self.site)

    async def scan(self) -> PanelScan:
        """Look at every frame of the page's own origin.

        Raises Playwright's Error if the page goes away.
        """
        looks = await self._looks()
        if any(facts["custom"] for _, facts in looks):
            for _, facts in looks:
                self.custom.update(
                    tag
                    for tag in facts["custom"]
                    if re.fullmatch(r"[a-z][a-z0-9._-]*-[a-z0-9._-]*", tag)
                )
            looks = await self._looks()
        candidates = [
            candidate
            for frame, facts in looks
            for candidate in await self._candidates(frame, facts)
        ]
        busy = any(facts["busy"] for _, facts in looks)
        mentioned = any(
            facts["links"] or any(text["exact"] for text in facts["texts"]) for _, facts in looks
        )
        scan = self.anchors.choose_control(
            candidates, looks[0][1]["lang"] if looks else "", _signature(looks), loading=busy
        )
        return replace(scan, setting_mentioned=mentioned)

    async def signature(self) -> str:
        """Look only for what would make a look differ from the one before.

        Cheaper than a whole one.
        """
        return _signature(await self._looks())

    async def pin_clickable_elements(self, scan: PanelScan, wanted: State) -> list[ElementHandle]:
        """Return the very elements that can be pressed.

        None if the page has changed since the look.
        """
        if scan.control is None:
            return []
        before = scan.control.clickable_elements(wanted, self.anchors.pairs)
        handles = [await each.locator.element_handle(timeout=_PIN_MS) for each in before]
        again = await self.scan()
        if again.control is None or again.signature != scan.signature:
            return []
        now = again.control.clickable_elements(wanted, self.anchors.pairs)
        same = [
            await each.locator.evaluate("(now, pinned) => now === pinned", handle, timeout=_PIN_MS)
            for each, handle in zip(now, handles, strict=False)
        ]
        return handles if len(now) == len(handles) and all(same) else []

    async def _looks(self) -> list[tuple[Frame, dict[str, Any]]]:
        return [(frame, await self._facts(frame)) for frame in own_frames(self.page, self.base_url)]

    def _found(self, frame: Frame) -> Locator:
        tags = "".join(f", {tag.replace('.', chr(92) + '.')}" for tag in sorted(self.custom))
        return frame.locator(f"css={CANDIDATES}, {CHOSEN}{tags}")

    async def _facts(self, frame: Frame) -> dict[str, Any]:
        setting = self.site.setting
        ask = {
            "labels": list(self.site.labels),
            "badges": list(self.site.texts(setting.badges)),
            "notes": list(self.site.texts(setting.domain_note)),
            "link": setting.help_link.contains,
            "states": [word for pair in self.anchors.pairs for word in pair],
            "decoys": [decoy.link_contains for decoy in setting.decoys if decoy.link_contains],
            "inverting": self.anchors.inverting,
            "short": SHORT_TEXT,
            "candidates": CANDIDATES,
            "generic": sorted(GENERIC_NAMES - {""}),
        }
        facts: dict[str, Any] = await self._found(frame).evaluate_all(
            join_scripts(SCRIPTS, run="scan"), ask
        )
        return facts

    async def _candidates(self, frame: Frame, facts: dict[str, Any]) -> list[Candidate]:
        found = self._found(frame)
        candidates: dict[int, Candidate] = {}
        shown = (
            found.nth(each["index"]).aria_snapshot(timeout=_PIN_MS) for each in facts["controls"]
        )
        try:
            snapshots = await asyncio.gather(*shown)
        except PlaywrightTimeoutError as error:  # it would be waited for far too long
            raise Error("A control was detached while it was looked at") from error
        for each, snapshot in zip(facts["controls"], snapshots, strict=True):
            role, name = _first(snapshot)
            if each["radio"] and not normalize_label(name):
                name = each[
                    "words"
                ]  # it may be drawn by its label, and bear nothing but a bullet for its name
            element = ControlElement(
                found.nth(each["index"]),
                name,
                role,
                each["radio"],
                tuple(each["signals"]),
                _named(frame, role, name),
            )
            candidates.setdefault(each["unit"], Candidate()).add_element(element, each)
        for number, candidate in candidates.items():
            candidate.assume_state()
            candidate.has_help_link = [
                row["units"] == [number] and row["tight"] for row in facts["links"]
            ].count(True) > 0
            candidate.is_decoy = any(row["units"] == [number] for row in facts["decoys"])
            candidate.has_domain_note = any(row["units"] == [number] for row in facts["noted"])
            candidate.meaning_may_be_inverted |= any(
                row["units"] == [number] and row["tight"] for row in facts["turned"]
            )
            candidate.labels_beside = [
                {**text, "exact": text["exact"] and (text["tight"] or text["head"])}
                for text in facts["texts"]
                if text["units"] == [number] and _speaks_for(text, candidate)
            ]
            candidate.labelled_by_heading = any(
                text["heads"] and text["loose"]
                for text in facts["texts"]
                if text["units"] == [number]
            )
        return list(candidates.values())


def _speaks_for(text: dict[str, Any], candidate: Candidate) -> bool:
    """Return whether a label speaks for a control.

    The nearest words, or the head of a row whose words hold the link.
    """
    return bool(text["tight"] or (candidate.has_help_link and text["exact"] and text["loose"]))


def _named(frame: Frame, role: str, name: str) -> Locator | None:
    if not name or role not in ("switch", "checkbox", "button", "menuitemcheckbox"):
        return None
    return frame.get_by_role(cast("AriaRole", role), name=name, exact=True).filter(visible=True)


def _signature(looks: list[tuple[Frame, dict[str, Any]]]) -> str:
    keys = ("controls", "texts", "links")
    seen = [
        [facts[key] for key in keys] + ([] if facts["controls"] else [facts["count"]])
        for _, facts in looks
    ]
    # elements come and go on many a page; they count only while there is nothing else to see
    return json.dumps(seen)


def _first(snapshot: str) -> tuple[str, str]:
    """Return role and name off the first line of Playwright's snapshot of one element."""
    line = snapshot.split("\n", 1)[0].replace("''", "'")
    match = _FIRST.match(line)
    if match is None:
        return "", ""
    return match["role"], json.loads(match["name"]) if match["name"] else ""
