"""The installation's one key, kept in the system's keyring, and what is derived from it."""

from __future__ import annotations

import binascii
import hashlib
import hmac
import os
import queue
import threading
import time
from base64 import b64decode, b64encode
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar

from auditor.access.secret import Secret
from auditor.disk import paths
from auditor.disk.folders import private_folder
from auditor.disk.locks import hold_lock
from auditor.errors import SetupError
from auditor.text import fold_text, make_printable

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from keyring.backend import KeyringBackend

T = TypeVar("T")

_ITEM = "session key"
_DEFAULT_COLLECTION = "/org/freedesktop/secrets/aliases/default"  # of the Secret Service API
_GLANCE = 0.1  # seconds between two looks whether the keyring waits for a person
_KEY = 32
_NONE = "there is none on this machine"
_WEAK = "it keeps secrets in a plain or weakly protected file"
_UNFIT: tuple[tuple[str, Literal["weak", "none"], str], ...] = (
    ("keyring.backends.fail", "none", _NONE),
    ("keyring.backends.null", "none", "it is the null keyring, which forgets what it is given"),
    ("keyring.backends.chainer", "weak", "it is a chain of keyrings, none of which is fit"),
    ("keyrings.alt", "weak", _WEAK),
)
_WAYS_ON = (
    "Mend the keyring (`auditor doctor` looks at it), or use `auditor audit --ephemeral`, which"
    " keeps nothing."
)


class Keys(Protocol):
    """Where the installation's one key is kept, and notes beside it.

    All raise SetupError if the keyring does not give or take what is asked for.
    """

    def get(self) -> Secret[bytes]: ...

    def create_if_missing(self) -> Secret[bytes]: ...

    def read_note(self, name: str) -> str | None: ...

    def keep_note(self, name: str, text: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Backend:
    """A keyring as `auditor doctor` shows it.

    Which one, whether it is fit to hold a key, and why not.
    """

    name: str
    strength: Literal["ok", "weak", "none"]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Probe:
    """Whether the keyring stored, gave back and forgot a trial item; and if not, why."""

    ok: bool
    reason: str | None = None


class KeyringKeys:
    """The key as one item of the OS keyring.

    Every call ends in time: `timeout_s`, or `unlocking_s` where a person has to unlock it, which
    `tell` says at once. What fails is said without any detail that could carry the key. A keyring
    that did not answer once is not asked again.
    """

    def __init__(
        self,
        service: str = "auditor",
        timeout_s: float = 20.0,
        folder: Path | None = None,
        unlocking_s: float = 90.0,
    ) -> None:
        self._service = service
        self._timeout_s = timeout_s
        self._unlocking_s = unlocking_s
        self._folder = folder
        self.tell: Callable[[str], None] = _tell_nobody
        self._key: Secret[bytes] | None = None
        self._hung: str | None = None

    def get(self) -> Secret[bytes]:
        found = self._key or self._call_keyring(self._read_key)
        if found is None:
            raise SetupError(
                "The OS keyring holds no key of auditor.", "Sign in again with `auditor login`."
            )
        self._key = found
        return found

    def create_if_missing(self) -> Secret[bytes]:
        self._key = self._key or self._call_keyring(self._create_key)
        return self._key

    def read_note(self, name: str) -> str | None:
        """Return a note kept beside the key; None if there is none. It is no secret."""
        return self._call_keyring(lambda ring: ring.get_password(self._service, name))

    def keep_note(self, name: str, text: str) -> None:
        """Keep a note beside the key, in place of the former one of this name."""
        self._call_keyring(lambda ring: ring.set_password(self._service, name, text))

    def describe(self) -> Backend:
        """Say which keyring there is and whether it is fit; never raises."""
        try:
            seen = self._call_within_timeout(lambda: _describe_backend(_choose_backend()))
            return replace(seen, reason=seen.reason and str(_unusable_error(seen.reason)))
        except SetupError as error:
            return Backend("unknown", "none", str(error))

    def probe(self) -> Probe:
        """Store, read back and delete a trial item; never raises."""
        try:
            self._call_keyring(self._store_and_forget_trial_item)
        except SetupError as error:
            return Probe(ok=False, reason=str(error))
        return Probe(ok=True)

    def _call_keyring(self, work: Callable[[KeyringBackend], T]) -> T:
        def call() -> T:
            ring = _require_usable(_choose_backend())
            if _is_locked(ring):
                locked.set()
            return work(ring)

        locked = threading.Event()
        return self._call_within_timeout(call, locked)

    def _call_within_timeout(
        self, work: Callable[[], T], locked: threading.Event | None = None
    ) -> T:
        """Run in a thread of its own: a keyring may wait for an answer that never comes.

        `locked` is set by the work once it knows that the keyring waits for a person.
        """
        if self._hung is not None:
            raise _unusable_error(self._hung)
        answers: queue.SimpleQueue[T | SetupError] = queue.SimpleQueue()
        threading.Thread(
            target=lambda: answers.put(_run_or_explain(work)), name="keyring", daemon=True
        ).start()
        answer = self._wait_for_answer(answers, locked or threading.Event())
        if isinstance(answer, SetupError):
            raise answer
        return answer

    def _wait_for_answer(
        self, answers: queue.SimpleQueue[T | SetupError], locked: threading.Event
    ) -> T | SetupError:
        """Return the answer; say once that somebody has to unlock the keyring, and wait longer."""
        until, told = time.monotonic() + self._timeout_s, False
        while (left := until - time.monotonic()) > 0:
            with suppress(queue.Empty):
                return answers.get(timeout=min(left, _GLANCE))
            if locked.is_set() and not told:
                told, until = True, time.monotonic() + self._unlocking_s
                self.tell(
                    "The OS keyring is locked. Unlock it in the window that asks for it; waiting up"
                    f" to {self._unlocking_s:g} seconds."
                )
        seconds = self._unlocking_s if told else self._timeout_s
        what = "it is locked, and was not unlocked" if told else "it did not answer"
        self._hung = f"{what} within {seconds:g} seconds"
        raise _unusable_error(self._hung)

    def _read_key(self, ring: KeyringBackend) -> Secret[bytes] | None:
        kept = Secret(ring.get_password(self._service, _ITEM) or "")
        if not kept.reveal():
            return None
        key = _decode_key(kept)
        if key is None:
            raise _unusable_error(
                "the key in it is damaged; delete the item “auditor”, then sign in again"
            )
        return key

    def _create_key(self, ring: KeyringBackend) -> Secret[bytes]:
        """Store a new key unless there is one.

        What is in the keyring afterwards is the key, whoever stored it.
        """
        with self._hold_key_creation():
            found = self._read_key(ring)
            if found is None:
                new = Secret(b64encode(os.urandom(_KEY)).decode())
                ring.set_password(self._service, _ITEM, new.reveal())
                found = self._read_key(ring)
        if found is None:
            raise _unusable_error("it took a key and did not give it back")
        return found

    def _store_and_forget_trial_item(self, ring: KeyringBackend) -> None:
        value = os.urandom(8).hex()
        with self._hold_key_creation():
            ring.set_password(self._service, "probe", value)
            kept = ring.get_password(self._service, "probe")
            ring.delete_password(self._service, "probe")
        if kept != value:
            raise _unusable_error("it did not give back what it was given")

    def _hold_key_creation(self) -> AbstractContextManager[None]:
        """Keep other processes from making a key at the same time."""
        folder = self._folder or paths.data_folder()
        private_folder(folder)
        return hold_lock(
            folder / "keyring.lock", "Another run is using the keyring.", self._timeout_s / 2
        )


def open_keyring(tell: Callable[[str], None] | None = None) -> KeyringKeys:
    """Return the installation's keyring, which is not asked yet; the same one for a whole run.

    `tell` is told if somebody has to unlock it.
    """
    keys = _shared_keys()
    keys.tell = tell or keys.tell
    return keys


@cache
def _shared_keys() -> KeyringKeys:
    return KeyringKeys()


def _tell_nobody(_text: str) -> None:
    """Stand in where there is nobody to be told."""


def _is_locked(ring: KeyringBackend) -> bool:
    """Return whether a person has to unlock the keyring; false where that is not known.

    Only asked of a Secret Service, which answers without asking the person.
    """
    if "SecretService" not in type(ring).__module__:
        return False
    import secretstorage  # noqa: PLC0415 - on Linux only

    try:
        with closing(secretstorage.dbus_init()) as bus:
            # not by `get_default_collection`, which makes one, and asks the person about it
            locked: bool = secretstorage.Collection(bus, _DEFAULT_COLLECTION).is_locked()
    except secretstorage.SecretStorageException:  # said by the call itself, in its own words
        return False
    return locked


def _run_or_explain(work: Callable[[], T]) -> T | SetupError:
    """Carry out a piece of work on the keyring.

    Of a foreign error only the kind is kept, not the error as cause: its text and its frames may
    hold the key.
    """
    try:
        return work()
    except SetupError as error:
        return error
    except BaseException as error:  # noqa: BLE001 - the thread ends here, whatever a backend does
        return _unusable_error(_describe_error(error))


def _describe_error(error: BaseException) -> str:
    known = {
        "KeyringLocked": "it is locked, and was not unlocked",
        "LockedException": "it is locked, and was not unlocked",
        "PromptDismissedException": "it is locked, and was not unlocked",
        "NoKeyringError": _NONE,
        "InitError": "it could not be opened",
    }
    names = [kind.__name__ for kind in type(error).__mro__]
    return next(
        (known[name] for name in names if name in known), f"it failed ({make_printable(names[0])})"
    )


def _unusable_error(why: str) -> SetupError:
    return SetupError(f"The OS keyring cannot be used: {why}.", _WAYS_ON)


def _choose_backend() -> KeyringBackend:
    """Return the machine's keyring.

    Of a chain its first fit link, for the chain might store in a weak one.
    """
    # Looking for backends may hang: it is done here, where time is bounded.
    import keyring  # noqa: PLC0415
    from keyring.backends.chainer import ChainerBackend  # noqa: PLC0415

    ring: KeyringBackend = keyring.get_keyring()
    if not isinstance(ring, ChainerBackend):
        return ring
    fit: list[KeyringBackend] = [
        link for link in ring.backends if _describe_backend(link).strength == "ok"
    ]
    usual = [link for link in fit if type(link).__module__.startswith("keyring.backends.")]
    return (usual or fit or [ring])[0]


def _require_usable(ring: KeyringBackend) -> KeyringBackend:
    seen = _describe_backend(ring)
    if seen.strength != "ok":
        raise _unusable_error(seen.reason or seen.strength)
    return ring


def _describe_backend(ring: KeyringBackend) -> Backend:
    """Judge a backend by what it is.

    One nobody knows is fit if it is not of a weak kind and recommends itself.
    """
    kind = type(ring)
    name = f"{kind.__module__}.{kind.__qualname__}"
    homes = [base.__module__ for base in kind.__mro__]
    for home, strength, reason in _UNFIT:
        if any(module == home or module.startswith(f"{home}.") for module in homes):
            return Backend(name, strength, reason)
    if "plain" in kind.__qualname__.lower():
        return Backend(name, "weak", _WEAK)
    if ring.priority < 1:
        return Backend(name, "weak", "its own makers do not recommend it")
    return Backend(name, "ok")


def _decode_key(kept: Secret[str]) -> Secret[bytes] | None:
    with suppress(binascii.Error, ValueError):
        key = Secret(b64decode(kept.reveal(), validate=True))
        if len(key.reveal()) == _KEY:
            return key
    return None


def derive_key(key: Secret[bytes], purpose: str) -> Secret[bytes]:
    """Derive a key for one purpose: no use of the key can then be turned against another."""
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - once a key is used
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

    return Secret(
        HKDF(SHA256(), _KEY, salt=None, info=f"auditor {purpose} 1".encode()).derive(key.reveal())
    )


def key_id(key: Secret[bytes]) -> str:
    """Return the name by which a sealed file says with which key it was sealed.

    The key does not follow from it.
    """
    return derive_key(key, "name").reveal().hex()


def fingerprint(key: Secret[bytes], email: str, organisation: str | None) -> str:
    """Return what tells this account from others and nothing else.

    A keyed hash of its e-mail and organisation.

    Raises ValueError if there is no e-mail: accounts whose address was not seen would all look the
    same.
    """
    known = [fold_text(email), fold_text(organisation or "")]
    if not known[0]:
        raise ValueError("no e-mail address to tell the account by")
    text = length_prefixed(*(part.encode("utf-8", "surrogatepass") for part in known))
    return hmac.new(derive_key(key, "fingerprint").reveal(), text, hashlib.sha256).hexdigest()


def length_prefixed(*parts: bytes) -> bytes:
    """Join parts so that no two lists of parts give the same bytes."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
