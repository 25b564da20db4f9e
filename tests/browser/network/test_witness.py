"""What an answer of the site tells, and whose answers are heard."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest

from auditor.browser.network.tracker import RequestTracker
from auditor.browser.network.witness import NetworkWitness, ValueWitness
from auditor.core.base_url import parse_base_url
from auditor.core.finding import State
from auditor.flow import load_flow

SITE = load_flow("claude/web").about
SOURCE = next(source for source in SITE.witness.sources if source.final)
ORIGIN = "https://claude.ai"


def new_witness() -> ValueWitness:
    base_url = parse_base_url(ORIGIN)
    return ValueWitness(SITE, base_url, RequestTracker(base_url))


def told(value: object) -> NetworkWitness:
    """Let the panel's own source say a value at its first declared place."""
    answer: dict[str, Any] = {SITE.witness.key: value}
    for key in reversed(SOURCE.at[0].split(".") if SOURCE.at[0] else []):
        answer = {key: answer}
    values = new_witness()
    values.note_answer(SOURCE, f"{ORIGIN}{SOURCE.path}", answer)
    return values.take_witness()


@pytest.mark.parametrize(
    ("value", "state"), [(True, State.ON), (False, State.OFF), (None, State.UNDECIDED)]
)
def test_true_false_and_null_are_what_they_are(value: object, state: State) -> None:
    told_so = told(value)
    assert (told_so.value, told_so.panel_source_answered, told_so.answers_conflict) == (
        state,
        True,
        False,
    )


@pytest.mark.parametrize("value", ["", "yes", 2, 0.0, [], [False], {"value": False}])
def test_anything_else_is_no_value(value: object) -> None:
    told_so = told(value)
    assert (told_so.value, told_so.panel_source_answered, told_so.answers_conflict) == (
        State.UNKNOWN,
        False,
        True,
    )


@pytest.mark.parametrize(
    ("value", "state"),
    [("true", State.ON), ("FALSE", State.OFF), (1, State.ON), (0, State.OFF), ("0", State.OFF)],
)
def test_text_and_numbers_are_hints_and_no_value(value: object, state: State) -> None:
    told_so = told(value)
    assert (told_so.value, told_so.panel_source_answered, told_so.answers_conflict) == (
        State.UNKNOWN,
        False,
        False,
    )
    assert told_so.hinted_values == {state}
    assert not told_so.data_request_failed


class Asked:
    """Stands in for a request of the page."""

    def __init__(self, method: str, url: str) -> None:
        self.method, self.url = method, url


@pytest.mark.parametrize(
    ("method", "origin", "heard"),
    [
        ("GET", ORIGIN, True),
        ("POST", ORIGIN, False),
        ("GET", "https://other.example", False),
        ("GET", f"{ORIGIN}:8443", False),
    ],
)
def test_only_plain_reads_of_this_very_origin_are_heard(
    method: str, origin: str, heard: bool
) -> None:
    asked = Asked(method, f"{origin}{SOURCE.path.replace('*', '')}")
    source = new_witness().find_source(cast("Any", asked))
    assert (source is not None) is heard


def test_what_the_panels_source_says_at_an_unknown_place_is_a_hint_and_no_value() -> None:
    values = new_witness()
    values.note_answer(SOURCE, ORIGIN, {"elsewhere": [{SITE.witness.key: True}]})
    witness = values.take_witness()
    assert replace(witness, last_source_activity=0.0) == NetworkWitness(
        hinted_values=frozenset({State.ON})
    )


def test_an_answer_of_the_panels_source_without_the_key_is_an_answer_missed() -> None:
    values = new_witness()
    values.note_answer(SOURCE, ORIGIN, {})
    witness = values.take_witness()
    assert replace(witness, last_source_activity=0.0) == NetworkWitness(
        source_gave_no_value=True, data_request_failed=True
    )


def test_a_source_that_is_asked_again_has_not_answered_yet() -> None:
    values = new_witness()
    values.note_panel_opening()
    for _ in range(2):
        values.note_asked(SOURCE, ORIGIN)
        assert not values.take_witness().panel_source_answered
        answer: dict[str, Any] = {SITE.witness.key: True}
        for key in reversed(SOURCE.at[0].split(".") if SOURCE.at[0] else []):
            answer = {key: answer}
        values.note_answer(SOURCE, ORIGIN, answer)
        assert values.take_witness().asked_after_opening


# ---------------------------------------------------------------- older and newer answers

OLDER = next(source for source in SITE.witness.sources if not source.final)


def answered(*answers: tuple[Any, object], opened: bool = True) -> NetworkWitness:
    """Let sources answer one after the other, each asked after the one before was answered."""
    values = new_witness()
    if opened:
        values.note_panel_opening()
    for source, value in answers:
        url = f"{ORIGIN}{source.path}"
        values.note_asked(source, url)
        answer: dict[str, Any] = {SITE.witness.key: value}
        for key in reversed(source.at[0].split(".") if source.at[0] else []):
            answer = {key: answer}
        values.note_answer(source, url, answer)
    return values.take_witness()


@pytest.mark.parametrize("older", [True, False, None])
@pytest.mark.parametrize(
    ("newer", "state"), [(True, State.ON), (False, State.OFF), (None, State.UNDECIDED)]
)
def test_the_panels_own_answer_outweighs_what_was_said_before_it(
    older: object, newer: object, state: State
) -> None:
    witness = answered((OLDER, older), (SOURCE, newer))
    assert (witness.value, witness.answers_conflict) == (state, False)
    assert witness.corrects_older is (older is not newer)


def test_another_source_asked_after_the_panels_own_may_contradict_it() -> None:
    witness = answered((SOURCE, False), (OLDER, True))
    assert (witness.value, witness.answers_conflict) == (State.UNKNOWN, True)


def test_the_newest_answer_of_the_panels_own_source_counts() -> None:
    witness = answered((SOURCE, False), (SOURCE, True))
    assert (witness.value, witness.answers_conflict) == (State.ON, False)


def test_text_from_the_panels_own_source_makes_older_answers_old() -> None:
    witness = answered((OLDER, True), (SOURCE, "false"))
    assert witness.value is State.UNKNOWN
    assert witness.hinted_values == {State.OFF}


def test_a_copy_out_of_a_worker_or_a_cache_is_no_answer_of_the_panels_own() -> None:
    values = new_witness()
    values.note_panel_opening()
    values.note_asked(SOURCE, ORIGIN)
    values.note_answer(SOURCE, ORIGIN, {SITE.witness.key: False}, is_copy=True)
    witness = values.take_witness()
    assert (witness.value, witness.panel_source_answered, witness.asked_after_opening) == (
        State.OFF,
        False,
        False,
    )


def test_a_value_beside_an_error_is_no_answer() -> None:
    values = new_witness()
    values.note_answer(SOURCE, ORIGIN, {SITE.witness.key: False, "error": {"type": "overloaded"}})
    witness = values.take_witness()
    assert (witness.value, witness.source_gave_no_value) == (State.UNKNOWN, True)


def test_a_value_that_is_pending_in_its_own_object_is_no_answer() -> None:
    values = new_witness()
    values.note_answer(SOURCE, ORIGIN, {"settings": {SITE.witness.key: False, "pending": True}})
    witness = values.take_witness()
    assert (witness.value, witness.source_gave_no_value) == (State.UNKNOWN, True)


def test_two_accounts_in_one_answer_are_told_as_a_hint() -> None:
    values = new_witness()
    others = [{SITE.witness.key: True}, {SITE.witness.key: False}]
    values.note_answer(SOURCE, ORIGIN, {SITE.witness.key: False, "accounts": others})
    assert values.take_witness().hinted_values == {State.ON}


@pytest.mark.parametrize(
    ("first", "second", "two"),
    [
        ({"account": {"uuid": "a"}}, {"account_uuid": "b"}, True),
        ({"account": {"uuid": "a"}}, {"account_uuid": "A "}, False),
        ({"account": {"uuid": "a"}}, {"uuid": "of the settings"}, False),
        ({"account": {"email_address": "a@x"}}, {"email_address": "b@x"}, True),
        ({"account": {"uuid": "a"}}, {"email_address": "b@x"}, False),
        ({"account": {"uuid": 1}}, {"account_uuid": None}, False),
    ],
)
def test_answers_may_be_about_two_accounts(
    first: dict[str, Any], second: dict[str, Any], two: bool
) -> None:
    values = new_witness()
    for answer in (first, second):
        values.note_answer(SOURCE, ORIGIN, answer)
    assert values.take_witness().tells_two_accounts is two
