"""What a control's positions are said to mean: nobody may read them the wrong way round."""

from __future__ import annotations

import pytest

from auditor.flow.manual import ManualControl, ManualLabel
from auditor.guide.control import describe_positions

NAME = (ManualLabel(text="Privacy Mode"),)
USED, NOT_USED = "your chats may be used for training", "your chats are not used for training"


@pytest.mark.parametrize(
    ("control", "lines"),
    [
        (
            ManualControl(kind="switch", sense="on_trains", labels=NAME),
            (f"“Privacy Mode” is ON: {USED}.", f"“Privacy Mode” is OFF: {NOT_USED}."),
        ),
        (
            ManualControl(kind="switch", sense="on_protects", labels=NAME),
            (
                "Take care: this one is reversed. ON protects you.",
                f"“Privacy Mode” is OFF: {USED}.",
                f"“Privacy Mode” is ON: {NOT_USED}.",
            ),
        ),
        (
            ManualControl(kind="checkbox", sense="on_trains", labels=NAME),
            (f"“Privacy Mode” is CHECKED: {USED}.", f"“Privacy Mode” is NOT CHECKED: {NOT_USED}."),
        ),
        (
            ManualControl(kind="select", sense="on_trains", labels=NAME, values=("Yes", "No")),
            (f"The list shows “Yes”: {USED}.", f"The list shows “No”: {NOT_USED}."),
        ),
        (
            ManualControl(kind="button", sense="on_trains", labels=NAME, values=("Turn off", "Turn on")),
            (
                "Take care: the button names what a click would do, not how it is.",
                f"The button says “Turn off”: it is ON now, and {USED}.",
                f"The button says “Turn on”: it is OFF now, and {NOT_USED}.",
            ),
        ),
    ],
)  # fmt: skip
def test_each_position_is_told_with_what_it_means(
    control: ManualControl, lines: tuple[str, ...]
) -> None:
    assert describe_positions(control) == lines
