"""An older sealed file put back in place of a newer one is noticed, whatever came between."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from auditor.access import vault as files
from auditor.access.rollback import OlderSessionError
from auditor.errors import Exit, SetupError
from tests.access.sealing import CLAUDE, PRINT, STATE, MemoryKeys, refused

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.access.vault import Vault


def file_of(vault: Vault) -> Path:
    return vault.folder / "account-ada.sealed"


def seal(vault: Vault) -> bytes:
    vault.seal("ada", CLAUDE, STATE, PRINT)
    return file_of(vault).read_bytes()


def is_older(vault: Vault) -> bool:
    try:
        vault.open("ada", CLAUDE)
    except OlderSessionError:
        return True
    return False


def seal_unnumbered(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """Seal as the versions did that did not number sessions."""
    with monkeypatch.context() as patch:
        patch.setattr(files, "FORMAT", files._UNNUMBERED)
        patch.setattr(files, "_NUMBERED_PATTERNS", files._PATTERNS)
        patch.setattr(files, "note_newest", lambda *_: None)
        return seal(vault)


def test_an_older_file_put_back_is_noticed_and_said(vault: Vault) -> None:
    older = seal(vault)
    seal(vault)
    file_of(vault).write_bytes(older)
    sealed_at = vault.listed()[0].sealed_at
    with pytest.raises(OlderSessionError) as caught:
        vault.open("ada", CLAUDE)
    assert caught.value.exit_code == Exit.HUMAN
    assert str(caught.value) == (
        f"The session file of the account ada is an older one, of {sealed_at}: it was put back"
        " after a newer login or a logout"
    )
    assert caught.value.hint == "Sign in again with `auditor login ada`."
    assert file_of(vault).read_bytes() == older


def test_it_opens_if_the_person_says_so_and_the_next_run_asks_again(vault: Vault) -> None:
    older = seal(vault)
    seal(vault)
    file_of(vault).write_bytes(older)
    assert vault.open("ada", CLAUDE, accept_older=True).state == STATE
    assert is_older(vault)


def test_a_removed_session_put_back_is_an_older_one(vault: Vault) -> None:
    removed = seal(vault)
    vault.remove("ada")
    file_of(vault).write_bytes(removed)
    assert is_older(vault)


def test_a_new_login_is_never_older_whatever_was_put_back(vault: Vault) -> None:
    older = seal(vault)
    for _ in range(3):
        seal(vault)
        file_of(vault).write_bytes(older)
        seal(vault)
        assert not is_older(vault)


def test_an_interruption_before_the_note_locks_nobody_out(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    former = seal(vault)
    with monkeypatch.context() as patch:
        patch.setattr(files, "note_newest", lambda *_: None)
        newer = seal(vault)
        newest = seal(vault)
    assert not is_older(vault)  # and the keyring has caught up
    for older in (former, newer):
        file_of(vault).write_bytes(older)
        assert is_older(vault)
    file_of(vault).write_bytes(newest)
    assert not is_older(vault)


def test_a_keyring_that_does_not_take_the_note_says_so_and_the_session_stays(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise SetupError("The OS keyring cannot be used: it failed.")

    with monkeypatch.context() as patch:
        patch.setattr(vault.keys, "keep_note", full)
        refused(lambda: seal(vault))
    assert vault.open("ada", CLAUDE).state == STATE


def test_accounts_are_numbered_each_for_itself(vault: Vault) -> None:
    seal(vault)
    for _ in range(3):
        vault.seal("bob", CLAUDE, STATE, PRINT)
    assert not is_older(vault)


def test_a_session_of_before_they_were_numbered_opens_until_a_newer_login(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = seal_unnumbered(vault, monkeypatch)
    assert vault.open("ada", CLAUDE).state == STATE
    assert vault.listed()[0].problem is None
    seal(vault)
    file_of(vault).write_bytes(older)
    assert is_older(vault)


@pytest.mark.parametrize(
    ("old", "new"), [(b'"number": "1"', b'"number": "9"'), (b"shipped", b"a" * 64)]
)
def test_neither_number_nor_flow_can_be_rewritten(vault: Vault, old: bytes, new: bytes) -> None:
    content = seal(vault)
    at = len(files.MAGIC) + 2
    length = int.from_bytes(content[at : at + 2], "big")
    header = content[at + 2 : at + 2 + length].replace(old, new)
    assert header != content[at + 2 : at + 2 + length]
    rest = content[at + 2 + length :]
    file_of(vault).write_bytes(content[:at] + len(header).to_bytes(2, "big") + header + rest)
    assert "tampered with" in str(refused(lambda: vault.open("ada", CLAUDE)))


def test_a_keyring_whose_note_is_no_number_knows_none(vault: Vault) -> None:
    seal(vault)
    assert isinstance(vault.keys, MemoryKeys)
    vault.keys.notes = dict.fromkeys(vault.keys.notes, "x")
    assert not is_older(vault)
