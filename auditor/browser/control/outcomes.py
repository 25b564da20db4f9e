"""What a rule of the reading may come to: wait, stop, count, or find that the control is absent."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Protocol

from auditor.browser.control import observation
from auditor.browser.control.observation import Observation, Patience
from auditor.core.finding import Evidence, Reading, ReadingStopped, Reason, State


class ControlAbsent(Exception):  # noqa: N818 - an event of the reading, handled by it
    """Raised when the page has been quiet and the control is not there."""


class RuleOutcome(Protocol):
    """What comes of a rule that holds; as text, it is what the table of rules says."""

    def apply(self, now: Observation) -> Reading | None:
        """Return a reading that counts, or nothing if it is too early; raise if it never will."""

    def seconds_left(self, now: Observation) -> float:
        """Return after how many seconds without any change it is no longer too early."""


@dataclass(frozen=True, slots=True)
class Wait:
    """It is too early to say."""

    def apply(self, now: Observation) -> Reading | None:  # noqa: ARG002 - as of every outcome
        """Return nothing."""
        return None

    def seconds_left(self, now: Observation) -> float:  # noqa: ARG002 - as of every outcome
        """Return infinity: something must change first."""
        return inf

    def __str__(self) -> str:
        """Return it in words."""
        return "wait"


@dataclass(frozen=True, slots=True)
class Stop:
    """Wait for it to pass; once everything has been quiet for so long, give up with the reason.

    `detail` may name {page}, {data}, {doubt}, {scan} and {missed}; without a `reason` it is the
    scan's own.
    """

    reason: Reason | None
    detail: str
    patience: Patience = Patience.QUIET

    def apply(self, now: Observation) -> Reading | None:
        """Return nothing; raise ReadingStopped when the patience is over."""
        if self.seconds_left(now) > 0:
            return None
        detail = self.detail.format(
            page=now.scan.state.upper(),
            data=now.network.value.upper(),
            doubt=now.scan.doubt,
            scan=now.scan.detail,
            missed=", ".join(now.network.missed[:2]),
        )
        reason = self.reason or now.scan.reason
        assert reason is not None  # noqa: S101 - the rule holds only with one
        raise ReadingStopped(reason, detail)

    def seconds_left(self, now: Observation) -> float:
        """Return the rest of the patience."""
        return self.patience.seconds - now.seconds_idle

    def __str__(self) -> str:
        """Return it in words."""
        reason = "the scan's reason" if self.reason is None else f"`{self.reason}`"
        return f"{reason}: “{self.detail}”, {self.patience}"


@dataclass(frozen=True, slots=True)
class Count:
    """The reading counts, as what the page shows or as `state`, after some patience.

    With `whatever_is_under_way`, it is enough that nothing has changed: an answer that never ends
    does not hold it up. What is `proved` waits for nothing but the control and its data.
    """

    patience: Patience
    state: State | None = None
    whatever_is_under_way: bool = False
    proved: bool = False

    def apply(self, now: Observation) -> Reading | None:
        """Return the reading, or nothing before the patience is over."""
        if self.seconds_left(now) > 0:
            return None
        state = now.scan.state if self.state is None else self.state
        control = now.scan.control
        locked = control is not None and control.disabled
        return Reading(
            state=state,
            label=now.scan.label,
            locked=locked,
            page=now.scan.state,
            network=now.network.value,
            evidence=self._evidence(state),
            corrects_older=now.network.corrects_older,
        )

    def seconds_left(self, now: Observation) -> float:
        """Return the rest of the patience."""
        seconds = now.seconds_idle
        if self.proved:
            seconds = self._seconds_proved(now)
        elif self.whatever_is_under_way:
            seconds = max(seconds, now.seconds_unchanged)
        return self.patience.seconds - seconds

    def _seconds_proved(self, now: Observation) -> float:
        """Return the seconds for which a proof has stood; for an off, with nothing under way.

        What never ends, like a control drawn anew again and again, holds it up for
        ABSENT_SECONDS at most.
        """
        if now.scan.state is State.ON:
            return now.seconds_uncorrected
        still = min(now.seconds_idle, now.seconds_same_element)
        held_up = observation.ABSENT_SECONDS - observation.OFF_SECONDS
        calm = max(still, now.seconds_unchanged - held_up)
        return min(now.seconds_uncorrected, calm)

    def _evidence(self, state: State) -> Evidence | None:
        if self.proved:
            return Evidence.PROVED
        return None if state is State.UNDECIDED else Evidence.SEEN

    def __str__(self) -> str:
        """Return it in words."""
        what = "what the page shows" if self.state is None else f"`{self.state}`"
        how = "proved, " if self.proved else "" if self.state is State.UNDECIDED else "seen, "
        return f"counts as {what}, {how}{self.patience}"


@dataclass(frozen=True, slots=True)
class Absent:
    """The control is not there; what comes next is the direct address."""

    patience: Patience = Patience.ABSENT

    def apply(self, now: Observation) -> Reading | None:
        """Return nothing; raise ControlAbsent when the patience is over."""
        if self.seconds_left(now) > 0:
            return None
        raise ControlAbsent

    def seconds_left(self, now: Observation) -> float:
        """Return the rest of the patience."""
        return self.patience.seconds - now.seconds_idle

    def __str__(self) -> str:
        """Return it in words."""
        return f"the setting is not there, {self.patience}"
