"""Choose the setting's control among those there by anchors that must agree, and say what speaks against it.

The anchors: the innermost row with exactly one control and the help article's link; the accessible name in any known
language; the label's text beside the control in its row. What the flow names as a decoy never counts. Pure rules over
what a look has brought back.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from auditor.browser.control import Control, Part
from auditor.browser.words import (
    GENERIC,
    SHORT,
    claimed,
    generic,
    leading_state,
    names_state,
    turns,
    without_pair,
    without_state,
)
from auditor.finding import Reason, State
from auditor.text import bare, clean

if TYPE_CHECKING:
    from auditor.browser.words import Pairs
    from auditor.flow import Site


@dataclass(frozen=True, slots=True)
class Sample:
    """One look at the page. `control` is set only if all anchors that matched point to it alone.

    `doubt` says why what the control shows does not do without the page's data; `supposed` that it shows nothing of its
    own, so that the panel's very own data is wanted. `mentioned` tells that the setting's label or its help article's
    link is to be seen, whether or not a control is.
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


@dataclass(slots=True, eq=False)
class Unit:
    """One control as it is put together from its elements, and what in its row speaks for or against it."""

    parts: list[Part] = field(default_factory=list)
    disabled: bool = False
    busy: bool = False
    linked: bool = False
    decoy: bool = False
    noted: bool = False
    turned: bool = False
    endless: bool = False
    views: bool = False  # as tabs do
    unshown: bool = False  # an input that is not displayed, drawn by what has no label
    supposed: bool = False
    headed: bool = False  # by the legend of its group, or by a label that is tied to nothing
    painted: list[bool] = field(default_factory=list)
    beside: list[dict[str, Any]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Its accessible name; a radio group has none of its own here."""
        return "" if self.parts[0].radio else next((part.name for part in self.parts if part.name), "")

    def add(self, part: Part, facts: dict[str, Any]) -> None:
        """Take in one element and what the look said of it."""
        self.parts.append(part)
        self.disabled |= facts["disabled"]
        self.busy |= facts["busy"]
        self.turned |= facts["turned"]
        self.endless |= facts["endless"]
        self.views |= facts["views"]
        self.unshown |= facts["unshown"]
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
        return not name or name in GENERIC or self.linked or any(name.startswith(label) for label in labels)


@dataclass(frozen=True, slots=True)
class Anchors:
    """The anchors that a site's flow names."""

    site: Site

    @property
    def pairs(self) -> Pairs:
        """The words for on and off, in each language."""
        words = self.site.words[self.site.setting.switch_words.removeprefix("@")]
        return [(pair[0], pair[1]) for pair in words.texts.values()]

    def sample(self, units: list[Unit], lang: str, signature: str, *, loading: bool) -> Sample:
        """Choose the setting's control, if all anchors that match point to the same one; `lang` is the page's own."""
        badges = self.site.texts(self.site.setting.badges)
        labels = {bare(label): label for label in self.site.labels}
        decoys = {bare(text) for decoy in self.site.setting.decoys for text in self.site.texts(decoy.name)}
        usable = [unit for unit in units if not unit.decoy and bare(unit.name, badges) not in decoys]
        named = [unit for unit in usable if without_state(self._known(unit), self.pairs) in labels]
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
        self, unit: Unit, base: Sample, lang: str, labels: dict[str, str], *, strong: bool, labelled: bool
    ) -> Sample:
        known = self._known(unit)
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

    def _known(self, unit: Unit) -> str:
        """Give a control's name folded, without what is known to stand around a label in it."""
        return self._named(unit)[1]

    def _named(self, unit: Unit) -> tuple[bool | None, str]:
        """Give the state that a control's name begins with, if a label follows, and the name without it."""
        name = without_pair(bare(unit.name, self.site.texts(self.site.setting.badges)), self.pairs)
        says, rest = leading_state(name, self.pairs)
        return (says, rest) if rest in {bare(label) for label in self.site.labels} else (None, name)

    def _doubt(self, unit: Unit, control: Control, known: str, prefix: str | None, *, strong: bool) -> str:
        """Say why what the control shows is not enough by itself; nothing if it is.

        `prefix` is the label that the name only begins with, "" if the name is a label, None if it is neither.
        """
        rest = known.removeprefix(bare(prefix)).strip() if prefix else ""
        says = claimed(rest, self.pairs) if rest else self._named(unit)[0]
        foreign = prefix is None and not generic(known, self.pairs) and not unit.parts[0].radio
        grounds = {
            "words beside the switch may turn its meaning around": unit.turned
            or (len(rest) <= SHORT and turns(rest, self.inverting)),
            "the switch's name says another state than the switch": says is not None
            and control.state(self.pairs) is not State.of(says),
            "the name says a state, and may be that of what a press does": says is not None
            and unit.parts[0].role != "switch",
            "the name says a state in words of its own": says is None and names_state(rest, self.pairs),
            "the switch does not say whether it is on": unit.supposed,
            "the input is not displayed, and what is drawn for it may show something else": unit.unshown,
            "tabs named after on and off may only show what they mean": unit.views,
            "the button says off, and does not say whether it is pressed to be off": unit.parts[0].role == "button"
            and control.speaks(self.pairs) is False,
            "another text stands beside the switch than the label": prefix is None
            and bool(unit.beside)
            and all(text.get("apart") for text in unit.beside),
            "the switch bears another name than the label beside it": foreign or unit.endless,
            "the switch was found only by its place": not strong,
        }
        return next((ground for ground, holds in grounds.items() if holds), "")

    @property
    def inverting(self) -> list[str]:
        """The words that turn a meaning around."""
        inverting = self.site.setting.inverting
        return [] if inverting is None else list(self.site.texts(inverting))

    @property
    def _languages(self) -> frozenset[str]:
        words = self.site.words.get(self.site.setting.labels.removeprefix("@"))
        return frozenset(_language(locale) for locale in words.texts) if words else frozenset()


def _once(units: list[Unit]) -> list[Unit]:
    return list(dict.fromkeys(units))


def _language(locale: str) -> str:
    return locale.replace("_", "-").split("-")[0].lower()
