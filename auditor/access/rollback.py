"""Whether a sealed session is the newest one of its account.

A file of former days opens as well as it did then: it was sealed with the same key. So sessions are
numbered, the number stands in the header that the seal protects, and the keyring, where whoever
only has the files cannot reach, keeps the newest number of each account.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from auditor.errors import HumanNeeded

if TYPE_CHECKING:
    from auditor.access.keyring import Keys

_NUMBER = re.compile(r"[0-9]{1,15}", re.ASCII)


class OlderSessionError(HumanNeeded):
    """Raised for a sealed session in whose place a newer one stood."""


def read_newest(keys: Keys, account: str) -> int:
    """Return the number of the account's newest session; 0 if none was ever numbered."""
    noted = keys.read_note(_note_of(account)) or ""
    return int(noted) if _NUMBER.fullmatch(noted) else 0


def note_newest(keys: Keys, account: str, number: int) -> None:
    """Note which session is the account's newest."""
    keys.keep_note(_note_of(account), str(number))


def raise_if_older(keys: Keys, account: str, number: int, sealed_at: str) -> None:
    """Raise OlderSessionError if a session with a higher number was sealed or removed before.

    A number that the keyring has not heard of yet is noted: after it was sealed, the run was
    interrupted, or the keyring has lost its note.
    """
    newest = read_newest(keys, account)
    if number > newest:
        note_newest(keys, account, number)
    if number < newest:
        message = (
            f"The session file of the account {account} is an older one, of {sealed_at}: it was put"
            " back after a newer login or a logout"
        )
        raise OlderSessionError(message, f"Sign in again with `auditor login {account}`.")


def _note_of(account: str) -> str:
    return f"newest session of {account}"
