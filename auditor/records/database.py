"""The file of the log: opened, brought up to date, and its failures put into words.

SQLite in write-ahead mode: what was written before a crash stays, what was half written is gone.
"""

from __future__ import annotations

import os
import sqlite3
import uuid
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from auditor.disk.folders import OPEN_FLAGS, private_folder
from auditor.disk.locks import hold_lock
from auditor.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BUSY_SECONDS = 30.0  # 20 processes that append at once wait for one another: well below a second
_APPLICATION = 0x61756474  # "audt": tells the file from any other SQLite file
_KEPT_ASIDE = "The next run keeps it aside under another name and begins a new one."
_CREATE = """
CREATE TABLE log (only INTEGER PRIMARY KEY CHECK (only = 1), name TEXT NOT NULL,
  size INTEGER NOT NULL, peaks BLOB NOT NULL) STRICT;
CREATE TABLE record (
  number INTEGER PRIMARY KEY,
  text TEXT NOT NULL,
  leaf BLOB NOT NULL,
  signature BLOB,
  kind TEXT GENERATED ALWAYS AS (
    CASE WHEN json_valid(text) THEN json_extract(text, '$.kind') END),
  at TEXT GENERATED ALWAYS AS (
    CASE WHEN json_valid(text) THEN json_extract(text, '$.at') END),
  account TEXT GENERATED ALWAYS AS (
    CASE WHEN json_valid(text) THEN json_extract(text, '$.account') END),
  base_url TEXT GENERATED ALWAYS AS (
    CASE WHEN json_valid(text)
    THEN coalesce(json_extract(text, '$.base_url'), json_extract(text, '$.origin')) END),
  state TEXT GENERATED ALWAYS AS (
    CASE WHEN json_valid(text) THEN json_extract(text, '$.state') END),
  plain TEXT GENERATED ALWAYS AS (
    CASE WHEN json_valid(text) AND json_extract(text, '$.kind') IN ('finding', 'attest')
    AND json_extract(text, '$.state') <> 'unknown' THEN json_extract(text, '$.state') END)
) STRICT;
CREATE INDEX record_account_number ON record (account, number);
CREATE INDEX record_account ON record (account, base_url, number);
CREATE INDEX record_account_kind ON record (account, base_url, kind, number);
CREATE INDEX record_account_plain ON record (account, base_url, plain, number);
CREATE INDEX record_at ON record (at);
CREATE INDEX record_key ON record (number) WHERE kind = 'key';
CREATE INDEX record_signed ON record (number) WHERE signature IS NOT NULL;
"""
MIGRATIONS: tuple[str, ...] = (_CREATE,)
"""Applied in this order; the file's `user_version` is how many it has seen. Never edit one."""


class InconsistentFileError(Exception):
    """Raised for a file whose parts do not fit each other; `open_for_…` puts it into words."""


class DamagedLogError(SetupError):
    """Raised when the file of the log cannot be read as such."""


@contextmanager
def open_for_writing(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the log's file, making it if there is none, and begin a transaction that alone writes.

    Raises SetupError, in words, for whatever SQLite or the disk refuse; nothing was written then.
    """
    with _explain_failures(path):
        _raise_if_no_file(path)
        private_folder(path.parent)
        if not path.exists() or not path.stat().st_size:
            with hold_lock(path.parent / ".create.lock", "Another run is making the history.", 30):
                _create(path)
        with closing(_connect(path)) as connection:
            _migrate(connection, path)
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()


@contextmanager
def open_for_reading(path: Path) -> Iterator[sqlite3.Connection | None]:
    """Open the log's file for reading only; None if there is no log."""
    if not path.exists():
        yield None
        return
    _raise_if_no_file(path)
    with _explain_failures(path), closing(_connect_for_reading(path)) as connection:
        _raise_if_unknown(connection, path)
        if _version(connection) == 0:
            yield None  # it is being made
            return
        yield connection


def _raise_if_no_file(path: Path) -> None:
    """Raise SetupError for a folder, or for a pipe, which SQLite would wait for without end."""
    if path.exists() and not path.is_file():
        message = f"The history in {path} cannot be used: it is no regular file"
        raise SetupError(message, "Take it away, or use --no-history.")


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _connect_for_reading(path: Path) -> sqlite3.Connection:
    """Open without writing; in a folder that takes no file, no writer can be at work either."""
    address = f"{path.resolve().as_uri()}?mode=ro"
    connection = sqlite3.connect(address, uri=True, timeout=_BUSY_SECONDS, isolation_level=None)
    try:
        _version(connection)
    except sqlite3.OperationalError:
        connection.close()
        address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        connection = sqlite3.connect(address, uri=True, isolation_level=None)
    return connection


def _create(path: Path) -> None:
    """Make a private file in write-ahead mode; a run that was faster has done so already."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | OPEN_FLAGS, 0o600))
    with closing(_connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        _migrate(connection, path)


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    _raise_if_unknown(connection, path)
    if _version(connection) == len(MIGRATIONS):
        return
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        for number in range(_version(connection), len(MIGRATIONS)):
            for statement in MIGRATIONS[number].split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number + 1}")
        named = connection.execute("SELECT 1 FROM log").fetchone()
        if named is None:
            name = f"auditor/log/{uuid.uuid4().hex}"
            connection.execute("INSERT INTO log VALUES (1, ?, 0, x'')", (name,))


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _raise_if_unknown(connection: sqlite3.Connection, path: Path) -> None:
    if _version(connection) > len(MIGRATIONS):
        message = f"The history in {path} was written by a newer version of auditor"
        raise SetupError(message, "Use that version, or --no-history.")
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    if application not in (0, _APPLICATION):
        raise DamagedLogError(f"{path} is not a history of auditor")


@contextmanager
def _explain_failures(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise _translate(path, error) from error
    except InconsistentFileError as error:
        raise DamagedLogError(f"The history in {path} is damaged: {error}", _KEPT_ASIDE) from error
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise SetupError(f"The history in {path} cannot be used: {why}") from error


def list_schema(connection: sqlite3.Connection) -> set[tuple[str, ...]]:
    """Return what tables, indexes and the like a file has, each as it was made."""
    rows = connection.execute("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master")
    return {tuple(map(str, row)) for row in rows}


def expected_schema() -> set[tuple[str, ...]]:
    """Return what a file has after all migrations."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for migration in MIGRATIONS:
            connection.executescript(migration)
        return list_schema(connection)


def list_accounts(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Give each account and address once, by one look into the index for each of them."""
    # a comparison of both at once would make SQLite read every record of the account
    next_address = (
        "SELECT account, base_url FROM record WHERE account = ? AND base_url > ?"
        " ORDER BY base_url LIMIT 1"
    )
    next_account = (
        "SELECT account, base_url FROM record WHERE account > ? AND base_url IS NOT NULL"
        " ORDER BY account, base_url LIMIT 1"
    )
    row: tuple[str, str] | None = connection.execute(next_account, ("",)).fetchone()
    while row is not None:
        yield row
        beside = connection.execute(next_address, row).fetchone()
        row = beside or connection.execute(next_account, row[:1]).fetchone()


def _translate(path: Path, error: sqlite3.DatabaseError) -> SetupError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    # the last two: not what `MIGRATIONS` made, and not what the head of the log says
    damaged = (
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_ERROR,
        sqlite3.SQLITE_CONSTRAINT,
    )
    if code in damaged:
        return DamagedLogError(f"The history in {path} is damaged: {error}", _KEPT_ASIDE)
    hint = "Free some space." if code == sqlite3.SQLITE_FULL else "Mend that, or use --no-history."
    return SetupError(f"The history in {path} cannot be used: {error}", hint)


def keep_aside(path: Path) -> Path:
    """Rename a damaged file, with what belongs to it, and return its new name; nothing is lost."""
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    kept = path.with_name(f"{path.name}.damaged-{now}-{os.getpid()}")
    try:
        with hold_lock(path.parent / ".create.lock", "Another run is mending the history.", 30):
            for ending in ("", "-wal", "-shm"):
                part = path.with_name(path.name + ending)
                if part.exists():
                    part.rename(kept.with_name(kept.name + ending))
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise SetupError(f"The damaged history cannot be kept aside: {why}") from error
    return kept
