"""Why what a control shows is not enough by itself: each doubt, with nothing else to doubt."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest

from auditor.browser.control.anchors import Anchors
from auditor.browser.control.candidate import Candidate
from auditor.browser.control.doubts import DOUBTS
from auditor.browser.control.elements import ControlElement
from auditor.flow import load_flow

LABEL = "Help improve our AI models"
ANCHORS = Anchors(load_flow("claude/web").about)
SWITCH = ControlElement(cast("Any", None), LABEL, "switch", radio=False, signals=(False,))
BESIDE = {"exact": True, "label": LABEL}


def candidate(
    name: str = LABEL,
    role: str = "switch",
    beside: tuple[dict[str, Any], ...] = (),
    **more: Any,  # noqa: ANN401 - further fields
) -> Candidate:
    element = replace(SWITCH, name=name, role=role)
    return Candidate([element], labels_beside=list(beside), **more)


DOUBTFUL = {
    "meaning may be inverted": candidate(meaning_may_be_inverted=True),
    "name contradicts the state": candidate(f"On {LABEL}"),
    "name may be an action": candidate(f"Off {LABEL}", "button"),
    "name holds a state": candidate(f"{LABEL} is off for you", has_help_link=True),
    "named after an action": candidate("Turn off", "button", (BESIDE,), is_action=True),
    "value of a closed menu": candidate("On", "button", (BESIDE,), opens_menu=True),
    "state assumed": candidate(state_assumed=True),
    "input not displayed": candidate(input_not_displayed=True),
    "hidden from assistive tools": candidate(hidden_from_tools=True),
    "may only select a view": candidate(may_only_select_view=True),
    "button named off": candidate("Off", "button", (BESIDE,)),
    "another text beside": candidate("", beside=({**BESIDE, "apart": True},)),
    "another name": candidate("Training allowed", beside=(BESIDE,)),
    "found only by its place": candidate("", beside=({**BESIDE, "exact": False},)),
}


@pytest.mark.parametrize("name", DOUBTFUL)
def test_each_doubt_is_found_on_its_own(name: str) -> None:
    rule = next(rule for rule in DOUBTS if rule.name == name)
    scan = ANCHORS.choose_control([DOUBTFUL[name]], "en-US", "", loading=False)
    assert scan.control is not None
    assert scan.doubt == rule.outcome


def test_every_doubt_has_its_test() -> None:
    assert list(DOUBTFUL) == [rule.name for rule in DOUBTS]


def test_a_switch_with_the_label_for_its_name_leaves_no_doubt() -> None:
    assert ANCHORS.choose_control([candidate()], "en-US", "", loading=False).doubt == ""
