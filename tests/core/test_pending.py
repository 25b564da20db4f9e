"""What a notice or a step that asks for the choice is said to show, and to write."""

from __future__ import annotations

import pytest

from auditor.core.finding import (
    Outcome,
    PendingChoice,
    Reading,
    Reason,
    ShownButton,
    State,
    Subject,
)
from auditor.core.judging import exit_code, judge
from auditor.core.pending import describe_pending, suggest_answer
from auditor.errors import Exit

ACCEPT, LATER = ShownButton("Accept", stores=True), ShownButton("Not now", stores=False)
YOURS = "Nothing was pressed: the choice is yours."
WAIT = (
    "Or let `auditor audit --wait-for-person 10`, with a window (--headed), wait for you and read"
    " what was stored."
)


@pytest.mark.parametrize(
    ("switch", "buttons", "said"),
    [
        (
            State.ON,
            (ACCEPT, LATER),
            (
                "Its switch shows ON: “Accept” would write ON. “Not now” writes no choice and only"
                f" puts it off. {YOURS}"
            ),
        ),
        (
            State.OFF,
            (ACCEPT,),
            (
                "Its switch shows OFF: “Accept” would write OFF. There is no button to put it off."
                f" {YOURS}"
            ),
        ),
        (
            State.UNKNOWN,
            (ACCEPT,),
            (
                "Where its switch stands could not be read, so take it for ON: “Accept” writes what"
                f" it shows. There is no button to put it off. {YOURS}"
            ),
        ),
        (State.UNKNOWN, (), f"Where its switch stands could not be read. {YOURS}"),
    ],
    ids=["grace period", "after it, pre-set to off", "switch not read", "no known button"],
)
def test_each_button_is_told_with_what_it_would_write(
    switch: State, buttons: tuple[ShownButton, ...], said: str
) -> None:
    assert describe_pending(PendingChoice(switch, buttons)) == said


def test_the_next_step_keeps_training_off() -> None:
    on, off = (PendingChoice(state, (ACCEPT,)) for state in (State.ON, State.OFF))
    end = f"before you press “Accept”, then run this again. {WAIT}"
    assert suggest_answer(on) == f"Turn its switch off {end}"
    assert suggest_answer(off) == f"See that its switch stays off {end}"
    assert suggest_answer(PendingChoice(State.ON, (LATER,))) is None


def test_what_a_notice_shows_is_no_state_of_the_setting() -> None:
    subject = Subject(account="default", flow="claude/web", origin="https://claude.ai")
    shown = PendingChoice(State.OFF, (ACCEPT,))
    found = judge(
        subject, Reading(reason=Reason.CHOICE_PENDING, detail="A notice waits", choice=shown)
    )
    assert (found.state, found.outcome, found.reason, found.evidence) == (
        State.UNDECIDED,
        Outcome.NEEDS_HUMAN,
        Reason.CHOICE_PENDING,
        None,
    )
    assert exit_code([found]) is Exit.HUMAN
    assert found.message == f"A notice waits. {describe_pending(shown)}"
    assert found.hint == suggest_answer(shown)
