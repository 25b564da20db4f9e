"""Whose flow a run follows, and what a stranger's may not have the tool tell."""

from __future__ import annotations

import shlex
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auditor.core.finding import Finding
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
    age = _describe_age((now - changed).days)
    return (
        f"{said}, changed {age}. What it clicks: `auditor flows show {shlex.quote(str(flow.path))}`"
    )


def without_strange_names(found: Finding, flow: Flow) -> Finding:
    """Return a finding without a name that may be any text of the page.

    A stranger's flow says where the organisation's name stands; it may point to a chat's title.
    """
    if flow.names_organisation or not found.organisation:
        return found
    message = found.message.replace(found.organisation, "named where this flow looks for it")
    return replace(found, organisation=None, message=message)


def _describe_age(days: int) -> str:
    if days <= 0:
        return "today"
    return "1 day ago" if days == 1 else f"{days} days ago"
