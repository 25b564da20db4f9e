"""What the tests of records share: readings, and a keyring that is a variable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.access.sealing import MemoryKeys

if TYPE_CHECKING:
    from auditor.records.record import Record

PLACE = "https://claude.ai"


class NotingKeys(MemoryKeys):
    """A keyring that is a variable, and keeps notes, too."""


def reading(state: str = "off", account: str = "me", **more: Any) -> Record:  # noqa: ANN401
    outcomes = {"on": "not_as_wanted", "off": "as_wanted", "unknown": "unread"}
    return {
        "kind": "finding",
        "account": account,
        "flow": "claude/web",
        "origin": PLACE,
        "base_url": PLACE,
        "label": "Help improve our AI models",
        "state": state,
        "wanted": "off",
        "outcome": outcomes.get(state, state),
        "reason": None,
        "locked": False,
        "witnesses": {"page": state, "network": state},
        "route": "documented",
        "evidence": "proved",
        "organisation": None,
        "version": "0.1.0",
        "command": "audit",
        **more,
    }
