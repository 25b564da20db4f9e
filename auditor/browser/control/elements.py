"""One control of the page, as a person sees it.

What it shows, what it is called, what of it can be pressed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.browser.control.words import state_named_by
from auditor.core.finding import State
from auditor.text import normalize_label

if TYPE_CHECKING:
    from playwright.async_api import Locator

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


@dataclass(frozen=True, slots=True)
class Control:
    """One control of the page as a person sees it; usually one element, sometimes several."""

    elements: tuple[ControlElement, ...]
    disabled: bool
    busy: bool
    noted: bool

    @property
    def name(self) -> str:
        """Its accessible name, as Playwright computes it.

        A radio group has none of its own here.
        """
        return (
            ""
            if self.elements[0].radio
            else next((element.name for element in self.elements if element.name), "")
        )

    def state(self, pairs: OnOffWords) -> State:
        """Say on or off if everything the control shows says so.

        `pairs` are the words for on and off.
        """
        shown = (
            self._radio_signals(pairs)
            if self.elements[0].radio
            else {each for element in self.elements for each in element.signals}
        )
        if self.claimed_state(pairs) not in (None, next(iter(shown), None)):
            return State.UNKNOWN  # named after the one state and showing the other
        return (
            State.of(next(iter(shown)))
            if len(shown) == 1 and shown <= {True, False}
            else State.UNKNOWN
        )

    def claimed_state(self, pairs: OnOffWords) -> bool | None:
        """Say which state its very name claims, if the name is a word for on or for off."""
        return state_named_by(normalize_label(self.name), pairs)

    def clickable_elements(self, wanted: State, pairs: OnOffWords) -> list[ControlElement]:
        """Return what can be pressed, innermost first.

        The half of an on/off pair that is wanted, or the control itself.

        The host of a custom element may be a wide box around the little switch in it.

        """
        if not self.elements[0].radio:
            return list(reversed(self.elements))
        names = {normalize_label(pair[0] if wanted is State.ON else pair[1]) for pair in pairs}
        return [element for element in self.elements if normalize_label(element.name) in names]

    def _radio_signals(self, pairs: OnOffWords) -> set[object]:
        """Read a pair of radios: exactly one on and one off, exactly one of them checked."""
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
