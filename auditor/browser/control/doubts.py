"""Why what a control shows may not be enough by itself: named rules, the first that holds counts.

A doubt does not forbid a reading: it only wants the page's own data to confirm it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.browser.control.rules import Rule
from auditor.browser.control.words import (
    SHORT_TEXT,
    inverts_meaning,
    is_generic,
    names_state,
    state_named_by,
)
from auditor.core.finding import State
from auditor.text import normalize_label

if TYPE_CHECKING:
    from auditor.browser.control.candidate import Candidate
    from auditor.browser.control.elements import Control
    from auditor.browser.control.words import OnOffWords

_TEST = "test:tests/browser/control/test_doubts.py::test_each_doubt_is_found_on_its_own"


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtGrounds:
    """All that a doubt may be founded on."""

    candidate: Candidate
    control: Control
    name: str
    """The control's name, folded, without badges and words for its state around a known label."""
    label_in_name: str | None
    """The label that the name only begins with, "" if the name is a label, None if neither."""
    leading_state: bool | None
    """The state that the name begins with, before the label."""
    found_by_label: bool
    """A known label is the control's name or stands right beside it."""
    pairs: OnOffWords
    inverting: list[str]
    """The words that turn a meaning around, in each language."""

    @property
    def name_after_label(self) -> str:
        """What the name goes on with after the label; empty if it does not."""
        if not self.label_in_name:
            return ""
        return self.name.removeprefix(normalize_label(self.label_in_name)).strip()

    @property
    def state_in_name(self) -> bool | None:
        """The state that the name says, before or after the label."""
        if self.name_after_label:
            return state_named_by(self.name_after_label, self.pairs)
        return self.leading_state


def find_doubt(grounds: DoubtGrounds) -> str:
    """Return why what the control shows is not enough by itself; nothing if it is."""
    return next((rule.outcome for rule in DOUBTS if rule.holds(grounds)), "")


def _is_inverted(grounds: DoubtGrounds) -> bool:
    after = grounds.name_after_label
    inverted_by_name = len(after) <= SHORT_TEXT and inverts_meaning(after, grounds.inverting)
    return grounds.candidate.meaning_may_be_inverted or inverted_by_name


def _name_contradicts_state(grounds: DoubtGrounds) -> bool:
    said = grounds.state_in_name
    return said is not None and grounds.control.state(grounds.pairs) is not State.of(said)


def _name_may_be_an_action(grounds: DoubtGrounds) -> bool:
    return grounds.state_in_name is not None and grounds.candidate.elements[0].role != "switch"


def _name_holds_a_state(grounds: DoubtGrounds) -> bool:
    return grounds.state_in_name is None and names_state(grounds.name_after_label, grounds.pairs)


def _is_button_named_off(grounds: DoubtGrounds) -> bool:
    is_button = grounds.candidate.elements[0].role == "button"
    return is_button and grounds.control.claimed_state(grounds.pairs) is False


def _has_another_text_beside(grounds: DoubtGrounds) -> bool:
    beside = grounds.candidate.labels_beside
    if grounds.label_in_name is not None or not beside:
        return False
    return all(text.get("apart") for text in beside)


def _has_another_name(grounds: DoubtGrounds) -> bool:
    if grounds.candidate.name_too_long:
        return True
    if grounds.label_in_name is not None or grounds.candidate.elements[0].radio:
        return False
    return not is_generic(grounds.name, grounds.pairs)


DOUBTS: tuple[Rule[DoubtGrounds, str], ...] = (
    Rule(
        name="meaning may be inverted",
        when="short words beside the control, or after the label in its name, say the opposite",
        why="with “opt out of” above the label, on means that the data is not used",
        scenario="hostile:opt out above",
        holds=_is_inverted,
        outcome="words beside the switch may turn its meaning around",
    ),
    Rule(
        name="name contradicts the state",
        when="the name says on or off beside the label, and the control shows the other",
        why="one of the two is out of date, and nothing on the page says which",
        scenario=f"{_TEST}[name contradicts the state]",
        holds=_name_contradicts_state,
        outcome="the switch's name says another state than the switch",
    ),
    Rule(
        name="name may be an action",
        when="the name says on or off beside the label, and the control is no switch",
        why="a button “Turn off” is named after what clicking does, not after the state",
        scenario=f"{_TEST}[name may be an action]",
        holds=_name_may_be_an_action,
        outcome="the name says a state, and may be that of what a press does",
    ),
    Rule(
        name="name holds a state",
        when="after the label, the name contains a word for on or off among other words",
        why="“is not on” and “is on” contain the same word",
        scenario=f"{_TEST}[name holds a state]",
        holds=_name_holds_a_state,
        outcome="the name says a state in words of its own",
    ),
    Rule(
        name="named after an action",
        when="the control is a button named after what a press does",
        why="“Turn off” means that it is on, but only if the page keeps the name up to date",
        scenario=f"{_TEST}[named after an action]",
        holds=lambda grounds: grounds.candidate.is_action,
        outcome="the button says what a press does, and not whether it is on",
    ),
    Rule(
        name="value of a closed menu",
        when="the control shows one value, and opens a menu of others",
        why="what else the menu holds is not seen while it is closed",
        scenario=f"{_TEST}[value of a closed menu]",
        holds=lambda grounds: grounds.candidate.opens_menu,
        outcome="the button shows one value of a menu that is closed",
    ),
    Rule(
        name="state assumed",
        when="a switch exposes no state",
        why="ARIA's default for such a switch is off, and a wrong off is the worst bug",
        scenario="mock:switch-classed-alone",
        holds=lambda grounds: grounds.candidate.state_assumed,
        outcome="the switch does not say whether it is on",
    ),
    Rule(
        name="input not displayed",
        when="the control is a hidden input, drawn by an element that is not its label",
        why="a person may see another state than the hidden input has",
        scenario=f"{_TEST}[input not displayed]",
        holds=lambda grounds: grounds.candidate.input_not_displayed,
        outcome="the input is not displayed, and what is drawn for it may show something else",
    ),
    Rule(
        name="hidden from assistive tools",
        when="the control stands in a part of the page that is marked `aria-hidden`",
        why="the accessibility tree, which tells of other controls there, does not show that part",
        scenario=f"{_TEST}[hidden from assistive tools]",
        holds=lambda grounds: grounds.candidate.hidden_from_tools,
        outcome="that part of the page is hidden from assistive tools, which were not asked",
    ),
    Rule(
        name="may only select a view",
        when="the control is a pair of tabs",
        why="tabs named On and Off may only explain the two, and change nothing",
        scenario=f"{_TEST}[may only select a view]",
        holds=lambda grounds: grounds.candidate.may_only_select_view,
        outcome="tabs named after on and off may only show what they mean",
    ),
    Rule(
        name="button named off",
        when="a single button is named off",
        why="“off, not pressed” may mean that it is on",
        scenario=(
            "test:tests/browser/control/test_anchors.py"
            "::test_a_single_button_named_off_and_not_pressed_needs_the_network"
        ),
        holds=_is_button_named_off,
        outcome="the button says off, and does not say whether it is pressed to be off",
    ),
    Rule(
        name="another text beside",
        when="the control's name does not contain the label, and another text is nearer to it",
        why="in a grid, the title next to the switch may belong to another setting",
        scenario="hostile:another title beside the switch",
        holds=_has_another_text_beside,
        outcome="another text stands beside the switch than the label",
    ),
    Rule(
        name="another name",
        when="the control has a name that is neither the label nor generic, or too long to read",
        why="a switch with its own name may belong to another setting, beside the label",
        scenario="hostile:a name too long to be read",
        holds=_has_another_name,
        outcome="the switch bears another name than the label beside it",
    ),
    Rule(
        name="found only by its place",
        when="no known label is its name or is right beside it",
        why="the help link or a heading alone may point to a neighbouring switch",
        scenario=(
            "test:tests/browser/control/test_anchors.py"
            "::test_a_label_that_is_only_part_of_the_text_beside_needs_the_network"
        ),
        holds=lambda grounds: not grounds.found_by_label,
        outcome="the switch was found only by its place",
    ),
)
"""Every doubt, the gravest first: only the first that holds is told."""
