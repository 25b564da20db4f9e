"""A documented path that only a person walks: steps to read, and what the control means.

Nobody has checked it on the live site, so it is data to guide, explain and attest by. It has no
selectors: nothing here can be clicked by the tool.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date  # noqa: TC003 - pydantic needs it at run time
from typing import Annotated, Literal

from auditor.flow.bounds import Bounds, Model
from auditor.flow.model import Https, Origin, Text  # noqa: TC001 - pydantic, likewise

_MARK = r"(OFF|OBS|APP|2ND) \d{4}-\d{2}(-\d{2})?"
# Like `Known` of the flows, to the day where that is known, and 2ND for guides and the press.
Evidence = Annotated[str, Bounds(pattern=rf"^{_MARK}(, {_MARK})*$")]
Positions = {"switch": ("ON", "OFF"), "checkbox": ("CHECKED", "NOT CHECKED")}
MANUAL_NAME = "by-hand.toml"


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ManualStep(Model):
    """One thing that the person does."""

    say: Text


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ManualLabel(Model):
    """A name of the control, and when it was first and last seen; none means unknown."""

    text: Text
    first_seen: Text | None = None
    last_seen: Text | None = None


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ManualControl(Model):
    """What the person looks at, and what its positions mean.

    `sense` says whether ON lets chats be used (`on_trains`), or keeps them from it (`on_protects`).
    A select shows one of `values`, the one that lets chats be used first; a button names an action,
    and its `values` are the words that it bears while chats may be used, and while they are not.
    """

    kind: Literal["switch", "checkbox", "select", "button"]
    sense: Literal["on_trains", "on_protects"]
    labels: Annotated[tuple[ManualLabel, ...], Bounds(min_length=1)]
    values: tuple[Text, Text] | None = None

    def __post_init__(self) -> None:
        if (self.values is None) != (self.kind in Positions):
            message = "values belong to a select or a button, and to no other kind"
            raise ValueError(message)

    @property
    def positions(self) -> tuple[str, str]:
        """Return what it shows while chats may be used, and what while they are not."""
        if self.values is not None:
            return self.values
        on, off = Positions[self.kind]
        return (on, off) if self.sense == "on_trains" else (off, on)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ManualDefault(Model):
    """What holds for whoever changed nothing; a state is never concluded from it."""

    plans: Text
    regions: Text = "everywhere"
    say: Text
    since: date | None = None
    known: Evidence


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ManualNote(Model):
    """One sentence, and where it is known from."""

    say: Text
    known: Evidence


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ManualFlow(Model):
    """The path to such a setting at one service, and all a person must know of it.

    `origin` is whose setting it is: two services may name theirs alike. `also` are further settings
    that the same end needs; `limits` is what the setting does not do; `versions` is what differs
    between apps.
    """

    title: Text
    verified: Literal[False]
    origin: Origin
    documented_at: Https
    documented_title: Text | None = None  # where the page has no address that tells it
    documented_also: tuple[Https, ...] = ()
    address: Https | None = None
    reviewed: date
    known: Evidence
    scope: Literal["account", "workspace", "device", "browser"]
    steps: Annotated[tuple[ManualStep, ...], Bounds(min_length=1, max_length=20)]
    control: ManualControl
    defaults: tuple[ManualDefault, ...] = ()
    also: tuple[ManualNote, ...] = ()
    limits: tuple[ManualNote, ...] = ()
    versions: tuple[ManualNote, ...] = ()
