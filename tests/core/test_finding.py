import re
from dataclasses import fields

import pytest

from auditor.core.finding import Outcome, Reading, Reason, Route, State, Subject
from auditor.core.judging import (
    judge,
)
from auditor.report.document import build_document

ON, OFF = Reading(state=State.ON), Reading(state=State.OFF)
SUBJECT = Subject(account="default", flow="claude/web", origin="https://claude.ai")


@pytest.mark.parametrize(
    ("value", "state"), [(True, State.ON), (False, State.OFF), (None, State.UNDECIDED)]
)
def test_true_is_on_false_is_off_and_null_is_undecided(value: object, state: State) -> None:
    assert State.of(value) is state


@pytest.mark.parametrize("value", [0, 1, 0.0, "", "false", "off", "mixed", [], {}, State.OFF])
def test_any_other_value_is_unknown(value: object) -> None:
    assert State.of(value) is State.UNKNOWN


def test_only_on_and_off_are_settled() -> None:
    assert [state for state in State if state.settled] == [State.ON, State.OFF]


def test_the_keys_of_a_finding_are_those_of_the_contract() -> None:
    document = build_document(
        [judge(SUBJECT, OFF)]
    )  # what a finding holds for the history stays out
    assert list(document["findings"][0]) == [
        "account",
        "flow",
        "origin",
        "label",
        "state",
        "locked",
        "wanted",
        "outcome",
        "reason",
        "message",
        "hint",
        "witnesses",
        "route",
        "evidence",
        "organisation",
        "warnings",
        "observed_at",
        "seconds",
    ]


def test_the_words_of_a_finding_are_those_of_the_contract() -> None:
    assert [str(state) for state in State] == [
        "on",
        "off",
        "undecided",
        "not_applicable",
        "unknown",
    ]
    assert [str(outcome) for outcome in Outcome] == [
        "as_wanted",
        "not_as_wanted",
        "changed",
        "would_change",
        "refused",
        "not_applicable",
        "needs_human",
        "unread",
    ]
    assert [str(route) for route in Route] == ["documented", "shortcut"]
    assert {str(reason) for reason in Reason} == {
        "signed_out",
        "challenge",
        "choice_pending",
        "wrong_account",
        "layout_changed",
        "ambiguous",
        "not_loaded",
        "disagreement",
        "left_origin",
        "refused_by_site",
        "locked",
        "timeout",
        "offline",
        "browser_failed",
        "uncorroborated",
    }


def test_a_finding_carries_what_the_reading_saw() -> None:
    reading = Reading(
        state=State.OFF,
        label="Help improve Claude",
        page=State.OFF,
        network=State.UNKNOWN,
        route=Route.SHORTCUT,
        organisation="Personal · Pro plan",
        warnings=("The documented path failed.",),
    )
    found = judge(SUBJECT, reading)
    assert (found.account, found.flow, found.origin) == (
        "default",
        "claude/web",
        "https://claude.ai",
    )
    assert (found.label, found.route, found.organisation, found.warnings) == (
        "Help improve Claude",
        Route.SHORTCUT,
        "Personal · Pro plan",
        ("The documented path failed.",),
    )
    assert found.witnesses == {"page": State.OFF, "network": State.UNKNOWN}


def test_the_time_of_a_finding_is_utc_to_the_second() -> None:
    found = judge(SUBJECT, OFF).timed(1.23456)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", found.observed_at)
    assert found.seconds == 1.23


def test_a_finding_cannot_be_changed_afterwards() -> None:
    found = judge(SUBJECT, OFF)
    with pytest.raises(AttributeError):
        setattr(found, fields(found)[0].name, "other")
