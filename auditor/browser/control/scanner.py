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
from auditor.browser.control.row import RowDescription
from auditor.browser.control.surroundings import PanelSurroundings
from auditor.browser.control.words import GENERIC_NAMES, SHORT_TEXT
from auditor.browser.engine.isolated_world import IS_PINNED, PIN, PageFunction, ask, new_key
from auditor.browser.engine.page_script import read_script
from auditor.browser.path.frames import own_frames
from auditor.core.finding import Reason
from auditor.text import normalize_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.async_api import CDPSession, ElementHandle, Frame, Locator, Page

    from auditor.browser.control.accessibility import Box
    from auditor.browser.control.anchors import PanelScan
    from auditor.browser.control.elements import Control
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
# those of them whose words say a state
WORDED = "select, button, [role=button i], [role=combobox i], [aria-haspopup]"
_SCAN = (
    *(
        "candidates",
        "custom",
        "text",
        "worded",
        "panel",
        "before",
        "visibility",
        "states",
        "controls",
    ),
    *("pairs", "radios", "rows", "lines", "labels", "waiting"),
)
SCRIPTS = (
    "engine/dom.js",
    *(f"control/scan/{name}.js" for name in (*_SCAN, "places", "facts", "around", "description")),
)
_FIND_CANDIDATES = PageFunction("findCandidates", ("control/scan/candidates.js",))
_SCAN_DOCUMENT = PageFunction("scanDocument", SCRIPTS)
_DESCRIBE_ROW = PageFunction("describeRowAround", SCRIPTS)
_DESCRIBE_PANEL = PageFunction("describePanelAlone", SCRIPTS)
_SCROLL_ON = PageFunction("scrollOn", SCRIPTS)
# the same as the click's; see `auditor/browser/click/click_target.py`
IS_HIT = PageFunction(
    "isHit",
    ("engine/dom.js", *(f"click/{name}.js" for name in ("places", "ways", "press", "reach"))),
)
_FIRST = re.compile(r"""^- '?(?P<role>[a-z]+)(?: (?P<name>"(?:[^"\\]|\\.)*"))?""")
_SNAPSHOTS_AT_ONCE = 50  # each has its limit of time, and waits for those before it
_TRIES = 3  # to look at custom elements while none of them comes or goes
_PIN_MS = 2_000  # an element that was just seen is there, or gone


@dataclass(slots=True)
class PanelScanner:
    """Looks at one page again and again; learns the names of custom elements as it meets them."""

    page: Page
    site: Site
    base_url: BaseUrl
    custom: set[str] = field(default_factory=set)
    anchors: Anchors = field(init=False)
    _had_panel: bool = False
    _has_custom_elements: bool = False
    _looks_into_hidden: bool = False
    """Whether the last look took in what is hidden from assistive tools, and not from the eye."""
    _cdp: CDPSession | None = None
    _kept: dict[bool, tuple[str, PanelScan]] = field(default_factory=dict)
    """The last scan and what it was made of, without and with what is hidden from tools."""

    def __post_init__(self) -> None:
        self.anchors = Anchors(self.site)

    async def scan(self) -> PanelScan:
        """Look at every frame of the page's own origin.

        Where the setting is not there, what is only hidden from assistive tools is looked at, too:
        some libraries leave that mark on all that a person sees. Raises Playwright's Error if the
        page goes away.
        """
        self.forget_scan()
        return await self.scan_if_changed()

    def forget_scan(self) -> None:
        """Let the next scan be a whole one, whether or not anything has changed."""
        self._kept.clear()

    async def scan_if_changed(self) -> PanelScan:
        """Scan, and spare the accessibility tree while all else is as in the scan before.

        The tree costs most. What is spared is enough to wait by, and never to answer by.
        """
        self._looks_into_hidden = False
        scan, are_more_hidden = await self._scan()
        if scan.control is not None or scan.reason is not None or not are_more_hidden:
            return scan
        self._looks_into_hidden = True
        scan_of_all, _ = await self._scan()
        if scan_of_all.control is not None:
            return scan_of_all
        self._looks_into_hidden = False
        return scan

    async def _scan(self) -> tuple[PanelScan, bool]:
        """Return a scan, and whether further controls are drawn where tools are kept from."""
        looks = await self._looks()
        self._had_panel |= any(facts["panel"] for _, facts in looks)
        if any(facts["custom"] for _, facts in looks):
            for _, facts in looks:
                self.custom.update(
                    tag
                    for tag in facts["custom"]
                    if re.fullmatch(r"[a-z][a-z0-9._-]*-[a-z0-9._-]*", tag)
                )
            looks = await self._looks()
        are_more_hidden = any(facts["hidden"] for _, facts in looks)
        told = json.dumps([facts for _, facts in looks])
        before, kept = self._kept.get(self._looks_into_hidden, ("", None))
        if kept is not None and told == before:
            return replace(kept, is_reused=True), are_more_hidden
        scan = await self._scan_candidates(looks)
        self._kept[self._looks_into_hidden] = (told, scan)
        return scan, are_more_hidden

    async def _scan_candidates(self, looks: list[tuple[Frame, dict[str, Any]]]) -> PanelScan:
        candidates = [
            candidate
            for frame, facts in looks
            for candidate in await self._candidates(frame, facts)
        ]
        busy = any(facts["busy"] for _, facts in looks)
        mentioned = any(
            facts["links"] or any(text["exact"] for text in facts["texts"]) for _, facts in looks
        )
        lang, signature = looks[0][1]["lang"] if looks else "", _signature(looks)
        scan = self.anchors.choose_control(candidates, lang, signature, loading=busy)
        if scan.reason is Reason.AMBIGUOUS:
            reached = [each for each in candidates if await self._are_hit(each.elements)]
            scan = self.anchors.choose_control(reached, lang, signature, loading=busy)
        waiting = any(facts["waiting"] for _, facts in looks)
        return replace(scan, setting_mentioned=mentioned, says_waiting=waiting)

    async def signature(self) -> str:
        """Look only for what would make a look differ from the one before.

        Cheaper than a whole one.
        """
        return _signature(await self._looks())

    async def describe_row(self, control: Control) -> RowDescription | None:
        """Return what the control's row says; nothing if it cannot be found again.

        Raises Playwright's Error if the page goes away.
        """
        element = control.elements[0]
        asked = await self._questions_of(element.frame or self.page.main_frame)
        try:
            told = await ask(element.locator, _DESCRIBE_ROW, asked, timeout=_PIN_MS)
            shown = await element.locator.bounding_box(timeout=_PIN_MS)
        except PlaywrightTimeoutError:
            return None
        if not told or not shown:
            return None
        box = told["own"][0]
        across, down = shown["x"] - box[0], shown["y"] - box[1]  # of a frame in the page
        return RowDescription(
            around=self._surroundings(told["around"], across, down),
            texts=tuple(told["texts"]),
            linked=told["linked"],
            pictures=told["pictures"],
            unreadable=told["unreadable"],
            box=_moved(told["box"], across, down),
            control_boxes=tuple(_moved(each, across, down) for each in told["own"]),
            known_boxes=tuple(_moved(each, across, down) for each in told["known"]),
            page_box=_moved(told["page"], across, down),
            message=told["message"],
        )

    async def describe_panel(self) -> PanelSurroundings:
        """Return what the panel says on a page that seems to have no such setting.

        Raises Playwright's Error if the page goes away.
        """
        told = await ask(self.page, _DESCRIBE_PANEL, self._questions())
        return self._surroundings(told, 0, 0)

    def _surroundings(self, told: dict[str, Any], across: float, down: float) -> PanelSurroundings:
        return PanelSurroundings(
            box=_moved(told["panel"], across, down),
            heads=tuple(told["heads"]),
            links=told["links"],
            pictures=told["pictures"],
            is_veiled=told["veiled"],
            is_drawn_on=True in told["drawn"] and False not in told["drawn"],
            is_lost=self._had_panel and not told["opened"],
        )

    def state_names(self) -> list[str]:
        """Return the names of buttons that say a state, or what a press does."""
        setting = self.site.setting
        states = [word for pair in self.anchors.pairs for word in pair]
        return [*states, *self._texts(setting.turn_on), *self._texts(setting.turn_off)]

    async def is_hit(self, control: Control) -> bool:
        """Return whether a click would reach the control, as it is pressed in a change.

        Of a group of radios every one must be reached. Raises Playwright's Error if one is gone.
        """
        return await self._are_hit(control.elements)

    async def _are_hit(self, elements: Sequence[ControlElement]) -> bool:
        try:
            hits = await asyncio.gather(
                *(ask(each.locator, IS_HIT, timeout=_PIN_MS) for each in elements)
            )
        except PlaywrightTimeoutError as error:
            raise Error("A control was detached while it was looked at") from error
        return all(hits) if elements[0].radio else any(hits)

    async def scroll_on(self) -> bool:
        """Scroll the panel on, for rows that are drawn only in view; returns whether it moved."""
        try:
            return bool(await ask(self.page, _SCROLL_ON, self._questions()))
        except Error:
            return False

    async def pin_clickable_elements(self, scan: PanelScan, wanted: State) -> list[ElementHandle]:
        """Return the very elements that can be pressed.

        None if the page has changed since the look.
        """
        if scan.control is None:
            return []
        before = scan.control.clickable_elements(wanted, self.anchors.pairs)
        keys = [{"key": new_key("pinned")} for _ in before]
        handles = [
            await each.locator.locator(PIN.finding(key)).element_handle(timeout=_PIN_MS)
            for each, key in zip(before, keys, strict=True)
        ]
        again = await self.scan()
        if again.control is None or again.signature != scan.signature:
            return []
        now = again.control.clickable_elements(wanted, self.anchors.pairs)
        same = [
            await ask(each.locator, IS_PINNED, key, timeout=_PIN_MS)
            for each, key in zip(now, keys, strict=False)
        ]
        return handles if len(now) == len(handles) and all(same) else []

    async def _looks(self) -> list[tuple[Frame, dict[str, Any]]]:
        return [
            (frame, await self._facts(frame))
            for frame in await own_frames(self.page, self.base_url)
        ]

    def _found(self, frame: Frame) -> Locator:
        return frame.locator(_FIND_CANDIDATES.finding({"css": self._css}))

    @property
    def _css(self) -> str:
        """What may be a control, as far as it is known by now."""
        tags = "".join(f", {tag.replace('.', chr(92) + '.')}" for tag in sorted(self.custom))
        return f"{CANDIDATES}, {CHOSEN}, {WORDED}{tags}"

    def _questions(self) -> dict[str, Any]:
        """Return what the scripts are told of the flow."""
        setting = self.site.setting
        return {
            "labels": list(self.site.labels),
            "badges": list(self.site.texts(setting.badges)),
            "notes": list(self.site.texts(setting.domain_note)),
            "link": setting.help_link.contains,
            "states": [word for pair in self.anchors.pairs for word in pair],
            "pairs": self.anchors.pairs,
            "turn_on": self._texts(setting.turn_on),
            "turn_off": self._texts(setting.turn_off),
            "waiting": self._texts(self.site.panel.waiting),
            "decoys": [decoy.link_contains for decoy in setting.decoys if decoy.link_contains],
            "inverting": self.anchors.inverting,
            "short": SHORT_TEXT,
            "candidates": CANDIDATES,
            "css": self._css,
            "hidden": self._looks_into_hidden,
            "generic": sorted(GENERIC_NAMES - {""}),
        }

    async def _questions_of(self, frame: Frame) -> dict[str, Any]:
        """Return the same with what the frame's custom elements say, if there may be any.

        Their properties are known in the page's own world alone.
        """
        if not self._has_custom_elements:
            return self._questions()
        return self._questions() | {"properties": await self._ask_custom_elements(frame)}

    async def _ask_custom_elements(self, frame: Frame) -> str:
        """Return what a frame's custom elements say, as `custom_states.js` does.

        In the page's own world a page may have redefined what Playwright's scripts stand on; the
        browser itself needs none of that.
        """
        script = f"({read_script('control/custom_states.js')})()"
        if frame is not self.page.main_frame:
            return str(await frame.evaluate(script))
        if self._cdp is None:
            self._cdp = await self.page.context.new_cdp_session(self.page)
        told = await self._cdp.send("Runtime.evaluate", {"expression": script})
        if not isinstance(said := told["result"].get("value"), str):
            message = "The page's custom elements could not be asked for their state"
            raise Error(message)
        return said

    def _texts(self, name: str | None) -> list[str]:
        return [] if name is None else list(self.site.texts(name))

    async def _facts(self, frame: Frame) -> dict[str, Any]:
        for _ in range(_TRIES):
            facts = await ask(frame, _SCAN_DOCUMENT, await self._questions_of(frame))
            if facts is None:
                continue
            if not facts["customs"] or self._has_custom_elements:
                return cast("dict[str, Any]", facts)
            self._has_custom_elements = True
        message = "A custom element was attached or detached while it was looked at"
        raise Error(message)

    async def _candidates(self, frame: Frame, facts: dict[str, Any]) -> list[Candidate]:
        """Return the controls of a frame, each put together from its elements and its row."""
        found = self._found(frame)
        candidates: dict[int, Candidate] = {}
        snapshots = await _take_snapshots(
            [
                found.nth(each["index"]) if path is None else frame.locator(f"xpath={path}")
                for each, path in zip(facts["controls"], facts["paths"], strict=True)
            ]
        )
        for each, snapshot in zip(facts["controls"], snapshots, strict=True):
            element = _make_element(frame, found.nth(each["index"]), each, snapshot)
            candidates.setdefault(each["unit"], Candidate()).add_element(element, each)
        for number, candidate in candidates.items():
            candidate.assume_state()
            _add_row_facts(candidate, number, facts)
        return list(candidates.values())


def _moved(box: list[float], across: float, down: float) -> Box:
    return box[0] + across, box[1] + down, box[2], box[3]


async def _take_snapshots(controls: list[Locator]) -> list[str]:
    """Return what the accessibility tree says of each control; raise Error if one is gone."""
    snapshots: list[str] = []
    try:
        for first in range(0, len(controls), _SNAPSHOTS_AT_ONCE):
            some = controls[first : first + _SNAPSHOTS_AT_ONCE]
            shown = (each.aria_snapshot(timeout=_PIN_MS) for each in some)
            snapshots += await asyncio.gather(*shown)
    except PlaywrightTimeoutError as error:  # it would be waited for far too long
        raise Error("A control was detached while it was looked at") from error
    return snapshots


def _make_element(
    frame: Frame, locator: Locator, control: dict[str, Any], snapshot: str
) -> ControlElement:
    role, name = _first(snapshot)
    if control["radio"] and not normalize_label(name):
        # It may be drawn by its label, and bear nothing but a bullet for its name.
        name = control["words"]
    by_name = _named(frame, role, name)
    choices = control["choices"]
    return ControlElement(
        locator,
        name,
        role,
        control["radio"],
        tuple(control["signals"]),
        by_name,
        None if choices is None else (choices["on"], choices["off"]),
        opens_menu=control["menu"],
        frame=frame,
    )


def _add_row_facts(candidate: Candidate, number: int, facts: dict[str, Any]) -> None:
    """Note what stands in the control's row and in no other's; `number` is the control's."""

    def own(kind: str) -> list[dict[str, Any]]:
        return [row for row in facts[kind] if row["units"] == [number]]

    candidate.has_help_link = any(row["tight"] for row in own("links"))
    candidate.is_decoy = bool(own("decoys"))
    candidate.has_domain_note = bool(own("noted"))
    candidate.meaning_may_be_inverted |= any(row["tight"] for row in own("turned"))
    candidate.labels_beside = [
        {**text, "exact": text["exact"] and (text["tight"] or text["head"])}
        for text in own("texts")
        if _speaks_for(text, candidate)
    ]
    candidate.labelled_by_heading = any(text["heads"] and text["loose"] for text in own("texts"))


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
