"""What an answer of the site tells, and whose answers are heard."""

from __future__ import annotations

from typing import Any, cast

import pytest

from auditor.browser.network.traffic import Traffic
from auditor.core.base_url import parse_base_url
from auditor.core.finding import State
from auditor.flow import load_flow

SITE = load_flow("claude/web").about
SOURCE = next(source for source in SITE.witness.sources if source.final)
ORIGIN = "https://claude.ai"


def told(value: object) -> Traffic:
    """Let the panel's own source say a value at its first declared place."""
    answer: dict[str, Any] = {SITE.witness.key: value}
    for key in reversed(SOURCE.at[0].split(".") if SOURCE.at[0] else []):
        answer = {key: answer}
    traffic = Traffic(SITE, parse_base_url(ORIGIN))
    traffic._note(SOURCE, f"{ORIGIN}{SOURCE.path}", answer)
    return traffic


@pytest.mark.parametrize(
    ("value", "state"), [(True, State.ON), (False, State.OFF), (None, State.UNDECIDED)]
)
def test_true_false_and_null_are_what_they_are(value: object, state: State) -> None:
    traffic = told(value)
    assert (traffic.value, traffic.final, traffic.conflict) == (state, True, False)


@pytest.mark.parametrize("value", ["false", "", 0, 1, 0.0, [], [False], {"value": False}])
def test_anything_else_is_no_value(value: object) -> None:
    traffic = told(value)
    assert (traffic.value, traffic.final, traffic.conflict) == (State.UNKNOWN, False, True)


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
    traffic = Traffic(SITE, parse_base_url(ORIGIN))
    source = traffic._source(cast("Any", Asked(method, f"{origin}{SOURCE.path.replace('*', '')}")))
    assert (source is not None) is heard
