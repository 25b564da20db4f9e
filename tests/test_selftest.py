"""Every scenario of the mock site through the real `auditor selftest`.

One test for each scenario; they are run in slices, which workers share out.
"""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from auditor.core.finding import Finding, Outcome, Reason, State
from auditor.errors import Exit
from auditor.mocksite.scenarios import SCENARIOS
from auditor.selftest import (
    ScenarioResult,
    Score,
    _score_change,
    _score_read,
    _unwanted,
    selftest_exit_code,
)
from tests.units import SLICE_OF, SLICES, cases_asked_for, folder_of_all_workers

if TYPE_CHECKING:
    from collections.abc import Callable

    Slices = Callable[[str], dict[str, Any]]

_PATCH = {"method": "PATCH", "path": "/s/on/api/account/settings", "body": {"grove_enabled": False}}


_EACH = "test_selftest.py::test_the_answer_is_never_wrong_and_nothing_unasked_is_written"


@pytest.fixture(scope="session")
def asked(request: pytest.FixtureRequest) -> set[str]:
    """Return the scenarios that this run of the tests comes to."""
    return cases_asked_for(request, _EACH, "name") or set(SCENARIOS)


@pytest.fixture(scope="session")
def slices(
    chromium: str, light_chromium: str, asked: set[str], tmp_path_factory: pytest.TempPathFactory
) -> Slices:
    """Return what gives a slice's document: one self-test for each, shared by all test workers."""
    shared = folder_of_all_workers(tmp_path_factory)

    def run(name: str) -> dict[str, Any]:
        kept = shared / f"selftest-{name}.json"
        with (shared / f"selftest-{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not kept.exists():
                browser = chromium if name == "whole" else light_chromium
                names = [each for each in SLICES[name] if each in asked]
                command = [sys.executable, "-m", "auditor", "selftest", *names, "--json"]
                done = subprocess.run(
                    [*command, "--jobs", "4", "--browser", browser],
                    capture_output=True, text=True, check=False, timeout=2700, env=os.environ,
                )  # fmt: skip
                assert done.stdout, done.stderr
                kept.write_text(done.stdout, encoding="utf-8")
        return dict(json.loads(kept.read_text(encoding="utf-8")))

    return run


def slices_with(asked: set[str]) -> list[str]:
    """Return the slices in which scenarios are asked for."""
    return [name for name, scenarios in SLICES.items() if asked.intersection(scenarios)]


@pytest.mark.browser
@pytest.mark.every(11)
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("name", SCENARIOS)
def test_the_answer_is_never_wrong_and_nothing_unasked_is_written(
    slices: Slices, name: str
) -> None:
    (case,) = [case for case in slices(SLICE_OF[name])["cases"] if case["name"] == name]
    assert case["score"] in (
        "correct",
        "safe stop",
    ), f"expected {case['expected']}, got {case['got']}"
    assert case["unwanted_writes"] == 0


@pytest.mark.browser
@pytest.mark.late
@pytest.mark.timeout(3000)
def test_nearly_every_scenario_is_answered_correctly(slices: Slices, asked: set[str]) -> None:
    cases = [case for each in slices_with(asked) for case in slices(each)["cases"]]
    stopped = [case["name"] for case in cases if case["score"] == "safe stop"]
    assert len(stopped) <= 0.05 * len(asked), (
        stopped
    )  # a busy machine may run out of time here and there


@pytest.mark.browser
@pytest.mark.late
@pytest.mark.timeout(3000)
def test_the_documents_count_every_scenario_once(slices: Slices, asked: set[str]) -> None:
    documents = [slices(each) for each in slices_with(asked)]
    for document in documents:
        counted = {key: document["scores"][key] for key in ("wrong", "unwanted_writes")}
        assert counted == {"wrong": 0, "unwanted_writes": 0}
    names = [case["name"] for document in documents for case in document["cases"]]
    assert sorted(names) == sorted(asked)


def found(state: State, outcome: Outcome, reason: Reason | None = None) -> Finding:
    return Finding(
        account="a", flow="f", origin="o", label=None, state=state, locked=False, wanted=State.OFF, outcome=outcome,
        reason=reason, message="", hint=None,
    )  # fmt: skip


def case(**changes: Any) -> ScenarioResult:  # noqa: ANN401 - any field of a case
    plain = ScenarioResult(
        name="n", group="g", read=Score.CORRECT, change=Score.CORRECT, expected="", got=""
    )
    return replace(plain, **changes)


def test_claiming_off_where_the_truth_is_on_is_wrong() -> None:
    assert _score_read(SCENARIOS["on"], found(State.OFF, Outcome.AS_WANTED)) is Score.WRONG
    assert (
        _score_change(SCENARIOS["on"], found(State.OFF, Outcome.CHANGED), server=True)
        is Score.WRONG
    )
    assert (
        _score_change(SCENARIOS["on"], found(State.OFF, Outcome.AS_WANTED), server=True)
        is Score.WRONG
    )


def test_claiming_on_where_the_truth_is_off_is_wrong() -> None:
    assert _score_read(SCENARIOS["off"], found(State.ON, Outcome.NOT_AS_WANTED)) is Score.WRONG


def test_not_being_able_to_tell_is_safe_but_not_correct() -> None:
    assert (
        _score_read(SCENARIOS["on"], found(State.UNKNOWN, Outcome.UNREAD, Reason.TIMEOUT))
        is Score.SAFE
    )
    unread = found(State.UNKNOWN, Outcome.UNREAD, Reason.TIMEOUT)
    assert _score_change(SCENARIOS["on"], unread, server=False) is Score.SAFE


def test_a_stop_for_another_reason_is_safe_but_not_correct() -> None:
    assert (
        _score_read(SCENARIOS["panel-failed"], found(State.UNKNOWN, Outcome.UNREAD, Reason.OFFLINE))
        is Score.SAFE
    )


@pytest.mark.parametrize(
    ("ledger", "clicked", "unwanted"),
    [
        ([], True, 0),
        ([_PATCH], True, 0),
        ([_PATCH], False, 1),
        ([_PATCH, _PATCH], True, 1),
        ([{**_PATCH, "body": {"grove_enabled": True}}], True, 1),
        ([{**_PATCH, "path": "/s/on/api/other"}], True, 1),
        ([{**_PATCH, "method": "POST"}], True, 1),
    ],
)
def test_only_one_declared_write_after_a_click_is_wanted(
    ledger: list[dict[str, Any]], clicked: bool, unwanted: int
) -> None:
    assert _unwanted(ledger, case(clicked=clicked)) == unwanted


def test_a_write_before_the_question_is_never_wanted() -> None:
    assert _unwanted([_PATCH], case(clicked=True, early_writes=1)) == 1


@pytest.mark.parametrize(
    ("score", "writes", "code"),
    [
        (Score.CORRECT, 0, Exit.OK),
        (Score.SAFE, 0, Exit.OK),
        (Score.WRONG, 0, Exit.SITE),
        (Score.CORRECT, 1, Exit.SITE),
    ],
)
def test_the_exit_code_tells_of_wrong_answers_and_unwanted_writes(
    score: Score, writes: int, code: Exit
) -> None:
    assert selftest_exit_code([case(read=score, unwanted_writes=writes)]) is code
