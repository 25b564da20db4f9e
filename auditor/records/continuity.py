"""Whether the log that is about to be signed goes on from what was signed before.

A signature covers all that came before it, so it must not be put over what somebody else has
changed in the meantime: whatever does not fit is written down first, in a record of its own, which
no later signature can make unsaid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.core.base_url import BaseUrl
from auditor.records.checkpoint import Checkpoint, hash_key
from auditor.records.database import list_accounts
from auditor.records.merkle import Peaks
from auditor.records.record import NOTICE

if TYPE_CHECKING:
    import sqlite3
    from typing import Any

    OpenLog = sqlite3.Connection
    Record = dict[str, Any]

ALTERED = "altered"
SHORTENED = "shortened"
UNSIGNED = "unsigned"
BEGUN_ANEW = "begun_anew"
BREAKS = (ALTERED, SHORTENED, UNSIGNED, BEGUN_ANEW)


def find_breaks(
    connection: OpenLog,
    name: str,
    peaks: Peaks,
    keys: tuple[bytes | None, bytes],
    anchor: Checkpoint | None,
) -> list[Record]:
    """Return a record for each thing that does not go on from what was signed before.

    `keys` are the last one that the log names, None if it names none, and the one that is about to
    sign; `anchor` is the checkpoint that the keyring keeps.
    """
    key, own = keys
    if anchor is not None and anchor.log != name and key is None:
        return [_build(BEGUN_ANEW, 1, anchor.size)]
    if anchor is not None and not any(anchor.is_signed_by(each) for each in (own, key or own)):
        anchor = None  # nothing can be told by it
    if anchor is not None and anchor.size > peaks.size:
        return [_build(SHORTENED, peaks.size + 1, anchor.size)]
    last_signed = _find_last_signed(connection)
    wanted = {last_signed, 0 if anchor is None else anchor.size}
    roots = _roots_at(connection, wanted, peaks)
    if last_signed and not _is_signed(connection, name, last_signed, roots[last_signed], key):
        return [_build(ALTERED, 1, peaks.size)]
    if anchor is not None and roots[anchor.size] != anchor.root:
        return [_build(ALTERED, 1, anchor.size)]
    first = find_first_live(connection, last_signed)
    return [] if first is None else [_build(UNSIGNED, first, peaks.size)]


def _build(event: str, first: int, last: int) -> Record:
    return {"kind": NOTICE, "event": event, "first": first, "last": last}


def _find_last_signed(connection: OpenLog) -> int:
    row = connection.execute(
        "SELECT max(number) FROM record WHERE signature IS NOT NULL"
    ).fetchone()
    return int(row[0] or 0)


def _roots_at(connection: OpenLog, wanted: set[int], peaks: Peaks) -> dict[int, bytes]:
    """Return the roots at some sizes; mostly only the present one is asked for and at hand."""
    roots = {0: Peaks().root(), peaks.size: peaks.root()}
    rest = wanted - roots.keys()
    if rest:
        grown = Peaks()
        rows = connection.execute(
            "SELECT leaf FROM record WHERE number <= ? ORDER BY number", (max(rest),)
        )
        for (leaf,) in rows:
            grown.append(leaf)
            if grown.size in rest:
                roots[grown.size] = grown.root()
    return {size: roots.get(size, b"") for size in wanted}


def _is_signed(connection: OpenLog, name: str, number: int, root: bytes, key: bytes | None) -> bool:
    row = connection.execute("SELECT signature FROM record WHERE number = ?", (number,)).fetchone()
    if row is None or key is None:
        return False
    return Checkpoint(name, number, root, row[0], hash_key(name, key)).is_signed_by(key)


def find_first_live(connection: OpenLog, after: int) -> int | None:
    """Return the first later record that may be of a real account; None if there is none.

    Those of addresses of this very machine are not signed, as no account stands behind them. One
    without account or address is written by no run unsigned.
    """
    found = [
        connection.execute(
            "SELECT min(number) FROM record WHERE account = ? AND base_url = ? AND number > ?",
            (account, url, after),
        ).fetchone()[0]
        for account, url in list_accounts(connection)
        if not BaseUrl(url).is_loopback
    ]
    found += _find_nameless(connection, after)
    return min((number for number in found if number is not None), default=None)


def _find_nameless(connection: OpenLog, after: int) -> list[int | None]:
    """Return the first later record without account, and for each account that without address.

    Each is one look into an index; asked at once, SQLite would parse every record.
    """
    query = "SELECT min(number) FROM record WHERE account IS NULL AND number > ?"
    found = [connection.execute(query, (after,)).fetchone()[0]]
    query = "SELECT min(number) FROM record WHERE account = ? AND base_url IS NULL AND number > ?"
    next_account = "SELECT account FROM record WHERE account > ? ORDER BY account LIMIT 1"
    row = connection.execute(next_account, ("",)).fetchone()
    while row is not None:
        found.append(connection.execute(query, (row[0], after)).fetchone()[0])
        row = connection.execute(next_account, row).fetchone()
    return found
