"""What is known of the page and its data at one moment, and how long it must have been quiet."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auditor.browser.control.anchors import PanelScan
    from auditor.browser.network.witness import NetworkWitness

# seconds without any change: a little more than the 2.9 s the live panel was seen to need (OBS
# 2026-09)
QUIET_SECONDS = 3.0
# the same where the page is the only witness: its data may be asked for late
QUIET_SECONDS_PAGE_ONLY = 6.0
# seconds of quiet after which a control that is not there counts as missing
ABSENT_SECONDS = 5.0
# seconds in which neither the control nor the setting's data may change for a proved off
OFF_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """Everything known at one moment."""

    scan: PanelScan
    network: NetworkWitness
    seconds_idle: float
    """Seconds since something changed or was under way."""
    seconds_unchanged: float = 0.0
    """Seconds since something changed, whatever is under way."""
    seconds_uncorrected: float = 0.0
    """Seconds since the control changed or the setting's own data was asked for or answered."""
    seconds_same_element: float = float("inf")
    """Seconds for which the control has been one and the same element, and not drawn anew."""
    plan_without_setting: bool = False
    """The active organisation's plan, as far as it is told, is one without the setting."""
    plan_proved_by_data: bool = False
    """The page's own data says so, too."""
    panel_loaded: bool = False
    """The panel shows that it is there."""
    panel_loading: bool = False
    """The panel says that it is still loading."""


class Patience(Enum):
    """How long everything must have been quiet before a rule's outcome is final."""

    NONE = "at once"
    OFF = "OFF_SECONDS"
    QUIET = "QUIET_SECONDS"
    PAGE_ONLY = "QUIET_SECONDS_PAGE_ONLY"
    ABSENT = "ABSENT_SECONDS"

    @property
    def seconds(self) -> float:
        """The seconds, looked up when asked, so that tests may shorten them."""
        if self is Patience.NONE:
            return 0.0
        seconds = {
            Patience.OFF: OFF_SECONDS,
            Patience.QUIET: QUIET_SECONDS,
            Patience.PAGE_ONLY: QUIET_SECONDS_PAGE_ONLY,
            Patience.ABSENT: ABSENT_SECONDS,
        }
        return seconds.get(self, 0.0)

    def __str__(self) -> str:
        """Return it in words, for the generated table."""
        return "at once" if self is Patience.NONE else f"after {self.seconds:g} s of quiet"
