"""What has changed since the last reading is said once, and for what it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from auditor.records.drift import (
    describe_drift,
    describe_stale,
    find_baseline,
    find_events,
    find_stale,
    format_day,
)
from auditor.records.log import RecordLog
from tests.records.signing import reading

if TYPE_CHECKING:
    from pathlib import Path
    from sqlite3 import Connection

    from auditor.records.record import Record

DAY = "2026-11-12T10:00:00Z"


@pytest.fixture
def log(tmp_path: Path) -> RecordLog:
    return RecordLog(tmp_path / "records" / "history.sqlite")


def see(log: RecordLog, new: Record) -> tuple[str | None, list[str]]:
    """Append a reading with its events, as a run does; return what is said, and the events' names."""
    said: list[str | None] = []
    events: list[Record] = []

    def build(connection: Connection) -> list[Record]:
        baseline = find_baseline(connection, new)
        said.append(describe_drift(baseline, new))
        events.extend(find_events(connection, baseline, new))
        return [new, *events]

    log.append_from(build)
    return said[0], [each["event"] for each in events]


def test_the_first_reading_has_nothing_to_differ_from(log: RecordLog) -> None:
    assert see(log, reading("off")) == (None, [])


def test_a_setting_that_changed_elsewhere_is_said_with_its_day(log: RecordLog) -> None:
    see(log, reading("off", at=DAY))
    assert see(log, reading("on")) == (
        "me: was OFF on 12 Nov 2026, is ON: changed elsewhere, not by this run.",
        ["exposed", "changed_elsewhere"],
    )


def test_a_change_that_this_run_made_is_no_change_elsewhere(log: RecordLog) -> None:
    see(log, reading("on", at=DAY))
    assert see(log, reading("off", outcome="changed")) == (
        "me: was ON on 12 Nov 2026, is OFF: changed by this run.",
        ["restored"],
    )


def test_exposure_is_told_once_until_it_is_restored(log: RecordLog) -> None:
    told = [see(log, reading(state))[1] for state in ("on", "on", "off", "off", "on")]
    assert told == [
        ["exposed"],
        [],
        ["restored", "changed_elsewhere"],
        [],
        ["exposed", "changed_elsewhere"],
    ]


def test_a_row_of_unread_readings_is_told_at_its_second(log: RecordLog) -> None:
    told = [see(log, reading(state))[1] for state in ("unknown", "unknown", "unknown", "off")]
    assert told == [[], ["unreadable"], [], []]


def test_an_unread_reading_is_no_baseline_and_says_nothing_itself(log: RecordLog) -> None:
    see(log, reading("off", at=DAY))
    assert see(log, reading("unknown"))[0] is None
    assert see(log, reading("off"))[0] is None


def test_a_dry_run_is_no_baseline_and_brings_no_event(log: RecordLog) -> None:
    see(log, reading("off", at=DAY))
    assert see(log, reading("on", kind="dry_run", outcome="would_change")) == (None, [])
    assert see(log, reading("off")) == (None, [])


def test_a_persons_word_is_a_baseline(log: RecordLog) -> None:
    see(log, reading("off", kind="attest", at=DAY))
    assert see(log, reading("on"))[0] is not None


def test_another_account_or_address_is_another_story(log: RecordLog) -> None:
    see(log, reading("off"))
    assert see(log, reading("on", account="other"))[0] is None
    assert see(log, reading("on", base_url="http://127.0.0.1:8400/s/on"))[0] is None


def test_what_else_differs_is_named_beside_the_state(log: RecordLog) -> None:
    see(log, reading("off", at=DAY, organisation="a"))
    said, _ = see(
        log, reading("on", label="New", flow="claude/mobile", organisation="b", version="9")
    )
    assert said == (
        "me: was OFF on 12 Nov 2026, is ON: changed elsewhere, not by this run. Also different since"
        " then: the switch's label, the flow, the active organisation, the version of auditor."
    )


def test_a_changed_label_alone_is_told_from_a_changed_setting(log: RecordLog) -> None:
    see(log, reading("off", at=DAY))
    assert see(log, reading("off", label="New")) == (
        "me: is OFF, the same as on 12 Nov 2026; the switch's label has changed.",
        [],
    )


def test_an_organisation_that_is_not_known_is_no_difference(log: RecordLog) -> None:
    see(log, reading("off", organisation=None))
    assert see(log, reading("off", organisation="b", version="9"))[0] is None


def test_a_day_that_is_none_is_shown_as_it_stands() -> None:
    assert format_day("yesterday, perhaps") == "yesterday,"


NOW = datetime(2026, 11, 27, tzinfo=UTC)
SUMMER = "2026-07-01T10:00:00Z"


def find_old(
    log: RecordLog, days: float = 90, seen_now: set[tuple[str, str]] | None = None
) -> list[Record]:
    """Record which accounts have grown old, as a command does, and return the events."""
    found: list[Record] = []

    def build(connection: Connection) -> list[Record]:
        found.extend(find_stale(connection, NOW, days, seen_now or set()))
        return found

    log.append_from(build)
    return found


def test_what_was_not_seen_for_long_is_told_once_until_it_is_seen_again(log: RecordLog) -> None:
    log.append([reading("off", at=SUMMER), reading("on", "other", at=DAY)])
    (event,) = find_old(log)
    assert (event["event"], event["account"], event["seen"]) == ("stale", "me", SUMMER)
    assert describe_stale(event) == (
        "me at https://claude.ai: last seen 1 Jul 2026, more than 90 days ago (OFF then). Look"
        " again: `auditor audit`, or by hand with `auditor guide`."
    )
    assert find_old(log) == []
    log.append([reading("off", at="2026-08-01T10:00:00Z")])
    assert [each["seen"] for each in find_old(log)] == ["2026-08-01T10:00:00Z"]


def test_a_try_that_gave_nothing_makes_nothing_fresh(log: RecordLog) -> None:
    log.append([reading("off", at=SUMMER), reading("unknown", at=DAY)])
    assert len(find_old(log)) == 1
    log.append([reading("unknown", at=DAY)])
    assert find_old(log) == []


def test_a_persons_word_grows_old_and_a_moment_that_cannot_be_read_is_old(log: RecordLog) -> None:
    log.append([reading("off", kind="attest", at=SUMMER), reading("off", "b", at="once")])
    assert {each["account"] for each in find_old(log)} == {"me", "b"}


def test_who_allows_less_is_told_sooner(log: RecordLog) -> None:
    log.append([reading("off", at=DAY)])
    assert find_old(log) == []
    assert [each["days"] for each in find_old(log, 7)] == [7]


def test_this_very_machine_and_what_is_seen_just_now_do_not_grow_old(log: RecordLog) -> None:
    log.append([reading(at=SUMMER, base_url="http://127.0.0.1:8400/s/on"), reading(at=SUMMER)])
    assert find_old(log, seen_now={("me", "https://claude.ai")}) == []
