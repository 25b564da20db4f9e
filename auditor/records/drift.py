"""What has changed since the last reading, and which events follow from that.

The baseline is the last reading or word of a person that gave a plain state; a dry run never is.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from auditor.core.base_url import BaseUrl
from auditor.records.database import list_accounts
from auditor.records.log import Question, iterate_records, select_records
from auditor.records.record import DRY_RUN, NOTICE, PLAIN, READING
from auditor.records.status import find_plain

if TYPE_CHECKING:
    from collections.abc import Container

    from auditor.records.log import OpenLog
    from auditor.records.record import Record

_WORDS = {
    "on": "ON",
    "off": "OFF",
    "undecided": "UNDECIDED",
    "not_applicable": "NOT APPLICABLE",
    "unknown": "not readable",
}
_WAYS = (
    ("label", "the switch's label"),
    ("flow", "the flow"),
    ("organisation", "the active organisation"),
    ("version", "the version of auditor"),
)


def find_baseline(connection: OpenLog, new: Record) -> Record | None:
    """Return the last record of the same account and address with a plain state."""
    return find_plain(connection, new["account"], new["base_url"])


def describe_drift(baseline: Record | None, new: Record) -> str | None:
    """Say what differs from the last plain state; None if nothing does, or nothing was known.

    A changed label, flow, organisation or tool is named beside it: it may explain the difference.
    """
    if baseline is None or new["state"] not in PLAIN or new["kind"] == DRY_RUN:
        return None
    others = _list_other_changes(baseline, new)
    if baseline["state"] == new["state"]:
        named = [name for name in others if name == "the switch's label"]
        if not named:
            return None
        was = f"the same as on {format_day(baseline['at'])}"
        return (
            f"{new['account']}: is {_WORDS[new['state']]}, {was}; the switch's label has changed."
        )
    was, state = _WORDS[baseline["state"]], _WORDS[new["state"]]
    sentence = f"{new['account']}: was {was} on {format_day(baseline['at'])}, is {state}"
    if new["outcome"] == "changed":
        return f"{sentence}: changed by this run."
    beside = f" Also different since then: {', '.join(others)}." if others else ""
    return f"{sentence}: changed elsewhere, not by this run.{beside}"


def _list_other_changes(baseline: Record, new: Record) -> list[str]:
    return [
        words
        for key, words in _WAYS
        if baseline.get(key) is not None and new.get(key) is not None and baseline[key] != new[key]
    ]


def find_events(connection: OpenLog, baseline: Record | None, new: Record) -> list[Record]:
    """Return the events that a reading brings, as records; each is told once."""
    if new["kind"] == DRY_RUN:
        return []
    events = []
    told = _last_event(connection, new, ("exposed", "restored"))
    if new["outcome"] == "not_as_wanted" and told != "exposed":
        events.append("exposed")
    if new["outcome"] in ("as_wanted", "changed", "not_applicable") and told == "exposed":
        events.append("restored")
    if baseline is not None and _changed_elsewhere(baseline, new):
        events.append("changed_elsewhere")
    if new["outcome"] == "unread" and _is_second_unread(connection, new):
        events.append("unreadable")
    return [_build_event(name, new) for name in events]


def _changed_elsewhere(baseline: Record, new: Record) -> bool:
    plain = new["state"] in PLAIN and new["outcome"] != "changed"
    return plain and baseline["state"] != new["state"]


def _is_second_unread(connection: OpenLog, new: Record) -> bool:
    """Return whether the reading before was unread, too, and the one before that was not.

    A row of unread ones is told once: at its second.
    """
    question = Question(account=new["account"], base_url=new["base_url"], kinds=(READING,), limit=2)
    outcomes = [each["outcome"] for each in select_records(connection, question)]
    return outcomes[:1] == ["unread"] and outcomes[1:] != ["unread"]


def _last_event(connection: OpenLog, new: Record, names: tuple[str, ...]) -> str | None:
    question = Question(account=new["account"], base_url=new["base_url"], kinds=(NOTICE,))
    for each in iterate_records(connection, question):
        if each.get("event") in names:
            return str(each["event"])
    return None


def find_stale(
    connection: OpenLog,
    now: datetime,
    days: float,
    seen_now: Container[tuple[str, str]] = (),
) -> list[Record]:
    """Return an event for each account that was last seen too long ago; each is told once.

    What is seen later makes it fresh, to be told again one day. Addresses of this very machine do
    not count, nor do the accounts and addresses of `seen_now`, whose readings are about to be kept.
    """
    plain = (
        find_plain(connection, account, url)
        for account, url in list_accounts(connection)
        if (account, url) not in seen_now and not BaseUrl(url).is_loopback
    )
    return [
        _build_stale(each, now, days)
        for each in plain
        if each is not None and _is_older(each, now, days) and not _is_told(connection, each)
    ]


def _is_older(plain: Record, now: datetime, days: float) -> bool:
    """Return whether a reading was made longer ago; a moment that cannot be read counts as old."""
    try:
        return now - datetime.fromisoformat(plain["at"]) > timedelta(days=days)
    except (TypeError, ValueError):
        return True


def _is_told(connection: OpenLog, plain: Record) -> bool:
    """Return whether it was told since this reading that it is old."""
    question = Question(account=plain["account"], base_url=plain["base_url"], kinds=(NOTICE,))
    for each in iterate_records(connection, question):
        if each["number"] < plain["number"]:
            return False
        if each.get("event") == "stale":
            return True
    return False


def _build_stale(plain: Record, now: datetime, days: float) -> Record:
    at = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {**_build_event("stale", plain), "at": at, "seen": plain["at"], "days": days}


def describe_stale(event: Record) -> str:
    """Say that an account was not seen for too long, and what to do."""
    state = _WORDS.get(str(event["observed"]), "not readable")
    return (
        f"{event['account']} at {event['base_url']}: last seen {format_day(str(event['seen']))},"
        f" more than {event['days']:g} days ago ({state} then). Look again: `auditor audit`, or by"
        " hand with `auditor guide`."
    )


def _build_event(name: str, new: Record) -> Record:
    return {
        "kind": NOTICE,
        "event": name,
        "at": new.get("at"),
        "account": new["account"],
        "base_url": new["base_url"],
        "observed": new["state"],
        "wanted": new.get("wanted"),
    }


def format_day(at: str) -> str:
    """Return a day as people write it: 12 Nov 2026."""
    try:
        day = datetime.fromisoformat(at)
    except ValueError:
        return at[:10]
    return f"{day.day} {day:%b %Y}"
