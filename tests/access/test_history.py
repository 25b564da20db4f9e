"""The history is signed with a key derived from the keyring's, and anchored beside it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from auditor.access.history import History, derive_signer
from auditor.access.secret import Secret
from auditor.errors import SetupError
from auditor.records.checkpoint import find_checkpoints
from tests.records.signing import NotingKeys, reading

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.access.history import HistoryKeys


class NoKeys(NotingKeys):
    """A machine without a usable keyring."""

    def get(self) -> Secret[bytes]:
        raise SetupError("The OS keyring cannot be used: there is none on this machine.")

    create_if_missing = get

    def read_note(self, name: str) -> str | None:  # noqa: ARG002 - the same for every note
        raise SetupError("The OS keyring cannot be used: there is none on this machine.")


def history(tmp_path: Path, keys: HistoryKeys | None) -> tuple[History, list[str]]:
    said: list[str] = []
    return History(tmp_path / "records" / "history.sqlite", keys, said.append), said


def test_the_first_signed_record_says_which_key_signs(tmp_path: Path) -> None:
    keys = NotingKeys(b"k" * 32)
    kept, said = history(tmp_path, keys)
    appended = kept.append([reading()])
    assert appended.numbers == (2,)
    assert [each["kind"] for each in kept.log.read()] == ["finding", "key"]
    signer = derive_signer(Secret(b"k" * 32))
    assert appended.checkpoint.is_signed_by(signer.public_key)
    assert kept.log.read_checkpoint() == appended.checkpoint
    assert kept.log.read_keys() == [signer.public_key]
    assert said == []


def test_the_newest_checkpoint_is_kept_in_the_keyring(tmp_path: Path) -> None:
    keys = NotingKeys()
    kept, _ = history(tmp_path, keys)
    kept.append([reading()])
    newest = kept.append([reading()]).checkpoint
    assert find_checkpoints(keys.notes["newest checkpoint"]) == [newest]
    assert kept.read_anchor() == newest


def test_a_new_key_opens_a_new_stretch_with_a_record_that_says_so(tmp_path: Path) -> None:
    for key in (b"a" * 32, b"b" * 32):
        kept, _ = history(tmp_path, NotingKeys(key))
        kept.append([reading()])
    kinds = [each["kind"] for each in reversed(kept.log.read())]
    assert kinds == ["key", "finding", "key", "finding"]
    last = kept.log.read()[1]
    first = kept.log.read()[3]
    assert (first["former"], last["former"]) == (None, first["public_key"])


def test_without_a_keyring_the_record_is_kept_and_said_to_be_unsigned(tmp_path: Path) -> None:
    kept, said = history(tmp_path, NoKeys())
    assert kept.append([reading()]).checkpoint.signature is None
    assert said == [
        (
            "The OS keyring cannot be used: there is none on this machine; so the record is not"
            " signed. An unsigned history finds accidents, not forgery."
        )
    ]
    assert kept.read_anchor() is None
    assert kept.fingerprint("Acme") is None


def test_where_no_signature_is_wanted_the_keyring_is_not_asked(tmp_path: Path) -> None:
    kept, said = history(tmp_path, None)
    assert kept.append([reading()]).checkpoint.signature is None
    assert said == []


def test_the_same_organisation_has_the_same_fingerprint_under_one_key_only(tmp_path: Path) -> None:
    one, _ = history(tmp_path, NotingKeys(b"a" * 32))
    other, _ = history(tmp_path, NotingKeys(b"b" * 32))
    assert one.fingerprint("Acme  Inc.") == one.fingerprint("acme inc.")
    assert one.fingerprint("Acme") != other.fingerprint("Acme")


def test_a_damaged_file_is_kept_aside_and_the_next_append_begins_a_new_one(tmp_path: Path) -> None:
    kept, _ = history(tmp_path, None)
    kept.append([reading()])
    kept.path.write_bytes(damaged := os.urandom(5000))
    with pytest.raises(SetupError, match=r"^The history in .* is damaged: ") as caught:
        kept.append([reading()])
    (aside,) = kept.path.parent.glob("*.damaged-*")
    assert aside.read_bytes() == damaged
    assert caught.value.hint == f"It is kept as {aside}; the next run begins a new history."
    assert kept.append([reading()]).numbers == (1,)


def test_the_seed_never_shows() -> None:
    assert "b'" not in repr(derive_signer(Secret(b"k" * 32)))
