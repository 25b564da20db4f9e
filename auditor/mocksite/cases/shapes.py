"""Shapes that the control, its name and its surroundings may take.

Each is readable unless it says so.
"""

from typing import TYPE_CHECKING

from auditor.mocksite.group import Group
from auditor.mocksite.scenario import Backend, Page

if TYPE_CHECKING:
    from auditor.mocksite.scenario import Scenario

_shapes = Group("shapes")
_names = Group("names")
_copies = Group("copies")
_phases = Group("phases")

UNCLEAR = ("ambiguous", "disagreement", "layout_changed", "not_loaded")
"""A control that contradicts itself, or shows no state, may be called any of these."""

READABLE = (
    ("checkbox-role", True, "aria/checkbox", "A button in the role of a checkbox."),
    ("checkbox-native", False, "native/checkbox", "A plain native checkbox."),
    ("switch-div", True, "aria/div", "The switch is a div."),
    ("switch-li", False, "aria/li", "The switch is a list item."),
    ("switch-link", True, "aria/link", "The switch is a link."),
    (
        "switch-input",
        True,
        "native/input_switch",
        "The native switch: an input with the attribute switch.",
    ),
    (
        "input-sr-only",
        False,
        "native/sr_only",
        "A drawn label over an input that only screen readers see.",
    ),
    (
        "input-slider",
        True,
        "native/slider",
        "The classic slider: an input of no size and no opacity.",
    ),
    (
        "display-contents",
        True,
        "aria/contents",
        "The switch inside wrappers that have no box of their own.",
    ),
    ("pressed-button", True, "aria/pressed", "A button that is pressed or not."),
    ("pressed-button-off", False, "aria/pressed", "A button that is not pressed."),
    ("menuitemcheckbox", True, "aria/menuitemcheckbox", "An item with a tick, as in a menu."),
    ("radio-native", True, "radio/natives", "A native pair On and Off in a fieldset."),
    ("radio-native-off", False, "radio/natives", "A native pair On and Off in a fieldset; off."),
    ("radio-roles", True, "radio/roles", "A pair On and Off by roles, in a named group."),
    ("radio-roles-off", False, "radio/roles", "A pair On and Off by roles, in a named group; off."),
    (
        "shadow-root",
        True,
        "custom/shadow",
        "A custom element with the switch in its open shadow root.",
    ),
    ("shadow-nested", False, "custom/nested", "The switch two shadow roots deep."),
    (
        "shadow-slot",
        True,
        "custom/slotted",
        "A checkbox in a shadow root, its label brought in by a slot.",
    ),
    (
        "face-internals",
        True,
        "custom/internals",
        "A form-associated element that speaks by its internals.",
    ),
    (
        "face-property",
        True,
        "custom/property",
        "A form-associated element with nothing but a property.",
    ),
    ("switch-classed", True, "aria/classed", "A switch whose state is in its class alone."),
    (
        "switch-classed-off",
        False,
        "aria/classed",
        "A switch whose state is in its class alone; off.",
    ),
    ("label-over", True, "native/label_over", "A label that names no control lies over the input."),
    (
        "halves-pressed",
        True,
        "radio/pressed",
        "On and Off as buttons in wrappers of their own, one pressed.",
    ),
    (
        "halves-pressed-off",
        False,
        "radio/pressed",
        "On and Off as buttons in wrappers of their own; off.",
    ),
    ("halves-options", True, "radio/options", "On and Off as options of a list, one selected."),
    ("halves-tabs", True, "radio/tabs", "On and Off as tabs, one selected."),
    ("halves-tabs-off", False, "radio/tabs", "On and Off as tabs; off."),
    (
        "radio-custom",
        True,
        "custom/radios",
        "A pair On and Off of custom elements with radios in their shadow.",
    ),
    ("radio-custom-off", False, "custom/radios", "A pair On and Off of custom elements; off."),
    ("face-property-off", False, "custom/property", "The same element, off."),
)

NAMED = (
    ("name-label", True, "names/by_label", "Named by aria-label alone."),
    ("name-label-for", True, "native/label_for", "Named by a label that points to it."),
    (
        "name-wrapping",
        False,
        "native/wrapping",
        "Named by a label around it, with the description inside.",
    ),
    ("name-beside", True, "names/beside", "No name at all; only the text beside it in its row."),
    (
        "name-legend",
        False,
        "names/legend",
        "The label is the legend of a group of one, the name is the description.",
    ),
    ("name-with-state", True, "names/with_state", "Named by the label and the word for its state."),
    (
        "name-filling",
        False,
        "names/filling",
        "The label is the filling of a slot in a shadow root.",
    ),
    ("name-spread", True, "names/spread", "The label is spread over several elements."),
    ("name-badge", False, "names/badge", "A badge, New, stands in the label."),
    ("name-emoji", True, "names/emoji", "An emoji stands before the label."),
    (
        "name-picture",
        True,
        "names/picture",
        "A picture with a name of its own stands in the label.",
    ),
)

COPIES = (
    ("twin-stale", True, "native/stale_twin", "A twin input that is not drawn holds the opposite."),
    (
        "copy-display-none",
        True,
        "copies/display",
        "A copy that is not displayed holds the opposite.",
    ),
    ("copy-invisible", False, "copies/visibility", "An invisible copy holds the opposite."),
    (
        "copy-in-hidden",
        True,
        "copies/ancestor",
        "A copy inside something hidden holds the opposite.",
    ),
    (
        "copy-aria-hidden",
        True,
        "copies/aria_hidden",
        "A copy kept from screen readers holds the opposite.",
    ),
)

PHASES = (
    (
        "disabled-phase",
        True,
        "aria/disabled_phase",
        "Drawn off and disabled; after 1.5 s enabled and true.",
    ),
    ("busy-phase", True, "aria/busy_phase", "Drawn off and busy; after 1.5 s the truth."),
    ("rerender", True, "aria/renewed", "The control is drawn anew every 300 ms."),
    ("rerender-off", False, "aria/renewed", "The control is drawn anew every 300 ms; off."),
)

UNREADABLE = (
    ("mixed", True, "aria/mixed", "The control says mixed."),
    ("half-checked", True, "native/half_checked", "The native checkbox is indeterminate."),
    (
        "switch-stateless",
        True,
        "aria/stateless",
        "A switch that says its state by its paint alone.",
    ),
)

CONTRADICTING = (
    (
        "attribute-contradicts",
        True,
        "native/contradicting",
        "Checked, but its ARIA attribute says it is not.",
    ),
    (
        "switch-classed-alone",
        False,
        "aria/classed",
        "A state that is in the class alone, and no data to confirm it.",
    ),
    (
        "face-attribute-lies",
        False,
        "custom/lying_attribute",
        "Its attribute says checked, its property says not.",
    ),
)
"""The page alone tells, and it tells two things, or says too little."""


def _table(group: Group, rows: tuple[tuple[str, bool, str, str], ...]) -> "tuple[Scenario, ...]":
    return tuple(
        group.readable(name, summary, server=server, page=Page(control=control))
        for name, server, control, summary in rows
    )


CASES = (
    *_table(_shapes, READABLE),
    *_table(_names, NAMED),
    *_table(_copies, COPIES),
    _copies.stop(
        "copies-both-shown",
        "The control stands there twice, both visible, with opposite states.",
        server=True,
        reason="ambiguous",
        page=Page(control="copies/both_shown"),
    ),
    *_table(_phases, PHASES),
    _phases.on(
        "rerender-flips",
        "Drawn off again and again; after 1 s it shows the truth, without any request.",
        page=Page(control="aria/flips", embedded=True, asks=False),
        backend=Backend(in_bootstrap=False),
    ),
    *(
        _shapes.stop(
            name,
            summary,
            server=server,
            reason="disagreement",
            also=UNCLEAR,
            page=Page(control=control),
        )
        for name, server, control, summary in UNREADABLE
    ),
    *(
        _shapes.stop(
            name,
            summary,
            server=server,
            reason="disagreement",
            also=UNCLEAR,
            page=Page(control=control, embedded=True, asks=False),
            backend=Backend(in_bootstrap=False),
        )
        for name, server, control, summary in CONTRADICTING
    ),
)
