"""What may be done to a history and to what stands beside it, and what a check says of that.

Each row of the table in docs/history.md is really done here, and checked in each situation.
"""

from __future__ import annotations

import shutil
import sqlite3
from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.access.history import History, derive_signer
from auditor.access.secret import Secret
from auditor.errors import SetupError
from auditor.records.checkpoint import Checkpoint, find_checkpoints
from auditor.records.database import open_for_writing
from auditor.records.merkle import Peaks, hash_leaf
from auditor.records.pictures import digest, keep_pictures
from auditor.records.verify import Anchor, Verification, verify_log
from tests.records.signing import NotingKeys, reading

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEY, NEW_KEY, STRANGER = b"k" * 32, b"n" * 32, b"s" * 32
ANCHOR = "newest checkpoint"  # what the keyring calls it
PICTURE = b"the switch"
COUNT = 9
THERE, SINCE, NONE = "keyring there", "the same, signed since", "no keyring"
RENEWED, BACKUP = "new keyring, signed since", "keyring put back, too"
ELSEWHERE = "report kept elsewhere"
SITUATIONS = (THERE, SINCE, NONE, RENEWED, BACKUP, ELSEWHERE)


@dataclass(slots=True)
class Kept:
    """A history of nine records, an older copy of it and of its keyring, and a report elsewhere."""

    path: Path
    keys: NotingKeys
    older: Path
    older_note: str
    report: Path

    @property
    def history(self) -> History:
        return History(self.path, self.keys)

    def write(self, *statements: str) -> None:
        connection = sqlite3.connect(self.path)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()


def make_history(folder: Path) -> Kept:
    """Record as a person does: signed, with a picture, an older backup and a report kept elsewhere."""
    keys, path = NotingKeys(KEY), folder / "records" / "history.sqlite"
    kept = Kept(path, keys, folder / "older.sqlite", "", folder / "report.txt")
    keep_pictures(kept.history.log.pictures_folder, [PICTURE])
    for turn in range(COUNT - 1):
        pictures = {"row.png": digest(PICTURE)} if turn == 2 else {}
        kept.history.append([reading(turn=turn, pictures=pictures)])
        if turn == 4:
            kept.write("PRAGMA wal_checkpoint(TRUNCATE)")
            shutil.copy(path, kept.older)
            kept.older_note = keys.notes[ANCHOR]
    kept.report.write_text(f"A report with {keys.notes[ANCHOR]}")
    return kept


def make_file_agree(path: Path, sign: Callable[[bytes], bytes] | None = None) -> None:
    """Make a file agree with itself again, as somebody does who knows how it is built.

    With `sign`, all of it is signed anew.
    """
    with open_for_writing(path) as connection:
        name = connection.execute("SELECT name FROM log").fetchone()[0]
        peaks = Peaks()
        rows = connection.execute("SELECT number, text FROM record ORDER BY number").fetchall()
        for number, text in rows:
            leaf = hash_leaf(text.encode())
            peaks.append(leaf)
            connection.execute("UPDATE record SET leaf = ? WHERE number = ?", (leaf, number))
            if sign is not None:
                body = Checkpoint(name, peaks.size, peaks.root()).body.encode()
                connection.execute(
                    "UPDATE record SET signature = ? WHERE number = ?", (sign(body), number)
                )
        connection.execute("UPDATE log SET size = ?, peaks = ?", (peaks.size, peaks.to_bytes()))


EDIT = "UPDATE record SET text = replace(text, '\"off\"', '\"on\"') WHERE number = 4"
CUT = "DELETE FROM record WHERE number >= 8"
RENUMBER = (
    "UPDATE record SET number = number - 1,"
    " text = replace(text, '\"number\":' || number, '\"number\":' || (number - 1)) WHERE number > 4"
)
SWAP = (
    "UPDATE record SET number = 100 WHERE number = 3",
    "UPDATE record SET number = 3 WHERE number = 6",
    "UPDATE record SET number = 6 WHERE number = 100",
)
COPY = (
    "UPDATE record SET number = number + 100 WHERE number > 5",
    "INSERT INTO record (number, text, leaf) SELECT 6, text, leaf FROM record WHERE number = 3",
    "UPDATE record SET number = number - 99 WHERE number > 100",
)
UNSIGN = "UPDATE record SET signature = NULL"
OTHER_NAME = "UPDATE log SET name = 'auditor/log/00000000000000000000000000000000'"


def put_older_back(kept: Kept) -> None:
    for ending in ("-wal", "-shm"):
        kept.path.with_name(kept.path.name + ending).unlink(missing_ok=True)
    shutil.copy(kept.older, kept.path)


def sign_with_strangers_key(kept: Kept) -> None:
    """Rewrite the past, and sign it with a key of one's own, which the file then names."""
    other = derive_signer(Secret(STRANGER)).public_key
    named = "UPDATE record SET text = json_set(text, '$.public_key', '{}') WHERE number = 1"
    kept.write(EDIT, named.format(b64encode(other).decode()))
    make_file_agree(kept.path, derive_signer(Secret(STRANGER)).sign)


def add_unsigned(kept: Kept) -> None:
    History(kept.path, None).append([reading("off")])


def edit_and_agree(kept: Kept) -> None:
    kept.write(EDIT)
    make_file_agree(kept.path)


def remove_and_agree(kept: Kept) -> None:
    kept.write("DELETE FROM record WHERE number = 4", RENUMBER)
    make_file_agree(kept.path)


def cut_and_agree(kept: Kept) -> None:
    kept.write(CUT)
    make_file_agree(kept.path)


def delete_file(kept: Kept) -> None:
    for ending in ("", "-wal", "-shm"):
        kept.path.with_name(kept.path.name + ending).unlink(missing_ok=True)


def swap_picture(kept: Kept) -> None:
    (kept.history.log.pictures_folder / digest(PICTURE)).write_bytes(b"another")


def delete_picture(kept: Kept) -> None:
    (kept.history.log.pictures_folder / digest(PICTURE)).unlink()


def forget_note(kept: Kept) -> None:
    del kept.keys.notes[ANCHOR]


def swap_note(kept: Kept) -> None:
    kept.keys.notes[ANCHOR] = kept.older_note.replace("\n6\n", "\n5\n")


def write(*statements: str) -> Callable[[Kept], None]:
    return lambda kept: kept.write(*statements)


WAYS: dict[str, Callable[[Kept], None]] = {
    "nothing": lambda _kept: None,
    "a record is edited": write(EDIT),
    "the same, and the file made to agree with itself": edit_and_agree,
    "a record is removed": write("DELETE FROM record WHERE number = 4"),
    "the same, and the rest renumbered to agree": remove_and_agree,
    "a record is copied to another place": write(*COPY),
    "two records change places": write(*SWAP),
    "a record is added without the key": add_unsigned,
    "the end is cut off": write(CUT),
    "the same, and the file made to agree": cut_and_agree,
    "an older copy is put back": put_older_back,
    "the signatures are removed": write(UNSIGN),
    "all is rewritten and signed with another key": sign_with_strangers_key,
    "the history gets another name": write(OTHER_NAME),
    "tables, indexes or views are changed": write("DROP INDEX record_at"),
    "the file is deleted": delete_file,
    "a picture is swapped": swap_picture,
    "a picture is deleted": delete_picture,
    "the keyring's checkpoint is deleted": forget_note,
    "the keyring's checkpoint is edited": swap_note,
}
"""What is done, in the words of the table in docs/history.md."""


def check_in(kept: Kept, situation: str) -> str:
    """Check a history to which something was done, and name what that comes to."""
    keys: NotingKeys | None = kept.keys
    if situation in (NONE, ELSEWHERE):
        keys = None
    if situation == RENEWED:
        keys = NotingKeys(NEW_KEY)
    if situation == BACKUP:
        kept.keys.notes[ANCHOR] = kept.older_note
    if situation in (SINCE, RENEWED):
        try:
            History(kept.path, keys).append([reading("off")])
        except SetupError as error:  # a damaged file, which is kept aside
            return "kept aside" if "It is kept as" in (error.hint or "") else str(error)
    return name_outcome(verify_as(kept, keys, elsewhere=situation == ELSEWHERE))


def verify_as(kept: Kept, keys: NotingKeys | None, *, elsewhere: bool) -> Verification:
    """Do what `auditor history verify` does, with `--against` a report kept elsewhere or without."""
    anchors: list[Anchor] = []
    anchor = History(kept.path, keys).read_anchor()
    if anchor is not None:
        anchors.append(Anchor(checkpoint=anchor, source="The checkpoint in the keyring"))
    if elsewhere:
        (found,) = find_checkpoints(kept.report.read_text())
        anchors.append(Anchor(checkpoint=found, source="report.html"))
    trusted = None if keys is None else derive_signer(keys.get()).public_key
    return verify_log(kept.path, trusted, anchors)


def name_outcome(found: Verification) -> str:
    """Return what a check came to in few words: what is wrong, or that it cannot be told."""
    if found.faults:
        return ", ".join(sorted({str(each.kind).replace("_", " ") for each in found.faults}))
    return "cannot be told" if found.doubts else "intact"
