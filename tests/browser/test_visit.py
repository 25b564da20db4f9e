"""A reading counts only if a second look sees the same, with nothing in front."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from auditor.browser import visit
from auditor.browser.control.anchors import PanelScan
from auditor.browser.visit import PageVisit
from auditor.core.finding import Reading, ReadingStopped, Reason, State

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Page:
    """Stands in for a panel scanner and an obstacle detector.

    What the scans see, one after the other.
    """

    states: list[State]
    second: Iterator[str]
    obstacle: ReadingStopped | None = None
    looks: int = 0
    found: PanelScan = field(default_factory=lambda: PanelScan(signature="as before"))

    async def scan(self) -> PanelScan:
        self.looks += 1
        return replace(self.found, state=self.states[self.looks - 1])

    async def signature(self) -> str:
        return next(self.second)

    async def raise_if_blocked(self) -> None:
        if self.obstacle is not None:
            raise self.obstacle


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def now(_self: PageVisit, scan: PanelScan, _since: float) -> PanelScan:
        return scan

    async def changed(_page: object, *, calm: bool) -> bool:
        return not calm

    monkeypatch.setattr(PageVisit, "_observe", now)
    monkeypatch.setattr(visit, "wait_for_change", changed)
    monkeypatch.setattr(visit, "judge_observation", lambda scan: Reading(state=scan.state))


def visit_of(page: Page) -> PageVisit:
    made = object.__new__(PageVisit)
    made.scanner = made.obstacles = cast("Any", page)
    made.tab = cast("Any", page)
    made._scrolls_left = 0
    made._looked_around = True
    return made


async def test_what_a_second_look_does_not_see_again_is_looked_at_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(PageVisit, "page", None)
    page = Page([State.OFF, State.ON], iter(["it moved", "as before"]))
    assert (await visit_of(page)._read_when_settled()).state is State.ON
    assert page.looks == 2


async def test_an_obstacle_at_the_second_look_ends_the_reading(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(PageVisit, "page", None)
    page = Page(
        [State.OFF], iter(["as before"]), ReadingStopped(Reason.CHOICE_PENDING, "a notice came")
    )
    with pytest.raises(ReadingStopped, match="a notice came"):
        await visit_of(page)._read_when_settled()
