# ruff: noqa: FBT003 - the signals of a control are booleans
from dataclasses import replace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.browser.control.anchors import Anchors, PanelScan, _language
from auditor.browser.control.candidate import Candidate
from auditor.browser.control.elements import Control, ControlElement
from auditor.browser.control.scanner import _first
from auditor.core.finding import Reason, State
from auditor.flow import Site, load_flow

SITE: Site = load_flow("claude/web").about
LABEL = "Help improve our AI models"
ANCHORS = Anchors(SITE)
PAIRS = ANCHORS.pairs


def part(name: str = LABEL, *signals: object, radio: bool = False) -> ControlElement:
    return ControlElement(cast("Any", name), name, "radio" if radio else "switch", radio, signals)


def radio(name: str, *signals: object) -> ControlElement:
    return part(name, *signals, radio=True)


def control(*parts: ControlElement) -> Control:
    return Control(parts, disabled=False, busy=False, has_domain_note=False)


def unit(
    name: str = LABEL,
    *,
    linked: bool = False,
    decoy: bool = False,
    beside: str = "",
    exact: bool = True,
) -> Candidate:
    texts: list[dict[str, Any]] = [{"exact": exact, "label": beside}] if beside else []
    return Candidate([part(name, False)], has_help_link=linked, is_decoy=decoy, labels_beside=texts)


def seen(*units: Candidate, lang: str = "en-US") -> PanelScan:
    return ANCHORS.choose_control(list(units), lang, "", loading=False)


# ---------------------------------------------------------------- what a control shows


@pytest.mark.parametrize(
    ("signals", "state"),
    [
        ((True,), State.ON),
        ((False,), State.OFF),
        ((True, True), State.ON),
        ((False, False, False), State.OFF),
        ((True, False), State.UNKNOWN),
        ((False, "mixed"), State.UNKNOWN),
        (("mixed",), State.UNKNOWN),
        ((None,), State.UNKNOWN),
        ((False, None), State.UNKNOWN),
        ((0,), State.UNKNOWN),
        ((1,), State.UNKNOWN),
        (("false",), State.UNKNOWN),
        ((), State.UNKNOWN),
    ],
)
def test_a_switch_is_on_or_off_only_if_every_signal_says_so(
    signals: tuple[object, ...], state: State
) -> None:
    assert control(part(LABEL, *signals)).state(PAIRS) is state


def test_twins_that_contradict_one_another_show_neither() -> None:
    assert control(part(LABEL, False), part("", True)).state(PAIRS) is State.UNKNOWN


@given(
    st.lists(
        st.lists(st.sampled_from([True, False, None, "mixed"]), max_size=3), min_size=1, max_size=3
    )
)
def test_off_comes_only_from_signals_that_are_all_false(signals: list[list[object]]) -> None:
    state = control(*(part(LABEL, *each) for each in signals)).state(PAIRS)
    if state is State.OFF:
        assert all(signal is False for each in signals for signal in each)


@pytest.mark.parametrize(
    ("parts", "state"),
    [
        ([radio("On", True), radio("Off", False)], State.ON),
        ([radio("On", False), radio("Off", True)], State.OFF),
        ([radio("Off", True), radio("On", False)], State.OFF),
        ([radio("Ein", False), radio("Aus", True)], State.OFF),
        ([radio("オン", True), radio("オフ", False)], State.ON),
        ([radio("ON:", True), radio("off", False)], State.ON),
        ([radio("On", False), radio("Off", False)], State.UNKNOWN),
        ([radio("On", True), radio("Off", True)], State.UNKNOWN),
        ([radio("On", False, True), radio("Off", True)], State.UNKNOWN),
        ([radio("On", "mixed"), radio("Off", True)], State.UNKNOWN),
        ([radio("On", True)], State.UNKNOWN),
        ([radio("Off", True)], State.UNKNOWN),
        ([radio("On", False), radio("Off", True), radio("Ask", False)], State.UNKNOWN),
        ([radio("On", False), radio("On", False), radio("Off", True)], State.UNKNOWN),
        ([radio("Yes", False), radio("No", True)], State.UNKNOWN),
    ],
)
def test_a_pair_of_radios_needs_one_on_and_one_off_and_one_of_them_chosen(
    parts: list[ControlElement], state: State
) -> None:
    assert control(*parts).state(PAIRS) is state


def test_a_switch_is_pressed_itself_and_its_innermost_part_first() -> None:
    switch = control(part(LABEL, True), part("", True))
    assert switch.clickable_elements(State.OFF, PAIRS) == [switch.elements[1], switch.elements[0]]


@pytest.mark.parametrize(("wanted", "name"), [(State.ON, "On"), (State.OFF, "Off")])
def test_of_a_pair_the_wanted_half_is_pressed(wanted: State, name: str) -> None:
    assert [
        each.name
        for each in control(radio("Off", True), radio("On", False)).clickable_elements(
            wanted, PAIRS
        )
    ] == [name]


def test_a_control_bears_the_first_name_of_its_parts() -> None:
    assert control(part("", True), part(LABEL, True)).name == LABEL
    assert control(radio("On", True)).name == ""


# ---------------------------------------------------------------- which control it is


@pytest.mark.parametrize("label", SITE.labels)
def test_a_switch_with_a_known_name_is_the_setting(label: str) -> None:
    sample = seen(unit("Other"), unit(label))
    assert (sample.state, sample.label, bool(sample.doubt)) == (State.OFF, label, False)


@pytest.mark.parametrize("name", [f"{LABEL} New", f"{LABEL}:", LABEL.upper(), f"  {LABEL}\n"])
def test_a_badge_a_colon_and_capitals_do_not_hide_the_name(name: str) -> None:
    assert seen(unit(name)).control is not None


@pytest.mark.parametrize("name", ["Other", f"Not {LABEL}", "Help improve", "Location metadata", ""])
def test_a_switch_with_another_name_is_not_the_setting(name: str) -> None:
    sample = seen(unit(name))
    assert (sample.control, sample.reason) == (None, None)


def test_what_is_not_the_setting_is_named_for_the_diagnosis() -> None:
    assert seen(unit("Other\x1b[1m"), unit("")).names == ("Other", "(no name)")


def test_two_switches_with_the_name_are_ambiguous() -> None:
    sample = seen(unit(), unit("Help improve Claude"))
    assert (sample.control, sample.reason, sample.detail) == (
        None,
        Reason.AMBIGUOUS,
        "2 switches could be the setting",
    )


def test_a_name_here_and_the_help_link_there_are_ambiguous() -> None:
    assert seen(unit(), unit("Toggle", linked=True)).reason is Reason.AMBIGUOUS


@pytest.mark.parametrize(
    "decoy", ["Location metadata", "ロケーションメタデータ", "Help improve Anthropic Labs"]
)
def test_a_decoy_never_counts_even_with_the_help_link(decoy: str) -> None:
    sample = seen(unit(decoy, linked=True, beside=LABEL))
    assert (sample.control, sample.reason) == (None, None)


def test_a_decoy_by_its_link_never_counts_even_with_the_name() -> None:
    assert seen(unit(LABEL, decoy=True)).control is None


def test_the_setting_is_found_beside_a_decoy() -> None:
    sample = seen(unit("Location metadata"), unit(linked=True))
    assert (sample.label, sample.reason) == (LABEL, None)


@pytest.mark.parametrize("name", ["", "Toggle", "Switch", "On"])
def test_a_nameless_switch_is_the_setting_by_the_label_beside_it(name: str) -> None:
    sample = seen(unit(name, beside=LABEL))
    assert (sample.label, bool(sample.doubt), sample.control is None) == (LABEL, False, False)


def test_a_switch_with_a_name_of_its_own_beside_the_label_needs_the_network() -> None:
    sample = seen(unit("Training allowed", beside=LABEL))
    assert (bool(sample.doubt), sample.control is None) == (True, False)


@pytest.mark.parametrize(("name", "signal"), [("Off", True), ("On", False)])
def test_a_control_named_after_the_other_state_tells_nothing(name: str, signal: bool) -> None:
    assert control(part(name, signal)).state(PAIRS) is State.UNKNOWN


def test_a_single_button_named_off_and_not_pressed_needs_the_network() -> None:
    button = replace(part("Off", False), role="button")
    single = Candidate([button], labels_beside=[{"exact": True, "label": LABEL}])
    assert seen(single).doubt


def test_a_label_that_is_only_part_of_the_text_beside_needs_the_network() -> None:
    sample = seen(unit("", beside=LABEL, exact=False))
    assert (bool(sample.doubt), sample.control is None) == (True, False)


def test_a_name_that_goes_on_after_the_label_needs_the_network() -> None:
    sample = seen(unit(f"{LABEL} and more", linked=True))
    assert (sample.label, bool(sample.doubt)) == (LABEL, True)


def test_the_help_link_with_an_unknown_label_in_a_known_language_is_a_changed_layout() -> None:
    sample = seen(unit("Train on my chats", linked=True))
    assert (sample.control, sample.reason, sample.detail) == (
        None,
        Reason.LAYOUT_CHANGED,
        (
            "the switch with the help article's link bears a label that is not known: Train on my"
            " chats"
        ),
    )


def test_the_help_link_with_no_label_in_a_known_language_is_a_changed_layout() -> None:
    assert (
        seen(unit("", linked=True), lang="de").detail
        == "the switch with the help article's link bears a label that is not known: none"
    )


def test_the_help_link_in_an_unknown_language_needs_the_network() -> None:
    sample = seen(unit("Hjälp till att förbättra", linked=True), lang="sv-SE")
    assert (sample.label, bool(sample.doubt), sample.control is None) == (
        "Hjälp till att förbättra",
        True,
        False,
    )


def test_an_empty_page_has_no_setting() -> None:
    assert seen() == PanelScan()


# ---------------------------------------------------------------- small readings


@pytest.mark.parametrize(
    ("snapshot", "first"),
    [
        ('- switch "Help improve our AI models" [checked]', ("switch", LABEL)),
        ('- switch "Help improve our AI models"\n- text: more', ("switch", LABEL)),
        ("- switch", ("switch", "")),
        ("- checkbox [checked]: x", ("checkbox", "")),
        ("- 'switch \"modèles d''IA: oui\" [checked]'", ("switch", "modèles d'IA: oui")),
        (r'- switch "a \"quoted\" name"', ("switch", 'a "quoted" name')),
        (r'- switch "back\\slash"', ("switch", "back\\slash")),
        ("- text: hello", ("text", "")),
        ("", ("", "")),
    ],
)
def test_role_and_name_are_read_off_a_snapshot(snapshot: str, first: tuple[str, str]) -> None:
    assert _first(snapshot) == first


@pytest.mark.parametrize(
    ("locale", "language"), [("en-US", "en"), ("es_419", "es"), ("DE", "de"), ("", "")]
)
def test_a_language_is_the_first_part_of_a_locale(locale: str, language: str) -> None:
    assert _language(locale) == language
