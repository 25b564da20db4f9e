from dataclasses import replace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.browser.anchors import Sample
from auditor.browser.control import Control, Part
from auditor.browser.settle import ALONE, GONE, STILL, Absent, Now, decide
from auditor.browser.stop import Stop
from auditor.finding import Reading, Reason, State

PART = Part(cast("Any", None), "Help improve our AI models", "switch", radio=False, signals=(False,))
CONTROL = Control((PART,), disabled=False, busy=False, noted=False)
LABEL = "Help improve our AI models"
OFF = Sample(control=CONTROL, state=State.OFF, label=LABEL)
ON = replace(OFF, state=State.ON)
UNCLEAR = replace(OFF, state=State.UNKNOWN)
NOTHING = Sample()


def now(sample: Sample = OFF, network: State = State.UNKNOWN, still: float = 0.0, **more: Any) -> Now:  # noqa: ANN401 - any field of Now
    known = {"conflict": False, "listening": False, "final": True, "fresh": True} | more
    return Now(sample=sample, network=network, still=still, **known)


def locked(sample: Sample = OFF, *, noted: bool) -> Sample:
    return replace(sample, control=replace(CONTROL, disabled=True, noted=noted))


def busy(sample: Sample = OFF) -> Sample:
    return replace(sample, control=replace(CONTROL, busy=True))


# ---------------------------------------------------------------- readings that count


def test_an_answer_older_than_the_panel_counts_only_after_a_while() -> None:
    assert decide(now(OFF, State.OFF, final=False, fresh=False, still=ALONE - 0.1)) is None
    assert decide(now(OFF, State.OFF, final=False, fresh=False, still=ALONE)) is not None


def test_what_the_panels_source_said_before_the_panel_was_opened_counts_only_after_a_while() -> None:
    assert decide(now(OFF, State.OFF, fresh=False, still=STILL - 0.1)) is None
    assert decide(now(OFF, State.OFF, fresh=False, still=STILL)) is not None


def test_an_answer_that_has_not_begun_to_come_is_waited_for() -> None:
    assert decide(now(OFF, State.OFF, listening=True, unanswered=True, calm=GONE)) is None


def test_a_value_at_an_unknown_place_confirms_nothing_and_may_contradict() -> None:
    assert decide(now(OFF, still=ALONE - 0.1, elsewhere=frozenset({State.OFF}))) is None
    assert decide(now(OFF, still=ALONE, elsewhere=frozenset({State.OFF}))) is not None
    with pytest.raises(Stop) as stop:
        decide(now(OFF, still=ALONE, elsewhere=frozenset({State.ON})))
    assert stop.value.reason is Reason.DISAGREEMENT


@pytest.mark.parametrize("sign", [{"sample": Sample(mentioned=True)}, {"broken": True}])
def test_a_panel_that_mentions_the_setting_or_lacks_its_data_is_never_not_applicable(sign: dict[str, Any]) -> None:
    known: dict[str, Any] = {"sample": NOTHING, "still": ALONE, "commercial": True, "loaded": True} | sign
    with pytest.raises(Absent):
        decide(now(**known))


def test_an_answer_counts_for_nothing_while_a_newer_one_was_asked_for_in_vain() -> None:
    assert decide(now(OFF, State.OFF, final=False, missed=True, still=ALONE - 0.1)) is None
    with pytest.raises(Stop) as stop:
        decide(now(OFF, State.OFF, final=False, missed=True, still=ALONE))
    assert stop.value.reason is Reason.NOT_LOADED
    assert decide(now(OFF, State.OFF, final=True, missed=True)) is not None


def test_an_answer_that_is_never_read_does_not_hold_up_what_the_panel_said() -> None:
    assert decide(now(OFF, State.OFF, listening=True, calm=GONE - 0.1)) is None
    assert decide(now(OFF, State.OFF, listening=True, calm=GONE)) is not None
    assert decide(now(OFF, State.ON, listening=True, calm=GONE)) is None


@pytest.mark.parametrize(("broken", "streaming"), [(True, False), (False, True)])
def test_the_page_alone_does_not_count_when_its_data_failed_or_streams(broken: bool, streaming: bool) -> None:
    with pytest.raises(Stop) as stop:
        decide(now(OFF, still=ALONE, broken=broken, streaming=streaming))
    assert stop.value.reason is Reason.NOT_LOADED


@pytest.mark.parametrize("sample", [ON, OFF], ids=["on", "off"])
def test_two_witnesses_that_agree_count_at_once(sample: Sample) -> None:
    assert decide(now(sample, sample.state)) == Reading(
        state=sample.state, label=LABEL, page=sample.state, network=sample.state
    )


@pytest.mark.parametrize("sample", [ON, OFF], ids=["on", "off"])
def test_the_page_alone_counts_once_everything_has_been_still(sample: Sample) -> None:
    assert decide(now(sample, still=ALONE)) == Reading(state=sample.state, label=LABEL, page=sample.state)


@pytest.mark.parametrize("sample", [ON, OFF, UNCLEAR], ids=["on", "off", "unclear"])
def test_null_on_the_network_is_undecided_whatever_the_switch_shows(sample: Sample) -> None:
    assert decide(now(sample, State.UNDECIDED)) == Reading(
        state=State.UNDECIDED, label=LABEL, page=sample.state, network=State.UNDECIDED
    )


def test_a_switch_found_only_by_its_place_counts_when_the_network_agrees() -> None:
    reading = decide(now(replace(OFF, doubt="the switch was found only by its place"), State.OFF))
    assert reading is not None
    assert reading.state is State.OFF


def test_a_switch_that_shows_nothing_of_its_own_wants_the_panels_very_own_data() -> None:
    silent = replace(OFF, doubt="the switch does not say whether it is on", supposed=True)
    assert decide(now(silent, State.OFF, still=STILL, final=False, fresh=False)) is None
    with pytest.raises(Stop, match="the panel's own data does not say it either"):
        decide(now(silent, State.OFF, still=ALONE, final=False, fresh=False))
    reading = decide(now(silent, State.OFF, final=True, fresh=True))
    assert reading is not None
    assert reading.state is State.OFF


def test_a_disabled_switch_with_its_note_counts_at_once_when_the_network_agrees() -> None:
    assert decide(now(locked(noted=True), State.OFF)) == Reading(
        state=State.OFF, label=LABEL, locked=True, page=State.OFF, network=State.OFF
    )


def test_a_disabled_switch_with_its_note_counts_alone_once_everything_has_been_still() -> None:
    assert decide(now(locked(noted=True), still=ALONE)) == Reading(
        state=State.OFF, label=LABEL, locked=True, page=State.OFF
    )


def test_a_disabled_switch_without_a_note_counts_only_still_and_with_the_network() -> None:
    sample = locked(noted=False)
    assert decide(now(sample, State.OFF, still=STILL - 0.1)) is None
    assert decide(now(sample, State.OFF, still=STILL)) == Reading(
        state=State.OFF, label=LABEL, locked=True, page=State.OFF, network=State.OFF
    )


@pytest.mark.parametrize("network", [State.UNKNOWN, State.UNDECIDED])
def test_a_commercial_organisation_with_a_loaded_panel_and_no_switch_is_not_applicable(
    network: State,
) -> None:
    assert decide(now(NOTHING, network, ALONE - 0.1, commercial=True, loaded=True)) is None
    assert decide(now(NOTHING, network, ALONE, commercial=True, loaded=True)) == Reading(
        state=State.NOT_APPLICABLE, network=network
    )


def test_null_on_the_network_and_no_switch_is_undecided_once_still() -> None:
    assert decide(now(NOTHING, State.UNDECIDED, STILL)) == Reading(state=State.UNDECIDED, network=State.UNDECIDED)


# ---------------------------------------------------------------- too early to say

TOO_EARLY = {
    "the page alone, just drawn": now(OFF),
    "the page alone, nearly still": now(OFF, still=ALONE - 0.01),
    "data that disagrees, later than the switch": now(OFF, State.ON),
    "data that disagrees, nearly still": now(ON, State.OFF, STILL - 0.01),
    "the value is under way": now(OFF, State.OFF, 99, listening=True),
    "the value is under way and there is no switch": now(
        NOTHING, still=99, listening=True, commercial=True, loaded=True
    ),
    "null so far, and more under way": now(OFF, State.UNDECIDED, 99, listening=True),
    "a busy switch": now(busy(), State.OFF),
    "a busy switch, still": now(busy(), State.OFF, 99),
    "answers that contradict": now(OFF, conflict=True),
    "half-checked": now(UNCLEAR),
    "half-checked, though the network knows": now(UNCLEAR, State.OFF),
    "found only by its place": now(replace(OFF, doubt="the switch was found only by its place")),
    "disabled without a note": now(locked(noted=False)),
    "disabled without a note, the network agrees": now(locked(noted=False), State.OFF),
    "disabled with its note": now(locked(noted=True)),
    "nothing there yet": now(NOTHING),
    "nothing there, not quite gone": now(NOTHING, still=GONE - 0.01),
    "nothing there, though the network knows": now(NOTHING, State.OFF, STILL),
    "nothing there and still loading": now(NOTHING, still=99, loading=True),
    "no switch, null, still loading": now(NOTHING, State.UNDECIDED, 99, loading=True),
    "commercial, loading": now(NOTHING, still=99, commercial=True, loaded=True, loading=True),
    "commercial, too early": now(NOTHING, still=STILL - 0.01, commercial=True, loaded=True),
    "commercial, panel not there": now(NOTHING, still=STILL, commercial=True),
    "a panel without the switch, private": now(NOTHING, still=STILL, loaded=True),
    "several switches": now(Sample(reason=Reason.AMBIGUOUS, detail="2 switches")),
}


@pytest.mark.parametrize("moment", TOO_EARLY.values(), ids=TOO_EARLY)
def test_it_is_too_early_to_say(moment: Now) -> None:
    assert decide(moment) is None


# ---------------------------------------------------------------- never to be read

IN_VAIN = {
    "page off, network on": (
        now(OFF, State.ON, STILL),
        Reason.DISAGREEMENT,
        "the page shows OFF, but its own data says ON",
    ),
    "page on, network off": (
        now(ON, State.OFF, STILL),
        Reason.DISAGREEMENT,
        "the page shows ON, but its own data says OFF",
    ),
    "answers that contradict": (
        now(OFF, still=STILL, conflict=True),
        Reason.DISAGREEMENT,
        "the site's own answers do not agree on the setting, or give no yes or no",
    ),
    "answers that contradict, no switch": (
        now(NOTHING, still=STILL, conflict=True, commercial=True, loaded=True),
        Reason.DISAGREEMENT,
        "the site's own answers do not agree on the setting, or give no yes or no",
    ),
    "half-checked": (
        now(UNCLEAR, State.OFF, STILL),
        Reason.AMBIGUOUS,
        "the switch shows neither on nor off, or contradicts itself",
    ),
    "found only by its place": (
        now(replace(OFF, doubt="the switch was found only by its place"), still=STILL),
        Reason.LAYOUT_CHANGED,
        "the switch was found only by its place, and the page's data does not confirm it",
    ),
    "found only by its place, the network disagrees": (
        now(replace(OFF, doubt="the switch was found only by its place"), State.ON, STILL),
        Reason.DISAGREEMENT,
        "the page shows OFF, but its own data says ON",
    ),
    "disabled without a note": (
        now(locked(noted=False), still=STILL),
        Reason.NOT_LOADED,
        "the switch stays disabled and the page's data does not carry its value",
    ),
    "disabled with its note, the network disagrees": (
        now(locked(noted=True), State.ON, STILL),
        Reason.DISAGREEMENT,
        "the page shows OFF, but its own data says ON",
    ),
    "several switches": (
        now(Sample(reason=Reason.AMBIGUOUS, detail="2 switches could be the setting"), still=STILL),
        Reason.AMBIGUOUS,
        "2 switches could be the setting",
    ),
}


@pytest.mark.parametrize(("moment", "reason", "detail"), IN_VAIN.values(), ids=IN_VAIN)
def test_it_will_never_be_read(moment: Now, reason: Reason, detail: str) -> None:
    with pytest.raises(Stop) as caught:
        decide(moment)
    assert (caught.value.reason, caught.value.detail) == (reason, detail)


@pytest.mark.parametrize(
    "moment",
    [
        now(NOTHING, still=GONE),
        now(NOTHING, State.OFF, GONE),
        now(NOTHING, State.ON, GONE, commercial=True, loaded=True),
        now(NOTHING, still=GONE, commercial=True),
        now(NOTHING, still=GONE, loaded=True),
    ],
    ids=[
        "nothing known",
        "the network says off",
        "commercial, but the network says on",
        "no panel",
        "private",
    ],
)
def test_a_switch_that_is_not_there_is_absent(moment: Now) -> None:
    with pytest.raises(Absent):
        decide(moment)


# ---------------------------------------------------------------- whatever happens

SAMPLES = st.builds(
    Sample,
    control=st.none() | st.builds(Control, st.just((PART,)), st.booleans(), st.booleans(), st.booleans()),
    state=st.sampled_from([State.ON, State.OFF, State.UNKNOWN]),
    doubt=st.sampled_from(["", "why"]),
    mentioned=st.booleans(),
    reason=st.none() | st.sampled_from([Reason.AMBIGUOUS, Reason.LAYOUT_CHANGED]),
)
MOMENTS = st.builds(
    Now,
    sample=SAMPLES,
    network=st.sampled_from([State.ON, State.OFF, State.UNDECIDED, State.UNKNOWN]),
    conflict=st.booleans(),
    listening=st.booleans(),
    still=st.sampled_from([0.0, STILL - 0.01, STILL, GONE, ALONE, 99.0]),
    commercial=st.booleans(),
    loaded=st.booleans(),
    loading=st.booleans(),
    calm=st.sampled_from([0.0, STILL, ALONE]),
    broken=st.booleans(),
    missed=st.booleans(),
    unanswered=st.booleans(),
    final=st.booleans(),
    fresh=st.booleans(),
    elsewhere=st.sampled_from([frozenset(), frozenset({State.ON}), frozenset({State.OFF, State.ON})]),
    streaming=st.booleans(),
)


def read(moment: Now) -> Reading | None:
    try:
        return decide(moment)
    except (Stop, Absent):
        return None


@given(MOMENTS)
def test_there_is_no_verdict_while_listening_or_busy_or_in_conflict(moment: Now) -> None:
    control = moment.sample.control
    unread = moment.listening and (moment.unanswered or not moment.final or moment.calm < GONE)
    if unread or moment.conflict or (control and control.busy):
        assert read(moment) is None


@given(MOMENTS)
def test_on_and_off_are_read_only_from_a_switch_that_nothing_contradicts(moment: Now) -> None:
    reading = read(moment)
    if reading is not None and reading.state.settled:
        assert moment.sample.control is not None
        assert reading.state is moment.sample.state
        assert moment.network in (reading.state, State.UNKNOWN)
        assert moment.network.settled or (moment.still >= ALONE and not moment.sample.doubt)


@given(MOMENTS)
def test_null_never_becomes_on_or_off(moment: Now) -> None:
    reading = read(replace(moment, network=State.UNDECIDED))
    assert reading is None or reading.state in (State.UNDECIDED, State.NOT_APPLICABLE)


@given(MOMENTS)
def test_not_applicable_needs_a_commercial_organisation_and_a_loaded_panel_without_the_switch(
    moment: Now,
) -> None:
    reading = read(moment)
    if reading is not None and reading.state is State.NOT_APPLICABLE:
        assert (moment.commercial, moment.loaded, moment.loading) == (True, True, False)
        assert moment.sample.control is None
