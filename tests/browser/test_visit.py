"""A reading counts only if a second look sees the same, with nothing in front."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from playwright.async_api import Error

from auditor.browser import visit
from auditor.browser.control.anchors import PanelScan
from auditor.browser.control.observation import QUIET_SECONDS
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


# ---------------------------------------------------------------- what is painted over a proof


class Row:
    """Stands in for a scanner that finds the control's row, or not, and for its banners."""

    def __init__(self, row: object = None) -> None:
        self.row = row
        self.dismissed = 0

    async def describe_row(self, _control: object) -> object:
        return self.row

    async def dismiss_banner(self) -> bool:
        self.dismissed += 1
        return True

    async def cdp(self) -> None:
        return None


def looking_at(row: Row) -> PageVisit:
    made = object.__new__(PageVisit)
    made.scanner = made.obstacles = cast("Any", row)
    made.tab = cast("Any", SimpleNamespace(cdp=row.cdp()))
    made._unhit_since = 0.0
    return made


SCAN = PanelScan(control=cast("Any", "a control"))
PLACE = SimpleNamespace(box=(0, 0, 9, 9))


async def test_a_row_that_cannot_be_found_again_is_looked_at_anew() -> None:
    row = Row()
    made = looking_at(row)
    assert await made._is_uncovered(SCAN) is False
    made.tab.cdp.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("covered", [True, False])
async def test_what_is_painted_over_the_row_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, covered: bool
) -> None:
    async def is_painted_over(_cdp: object, _box: object) -> bool:
        return covered

    monkeypatch.setattr(visit, "is_painted_over", is_painted_over)
    row = Row(PLACE)
    assert await looking_at(row)._is_uncovered(SCAN) is not covered
    assert row.dismissed == covered


async def test_what_stays_painted_over_the_row_ends_the_reading(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def is_painted_over(_cdp: object, _box: object) -> bool:
        return True

    monkeypatch.setattr(visit, "is_painted_over", is_painted_over)
    made = looking_at(Row(PLACE))
    made._unhit_since = time.monotonic() - QUIET_SECONDS
    with pytest.raises(ReadingStopped, match="something is painted over"):
        await made._is_uncovered(SCAN)


@pytest.mark.parametrize(
    ("message", "goes_on"), [("Protocol error: no such node", True), ("Target closed", False)]
)
async def test_a_node_that_goes_while_it_is_asked_about_is_looked_at_anew(
    monkeypatch: pytest.MonkeyPatch, message: str, goes_on: bool
) -> None:
    async def is_painted_over(_cdp: object, _box: object) -> bool:
        raise Error(message)

    monkeypatch.setattr(visit, "is_painted_over", is_painted_over)
    made = looking_at(Row(PLACE))
    if goes_on:
        assert await made._is_uncovered(SCAN) is False
        return
    with pytest.raises(Error):
        await made._is_uncovered(SCAN)
