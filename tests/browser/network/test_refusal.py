"""A bot check may answer only what the page asks for."""

from __future__ import annotations

from typing import Any, cast

import pytest

from auditor.browser.network.refusal import DataRefusals
from auditor.core.base_url import parse_base_url

ORIGIN = "https://claude.ai"
CHECK = {"cf-mitigated": "challenge"}


class Asked:
    """Stands in for a request."""

    def __init__(self, resource_type: str) -> None:
        self.resource_type = resource_type


class Response:
    """Stands in for an answer."""

    def __init__(
        self,
        path: str,
        status: int = 403,
        headers: dict[str, str] | None = None,
        kind: str = "fetch",
        origin: str = ORIGIN,
    ) -> None:
        self.url, self.status, self.headers = f"{origin}{path}", status, headers or {}
        self.request = Asked(kind)


REFUSED = Response("/a", headers=CHECK)
CASES: list[tuple[list[tuple[Response, bool]], bool]] = [
    ([], False),
    ([(REFUSED, False)], True),
    ([(REFUSED, False), (Response("/b"), False)], True),
    ([(Response("/b"), False)], False),
    ([(REFUSED, False), (Response("/b", 200), False)], False),
    ([(REFUSED, False), (Response("/a", 200), False)], False),
    ([(Response("/a", 200), False), (REFUSED, False)], True),
    ([(REFUSED, True), (Response("/b", 200), False)], True),
    ([(REFUSED, True), (Response("/b", 200), True)], False),
    ([(Response("/a", headers=CHECK, kind="image"), False)], False),
    ([(Response("/a", headers=CHECK, origin="https://other.example"), False)], False),
]


@pytest.mark.parametrize(("answers", "held"), CASES)
def test_a_check_holds_if_no_data_was_had(answers: list[tuple[Response, bool]], held: bool) -> None:
    refusals = DataRefusals(parse_base_url(ORIGIN))
    for response, from_panel_source in answers:
        refusals.note_response(cast("Any", response), from_panel_source=from_panel_source)
    assert refusals.bear("cf-mitigated", "challenge") is held
