"""Say what a control's positions mean: a reversed one or an action's name must not mislead."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auditor.flow.manual import ManualControl

_USED = "your chats may be used for training"
_NOT_USED = "your chats are not used for training"


def describe_positions(control: ManualControl) -> tuple[str, ...]:
    """Return one line for each position, and a warning before them where a glance misleads."""
    name, used, unused = f"“{control.labels[0].text}”", *control.positions
    lines = {
        "switch": (f"{name} is {used}: {_USED}.", f"{name} is {unused}: {_NOT_USED}."),
        "checkbox": (f"{name} is {used}: {_USED}.", f"{name} is {unused}: {_NOT_USED}."),
        "select": (
            f"The list shows “{used}”: {_USED}.",
            f"The list shows “{unused}”: {_NOT_USED}.",
        ),
        "button": (
            f"The button says “{used}”: it is ON now, and {_USED}.",
            f"The button says “{unused}”: it is OFF now, and {_NOT_USED}.",
        ),
    }[control.kind]
    return (*_warn(control), *lines)


def _warn(control: ManualControl) -> tuple[str, ...]:
    if control.kind == "button":
        return ("Take care: the button names what a click would do, not how it is.",)
    if control.sense == "on_protects":
        return ("Take care: this one is reversed. ON protects you.",)
    return ()
