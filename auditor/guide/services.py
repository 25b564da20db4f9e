"""Every path that there is a guide for: how old, and how sure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.flow import list_flows, list_manual_flows, load_flow, load_manual_flow
from auditor.guide.path import describe_evidence

if TYPE_CHECKING:
    from datetime import date

    from auditor.flow import Flow

# The surest first.
_SUREST = {
    "OFF": "official text",
    "OBS": "seen by others",
    "APP": "a copy of the app",
    "2ND": "guides or the press",
}


@dataclass(frozen=True, slots=True)
class GuideEntry:
    """A path by the name that `auditor guide` takes."""

    name: str
    title: str
    reviewed: date
    known: str
    """Every kind of source, with its newest date."""
    surest: str
    """The surest kind of source, in few words."""
    by_hand_only: bool

    def describe_age(self, today: date) -> str:
        """Return how long ago the path was last compared with its sources."""
        days = (today - self.reviewed).days
        return "today" if days <= 0 else f"{days} day{'' if days == 1 else 's'} ago"


def list_guides() -> tuple[GuideEntry, ...]:
    """Return every guide: those of flows first, then the paths by hand."""
    flows = (load_flow(name) for name in list_flows())
    entries = [
        GuideEntry(
            name=flow.id.removeprefix("claude/"),
            title=flow.title,
            reviewed=flow.reviewed,
            known=describe_evidence(_newest_marks(flow)),
            surest=_name_surest(_newest_marks(flow)),
            by_hand_only=False,
        )
        for flow in flows
    ]
    for service, path in list_manual_flows().items():
        manual = load_manual_flow(path)
        entries.append(
            GuideEntry(
                name=service,
                title=manual.title,
                reviewed=manual.reviewed,
                known=describe_evidence(manual.known),
                surest=_name_surest(manual.known),
                by_hand_only=True,
            )
        )
    return tuple(entries)


def _name_surest(known: str) -> str:
    return next((words for mark, words in _SUREST.items() if mark in known), "a guess")


def _newest_marks(flow: Flow) -> str:
    """Return each mark of the flow's steps once, with its newest date; guesses are left out."""
    newest: dict[str, str] = {}
    for step in flow.steps:
        for target in step.click:
            for mark, when in (each.split(" ") for each in target.known.split(", ")):
                newest[mark] = max(newest.get(mark, ""), when)
    return ", ".join(f"{mark} {newest[mark]}" for mark in ("OFF", "OBS", "APP") if mark in newest)
