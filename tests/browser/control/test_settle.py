from dataclasses import replace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.browser.control.anchors import PanelScan
from auditor.browser.control.elements import Control, ControlElement
from auditor.browser.control.observation import (
    ABSENT_SECONDS,
    OFF_SECONDS,
    QUIET_SECONDS,
    QUIET_SECONDS_PAGE_ONLY,
    Observation,
)
from auditor.browser.control.outcomes import ControlAbsent
from auditor.browser.control.settle import judge_observation
from auditor.browser.network.witness import NetworkWitness
from auditor.core.finding import Evidence, Reading, ReadingStopped, Reason, State

PART = ControlElement(
    cast("Any", None), "Help improve our AI models", "switch", radio=False, signals=(False,)
)
CONTROL = Control((PART,), disabled=False, busy=False, has_domain_note=False)
LABEL = "Help improve our AI models"
OFF = PanelScan(control=CONTROL, state=State.OFF, label=LABEL)
ON = replace(OFF, state=State.ON)
UNCLEAR = replace(OFF, state=State.UNKNOWN)
NOTHING = PanelScan()
OBSERVED = (
    "seconds_unchanged",
    "seconds_uncorrected",
    "seconds_same_element",
    "plan_without_setting",
    "plan_proved_by_data",
    "panel_loaded",
    "panel_loading",
)


def now(
    scan: PanelScan = OFF,
    network: State = State.UNKNOWN,
    seconds_idle: float = OFF_SECONDS,
    **more: Any,  # noqa: ANN401
) -> Observation:
    """Make an observation; further words are fields of it, or of the network's witness."""
    known = {"panel_source_answered": True, "asked_after_opening": True} | more
    known.setdefault("seconds_uncorrected", OFF_SECONDS)
    timing = {name: known.pop(name) for name in OBSERVED if name in known}
    witness = NetworkWitness(value=network, **known)
    return Observation(scan=scan, network=witness, seconds_idle=seconds_idle, **timing)


def locked(scan: PanelScan = OFF, *, noted: bool) -> PanelScan:
    return replace(scan, control=replace(CONTROL, disabled=True, has_domain_note=noted))


def busy(scan: PanelScan = OFF) -> PanelScan:
    return replace(scan, control=replace(CONTROL, busy=True))


# ---------------------------------------------------------------- readings that count


def test_an_answer_older_than_the_panel_counts_only_after_a_while() -> None:
    assert (
        judge_observation(
            now(
                OFF,
                State.OFF,
                panel_source_answered=False,
                asked_after_opening=False,
                seconds_idle=QUIET_SECONDS_PAGE_ONLY - 0.1,
            )
        )
        is None
    )
    assert (
        judge_observation(
            now(
                OFF,
                State.OFF,
                panel_source_answered=False,
                asked_after_opening=False,
                seconds_idle=QUIET_SECONDS_PAGE_ONLY,
            )
        )
        is not None
    )


def test_what_the_panels_source_said_before_the_panel_was_opened_counts_only_after_a_while() -> (
    None
):
    assert (
        judge_observation(
            now(OFF, State.OFF, asked_after_opening=False, seconds_idle=QUIET_SECONDS - 0.1)
        )
        is None
    )
    assert (
        judge_observation(
            now(OFF, State.OFF, asked_after_opening=False, seconds_idle=QUIET_SECONDS)
        )
        is not None
    )


def test_an_answer_that_has_not_begun_to_come_is_waited_for() -> None:
    assert (
        judge_observation(
            now(
                OFF,
                State.OFF,
                answer_pending=True,
                answer_not_begun=True,
                seconds_unchanged=ABSENT_SECONDS,
            )
        )
        is None
    )


def test_a_value_at_an_unknown_place_confirms_nothing_and_may_contradict() -> None:
    assert (
        judge_observation(
            now(
                OFF,
                seconds_idle=QUIET_SECONDS_PAGE_ONLY - 0.1,
                hinted_values=frozenset({State.OFF}),
            )
        )
        is None
    )
    assert (
        judge_observation(
            now(
                OFF,
                seconds_idle=QUIET_SECONDS_PAGE_ONLY,
                hinted_values=frozenset({State.OFF}),
            )
        )
        is not None
    )
    with pytest.raises(ReadingStopped) as stop:
        judge_observation(
            now(
                OFF,
                seconds_idle=QUIET_SECONDS_PAGE_ONLY,
                hinted_values=frozenset({State.ON}),
            )
        )
    assert stop.value.reason is Reason.DISAGREEMENT


@pytest.mark.parametrize(
    "sign", [{"scan": PanelScan(setting_mentioned=True)}, {"data_request_failed": True}]
)
def test_a_panel_that_mentions_the_setting_or_lacks_its_data_is_never_not_applicable(
    sign: dict[str, Any],
) -> None:
    known: dict[str, Any] = {
        "scan": NOTHING,
        "seconds_idle": QUIET_SECONDS_PAGE_ONLY,
        "plan_without_setting": True,
        "panel_loaded": True,
    } | sign
    with pytest.raises(ControlAbsent):
        judge_observation(now(**known))


def test_an_answer_counts_for_nothing_while_a_newer_one_was_asked_for_in_vain() -> None:
    assert (
        judge_observation(
            now(
                OFF,
                State.OFF,
                panel_source_answered=False,
                source_gave_no_value=True,
                seconds_idle=QUIET_SECONDS_PAGE_ONLY - 0.1,
            )
        )
        is None
    )
    with pytest.raises(ReadingStopped) as stop:
        judge_observation(
            now(
                OFF,
                State.OFF,
                panel_source_answered=False,
                source_gave_no_value=True,
                seconds_idle=QUIET_SECONDS_PAGE_ONLY,
            )
        )
    assert stop.value.reason is Reason.NOT_LOADED
    assert (
        judge_observation(
            now(OFF, State.OFF, panel_source_answered=True, source_gave_no_value=True)
        )
        is not None
    )


def test_an_answer_that_is_never_read_does_not_hold_up_what_the_panel_said() -> None:
    assert (
        judge_observation(
            now(OFF, State.OFF, answer_pending=True, seconds_unchanged=ABSENT_SECONDS - 0.1)
        )
        is None
    )
    assert (
        judge_observation(
            now(OFF, State.OFF, answer_pending=True, seconds_unchanged=ABSENT_SECONDS)
        )
        is not None
    )
    assert (
        judge_observation(now(OFF, State.ON, answer_pending=True, seconds_unchanged=ABSENT_SECONDS))
        is None
    )


@pytest.mark.parametrize(("data_request_failed", "stream_open"), [(True, False), (False, True)])
def test_the_page_alone_does_not_count_when_its_data_failed_or_streams(
    data_request_failed: bool, stream_open: bool
) -> None:
    with pytest.raises(ReadingStopped) as stop:
        judge_observation(
            now(
                OFF,
                seconds_idle=QUIET_SECONDS_PAGE_ONLY,
                data_request_failed=data_request_failed,
                stream_open=stream_open,
            )
        )
    assert stop.value.reason is Reason.NOT_LOADED


@pytest.mark.parametrize("scan", [ON, OFF], ids=["on", "off"])
def test_two_witnesses_that_agree_prove_it(scan: PanelScan) -> None:
    assert judge_observation(now(scan, scan.state)) == Reading(
        state=scan.state,
        label=LABEL,
        page=scan.state,
        network=scan.state,
        evidence=Evidence.PROVED,
    )


def test_a_proved_on_counts_at_once_and_a_proved_off_after_one_quiet_second() -> None:
    assert judge_observation(now(ON, State.ON, seconds_uncorrected=0.0)) is not None
    soon = now(OFF, State.OFF, seconds_idle=99, seconds_uncorrected=OFF_SECONDS - 0.01)
    assert judge_observation(soon) is None
    assert judge_observation(replace(soon, seconds_uncorrected=OFF_SECONDS)) is not None


def test_a_proved_off_waits_for_what_is_under_way_but_not_for_ever() -> None:
    under_way = now(
        OFF, State.OFF, 0.0, seconds_uncorrected=99, seconds_unchanged=ABSENT_SECONDS - 0.1
    )
    assert judge_observation(under_way) is None
    assert judge_observation(replace(under_way, seconds_idle=OFF_SECONDS)) is not None
    assert judge_observation(replace(under_way, seconds_unchanged=ABSENT_SECONDS)) is not None


@pytest.mark.parametrize("scan", [ON, OFF], ids=["on", "off"])
def test_a_panel_that_corrects_an_older_answer_gets_time_to_ask_once_more(scan: PanelScan) -> None:
    corrected = now(
        scan, scan.state, 99, corrects_older=True, seconds_uncorrected=QUIET_SECONDS - 0.01
    )
    assert judge_observation(corrected) is None
    reading = judge_observation(replace(corrected, seconds_uncorrected=QUIET_SECONDS))
    assert reading is not None
    assert (reading.state, reading.evidence) == (scan.state, Evidence.PROVED)


def test_an_off_is_not_proved_where_the_page_was_kept_from_reading() -> None:
    with pytest.raises(ReadingStopped) as stop:
        judge_observation(now(OFF, State.OFF, QUIET_SECONDS, read_refused=True))
    assert stop.value.reason is Reason.UNCORROBORATED
    reading = judge_observation(now(ON, State.ON, read_refused=True))
    assert reading is not None
    assert reading.evidence is Evidence.PROVED


def test_a_value_in_another_form_contradicts_a_proof() -> None:
    torn = now(OFF, State.OFF, QUIET_SECONDS, hinted_values=frozenset({State.ON}))
    with pytest.raises(ReadingStopped) as stop:
        judge_observation(torn)
    assert stop.value.reason is Reason.DISAGREEMENT


@pytest.mark.parametrize(
    "known",
    [
        {"panel_source_answered": False, "asked_after_opening": False},
        {"asked_after_opening": False},
    ],
    ids=["only an older source", "asked before the opening"],
)
@pytest.mark.parametrize("scan", [ON, OFF], ids=["on", "off"])
def test_what_was_not_asked_after_the_opening_proves_nothing(
    scan: PanelScan, known: dict[str, Any]
) -> None:
    reading = judge_observation(
        now(scan, scan.state, seconds_idle=QUIET_SECONDS_PAGE_ONLY, **known)
    )
    assert reading is not None
    assert reading.evidence is Evidence.SEEN


@pytest.mark.parametrize(
    "known", [{"hinted_values": frozenset({State.ON})}, {"source_gave_no_value": True}]
)
def test_an_older_null_counts_for_nothing_where_the_panel_says_something_else(
    known: dict[str, Any],
) -> None:
    older = {"panel_source_answered": False, "asked_after_opening": False, **known}
    with pytest.raises(ReadingStopped) as stop:
        judge_observation(now(OFF, State.UNDECIDED, QUIET_SECONDS_PAGE_ONLY, **older))
    assert stop.value.reason is Reason.NOT_LOADED


def test_an_older_null_waits_for_the_panels_own_answer() -> None:
    older = now(
        ON,
        State.UNDECIDED,
        QUIET_SECONDS - 0.01,
        panel_source_answered=False,
        asked_after_opening=False,
    )
    assert judge_observation(older) is None
    reading = judge_observation(replace(older, seconds_idle=QUIET_SECONDS))
    assert reading is not None
    assert (reading.state, reading.evidence) == (State.UNDECIDED, None)


@pytest.mark.parametrize("scan", [ON, OFF], ids=["on", "off"])
def test_the_page_alone_counts_once_everything_has_been_still(scan: PanelScan) -> None:
    assert judge_observation(now(scan, seconds_idle=QUIET_SECONDS_PAGE_ONLY)) == Reading(
        state=scan.state, label=LABEL, page=scan.state, evidence=Evidence.SEEN
    )


@pytest.mark.parametrize("scan", [ON, OFF, UNCLEAR], ids=["on", "off", "unclear"])
def test_null_on_the_network_is_undecided_whatever_the_switch_shows(scan: PanelScan) -> None:
    assert judge_observation(now(scan, State.UNDECIDED)) == Reading(
        state=State.UNDECIDED, label=LABEL, page=scan.state, network=State.UNDECIDED
    )


def test_a_switch_found_only_by_its_place_counts_when_the_network_agrees() -> None:
    reading = judge_observation(
        now(replace(OFF, doubt="the switch was found only by its place"), State.OFF)
    )
    assert reading is not None
    assert reading.state is State.OFF


def test_a_switch_that_shows_nothing_of_its_own_wants_the_panels_very_own_data() -> None:
    silent = replace(OFF, doubt="the switch does not say whether it is on", state_assumed=True)
    assert (
        judge_observation(
            now(
                silent,
                State.OFF,
                seconds_idle=QUIET_SECONDS,
                panel_source_answered=False,
                asked_after_opening=False,
            )
        )
        is None
    )
    with pytest.raises(ReadingStopped, match="the panel's own data does not say it either"):
        judge_observation(
            now(
                silent,
                State.OFF,
                seconds_idle=QUIET_SECONDS_PAGE_ONLY,
                panel_source_answered=False,
                asked_after_opening=False,
            )
        )
    reading = judge_observation(
        now(silent, State.OFF, panel_source_answered=True, asked_after_opening=True)
    )
    assert reading is not None
    assert reading.state is State.OFF


def test_a_disabled_switch_with_its_note_is_proved_when_the_network_agrees() -> None:
    assert judge_observation(now(locked(noted=True), State.OFF)) == Reading(
        state=State.OFF,
        label=LABEL,
        locked=True,
        page=State.OFF,
        network=State.OFF,
        evidence=Evidence.PROVED,
    )


def test_a_disabled_switch_with_its_note_counts_alone_once_everything_has_been_still() -> None:
    assert judge_observation(
        now(locked(noted=True), seconds_idle=QUIET_SECONDS_PAGE_ONLY)
    ) == Reading(state=State.OFF, label=LABEL, locked=True, page=State.OFF, evidence=Evidence.SEEN)


def test_a_disabled_switch_without_a_note_counts_only_still_and_with_the_network() -> None:
    scan = locked(noted=False)
    assert judge_observation(now(scan, State.OFF, seconds_idle=QUIET_SECONDS - 0.1)) is None
    assert judge_observation(now(scan, State.OFF, seconds_idle=QUIET_SECONDS)) == Reading(
        state=State.OFF,
        label=LABEL,
        locked=True,
        page=State.OFF,
        network=State.OFF,
        evidence=Evidence.SEEN,
    )


@pytest.mark.parametrize("network", [State.UNKNOWN, State.UNDECIDED])
def test_a_commercial_organisation_with_a_loaded_panel_and_no_switch_is_not_applicable(
    network: State,
) -> None:
    assert (
        judge_observation(
            now(
                NOTHING,
                network,
                QUIET_SECONDS_PAGE_ONLY - 0.1,
                plan_without_setting=True,
                panel_loaded=True,
            )
        )
        is None
    )
    assert judge_observation(
        now(NOTHING, network, QUIET_SECONDS_PAGE_ONLY, plan_without_setting=True, panel_loaded=True)
    ) == Reading(state=State.NOT_APPLICABLE, network=network, evidence=Evidence.SEEN)


@pytest.mark.parametrize("network", [State.ON, State.OFF, State.UNDECIDED, State.UNKNOWN])
def test_the_accounts_own_value_says_nothing_where_the_data_proves_a_commercial_plan(
    network: State,
) -> None:
    known: dict[str, Any] = {"plan_without_setting": True, "plan_proved_by_data": True}
    loaded = now(NOTHING, network, QUIET_SECONDS_PAGE_ONLY, panel_loaded=True, **known)
    assert judge_observation(loaded) == Reading(
        state=State.NOT_APPLICABLE, network=network, evidence=Evidence.SEEN
    )
    with pytest.raises(ControlAbsent):
        judge_observation(now(NOTHING, network, ABSENT_SECONDS, **known))


def test_a_panel_that_mentions_the_setting_is_believed_more_than_a_proved_plan() -> None:
    scan = PanelScan(setting_mentioned=True)
    known: dict[str, Any] = {"plan_without_setting": True, "plan_proved_by_data": True}
    with pytest.raises(ControlAbsent):
        judge_observation(now(scan, State.ON, 99, panel_loaded=True, **known))


def test_null_on_the_network_and_no_switch_is_undecided_once_still() -> None:
    assert judge_observation(now(NOTHING, State.UNDECIDED, QUIET_SECONDS)) == Reading(
        state=State.UNDECIDED, network=State.UNDECIDED
    )


# ---------------------------------------------------------------- too early to say

TOO_EARLY = {
    "the page alone, just drawn": now(OFF),
    "the page alone, nearly still": now(OFF, seconds_idle=QUIET_SECONDS_PAGE_ONLY - 0.01),
    "data that disagrees, later than the switch": now(OFF, State.ON),
    "data that disagrees, nearly still": now(ON, State.OFF, QUIET_SECONDS - 0.01),
    "the value is under way": now(OFF, State.OFF, 99, answer_pending=True),
    "the value is under way and there is no switch": now(
        NOTHING, seconds_idle=99, answer_pending=True, plan_without_setting=True, panel_loaded=True
    ),
    "null so far, and more under way": now(OFF, State.UNDECIDED, 99, answer_pending=True),
    "a busy switch": now(busy(), State.OFF),
    "a busy switch, still": now(busy(), State.OFF, 99),
    "answers that contradict": now(OFF, answers_conflict=True),
    "half-checked": now(UNCLEAR),
    "half-checked, though the network knows": now(UNCLEAR, State.OFF),
    "found only by its place": now(replace(OFF, doubt="the switch was found only by its place")),
    "disabled without a note": now(locked(noted=False)),
    "disabled without a note, the network agrees": now(locked(noted=False), State.OFF),
    "disabled with its note": now(locked(noted=True)),
    "nothing there yet": now(NOTHING),
    "nothing there, not quite gone": now(NOTHING, seconds_idle=ABSENT_SECONDS - 0.01),
    "nothing there, though the network knows": now(NOTHING, State.OFF, QUIET_SECONDS),
    "nothing there and still loading": now(NOTHING, seconds_idle=99, panel_loading=True),
    "no switch, null, still loading": now(NOTHING, State.UNDECIDED, 99, panel_loading=True),
    "commercial, loading": now(
        NOTHING, seconds_idle=99, plan_without_setting=True, panel_loaded=True, panel_loading=True
    ),
    "commercial, too early": now(
        NOTHING, seconds_idle=QUIET_SECONDS - 0.01, plan_without_setting=True, panel_loaded=True
    ),
    "commercial, panel not there": now(
        NOTHING, seconds_idle=QUIET_SECONDS, plan_without_setting=True
    ),
    "a panel without the switch, private": now(
        NOTHING, seconds_idle=QUIET_SECONDS, panel_loaded=True
    ),
    "several switches": now(PanelScan(reason=Reason.AMBIGUOUS, detail="2 switches")),
}


@pytest.mark.parametrize("moment", TOO_EARLY.values(), ids=TOO_EARLY)
def test_it_is_too_early_to_say(moment: Observation) -> None:
    assert judge_observation(moment) is None


# ---------------------------------------------------------------- never to be read

IN_VAIN = {
    "page off, network on": (
        now(OFF, State.ON, QUIET_SECONDS),
        Reason.DISAGREEMENT,
        "the page shows OFF, but its own data says ON",
    ),
    "page on, network off": (
        now(ON, State.OFF, QUIET_SECONDS),
        Reason.DISAGREEMENT,
        "the page shows ON, but its own data says OFF",
    ),
    "answers that contradict": (
        now(OFF, seconds_idle=QUIET_SECONDS, answers_conflict=True),
        Reason.DISAGREEMENT,
        "the site's own answers do not agree on the setting, or give no yes or no",
    ),
    "answers that contradict, no switch": (
        now(
            NOTHING,
            seconds_idle=QUIET_SECONDS,
            answers_conflict=True,
            plan_without_setting=True,
            panel_loaded=True,
        ),
        Reason.DISAGREEMENT,
        "the site's own answers do not agree on the setting, or give no yes or no",
    ),
    "half-checked": (
        now(UNCLEAR, State.OFF, QUIET_SECONDS),
        Reason.AMBIGUOUS,
        "the switch shows neither on nor off, or contradicts itself",
    ),
    "found only by its place": (
        now(
            replace(OFF, doubt="the switch was found only by its place"), seconds_idle=QUIET_SECONDS
        ),
        Reason.LAYOUT_CHANGED,
        "the switch was found only by its place, and the page's data does not confirm it",
    ),
    "found only by its place, the network disagrees": (
        now(replace(OFF, doubt="the switch was found only by its place"), State.ON, QUIET_SECONDS),
        Reason.DISAGREEMENT,
        "the page shows OFF, but its own data says ON",
    ),
    "disabled without a note": (
        now(locked(noted=False), seconds_idle=QUIET_SECONDS),
        Reason.NOT_LOADED,
        "the switch stays disabled and the page's data does not carry its value",
    ),
    "disabled with its note, the network disagrees": (
        now(locked(noted=True), State.ON, QUIET_SECONDS),
        Reason.DISAGREEMENT,
        "the page shows OFF, but its own data says ON",
    ),
    "several switches": (
        now(
            PanelScan(reason=Reason.AMBIGUOUS, detail="2 switches could be the setting"),
            seconds_idle=QUIET_SECONDS,
        ),
        Reason.AMBIGUOUS,
        "2 switches could be the setting",
    ),
}


@pytest.mark.parametrize(("moment", "reason", "detail"), IN_VAIN.values(), ids=IN_VAIN)
def test_it_will_never_be_read(moment: Observation, reason: Reason, detail: str) -> None:
    with pytest.raises(ReadingStopped) as caught:
        judge_observation(moment)
    assert (caught.value.reason, caught.value.detail) == (reason, detail)


@pytest.mark.parametrize(
    "moment",
    [
        now(NOTHING, seconds_idle=ABSENT_SECONDS),
        now(NOTHING, State.OFF, ABSENT_SECONDS),
        now(NOTHING, State.ON, ABSENT_SECONDS, plan_without_setting=True, panel_loaded=True),
        now(NOTHING, seconds_idle=ABSENT_SECONDS, plan_without_setting=True),
        now(NOTHING, seconds_idle=ABSENT_SECONDS, panel_loaded=True),
    ],
    ids=[
        "nothing known",
        "the network says off",
        "commercial, but the network says on",
        "no panel",
        "private",
    ],
)
def test_a_switch_that_is_not_there_is_absent(moment: Observation) -> None:
    with pytest.raises(ControlAbsent):
        judge_observation(moment)


# ---------------------------------------------------------------- whatever happens

SAMPLES = st.builds(
    PanelScan,
    control=st.none()
    | st.builds(Control, st.just((PART,)), st.booleans(), st.booleans(), st.booleans()),
    state=st.sampled_from([State.ON, State.OFF, State.UNKNOWN]),
    doubt=st.sampled_from(["", "why"]),
    setting_mentioned=st.booleans(),
    reason=st.none() | st.sampled_from([Reason.AMBIGUOUS, Reason.LAYOUT_CHANGED]),
)
WITNESSES = st.builds(
    NetworkWitness,
    value=st.sampled_from([State.ON, State.OFF, State.UNDECIDED, State.UNKNOWN]),
    answers_conflict=st.booleans(),
    answer_pending=st.booleans(),
    answer_not_begun=st.booleans(),
    panel_source_answered=st.booleans(),
    asked_after_opening=st.booleans(),
    corrects_older=st.booleans(),
    source_gave_no_value=st.booleans(),
    data_request_failed=st.booleans(),
    hinted_values=st.sampled_from(
        [frozenset(), frozenset({State.ON}), frozenset({State.OFF, State.ON})]
    ),
    read_refused=st.booleans(),
    stream_open=st.booleans(),
)
MOMENTS = st.builds(
    Observation,
    scan=SAMPLES,
    network=WITNESSES,
    seconds_idle=st.sampled_from(
        [0.0, QUIET_SECONDS - 0.01, QUIET_SECONDS, ABSENT_SECONDS, QUIET_SECONDS_PAGE_ONLY, 99.0]
    ),
    seconds_unchanged=st.sampled_from([0.0, QUIET_SECONDS, QUIET_SECONDS_PAGE_ONLY]),
    seconds_uncorrected=st.sampled_from([0.0, OFF_SECONDS - 0.01, OFF_SECONDS, QUIET_SECONDS]),
    plan_without_setting=st.booleans(),
    panel_loaded=st.booleans(),
    panel_loading=st.booleans(),
)


def read(moment: Observation) -> Reading | None:
    try:
        return judge_observation(moment)
    except (ReadingStopped, ControlAbsent):
        return None


@given(MOMENTS)
def test_there_is_no_verdict_while_listening_or_busy_or_in_conflict(moment: Observation) -> None:
    control = moment.scan.control
    unread = moment.network.answer_pending and (
        moment.network.answer_not_begun
        or not moment.network.panel_source_answered
        or moment.seconds_unchanged < ABSENT_SECONDS
    )
    if unread or moment.network.answers_conflict or (control and control.busy):
        assert read(moment) is None


@given(MOMENTS)
def test_on_and_off_are_read_only_from_a_switch_that_nothing_contradicts(
    moment: Observation,
) -> None:
    reading = read(moment)
    if reading is not None and reading.state.settled:
        assert moment.scan.control is not None
        assert reading.state is moment.scan.state
        assert moment.network.value in (reading.state, State.UNKNOWN)
        assert moment.network.value.settled or (
            moment.seconds_idle >= QUIET_SECONDS_PAGE_ONLY and not moment.scan.doubt
        )


@given(MOMENTS)
def test_only_the_panels_own_data_proves_and_an_off_only_after_a_second(
    moment: Observation,
) -> None:
    reading = read(moment)
    if reading is not None and reading.evidence is Evidence.PROVED:
        assert moment.network.asked_after_opening
        assert moment.network.value is reading.state is moment.scan.state
        assert not moment.network.hinted_values - {reading.state}
        assert reading.state is State.ON or moment.seconds_uncorrected >= OFF_SECONDS


@given(MOMENTS)
def test_null_never_becomes_on_or_off(moment: Observation) -> None:
    reading = read(replace(moment, network=replace(moment.network, value=State.UNDECIDED)))
    assert reading is None or reading.state in (State.UNDECIDED, State.NOT_APPLICABLE)


@given(MOMENTS)
def test_not_applicable_needs_a_commercial_organisation_and_a_loaded_panel_without_the_switch(
    moment: Observation,
) -> None:
    reading = read(moment)
    if reading is not None and reading.state is State.NOT_APPLICABLE:
        assert (moment.plan_without_setting, moment.panel_loaded, moment.panel_loading) == (
            True,
            True,
            False,
        )
        assert moment.scan.control is None


# ---------------------------------------------------------------- what speaks against a proved off


def test_an_off_is_not_proved_where_another_value_may_have_come() -> None:
    missed: dict[str, Any] = {"missed": ("POST /api/privacy",), "seconds_idle": QUIET_SECONDS}
    with pytest.raises(ReadingStopped) as stop:
        judge_observation(now(OFF, State.OFF, **missed))
    assert stop.value.reason is Reason.UNCORROBORATED
    assert "POST /api/privacy" in stop.value.detail
    assert judge_observation(now(ON, State.ON, **missed)) is not None


def test_an_off_beside_which_the_page_is_at_work_is_waited_for_and_never_proved() -> None:
    at_work = replace(OFF, says_waiting=True)
    early = now(at_work, State.OFF, seconds_idle=QUIET_SECONDS_PAGE_ONLY - 0.1)
    assert judge_observation(early) is None
    with pytest.raises(ReadingStopped) as stop:
        judge_observation(now(at_work, State.OFF, seconds_idle=QUIET_SECONDS_PAGE_ONLY))
    assert stop.value.reason is Reason.NOT_LOADED
    assert judge_observation(now(replace(ON, says_waiting=True), State.ON)) is not None


def test_an_off_is_proved_later_where_a_worker_was_started() -> None:
    def worker(seconds: float, scan: PanelScan = OFF) -> Reading | None:
        known: dict[str, Any] = {"helper_started": True, "seconds_uncorrected": seconds}
        return judge_observation(now(scan, scan.state, seconds, **known))

    assert worker(QUIET_SECONDS_PAGE_ONLY - 0.1) is None
    assert worker(QUIET_SECONDS_PAGE_ONLY) is not None
    assert worker(0, ON) is not None


@pytest.mark.parametrize("scan", [OFF, ON, NOTHING])
def test_nothing_is_told_of_an_account_where_the_data_names_two(scan: PanelScan) -> None:
    with pytest.raises(ReadingStopped) as stop:
        judge_observation(
            now(scan, scan.state, tells_two_accounts=True, seconds_idle=QUIET_SECONDS)
        )
    assert stop.value.reason is Reason.DISAGREEMENT


def test_a_control_drawn_anew_again_and_again_holds_an_off_up_for_a_while() -> None:
    def redrawn(unchanged: float) -> Reading | None:
        return judge_observation(
            now(OFF, State.OFF, seconds_same_element=0.3, seconds_unchanged=unchanged)
        )

    assert redrawn(ABSENT_SECONDS - 0.1) is None
    assert redrawn(ABSENT_SECONDS) is not None


def test_a_reading_says_that_another_answer_told_something_else() -> None:
    reading = judge_observation(
        now(OFF, State.OFF, corrects_older=True, seconds_idle=9, seconds_uncorrected=9)
    )
    assert reading is not None
    assert reading.corrects_older
