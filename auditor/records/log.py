"""The log: append records, and read them back.

A record is kept as the exact text that was written: JSON that begins with its running number. All
other columns are computed by SQLite from that text, so that index and truth cannot differ.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from auditor.records.checkpoint import Checkpoint, Signer, hash_key, sign_checkpoint
from auditor.records.database import open_for_reading, open_for_writing
from auditor.records.merkle import Peaks, hash_leaf

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    OpenLog = sqlite3.Connection  # so that SQLite is named in this folder only

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Appended:
    """What an append wrote: the running numbers, and the log's new checkpoint."""

    numbers: tuple[int, ...]
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class Question:
    """Which records are asked for; nothing given means all of them."""

    account: str | None = None
    base_url: str | None = None
    states: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    since: str | None = None
    """The earliest moment, in UTC, as records write it; a date alone will do."""
    limit: int | None = None
    """How many at most: the newest ones."""
    before: int | None = None
    """Only records with a smaller number."""

    def to_sql(self) -> tuple[str, list[object]]:
        """Return the query that answers this, and its values."""
        clauses: list[str] = []
        values: list[object] = []
        for clause, value in (
            ("account = ?", self.account),
            ("base_url = ?", self.base_url),
            ("at >= ?", self.since),
            ("number < ?", self.before),
        ):
            if value is not None:
                clauses.append(clause)
                values.append(value)
        for column, words in (("kind", self.kinds), ("state", self.states)):
            if words:
                clauses.append(f"{column} IN ({', '.join('?' * len(words))})")
                values.extend(words)
        where = f" WHERE {' AND '.join(clauses)}" if clauses else ""
        limit = "" if self.limit is None else f" LIMIT {int(self.limit)}"
        # only literals and numbers stand in the text
        return f"SELECT text FROM record{where} ORDER BY number DESC{limit}", values  # noqa: S608


@dataclass(frozen=True, slots=True)
class RecordLog:
    """The log in one file; without a signer, what is appended is not signed."""

    path: Path
    signer: Signer | None = field(default=None, repr=False)

    @property
    def pictures_folder(self) -> Path:
        """The folder of the pictures that records name; see `auditor.records.pictures`."""
        return self.path.parent / "pictures"

    def append(self, records: Sequence[Mapping[str, Any]]) -> Appended:
        """Append records in one transaction; either all of them are kept, or none is.

        A record gives its `kind`; `number` and, where it is missing, `at` are set here. Raises
        SetupError if it cannot be kept, DamagedLogError if the file is damaged.
        """
        return self.append_from(lambda _connection: records)

    def append_from(self, build: Callable[[OpenLog], Sequence[Mapping[str, Any]]]) -> Appended:
        """Append what `build` makes of the log as it stands, with no other writer in between."""
        with open_for_writing(self.path) as connection:
            name, size, joined = connection.execute("SELECT name, size, peaks FROM log").fetchone()
            peaks = Peaks.from_bytes(size, joined)
            records = build(connection)
            for record in (*self._announce_key(connection), *records):
                self._insert(connection, record, peaks)
            checkpoint = sign_checkpoint(name, peaks.size, peaks.root(), self.signer)
            connection.execute("UPDATE log SET size = ?, peaks = ?", (peaks.size, peaks.to_bytes()))
            if checkpoint.signature is not None:
                connection.execute(
                    "UPDATE record SET signature = ? WHERE number = ?",
                    (checkpoint.signature, peaks.size),
                )
        numbers = tuple(range(size + 1, peaks.size + 1))
        return Appended(numbers[len(numbers) - len(records) :], checkpoint)

    def _announce_key(self, connection: OpenLog) -> list[Record]:
        """Return the record that says which key signs from here on, if it is not the last one."""
        if self.signer is None:
            return []
        keys = _select_keys(connection)
        key = b64encode(self.signer.public_key).decode()
        former = keys[0]["public_key"] if keys else None
        return [] if former == key else [{"kind": "key", "public_key": key, "former": former}]

    def _insert(self, connection: OpenLog, record: Mapping[str, Any], peaks: Peaks) -> None:
        number = peaks.size + 1
        text = render_record(number, record)
        leaf = hash_leaf(text.encode())
        connection.execute(
            "INSERT INTO record (number, text, leaf) VALUES (?, ?, ?)", (number, text, leaf)
        )
        peaks.append(leaf)

    def read(self, question: Question | None = None) -> list[Record]:
        """Return the records asked for, newest first."""
        with open_for_reading(self.path) as connection:
            return [] if connection is None else select_records(connection, question or Question())

    def read_texts(self, question: Question) -> list[tuple[int, str]]:
        """Return number and exact text of the records asked for, newest first."""
        sql, values = question.to_sql()
        with open_for_reading(self.path) as connection:
            if connection is None:
                return []
            texts = [row[0] for row in connection.execute(sql, values)]
        return [(int(json.loads(text)["number"]), text) for text in texts]

    def read_timelines(self, question: Question, length: int) -> dict[tuple[str, str], list[str]]:
        """Return the last states of each account and address, oldest first, unread ones too."""
        kinds = ("finding", "attest")
        with open_for_reading(self.path) as connection:
            if connection is None:
                return {}
            return {
                place: _select_states(connection, replace(question, kinds=kinds), place, length)
                for place in list_accounts(connection)
                if question.account in (None, place[0])
            }

    def read_checkpoint(self) -> Checkpoint | None:
        """Return the newest checkpoint as it stands in the file; None if there is no record."""
        with open_for_reading(self.path) as connection:
            return None if connection is None else _select_checkpoint(connection)

    def read_leaves(self) -> list[bytes]:
        """Return the hashes of all leaves, in order: what proofs are built from."""
        with open_for_reading(self.path) as connection:
            if connection is None:
                return []
            return [row[0] for row in connection.execute("SELECT leaf FROM record ORDER BY number")]

    def read_keys(self) -> list[bytes]:
        """Return the public keys that the log says have signed it, the newest first."""
        with open_for_reading(self.path) as connection:
            found = [] if connection is None else _select_keys(connection)
        return [b64decode(each["public_key"]) for each in found]


def render_record(number: int, record: Mapping[str, Any]) -> str:
    """Return the text of a record: one line of JSON that begins with its number."""
    known = {key: value for key, value in record.items() if key not in ("number", "kind", "at")}
    at = record.get("at") or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    whole = {"number": number, "kind": record["kind"], "at": at, **known}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def select_records(connection: OpenLog, question: Question) -> list[Record]:
    """Return the records asked for, newest first, from an open file."""
    return list(iterate_records(connection, question))


def iterate_records(connection: OpenLog, question: Question) -> Iterator[Record]:
    """Give the records asked for, newest first, reading no further than they are taken."""
    return _parse_rows(connection.execute(*question.to_sql()))


def _select_keys(connection: OpenLog) -> list[Record]:
    """Return the records that name keys, newest first."""
    # the word stands in the text, so that SQLite uses the index made for it
    query = "SELECT text FROM record WHERE kind = 'key' ORDER BY number DESC"
    return list(_parse_rows(connection.execute(query)))


def list_accounts(connection: OpenLog) -> Iterator[tuple[str, str]]:
    """Give each account and address once, by one look into the index for each of them."""
    last = ("", "")
    query = (
        "SELECT account, base_url FROM record WHERE (account, base_url) > (?, ?)"
        " ORDER BY account, base_url LIMIT 1"
    )
    while (row := connection.execute(query, last).fetchone()) is not None:
        last = (row[0], row[1])
        yield last


def _select_states(
    connection: OpenLog, question: Question, place: tuple[str, str], length: int
) -> list[str]:
    asked = replace(question, account=place[0], base_url=place[1], limit=length, before=None)
    return [str(each["state"]) for each in iterate_records(connection, asked)][::-1]


def _parse_rows(rows: sqlite3.Cursor) -> Iterator[Record]:
    """Parse records; one that was damaged is left out here, and named by `verify`."""
    for (text,) in rows:
        try:
            record = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if isinstance(record, dict):
            yield record


def _select_checkpoint(connection: OpenLog) -> Checkpoint | None:
    name, size, joined = connection.execute("SELECT name, size, peaks FROM log").fetchone()
    if not size:
        return None
    root = Peaks.from_bytes(size, joined).root()
    row = connection.execute("SELECT signature FROM record WHERE number = ?", (size,)).fetchone()
    if row is None or row[0] is None:
        return Checkpoint(name, size, root)
    keys = _select_keys(connection)
    public_key = b64decode(keys[0]["public_key"]) if keys else b""
    return Checkpoint(name, size, root, row[0], hash_key(name, public_key))
