"""Sealed sessions: trimmed, bound to account and origin, private on disk.

And the key that opens them.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.access import vault as files
from auditor.access.keyring import length_prefixed
from auditor.access.vault import Sealed, Vault
from auditor.disk import files as disk_files
from auditor.errors import AuditorError, HumanNeeded, UsageError
from tests.access.sealing import (
    CANARY,
    CLAUDE,
    PRINT,
    STATE,
    MemoryKeys,
    cookie,
    locals_of,
    refused,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def file_of(vault: Vault, account: str = "ada") -> Path:
    return vault.folder / f"account-{account}.sealed"


def test_what_was_sealed_is_opened(vault: Vault) -> None:
    info = vault.seal("ada", CLAUDE, STATE, PRINT)
    opened = vault.open("ada", CLAUDE + "/")
    assert opened.state == STATE
    assert opened.info == info == vault.info("ada")
    assert (info.account, info.origin, info.fingerprint) == ("ada", CLAUDE, PRINT)


def test_no_secret_stands_in_the_files(vault: Vault) -> None:
    vault.seal("ada", CLAUDE, STATE, PRINT)
    vault.touched("ada", "off")
    key = vault.keys.get().reveal()
    for path in vault.folder.iterdir():
        content = path.read_bytes()
        assert CANARY.encode() not in content
        assert key not in content
        assert key.hex().encode() not in content


@pytest.mark.parametrize("mask", [0, 0o077])
def test_files_are_private_whatever_the_umask(vault: Vault, mask: int) -> None:
    old = os.umask(mask)
    try:
        vault.seal("ada", CLAUDE, STATE, PRINT)
        vault.touched("ada", "off")
    finally:
        os.umask(old)
    assert mode(vault.folder) == 0o700
    assert {path.name: mode(path) for path in vault.folder.iterdir()} == {
        "account-ada.sealed": 0o600,
        "account-ada.use.json": 0o600,
    }


def test_a_folder_open_to_others_is_closed_before_anything_is_written(vault: Vault) -> None:
    vault.folder.mkdir()
    vault.folder.chmod(0o777)
    vault.seal("ada", CLAUDE, STATE, PRINT)
    assert mode(vault.folder) == 0o700


def test_every_write_has_a_fresh_nonce(vault: Vault) -> None:
    seen = set()
    for _ in range(50):
        vault.seal("ada", CLAUDE, STATE, PRINT)
        seen.add(files._parse_file(file_of(vault).read_bytes()).nonce)
    assert len(seen) == 50


def test_a_new_login_replaces_the_former_session(vault: Vault) -> None:
    vault.seal("ada", CLAUDE, STATE, PRINT)
    vault.seal("ada", "http://127.0.0.1:8400", {"cookies": []}, "cd" * 32)
    assert [one.origin for one in vault.listed()] == ["http://127.0.0.1:8400"]


def test_accounts_are_listed_without_the_key(vault: Vault) -> None:
    for account in ("bob", "ada", "Ada", "con"):
        vault.seal(account, CLAUDE, STATE, PRINT)
    keyless = Vault(vault.folder, MemoryKeys())
    assert [one.account for one in keyless.listed()] == ["Ada", "ada", "bob", "con"]
    assert all(one.problem is None for one in keyless.listed())


def test_there_is_nothing_to_list_before_the_first_login(vault: Vault) -> None:
    assert vault.listed() == []
    assert vault.info("ada") is None
    assert vault.remove("ada") is False
    assert not vault.folder.exists()


def test_an_account_without_session_needs_a_person(vault: Vault) -> None:
    with pytest.raises(HumanNeeded) as caught:
        vault.open("ada", CLAUDE)
    assert str(caught.value) == "No session is kept for the account ada."
    assert caught.value.hint == "Sign in with `auditor login ada`."


def test_a_removed_session_is_gone_with_all_that_was_noted(vault: Vault) -> None:
    vault.seal("ada", CLAUDE, STATE, PRINT)
    vault.touched("ada", "off")
    (vault.folder / ".auditor-account-ada.sealed.tmp").write_bytes(b"half written")
    assert [vault.remove("ada"), vault.remove("ada")] == [True, False]
    assert list(vault.folder.iterdir()) == []


def test_use_and_verdict_are_noted_without_touching_the_sealed_file(vault: Vault) -> None:
    vault.seal("ada", CLAUDE, STATE, PRINT)
    before = file_of(vault).read_bytes()
    vault.touched("ada", "as_wanted")
    info = vault.listed()[0]
    assert info.last_verdict == "as_wanted"
    assert info.last_used is not None
    assert info.last_used >= info.sealed_at
    assert file_of(vault).read_bytes() == before
    assert vault.open("ada", CLAUDE).info == info


def test_the_use_of_a_former_session_is_not_that_of_the_new_one(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_now", lambda: "2026-11-22T10:00:00Z")
    vault.seal("ada", CLAUDE, STATE, PRINT)
    vault.touched("ada", "off")
    monkeypatch.setattr(files, "_now", lambda: "2026-11-22T10:00:01Z")
    vault.seal("ada", CLAUDE, STATE, PRINT)
    assert vault.listed()[0].last_verdict is None


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"{}", b"\xff", b"[" * 4000, b"x" * 9999, b'{"last_used": 1}']
)
def test_a_damaged_note_is_no_note(vault: Vault, content: bytes) -> None:
    vault.seal("ada", CLAUDE, STATE, PRINT)
    (vault.folder / "account-ada.use.json").write_bytes(content)
    assert vault.listed()[0].last_used is None
    assert vault.open("ada", CLAUDE).state == STATE


def test_a_note_cannot_bring_text_onto_the_screen(vault: Vault) -> None:
    info = vault.seal("ada", CLAUDE, STATE, PRINT)
    note = {"sealed_at": info.sealed_at, "last_used": info.sealed_at, "last_verdict": "\x1b[2Joff"}
    (vault.folder / "account-ada.use.json").write_text(json.dumps(note))
    assert vault.listed()[0].last_verdict is None


def test_a_run_without_session_notes_nothing(vault: Vault) -> None:
    vault.touched("ada", "off")
    assert not vault.folder.exists()


def test_only_a_word_is_noted_and_only_a_fingerprint_pinned(vault: Vault) -> None:
    with pytest.raises(ValueError, match=r"^a verdict is one word$"):
        vault.touched("ada", "ada@example.org")
    with pytest.raises(ValueError, match=r"^a fingerprint comes from fingerprint\(\)$"):
        vault.seal("ada", CLAUDE, STATE, "ada@example.org")


@pytest.mark.parametrize("account", ["../ada", "a/b", "", "ada@example.org"])
def test_no_account_name_leads_out_of_the_folder(vault: Vault, account: str) -> None:
    for call in (
        lambda: vault.seal(account, CLAUDE, STATE, PRINT),
        lambda: vault.open(account, CLAUDE),
        lambda: vault.remove(account),
        lambda: vault.info(account),
        lambda: vault.touched(account, "off"),
    ):
        with pytest.raises(UsageError, match=r"cannot be the name of an account\.$"):
            call()


def unopened(vault: Vault, why: str, origin: str = CLAUDE) -> None:
    """Check that the session cannot be opened for this reason, and that its file was left as it is."""
    path = file_of(vault)
    before = (
        path.read_bytes()
        if path.is_file() and not path.is_symlink() and path.stat().st_size < 10**6
        else None
    )
    error = refused(lambda: vault.open("ada", origin))
    assert str(error) == f"The session of the account ada cannot be opened: {why}."
    assert error.hint == "Sign in again with `auditor login ada`; nothing was deleted."
    assert os.path.lexists(path)
    assert before is None or path.read_bytes() == before


@pytest.fixture
def sealed(vault: Vault) -> Path:
    vault.seal("ada", CLAUDE, STATE, PRINT)
    return file_of(vault)


def test_a_session_opens_only_for_its_own_origin(vault: Vault, sealed: Path) -> None:
    assert sealed.exists()
    unopened(
        vault,
        "it was made for https://claude.ai, not for http://127.0.0.1:8400",
        "http://127.0.0.1:8400",
    )
    unopened(
        vault, "it was made for https://claude.ai, not for http://claude.ai", "http://claude.ai"
    )


def test_a_session_of_another_account_does_not_open(vault: Vault, sealed: Path) -> None:
    vault.seal("bob", CLAUDE, STATE, PRINT)
    shutil.copy(file_of(vault, "bob"), sealed)
    unopened(vault, "the file is that of another account")
    assert vault.listed()[0] == Sealed(
        account="ada",
        origin="",
        sealed_at="",
        fingerprint="",
        problem="the file is that of another account",
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"bob", b"ada"), (b"http://other.test", b"https://claude.ai"), (b"cdcd", b"abab")],
)
def test_a_header_rewritten_to_fit_does_not_open(
    vault: Vault, sealed: Path, old: bytes, new: bytes
) -> None:
    other = ("bob", CLAUDE, PRINT) if old == b"bob" else ("ada", "http://other.test", PRINT)
    account, origin, printed = other if old != b"cdcd" else ("ada", CLAUDE, "cd" * 32)
    vault.seal(account, origin, STATE, printed)
    content = file_of(vault, account).read_bytes()
    at = len(files.MAGIC) + 2
    length = int.from_bytes(content[at : at + 2], "big")
    header = content[at + 2 : at + 2 + length].replace(old, new)
    sealed.write_bytes(
        content[:at] + len(header).to_bytes(2, "big") + header + content[at + 2 + length :]
    )
    unopened(vault, "it is damaged, or was tampered with")


def test_a_session_sealed_with_another_key_does_not_open(vault: Vault, sealed: Path) -> None:
    assert sealed.exists()
    unopened(Vault(vault.folder, MemoryKeys(b"k" * 32)), "it was sealed with another key")


def test_a_keyring_that_lost_the_key_is_named(vault: Vault, sealed: Path) -> None:
    assert sealed.exists()
    error = refused(lambda: Vault(vault.folder, MemoryKeys()).open("ada", CLAUDE))
    assert str(error) == "The OS keyring holds no key of auditor."


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it is empty"),
        (b"SQLite format 3\0", "it is no session file"),
        (files.MAGIC[:5], "it is cut short"),
        (files.MAGIC + b"\0\1\0", "it is cut short"),
        (files.MAGIC + b"\0\1\0\2{}", "it is cut short"),
        (
            files.MAGIC + b"\0\3\0\2{}" + b"x" * 40,
            "it is of format 3, which this version does not know",
        ),
        (files.MAGIC + b"\0\1\0\2{}" + b"x" * 40, "it is damaged, or was tampered with"),
        (files.MAGIC + b"\0\1\0\2[]" + b"x" * 40, "it is damaged, or was tampered with"),
        (files.MAGIC + b"\0\1\0\2{[" + b"x" * 40, "it is damaged, or was tampered with"),
        (
            files.MAGIC + b"\0\1\x4e\x20" + b"[" * 20000 + b"x" * 40,
            "it is damaged, or was tampered with",
        ),
    ],
)
def test_a_file_that_is_no_session_is_named(
    vault: Vault, sealed: Path, content: bytes, why: str
) -> None:
    sealed.write_bytes(content)
    unopened(vault, why)
    assert vault.listed()[0].problem == why


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda path: path.mkdir(), "a folder stands in its place"),
        (lambda path: path.symlink_to("account-bob.sealed"), "a symbolic link stands in its place"),
        (lambda path: path.symlink_to("nowhere"), "a symbolic link stands in its place"),
        (os.mkfifo, "it is no regular file"),
        (
            lambda path: os.truncate(os.open(path, os.O_CREAT | os.O_WRONLY), 10**12),
            "it is far too large",
        ),
    ],
)
def test_what_stands_in_place_of_the_file_is_named(
    vault: Vault, sealed: Path, make: Callable[[Path], object], why: str
) -> None:
    vault.seal("bob", CLAUDE, STATE, PRINT)
    sealed.unlink()
    make(sealed)
    unopened(vault, why)
    assert [one.problem for one in vault.listed()] == [why, None]


def test_a_file_that_vanishes_while_listed_is_named(
    vault: Vault, sealed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = disk_files.read_plain_file

    def late(path: Path, longest: int) -> bytes:
        sealed.unlink(missing_ok=True)
        return real(path, longest)

    monkeypatch.setattr(files, "read_plain_file", late)
    assert vault.listed()[0].problem == "it was removed"


def test_the_hint_helps_a_new_login_replaces_a_damaged_file_or_link(
    vault: Vault, sealed: Path, tmp_path: Path
) -> None:
    (tmp_path / "victim").write_text("precious")
    sealed.unlink()
    sealed.symlink_to(tmp_path / "victim")
    vault.seal("ada", CLAUDE, STATE, PRINT)
    assert vault.open("ada", CLAUDE).state == STATE
    assert (tmp_path / "victim").read_text() == "precious"


def test_a_folder_in_place_of_the_file_stops_a_login_and_a_logout(
    vault: Vault, sealed: Path
) -> None:
    sealed.unlink()
    sealed.mkdir()
    error = refused(lambda: vault.seal("ada", CLAUDE, STATE, PRINT))
    assert str(error) == f"{sealed} cannot be written: Is a directory."
    assert (
        str(refused(lambda: vault.remove("ada"))) == f"{sealed} cannot be removed: Is a directory."
    )
    assert list(vault.folder.iterdir()) == [sealed]


@pytest.fixture(scope="module")
def originals() -> Iterator[tuple[Vault, bytes]]:
    with tempfile.TemporaryDirectory() as folder:
        vault = Vault(Path(folder) / "sessions", MemoryKeys())
        vault.seal("ada", CLAUDE, STATE, PRINT)
        yield vault, file_of(vault).read_bytes()


def never_opens(vault: Vault, content: bytes) -> None:
    file_of(vault).write_bytes(content)
    error = refused(lambda: vault.open("ada", CLAUDE))
    assert str(error).startswith("The session of the account ada cannot be opened: ")
    assert error.hint == "Sign in again with `auditor login ada`; nothing was deleted."
    assert file_of(vault).read_bytes() == content
    assert len(vault.listed()) == 1


@pytest.mark.medium
def test_no_byte_can_be_changed_and_nothing_cut_off(originals: tuple[Vault, bytes]) -> None:
    vault, content = originals
    for at in range(len(content)):
        never_opens(vault, content[:at] + bytes([content[at] ^ (1 << at % 8)]) + content[at + 1 :])
        never_opens(vault, content[:at])
    file_of(vault).write_bytes(content)
    assert vault.open("ada", CLAUDE).state == STATE


@settings(max_examples=200)
@given(st.data())
def test_no_tampering_opens_or_crashes(originals: tuple[Vault, bytes], data: st.DataObject) -> None:
    vault, content = originals
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, len(content)))
    changed = content[:start] + data.draw(st.binary(max_size=40)) + content[end:]
    if changed != content:
        never_opens(vault, changed)


@settings(max_examples=200)
@given(st.binary(max_size=400), st.booleans())
def test_no_foreign_bytes_open_or_crash(
    originals: tuple[Vault, bytes], content: bytes, begun: bool
) -> None:
    never_opens(originals[0], (files.MAGIC + b"\0\1" if begun else b"") + content)


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["ada", "Ada", "bob", "ad"]),
            st.sampled_from([CLAUDE, "http://127.0.0.1:8400"]),
        ),
        min_size=2,
        max_size=2,
        unique_by=lambda pair: pair[0],
    )
)
def test_swapped_files_never_open_as_another(pairs: list[tuple[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        vault = Vault(Path(folder) / "sessions", MemoryKeys())
        for account, origin in pairs:
            vault.seal(account, origin, {"cookies": []}, PRINT)
        one, other = (vault._path(account) for account, _ in pairs)
        content = one.read_bytes(), other.read_bytes()
        one.write_bytes(content[1])
        other.write_bytes(content[0])
        for account, _ in pairs:
            for origin in (CLAUDE, "http://127.0.0.1:8400"):
                refused(lambda: vault.open(account, origin))  # noqa: B023 - called at once


@given(st.lists(st.binary(max_size=8), max_size=4), st.lists(st.binary(max_size=8), max_size=4))
def test_what_a_file_is_bound_to_has_one_reading(one: list[bytes], other: list[bytes]) -> None:
    assert (length_prefixed(*one) == length_prefixed(*other)) == (one == other)


@pytest.mark.parametrize("call", ["write", "fsync", "replace"])
def test_a_full_disk_leaves_the_old_session_and_nothing_else(
    vault: Vault, sealed: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    before = sealed.read_bytes()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, call, full)
    error = refused(lambda: vault.seal("ada", CLAUDE, {"cookies": []}, PRINT))
    monkeypatch.undo()
    assert str(error) == f"{sealed} cannot be written: No space left on device."
    assert sealed.read_bytes() == before
    assert list(vault.folder.iterdir()) == [sealed]
    assert CANARY not in locals_of(error)


def test_a_state_too_large_to_keep_is_refused_before_anything_is_written(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LONGEST", 10000)
    big = {"cookies": [cookie("claude.ai", value=CANARY * 1000)]}
    error = refused(lambda: vault.seal("ada", CLAUDE, big, PRINT))
    assert str(error) == "The session of the account ada is too large to keep."
    assert error.hint == "Use `auditor audit --ephemeral`, which keeps nothing."
    assert not vault.folder.exists()


@pytest.mark.parametrize("value", [{1, 2}, float("nan"), b"bytes"])
def test_a_state_no_browser_gives_is_refused_and_not_shown(vault: Vault, value: object) -> None:
    odd = {"cookies": [cookie("claude.ai"), cookie("claude.ai", expires=value)]}
    error = refused(lambda: vault.seal("ada", CLAUDE, odd, PRINT))
    assert str(error) == "The session of the account ada is not as a browser gives it."
    assert error.__context__ is None
    assert CANARY not in locals_of(error)


def test_no_traceback_shows_state_or_key_even_with_its_locals(vault: Vault, sealed: Path) -> None:
    key = vault.keys.get().reveal()
    content = sealed.read_bytes()
    sealed.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    calls: list[Callable[[], object]] = [
        lambda: vault.open("ada", CLAUDE),
        lambda: vault.open("ada", "http://x.test"),
        lambda: vault.seal("ada", "nonsense", STATE, PRINT),
        lambda: vault.seal("a/b", CLAUDE, STATE, PRINT),
        lambda: vault.seal("ada", CLAUDE, STATE, "no print"),
    ]
    for call in calls:
        with pytest.raises((AuditorError, ValueError)) as caught:
            call()
        shown = locals_of(caught.value)
        assert "auditor/access/vault.py" in shown
        assert CANARY not in shown
        assert repr(key)[2:-1] not in shown
