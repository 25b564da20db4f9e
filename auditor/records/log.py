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
from auditor.records.continuity import find_breaks
from auditor.records.database import (
    InconsistentFileError,
    list_accounts,
    open_for_reading,
    open_for_writing,
)
from auditor.records.merkle import Peaks, hash_leaf
from auditor.records.record import Record, is_well_formed

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    OpenLog = sqlite3.Connection  # so that SQLite is named in this folder only


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

    def append_from(
        self,
        build: Callable[[OpenLog], Sequence[Mapping[str, Any]]],
        anchor: Checkpoint | None = None,
    ) -> Appended:
        """Append what `build` makes of the log as it stands, with no other writer in between.

        What does not go on from what was signed before, or from `anchor`, is written down first.
        """
        with open_for_writing(self.path) as connection:
            name, peaks = read_head(connection)
            size = peaks.size
            records = build(connection)
            before = self._prepare_signing(connection, name, peaks, anchor)
            for record in (*before, *records):
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

    def _prepare_signing(
        self, connection: OpenLog, name: str, peaks: Peaks, anchor: Checkpoint | None
    ) -> list[Record]:
        """Return the records that must stand before what is signed now."""
        if self.signer is None:
            return []
        keys = select_keys(connection)
        former = keys[0][1] if keys else None
        own = self.signer.public_key
        broken = find_breaks(connection, name, peaks, (former, own), anchor)
        return [*broken, *_announce_key(own, former)]

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
        parsed = ((next(parse_rows([(text,)]), None), text) for text in texts)
        return [(each["number"], text) for each, text in parsed if each is not None]

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
            return [] if connection is None else [key for _, key in select_keys(connection)]


def _announce_key(key: bytes, former: bytes | None) -> list[Record]:
    """Return the record that says which key signs from here on, if it is not the last one."""
    if key == former:
        return []
    names = [None if each is None else b64encode(each).decode() for each in (key, former)]
    return [{"kind": "key", "public_key": names[0], "former": names[1]}]


def render_record(number: int, record: Mapping[str, Any]) -> str:
    """Return the text of a record: one line of JSON that begins with its number."""
    known = {key: value for key, value in record.items() if key not in ("number", "kind", "at")}
    at = record.get("at") or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    whole = {"number": number, "kind": record["kind"], "at": at, **known}
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # a page may write half a character, which no file can hold
    return text.encode("utf-8", "replace").decode()


def select_records(connection: OpenLog, question: Question) -> list[Record]:
    """Return the records asked for, newest first, from an open file."""
    return list(iterate_records(connection, question))


def iterate_records(connection: OpenLog, question: Question) -> Iterator[Record]:
    """Give the records asked for, newest first, reading no further than they are taken."""
    return parse_rows(connection.execute(*question.to_sql()))


def select_keys(connection: OpenLog) -> list[tuple[int, bytes]]:
    """Return the numbers of the records that name keys, with the keys, newest first."""
    # the word stands in the text, so that SQLite uses the index made for it
    query = "SELECT number, text FROM record WHERE kind = 'key' ORDER BY number DESC"
    keys = ((number, _parse_key(text)) for number, text in connection.execute(query))
    return [(number, key) for number, key in keys if key is not None]


def _parse_key(text: str) -> bytes | None:
    """Return the key that a record names; None for one that was damaged."""
    try:
        return b64decode(json.loads(text)["public_key"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _select_states(
    connection: OpenLog, question: Question, place: tuple[str, str], length: int
) -> list[str]:
    asked = replace(question, account=place[0], base_url=place[1], limit=length, before=None)
    return [str(each.get("state")) for each in iterate_records(connection, asked)][::-1]


def parse_rows(rows: Iterable[tuple[str]]) -> Iterator[Record]:
    """Parse records; one that was damaged is left out here, and named by `verify`."""
    for (text,) in rows:
        try:
            record = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if is_well_formed(record):
            yield record


def _select_checkpoint(connection: OpenLog) -> Checkpoint | None:
    name, peaks = read_head(connection)
    size, root = peaks.size, peaks.root()
    if not size:
        return None
    row = connection.execute("SELECT signature FROM record WHERE number = ?", (size,)).fetchone()
    if row is None or row[0] is None:
        return Checkpoint(name, size, root)
    keys = select_keys(connection)
    public_key = keys[0][1] if keys else b""
    return Checkpoint(name, size, root, row[0], hash_key(name, public_key))


def read_head(connection: OpenLog) -> tuple[str, Peaks]:
    """Return the log's name and the peaks of its tree."""
    row = connection.execute("SELECT name, size, peaks FROM log").fetchone()
    if row is None:
        raise InconsistentFileError("its head is gone")
    try:
        return str(row[0]), Peaks.from_bytes(row[1], row[2])
    except ValueError as error:
        raise InconsistentFileError("its head does not fit its size") from error
