"""What the tests of sealed sessions share: an account, its state, a keyring that is a variable."""

from __future__ import annotations

import os
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from auditor.access.secret import Secret
from auditor.errors import Exit, SetupError

if TYPE_CHECKING:
    from collections.abc import Callable

CLAUDE = "https://claude.ai"


CANARY = "canary-7f3a-0123456789"


PRINT = "ab" * 32


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
        self.notes: dict[str, str] = {}

    def get(self) -> Secret[bytes]:
        if self.key is None:
            raise SetupError(
                "The OS keyring holds no key of auditor.", "Sign in again with `auditor login`."
            )
        return Secret(self.key)

    def create_if_missing(self) -> Secret[bytes]:
        self.key = self.key or os.urandom(32)
        return self.get()

    def read_note(self, name: str) -> str | None:
        return self.notes.get(name)

    def keep_note(self, name: str, text: str) -> None:
        self.notes[name] = text


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
        shown += [] if str(Path(__file__).parent) in frame else [frame]
    return "".join(shown)
