"""Choose the setting's control among those there, by anchors that must agree.

The anchors: the innermost row with exactly one control and the help article's link; the accessible
name in any known language; the label's text beside the control in its row. What the flow names as a
decoy never counts. Pure rules over what a scan has brought back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from auditor.browser.control.doubts import DoubtGrounds, find_doubt
from auditor.browser.control.elements import Control
from auditor.browser.control.words import leading_state, without_pair, without_state
from auditor.core.finding import Reason, State
from auditor.text import make_printable, normalize_label

if TYPE_CHECKING:
    from auditor.browser.control.candidate import Candidate
    from auditor.browser.control.words import OnOffWords
    from auditor.flow import Site


@dataclass(frozen=True, slots=True)
class PanelScan:
    """One scan of the page. `control` is set only if all anchors that matched point to it alone."""

    control: Control | None = None
    state: State = State.UNKNOWN
    label: str | None = None
    doubt: str = ""
    """Why what the control shows is not enough without the page's data; empty if it is."""
    state_assumed: bool = False
    """The control shows no state of its own, so that only the panel's own data counts."""
    setting_mentioned: bool = False
    """The label or the help article's link is visible, whether or not a control is."""
    reason: Reason | None = None
    """Why there is no control, if there are some and none can be chosen; `detail` says it."""
    detail: str = ""
    names: tuple[str, ...] = ()
    """The names of all controls there, for the diagnosis."""
    loading: bool = False
    """Something on the page says that it is busy."""
    says_waiting: bool = False
    """Something in the panel says that it is still being loaded or saved."""
    found_by_label: bool = False
    """A known label is the control's name, or stands beside it and says nothing else."""
    signature: str = ""
    """Differs from that of another scan if anything that matters has changed."""
    is_reused: bool = False
    """The page told the same as before, and its accessibility tree was not asked once more."""


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
        """Return a scan with the setting's control, if all anchors that match point to the same.

        `lang` is the page's own language, as its document says.
        """
        labels = {normalize_label(label): label for label in self.site.labels}
        usable = self._without_decoys(candidates)
        named = [
            candidate
            for candidate in usable
            if without_state(self._name_of(candidate), self.pairs) in labels
        ]
        beside = [
            candidate
            for candidate in usable
            if any(text["exact"] for text in candidate.labels_beside)
        ]
        weak = [
            candidate
            for candidate in usable
            if candidate.labels_beside and candidate.leaves_room_for_label(labels)
        ]
        linked = [candidate for candidate in usable if candidate.has_help_link]
        headed = [candidate for candidate in usable if candidate.labelled_by_heading]
        names = tuple(make_printable(candidate.name) or "(no name)" for candidate in candidates)
        # a part of a text counts as an anchor only where no whole label does
        anchored = [*named, *beside, *linked, *headed, *(weak if not named and not beside else [])]
        matched = list(dict.fromkeys(anchored))
        base = PanelScan(names=names, loading=loading, signature=signature)
        if not matched:
            return base
        if len(matched) > 1:
            detail = f"{len(matched)} switches could be the setting"
            return replace(base, reason=Reason.AMBIGUOUS, detail=detail)
        found_by_label = bool(named or beside)
        has_label = found_by_label or bool(weak or headed)
        if not has_label and self._bears_unknown_label(matched[0], lang, labels):
            name = make_printable(matched[0].name) or "none"
            detail = (
                f"the switch with the help article's link bears a label that is not known: {name}"
            )
            return replace(base, reason=Reason.LAYOUT_CHANGED, detail=detail)
        return self._with_control(base, matched[0], labels, found_by_label=found_by_label)

    @property
    def inverting(self) -> list[str]:
        """The words that turn a meaning around."""
        inverting = self.site.setting.inverting
        return [] if inverting is None else list(self.site.texts(inverting))

    def _without_decoys(self, candidates: list[Candidate]) -> list[Candidate]:
        badges = self.site.texts(self.site.setting.badges)
        decoys = {
            normalize_label(text)
            for decoy in self.site.setting.decoys
            for text in self.site.texts(decoy.name)
        }
        return [
            candidate
            for candidate in candidates
            if not candidate.is_decoy and normalize_label(candidate.name, badges) not in decoys
        ]

    def _bears_unknown_label(self, candidate: Candidate, lang: str, labels: dict[str, str]) -> bool:
        """Return whether a control has no known label in a language whose labels are known."""
        label = _label_in_name(self._name_of(candidate), labels)
        return label is None and _language(lang) in self._languages

    def _with_control(
        self, base: PanelScan, candidate: Candidate, labels: dict[str, str], *, found_by_label: bool
    ) -> PanelScan:
        """Return the scan with the chosen control, what it shows and what speaks against it."""
        control = Control(
            tuple(candidate.elements),
            disabled=candidate.disabled,
            busy=candidate.busy,
            has_domain_note=candidate.has_domain_note,
        )
        leading, name = self._split_name(candidate)
        grounds = DoubtGrounds(
            candidate=candidate,
            control=control,
            name=name,
            label_in_name="" if name in labels else _label_in_name(name, labels),
            leading_state=leading,
            found_by_label=found_by_label,
            pairs=self.pairs,
            inverting=self.inverting,
        )
        return replace(
            base,
            control=control,
            state=control.state(self.pairs),
            label=_shown_label(candidate, name, labels),
            doubt=find_doubt(grounds),
            state_assumed=candidate.state_assumed,
            found_by_label=found_by_label,
        )

    def _name_of(self, candidate: Candidate) -> str:
        """Return a control's name folded, without what is known to stand around a label in it."""
        return self._split_name(candidate)[1]

    def _split_name(self, candidate: Candidate) -> tuple[bool | None, str]:
        """Return the state that a name begins with, if a label follows, and the name without it."""
        badges = self.site.texts(self.site.setting.badges)
        name = without_pair(normalize_label(candidate.name, badges), self.pairs)
        says, rest = leading_state(name, self.pairs)
        if rest in {normalize_label(label) for label in self.site.labels}:
            return says, rest
        return None, name

    @property
    def _languages(self) -> frozenset[str]:
        words = self.site.words.get(self.site.setting.labels.removeprefix("@"))
        return frozenset(_language(locale) for locale in words.texts) if words else frozenset()


def _label_in_name(name: str, labels: dict[str, str]) -> str | None:
    """Return the label that a folded name begins with and goes on after; None if there is none."""
    return next((label for folded, label in labels.items() if name.startswith(f"{folded} ")), None)


def _shown_label(candidate: Candidate, name: str, labels: dict[str, str]) -> str | None:
    """Return the label as the page shows it: in the name, beside the control, or its whole name."""
    if name in labels:
        label = candidate.name
    else:
        beside = candidate.labels_beside[0]["label"] if candidate.labels_beside else candidate.name
        label = _label_in_name(name, labels) or beside
    return make_printable(label) if label else None


def _language(locale: str) -> str:
    return locale.replace("_", "-").split("-")[0].lower()
