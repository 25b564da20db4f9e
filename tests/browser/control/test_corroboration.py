"""What must hold before the page alone is believed: each requirement, on its own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.browser.control.corroboration import (
    REQUIREMENTS,
    CorroborationGrounds,
    describe_uncorroborated,
    find_lack,
)
from auditor.browser.network.interference import Interference
from auditor.core.finding import Reading, State

FINE = CorroborationGrounds(interference=Interference())
BROKEN: dict[str, tuple[Interference | str, str]] = {
    "something refused": (Interference(refused=("QUERY /api/v2",)), "QUERY /api/v2"),
    "something switched off": (Interference(switched_off=("a worker",)), "a worker"),
    "page was fed by a stream": (Interference(streamed=("a socket",)), "a socket"),
    "something failed": (Interference(failed=("/app.js (404)",)), "/app.js (404)"),
    "answer without data": (Interference(no_data=("/api answered with nothing",)), "/api"),
    "something under way": (Interference(under_way=("/slow.png",)), "/slow.png"),
    "page may have older copies": ("older_copies", "the browser is your own"),
    "row says something else": ("undocumented", "exempt"),
    "panel says more of it": ("contradiction", "training is on"),
    "another control there": ("other_controls", "a switch named Other"),
    "tree not read": ("is_tree_complete", ""),
}


def broken(name: str) -> tuple[CorroborationGrounds, str]:
    what, said = BROKEN[name]
    if isinstance(what, Interference):
        return replace(FINE, interference=what), said
    return {
        "contradiction": replace(FINE, contradiction=said),
        "older_copies": replace(FINE, older_copies=said),
        "undocumented": replace(FINE, undocumented=said),
        "other_controls": replace(FINE, other_controls=(said,)),
        "is_tree_complete": replace(FINE, is_tree_complete=False),
    }[what], said


def test_where_all_holds_nothing_is_missing() -> None:
    assert find_lack(FINE) == ""


@pytest.mark.parametrize("name", [rule.name for rule in REQUIREMENTS])
def test_each_requirement_fails_on_its_own(name: str) -> None:
    grounds, said = broken(name)
    assert [rule.name for rule in REQUIREMENTS if rule.holds(grounds)] == [name]
    lack = find_lack(grounds)
    assert lack
    assert said in lack


def test_of_many_things_two_are_named() -> None:
    many = replace(FINE, other_controls=("a switch", "a checkbox", "a radio", "a button"))
    assert find_lack(many).endswith("a switch, a checkbox and 2 more")


@pytest.mark.parametrize(
    ("state", "shown"),
    [(State.OFF, "the page shows OFF"), (State.NOT_APPLICABLE, "the page shows no such setting")],
)
def test_it_is_said_what_the_page_shows_and_what_is_missing(state: State, shown: str) -> None:
    said = describe_uncorroborated(Reading(state=state), "a thing failed")
    assert said == f"{shown}, but nothing proves it, and a thing failed"
