"""Keep a record of what a run found, after it was said: a failure here hides no finding."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from auditor.access.history import open_history
from auditor.core.base_url import BaseUrl, parse_base_url
from auditor.errors import SetupError, UsageError
from auditor.records.database import open_for_reading
from auditor.records.drift import (
    describe_drift,
    describe_stale,
    find_baseline,
    find_events,
    find_stale,
)
from auditor.records.record import DRY_RUN, PLAIN, build_finding_record
from auditor.records.status import GROWS_OLD_DAYS
from auditor.run.request import ACCOUNT_PLACEHOLDER

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from auditor.access.history import History
    from auditor.core.finding import Finding
    from auditor.records.log import OpenLog
    from auditor.records.record import Record
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
    append_with_events(history, records, tell, request.notify)


def append_with_events(
    history: History,
    records: Sequence[Record],
    tell: Callable[[str], None],
    notify: str | None = None,
    raise_if_unfit: Callable[[OpenLog], None] = lambda _connection: None,
) -> None:
    """Append readings or words with the events they bring, all in one step; then tell what changed.

    `raise_if_unfit` may refuse them by what the log knows already. Raises SetupError if they cannot
    be kept.
    """
    said: list[str] = []
    events: list[Record] = []

    def build(connection: OpenLog) -> list[Record]:
        raise_if_unfit(connection)
        built: list[Record] = []
        for new in records:
            baseline = find_baseline(connection, new)
            drift = describe_drift(baseline, new)
            said.extend([drift] if drift else [])
            brought = find_events(connection, baseline, new)
            events.extend(brought)
            built += [new, *brought]
        stale = _find_stale_beside(connection, records) if history.keys is not None else []
        said.extend(map(describe_stale, stale))
        events.extend(stale)
        return [*built, *stale]

    history.append_from(build)
    for sentence in said:
        tell(sentence)
    if events:
        _notify(history, events, tell, notify)


def _find_stale_beside(connection: OpenLog, records: Sequence[Record]) -> list[Record]:
    """Return what has grown old of the accounts that this run has not seen itself."""
    seen = {
        (each["account"], each["base_url"])
        for each in records
        if each["kind"] != DRY_RUN and each["state"] in PLAIN
    }
    return find_stale(connection, datetime.now(UTC), GROWS_OLD_DAYS, seen)


def tell_stale(days: float, tell: Callable[[str], None]) -> None:
    """Tell once which accounts were last seen too long ago, keep a record of that, and send it.

    The keyring is asked only if there is something to tell. What hinders the record is told, too,
    and the next command tells it again.
    """
    now = datetime.now(UTC)
    with open_for_reading(open_history(signed=False).path) as connection:
        found = [] if connection is None else find_stale(connection, now, days)
    if not found:
        return
    history = open_history(signed=True, tell=tell)
    events: list[Record] = []

    def build(connection: OpenLog) -> list[Record]:
        events.extend(find_stale(connection, now, days))
        return events

    try:
        history.append_from(build)
    except SetupError as error:
        for event in found:
            tell(describe_stale(event))
        tell(f"That is told again, as it cannot be recorded. {str(error).removesuffix('.')}.")
        return
    for event in events:
        tell(describe_stale(event))
    if events:
        _notify(history, events, tell, None)


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
