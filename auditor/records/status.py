"""What the log knows of each account today: its state, since when, and from whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from auditor.records.database import list_accounts, open_for_reading
from auditor.records.log import Question, iterate_records, parse_rows
from auditor.records.record import ATTEST, PLAIN, READING

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.records.log import OpenLog
    from auditor.records.record import Record

GROWS_OLD_DAYS = 90
"""What was read, or a person's word, is told to be old after that long: nobody has looked since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountStatus:
    """What is known of one account at one address. Moments are as records write them, in UTC."""

    account: str
    base_url: str
    state: str
    """The last plain state; `unknown` if there never was one."""
    wanted: str
    since: str | None
    """When that state was first seen, with no other one since."""
    known_at: str | None
    """When that state was last seen."""
    last_read: str | None
    """When the page was last looked at by the tool, whatever came of it."""
    by_word: bool
    """Whether the state is a person's word instead of a reading."""
    reason: str | None
    """Why the last reading gave no plain state; None if it did."""
    read_state: str | None = None
    """What the last reading found; None if there never was one."""

    def is_old_word(self, now: datetime | None = None) -> bool:
        """Return whether the state is a person's word, and an old one."""
        age = self.age_days(now)
        return self.by_word and (age is None or age > GROWS_OLD_DAYS)

    def age_days(self, now: datetime | None = None) -> float | None:
        """Return how many days ago the state was last seen; None if never."""
        if self.known_at is None:
            return None
        try:
            age = (now or datetime.now(UTC)) - datetime.fromisoformat(self.known_at)
        except (TypeError, ValueError):  # no moment, or one without its zone
            return None
        return age.total_seconds() / 86_400


def read_status(path: Path, account: str | None = None) -> list[AccountStatus]:
    """Return what is known of each account and address, or of one account, in order of names."""
    with open_for_reading(path) as connection:
        if connection is None:
            return []
        return [
            _status_of(connection, name, url)
            for name, url in list_accounts(connection)
            if account in (None, name)
        ]


def list_names(path: Path) -> list[str]:
    """Return the names of all accounts that something is recorded of."""
    with open_for_reading(path) as connection:
        return [] if connection is None else sorted({name for name, _ in list_accounts(connection)})


def _status_of(connection: OpenLog, account: str, base_url: str) -> AccountStatus:
    plain = find_plain(connection, account, base_url)
    asked = Question(account=account, base_url=base_url, kinds=(READING,), limit=1)
    reading = next(iterate_records(connection, asked), None)
    newest = plain or reading or {}
    unread = reading is not None and reading.get("state") not in PLAIN
    return AccountStatus(
        account=account,
        base_url=base_url,
        state=plain["state"] if plain else "unknown",
        wanted=str(newest.get("wanted") or "off"),
        since=_find_since(connection, plain) if plain else None,
        known_at=plain["at"] if plain else None,
        last_read=reading["at"] if reading else None,
        by_word=bool(plain and plain["kind"] == ATTEST),
        reason=str(reading.get("reason")) if reading and unread else None,
        read_state=str(reading.get("state")) if reading else None,
    )


def find_plain(connection: OpenLog, account: str, base_url: str) -> Record | None:
    """Return the last reading, or word of a person, of an account that gave a plain state."""
    rows = connection.execute(
        "SELECT text FROM record WHERE account = ? AND base_url = ? AND plain IS NOT NULL"
        " ORDER BY number DESC",
        (account, base_url),
    )
    return next(parse_rows(rows), None)


def _find_since(connection: OpenLog, plain: Record) -> str:
    """Return when the present state was first seen after the last other one."""
    place = (plain["account"], plain["base_url"])
    others = [
        connection.execute(
            "SELECT max(number) FROM record WHERE account = ? AND base_url = ? AND plain = ?",
            (*place, other),
        ).fetchone()[0]
        for other in PLAIN
        if other != plain["state"]
    ]
    before = max((number for number in others if number is not None), default=0)
    row = connection.execute(
        "SELECT at FROM record WHERE account = ? AND base_url = ? AND plain = ? AND number > ?"
        " ORDER BY number LIMIT 1",
        (*place, plain["state"], before),
    ).fetchone()
    return str(row[0])
