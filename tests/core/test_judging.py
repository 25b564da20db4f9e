"""What each reading means: outcome, reason, words and exit code, as the table of the design says."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.core.finding import (
    Evidence,
    Finding,
    Outcome,
    PressResult,
    Reading,
    Reason,
    State,
    Subject,
)
from auditor.core.judging import (
    HINTS,
    combine_loads,
    exit_code,
    judge,
    judge_change,
    judge_declined,
    judge_locked,
    judge_rehearsal,
)
from auditor.core.pending import AT_SWITCH
from auditor.errors import Exit

ON, OFF = Reading(state=State.ON), Reading(state=State.OFF)
SUBJECT = Subject(account="default", flow="claude/web", origin="https://claude.ai")

WANT_ON = replace(SUBJECT, wanted=State.ON)


HUMAN = [Reason.SIGNED_OUT, Reason.CHALLENGE, Reason.WRONG_ACCOUNT]


UNREAD = [
    Reason.LAYOUT_CHANGED,
    Reason.AMBIGUOUS,
    Reason.NOT_LOADED,
    Reason.DISAGREEMENT,
    Reason.LEFT_ORIGIN,
    Reason.TIMEOUT,
    Reason.OFFLINE,
    Reason.BROWSER_FAILED,
    Reason.UNCORROBORATED,
]


STATES = st.sampled_from(State)


READINGS = st.builds(
    Reading,
    state=STATES,
    reason=st.none() | st.sampled_from(Reason),
    detail=st.text(max_size=20),
    locked=st.booleans(),
    page=STATES,
    network=STATES,
    organisation=st.none() | st.text(max_size=20),
)


NOT_USED = "Your chats are not used for training."
SUBJECTS = st.sampled_from([SUBJECT, WANT_ON])


def verdict(found: Finding) -> tuple[State, Outcome, Reason | None, Exit]:
    return found.state, found.outcome, found.reason, exit_code([found])


def a_finding(outcome: Outcome) -> Finding:
    return replace(judge(SUBJECT, OFF), outcome=outcome)


def test_off_as_wanted() -> None:
    found = judge(SUBJECT, OFF)
    assert verdict(found) == (State.OFF, Outcome.AS_WANTED, None, Exit.OK)
    assert (found.message, found.hint) == (
        "Your chats are not used for training. The switch is OFF.",
        None,
    )


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        (Evidence.PROVED, "proved by what the page shows and by its own data"),
        (Evidence.SEEN, "seen on the page alone, in two fresh loads"),
    ],
)
def test_an_off_says_how_well_it_is_supported(evidence: Evidence, said: str) -> None:
    found = judge(SUBJECT, replace(OFF, evidence=evidence))
    assert found.message == f"{NOT_USED} The switch is OFF, {said}."
    assert found.evidence is evidence


@pytest.mark.parametrize("evidence", Evidence)
def test_what_could_not_be_read_has_no_evidence(evidence: Evidence) -> None:
    for reason in (Reason.SIGNED_OUT, Reason.AMBIGUOUS):
        found = judge(SUBJECT, Reading(reason=reason, evidence=evidence))
        assert found.evidence is None
    assert judge(SUBJECT, Reading(state=State.UNDECIDED, evidence=evidence)).evidence is None


# ---------------------------------------------------------------- two fresh loads

SEEN_OFF = replace(OFF, evidence=Evidence.SEEN)
NONE_THERE = Reading(state=State.NOT_APPLICABLE, evidence=Evidence.SEEN)


@pytest.mark.parametrize("first", [SEEN_OFF, NONE_THERE])
def test_two_loads_that_agree_count(first: Reading) -> None:
    second = replace(first, label="the second")
    assert combine_loads(first, second) is second


@pytest.mark.parametrize("second", [replace(ON, evidence=Evidence.PROVED), SEEN_OFF])
def test_a_second_load_that_is_proved_or_agrees_stands_for_itself(second: Reading) -> None:
    assert combine_loads(SEEN_OFF, second) is second


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (replace(ON, evidence=Evidence.SEEN), "a second one shows ON"),
        (Reading(state=State.UNDECIDED), "a second one shows no choice"),
        (NONE_THERE, "a second one shows no such setting"),
        (
            Reading(reason=Reason.TIMEOUT, detail="The time ran out"),
            "a second one could not be read: the time ran out",
        ),
    ],
)
def test_two_loads_that_differ_are_no_answer(second: Reading, said: str) -> None:
    combined = combine_loads(SEEN_OFF, second)
    assert (combined.state, combined.reason, combined.evidence) == (
        State.UNKNOWN,
        Reason.UNCORROBORATED,
        None,
    )
    assert combined.detail.endswith(said)


@pytest.mark.parametrize("reason", [*HUMAN, Reason.CHOICE_PENDING, Reason.UNCORROBORATED])
def test_a_second_load_that_stops_with_its_own_reason_keeps_it(reason: Reason) -> None:
    second = Reading(reason=reason, detail="It is so")
    assert combine_loads(SEEN_OFF, second) is second


@given(READINGS)
def test_two_loads_never_make_an_off_of_anything_else(second: Reading) -> None:
    combined = combine_loads(SEEN_OFF, second)
    assert combined.state is not State.OFF or second.state is State.OFF


def test_on_though_off_is_wanted() -> None:
    found = judge(SUBJECT, ON)
    assert verdict(found) == (State.ON, Outcome.NOT_AS_WANTED, None, Exit.EXPOSED)
    assert (found.message, found.hint) == (
        "Your chats may be used for training. The switch is ON.",
        "Change it with `auditor set off` and the same options.",
    )


def test_on_as_wanted() -> None:
    found = judge(WANT_ON, ON)
    assert verdict(found) == (State.ON, Outcome.AS_WANTED, None, Exit.OK)
    assert found.message == "Your chats may be used for training. The switch is ON."


def test_off_though_on_is_wanted() -> None:
    found = judge(WANT_ON, OFF)
    assert verdict(found) == (State.OFF, Outcome.NOT_AS_WANTED, None, Exit.EXPOSED)
    assert (found.message, found.hint) == (
        "Your chats are not used for training. The switch is OFF.",
        "Change it with `auditor set on` and the same options.",
    )


def test_off_and_locked_is_as_wanted() -> None:
    found = judge(SUBJECT, replace(OFF, locked=True))
    assert verdict(found) == (State.OFF, Outcome.AS_WANTED, None, Exit.OK)
    assert found.locked


def test_null_from_the_server_is_a_choice_pending() -> None:
    found = judge(SUBJECT, Reading(state=State.UNDECIDED, page=State.OFF, network=State.UNDECIDED))
    assert verdict(found) == (
        State.UNDECIDED,
        Outcome.NEEDS_HUMAN,
        Reason.CHOICE_PENDING,
        Exit.HUMAN,
    )
    assert (found.message, found.hint) == (
        "No choice has been made yet: the site holds neither on nor off for this account. Its switch is drawn OFF, which says nothing.",
        AT_SWITCH,
    )


def test_a_notice_in_front_is_a_choice_pending() -> None:
    notice = Reading(reason=Reason.CHOICE_PENDING, detail="A notice waits", hint="Look at it.")
    found = judge(SUBJECT, notice)
    assert verdict(found) == (
        State.UNDECIDED,
        Outcome.NEEDS_HUMAN,
        Reason.CHOICE_PENDING,
        Exit.HUMAN,
    )
    assert (found.message, found.hint) == ("A notice waits.", "Look at it.")


def test_a_commercial_organisation_is_not_applicable() -> None:
    found = judge(SUBJECT, Reading(state=State.NOT_APPLICABLE, organisation="Acme · Team"))
    assert verdict(found) == (State.NOT_APPLICABLE, Outcome.NOT_APPLICABLE, None, Exit.OK)
    assert found.message == "The active organisation has no such setting: Acme · Team."


def test_a_commercial_organisation_without_a_name_is_called_a_commercial_plan() -> None:
    found = judge(SUBJECT, Reading(state=State.NOT_APPLICABLE))
    assert found.message == "The active organisation has no such setting: commercial plan."


@pytest.mark.parametrize("reason", HUMAN)
def test_what_only_a_person_can_solve_needs_one(reason: Reason) -> None:
    found = judge(SUBJECT, Reading(reason=reason, detail="It is so"))
    assert verdict(found) == (State.UNKNOWN, Outcome.NEEDS_HUMAN, reason, Exit.HUMAN)
    assert (found.message, found.hint) == ("It is so.", HINTS[reason].format(account=""))


@pytest.mark.parametrize("reason", [Reason.SIGNED_OUT, Reason.WRONG_ACCOUNT])
def test_a_hint_names_the_account_that_was_asked_for(reason: Reason) -> None:
    found = judge(replace(SUBJECT, account="ada"), Reading(reason=reason, detail="It is so"))
    assert "`auditor login ada`" in str(found.hint)


def test_whoever_declines_is_told_that_nothing_was_changed() -> None:
    found = judge_declined(judge(SUBJECT, ON))
    assert (found.outcome, found.state) == (Outcome.NOT_AS_WANTED, State.ON)
    assert str(found.hint).startswith("Nothing was changed.")


@pytest.mark.parametrize("reason", HUMAN)
def test_a_state_seen_where_a_person_is_needed_is_no_state(reason: Reason) -> None:
    found = judge(SUBJECT, Reading(state=State.OFF, reason=reason))
    assert verdict(found) == (State.UNKNOWN, Outcome.NEEDS_HUMAN, reason, Exit.HUMAN)


@pytest.mark.parametrize("reason", UNREAD)
def test_anything_else_is_unread_and_says_why(reason: Reason) -> None:
    found = judge(SUBJECT, Reading(reason=reason, detail="The page is odd"))
    assert verdict(found) == (State.UNKNOWN, Outcome.UNREAD, reason, Exit.SITE)
    assert (found.message, found.hint) == ("Cannot tell, because the page is odd.", HINTS[reason])


def test_a_reading_of_nothing_is_unread() -> None:
    found = judge(SUBJECT, Reading())
    assert verdict(found) == (State.UNKNOWN, Outcome.UNREAD, Reason.NOT_LOADED, Exit.SITE)
    assert found.message == "Cannot tell, because nothing settled was seen."


def test_a_reason_without_words_is_said_by_its_name() -> None:
    found = judge(SUBJECT, Reading(reason=Reason.LEFT_ORIGIN))
    assert found.message == "Cannot tell, because left origin."


def test_on_keeps_its_capitals_inside_a_sentence() -> None:
    found = judge(SUBJECT, Reading(reason=Reason.AMBIGUOUS, detail="ON and OFF at once"))
    assert found.message == "Cannot tell, because ON and OFF at once."


def test_every_reason_has_a_usual_hint() -> None:
    assert set(HINTS) == set(Reason)


@given(READINGS)
def test_off_as_wanted_comes_only_from_a_reading_of_off(reading: Reading) -> None:
    found = judge(SUBJECT, reading)
    if found.outcome is Outcome.AS_WANTED:
        assert reading.state is State.OFF
        assert reading.reason not in {*HUMAN, Reason.CHOICE_PENDING}


@given(SUBJECTS, READINGS)
def test_a_finding_says_a_state_only_if_the_reading_did(subject: Subject, reading: Reading) -> None:
    found = judge(subject, reading)
    assert not found.state.settled or found.state is reading.state
    assert (found.outcome is Outcome.AS_WANTED) == (found.state is subject.wanted)
    assert (found.outcome is Outcome.NOT_AS_WANTED) == (
        found.state.settled and found.state is not subject.wanted
    )


@given(SUBJECTS, READINGS)
def test_an_unread_finding_has_a_reason_and_no_state(subject: Subject, reading: Reading) -> None:
    found = judge(subject, reading)
    if found.outcome is Outcome.UNREAD:
        assert (found.state, found.reason is None) == (State.UNKNOWN, False)
        assert found.message.startswith("Cannot tell, because ")


def test_a_change_shown_by_the_fresh_load_is_changed() -> None:
    found = judge_change(SUBJECT, OFF, PressResult(""))
    assert verdict(found) == (State.OFF, Outcome.CHANGED, None, Exit.OK)
    assert found.message == f"{NOT_USED} The switch was changed to OFF, proved by a fresh load."


def test_what_the_save_said_is_added() -> None:
    found = judge_change(SUBJECT, OFF, PressResult("No save by the page was seen."))
    assert found.message == (
        f"{NOT_USED} The switch was changed to OFF, proved by a fresh load."
        " No save by the page was seen."
    )


def test_a_click_that_the_page_ignores_is_not_refused_by_the_site() -> None:
    found = judge_change(SUBJECT, ON, PressResult("The page did nothing.", ignored=True))
    assert verdict(found) == (State.ON, Outcome.REFUSED, Reason.LAYOUT_CHANGED, Exit.SITE)
    assert found.message.endswith("the change was not kept. The page did nothing.")


def test_a_change_that_was_not_kept_is_refused_by_the_site() -> None:
    found = judge_change(SUBJECT, ON, PressResult("The site answered the save with 500."))
    assert verdict(found) == (State.ON, Outcome.REFUSED, Reason.REFUSED_BY_SITE, Exit.SITE)
    assert (found.message, found.hint) == (
        (
            "Your chats may be used for training. One click was made, but a fresh load still"
            " shows ON: the change was not kept. "
            "The site answered the save with 500."
        ),
        "Try again later, or change it by hand: `auditor guide` prints the path.",
    )


def test_a_page_that_asks_before_it_saves_leaves_it_to_the_person() -> None:
    found = judge_change(SUBJECT, ON, PressResult("It asks.", left_to_person=True))
    assert verdict(found) == (
        State.ON, Outcome.NEEDS_HUMAN, Reason.CHOICE_PENDING, Exit.HUMAN
    )  # fmt: skip
    assert found.message == "Your chats may be used for training. The switch is still ON. It asks."
    kept = judge_change(SUBJECT, OFF, PressResult("It asks.", left_to_person=True))
    assert kept.outcome is Outcome.CHANGED


@pytest.mark.parametrize("reason", [*UNREAD, *HUMAN, Reason.CHOICE_PENDING])
def test_a_proof_that_could_not_be_read_is_unknown_and_unread(reason: Reason) -> None:
    found = judge_change(SUBJECT, Reading(reason=reason, detail="The page is odd"), PressResult(""))
    assert verdict(found) == (State.UNKNOWN, Outcome.UNREAD, reason, Exit.SITE)
    assert (found.message, found.hint) == (
        "One click was made, but its proof could not be read, because the page is odd.",
        "Run `auditor audit` to see what the site holds now; the click is not repeated.",
    )


@pytest.mark.parametrize("state", [State.UNDECIDED, State.NOT_APPLICABLE, State.UNKNOWN])
def test_a_proof_that_shows_neither_on_nor_off_is_unknown_and_unread(state: State) -> None:
    found = judge_change(SUBJECT, Reading(state=state), PressResult(""))
    assert verdict(found) == (State.UNKNOWN, Outcome.UNREAD, Reason.NOT_LOADED, Exit.SITE)


@pytest.mark.parametrize("reason", HUMAN)
def test_a_proof_that_only_a_person_can_reach_proves_nothing(reason: Reason) -> None:
    found = judge_change(SUBJECT, Reading(state=State.OFF, reason=reason), PressResult(""))
    assert verdict(found) == (State.UNKNOWN, Outcome.UNREAD, reason, Exit.SITE)


@given(SUBJECTS, READINGS, st.text(max_size=20))
def test_changed_comes_only_from_a_proof_of_what_is_wanted(
    subject: Subject, proof: Reading, saved: str
) -> None:
    found = judge_change(subject, proof, PressResult(saved))
    assert found.outcome in {Outcome.CHANGED, Outcome.REFUSED, Outcome.UNREAD}
    if found.outcome is Outcome.CHANGED:
        assert proof.state is found.state is subject.wanted
    else:
        assert "One click was made, but " in found.message


def test_a_locked_switch_is_refused() -> None:
    found = judge_locked(SUBJECT, replace(ON, locked=True))
    assert verdict(found) == (State.ON, Outcome.REFUSED, Reason.LOCKED, Exit.SITE)
    assert (found.message, found.hint, found.locked) == (
        (
            "Your chats may be used for training. The switch is ON."
            " It is locked; nothing was clicked."
        ),
        "The switch is locked; who manages the account's e-mail domain decides.",
        True,
    )


def test_a_dry_run_says_what_would_change() -> None:
    found = judge_rehearsal(SUBJECT, ON, None)
    assert verdict(found) == (State.ON, Outcome.WOULD_CHANGE, None, Exit.EXPOSED)
    assert (found.message, found.hint) == (
        (
            "Your chats may be used for training. The switch is ON."
            " A real run would click it once to OFF; nothing was changed."
        ),
        "Run the same command without --dry-run.",
    )


def test_a_rehearsal_that_does_not_reach_the_switch_is_unread() -> None:
    found = judge_rehearsal(SUBJECT, ON, "a banner lies over it")
    assert verdict(found) == (State.UNKNOWN, Outcome.UNREAD, Reason.LAYOUT_CHANGED, Exit.SITE)
    assert (
        found.message
        == "Cannot tell, because the rehearsed click does not reach the switch: a banner lies"
        " over it."
    )


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (Outcome.AS_WANTED, Exit.OK),
        (Outcome.CHANGED, Exit.OK),
        (Outcome.NOT_APPLICABLE, Exit.OK),
        (Outcome.NOT_AS_WANTED, Exit.EXPOSED),
        (Outcome.WOULD_CHANGE, Exit.EXPOSED),
        (Outcome.NEEDS_HUMAN, Exit.HUMAN),
        (Outcome.UNREAD, Exit.SITE),
        (Outcome.REFUSED, Exit.SITE),
    ],
)
def test_each_outcome_has_its_exit_code(outcome: Outcome, code: Exit) -> None:
    assert exit_code([a_finding(outcome)]) is code


@pytest.mark.parametrize(("one", "other"), list(itertools.product(Outcome, repeat=2)))
def test_of_two_accounts_the_more_serious_decides(one: Outcome, other: Outcome) -> None:
    order = [Exit.SITE, Exit.HUMAN, Exit.EXPOSED, Exit.OK]
    alone = [exit_code([a_finding(outcome)]) for outcome in (one, other)]
    assert exit_code([a_finding(one), a_finding(other)]) is min(alone, key=order.index)


@pytest.mark.parametrize("outcome", Outcome)
def test_a_failed_setup_is_the_most_serious(outcome: Outcome) -> None:
    assert exit_code([a_finding(outcome)], setup_failed=True) is Exit.SETUP
