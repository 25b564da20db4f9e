"""Look for the setting's control by anchors that must agree; say what is there if they do not.

The anchors: the innermost row with exactly one control and the help article's link; the accessible name in any known
language (Playwright's own); the label's text beside the control in its row. What the flow names as a decoy never
counts. Nothing here clicks.
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

from auditor.browser.frames import own_frames
from auditor.finding import Reason, State
from auditor.text import bare, clean, fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playwright.async_api import ElementHandle, Frame, Locator, Page

    from auditor.browser.place import Place
    from auditor.browser.targets import AriaRole
    from auditor.flow import Site

CANDIDATES = (
    "input[type=checkbox i], input[type=radio i], [role=switch i], [role=checkbox i], [role=menuitemcheckbox i], "
    "[role=radio i], [role=menuitemradio i], [aria-pressed], [aria-checked]"
)
_SCRIPT = files("auditor.browser").joinpath("survey.js").read_text(encoding="utf-8")
_FIRST = re.compile(r"""^- '?(?P<role>[a-z]+)(?: (?P<name>"(?:[^"\\]|\\.)*"))?""")
_PIN_MS = 2_000  # an element that was just seen is there, or gone
_SHORT = 60  # characters: a description may well speak of opting out, a title or a caption must not
_WORD = re.compile(r"[^\W_](?:[^\W_]|['\u0900-\u097f])*")
_SET_APART = re.compile(r"[a-z\u00c0-\u024f\u0900-\u097f]")  # Latin and Devanagari; not Japanese, nor Korean's endings
_GENERIC = frozenset({"", "on", "off", "toggle", "switch"})


@dataclass(frozen=True, slots=True)
class Part:
    """One element of a control: where Playwright finds it, and what it says."""

    locator: Locator
    name: str
    role: str
    radio: bool
    signals: tuple[object, ...]
    named: Locator | None = None
    """The same by role and name, if it has a name of its own."""


@dataclass(frozen=True, slots=True)
class Control:
    """One control of the page as a person sees it; usually one element, sometimes several."""

    parts: tuple[Part, ...]
    disabled: bool
    busy: bool
    noted: bool

    @property
    def name(self) -> str:
        """Its accessible name, as Playwright computes it; a radio group has none of its own here."""
        return "" if self.parts[0].radio else next((part.name for part in self.parts if part.name), "")

    def state(self, pairs: Iterable[tuple[str, str]]) -> State:
        """Say on or off if everything the control shows says so; `pairs` are the words for on and off."""
        pairs = list(pairs)
        shown = (
            self._radio_signals(pairs)
            if self.parts[0].radio
            else {each for part in self.parts for each in part.signals}
        )
        if self.speaks(pairs) not in (None, next(iter(shown), None)):
            return State.UNKNOWN  # named after the one state and showing the other
        return State.of(next(iter(shown))) if len(shown) == 1 and shown <= {True, False} else State.UNKNOWN

    def speaks(self, pairs: Iterable[tuple[str, str]]) -> bool | None:
        """Say which state its very name claims, if the name is a word for on or for off."""
        return _claimed(bare(self.name), pairs)

    def options(self, wanted: State, pairs: Iterable[tuple[str, str]]) -> list[Part]:
        """Give what can be pressed, innermost first: the half of an on/off pair that is wanted, or the control itself.

        The host of a custom element may be a wide box around the little switch in it.
        """
        if not self.parts[0].radio:
            return list(reversed(self.parts))
        names = {bare(pair[0] if wanted is State.ON else pair[1]) for pair in pairs}
        return [part for part in self.parts if bare(part.name) in names]

    def _radio_signals(self, pairs: Iterable[tuple[str, str]]) -> set[object]:
        """Read a pair of radios: exactly one on and one off, exactly one of them checked."""
        pairs = list(pairs)
        words = [{bare(on) for on, _ in pairs}, {bare(off) for _, off in pairs}]
        halves = [[part for part in self.parts if bare(part.name) in half] for half in words]
        if [len(half) for half in halves] != [1, 1] or len(self.parts) != len(halves):
            return set()
        on, off = (set(half[0].signals) for half in halves)
        return on if on | off == {True, False} and len(on) == len(off) == 1 else set()


@dataclass(frozen=True, slots=True)
class Sample:
    """One look at the page. `control` is set only if all anchors that matched point to it alone.

    `doubt` says why what the control shows does not do without the page's data; `supposed` that it shows nothing of its
    own, so that the panel's very own data is wanted. `mentioned` tells that the setting's
    label or its help article's link is to be seen, whether or not a control is.
    """

    control: Control | None = None
    state: State = State.UNKNOWN
    label: str | None = None
    doubt: str = ""
    supposed: bool = False
    mentioned: bool = False
    reason: Reason | None = None
    detail: str = ""
    names: tuple[str, ...] = ()
    loading: bool = False
    signature: str = ""


@dataclass(slots=True)
class Surveyor:
    """Looks at one page again and again; learns the names of custom elements as it meets them."""

    page: Page
    site: Site
    place: Place
    custom: set[str] = field(default_factory=set)

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
        sample = self._sample(units, looks[0][1]["lang"] if looks else "", _signature(looks), loading=busy)
        return replace(sample, mentioned=mentioned)

    async def signature(self) -> str:
        """Look only for what would make a look differ from the one before: cheaper than a whole one."""
        return _signature(await self._looks())

    async def pinned(self, sample: Sample, wanted: State) -> list[ElementHandle]:
        """Give the very elements that can be pressed; none if the page has changed since the look."""
        if sample.control is None:
            return []
        parts = sample.control.options(wanted, self.pairs)
        elements = [await part.locator.element_handle(timeout=_PIN_MS) for part in parts]
        again = await self.look()
        if again.control is None or again.signature != sample.signature:
            return []
        now = again.control.options(wanted, self.pairs)
        same = [
            await part.locator.evaluate("(now, pinned) => now === pinned", element, timeout=_PIN_MS)
            for part, element in zip(now, elements, strict=False)
        ]
        return elements if len(now) == len(elements) and all(same) else []

    async def _looks(self) -> list[tuple[Frame, dict[str, Any]]]:
        return [(frame, await self._facts(frame)) for frame in own_frames(self.page, self.place)]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The words for on and off, in each language."""
        words = self.site.words[self.site.setting.switch_words.removeprefix("@")]
        return [(pair[0], pair[1]) for pair in words.texts.values()]

    def _found(self, frame: Frame) -> Locator:
        tags = "".join(f", {tag.replace('.', chr(92) + '.')}" for tag in sorted(self.custom))
        return frame.locator(f"css={CANDIDATES}{tags}")

    async def _facts(self, frame: Frame) -> dict[str, Any]:
        setting = self.site.setting
        ask = {
            "labels": list(self.site.labels),
            "badges": list(self.site.texts(setting.badges)),
            "notes": list(self.site.texts(setting.domain_note)),
            "link": setting.help_link.contains,
            "states": [word for pair in self.pairs for word in pair],
            "decoys": [decoy.link_contains for decoy in setting.decoys if decoy.link_contains],
            "inverting": self._inverting,
            "short": _SHORT,
        }
        facts: dict[str, Any] = await self._found(frame).evaluate_all(_SCRIPT, ask)
        return facts

    async def _units(self, frame: Frame, facts: dict[str, Any]) -> list[_Unit]:
        found = self._found(frame)
        units: dict[int, _Unit] = {}
        shown = (found.nth(each["index"]).aria_snapshot(timeout=_PIN_MS) for each in facts["controls"])
        try:
            snapshots = await asyncio.gather(*shown)
        except PlaywrightTimeoutError as error:  # it would be waited for far too long
            raise Error("A control was detached while it was looked at") from error
        for each, snapshot in zip(facts["controls"], snapshots, strict=True):
            role, name = _first(snapshot)
            name = name or each["words"]  # a radio that the engine does not show is drawn by its label
            part = Part(
                found.nth(each["index"]), name, role, each["radio"], tuple(each["signals"]), _named(frame, role, name)
            )
            units.setdefault(each["unit"], _Unit()).add(part, each)
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
            unit.headed = any(text["legend"] and text["loose"] for text in facts["texts"] if text["units"] == [number])
        return list(units.values())

    def _sample(self, units: list[_Unit], lang: str, signature: str, *, loading: bool) -> Sample:
        badges = self.site.texts(self.site.setting.badges)
        labels = {bare(label): label for label in self.site.labels}
        decoys = {bare(text) for decoy in self.site.setting.decoys for text in self.site.texts(decoy.name)}
        usable = [unit for unit in units if not unit.decoy and bare(unit.name, badges) not in decoys]
        named = [unit for unit in usable if _without_state(bare(unit.name, badges), self.pairs) in labels]
        beside = [unit for unit in usable if any(text["exact"] for text in unit.beside)]
        weak = [unit for unit in usable if unit.beside and unit.fits(labels)]
        linked = [unit for unit in usable if unit.linked]
        headed = [unit for unit in usable if unit.headed]
        names = tuple(clean(unit.name) or "(no name)" for unit in units)
        matched = _once([*named, *beside, *linked, *headed, *(weak if not named and not beside else [])])
        base = Sample(names=names, loading=loading, signature=signature)
        if not matched:
            return base
        if len(matched) > 1:
            return replace(base, reason=Reason.AMBIGUOUS, detail=f"{len(matched)} switches could be the setting")
        return self._chosen(
            matched[0],
            base,
            lang,
            labels,
            strong=bool(named or beside),
            labelled=bool(named or beside or weak or headed),
        )

    def _chosen(  # noqa: PLR0913 - one decision, all its grounds
        self, unit: _Unit, base: Sample, lang: str, labels: dict[str, str], *, strong: bool, labelled: bool
    ) -> Sample:
        badges = self.site.texts(self.site.setting.badges)
        known = bare(unit.name, badges)
        prefix = next((label for folded, label in labels.items() if known.startswith(f"{folded} ")), None)
        label = unit.beside[0]["label"] if unit.beside and known not in labels else unit.name or None
        if not labelled and prefix is None and _language(lang) in self._languages:
            detail = (
                f"the switch with the help article's link bears a label that is not known: {clean(unit.name) or 'none'}"
            )
            return replace(base, reason=Reason.LAYOUT_CHANGED, detail=detail)
        control = Control(tuple(unit.parts), unit.disabled, unit.busy, unit.noted)
        shown = clean(prefix if prefix and known not in labels else label) if label else None
        doubt = self._doubt(unit, control, known, "" if known in labels else prefix, strong=strong)
        return replace(
            base, control=control, state=control.state(self.pairs), label=shown, doubt=doubt, supposed=unit.supposed
        )

    def _doubt(self, unit: _Unit, control: Control, known: str, prefix: str | None, *, strong: bool) -> str:
        """Say why what the control shows is not enough by itself; nothing if it is.

        `prefix` is the label that the name only begins with, "" if the name is a label, None if it is neither.
        """
        rest = known.removeprefix(bare(prefix)).strip() if prefix else ""
        claimed = _claimed(rest, self.pairs)
        foreign = prefix is None and not _generic(known, self.pairs) and not unit.parts[0].radio
        grounds = {
            "words beside the switch may turn its meaning around": unit.turned
            or (len(rest) <= _SHORT and turns(rest, self._inverting)),
            "the switch's name says another state than the switch": claimed is not None
            and control.state(self.pairs) is not State.of(claimed),
            "the name says off, and may be that of what a press does": claimed is False
            and unit.parts[0].role != "switch",
            "the name says a state in words of its own": claimed is None and self._hints_at_state(rest),
            "the switch does not say whether it is on": unit.supposed,
            "the button says off, and does not say whether it is pressed to be off": unit.parts[0].role == "button"
            and control.speaks(self.pairs) is False,
            "another text stands beside the switch than the label": prefix is None
            and bool(unit.beside)
            and all(text.get("apart") for text in unit.beside),
            "the switch bears another name than the label beside it": foreign or unit.endless,
            "the switch was found only by its place": not strong,
        }
        return next((ground for ground, holds in grounds.items() if holds), "")

    def _hints_at_state(self, rest: str) -> bool:
        """Tell whether the rest of a short name holds a word for on or off among others."""
        words = {bare(word) for pair in self.pairs for word in pair}
        return len(rest) <= _SHORT and bool(words & set(re.findall(_WORD, rest)))

    @property
    def _inverting(self) -> list[str]:
        inverting = self.site.setting.inverting
        return [] if inverting is None else list(self.site.texts(inverting))

    @property
    def _languages(self) -> frozenset[str]:
        words = self.site.words.get(self.site.setting.labels.removeprefix("@"))
        return frozenset(_language(locale) for locale in words.texts) if words else frozenset()


@dataclass(slots=True, eq=False)
class _Unit:
    parts: list[Part] = field(default_factory=list)
    disabled: bool = False
    busy: bool = False
    linked: bool = False
    decoy: bool = False
    noted: bool = False
    turned: bool = False
    endless: bool = False
    supposed: bool = False
    headed: bool = False  # by the legend of a group in which nothing else can be switched
    painted: list[bool] = field(default_factory=list)
    beside: list[dict[str, Any]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return "" if self.parts[0].radio else next((part.name for part in self.parts if part.name), "")

    def add(self, part: Part, facts: dict[str, Any]) -> None:
        self.parts.append(part)
        self.disabled |= facts["disabled"]
        self.busy |= facts["busy"]
        self.turned |= facts["turned"]
        self.endless |= facts["endless"]
        self.painted += facts["painted"]

    def suppose(self) -> None:
        """Take a switch without any state of its own as its class says, else as off, which ARIA has for its default.

        That is only good enough to be confirmed by the page's data.
        """
        if not any(part.signals for part in self.parts) and self.parts[0].role == "switch":
            self.supposed = True
            self.parts[0] = replace(self.parts[0], signals=tuple(self.painted) or (False,))

    def fits(self, labels: dict[str, str]) -> bool:
        """Tell whether the accessible name leaves room for the label beside it: none, the label, or generic words."""
        name = bare(self.name)
        return not name or name in _GENERIC or self.linked or any(name.startswith(label) for label in labels)


def _speaks_for(text: dict[str, Any], unit: _Unit) -> bool:
    """Tell whether a label speaks for a control: the nearest words, or the head of a row whose words hold the link."""
    return bool(text["tight"] or (unit.linked and text["exact"] and text["loose"]))


def _claimed(name: str, pairs: Iterable[tuple[str, str]]) -> bool | None:
    """Say which state a folded text is the word for; none if it is no such word, or one for both."""
    on, off = ({bare(pair[half]) for pair in pairs} for half in (0, 1))
    return None if (name in on) is (name in off) else name in on


def _without_state(name: str, pairs: Iterable[tuple[str, str]]) -> str:
    """Take the word for on or off from the end of a folded name: some switches carry it there."""
    words = {bare(word) for pair in pairs for word in pair}
    return next((name.removesuffix(f" {word}") for word in words if name.endswith(f" {word}")), name)


def _generic(name: str, pairs: Iterable[tuple[str, str]]) -> bool:
    """Tell whether a name says nothing of what is switched: none, or only words for on, off and switch."""
    states = "|".join(re.escape(bare(word)) for pair in pairs for word in pair)
    return name in _GENERIC or re.fullmatch(f"(?:{states})(?: (?:{states}))*", name) is not None


def _named(frame: Frame, role: str, name: str) -> Locator | None:
    if not name or role not in ("switch", "checkbox", "button", "menuitemcheckbox"):
        return None
    return frame.get_by_role(cast("AriaRole", role), name=name, exact=True).filter(visible=True)


def _signature(looks: list[tuple[Frame, dict[str, Any]]]) -> str:
    keys = ("controls", "texts", "links")
    seen = [[facts[key] for key in keys] + ([] if facts["controls"] else [facts["count"]]) for _, facts in looks]
    return json.dumps(seen)  # elements come and go on many a page; they count only while there is nothing else to see


def _once(units: list[_Unit]) -> list[_Unit]:
    return list(dict.fromkeys(units))


def turns(text: str, inverting: Iterable[str]) -> bool:
    """Tell whether a folded text holds a word that turns a meaning around, whole where words are set apart."""
    words = f" {' '.join(re.findall(_WORD, text))} "
    folded = [" ".join(re.findall(_WORD, fold(each))) for each in inverting]
    return any((f" {each} " if _SET_APART.match(each) else each) in words for each in folded)


def _language(locale: str) -> str:
    return locale.replace("_", "-").split("-")[0].lower()


def _first(snapshot: str) -> tuple[str, str]:
    """Read role and name off the first line of Playwright's accessibility snapshot of one element."""
    line = snapshot.split("\n", 1)[0].replace("''", "'")
    match = _FIRST.match(line)
    if match is None:
        return "", ""
    return match["role"], json.loads(match["name"]) if match["name"] else ""
