"""The folder of sealed sessions.

A session file is `MAGIC`, a format number, a public header (JSON: account, origin, when,
fingerprint, name of the key), and the browser's storage state under AES-256-GCM. The header is
authenticated together with the account and the origin that the reader *asked* for, so no file opens
as another's. The header also numbers the session (`access/rollback.py`) and names the flow that it
was made with. What changes with every run (last use, last verdict) stands in a small file beside
it: it holds no secret, and noting it never rewrites the sealed one.
"""

from __future__ import annotations

import hmac
import json
import os
import re
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from auditor.access.keyring import Keys, derive_key, key_id, length_prefixed
from auditor.access.rollback import note_newest, raise_if_older, read_newest
from auditor.access.secret import Secret
from auditor.access.storage_state import (
    ORIGIN,
    StorageState,
    keep_sign_in,
    origin_of,
    trim_to_origin,
)
from auditor.disk.files import hold_folder, read_plain_file, remove_file, replace_file
from auditor.disk.folders import private_folder
from auditor.disk.locks import account_file_stem
from auditor.errors import HumanNeeded, SetupError
from auditor.text import make_printable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"auditor session\n"
FORMAT = 2
_UNNUMBERED = 1  # the format of sessions without a number and a flow, which are still opened
LONGEST = 16 * 1024 * 1024
_HEADER = 4096
_NONCE = 12
_TAG = 16
_HEX = re.compile(r"[0-9a-f]{64}")
_WHEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_WORD = re.compile(r"[a-z_]{1,40}")
_NUMBER = re.compile(r"[0-9]{1,15}", re.ASCII)
SHIPPED = "shipped"
"""Stands for the digest of every flow that came with the tool."""
_PATTERNS = {
    "account": re.compile(r"[A-Za-z0-9._-]{1,64}"),
    "origin": ORIGIN,
    "sealed_at": _WHEN,
    "fingerprint": _HEX,
    "key": _HEX,
}
_NUMBERED_PATTERNS = {
    **_PATTERNS,
    "number": _NUMBER,
    "flow": re.compile(rf"{SHIPPED}|{_HEX.pattern}"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What is openly known of a session.

    `problem` says why its file cannot be opened, if that shows from outside.
    """

    account: str
    origin: str
    sealed_at: str
    fingerprint: str
    number: str = "0"
    """Counts the sessions of this account; 0 if it was sealed before they were counted."""
    flow: str = SHIPPED
    """The digest of the flow that it was made with."""
    last_used: str | None = None
    last_verdict: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """An opened session; the state never shows."""

    info: Sealed
    state: StorageState = field(repr=False)


class _Damage(Exception):  # noqa: N818 - never leaves this module
    """Raised for a file that cannot be opened; its text ends the sentence that says so."""


@dataclass(frozen=True, slots=True)
class _File:
    format: int
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

    def seal(
        self,
        account: str,
        origin: str,
        state: StorageState,
        fingerprint: str,
        flow: str = SHIPPED,
    ) -> Sealed:
        """Keep a session in place of the account's former one.

        The file is written before its number is noted: who is interrupted between the two has a
        session that is one ahead, and not one that counts as an older one.

        Raises SetupError and leaves that one if it cannot.
        """
        hidden = Secret(state)
        del state  # no longer in this frame, should anything below fail
        path, own = self._path(account), origin_of(origin)
        plain = _serialize_state(account, hidden, own)
        key = self.keys.create_if_missing()
        number = max(read_newest(self.keys, account), self._former_number(account, key)) + 1
        info = Sealed(
            account=account,
            origin=own,
            sealed_at=_now(),
            fingerprint=_validate_fingerprint(fingerprint),
            number=str(number),
            flow=flow,
        )
        private_folder(self.folder)
        replace_file(path, _encrypt(info, key, plain))
        note_newest(self.keys, account, number)
        return info

    def open(self, account: str, origin: str, *, accept_older: bool = False) -> Session:
        """Return the session of an account for the origin it was made for.

        Raises HumanNeeded if there is none, OlderSessionError if a newer one was sealed before and
        that is not accepted, and SetupError if the file or the keyring does not give it.
        """
        path, own = self._path(account), origin_of(origin)
        try:
            file = _parse_file(_read_content(path))
            _raise_if_not_meant_for(file.info, account, own)
            state = keep_sign_in(_decrypt(file, self.keys.get()))  # an older version kept more
            if not accept_older:
                raise_if_older(self.keys, account, int(file.info.number), file.info.sealed_at)
            return Session(self._add_last_use(file.info), state)
        except FileNotFoundError:
            hint = f"Sign in with `auditor login {account}`."
            raise HumanNeeded(f"No session is kept for the account {account}.", hint) from None
        except _Damage as damage:
            why = str(damage)
        hint = f"Sign in again with `auditor login {account}`; nothing was deleted."
        raise SetupError(f"The session of the account {account} cannot be opened: {why}.", hint)

    def remove(self, account: str) -> bool:
        """Forget an account's session and say whether there was one.

        Raises SetupError if it cannot be removed.
        """
        path = self._path(account)
        if not self.folder.is_dir():
            return False
        with hold_folder(self.folder):
            remove_file(_use_file(path))
            removed = remove_file(path)
        with suppress(SetupError):  # the file is gone; without a keyring no copy opens, either
            if removed and (newest := read_newest(self.keys, account)):
                note_newest(self.keys, account, newest + 1)
        return removed

    def info(self, account: str) -> Sealed | None:
        """Return what is openly known of an account's session, without the key.

        None if there is no session.
        """
        path = self._path(account)
        return self._read_info(path) if os.path.lexists(path) else None

    def listed(self) -> list[Sealed]:
        """Return all sessions as `info` does; what cannot be opened is listed with its problem."""
        return [self._read_info(path) for path in sorted(self.folder.glob("account-*.sealed"))]

    def touched(self, account: str, verdict: str) -> None:
        """Note that a session was used just now, and with what state or outcome (one word)."""
        if not _WORD.fullmatch(verdict):
            raise ValueError("a verdict is one word")
        info = self.info(account)
        if info is not None and info.problem is None:
            use = {"sealed_at": info.sealed_at, "last_used": _now(), "last_verdict": verdict}
            replace_file(_use_file(self._path(account)), json.dumps(use).encode())

    def _former_number(self, account: str, key: Secret[bytes]) -> int:
        """Return the number of the session that is replaced; 0 if it is none that this key sealed.

        The keyring may not know it: an interruption can come between the file and the note.
        """
        with suppress(_Damage, FileNotFoundError):
            file = _parse_file(_read_content(self._path(account)))
            _decrypt(file, key)
            return int(file.info.number)
        return 0

    def _path(self, account: str) -> Path:
        return self.folder / f"{account_file_stem(account)}.sealed"

    def _read_info(self, path: Path) -> Sealed:
        account = _account_of(path)
        try:
            info = _parse_file(_read_content(path)).info
            _raise_if_not_meant_for(info, account, info.origin)
        except (_Damage, FileNotFoundError) as problem:
            why = str(problem) if isinstance(problem, _Damage) else "it was removed"
            return Sealed(account=account, origin="", sealed_at="", fingerprint="", problem=why)
        return self._add_last_use(info)

    def _add_last_use(self, info: Sealed) -> Sealed:
        """Add the last use, if it was of this very session and not of a former one."""
        try:
            use = json.loads(read_plain_file(_use_file(self._path(info.account)), _HEADER))
            when, verdict = use["last_used"], use["last_verdict"]
            if (
                use["sealed_at"] == info.sealed_at
                and _WHEN.fullmatch(when)
                and _WORD.fullmatch(verdict)
            ):
                return replace(info, last_used=when, last_verdict=verdict)
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            pass
        return info


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _use_file(path: Path) -> Path:
    return path.with_suffix(".use.json")


def _account_of(path: Path) -> str:
    """Read the account's name off its file's."""
    name = path.name.removeprefix("account-").removesuffix(".sealed")
    return make_printable(re.sub(r"\+(.)", lambda found: found[1].upper(), name))


def _validate_fingerprint(fingerprint: str) -> str:
    if not _HEX.fullmatch(fingerprint):
        raise ValueError("a fingerprint comes from fingerprint()")
    return fingerprint


def _raise_if_not_meant_for(info: Sealed, account: str, origin: str) -> None:
    if info.account != account:
        raise _Damage("the file is that of another account")
    if info.origin != origin:
        raise _Damage(f"it was made for {info.origin}, not for {origin}")


def _read_content(path: Path) -> bytes:
    try:
        return read_plain_file(path, LONGEST)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise _Damage(error.strerror or type(error).__name__) from error


def _serialize_state(account: str, state: Secret[StorageState], origin: str) -> Secret[bytes]:
    """Put a state in writing.

    What fails is raised outside of the failure, whose frames hold the state.
    """
    problem = "is not as a browser gives it"
    with suppress(TypeError, ValueError, RecursionError):
        plain = Secret(json.dumps(trim_to_origin(state.reveal(), origin), allow_nan=False).encode())
        if len(plain.reveal()) <= LONGEST - 2 * _HEADER:
            return plain
        problem = "is too large to keep"
    raise SetupError(
        f"The session of the account {account} {problem}.",
        "Use `auditor audit --ephemeral`, which keeps nothing.",
    )


def _encrypt(info: Sealed, key: Secret[bytes], plain: Secret[bytes]) -> bytes:
    """Return the bytes of a session file; the nonce is fresh each time, as AES-GCM demands."""
    known = asdict(info)
    public = {name: known[name] for name in _NUMBERED_PATTERNS if name in known}
    header = json.dumps({**public, "key": key_id(key)}).encode()
    nonce = os.urandom(_NONCE)
    bound_to = _associated_data(FORMAT, info, header)
    sealed = _cipher(key).encrypt(nonce, plain.reveal(), bound_to)
    return (
        MAGIC + FORMAT.to_bytes(2, "big") + len(header).to_bytes(2, "big") + header + nonce + sealed
    )


def _decrypt(file: _File, key: Secret[bytes]) -> StorageState:
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - not to list what is sealed

    if not hmac.compare_digest(file.key_name, key_id(key)):
        raise _Damage("it was sealed with another key")
    try:
        bound_to = _associated_data(file.format, file.info, file.header)
        plain = Secret(_cipher(key).decrypt(file.nonce, file.sealed, bound_to))
    except InvalidTag:
        raise _Damage("it is damaged, or was tampered with") from None
    state: StorageState = json.loads(plain.reveal())
    return state


def _cipher(key: Secret[bytes]) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - likewise

    return AESGCM(derive_key(key, "session").reveal())


def _associated_data(number: int, info: Sealed, header: bytes) -> bytes:
    """Return what a file is bound to.

    `info` has been found to name the account and the origin asked for.
    """
    return length_prefixed(
        MAGIC, number.to_bytes(2, "big"), info.account.encode(), info.origin.encode(), header
    )


def _parse_file(content: bytes) -> _File:
    start = len(MAGIC) + 4
    if not content:
        raise _Damage("it is empty")
    if not content.startswith(MAGIC[: len(content)]):
        raise _Damage("it is no session file")
    if len(content) < start:
        raise _Damage("it is cut short")
    number, length = (int.from_bytes(content[at : at + 2], "big") for at in (start - 4, start - 2))
    if number not in (FORMAT, _UNNUMBERED):
        raise _Damage(f"it is of format {number}, which this version does not know")
    header, rest = content[start : start + length], content[start + length :]
    if len(rest) < _NONCE + _TAG:
        raise _Damage("it is cut short")
    info, key_name = _parse_header(
        header, _PATTERNS if number == _UNNUMBERED else _NUMBERED_PATTERNS
    )
    return _File(number, info, key_name, header, rest[:_NONCE], rest[_NONCE:])


def _parse_header(header: bytes, patterns: Mapping[str, re.Pattern[str]]) -> tuple[Sealed, str]:
    """Read the header; only what looks as this module writes it is believed or shown."""
    try:
        known = json.loads(header)
        sound = set(known) == set(patterns) and all(
            patterns[name].fullmatch(known[name]) for name in known
        )
    except (ValueError, TypeError, RecursionError):
        sound = False
    if not sound:
        raise _Damage("it is damaged, or was tampered with")
    return Sealed(**{name: known[name] for name in known if name != "key"}), known["key"]
