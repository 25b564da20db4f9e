"""Send events to where the person wants them, through Apprise (the extra `notify`).

The address may hold a password: it is kept in the keyring, never shown, and handed to no child
process. What is sent holds the verdict, the account's own name, the day and the next step.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from auditor.access.secret import Secret
from auditor.errors import SetupError, UsageError
from auditor.records.status import GROWS_OLD_DAYS
from auditor.text import make_printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from auditor.access.history import HistoryKeys
    from auditor.records.record import Record

_ITEM = "notification address"
EVENTS = {
    "exposed": ("is not as wanted: {state}", "Change it with `auditor set {wanted}`."),
    "restored": ("is as wanted again: {state}", "Nothing is left to do."),
    "unreadable": (
        "could not be read twice in a row",
        "Run `auditor audit` and do what it says, or look yourself: `auditor guide`.",
    ),
    "changed_elsewhere": (
        "was changed, but not by auditor, and is now {state}",
        "If it was not you, change it back with `auditor set {wanted}`.",
    ),
    "stale": (
        "was not looked at for {days:g} days; it was {state} then",
        "Look again: `auditor audit`, or by hand with `auditor guide`.",
    ),
}
"""What each event says, and what to do next."""


def describe_event(event: Record) -> tuple[str, str]:
    """Return title and text of an event; nothing in them comes from a page."""
    says, following = EVENTS[event["event"]]
    state = make_printable(str(event.get("observed", "unknown"))).upper().replace("_", " ")
    days = event.get("days", GROWS_OLD_DAYS)
    known = {"state": state, "wanted": event.get("wanted", "off"), "days": days}
    account = make_printable(str(event["account"]))
    title = f"auditor: {account} {says.format(**known)}"
    seen = str(event.get("seen") or event.get("at") or "")[:10]
    return make_printable(title), make_printable(f"Seen {seen}. {following.format(**known)}")


def read_address(keys: HistoryKeys) -> Secret[str] | None:
    """Return the address that the keyring keeps; None if there is none."""
    kept = keys.read_note(_ITEM)
    return Secret(kept) if kept else None


def keep_address(keys: HistoryKeys, address: Secret[str] | None) -> None:
    """Keep an address in the keyring, or none any more.

    Raises UsageError for what is no address, SetupError if it cannot be kept.
    """
    if address is not None:
        _open(address)
    keys.keep_note(_ITEM, "" if address is None else address.reveal())


def send_events(events: Sequence[Record], address: Secret[str]) -> None:
    """Send one message for each event; raises SetupError if one was not taken."""
    service = _open(address)
    for event in events:
        title, text = describe_event(event)
        if not service.notify(title=title, body=text):  # type: ignore[attr-defined]
            message = "The notification was not taken by the service it was sent to"
            raise SetupError(message, "`auditor notify test` tries again.")


def _open(address: Secret[str]) -> object:
    """Return Apprise with the address; its log, which shows parts of addresses, is switched off."""
    logging.getLogger("apprise").disabled = True
    try:
        import apprise  # noqa: PLC0415 - an extra, and heavy
    except ImportError:
        hint = "Install it with `pip install 'auditor[notify]'`."
        raise SetupError("Notifications need Apprise, which is not installed", hint) from None
    service = apprise.Apprise()
    if not service.add(address.reveal()):
        raise UsageError("Apprise does not know this kind of address", "See Apprise's own list.")
    return service
