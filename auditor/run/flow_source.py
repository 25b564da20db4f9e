"""Whose flow a run follows, in words: what did not come with the tool is told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auditor.flow import Flow


def describe_source(flow: Flow, now: datetime) -> str:
    """Say which file of the person's own a run follows, and when it was last changed."""
    if flow.path is None:
        return "Follows a flow that did not come with auditor."
    said = f"Follows your own flow file {flow.path}"
    try:
        changed = datetime.fromtimestamp(flow.path.stat().st_mtime, UTC)
    except OSError:
        return f"{said}."
    return f"{said}, changed {_describe_age((now - changed).days)}."


def _describe_age(days: int) -> str:
    if days <= 0:
        return "today"
    return "1 day ago" if days == 1 else f"{days} days ago"
