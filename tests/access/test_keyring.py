"""The key in the keyring, and what is derived from it."""

from __future__ import annotations

import threading
import time
from base64 import b64encode
from typing import TYPE_CHECKING

import keyring
import keyring.core
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail, null

from auditor.access import vault as files
from auditor.access.keyring import KeyringKeys, fingerprint
from auditor.access.secret import Secret
from auditor.access.vault import Vault
from tests.access.sealing import CANARY, CLAUDE, PRINT, STATE, locals_of, refused

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


UNFIT_HINT = (
    "Mend the keyring (`auditor doctor` looks at it), or use `auditor audit --ephemeral`, which"
    " keeps nothing."
)


class MemoryRing(KeyringBackend):
    """A keyring backend that is a dictionary; tests make it misbehave."""

    priority: float = 9

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.items: dict[tuple[str, str], str] = {}
        self.calls: list[str] = []
        self.names: list[str] = []

    def get_password(self, service: str, username: str) -> str | None:
        self.calls.append("get")
        self.names.append(username)
        return self.items.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.calls.append("set")
        self.names.append(username)
        self.items[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self.calls.append("delete")
        del self.items[service, username]


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


def test_the_keyring_is_asked_for_the_key_once_for_many_sessions(
    ring: MemoryRing, keys: KeyringKeys, tmp_path: Path
) -> None:
    vault = Vault(tmp_path / "sessions", keys)
    for account in ("ada", "bob", "eve"):
        vault.seal(account, CLAUDE, STATE, PRINT)
        assert vault.open(account, CLAUDE).state == STATE
    assert ring.names.count("session key") == 3  # looked for, made, and read back


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


@pytest.mark.medium
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
    assert time.monotonic() - started < 20  # the keyring hangs for 30
    release.set()
    assert told == ["The OS keyring cannot be used: it did not answer within 0.2 seconds."] * 4
    assert hanging.calls == ["get"]
    assert keys.describe().name == "unknown"


@pytest.mark.medium
def test_a_locked_keyring_is_told_at_once_and_waited_for_longer(
    use: Callable[[KeyringBackend], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlocked = threading.Event()

    class Locked(MemoryRing):
        def get_password(self, service: str, username: str) -> str | None:
            unlocked.wait(30)
            return super().get_password(service, username)

    ring = Locked()
    ring.items["auditor", "session key"] = b64encode(bytes(32)).decode()
    use(ring)
    monkeypatch.setattr("auditor.access.keyring._is_locked", lambda _: True)
    keys = KeyringKeys(timeout_s=0.3, folder=tmp_path / "data", unlocking_s=20)
    told: list[str] = []

    def tell(text: str) -> None:
        told.append(text)
        threading.Timer(0.5, unlocked.set).start()

    keys.tell = tell
    assert keys.get().reveal() == bytes(32)
    (said,) = told
    assert said == (
        "The OS keyring is locked. Unlock it in the window that asks for it; waiting up to 20"
        " seconds."
    )


@pytest.mark.medium
def test_a_keyring_that_is_never_unlocked_is_given_up(
    use: Callable[[KeyringBackend], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = threading.Event()

    class Locked(MemoryRing):
        def get_password(self, _service: str, _username: str) -> str | None:
            release.wait(30)
            return None

    use(Locked())
    monkeypatch.setattr("auditor.access.keyring._is_locked", lambda _: True)
    keys = KeyringKeys(timeout_s=0.1, folder=tmp_path / "data", unlocking_s=0.3)
    said = str(refused(keys.get))
    release.set()
    assert said == (
        "The OS keyring cannot be used: it is locked, and was not unlocked within 0.3 seconds."
    )


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


@pytest.mark.medium
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
