"""Detached signatures as `ssh-keygen -Y sign` makes them (OpenSSH, PROTOCOL.sshsig).

Only Ed25519 keys are made and checked here; others are left to `ssh-keygen -Y verify`.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from hashlib import sha512
from typing import TYPE_CHECKING

from auditor.records.checkpoint import check_signature, fingerprint_blob

if TYPE_CHECKING:
    from auditor.records.checkpoint import Signer

NAMESPACE = "auditor-report"
_KIND = b"ssh-ed25519"
_MAGIC = b"SSHSIG"
_VERSION = 1
_HASH = b"sha512"
_ARMOUR = re.compile(
    r"\s*-----BEGIN SSH SIGNATURE-----\s*([A-Za-z0-9+/=\s]+?)\s*-----END SSH SIGNATURE-----\s*"
)
_LINE = 70
_WORD = re.compile(r'(?:[^\s"]|"[^"]*")+')
_KEY_KIND = re.compile(r"(?:sk-)?(?:ssh|ecdsa)-[a-z0-9@.-]+")
_OPTION = re.compile(
    r"""(?i)(?:(cert-authority)|(namespaces|valid-after|valid-before)="([^"]*)")(?=,|$)"""
)


class MalformedSignatureError(ValueError):
    """Raised when a text is no signature that can be checked here; its text says why."""


@dataclass(frozen=True, slots=True)
class SshSignature:
    """A parsed signature: by which key, for what purpose, over which hash."""

    key_blob: bytes
    namespace: str
    hash_name: bytes
    signature: bytes

    @property
    def fingerprint(self) -> str:
        """Return the fingerprint of its key as OpenSSH shows it."""
        return fingerprint_blob(self.key_blob)

    @property
    def kind(self) -> str:
        """Return the kind of its key, such as ssh-ed25519."""
        return _read_strings(self.key_blob, 1)[0].decode("ascii", "replace")

    def is_over(self, message: bytes) -> bool:
        """Return whether it is a signature of its own key over a message, for our purpose."""
        kind, public_key = _read_strings(self.key_blob, 2)
        if kind != _KIND or self.namespace != NAMESPACE or self.hash_name != _HASH:
            return False
        signed = _build_signed(message)
        signature_kind, signature = _read_strings(self.signature, 2)
        return signature_kind == _KIND and check_signature(public_key, signature, signed)


def build_key_blob(public_key: bytes) -> bytes:
    """Return an Ed25519 public key as SSH writes it."""
    return _string(_KIND) + _string(public_key)


def format_public_key(key_blob: bytes) -> str:
    """Return a key as it stands in `allowed_signers` and `.pub` files."""
    (kind,) = _read_strings(key_blob, 1)
    return f"{kind.decode('ascii', 'replace')} {b64encode(key_blob).decode()}"


def sign_message(message: bytes, signer: Signer) -> str:
    """Return the armoured signature of a message."""
    signature = signer.sign(_build_signed(message))
    content = b"".join(
        (
            _MAGIC,
            _VERSION.to_bytes(4, "big"),
            _string(build_key_blob(signer.public_key)),
            _string(NAMESPACE.encode()),
            _string(b""),
            _string(_HASH),
            _string(_string(_KIND) + _string(signature)),
        )
    )
    text = b64encode(content).decode()
    lines = [text[at : at + _LINE] for at in range(0, len(text), _LINE)]
    return "\n".join(["-----BEGIN SSH SIGNATURE-----", *lines, "-----END SSH SIGNATURE-----", ""])


def parse_signature(text: str) -> SshSignature:
    """Read an armoured signature; raises MalformedSignatureError if it is none."""
    found = _ARMOUR.fullmatch(text)
    try:
        content = b64decode(found[1]) if found else b""
    except binascii.Error:
        content = b""
    head = _MAGIC + _VERSION.to_bytes(4, "big")
    if not content.startswith(head):
        raise MalformedSignatureError("it is no SSH signature")
    key, namespace, _, hash_name, signature = _read_strings(content[len(head) :], 5)
    return SshSignature(key, namespace.decode("utf-8", "replace"), hash_name, signature)


def parse_allowed_signers(text: str, now: datetime | None = None) -> dict[bytes, str]:
    """Return who each key belongs to, as an `allowed_signers` file says (ssh-keygen, manual).

    A line is left out that is limited to other namespaces or another time, or that names an
    authority, whose own signature is none. Raises ValueError for a line that is none.
    """
    allowed: dict[bytes, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        words = [each[0] for each in _WORD.finditer(line)]
        if not words or words[0].startswith("#"):
            continue
        place = next((at for at in (1, 2) if _KEY_KIND.fullmatch("".join(words[at : at + 1]))), 0)
        if not place or len(words) <= place + 1:
            raise ValueError(f"line {number} is no line of an allowed_signers file")
        if not _is_valid(words[1] if place > 1 else "", now or datetime.now(UTC), number):
            continue
        try:
            allowed[b64decode(words[place + 1], validate=True)] = words[0].strip('"')
        except binascii.Error:
            raise ValueError(f"line {number} holds no key") from None
    return allowed


def _is_valid(options: str, now: datetime, number: int) -> bool:
    """Return whether a line's options let its key sign for us now."""
    rest = _OPTION.sub("", options)
    if rest.strip(","):
        raise ValueError(f"line {number} has an option that is not known: {rest.strip(',')}")
    told = {
        (authority or name).casefold(): value for authority, name, value in _OPTION.findall(options)
    }
    if "cert-authority" in told:
        return False
    if "namespaces" in told and not _matches_us(told["namespaces"]):
        return False
    after, before = told.get("valid-after"), told.get("valid-before")
    return (after is None or _read_time(after, number) <= now) and (
        before is None or now < _read_time(before, number)
    )


def _matches_us(patterns: str) -> bool:
    """Return whether a list of patterns names our namespace; one with `!` before it forbids it."""
    names = patterns.split(",")
    refused = any(fnmatchcase(NAMESPACE, each[1:]) for each in names if each.startswith("!"))
    return not refused and any(fnmatchcase(NAMESPACE, each) for each in names)


def _read_time(text: str, number: int) -> datetime:
    """Return a moment that is written as YYYYMMDD[HHMM[SS]], in UTC with a Z, else local."""
    digits = text.removesuffix("Z")
    form = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}.get(len(digits), "")
    try:
        moment = datetime.strptime(digits, form)  # noqa: DTZ007 - its zone follows
        return moment.replace(tzinfo=UTC) if text.endswith("Z") else moment.astimezone()
    except (ValueError, OverflowError):
        raise ValueError(f"line {number} holds no moment: {text}") from None


def _build_signed(message: bytes) -> bytes:
    parts = (NAMESPACE.encode(), b"", _HASH, sha512(message).digest())
    return _MAGIC + b"".join(_string(part) for part in parts)


def _string(content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + content


def _read_strings(content: bytes, count: int) -> list[bytes]:
    """Return the first strings of a run of them; raises MalformedSignatureError if cut short."""
    found, at = [], 0
    for _ in range(count):
        length = int.from_bytes(content[at : at + 4], "big")
        if at + 4 + length > len(content):
            raise MalformedSignatureError("it is cut short")
        found.append(content[at + 4 : at + 4 + length])
        at += 4 + length
    return found
