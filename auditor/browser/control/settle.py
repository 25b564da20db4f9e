"""Decide when a reading counts: pure rules over what was seen so far.

A switch drawn before its data has arrived shows a default. A reading counts when the control is
there, not busy, and either the page's own traffic has carried the value and the control shows it,
or everything has been quiet for a while.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.browser.engine.failures import ReadingStopped
from auditor.core.finding import Reading, Reason, State

if TYPE_CHECKING:
    from auditor.browser.control.anchors import PanelScan

# seconds without any change: a little more than the 2.9 s the live panel was seen to need (OBS
# 2026-09)
QUIET_SECONDS = 3.0
QUIET_SECONDS_PAGE_ONLY = (
    6.0  # the same where the page is the only witness: its data may be asked for late
)
ABSENT_SECONDS = 5.0  # seconds of quiet after which a control that is not there counts as missing


@dataclass(frozen=True, slots=True)
class Observation:
    """Everything known at one moment."""

    scan: PanelScan
    network: State
    conflict: bool
    listening: bool
    """A source of the value was asked, and its answer is under way."""
    still: float
    """Seconds since something changed or was under way."""
    calm: float = 0.0
    """Seconds since something changed, whatever is under way."""
    commercial: bool = False
    loaded: bool = False
    loading: bool = False
    broken: bool = False
    """The page asked for data in vain."""
    missed: bool = False
    """A source of the value was asked and did not tell it."""
    unanswered: bool = False
    """A source of the value was asked, and no answer has begun to come."""
    final: bool = False
    """The panel's own source has told the value."""
    fresh: bool = False
    """It was asked for the panel, and not before that was opened."""
    elsewhere: frozenset[State] = frozenset()
    """What the panel's own source says under the value's name, at a place that the flow does not know."""
    streaming: bool = False
    """The page is fed by a stream or a socket."""


class ControlAbsent(Exception):  # noqa: N818 - an event of the reading, handled by it
    """Raised when the page has been quiet and the control is not there."""


def judge_observation(  # noqa: PLR0911
    now: Observation,
) -> Reading | None:
    """Return the reading if it counts, nothing if it is too early.

    Raises Stop or Absent if it never will.
    """
    scan = now.scan
    if (now.listening and not _heard(now)) or (scan.control is not None and scan.control.busy):
        return None
    if now.conflict:
        _later(
            now,
            Reason.DISAGREEMENT,
            "the site's own answers do not agree on the setting, or give no yes or no",
        )
        return None
    if scan.control is None:
        return _without_control(now)
    if now.network is State.UNDECIDED:
        return _reading(now, State.UNDECIDED)
    if not scan.state.settled:
        _later(now, Reason.AMBIGUOUS, "the switch shows neither on nor off, or contradicts itself")
        return None
    if now.network.settled:
        return _two_witnesses(now)
    return _one_witness(now)


def _heard(now: Observation) -> bool:
    """Return whether what is still under way no longer matters.

    An answer the page never reads does not end.
    """
    agreed = now.network.settled and now.network is now.scan.state
    return now.final and agreed and now.calm >= ABSENT_SECONDS and not now.unanswered


def _two_witnesses(now: Observation) -> Reading | None:
    control = now.scan.control
    if now.network is not now.scan.state:
        page, network = now.scan.state.upper(), now.network.upper()
        _later(now, Reason.DISAGREEMENT, f"the page shows {page}, but its own data says {network}")
        return None
    if now.missed and not now.final:
        _later(
            now,
            Reason.NOT_LOADED,
            "the panel asked for the setting and got no answer; what is known may be old",
            QUIET_SECONDS_PAGE_ONLY,
        )
        return None
    if now.scan.supposed and not now.final:
        detail = (
            "the switch does not say whether it is on, and the panel's own data does not say it"
            " either"
        )
        _later(now, Reason.LAYOUT_CHANGED, detail, QUIET_SECONDS_PAGE_ONLY)
        return None
    sure = now.fresh and not (control is not None and control.disabled and not control.noted)
    patience = (
        QUIET_SECONDS if now.final else QUIET_SECONDS_PAGE_ONLY
    )  # an older answer may be corrected by the panel's own, asked for late
    return _reading(now, now.scan.state) if sure or max(now.still, now.calm) >= patience else None


def _one_witness(now: Observation) -> Reading | None:
    control = now.scan.control
    if now.scan.doubt:
        _later(
            now, Reason.LAYOUT_CHANGED, f"{now.scan.doubt}, and the page's data does not confirm it"
        )
        return None
    if now.elsewhere - {now.scan.state}:
        _later(
            now,
            Reason.DISAGREEMENT,
            "the page's data names the setting at an unknown place, with another value",
        )
        return None
    if now.streaming:
        _later(
            now,
            Reason.NOT_LOADED,
            "the page is fed by a stream, which may still change what it shows",
        )
        return None
    if now.broken:
        detail = "the page asked for the setting's data and got no answer it could use"
        _later(
            now, Reason.NOT_LOADED, detail, QUIET_SECONDS_PAGE_ONLY
        )  # many a page asks again, a few seconds later
        return None
    if control is not None and control.disabled and not control.noted:
        _later(
            now,
            Reason.NOT_LOADED,
            "the switch stays disabled and the page's data does not carry its value",
        )
        return None
    return _reading(now, now.scan.state) if now.still >= QUIET_SECONDS_PAGE_ONLY else None


def _without_control(now: Observation) -> Reading | None:
    if now.scan.reason is not None:
        _later(now, now.scan.reason, now.scan.detail)
        return None
    if now.still < QUIET_SECONDS or now.loading:
        return None
    missing = not now.scan.mentioned and not now.broken and not now.network.settled
    if now.commercial and now.loaded and missing:
        return (
            Reading(state=State.NOT_APPLICABLE, network=now.network)
            if now.still >= QUIET_SECONDS_PAGE_ONLY
            else None
        )
    if now.network is State.UNDECIDED:
        return _reading(now, State.UNDECIDED)
    if now.still < ABSENT_SECONDS:
        return None
    raise ControlAbsent


def _later(now: Observation, reason: Reason, detail: str, patience: float = QUIET_SECONDS) -> None:
    """Wait for it to pass; once everything has been still for so many seconds, give up with the reason."""
    if now.still >= patience:
        raise ReadingStopped(reason, detail)


def _reading(now: Observation, state: State) -> Reading:
    control = now.scan.control
    locked = control is not None and control.disabled
    return Reading(
        state=state, label=now.scan.label, locked=locked, page=now.scan.state, network=now.network
    )
