"""What counts as under way, as failed, as a stream and as a sign of life."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import pytest

from auditor.browser.network.tracker import RequestTracker
from auditor.core.base_url import parse_base_url

ORIGIN = "https://claude.ai"


@dataclass(eq=False)
class Asked:
    """Stands in for a request of Playwright's; like it, it is the same only as itself."""

    resource_type: str
    url: str
    method: str


def request(kind: str = "fetch", url: str = f"{ORIGIN}/api/x", method: str = "GET") -> Any:  # noqa: ANN401
    return Asked(kind, url, method)


def new_tracker() -> RequestTracker:
    return RequestTracker(parse_base_url(ORIGIN))


@pytest.mark.parametrize("kind", ["xhr", "fetch", "document", "script"])
def test_a_request_for_a_page_or_for_data_is_under_way_until_it_ends(kind: str) -> None:
    tracker, asked = new_tracker(), request(kind)
    tracker.note_request(asked, asks_source=False)
    assert tracker.pending == {asked}
    tracker.note_end(asked)
    assert tracker.pending == set()


def test_asking_for_the_same_again_is_no_sign_of_life_unless_it_asks_a_source() -> None:
    tracker, again, source = new_tracker(), request(), request()
    tracker.asked.add(again.url)
    tracker.last_activity = 0.0
    tracker.note_request(again, asks_source=False)
    assert (tracker.pending, tracker.last_activity) == (set(), 0.0)
    tracker.note_request(source, asks_source=True)
    assert tracker.pending == {source}
    assert tracker.last_activity > 0


@pytest.mark.parametrize(
    ("failed", "noted"),
    [
        (request(), True),
        (request(method="POST"), False),
        (request("script"), False),
        (request(url="https://other.example/api"), False),
    ],
)
def test_only_a_plain_read_of_data_from_this_site_is_missed(failed: Asked, noted: bool) -> None:
    tracker = new_tracker()
    tracker.note_failed_read(cast("Any", failed))
    assert tracker.data_request_failed is noted
    tracker.note_success(failed.url)
    assert not tracker.data_request_failed


def test_a_stream_is_noted_and_is_nothing_to_wait_for() -> None:
    tracker, stream = new_tracker(), request("eventsource")
    tracker.note_request(stream, asks_source=False)
    assert (tracker.streaming, tracker.pending) == (True, set())
    tracker.note_end(stream)
    assert not tracker.streaming


def test_what_was_under_way_is_forgotten_with_its_page() -> None:
    tracker = new_tracker()
    tracker.note_request(request(), asks_source=False)
    tracker.note_request(request("eventsource"), asks_source=False)
    tracker.forget_pending()
    assert (tracker.pending, tracker.streaming) == (set(), False)
