"""One control as it is put together from its elements, before it is known whether it is the one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from auditor.browser.control.elements import shared_name
from auditor.browser.control.words import GENERIC_NAMES
from auditor.text import normalize_label

if TYPE_CHECKING:
    from auditor.browser.control.elements import ControlElement


@dataclass(slots=True, eq=False)
class Candidate:
    """A control that may be the setting's, and what in its row speaks for or against it."""

    elements: list[ControlElement] = field(default_factory=list)
    disabled: bool = False
    busy: bool = False
    has_help_link: bool = False
    """The help article's link stands in its row, and no other control does."""
    is_decoy: bool = False
    """The link of a known decoy stands in its row."""
    has_domain_note: bool = False
    """The note that the person's domain decides stands in its row."""
    meaning_may_be_inverted: bool = False
    """Short words beside it may turn the label's meaning around, as "opt out" does."""
    name_too_long: bool = False
    """Its name is longer than anything that is read."""
    may_only_select_view: bool = False
    """It is a pair of tabs, which may show what a state means and not set it."""
    input_not_displayed: bool = False
    """It is an input that is not displayed, drawn by something that is not its label."""
    hidden_from_tools: bool = False
    """It stands in a part of the page that is hidden from assistive tools, and not from the eye."""
    state_assumed: bool = False
    """It shows no state of its own; one was assumed, to be confirmed by the page's data."""
    is_action: bool = False
    """It is a button named after what a press does, like "Turn off"."""
    opens_menu: bool = False
    """It shows one of two values, and opens a menu to choose the other."""
    labelled_by_heading: bool = False
    """Its label is the legend of its group, or a label element that is tied to nothing."""
    styled_states: list[bool] = field(default_factory=list)
    """The states that its class names alone."""
    labels_beside: list[dict[str, Any]] = field(default_factory=list)
    """Known labels in its row, as the scan found them."""

    @property
    def name(self) -> str:
        """Its accessible name; a radio group has none of its own here."""
        return shared_name(self.elements)

    def add_element(self, element: ControlElement, facts: dict[str, Any]) -> None:
        """Take in one element and what the scan said of it."""
        self.elements.append(element)
        self.disabled |= facts["disabled"]
        self.busy |= facts["busy"]
        self.meaning_may_be_inverted |= facts["turned"]
        self.name_too_long |= facts["endless"]
        self.may_only_select_view |= facts["views"]
        self.input_not_displayed |= facts["unshown"]
        self.hidden_from_tools |= facts["hidden"]
        self.styled_states += facts["painted"]
        self.is_action |= facts["action"]
        self.opens_menu |= facts["menu"]

    def assume_state(self) -> None:
        """Give a switch without any state the one its class names, else off, ARIA's default.

        That is only good enough to be confirmed by the page's data.
        """
        silent = not any(element.signals for element in self.elements)
        if silent and self.elements[0].role == "switch":
            signals = tuple(self.styled_states) or (False,)
            self.state_assumed = True
            self.elements[0] = replace(self.elements[0], signals=signals)

    def leaves_room_for_label(self, labels: dict[str, str]) -> bool:
        """Return whether the accessible name allows that the label beside it is meant.

        It does if it is empty, generic, or begins with the label; `labels` are folded.
        """
        name = normalize_label(self.name)
        if not name or name in GENERIC_NAMES or self.has_help_link:
            return True
        return any(name.startswith(label) for label in labels)
