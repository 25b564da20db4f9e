"""One control of the page, as a person sees it: what it shows, what it is called, what of it can be pressed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.browser.words import claimed
from auditor.finding import State
from auditor.text import bare

if TYPE_CHECKING:
    from playwright.async_api import Locator

    from auditor.browser.words import Pairs


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

    def state(self, pairs: Pairs) -> State:
        """Say on or off if everything the control shows says so; `pairs` are the words for on and off."""
        shown = (
            self._radio_signals(pairs)
            if self.parts[0].radio
            else {each for part in self.parts for each in part.signals}
        )
        if self.speaks(pairs) not in (None, next(iter(shown), None)):
            return State.UNKNOWN  # named after the one state and showing the other
        return State.of(next(iter(shown))) if len(shown) == 1 and shown <= {True, False} else State.UNKNOWN

    def speaks(self, pairs: Pairs) -> bool | None:
        """Say which state its very name claims, if the name is a word for on or for off."""
        return claimed(bare(self.name), pairs)

    def options(self, wanted: State, pairs: Pairs) -> list[Part]:
        """Give what can be pressed, innermost first: the half of an on/off pair that is wanted, or the control itself.

        The host of a custom element may be a wide box around the little switch in it.
        """
        if not self.parts[0].radio:
            return list(reversed(self.parts))
        names = {bare(pair[0] if wanted is State.ON else pair[1]) for pair in pairs}
        return [part for part in self.parts if bare(part.name) in names]

    def _radio_signals(self, pairs: Pairs) -> set[object]:
        """Read a pair of radios: exactly one on and one off, exactly one of them checked."""
        words = [{bare(on) for on, _ in pairs}, {bare(off) for _, off in pairs}]
        halves = [[part for part in self.parts if bare(part.name) in half] for half in words]
        if [len(half) for half in halves] != [1, 1] or len(self.parts) != len(halves):
            return set()
        on, off = (set(half[0].signals) for half in halves)
        return on if on | off == {True, False} and len(on) == len(off) == 1 else set()
