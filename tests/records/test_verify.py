"""The tampering table: what is done to a log is found and named; what cannot be told is said."""

from __future__ import annotations

import os
import shutil
import sqlite3
from typing import TYPE_CHECKING

import pytest

from auditor.access.history import History, derive_signer
from auditor.access.secret import Secret
from auditor.records.checkpoint import Checkpoint, find_checkpoints
from auditor.records.log import RecordLog, render_record
from auditor.records.merkle import hash_leaf
from auditor.records.pictures import digest, keep_pictures
from auditor.records.verify import Anchor, Kind, Verification, verify_log
from tests.records.signing import NotingKeys, reading
from tests.records.tampering import make_file_agree

if TYPE_CHECKING:
    from pathlib import Path

KEY = b"k" * 32
OWN = derive_signer(Secret(KEY))
COUNT = 9  # the key's record, and eight readings
ANCHOR = "The checkpoint in the keyring"


@pytest.fixture
def signed(tmp_path: Path) -> History:
    kept = History(tmp_path / "records" / "history.sqlite", NotingKeys(KEY))
    for each in range(COUNT - 1):
        kept.append([reading(turn=each)])
    return kept


@pytest.fixture
def unsigned(tmp_path: Path) -> History:
    kept = History(tmp_path / "plain" / "history.sqlite", None)
    for each in range(COUNT):
        kept.append([reading(turn=each)])
    return kept


def check(kept: History, *, anchored: bool = True, trusted: bool = True) -> Verification:
    anchor = kept.read_anchor() if anchored else None
    anchors = [Anchor(checkpoint=anchor, source=ANCHOR)] if anchor else []
    return verify_log(kept.path, OWN.public_key if trusted else None, anchors)


def named(found: Verification) -> list[tuple[Kind, int | None, int | None]]:
    return [(each.kind, each.first, each.last) for each in found.remarks]


def texts(found: Verification) -> list[str]:
    return [each.text for each in found.remarks]


def tamper(kept: History, *statements: str) -> None:
    connection = sqlite3.connect(kept.path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def write(kept: History, statement: str, *values: object) -> None:
    connection = sqlite3.connect(kept.path)
    connection.execute(statement, values)
    connection.commit()
    connection.close()


EDIT = "UPDATE record SET text = replace(text, '\"off\"', '\"on\"') WHERE number = 4"
DELETE = "DELETE FROM record WHERE number BETWEEN 4 AND 5"
CUT = "DELETE FROM record WHERE number >= 8"
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
CLOSED_GAP = (
    "DELETE FROM record WHERE number = 4",
    "UPDATE record SET number = number - 1 WHERE number > 4",
)


def test_an_untouched_log_is_intact(signed: History) -> None:
    found = check(signed)
    assert (found.remarks, found.notes, found.size) == ([], [], COUNT)


@pytest.mark.parametrize("log", ["signed", "unsigned"])
@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ((EDIT,), [(Kind.EDITED, 4, 4)]),
        (("UPDATE record SET text = 'x' WHERE number = 4",), [(Kind.EDITED, 4, 4)]),
        ((DELETE,), [(Kind.MISSING, 4, 5)]),
        ((CUT,), [(Kind.MISSING, 8, 9)]),
        (("DELETE FROM record WHERE number = 1",), [(Kind.MISSING, 1, 1)]),
        (CLOSED_GAP, [(Kind.MISSING, 4, 4)]),
        (COPY, [(Kind.INSERTED, 6, 6)]),
        (SWAP, [(Kind.REORDERED, 3, 3), (Kind.REORDERED, 6, 6)]),
        (("UPDATE log SET peaks = zeroblob(64)",), [(Kind.EDITED, 1, 9)]),
    ],
)
def test_a_change_is_named(
    log: str,
    statements: tuple[str, ...],
    expected: list[tuple[Kind, int, int]],
    request: pytest.FixtureRequest,
) -> None:
    kept: History = request.getfixturevalue(log)
    tamper(kept, *statements)
    found = [
        each for each in named(check(kept)) if each[0] not in (Kind.UNSIGNED, Kind.NOT_ANCHORED)
    ]
    # what was changed also differs from what the keyring knew
    assert [each for each in found if each[0] is not Kind.DIFFERENT] == expected


def test_an_appended_row_that_the_log_did_not_write_is_named(signed: History) -> None:
    text = render_record(COUNT + 1, reading())
    write(signed, "INSERT INTO record (number, text, leaf) VALUES (10, ?, x'00')", text)
    assert (Kind.EDITED, 10, 10) in named(check(signed))
    write(signed, "UPDATE record SET leaf = ? WHERE number = 10", hash_leaf(text.encode()))
    assert (Kind.INSERTED, 10, 10) in named(check(signed))


def test_an_edit_that_the_file_agrees_with_is_found_by_the_signatures(signed: History) -> None:
    tamper(signed, EDIT)
    make_file_agree(signed.path)
    assert (
        texts(check(signed, anchored=False))[0] == "Record 4 was edited: it is not what was signed"
    )
    assert (Kind.DIFFERENT, 1, 9) in named(check(signed))


def test_an_edit_among_records_signed_together_is_found_within_them(tmp_path: Path) -> None:
    kept = History(tmp_path / "records" / "history.sqlite", NotingKeys(KEY))
    kept.append([reading()])
    kept.append([reading(turn=1), reading(turn=2), reading(turn=3)])
    tamper(kept, EDIT)
    make_file_agree(kept.path)
    found = check(kept, anchored=False).faults
    assert [(each.first, each.last) for each in found] == [(3, 5)]
    assert found[0].text == "One of the records 3-5 was edited: not what was signed"


def test_the_same_edit_without_signatures_finds_no_fault_and_says_that_it_could_not(
    unsigned: History,
) -> None:
    tamper(unsigned, EDIT)
    make_file_agree(unsigned.path)
    found = check(unsigned, trusted=False)
    assert found.faults == []
    assert texts(found) == [
        "Not signed from record 1 on: that finds accidents, not forgery",
        "Nothing kept elsewhere vouches for its length: a cut end would not show",
    ]


def test_a_log_signed_anew_with_a_strangers_key_is_named(signed: History) -> None:
    stranger = derive_signer(Secret(b"s" * 32))
    tamper(signed, EDIT)
    rewritten = RecordLog(signed.path, stranger)
    rewritten.append([reading()])
    found = check(signed)
    assert (Kind.EDITED, 4, 4) in named(found)
    make_file_agree(signed.path, stranger.sign)
    found = check(signed)
    assert found.remarks[0].kind is Kind.OTHER_KEY
    assert (found.remarks[0].first, found.remarks[0].last) == (10, 11)


def test_signatures_that_were_taken_away_are_named(signed: History) -> None:
    tamper(signed, "UPDATE record SET signature = NULL WHERE number > 5")
    assert named(check(signed, anchored=False)) == [
        (Kind.UNSIGNED, 6, 9),
        (Kind.NOT_ANCHORED, None, None),
    ]
    # the keyring's checkpoint vouches for the records, and that they were signed once
    assert named(check(signed)) == [(Kind.UNSIGNED, 9, 9)]


def test_an_older_copy_put_back_is_shorter_than_what_the_keyring_knew(signed: History) -> None:
    backup = signed.path.with_name("backup")
    shutil.copy(signed.path, backup)
    signed.append([reading(), reading()])
    shutil.copy(backup, signed.path)
    assert texts(check(signed)) == [f"{ANCHOR} knew 11 records, but there are 9"]
    assert named(check(signed)) == [(Kind.SHORTER, 10, 11)]


def test_without_an_anchor_an_older_copy_is_not_noticed_and_that_is_said(signed: History) -> None:
    backup = signed.path.with_name("backup")
    shutil.copy(signed.path, backup)
    signed.append([reading()])
    shutil.copy(backup, signed.path)
    assert named(check(signed, anchored=False)) == [(Kind.NOT_ANCHORED, None, None)]


def test_a_log_that_went_another_way_than_its_copy_is_named(signed: History) -> None:
    backup = signed.path.with_name("backup")
    shutil.copy(signed.path, backup)
    signed.append([reading("on")])
    shutil.copy(backup, signed.path)
    RecordLog(signed.path, OWN).append([reading("off")])
    assert named(check(signed)) == [(Kind.DIFFERENT, 1, 10)]


def test_a_removed_log_is_missing_if_the_keyring_knew_it(signed: History) -> None:
    signed.path.unlink()
    assert texts(check(signed)) == [f"There is no history, but {ANCHOR} knew 9 records"]
    assert check(signed, anchored=False).remarks == []


def test_what_a_former_key_signed_is_vouched_for_only_by_what_was_kept_elsewhere(
    signed: History,
) -> None:
    former = signed.read_anchor()
    assert former is not None
    renewed = History(signed.path, NotingKeys(b"n" * 32))
    renewed.append([reading()])
    new = derive_signer(Secret(b"n" * 32)).public_key
    anchor = renewed.read_anchor()
    assert anchor is not None
    anchors = [Anchor(checkpoint=anchor, source=ANCHOR)]
    found = verify_log(signed.path, new, anchors)
    assert named(found) == [(Kind.FORMER_KEY, 1, 9)]
    assert texts(found)[0].startswith("The records up to 9 were signed with a former key: SHA256:")
    elsewhere = [*anchors, Anchor(checkpoint=former, source="report.html")]
    assert verify_log(signed.path, new, elsewhere).remarks == []
    tamper(signed, EDIT)
    make_file_agree(signed.path)
    assert verify_log(signed.path, new, []).faults[0].text.startswith("Record 4 was edited")


def test_an_edit_that_is_signed_over_later_by_the_tool_itself_stays_named(signed: History) -> None:
    tamper(signed, EDIT)
    make_file_agree(signed.path)
    (number,) = signed.append([reading()]).numbers
    for _ in range(2):
        assert texts(check(signed)) == [
            f"Of the records 1-9 some were edited before record {number - 1} was written"
        ]
        signed.append([reading()])


def test_a_history_that_was_begun_anew_says_that_there_was_another(signed: History) -> None:
    for path in signed.path.parent.glob("history.sqlite*"):
        path.unlink()
    signed.append([reading(base_url="http://127.0.0.1:8400")])
    assert texts(check(signed)) == [
        "Another history, of 9 records, stood here before record 1 was written"
    ]


def test_records_that_were_not_signed_at_first_are_told_unless_they_are_of_a_mock_site(
    signed: History,
) -> None:
    plain = History(signed.path, None)
    plain.append([reading(base_url="http://127.0.0.1:8400")])
    signed.append([reading()])
    assert check(signed).remarks == []
    (number,) = plain.append([reading()]).numbers
    signed.append([reading()])
    assert named(check(signed)) == [(Kind.UNSIGNED, number, number)]


def test_an_anchor_of_another_log_or_key_tells_nothing(signed: History, tmp_path: Path) -> None:
    other = History(tmp_path / "other" / "history.sqlite", NotingKeys(b"o" * 32))
    foreign = other.append([reading()]).checkpoint
    found = verify_log(signed.path, OWN.public_key, [Anchor(checkpoint=foreign, source="FILE")])
    assert texts(found)[0] == "FILE is of another history: nothing can be told by it"
    own = signed.read_anchor()
    assert own is not None
    lie = Checkpoint(own.log, own.size, os.urandom(32), own.signature, own.key_hash)
    found = verify_log(signed.path, OWN.public_key, [Anchor(checkpoint=lie, source="FILE")])
    assert (
        texts(found)[0] == "FILE is not signed with this history's key: nothing can be told by it"
    )


def test_records_of_this_very_machine_need_no_signature(signed: History) -> None:
    local = reading(base_url="http://127.0.0.1:8400/s/on")
    RecordLog(signed.path).append([local])
    found = check(signed)
    assert found.remarks == []
    assert found.notes == [
        (
            "Not signed from record 10 on, because it concerns only addresses of this very machine:"
            " that finds accidents, not forgery."
        )
    ]
    RecordLog(signed.path).append([reading()])
    assert named(check(signed)) == [(Kind.UNSIGNED, 11, 11)]


def test_without_the_keyring_the_signers_name_is_left_open(signed: History) -> None:
    found = check(signed, trusted=False)
    assert texts(found) == ["The keyring could not be asked: whose key signed this cannot be told"]


@pytest.mark.parametrize("wrap", ["{}", "<pre>{}</pre>", '{{"checkpoint": "{}"}}'])
def test_a_checkpoint_is_found_in_whatever_carries_it(signed: History, wrap: str) -> None:
    anchor = signed.read_anchor()
    assert anchor is not None
    text = str(anchor)
    if "checkpoint" in wrap:
        text = text.replace("\n", "\\n").replace("\u2014", "\\u2014")
    assert find_checkpoints(wrap.format(text)) == [anchor]


def test_a_picture_that_was_swapped_or_deleted_is_named_with_its_record(signed: History) -> None:
    folder, picture = RecordLog(signed.path).pictures_folder, b"the switch"
    keep_pictures(folder, [picture])
    (number,) = signed.append([reading(pictures={"row.png": digest(picture)})]).numbers
    assert check(signed).remarks == []
    (folder / digest(picture)).write_bytes(b"another")
    found = check(signed)
    assert named(found) == [(Kind.PICTURE, number, number)]
    which = f"The picture {digest(picture)[:12]}… (row.png of record {number})"
    assert texts(found) == [f"{which} is not the one that was recorded"]
    (folder / digest(picture)).unlink()
    assert texts(check(signed)) == [f"The picture row.png of record {number} is gone"]
    keep_pictures(folder, [picture])
    assert check(signed).remarks == []


def test_a_picture_that_no_record_names_and_that_was_changed_is_named_all_the_same(
    signed: History,
) -> None:
    folder = RecordLog(signed.path).pictures_folder
    keep_pictures(folder, [b"the switch"])
    (folder / digest(b"the switch")).write_bytes(b"another")
    assert named(check(signed)) == [(Kind.PICTURE, None, None)]


def test_many_pictures_that_are_gone_are_counted(signed: History) -> None:
    pictures = [{f"{at}.png": digest(str(at).encode())} for at in range(9)]
    numbers = signed.append([reading(pictures=each) for each in pictures]).numbers
    assert texts(check(signed)) == [f"9 pictures of records {numbers[0]}-{numbers[-1]} are gone"]


@pytest.mark.parametrize(
    "statements",
    [
        ("DROP INDEX record_at",),
        ("CREATE TRIGGER t AFTER INSERT ON record BEGIN DELETE FROM record; END",),
        (
            "ALTER TABLE record RENAME TO kept",
            "CREATE VIEW record AS SELECT * FROM kept WHERE state <> 'on'",
        ),
        (
            "PRAGMA writable_schema = ON",
            "UPDATE sqlite_master SET sql = replace(sql, \"'unknown'\", \"'on'\") WHERE name = 'record'",
        ),
    ],
    ids=["index", "trigger", "view", "column"],
)
def test_tables_that_would_show_something_else_are_named(
    signed: History, statements: tuple[str, ...]
) -> None:
    tamper(signed, *statements)
    assert Kind.SCHEMA in [each.kind for each in check(signed).faults]


@pytest.mark.parametrize("gone", ["account", "base_url"])
def test_a_record_without_account_or_address_is_not_taken_for_one_of_a_mock_site(
    tmp_path: Path, gone: str
) -> None:
    kept = History(tmp_path / "plain" / "history.sqlite", None)
    kept.append([reading(base_url="http://127.0.0.1:8400")])
    assert check(kept).remarks == []
    kept.append([{**reading(), "origin": None, gone: None}])
    assert named(check(kept)) == [(Kind.UNSIGNED, 2, 2), (Kind.NOT_ANCHORED, None, None)]


def test_progress_is_reported(signed: History) -> None:
    told: list[tuple[int, int]] = []
    verify_log(signed.path, None, (), lambda done, every: told.append((done, every)))
    assert told == [(COUNT, COUNT)]
