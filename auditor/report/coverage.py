"""What OFF covers and what it does not, for reports; each with its source and how old that is."""

from __future__ import annotations

_KINDS = {"off": "covered", "left_out": "not covered"}


def list_coverage() -> tuple[tuple[str, str, str, str], ...]:
    """Return kind, sentence, source and the day it was looked at, what is covered first."""
    from auditor.flow import load_shipped_facts  # noqa: PLC0415 - not needed for `--help`

    facts = load_shipped_facts("claude")
    rows = []
    for topic, kind in _KINDS.items():
        for fact in facts.facts.values():
            if fact.topic == topic:
                source = facts.sources[fact.sources[0]]
                where = source.url or source.title
                rows.append((kind, fact.say, where, str(source.checked)))
    return tuple(rows)
