"""The server's side of one scenario: the value it holds and the ledger of what was asked of it."""

import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from auditor.mocksite.scenarios import SCENARIOS
from auditor.mocksite.sessions import Sessions

if TYPE_CHECKING:
    from auditor.mocksite.scenario import Scenario


@dataclass
class Account:
    """One isolated account. `value` is the truth that a reading is measured against."""

    scenario: "Scenario"
    value: bool | None = None
    decoy: bool = False
    cut_off: bool = False
    """The session is over, or, where the scenario says so, every connection is."""
    reads: int = 0
    """How often the panel's own settings were asked for."""
    before_save: bool | None = None
    """The value before the last save, which a lagging copy still tells."""
    saved_at: float | None = None
    """When that save was kept, on the monotonic clock."""
    ledger: list[dict[str, object]] = field(default_factory=list)
    sessions: Sessions = field(default_factory=Sessions)

    def __post_init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Go back to the start: value, decoy and an empty ledger.

        Nothing is cut off, nobody signed in.
        """
        self.value = self.scenario.server
        self.decoy = self.scenario.backend.decoy
        self.cut_off = False
        self.reads = 0
        self.before_save = self.saved_at = None
        self.ledger = []
        self.sessions.lapse()

    def record(self, method: str, path: str, body: bytes) -> None:
        """Write down a request that is not a GET."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        self.ledger.append({"method": method, "path": path, "body": _readable(body), "time": now})

    def settings(self) -> dict[str, object]:
        """Return the settings as the API shows them. `grove_enabled` is the setting (APP, OBS)."""
        return {"grove_enabled": self._told, "location_metadata_enabled": self.decoy}

    @property
    def _told(self) -> bool | None:
        """The value as the site tells it: where it lags, a copy from before the last save."""
        lag = self.scenario.backend.lag_ms / 1000
        lags = self.saved_at is not None and time.monotonic() - self.saved_at < lag
        return self.before_save if lags else self.value

    def store(self, changes: dict[str, bool]) -> None:
        """Keep a write."""
        self.before_save, self.saved_at = self.value, time.monotonic()
        self.value = changes.get("grove_enabled", self.value)
        self.decoy = changes.get("location_metadata_enabled", self.decoy)

    def state(self) -> dict[str, object]:
        """Return what the control request shows."""
        shown: dict[str, object] = {
            "name": self.scenario.name,
            "server": self.value,
            "decoy": self.decoy,
            "writes": len(self.ledger),
        }
        if self.scenario.backend.sign_in != "none":
            shown["sessions"] = len(self.sessions)
        return shown


def fresh_accounts() -> dict[str, Account]:
    """Return one account per scenario."""
    return {name: Account(scenario) for name, scenario in SCENARIOS.items()}


def _readable(body: bytes) -> object:
    text = body.decode("utf-8", "replace")
    try:
        return json.loads(text)
    except ValueError:
        return text or None
