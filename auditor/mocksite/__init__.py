"""A mock settings site for tests, the demo and people.

Its pages, obstacles and faults, a ledger of writes.

It is written independently of the flows and of the rest of the tool, so that a flow cannot agree
with it by construction. The web server is imported only when it is asked for; listing scenarios
costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from auditor.mocksite.scenario import Scenario
from auditor.mocksite.scenarios import SCENARIOS

if TYPE_CHECKING:
    from auditor.mocksite.server import Site, running, serve

__all__ = ["SCENARIOS", "Scenario", "Site", "running", "serve"]


def __getattr__(name: str) -> object:
    if name in {"Site", "running", "serve"}:
        return getattr(import_module("auditor.mocksite.server"), name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
