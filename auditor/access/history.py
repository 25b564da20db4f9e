"""The log of this installation, signed with a key that is derived from the one in the keyring.

The keyring also keeps the newest checkpoint: a log that was cut, or put back from a copy, shows.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from auditor.disk import paths
from auditor.errors import SetupError
from auditor.records.checkpoint import Checkpoint, Signer, find_checkpoints
from auditor.records.database import DamagedLogError, keep_aside
from auditor.records.log import RecordLog

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from auditor.access.secret import Secret
    from auditor.records.log import Appended, OpenLog
    from auditor.records.record import Record

_ANCHOR = "newest checkpoint"
UNSIGNED = "An unsigned history finds accidents, not forgery."


class HistoryKeys(Protocol):
    """What the log needs of the keyring; all raise SetupError if it cannot be used."""

    def get(self) -> Secret[bytes]: ...

    def create_if_missing(self) -> Secret[bytes]: ...

    def read_note(self, name: str) -> str | None: ...

    def keep_note(self, name: str, text: str) -> None: ...


@dataclass(frozen=True, slots=True)
class LogSigner:
    """Signs checkpoints with the installation's key."""

    _key: Ed25519PrivateKey = field(repr=False)

    @property
    def public_key(self) -> bytes:
        return self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


def derive_signer(key: Secret[bytes]) -> LogSigner:
    """Return the signer whose seed is derived from the installation's key."""
    # a run against this very machine signs nothing, and needs none of it
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415
        Ed25519PrivateKey,
    )

    from auditor.access.keyring import derive_key  # noqa: PLC0415

    seed = derive_key(key, "history signature")
    return LogSigner(Ed25519PrivateKey.from_private_bytes(seed.reveal()))


@dataclass(slots=True)
class History:
    """The installation's log, and the keyring that signs and anchors it.

    Without `keys`, nothing is signed: so it is for runs that concern only this very machine.
    """

    path: Path
    keys: HistoryKeys | None = None
    tell: Callable[[str], None] = field(default=lambda _text: None, repr=False)
    problem: str | None = None
    """Why nothing is signed, once the keyring was asked."""
    _signer: Signer | None = None

    @property
    def log(self) -> RecordLog:
        """The log, without a signer: for reading."""
        return RecordLog(self.path)

    def find_signer(self, *, create: bool) -> Signer | None:
        """Return the signer; None if the keyring cannot be used, which is told."""
        if self.keys is None or self._signer is not None or self.problem is not None:
            return self._signer
        try:
            key = self.keys.create_if_missing() if create else self.keys.get()
        except SetupError as error:
            self.problem = str(error).removesuffix(".")
            return None
        self._signer = derive_signer(key)
        return self._signer

    def append(self, records: Sequence[Record]) -> Appended:
        """Append records; raises SetupError, in words, if they cannot be kept."""
        return self.append_from(lambda _connection: records)

    def append_from(self, build: Callable[[OpenLog], Sequence[Record]]) -> Appended:
        """Append what `build` makes of the log as it stands, signed if it can be, and anchor it.

        A damaged file is kept aside under another name; the next append begins a new one.
        """
        signer = self.find_signer(create=True)
        anchor = self.read_anchor() if signer is not None else None
        if self.problem is not None:
            self.tell(f"{self.problem}; so the record is not signed. {UNSIGNED}")
        try:
            appended = RecordLog(self.path, signer).append_from(build, anchor)
        except DamagedLogError as error:
            kept = keep_aside(self.path)
            hint = f"It is kept as {kept}; the next run begins a new history."
            raise SetupError(str(error), hint) from error
        if signer is not None:
            self._keep_anchor(appended.checkpoint)
        return appended

    def read_anchor(self) -> Checkpoint | None:
        """Return the newest checkpoint that the keyring keeps; None if there is none."""
        if self.keys is None or self.problem is not None:
            return None
        try:
            found = find_checkpoints(self.keys.read_note(_ANCHOR) or "")
        except SetupError as error:
            self.problem = str(error).removesuffix(".")
            return None
        return found[0] if found else None

    def _keep_anchor(self, checkpoint: Checkpoint) -> None:
        """Keep the newest checkpoint in the keyring; what is kept of another log stays a hint."""
        former = self.read_anchor()
        newer = former is None or former.log != checkpoint.log or former.size < checkpoint.size
        if newer and self.keys is not None:
            try:
                self.keys.keep_note(_ANCHOR, str(checkpoint))
            except SetupError as error:
                self.tell(f"{str(error).removesuffix('.')}; so the history is not anchored there.")

    def fingerprint(self, name: str) -> str | None:
        """Return a keyed hash that tells whether an organisation is the same; None without key."""
        if self.keys is None or self.find_signer(create=True) is None:
            return None
        from auditor.access.keyring import derive_key  # noqa: PLC0415 - cryptography
        from auditor.text import fold_text  # noqa: PLC0415

        key = derive_key(self.keys.create_if_missing(), "organisation").reveal()
        return hmac.new(key, fold_text(name).encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def open_history(*, signed: bool, tell: Callable[[str], None] | None = None) -> History:
    """Return this installation's history; the keyring is not asked before something is appended."""
    keys = None
    if signed:
        from auditor.access.keyring import open_keyring  # noqa: PLC0415 - cryptography

        keys = open_keyring(tell)
    return History(paths.records_file(), keys, tell or (lambda _text: None))
