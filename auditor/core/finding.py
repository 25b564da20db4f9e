"""What was seen, what it means, and what the process says at the end.

A `Reading` is what the browser brings back; `judge` and its sisters turn it into a `Finding`, in
one place and one way. Terminal, JSON, history, reports and exit codes are views of findings.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum


class State(StrEnum):
    """What the setting is."""

    ON = "on"
    OFF = "off"
    UNDECIDED = "undecided"
    NOT_APPLICABLE = "not_applicable"
    UNKNOWN = "unknown"

    @property
    def settled(self) -> bool:
        """Whether it is a plain on or off."""
        return self in (State.ON, State.OFF)

    @classmethod
    def of(cls, value: object) -> State:
        """Read a JSON or page value.

        Only true and false are on and off, null is undecided, the rest unknown.
        """
        if value is None:
            return cls.UNDECIDED
        if isinstance(value, bool):
            return cls.ON if value else cls.OFF
        return cls.UNKNOWN


class Outcome(StrEnum):
    """What that means for what was wanted."""

    AS_WANTED = "as_wanted"
    NOT_AS_WANTED = "not_as_wanted"
    CHANGED = "changed"
    WOULD_CHANGE = "would_change"
    REFUSED = "refused"
    NOT_APPLICABLE = "not_applicable"
    NEEDS_HUMAN = "needs_human"
    UNREAD = "unread"


class Reason(StrEnum):
    """Why it was not plain sailing."""

    SIGNED_OUT = "signed_out"
    CHALLENGE = "challenge"
    CHOICE_PENDING = "choice_pending"
    WRONG_ACCOUNT = "wrong_account"
    LAYOUT_CHANGED = "layout_changed"
    AMBIGUOUS = "ambiguous"
    NOT_LOADED = "not_loaded"
    DISAGREEMENT = "disagreement"
    LEFT_ORIGIN = "left_origin"
    REFUSED_BY_SITE = "refused_by_site"
    LOCKED = "locked"
    TIMEOUT = "timeout"
    OFFLINE = "offline"
    BROWSER_FAILED = "browser_failed"
    UNCORROBORATED = "uncorroborated"


class Evidence(StrEnum):
    """How well a settled answer is supported.

    PROVED: the page shows it, and its own data, asked for after the panel was opened, says the
    same. SEEN: the page alone shows it; for an off, only where nothing else can have made it.
    """

    PROVED = "proved"
    SEEN = "seen"


class Route(StrEnum):
    """Which way led to the setting."""

    DOCUMENTED = "documented"
    SHORTCUT = "shortcut"


@dataclass(frozen=True, slots=True)
class ShownButton:
    """A button that answers a notice: its name on the page, and whether it stores the choice."""

    name: str
    stores: bool


@dataclass(frozen=True, slots=True)
class PendingChoice:
    """What a notice or a step that asks for the choice shows; nothing of it was pressed."""

    switch: State
    """Where its switch stands: on, off or unknown. That is no state of the setting."""
    buttons: tuple[ShownButton, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one visit brought back; `state` is settled only if everything that spoke agreed."""

    state: State = State.UNKNOWN
    reason: Reason | None = None
    detail: str = ""
    hint: str | None = None
    label: str | None = None
    locked: bool = False
    page: State = State.UNKNOWN
    network: State = State.UNKNOWN
    evidence: Evidence | None = None
    corrects_older: bool = False
    """Another answer of the site still told something else."""
    route: Route = Route.DOCUMENTED
    organisation: str | None = None
    warnings: tuple[str, ...] = ()
    choice: PendingChoice | None = None
    """What asks for the choice, where that is what stands in the way."""

    @property
    def awaits_choice(self) -> bool:
        """Whether the person has not chosen yet, and the page is one where that can be done."""
        return self.choice is not None or self.state is State.UNDECIDED

    @property
    def needs_second_load(self) -> bool:
        """Whether this counts only if a second fresh load shows the same.

        So it is where the page alone says something that a person would rely on.
        """
        relied_on = self.state in (State.OFF, State.NOT_APPLICABLE)
        return relied_on and self.evidence is Evidence.SEEN


class WaitEnd(StrEnum):
    """How waiting for a person to answer a notice ended."""

    STORED = "stored"
    PUT_OFF = "put off"
    GONE = "gone"
    UNCLEAR = "unclear"
    CLOSED = "closed"
    TIME_OVER = "time over"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonsAnswer:
    """What came of waiting for a person to answer a notice in the browser's window."""

    end: WaitEnd
    minutes: float
    """How long at most was waited."""
    stored: State | None = None
    """The choice that the site took, by its own answer; nothing is proved by that."""
    refusal: str = ""
    """What the site said of a choice that it did not take."""

    @property
    def is_answered(self) -> bool:
        """Whether the site may hold something else than before."""
        return self.end not in (WaitEnd.CLOSED, WaitEnd.TIME_OVER)


@dataclass(frozen=True, slots=True)
class PressResult:
    """What came of the one click, as far as the page and its save told."""

    said: str = ""
    """What the save said; nothing for plain success."""
    left_to_person: bool = False
    """Before it saves, the page asks the person something, or wants another button pressed."""
    ignored: bool = False
    """The page did nothing: its switch stands as before, and nothing was sent."""


class ReadingStopped(Exception):  # noqa: N818 - not an error: the reading ends here, with a reason
    """Raised when a reading cannot go on; becomes a finding, never a traceback."""

    def __init__(
        self,
        reason: Reason,
        detail: str,
        hint: str | None = None,
        choice: PendingChoice | None = None,
    ) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.hint = hint
        self.choice = choice

    @property
    def reading(self) -> Reading:
        """What the visit brought back all the same: nothing, and why."""
        return Reading(reason=self.reason, detail=self.detail, hint=self.hint, choice=self.choice)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whose setting is looked at, by which flow, where, and what is wanted."""

    account: str
    flow: str
    origin: str
    wanted: State = State.OFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One account's answer. `seconds` is the time of the run, `observed_at` when it ended (UTC)."""

    account: str
    flow: str
    origin: str
    label: str | None
    state: State
    locked: bool
    wanted: State
    outcome: Outcome
    reason: Reason | None
    message: str
    hint: str | None
    witnesses: dict[str, State] = field(default_factory=dict)
    route: Route = Route.DOCUMENTED
    evidence: Evidence | None = None
    organisation: str | None = None
    warnings: tuple[str, ...] = ()
    observed_at: str = ""
    seconds: float = 0.0
    pictures: dict[str, str] = field(default_factory=dict)
    """The SHA-256 of each file that shows the row, by its name; kept in the history alone."""

    def timed(self, seconds: float) -> Finding:
        """Return the finding with its time of observation and its duration."""
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return replace(self, observed_at=now, seconds=round(seconds, 2))
