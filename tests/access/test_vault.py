"""Sealed sessions: trimmed, bound to account and origin, private on disk.

And the key that opens them.
"""

from __future__ import annotations

import copy
import errno
import json
import os
import pickle
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keyring
import keyring.core
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail, null

from auditor.access import vault as files
from auditor.access.keyring import KeyringKeys, fingerprint, length_prefixed
from auditor.access.secret import Secret
from auditor.access.storage_state import origin_of, trim_to_origin
from auditor.access.vault import Sealed, Vault
from auditor.disk import files as disk_files
from auditor.errors import AuditorError, Exit, HumanNeeded, SetupError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CLAUDE = "https://claude.ai"
CANARY = "canary-7f3a"
PRINT = "ab" * 32
UNFIT_HINT = (
    "Mend the keyring (`auditor doctor` looks at it), or use `auditor audit --ephemeral`, which"
    " keeps nothing."
)


def cookie(domain: str, **more: object) -> dict[str, Any]:
    return {
        "name": "sessionKey",
        "value": CANARY,
        "domain": domain,
        "path": "/",
        "secure": True,
        **more,
    }


STATE = {
    "cookies": [cookie(".claude.ai")],
    "origins": [{"origin": CLAUDE, "localStorage": [{"name": "who", "value": CANARY}]}],
}


class MemoryKeys:
    """A keyring that is a variable."""

    def __init__(self, key: bytes | None = None) -> None:
        self.key = key

    def get(self) -> Secret[bytes]:
        if self.key is None:
            raise SetupError(
                "The OS keyring holds no key of auditor.", "Sign in again with `auditor login`."
            )
        return Secret(self.key)

    def create_if_missing(self) -> Secret[bytes]:
        self.key = self.key or os.urandom(32)
        return self.get()


class MemoryRing(KeyringBackend):
    """A keyring backend that is a dictionary; tests make it misbehave."""

    priority: float = 9

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.items: dict[tuple[str, str], str] = {}
        self.calls: list[str] = []

    def get_password(self, service: str, username: str) -> str | None:
        self.calls.append("get")
        return self.items.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.calls.append("set")
        self.items[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self.calls.append("delete")
        del self.items[service, username]


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "sessions", MemoryKeys())


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Callable[[KeyringBackend], None]:
    """Return what makes a backend this process' keyring."""
    return lambda ring: monkeypatch.setattr(keyring.core, "_keyring_backend", ring)


@pytest.fixture
def ring(use: Callable[[KeyringBackend], None]) -> MemoryRing:
    made = MemoryRing()
    use(made)
    return made


@pytest.fixture
def keys(tmp_path: Path) -> KeyringKeys:
    return KeyringKeys(timeout_s=5, folder=tmp_path / "data")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def refused(call: Callable[[], object]) -> SetupError:
    with pytest.raises(SetupError) as caught:
        call()
    assert type(caught.value) is SetupError
    assert caught.value.exit_code == Exit.SETUP
    assert CANARY not in str(caught.value)
    return caught.value


def locals_of(error: BaseException) -> str:
    """Return the traceback as a debugging handler shows it, locals included, of the tool's and foreign frames."""
    shown = []
    for frame in traceback.TracebackException.from_exception(error, capture_locals=True).format():
        shown += [] if Path(__file__).name in frame else [frame]
    return "".join(shown)


# --- secrets


@pytest.mark.parametrize("value", [CANARY, CANARY.encode(), {"a": CANARY}])
def test_a_secret_shows_stars_however_it_is_shown(value: object) -> None:
    secret = Secret(value)
    shown = (
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret:>40}",
        f"{secret!a}",
        f"{[secret]}",
        "%s" % secret,  # noqa: UP031
    )
    assert CANARY not in "".join(shown)
    assert all("**********" in text for text in shown)
    assert secret.reveal() == value


def test_a_secret_is_not_copied_out_of_the_process() -> None:
    for out in (pickle.dumps, copy.deepcopy, copy.copy):
        with pytest.raises(TypeError, match=r"^a secret is not copied out of the process$"):
            out(Secret(CANARY))
    with pytest.raises(TypeError):
        vars(Secret(CANARY))
    with pytest.raises(TypeError):
        json.dumps(Secret(CANARY))


def test_a_session_does_not_show_its_state(vault: Vault) -> None:
    vault.seal("ada", CLAUDE, STATE, PRINT)
    shown = vault.open("ada", CLAUDE)
    assert CANARY in str(shown.state)
    assert CANARY not in f"{shown!r} {shown}"


def test_the_rest_of_the_tool_does_not_pay_for_keyring_and_cryptography() -> None:
    code = (
        "import sys, auditor.core.audit, auditor.disk.locks, auditor.access.consent;"
        " print(*sys.modules)"
    )
    command = [sys.executable, "-c", code]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert not {"keyring", "cryptography", "platformdirs"} & set(loaded)


# --- origins and trimming


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://claude.ai", CLAUDE),
        ("HTTPS://Claude.AI:443/new?x#y", CLAUDE),
        ("http://127.0.0.1:8400/s/on", "http://127.0.0.1:8400"),
        ("http://localhost:80", "http://localhost"),
        ("http://[::1]:99/", "http://[::1]:99"),
        ("https://me:pw@claude.ai/", CLAUDE),
    ],
)
def test_an_origin_has_one_written_form(address: str, expected: str) -> None:
    assert origin_of(address) == expected


@pytest.mark.parametrize(
    "address",
    [
        "",
        "claude.ai",
        "file:///etc/passwd",
        "https://",
        "http://x:99999",
        "http://[::1",
        "null",
        "about:",
    ],
)
def test_what_is_no_origin_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match=r"is no address of a site\.$"):
        origin_of(address)


@pytest.mark.parametrize(
    "address", ["https://bücher.example", "https://a b.example", "https://" + "a" * 400]
)
def test_a_host_no_browser_would_send_is_refused(address: str) -> None:
    with pytest.raises(UsageError) as caught:
        origin_of(address)
    assert caught.value.hint == "Give the host as the browser sends it (xn--)."


@pytest.mark.parametrize(
    ("domain", "origin", "kept"),
    [
        ("claude.ai", CLAUDE, True),
        (".claude.ai", CLAUDE, True),
        (".Claude.AI", CLAUDE, True),
        (".claude.ai", "https://www.claude.ai", True),
        ("claude.ai", "https://www.claude.ai", False),
        ("www.claude.ai", CLAUDE, False),
        (".www.claude.ai", CLAUDE, False),
        (".ai", CLAUDE, False),
        (".", CLAUDE, False),
        ("", CLAUDE, False),
        (".notclaude.ai", CLAUDE, False),
        (".claude.ai", "https://notclaude.ai", False),
        (".laude.ai", CLAUDE, False),
        (".claude.ai.example.org", CLAUDE, False),
        ("claude.ai", "https://claude.ai.example.org", False),
        ("127.0.0.1", "http://127.0.0.1:8400", True),
        (".0.0.1", "https://127.0.0.1", False),
        ("[::1]", "http://[::1]:8400", True),
        ("localhost", "http://localhost:8400", True),
        ("claude.ai", "http://claude.ai", False),
        ("example.localhost", "http://example.localhost", True),
    ],
)
def test_only_cookies_that_would_be_sent_are_kept(domain: str, origin: str, *, kept: bool) -> None:
    assert bool(trim_to_origin({"cookies": [cookie(domain)]}, origin)["cookies"]) is kept


def test_a_cookie_that_is_not_secure_goes_to_plain_addresses_too() -> None:
    assert trim_to_origin({"cookies": [cookie("claude.ai", secure=False)]}, "http://claude.ai")[
        "cookies"
    ]


@pytest.mark.parametrize(
    ("site", "kept"),
    [("https://claude.ai", True), ("https://example.org", False), ("", True), ("x", False)],
)
def test_a_cookie_set_inside_another_sites_page_is_dropped(site: str, *, kept: bool) -> None:
    state = {"cookies": [cookie("claude.ai", partitionKey=site)]}
    assert bool(trim_to_origin(state, CLAUDE)["cookies"]) is kept


def test_only_the_storage_of_that_very_origin_is_kept() -> None:
    names = [
        CLAUDE,
        "http://claude.ai",
        "https://claude.ai:8443",
        "https://www.claude.ai",
        "https://a.test",
        "null",
    ]
    state = {"origins": [{"origin": name, "localStorage": []} for name in names]}
    assert trim_to_origin(state, CLAUDE + "/new") == {
        "cookies": [],
        "origins": [{"origin": CLAUDE, "localStorage": []}],
    }


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"cookies": None, "origins": 5},
        {"cookies": ["x", None], "origins": [7, {}]},
        {"cookies": [{"domain": 5}]},
    ],
)
def test_a_state_of_another_shape_gives_nothing(state: dict[str, Any]) -> None:
    assert trim_to_origin(state, CLAUDE) == {"cookies": [], "origins": []}


def test_nothing_of_another_site_is_ever_sealed(vault: Vault) -> None:
    other = {
        "cookies": [cookie("example.org")],
        "origins": [{"origin": "https://example.org"}],
        "more": CANARY,
    }
    vault.seal(
        "ada",
        CLAUDE,
        {key: [*STATE[key], *other[key]] for key in ("cookies", "origins")},
        PRINT,
    )
    assert vault.open("ada", CLAUDE).state == STATE
    vault.seal("ada", CLAUDE, other, PRINT)
    assert vault.open("ada", CLAUDE).state == {"cookies": [], "origins": []}


# --- sealing and opening


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


# --- what cannot be opened


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
            files.MAGIC + b"\0\2\0\2{}" + b"x" * 40,
            "it is of format 2, which this version does not know",
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


# --- writing that fails


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


# --- fingerprints

KEY = Secret(b"k" * 32)


def test_a_fingerprint_shows_nothing_and_stays_the_same() -> None:
    printed = fingerprint(KEY, "ada@example.org", "Ada's organisation")
    assert printed == fingerprint(KEY, "ada@example.org", "Ada's organisation")
    assert files._HEX.fullmatch(printed)


@pytest.mark.parametrize(
    ("email", "organisation"),
    [
        ("ADA@Example.org", "Org"),
        (" ada@example.org ", "org"),
        ("ada@example.org", "  ORG "),
        ("ada\uff20example.org", "Org"),
    ],
)
def test_the_same_account_written_otherwise_has_the_same_fingerprint(
    email: str, organisation: str
) -> None:
    assert fingerprint(KEY, email, organisation) == fingerprint(KEY, "ada@example.org", "Org")


def test_another_account_organisation_or_key_has_another_fingerprint() -> None:
    many = [
        fingerprint(KEY, "ada@example.org", "Org"),
        fingerprint(KEY, "bob@example.org", "Org"),
        fingerprint(KEY, "ada@example.org", "Other"),
        fingerprint(KEY, "ada@example.org", None),
        fingerprint(KEY, "ada@example.orgo", "rg"),
        fingerprint(Secret(b"j" * 32), "ada@example.org", "Org"),
    ]
    assert len(set(many)) == len(many)


def test_an_account_whose_address_was_not_seen_has_no_fingerprint() -> None:
    with pytest.raises(ValueError, match=r"^no e-mail address to tell the account by$"):
        fingerprint(KEY, " \u200b", "Org")


# --- the keyring


def test_one_key_is_made_read_back_and_kept(
    ring: MemoryRing, keys: KeyringKeys, tmp_path: Path
) -> None:
    key = keys.create_if_missing().reveal()
    assert len(key) == 32
    assert ring.calls == ["get", "set", "get"]
    assert list(ring.items) == [("auditor", "session key")]
    assert len(ring.items["auditor", "session key"].encode("utf-16")) < 2560
    again = KeyringKeys(timeout_s=5, folder=tmp_path / "data")
    assert again.get().reveal() == again.create_if_missing().reveal() == key
    assert list((tmp_path / "data").iterdir()) == []


def test_the_keyring_is_asked_once_for_many_sessions(
    ring: MemoryRing, keys: KeyringKeys, tmp_path: Path
) -> None:
    vault = Vault(tmp_path / "sessions", keys)
    for account in ("ada", "bob", "eve"):
        vault.seal(account, CLAUDE, STATE, PRINT)
        assert vault.open(account, CLAUDE).state == STATE
    assert ring.calls == ["get", "set", "get"]


def test_the_usual_folder_is_the_tools_own(ring: MemoryRing, home: Path) -> None:
    KeyringKeys().create_if_missing()
    assert len(ring.items) == 1
    assert (home / "data" / "auditor").is_dir()


def test_no_key_yet_is_said(ring: MemoryRing, keys: KeyringKeys) -> None:
    error = refused(keys.get)
    assert str(error) == "The OS keyring holds no key of auditor."
    assert error.hint == "Sign in again with `auditor login`."
    assert ring.items == {}


@pytest.mark.parametrize("item", ["no key at all!", "TUlORQ==", "ä" * 44, "QUJD" * 50, "*+*+"])
def test_a_damaged_key_is_named_and_never_overwritten(
    ring: MemoryRing, keys: KeyringKeys, item: str
) -> None:
    ring.items["auditor", "session key"] = item
    for call in (keys.get, keys.create_if_missing):
        error = refused(call)
        assert (
            str(error)
            == "The OS keyring cannot be used: the key in it is damaged; delete the item “auditor”,"
            " then sign in again."
        )
        assert item not in locals_of(error)
    assert ring.items == {("auditor", "session key"): item}


class Forgetful(MemoryRing):
    def set_password(self, service: str, username: str, password: str) -> None:
        pass


def test_a_keyring_that_forgets_is_refused(
    use: Callable[[KeyringBackend], None], keys: KeyringKeys
) -> None:
    use(Forgetful())
    assert (
        str(refused(keys.create_if_missing))
        == "The OS keyring cannot be used: it took a key and did not give it back."
    )
    probe = keys.probe()
    assert (probe.ok, probe.reason) == (
        False,
        "The OS keyring cannot be used: it failed (KeyError).",
    )


class PlainRing(MemoryRing):
    pass


class HumbleRing(MemoryRing):
    priority = 0.5


class NullChild(null.Keyring):
    pass


class Alternative(MemoryRing):
    pass


Alternative.__module__ = "keyrings.alt.file"


class OnlyWeak(chainer.ChainerBackend):
    backends = (HumbleRing(), PlainRing(), fail.Keyring())  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(
    ("made", "strength", "why"),
    [
        (fail.Keyring, "none", "there is none on this machine"),
        (null.Keyring, "none", "it is the null keyring, which forgets what it is given"),
        (NullChild, "none", "it is the null keyring, which forgets what it is given"),
        (Alternative, "weak", "it keeps secrets in a plain or weakly protected file"),
        (PlainRing, "weak", "it keeps secrets in a plain or weakly protected file"),
        (HumbleRing, "weak", "its own makers do not recommend it"),
        (OnlyWeak, "weak", "it is a chain of keyrings, none of which is fit"),
    ],
)
def test_a_weak_keyring_is_refused_with_the_reason(
    use: Callable[[KeyringBackend], None],
    keys: KeyringKeys,
    made: type[KeyringBackend],
    strength: str,
    why: str,
) -> None:
    use(made())
    for call in (keys.get, keys.create_if_missing):
        error = refused(call)
        assert str(error) == f"The OS keyring cannot be used: {why}."
        assert error.hint == UNFIT_HINT
    seen = keys.describe()
    assert seen.name == f"{made.__module__}.{made.__qualname__}"
    assert (seen.strength, seen.reason) == (strength, str(error))
    assert (keys.probe().ok, keys.probe().reason) == (False, str(error))


def test_of_a_chain_the_fit_keyring_is_used_and_no_other(
    use: Callable[[KeyringBackend], None], keys: KeyringKeys
) -> None:
    weak, fit = HumbleRing(), MemoryRing()

    class Chain(chainer.ChainerBackend):
        backends = (weak, fit)

    use(Chain())  # type: ignore[no-untyped-call]
    keys.create_if_missing()
    assert keys.describe().strength == "ok"
    assert (len(weak.items), len(fit.items)) == (0, 1)


def test_of_a_chain_the_systems_own_keyring_comes_first(
    use: Callable[[KeyringBackend], None], keys: KeyringKeys
) -> None:
    class Own(MemoryRing):
        pass

    Own.__module__ = "keyring.backends.SecretService"
    foreign, own = MemoryRing(), Own()

    class Chain(chainer.ChainerBackend):
        backends = (foreign, own)

    use(Chain())  # type: ignore[no-untyped-call]
    keys.create_if_missing()
    assert (len(foreign.items), len(own.items)) == (0, 1)


class Raising(MemoryRing):
    error: BaseException = RuntimeError(CANARY)

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self.error.with_traceback(None) from ValueError(
            f"{service} {username} {password} {CANARY}"
        )


class LockedException(Exception):  # noqa: N818 - as secretstorage names it
    pass


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (RuntimeError(CANARY), "it failed (RuntimeError)"),
        (SystemExit(CANARY), "it failed (SystemExit)"),
        (KeyboardInterrupt(), "it failed (KeyboardInterrupt)"),
        (NotImplementedError(), "it failed (NotImplementedError)"),
        (keyring.errors.PasswordSetError(CANARY), "it failed (PasswordSetError)"),
        (keyring.errors.KeyringLocked(CANARY), "it is locked, and was not unlocked"),
        (LockedException(CANARY), "it is locked, and was not unlocked"),
        (keyring.errors.InitError(CANARY), "it could not be opened"),
        (keyring.errors.NoKeyringError(CANARY), "there is none on this machine"),
    ],
)
def test_whatever_a_keyring_raises_is_told_without_its_text(
    use: Callable[[KeyringBackend], None], keys: KeyringKeys, error: BaseException, why: str
) -> None:
    raising = Raising()
    raising.error = error
    use(raising)
    told = refused(keys.create_if_missing)
    assert str(told) == f"The OS keyring cannot be used: {why}."
    assert told.hint == UNFIT_HINT
    assert told.__cause__ is told.__context__ is None
    assert CANARY not in locals_of(told)
    assert keys.probe().ok is False


def test_a_keyring_that_does_not_answer_is_given_up_in_time_and_not_asked_again(
    use: Callable[[KeyringBackend], None], tmp_path: Path
) -> None:
    release = threading.Event()

    class Hanging(MemoryRing):
        def get_password(self, service: str, username: str) -> str | None:
            super().get_password(service, username)
            release.wait(30)
            return None

    hanging = Hanging()
    use(hanging)
    keys = KeyringKeys(timeout_s=0.2, folder=tmp_path / "data")
    started = time.monotonic()
    told = [
        str(refused(keys.get)),
        str(refused(keys.create_if_missing)),
        keys.probe().reason,
        keys.describe().reason,
    ]
    assert time.monotonic() - started < 2
    release.set()
    assert told == ["The OS keyring cannot be used: it did not answer within 0.2 seconds."] * 4
    assert hanging.calls == ["get"]
    assert keys.describe().name == "unknown"


def test_a_fit_keyring_is_described_and_probed_without_a_trace(
    ring: MemoryRing, keys: KeyringKeys
) -> None:
    seen, probe = keys.describe(), keys.probe()
    assert (seen.name, seen.strength, seen.reason) == (f"{__name__}.MemoryRing", "ok", None)
    assert (probe.ok, probe.reason) == (True, None)
    assert (ring.calls, ring.items) == (["set", "get", "delete"], {})


class Garbling(MemoryRing):
    def get_password(self, service: str, username: str) -> str | None:
        found = super().get_password(service, username)
        return found and found[::-1] + "x"


def test_a_keyring_that_gives_back_something_else_is_refused(
    use: Callable[[KeyringBackend], None], keys: KeyringKeys
) -> None:
    use(Garbling())
    assert (
        keys.probe().reason
        == "The OS keyring cannot be used: it did not give back what it was given."
    )
    assert "the key in it is damaged" in str(refused(keys.create_if_missing))


def test_two_runs_that_make_the_key_at_once_end_with_one(
    use: Callable[[KeyringBackend], None], tmp_path: Path
) -> None:
    class Slow(MemoryRing):
        def get_password(self, service: str, username: str) -> str | None:
            found = super().get_password(service, username)
            time.sleep(0.05)
            return found

    slow = Slow()
    use(slow)
    made: list[bytes] = []

    def run() -> None:
        made.append(
            KeyringKeys(timeout_s=20, folder=tmp_path / "data").create_if_missing().reveal()
        )

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 6
    assert len(set(made)) == 1
    assert slow.calls.count("set") == 1
