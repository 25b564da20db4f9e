"""One rule of judgement: a thing with a name, its reason, and a scenario that shows it.

Rules stand in lists and are asked in order; the first that holds decides. `docs/reading.md` shows
every one of them in a generated table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

SubjectT = TypeVar("SubjectT")
OutcomeT = TypeVar("OutcomeT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Generic[SubjectT, OutcomeT]):
    """When something holds, this is what comes of it.

    `scenario` names what shows the rule at work: `mock:NAME` is a scenario of the mock site,
    `hostile:NAME` a case of tests/browser/test_hostile_pages.py, `test:FILE::NAME` a test.
    """

    name: str
    when: str
    why: str
    scenario: str
    holds: Callable[[SubjectT], bool]
    outcome: OutcomeT
