"""A reading counts only if a second look sees the same, with nothing in front."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from playwright.async_api import Error

from auditor.browser import reader
from auditor.browser.control.anchors import PanelScan
from auditor.browser.control.observation import QUIET_SECONDS
from auditor.browser.reader import PanelReader
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
    spares: bool = False
    is_forgotten: bool = False

    async def scan_if_changed(self) -> PanelScan:
        self.looks += 1
        is_reused = self.spares and not self.is_forgotten
        return replace(self.found, state=self.states[self.looks - 1], is_reused=is_reused)

    def forget_scan(self) -> None:
        self.is_forgotten = True

    async def signature(self) -> str:
        return next(self.second)

    async def raise_if_blocked(self) -> None:
        if self.obstacle is not None:
            raise self.obstacle


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def now(_self: PanelReader, scan: PanelScan, _since: float) -> PanelScan:
        return scan

    monkeypatch.setattr(PanelReader, "_observe", now)
    monkeypatch.setattr(reader, "judge_observation", lambda scan: Reading(state=scan.state))
    monkeypatch.setattr(reader, "seconds_to_outcome", lambda _scan: 0.0)
    monkeypatch.setattr(reader, "_seconds_to_next_look", lambda _scan: 0.0)


class ChangesAtOnce:
    """A page that changes whenever it is waited for."""

    async def watch(self) -> None:
        pass

    async def wait(self, _seconds: float) -> bool:
        return True


def reader_of(page: Page) -> PanelReader:
    made = object.__new__(PanelReader)
    made.changes = cast("Any", ChangesAtOnce())
    made.scanner = made.obstacles = cast("Any", page)
    made.tab = cast("Any", SimpleNamespace(page=None))
    made.wants_picture = False
    made._scrolls_left = 0
    made._looked_around = True
    return made


async def test_what_a_second_look_does_not_see_again_is_looked_at_anew() -> None:
    page = Page([State.OFF, State.ON], iter(["it moved", "as before"]))
    assert (await reader_of(page).read()).state is State.ON
    assert page.looks == 2


async def test_a_spared_scan_answers_nothing_and_the_next_one_is_whole() -> None:
    page = Page([State.OFF, State.ON], iter(["as before", "as before"]), spares=True)
    assert (await reader_of(page).read()).state is State.ON
    assert page.looks == 2


async def test_an_obstacle_at_the_second_look_ends_the_reading() -> None:
    page = Page(
        [State.OFF], iter(["as before"]), ReadingStopped(Reason.CHOICE_PENDING, "a notice came")
    )
    with pytest.raises(ReadingStopped, match="a notice came"):
        await reader_of(page).read()


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


def looking_at(row: Row) -> PanelReader:
    made = object.__new__(PanelReader)
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

    monkeypatch.setattr(reader, "is_painted_over", is_painted_over)
    row = Row(PLACE)
    assert await looking_at(row)._is_uncovered(SCAN) is not covered
    assert row.dismissed == covered


async def test_what_stays_painted_over_the_row_ends_the_reading(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def is_painted_over(_cdp: object, _box: object) -> bool:
        return True

    monkeypatch.setattr(reader, "is_painted_over", is_painted_over)
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

    monkeypatch.setattr(reader, "is_painted_over", is_painted_over)
    made = looking_at(Row(PLACE))
    if goes_on:
        assert await made._is_uncovered(SCAN) is False
        return
    with pytest.raises(Error):
        await made._is_uncovered(SCAN)
