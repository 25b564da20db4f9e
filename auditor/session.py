"""Sealed sessions of live accounts, and the one key in the system's keyring that opens them.

A session file is `MAGIC`, a format number, a public header (JSON: account, origin, when, fingerprint, name of the
key), and the browser's storage state under AES-256-GCM. The header is authenticated together with the account and
the origin that the reader *asked* for, so no file opens as another's. What changes with every run (last use, last
verdict) stands in a small file beside it: it holds no secret, and noting it never rewrites the sealed one.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
import json
import os
import queue
import re
import threading
from base64 import b64decode, b64encode
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Generic, Literal, NoReturn, Protocol, TypeVar
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from auditor import folders
from auditor.errors import HumanNeeded, SetupError, UsageError
from auditor.lock import alone, held, private_folder, read_whole, remove, replace_whole, stem
from auditor.text import clean, fold

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from keyring.backend import KeyringBackend

T = TypeVar("T")
State = dict[str, Any]

MAGIC = b"auditor session\n"
FORMAT = 1
LONGEST = 16 * 1024 * 1024
_HEADER = 4096
_ITEM = "session key"
_NONCE = 12
_TAG = 16
_KEY = 32
_HEX = re.compile(r"[0-9a-f]{64}")
_WHEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_WORD = re.compile(r"[a-z_]{1,40}")
_PATTERNS = {
    "account": re.compile(r"[A-Za-z0-9._-]{1,64}"),
    "origin": re.compile(r"https?://[a-z0-9.:\[\]_-]{1,300}"),
    "sealed_at": _WHEN,
    "fingerprint": _HEX,
    "key": _HEX,
}
_NONE = "there is none on this machine"
_WEAK = "it keeps secrets in a plain or weakly protected file"
_UNFIT: tuple[tuple[str, Literal["weak", "none"], str], ...] = (
    ("keyring.backends.fail", "none", _NONE),
    ("keyring.backends.null", "none", "it is the null keyring, which forgets what it is given"),
    ("keyring.backends.chainer", "weak", "it is a chain of keyrings, none of which is fit"),
    ("keyrings.alt", "weak", _WEAK),
)
_WAYS_ON = "Mend the keyring (`auditor doctor` looks at it), or run with --ephemeral, which keeps nothing."


class Secret(Generic[T]):
    """Something that no message, traceback or format string shows; `reveal` gives it where it is used."""

    __slots__ = ("__value",)

    def __init__(self, value: T) -> None:
        self.__value = value

    def reveal(self) -> T:
        return self.__value

    def __repr__(self) -> str:
        return "Secret('**********')"

    def __str__(self) -> str:
        return "**********"

    def __format__(self, spec: str) -> str:
        return "**********"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret is not copied out of the process")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What is openly known of a session. `problem` says why its file cannot be opened, if that shows from outside."""

    account: str
    origin: str
    sealed_at: str
    fingerprint: str
    last_used: str | None = None
    last_verdict: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """An opened session; the state never shows."""

    info: Sealed
    state: State = field(repr=False)


# --- what of a browser's state belongs to an origin -----------------------------------------------------------------


def origin_of(address: str) -> str:
    """Give the origin of an address in its one written form; raises UsageError for anything but http and https."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if not host or parts.scheme not in ("http", "https"):
        raise UsageError(f'"{clean(address)}" is no address of a site.', "It begins with https:// or http://.")
    usual = {"http": 80, "https": 443}[parts.scheme]
    shown = f"[{host}]" if ":" in host else host
    origin = f"{parts.scheme}://{shown}" + (f":{port}" if port not in (None, usual) else "")
    if not _PATTERNS["origin"].fullmatch(origin):
        raise UsageError(
            f'"{clean(address)}" is no address of a site.', "Give the host as the browser sends it (xn--)."
        )
    return origin


def trimmed(state: State, origin: str) -> State:
    """Give of a Playwright storage state only what the browser would send to, or show at, this very origin."""
    own = origin_of(origin)
    cookies = [one for one in _listed(state, "cookies") if _goes_to(one, own)]
    return {"cookies": cookies, "origins": [one for one in _listed(state, "origins") if _is_of(one, own)]}


def _listed(state: State, name: str) -> list[State]:
    found = state.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _is_of(entry: State, origin: str) -> bool:
    with suppress(UsageError):
        return origin_of(str(entry.get("origin"))) == origin
    return False


def _goes_to(cookie: State, origin: str) -> bool:
    host = urlsplit(origin).hostname or ""
    if cookie.get("secure") and not (origin.startswith("https:") or _is_loopback(host)):
        return False
    site = cookie.get("partitionKey")  # set inside another site's page, and sent only there
    if site and not _covers("." + (urlsplit(str(site)).hostname or ""), host):
        return False
    return _covers(str(cookie.get("domain", "")).lower().strip("[]"), host)


def _covers(domain: str, host: str) -> bool:
    """Say whether a cookie's domain takes in the host: its own name, or with a dot in front also those below it."""
    above = domain.removeprefix(".")
    if not above or host == above:
        return bool(above)
    return domain.startswith(".") and "." in above and host.endswith(domain) and not _is_number(host)


def _is_number(host: str) -> bool:
    with suppress(ValueError):
        return bool(ip_address(host))
    return False


def _is_loopback(host: str) -> bool:
    """Say whether browsers trust this host without https."""
    if _is_number(host):
        return ip_address(host).is_loopback
    return host == "localhost" or host.endswith(".localhost")


# --- keys -------------------------------------------------------------------------------------------------------------


class Keys(Protocol):
    """Where the installation's one key is kept; both raise SetupError if it cannot be had."""

    def get(self) -> Secret[bytes]: ...

    def create_if_missing(self) -> Secret[bytes]: ...


@dataclass(frozen=True, slots=True)
class Backend:
    """A keyring as `auditor doctor` shows it: which one, whether it is fit to hold a key, and why not."""

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

    Every call ends in time. What fails is said without any detail that could carry the key. A keyring that did not
    answer once is not asked again.
    """

    def __init__(self, service: str = "auditor", timeout_s: float = 20.0, folder: Path | None = None) -> None:
        self._service = service
        self._timeout_s = timeout_s
        self._folder = folder
        self._key: Secret[bytes] | None = None
        self._hung: str | None = None

    def get(self) -> Secret[bytes]:
        found = self._key or self._ask(self._read)
        if found is None:
            raise SetupError("The OS keyring holds no key of auditor.", "Sign in again with `auditor login`.")
        self._key = found
        return found

    def create_if_missing(self) -> Secret[bytes]:
        self._key = self._key or self._ask(self._create)
        return self._key

    def describe(self) -> Backend:
        """Say which keyring there is and whether it is fit; never raises."""
        try:
            seen = self._bounded(lambda: _seen(_chosen()))
            return replace(seen, reason=seen.reason and str(_unusable(seen.reason)))
        except SetupError as error:
            return Backend("unknown", "none", str(error))

    def probe(self) -> Probe:
        """Store, read back and delete a trial item; never raises."""
        try:
            self._ask(self._try)
        except SetupError as error:
            return Probe(ok=False, reason=str(error))
        return Probe(ok=True)

    def _ask(self, work: Callable[[KeyringBackend], T]) -> T:
        return self._bounded(lambda: work(_fit(_chosen())))

    def _bounded(self, work: Callable[[], T]) -> T:
        """Run in a thread of its own: a keyring may wait for an answer that never comes."""
        if self._hung is not None:
            raise _unusable(self._hung)
        answers: queue.SimpleQueue[T | SetupError] = queue.SimpleQueue()
        threading.Thread(target=lambda: answers.put(_answer(work)), name="keyring", daemon=True).start()
        try:
            answer = answers.get(timeout=self._timeout_s)
        except queue.Empty:
            self._hung = f"it did not answer within {self._timeout_s:g} seconds"
            raise _unusable(self._hung) from None
        if isinstance(answer, SetupError):
            raise answer
        return answer

    def _read(self, ring: KeyringBackend) -> Secret[bytes] | None:
        kept = Secret(ring.get_password(self._service, _ITEM) or "")
        if not kept.reveal():
            return None
        key = _decoded(kept)
        if key is None:
            raise _unusable("the key in it is damaged; delete the item “auditor”, then sign in again")
        return key

    def _create(self, ring: KeyringBackend) -> Secret[bytes]:
        """Store a new key unless there is one; what is in the keyring afterwards is the key, whoever stored it."""
        with self._alone():
            found = self._read(ring)
            if found is None:
                new = Secret(b64encode(os.urandom(_KEY)).decode())
                ring.set_password(self._service, _ITEM, new.reveal())
                found = self._read(ring)
        if found is None:
            raise _unusable("it took a key and did not give it back")
        return found

    def _try(self, ring: KeyringBackend) -> None:
        value = os.urandom(8).hex()
        with self._alone():
            ring.set_password(self._service, "probe", value)
            kept = ring.get_password(self._service, "probe")
            ring.delete_password(self._service, "probe")
        if kept != value:
            raise _unusable("it did not give back what it was given")

    def _alone(self) -> AbstractContextManager[None]:
        """Keep other processes from making a key at the same time."""
        folder = self._folder or folders.data()
        private_folder(folder)
        return held(folder / "keyring.lock", "Another run is using the keyring.", self._timeout_s / 2)


def _answer(work: Callable[[], T]) -> T | SetupError:
    """Carry out a piece of work on the keyring.

    Of a foreign error only the kind is kept, not the error as cause: its text and its frames may hold the key.
    """
    try:
        return work()
    except SetupError as error:
        return error
    except BaseException as error:  # noqa: BLE001 - the thread ends here, whatever a backend does
        return _unusable(_kind(error))


def _kind(error: BaseException) -> str:
    known = {
        "KeyringLocked": "it is locked, and was not unlocked",
        "LockedException": "it is locked, and was not unlocked",
        "PromptDismissedException": "it is locked, and was not unlocked",
        "NoKeyringError": _NONE,
        "InitError": "it could not be opened",
    }
    names = [kind.__name__ for kind in type(error).__mro__]
    return next((known[name] for name in names if name in known), f"it failed ({clean(names[0])})")


def _unusable(why: str) -> SetupError:
    return SetupError(f"The OS keyring cannot be used: {why}.", _WAYS_ON)


def _chosen() -> KeyringBackend:
    """Give the machine's keyring; of a chain its first fit link, for the chain might store in a weak one."""
    import keyring  # noqa: PLC0415 - looking for backends may hang: it is done where time is bounded
    from keyring.backends.chainer import ChainerBackend  # noqa: PLC0415

    ring: KeyringBackend = keyring.get_keyring()
    if not isinstance(ring, ChainerBackend):
        return ring
    fit: list[KeyringBackend] = [link for link in ring.backends if _seen(link).strength == "ok"]
    usual = [link for link in fit if type(link).__module__.startswith("keyring.backends.")]
    return (usual or fit or [ring])[0]


def _fit(ring: KeyringBackend) -> KeyringBackend:
    seen = _seen(ring)
    if seen.strength != "ok":
        raise _unusable(seen.reason or seen.strength)
    return ring


def _seen(ring: KeyringBackend) -> Backend:
    """Judge a backend by what it is; one nobody knows is fit if it is not of a weak kind and recommends itself."""
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


def _decoded(kept: Secret[str]) -> Secret[bytes] | None:
    with suppress(binascii.Error, ValueError):
        key = Secret(b64decode(kept.reveal(), validate=True))
        if len(key.reveal()) == _KEY:
            return key
    return None


def _derived(key: Secret[bytes], purpose: str) -> Secret[bytes]:
    """Derive a key for one purpose, so that no use of the installation's key can be turned against another."""
    return Secret(HKDF(SHA256(), _KEY, salt=None, info=f"auditor {purpose} 1".encode()).derive(key.reveal()))


def _name_of(key: Secret[bytes]) -> str:
    return _derived(key, "name").reveal().hex()


def fingerprint(key: Secret[bytes], email: str, organisation: str | None) -> str:
    """Give what tells this account from others and nothing else: a keyed hash of its e-mail and organisation.

    Raises ValueError if there is no e-mail: accounts whose address was not seen would all look the same.
    """
    known = [fold(email), fold(organisation or "")]
    if not known[0]:
        raise ValueError("no e-mail address to tell the account by")
    text = _measured(*(part.encode("utf-8", "surrogatepass") for part in known))
    return hmac.new(_derived(key, "fingerprint").reveal(), text, hashlib.sha256).hexdigest()


def _measured(*parts: bytes) -> bytes:
    """Join parts so that no two lists of parts give the same bytes."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


# --- the vault --------------------------------------------------------------------------------------------------------


class _Damage(Exception):  # noqa: N818 - never leaves this module
    """Raised for a file that cannot be opened; its text ends the sentence that says so."""


@dataclass(frozen=True, slots=True)
class _File:
    info: Sealed
    key_name: str
    header: bytes
    nonce: bytes
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Vault:
    """The folder of sealed sessions, one for each account name."""

    folder: Path
    keys: Keys

    def seal(self, account: str, origin: str, state: State, fingerprint: str) -> Sealed:
        """Keep a session in place of the account's former one; raises SetupError and leaves that one if it cannot."""
        hidden = Secret(state)
        del state  # no longer in this frame, should anything below fail
        path, own = self._path(account), origin_of(origin)
        plain = _written(account, hidden, own)
        info = Sealed(account=account, origin=own, sealed_at=_now(), fingerprint=_checked(fingerprint))
        private_folder(self.folder)
        replace_whole(path, _closed(info, self.keys.create_if_missing(), plain))
        return info

    def open(self, account: str, origin: str) -> Session:
        """Give the session of an account for the origin it was made for.

        Raises HumanNeeded if there is none, and SetupError if the file or the keyring does not give it.
        """
        path, own = self._path(account), origin_of(origin)
        try:
            file = _parsed(_content(path))
            _meant(file.info, account, own)
            return Session(self._with_use(file.info), _opened(file, self.keys.get()))
        except FileNotFoundError:
            hint = f"Sign in with `auditor login {account}`."
            raise HumanNeeded(f"No session is kept for the account {account}.", hint) from None
        except _Damage as damage:
            why = str(damage)
        hint = f"Sign in again with `auditor login {account}`; nothing was deleted."
        raise SetupError(f"The session of the account {account} cannot be opened: {why}.", hint)

    def remove(self, account: str) -> bool:
        """Forget an account's session and say whether there was one; raises SetupError if it cannot be removed."""
        path = self._path(account)
        if not self.folder.is_dir():
            return False
        with alone(self.folder):
            remove(_beside(path))
            return remove(path)

    def info(self, account: str) -> Sealed | None:
        """Give what is openly known of an account's session, without the key; none if there is no session."""
        path = self._path(account)
        return self._glimpse(path) if os.path.lexists(path) else None

    def listed(self) -> list[Sealed]:
        """Give all sessions as `info` does; what cannot be opened is listed with its problem."""
        return [self._glimpse(path) for path in sorted(self.folder.glob("account-*.sealed"))]

    def touched(self, account: str, verdict: str) -> None:
        """Note that a session was used just now, and what came of it (a state or outcome, in one word)."""
        if not _WORD.fullmatch(verdict):
            raise ValueError("a verdict is one word")
        info = self.info(account)
        if info is not None and info.problem is None:
            use = {"sealed_at": info.sealed_at, "last_used": _now(), "last_verdict": verdict}
            replace_whole(_beside(self._path(account)), json.dumps(use).encode())

    def _path(self, account: str) -> Path:
        return self.folder / f"{stem(account)}.sealed"

    def _glimpse(self, path: Path) -> Sealed:
        account = _account(path)
        try:
            info = _parsed(_content(path)).info
            _meant(info, account, info.origin)
        except (_Damage, FileNotFoundError) as problem:
            why = str(problem) if isinstance(problem, _Damage) else "it was removed"
            return Sealed(account=account, origin="", sealed_at="", fingerprint="", problem=why)
        return self._with_use(info)

    def _with_use(self, info: Sealed) -> Sealed:
        """Add the last use, if it is one of this very session and not of a former one of the same name."""
        try:
            use = json.loads(read_whole(_beside(self._path(info.account)), _HEADER))
            when, verdict = use["last_used"], use["last_verdict"]
            if use["sealed_at"] == info.sealed_at and _WHEN.fullmatch(when) and _WORD.fullmatch(verdict):
                return replace(info, last_used=when, last_verdict=verdict)
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            pass
        return info


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _beside(path: Path) -> Path:
    return path.with_suffix(".use.json")


def _account(path: Path) -> str:
    """Read the account's name off its file's."""
    name = path.name.removeprefix("account-").removesuffix(".sealed")
    return clean(re.sub(r"\+(.)", lambda found: found[1].upper(), name))


def _checked(fingerprint: str) -> str:
    if not _HEX.fullmatch(fingerprint):
        raise ValueError("a fingerprint comes from fingerprint()")
    return fingerprint


def _meant(info: Sealed, account: str, origin: str) -> None:
    if info.account != account:
        raise _Damage("the file is that of another account")
    if info.origin != origin:
        raise _Damage(f"it was made for {info.origin}, not for {origin}")


def _content(path: Path) -> bytes:
    try:
        return read_whole(path, LONGEST)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise _Damage(error.strerror or type(error).__name__) from error


def _written(account: str, state: Secret[State], origin: str) -> Secret[bytes]:
    """Put a state in writing; what fails is raised outside of the failure, whose frames hold the state."""
    problem = "is not as a browser gives it"
    with suppress(TypeError, ValueError, RecursionError):
        plain = Secret(json.dumps(trimmed(state.reveal(), origin), allow_nan=False).encode())
        if len(plain.reveal()) <= LONGEST - 2 * _HEADER:
            return plain
        problem = "is too large to keep"
    raise SetupError(f"The session of the account {account} {problem}.", "Run with --ephemeral, which keeps nothing.")


def _closed(info: Sealed, key: Secret[bytes], plain: Secret[bytes]) -> bytes:
    """Give the bytes of a session file; the nonce is fresh each time, as AES-GCM demands."""
    known = asdict(info)
    public = {name: known[name] for name in _PATTERNS if name in known}
    header = json.dumps({**public, "key": _name_of(key)}).encode()
    nonce = os.urandom(_NONCE)
    sealed = _cipher(key).encrypt(nonce, plain.reveal(), _bound(info, header))
    return MAGIC + FORMAT.to_bytes(2, "big") + len(header).to_bytes(2, "big") + header + nonce + sealed


def _opened(file: _File, key: Secret[bytes]) -> State:
    if not hmac.compare_digest(file.key_name, _name_of(key)):
        raise _Damage("it was sealed with another key")
    try:
        plain = Secret(_cipher(key).decrypt(file.nonce, file.sealed, _bound(file.info, file.header)))
    except InvalidTag:
        raise _Damage("it is damaged, or was tampered with") from None
    state: State = json.loads(plain.reveal())
    return state


def _cipher(key: Secret[bytes]) -> AESGCM:
    return AESGCM(_derived(key, "session").reveal())


def _bound(info: Sealed, header: bytes) -> bytes:
    """Give what a file is bound to; `info` has been found to name the account and the origin asked for."""
    return _measured(MAGIC, FORMAT.to_bytes(2, "big"), info.account.encode(), info.origin.encode(), header)


def _parsed(content: bytes) -> _File:
    start = len(MAGIC) + 4
    if not content:
        raise _Damage("it is empty")
    if not content.startswith(MAGIC[: len(content)]):
        raise _Damage("it is no session file")
    if len(content) < start:
        raise _Damage("it is cut short")
    number, length = (int.from_bytes(content[at : at + 2], "big") for at in (start - 4, start - 2))
    if number != FORMAT:
        raise _Damage(f"it is of format {number}, which this version does not know")
    header, rest = content[start : start + length], content[start + length :]
    if len(rest) < _NONCE + _TAG:
        raise _Damage("it is cut short")
    info, key_name = _public(header)
    return _File(info, key_name, header, rest[:_NONCE], rest[_NONCE:])


def _public(header: bytes) -> tuple[Sealed, str]:
    """Read the header; nothing in it is believed or shown unless it looks as this module writes it."""
    try:
        known = json.loads(header)
        sound = set(known) == set(_PATTERNS) and all(_PATTERNS[name].fullmatch(known[name]) for name in known)
    except (ValueError, TypeError, RecursionError):
        sound = False
    if not sound:
        raise _Damage("it is damaged, or was tampered with")
    return Sealed(**{name: known[name] for name in known if name != "key"}), known["key"]
