"""Keep a record of what a run found, after it was said: a failure here hides no finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.access.history import open_history
from auditor.core.base_url import BaseUrl, parse_base_url
from auditor.errors import SetupError, UsageError
from auditor.records.drift import describe_drift, find_baseline, find_events
from auditor.records.record import build_finding_record
from auditor.run.request import ACCOUNT_PLACEHOLDER

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from auditor.access.history import History
    from auditor.core.finding import Finding
    from auditor.records.log import OpenLog, Record
    from auditor.run.request import Request


def record_findings(
    findings: Sequence[Finding], request: Request, tell: Callable[[str], None]
) -> None:
    """Append findings to the history, and tell what has changed since the last reading.

    Findings of addresses of this very machine are not signed: nobody's account stands behind them,
    and the keyring is not asked. Raises SetupError if they cannot be kept.
    """
    live = any(not BaseUrl(found.origin).is_loopback for found in findings)
    history = open_history(signed=live, tell=tell)
    records = [
        build_finding_record(
            found,
            base_url=_locate(found, request),
            command="set" if request.change else "audit",
            dry_run=request.dry_run,
            fingerprint=history.fingerprint,
        )
        for found in findings
    ]
    _append(history, records, tell, request.notify)


def record_word(record: Record, tell: Callable[[str], None]) -> None:
    """Append what a person says that they saw, and tell what has changed since the last time.

    `record` is like that of a finding, of kind `attest`; it needs at least account, origin,
    base_url, state, wanted and outcome. Raises SetupError if it cannot be kept.
    """
    live = not BaseUrl(record["origin"]).is_loopback
    _append(open_history(signed=live, tell=tell), [record], tell, None)


def _append(
    history: History, records: Sequence[Record], tell: Callable[[str], None], notify: str | None
) -> None:
    """Append records with the events they bring, all in one step; then tell what has changed."""
    said: list[str] = []
    events: list[Record] = []

    def build(connection: OpenLog) -> list[Record]:
        built: list[Record] = []
        for new in records:
            baseline = find_baseline(connection, new)
            drift = describe_drift(baseline, new)
            said.extend([drift] if drift else [])
            brought = find_events(connection, baseline, new)
            events.extend(brought)
            built += [new, *brought]
        return built

    history.append_from(build)
    for sentence in said:
        tell(sentence)
    if events:
        _notify(history, events, tell, notify)


def _notify(
    history: History, events: Sequence[Record], tell: Callable[[str], None], notify: str | None
) -> None:
    """Send events where an address is given or kept; a failure is told and changes no answer."""
    from auditor.access.notification import read_address, send_events  # noqa: PLC0415 - for events
    from auditor.access.secret import Secret  # noqa: PLC0415

    try:
        kept = None
        if notify is None and history.keys is not None and history.problem is None:
            kept = read_address(history.keys)
        address = Secret(notify) if notify is not None else kept
        if address is not None:
            send_events(events, address)
    except (SetupError, UsageError) as error:
        tell(f"No notification was sent. {str(error).removesuffix('.')}.")


def _locate(found: Finding, request: Request) -> str:
    """Return the base URL of a finding: its origin, and the path in front of everything."""
    if request.base_url is None:
        return found.origin
    base_url = parse_base_url(request.base_url.replace(ACCOUNT_PLACEHOLDER, found.account))
    return f"{found.origin}{base_url.prefix}"
