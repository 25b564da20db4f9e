"""What is kept of a finding: what was seen and how, and nothing that a page said.

No name, no address, no message: those may carry what is personal. An organisation is kept as a
keyed fingerprint, which only tells whether it is the same one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import auditor

if TYPE_CHECKING:
    from collections.abc import Callable

    from auditor.core.finding import Finding
    from auditor.records.log import Record

READING = "finding"
DRY_RUN = "dry_run"
ATTEST = "attest"
"""A person's word: what they say that they saw."""
KEY = "key"
NOTICE = "notice"
PLAIN = ("on", "off", "undecided", "not_applicable")
"""States that say something; `unknown` says nothing about the setting."""
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
