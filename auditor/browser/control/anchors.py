"""Choose the setting's control among those there by anchors that must agree, and say what speaks against it.

The anchors: the innermost row with exactly one control and the help article's link; the accessible
name in any known language; the label's text beside the control in its row. What the flow names as a
decoy never counts. Pure rules over what a look has brought back.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from auditor.browser.control.elements import Control, ControlElement
from auditor.browser.control.words import (
    GENERIC_NAMES,
    SHORT_TEXT,
    inverts_meaning,
    is_generic,
    leading_state,
    names_state,
    state_named_by,
    without_pair,
    without_state,
)
from auditor.core.finding import Reason, State
from auditor.text import make_printable, normalize_label

if TYPE_CHECKING:
    from auditor.browser.control.words import OnOffWords
    from auditor.flow import Site


@dataclass(frozen=True, slots=True)
class PanelScan:
    """One look at the page. `control` is set only if all anchors that matched point to it alone.

    `doubt` says why what the control shows does not do without the page's data; `supposed` that it
    shows nothing of its own, so that the panel's very own data is wanted. `mentioned` tells that
    the setting's label or its help article's link is to be seen, whether or not a control is.
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
class Candidate:
    """One control as it is put together from its elements, and what in its row speaks for or against it."""

    elements: list[ControlElement] = field(default_factory=list)
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
        return (
            ""
            if self.elements[0].radio
            else next((element.name for element in self.elements if element.name), "")
        )

    def add(self, element: ControlElement, facts: dict[str, Any]) -> None:
        """Take in one element and what the look said of it."""
        self.elements.append(element)
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
        if (
            not any(element.signals for element in self.elements)
            and self.elements[0].role == "switch"
        ):
            self.supposed = True
            self.elements[0] = replace(self.elements[0], signals=tuple(self.painted) or (False,))

    def fits(self, labels: dict[str, str]) -> bool:
        """Return whether the accessible name leaves room for the label beside it.

        None, the label, or generic words.
        """
        name = normalize_label(self.name)
        return (
            not name
            or name in GENERIC_NAMES
            or self.linked
            or any(name.startswith(label) for label in labels)
        )


@dataclass(frozen=True, slots=True)
class Anchors:
    """The anchors that a site's flow names."""

    site: Site

    @property
    def pairs(self) -> OnOffWords:
        """The words for on and off, in each language."""
        words = self.site.words[self.site.setting.switch_words.removeprefix("@")]
        return [(pair[0], pair[1]) for pair in words.texts.values()]

    def choose_control(
        self, candidates: list[Candidate], lang: str, signature: str, *, loading: bool
    ) -> PanelScan:
        """Choose the setting's control, if all anchors that match point to the same one.

        `lang` is the page's own.
        """
        badges = self.site.texts(self.site.setting.badges)
        labels = {normalize_label(label): label for label in self.site.labels}
        decoys = {
            normalize_label(text)
            for decoy in self.site.setting.decoys
            for text in self.site.texts(decoy.name)
        }
        usable = [
            candidate
            for candidate in candidates
            if not candidate.decoy and normalize_label(candidate.name, badges) not in decoys
        ]
        named = [
            candidate
            for candidate in usable
            if without_state(self._known(candidate), self.pairs) in labels
        ]
        beside = [
            candidate for candidate in usable if any(text["exact"] for text in candidate.beside)
        ]
        weak = [candidate for candidate in usable if candidate.beside and candidate.fits(labels)]
        linked = [candidate for candidate in usable if candidate.linked]
        headed = [candidate for candidate in usable if candidate.headed]
        names = tuple(make_printable(candidate.name) or "(no name)" for candidate in candidates)
        matched = _once(
            [*named, *beside, *linked, *headed, *(weak if not named and not beside else [])]
        )
        base = PanelScan(names=names, loading=loading, signature=signature)
        if not matched:
            return base
        if len(matched) > 1:
            return replace(
                base,
                reason=Reason.AMBIGUOUS,
                detail=f"{len(matched)} switches could be the setting",
            )
        return self._chosen(
            matched[0],
            base,
            lang,
            labels,
            strong=bool(named or beside),
            labelled=bool(named or beside or weak or headed),
        )

    def _chosen(  # noqa: PLR0913 - one decision, all its grounds
        self,
        candidate: Candidate,
        base: PanelScan,
        lang: str,
        labels: dict[str, str],
        *,
        strong: bool,
        labelled: bool,
    ) -> PanelScan:
        known = self._known(candidate)
        prefix = next(
            (label for folded, label in labels.items() if known.startswith(f"{folded} ")), None
        )
        label = (
            candidate.beside[0]["label"]
            if candidate.beside and known not in labels
            else candidate.name or None
        )
        if not labelled and prefix is None and _language(lang) in self._languages:
            name = make_printable(candidate.name) or "none"
            detail = (
                f"the switch with the help article's link bears a label that is not known: {name}"
            )
            return replace(base, reason=Reason.LAYOUT_CHANGED, detail=detail)
        control = Control(
            tuple(candidate.elements), candidate.disabled, candidate.busy, candidate.noted
        )
        shown = (
            make_printable(prefix if prefix and known not in labels else label) if label else None
        )
        doubt = self._doubt(
            candidate, control, known, "" if known in labels else prefix, strong=strong
        )
        return replace(
            base,
            control=control,
            state=control.state(self.pairs),
            label=shown,
            doubt=doubt,
            supposed=candidate.supposed,
        )

    def _known(self, candidate: Candidate) -> str:
        """Return a control's name folded, without what is known to stand around a label in it."""
        return self._named(candidate)[1]

    def _named(self, candidate: Candidate) -> tuple[bool | None, str]:
        """Return the state that a control's name begins with, if a label follows, and the name without it."""
        name = without_pair(
            normalize_label(candidate.name, self.site.texts(self.site.setting.badges)), self.pairs
        )
        says, rest = leading_state(name, self.pairs)
        return (
            (says, rest)
            if rest in {normalize_label(label) for label in self.site.labels}
            else (None, name)
        )

    def _doubt(
        self,
        candidate: Candidate,
        control: Control,
        known: str,
        prefix: str | None,
        *,
        strong: bool,
    ) -> str:
        """Say why what the control shows is not enough by itself; nothing if it is.

        `prefix` is the label that the name only begins with, "" if the name is a label, None if it
        is neither.
        """
        rest = known.removeprefix(normalize_label(prefix)).strip() if prefix else ""
        says = state_named_by(rest, self.pairs) if rest else self._named(candidate)[0]
        foreign = (
            prefix is None and not is_generic(known, self.pairs) and not candidate.elements[0].radio
        )
        grounds = {
            "words beside the switch may turn its meaning around": (
                candidate.turned
                or (len(rest) <= SHORT_TEXT and inverts_meaning(rest, self.inverting))
            ),
            "the switch's name says another state than the switch": (
                says is not None and control.state(self.pairs) is not State.of(says)
            ),
            "the name says a state, and may be that of what a press does": (
                says is not None and candidate.elements[0].role != "switch"
            ),
            "the name says a state in words of its own": (
                says is None and names_state(rest, self.pairs)
            ),
            "the switch does not say whether it is on": candidate.supposed,
            "the input is not displayed, and what is drawn for it may show something else": (
                candidate.unshown
            ),
            "tabs named after on and off may only show what they mean": candidate.views,
            "the button says off, and does not say whether it is pressed to be off": (
                candidate.elements[0].role == "button"
                and control.claimed_state(self.pairs) is False
            ),
            "another text stands beside the switch than the label": (
                prefix is None
                and bool(candidate.beside)
                and all(text.get("apart") for text in candidate.beside)
            ),
            "the switch bears another name than the label beside it": foreign or candidate.endless,
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


def _once(candidates: list[Candidate]) -> list[Candidate]:
    return list(dict.fromkeys(candidates))


def _language(locale: str) -> str:
    return locale.replace("_", "-").split("-")[0].lower()
