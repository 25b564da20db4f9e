"""What a shell may complete: names that are known on this machine.

Each function is asked while somebody types, so whatever goes wrong in it offers nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Complete = Callable[[str], list[str]]

# Playwright keeps its list of devices inside its driver, which takes too long to ask.
_DEVICES = ("Pixel 7", "iPhone 15")


def _offer(list_names: Callable[[], Iterable[str]]) -> Complete:
    """Return a completion that offers what begins like the word at hand."""

    def complete(incomplete: str) -> list[str]:
        try:
            return [name for name in list_names() if name.startswith(incomplete)]
        except Exception:  # noqa: BLE001 - a shell shows no errors while somebody types
            return []

    return complete


@_offer
def complete_account() -> Iterable[str]:
    """Offer the accounts that are signed in here."""
    from auditor.access.account import open_vault  # noqa: PLC0415 - cryptography

    return [sealed.account for sealed in open_vault().listed()]


@_offer
def complete_known_account() -> Iterable[str]:
    """Offer the accounts that are signed in here or that something is recorded of."""
    from auditor.access.account import open_vault  # noqa: PLC0415 - cryptography
    from auditor.access.history import open_history  # noqa: PLC0415 - SQLite
    from auditor.records.status import list_names  # noqa: PLC0415 - SQLite

    recorded = list_names(open_history(signed=False).path)
    return sorted({*(sealed.account for sealed in open_vault().listed()), *recorded})


@_offer
def complete_flow() -> Iterable[str]:
    """Offer the flows that the tool may follow."""
    from auditor.flow import list_flows  # noqa: PLC0415 - only to complete it

    return list_flows()


@_offer
def complete_guide() -> Iterable[str]:
    """Offer the paths that there is a guide for."""
    from auditor.guide.services import list_guides  # noqa: PLC0415 - only to complete it

    return [entry.name for entry in list_guides()]


@_offer
def complete_service() -> Iterable[str]:
    """Offer the services that a person may attest."""
    from auditor.flow import list_manual_flows  # noqa: PLC0415 - only to complete it

    return ["claude", *list_manual_flows()]


@_offer
def complete_plan() -> Iterable[str]:
    """Offer the plans that are explained."""
    from auditor.flow import load_shipped_facts  # noqa: PLC0415 - only to complete it

    return load_shipped_facts("claude").plans


@_offer
def complete_language() -> Iterable[str]:
    """Offer the languages of the guide."""
    from auditor.flow import load_phrases  # noqa: PLC0415 - only to complete it

    return load_phrases().languages


@_offer
def complete_scenario() -> Iterable[str]:
    """Offer the scenarios of the mock site."""
    from auditor.mocksite import SCENARIOS  # noqa: PLC0415 - the whole mock site

    return SCENARIOS


@_offer
def complete_device() -> Iterable[str]:
    """Offer a phone of each kind."""
    return _DEVICES
