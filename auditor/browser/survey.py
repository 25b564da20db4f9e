"""Look at the page: which controls are there, what each says of itself, and what stands in whose row.

Roles and names are Playwright's own. Nothing here clicks.
"""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, field, replace
from importlib.resources import files
from typing import TYPE_CHECKING, Any, cast

from playwright.async_api import Error
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from auditor.browser.anchors import Anchors, Unit
from auditor.browser.control import Part
from auditor.browser.frames import own_frames
from auditor.browser.words import GENERIC, SHORT
from auditor.text import bare

if TYPE_CHECKING:
    from playwright.async_api import ElementHandle, Frame, Locator, Page

    from auditor.browser.anchors import Sample
    from auditor.browser.place import Place
    from auditor.browser.targets import AriaRole
    from auditor.finding import State
    from auditor.flow import Site

CANDIDATES = (
    "input[type=checkbox i], input[type=radio i], [role=switch i], [role=checkbox i], [role=menuitemcheckbox i], "
    "[role=radio i], [role=menuitemradio i], [aria-pressed], [aria-checked]"
)
CHOSEN = "[role=tab i][aria-selected], [role=option i][aria-selected], button[aria-current]"  # halves of a pair at most
_SCRIPT = files("auditor.browser").joinpath("survey.js").read_text(encoding="utf-8")
_FIRST = re.compile(r"""^- '?(?P<role>[a-z]+)(?: (?P<name>"(?:[^"\\]|\\.)*"))?""")
_PIN_MS = 2_000  # an element that was just seen is there, or gone


@dataclass(slots=True)
class Surveyor:
    """Looks at one page again and again; learns the names of custom elements as it meets them."""

    page: Page
    site: Site
    place: Place
    custom: set[str] = field(default_factory=set)
    anchors: Anchors = field(init=False)

    def __post_init__(self) -> None:
        self.anchors = Anchors(self.site)

    async def look(self) -> Sample:
        """Look at every frame of the page's own origin; raises Playwright's Error if the page goes away."""
        looks = await self._looks()
        if any(facts["custom"] for _, facts in looks):
            for _, facts in looks:
                self.custom.update(
                    tag for tag in facts["custom"] if re.fullmatch(r"[a-z][a-z0-9._-]*-[a-z0-9._-]*", tag)
                )
            looks = await self._looks()
        units = [unit for frame, facts in looks for unit in await self._units(frame, facts)]
        busy = any(facts["busy"] for _, facts in looks)
        mentioned = any(facts["links"] or any(text["exact"] for text in facts["texts"]) for _, facts in looks)
        sample = self.anchors.sample(units, looks[0][1]["lang"] if looks else "", _signature(looks), loading=busy)
        return replace(sample, mentioned=mentioned)

    async def signature(self) -> str:
        """Look only for what would make a look differ from the one before: cheaper than a whole one."""
        return _signature(await self._looks())

    async def pinned(self, sample: Sample, wanted: State) -> list[ElementHandle]:
        """Give the very elements that can be pressed; none if the page has changed since the look."""
        if sample.control is None:
            return []
        parts = sample.control.options(wanted, self.anchors.pairs)
        elements = [await part.locator.element_handle(timeout=_PIN_MS) for part in parts]
        again = await self.look()
        if again.control is None or again.signature != sample.signature:
            return []
        now = again.control.options(wanted, self.anchors.pairs)
        same = [
            await part.locator.evaluate("(now, pinned) => now === pinned", element, timeout=_PIN_MS)
            for part, element in zip(now, elements, strict=False)
        ]
        return elements if len(now) == len(elements) and all(same) else []

    async def _looks(self) -> list[tuple[Frame, dict[str, Any]]]:
        return [(frame, await self._facts(frame)) for frame in own_frames(self.page, self.place)]

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
            "short": SHORT,
            "candidates": CANDIDATES,
            "generic": sorted(GENERIC - {""}),
        }
        facts: dict[str, Any] = await self._found(frame).evaluate_all(_SCRIPT, ask)
        return facts

    async def _units(self, frame: Frame, facts: dict[str, Any]) -> list[Unit]:
        found = self._found(frame)
        units: dict[int, Unit] = {}
        shown = (found.nth(each["index"]).aria_snapshot(timeout=_PIN_MS) for each in facts["controls"])
        try:
            snapshots = await asyncio.gather(*shown)
        except PlaywrightTimeoutError as error:  # it would be waited for far too long
            raise Error("A control was detached while it was looked at") from error
        for each, snapshot in zip(facts["controls"], snapshots, strict=True):
            role, name = _first(snapshot)
            if each["radio"] and not bare(name):
                name = each["words"]  # it may be drawn by its label, and bear nothing but a bullet for its name
            part = Part(
                found.nth(each["index"]), name, role, each["radio"], tuple(each["signals"]), _named(frame, role, name)
            )
            units.setdefault(each["unit"], Unit()).add(part, each)
        for number, unit in units.items():
            unit.suppose()
            unit.linked = [row["units"] == [number] and row["tight"] for row in facts["links"]].count(True) > 0
            unit.decoy = any(row["units"] == [number] for row in facts["decoys"])
            unit.noted = any(row["units"] == [number] for row in facts["noted"])
            unit.turned |= any(row["units"] == [number] and row["tight"] for row in facts["turned"])
            unit.beside = [
                {**text, "exact": text["exact"] and (text["tight"] or text["head"])}
                for text in facts["texts"]
                if text["units"] == [number] and _speaks_for(text, unit)
            ]
            unit.headed = any(text["heads"] and text["loose"] for text in facts["texts"] if text["units"] == [number])
        return list(units.values())


def _speaks_for(text: dict[str, Any], unit: Unit) -> bool:
    """Tell whether a label speaks for a control: the nearest words, or the head of a row whose words hold the link."""
    return bool(text["tight"] or (unit.linked and text["exact"] and text["loose"]))


def _named(frame: Frame, role: str, name: str) -> Locator | None:
    if not name or role not in ("switch", "checkbox", "button", "menuitemcheckbox"):
        return None
    return frame.get_by_role(cast("AriaRole", role), name=name, exact=True).filter(visible=True)


def _signature(looks: list[tuple[Frame, dict[str, Any]]]) -> str:
    keys = ("controls", "texts", "links")
    seen = [[facts[key] for key in keys] + ([] if facts["controls"] else [facts["count"]]) for _, facts in looks]
    return json.dumps(seen)  # elements come and go on many a page; they count only while there is nothing else to see


def _first(snapshot: str) -> tuple[str, str]:
    """Read role and name off the first line of Playwright's accessibility snapshot of one element."""
    line = snapshot.split("\n", 1)[0].replace("''", "'")
    match = _FIRST.match(line)
    if match is None:
        return "", ""
    return match["role"], json.loads(match["name"]) if match["name"] else ""
