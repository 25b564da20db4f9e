"""What is kept of a finding: what was seen and how, and nothing that a page said.

No name, no address, no message: those may carry what is personal. An organisation is kept as a
keyed fingerprint, which only tells whether it is the same one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeGuard

import auditor

if TYPE_CHECKING:
    from collections.abc import Callable

    from auditor.core.finding import Finding

Record = dict[str, Any]

READING = "finding"
DRY_RUN = "dry_run"
ATTEST = "attest"
"""A person's word: what they say that they saw."""
KEY = "key"
NOTICE = "notice"
PLAIN = ("on", "off", "undecided", "not_applicable")
"""States that say something; `unknown` says nothing about the setting."""
_STATES = frozenset({*PLAIN, "unknown"})
_TEXTS = (
    *("at", "account", "base_url", "origin", "label", "wanted", "outcome", "reason", "flow"),
    *("route", "evidence", "organisation", "version", "command", "event", "note", "service"),
    *("seen", "public_key", "former"),
)
_LABEL = 80  # characters; every known label is shorter


def build_finding_record(
    found: Finding,
    *,
    base_url: str,
    command: str,
    dry_run: bool = False,
    fingerprint: Callable[[str], str | None] | None = None,
) -> Record:
    """Return what is kept of a finding.

    `base_url` is where exactly it was read: on a mock site, each scenario has an address of its
    own. `fingerprint` turns an organisation's name into a keyed hash.
    """
    organisation = None
    if found.organisation is not None and fingerprint is not None:
        organisation = fingerprint(found.organisation)
    return {
        "kind": DRY_RUN if dry_run else READING,
        "at": found.observed_at or None,
        "command": command,
        "version": auditor.__version__,
        "account": found.account,
        "flow": found.flow,
        "origin": found.origin,
        "base_url": base_url,
        "label": found.label[:_LABEL] if found.label else None,
        "state": str(found.state),
        "locked": found.locked,
        "wanted": str(found.wanted),
        "outcome": str(found.outcome),
        "reason": None if found.reason is None else str(found.reason),
        "witnesses": {name: str(state) for name, state in found.witnesses.items()},
        "route": str(found.route),
        "evidence": None if found.evidence is None else str(found.evidence),
        "organisation": organisation,
        "seconds": found.seconds,
        **({"pictures": found.pictures} if found.pictures else {}),
    }


def is_well_formed(record: object) -> TypeGuard[dict[str, Any]]:
    """Return whether what was read back is a record as it is written here, in all that is used.

    What is not was put there by somebody else, and is left out wherever records are shown.
    """
    if not isinstance(record, dict) or not isinstance(record.get("kind"), str):
        return False
    number, witnesses = record.get("number"), record.get("witnesses", {})
    return (
        isinstance(number, int)
        and not isinstance(number, bool)
        and all(isinstance(record.get(name), str | None) for name in _TEXTS)
        and isinstance(record.get("pictures", {}), dict)
        and isinstance(record.get("picture"), dict | None)
        and isinstance(record.get("seconds", 0), int | float | None)
        and isinstance(record.get("days", 0), int | float)
        and (witnesses is None or _are_states(witnesses, ("page", "network")))
        and (record["kind"] not in (READING, DRY_RUN, ATTEST) or _is_reading(record))
    )


def _are_states(found: object, names: tuple[str, ...]) -> bool:
    return isinstance(found, dict) and all(_is_state(found.get(name, "on")) for name in names)


def _is_state(found: object) -> bool:
    return isinstance(found, str) and found in _STATES


def _is_reading(record: dict[str, Any]) -> bool:
    """Return whether a reading names its account, moment and place, and a state that there is."""
    place = record.get("base_url") or record.get("origin")
    wanted = record.get("wanted")
    texts = (record.get("account"), record.get("at"), place)
    return (
        _is_state(record.get("state"))
        and (wanted is None or _is_state(wanted))
        and all(isinstance(text, str) for text in texts)
    )
