"""Every path that there is a guide for: how old, and how sure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.flow import list_flows, list_manual_flows, load_flow, load_manual_flow
from auditor.guide.path import describe_evidence

if TYPE_CHECKING:
    from datetime import date

    from auditor.flow import Flow


@dataclass(frozen=True, slots=True)
class GuideEntry:
    """A path by the name that `auditor guide` takes."""

    name: str
    title: str
    reviewed: date
    known: str
    by_hand_only: bool


def list_guides() -> tuple[GuideEntry, ...]:
    """Return every guide: those of flows first, then the paths by hand."""
    flows = (load_flow(name) for name in list_flows())
    entries = [
        GuideEntry(
            name=flow.id.removeprefix("claude/"),
            title=flow.title,
            reviewed=flow.reviewed,
            known=describe_evidence(_newest_marks(flow)),
            by_hand_only=False,
        )
        for flow in flows
    ]
    for service, path in list_manual_flows().items():
        manual = load_manual_flow(path)
        known = describe_evidence(manual.known)
        entries.append(GuideEntry(service, manual.title, manual.reviewed, known, by_hand_only=True))
    return tuple(entries)


def _newest_marks(flow: Flow) -> str:
    """Return each mark of the flow's steps once, with its newest date; guesses are left out."""
    newest: dict[str, str] = {}
    for step in flow.steps:
        for target in step.click:
            for mark, when in (each.split(" ") for each in target.known.split(", ")):
                newest[mark] = max(newest.get(mark, ""), when)
    return ", ".join(f"{mark} {newest[mark]}" for mark in ("OFF", "OBS", "APP") if mark in newest)
