"""What an answer of the site tells, and whose answers are heard."""

from __future__ import annotations

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


@pytest.mark.parametrize("value", ["false", "", 0, 1, 0.0, [], [False], {"value": False}])
def test_anything_else_is_no_value(value: object) -> None:
    told_so = told(value)
    assert (told_so.value, told_so.panel_source_answered, told_so.answers_conflict) == (
        State.UNKNOWN,
        False,
        True,
    )


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
    assert witness == NetworkWitness(hinted_values=frozenset({State.ON}))


def test_an_answer_of_the_panels_source_without_the_key_is_an_answer_missed() -> None:
    values = new_witness()
    values.note_answer(SOURCE, ORIGIN, {})
    witness = values.take_witness()
    assert witness == NetworkWitness(source_gave_no_value=True, data_request_failed=True)


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
