"""Checkpoints: what a log was at a moment, signed, as C2SP tlog-checkpoint writes it.

A checkpoint is a signed note of three lines: the log's name, its size, its root in Base64. The
signature line says who signed. A key is named by its own log, so a note tells both.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

_ED25519 = b"\x01"  # the kind of signature, in C2SP signed notes
_KEY_HASH = 4
_NOTE = re.compile(
    r"(?P<log>auditor/log/[0-9a-f]{32})\n(?P<size>[1-9]\d{0,15})\n(?P<root>[A-Za-z0-9+/]{43}=)\n"
    r"(?:\n\u2014 (?P<signer>auditor/log/[0-9a-f]{32}) (?P<signature>[A-Za-z0-9+/]{91}=)\n?)?"
)


class Signer(Protocol):
    """What signs checkpoints; `public_key` is the raw Ed25519 key of 32 bytes."""

    @property
    def public_key(self) -> bytes: ...

    def sign(self, message: bytes) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The size and root of a log, and who vouches for them: None if nobody does."""

    log: str
    size: int
    root: bytes
    signature: bytes | None = None
    key_hash: bytes | None = None

    @property
    def body(self) -> str:
        """Return the lines that are signed."""
        return build_body(self.log, self.size, self.root)

    def __str__(self) -> str:
        if self.signature is None or self.key_hash is None:
            return self.body
        line = b64encode(self.key_hash + self.signature).decode()
        return f"{self.body}\n\u2014 {self.log} {line}\n"

    def is_signed_by(self, public_key: bytes) -> bool:
        """Return whether the key of this public part signed exactly this."""
        return (
            self.signature is not None
            and self.key_hash == hash_key(self.log, public_key)
            and check_signature(public_key, self.signature, self.body.encode())
        )


def build_body(log: str, size: int, root: bytes) -> str:
    """Return the three lines of a checkpoint."""
    return f"{log}\n{size}\n{b64encode(root).decode()}\n"


def sign_checkpoint(log: str, size: int, root: bytes, signer: Signer | None) -> Checkpoint:
    """Return the checkpoint of a log, signed if there is somebody to sign."""
    if signer is None:
        return Checkpoint(log, size, root)
    signature = signer.sign(build_body(log, size, root).encode())
    return Checkpoint(log, size, root, signature, hash_key(log, signer.public_key))


def hash_key(log: str, public_key: bytes) -> bytes:
    """Return the four bytes by which a note says which key signed it."""
    return sha256(log.encode() + b"\n" + _ED25519 + public_key).digest()[:_KEY_HASH]


def fingerprint_key(public_key: bytes) -> str:
    """Return the fingerprint of a key as OpenSSH shows it."""
    kind = b"ssh-ed25519"
    parts = (kind, public_key)
    return fingerprint_blob(b"".join(len(part).to_bytes(4, "big") + part for part in parts))


def fingerprint_blob(blob: bytes) -> str:
    """Return the fingerprint of a key that is given as SSH writes it."""
    return "SHA256:" + b64encode(sha256(blob).digest()).decode().rstrip("=")


def find_checkpoints(text: str) -> list[Checkpoint]:
    """Return every checkpoint in a text: a note, a report or an export, JSON escapes included."""
    plain = text.replace("\\n", "\n").replace("\\u2014", "\u2014").replace("\r\n", "\n")
    found = []
    for match in _NOTE.finditer(plain):
        signed = b64decode(match["signature"]) if match["signature"] else None
        found.append(
            Checkpoint(
                match["log"],
                int(match["size"]),
                b64decode(match["root"]),
                signed[_KEY_HASH:] if signed else None,
                signed[:_KEY_HASH] if signed else None,
            )
        )
    return found


def check_signature(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Return whether an Ed25519 signature is that of the key over the message."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - only where checked
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415
        Ed25519PublicKey,
    )

    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
