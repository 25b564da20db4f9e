"""One control of the page as a person sees it: what it shows, its name, and what can be pressed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.browser.control.words import state_named_by
from auditor.core.finding import State
from auditor.text import normalize_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.async_api import Frame, Locator

    from auditor.browser.control.words import OnOffWords


@dataclass(frozen=True, slots=True)
class ControlElement:
    """One element of a control: where Playwright finds it, and what it says."""

    locator: Locator
    name: str
    role: str
    radio: bool
    signals: tuple[object, ...]
    by_name: Locator | None = None
    """The same by role and name, if it has a name of its own."""
    choices: tuple[int, int] | None = None
    """Of a list of On and Off: the numbers of these options, on first."""
    opens_menu: bool = False
    """It shows one of two values, and opens a menu to choose the other."""
    frame: Frame | None = None
    """The frame that it stands in; none is the page's main one."""


@dataclass(frozen=True, slots=True)
class Control:
    """One control of the page as a person sees it; usually one element, sometimes several."""

    elements: tuple[ControlElement, ...]
    disabled: bool
    busy: bool
    has_domain_note: bool
    """The note that the person's domain decides stands in its row."""

    @property
    def name(self) -> str:
        """Its accessible name, as Playwright computes it; a radio group has none of its own."""
        return shared_name(self.elements)

    def state(self, pairs: OnOffWords) -> State:
        """Return on or off if everything the control shows says so; `pairs` are the words."""
        if self.elements[0].radio:
            shown = self._radio_signals(pairs)
        else:
            shown = {each for element in self.elements for each in element.signals}
        if self.claimed_state(pairs) not in (None, next(iter(shown), None)):
            return State.UNKNOWN  # named after the one state and showing the other
        if len(shown) == 1 and shown <= {True, False}:
            return State.of(next(iter(shown)))
        return State.UNKNOWN

    def claimed_state(self, pairs: OnOffWords) -> bool | None:
        """Return the state that its very name claims, if the name is a word for on or for off."""
        return state_named_by(normalize_label(self.name), pairs)

    def clickable_elements(self, wanted: State, pairs: OnOffWords) -> list[ControlElement]:
        """Return what can be pressed: of an on/off pair the wanted half, else the control itself.

        Innermost first: the host of a custom element may be a wide box around the little switch.
        """
        if not self.elements[0].radio:
            return list(reversed(self.elements))
        names = {normalize_label(pair[0] if wanted is State.ON else pair[1]) for pair in pairs}
        return [element for element in self.elements if normalize_label(element.name) in names]

    def _radio_signals(self, pairs: OnOffWords) -> set[object]:
        """Return what a pair of radios shows: one on and one off, exactly one of them checked."""
        words = [
            {normalize_label(on) for on, _ in pairs},
            {normalize_label(off) for _, off in pairs},
        ]
        halves = [
            [element for element in self.elements if normalize_label(element.name) in half]
            for half in words
        ]
        if [len(half) for half in halves] != [1, 1] or len(self.elements) != len(halves):
            return set()
        on, off = (set(half[0].signals) for half in halves)
        return on if on | off == {True, False} and len(on) == len(off) == 1 else set()


def shared_name(elements: Sequence[ControlElement]) -> str:
    """Return the accessible name of what several elements make up; a radio group has none here."""
    if elements[0].radio:
        return ""
    return next((element.name for element in elements if element.name), "")
