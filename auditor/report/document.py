"""The JSON document, and the JSON Schema it keeps to."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import auditor
from auditor.core.finding import Evidence, Finding, Outcome, Reason, Route, State
from auditor.report.plain_json import render_json

if TYPE_CHECKING:
    from collections.abc import Iterable

SCHEMA_VERSION = 1


def build_document(findings: Iterable[Finding]) -> dict[str, Any]:
    """Return the document of a run: the tool and one entry for each account asked for."""
    return {
        "schema": SCHEMA_VERSION,
        "tool": {"name": "auditor", "version": auditor.__version__},
        "findings": [_build_entry(found) for found in findings],
    }


def _build_entry(found: Finding) -> dict[str, Any]:
    entry = {**asdict(found), "warnings": list(found.warnings)}
    del entry["pictures"]  # of the history, not of the answer
    return entry


def render_document(findings: Iterable[Finding]) -> str:
    """Return the document as text, one line end at its end."""
    return render_json(build_document(findings)) + "\n"


def schema() -> dict[str, Any]:
    """Generate the JSON Schema of the document from the words of `auditor.core.finding`."""
    text, maybe_text = {"type": "string"}, {"type": ["string", "null"]}
    state = _one_of(State)
    properties: dict[str, Any] = {
        "account": text,
        "flow": text,
        "origin": text,
        "label": maybe_text,
        "state": state,
        "locked": {"type": "boolean"},
        "wanted": _one_of([State.ON, State.OFF]),
        "outcome": _one_of(Outcome),
        "reason": {"enum": [*map(str, Reason), None]},
        "message": text,
        "hint": maybe_text,
        "witnesses": _object({"page": state, "network": state}),
        "route": _one_of(Route),
        "evidence": {"enum": [*map(str, Evidence), None]},
        "organisation": maybe_text,
        "warnings": {"type": "array", "items": text},
        "observed_at": {"type": "string", "format": "date-time"},
        "seconds": {"type": "number", "minimum": 0},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "auditor: findings",
        **_object(
            {
                "schema": {"const": SCHEMA_VERSION},
                "tool": _object({"name": {"const": "auditor"}, "version": text}),
                "findings": {"type": "array", "items": _object(properties)},
            }
        ),
    }


def _one_of(words: Iterable[str]) -> dict[str, Any]:
    return {"enum": [str(word) for word in words]}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
