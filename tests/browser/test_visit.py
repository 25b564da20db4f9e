"""A reading counts only if a second look sees the same, with nothing in front."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from auditor.browser import visit
from auditor.browser.anchors import Sample
from auditor.browser.stop import Stop
from auditor.browser.visit import PageVisit
from auditor.finding import Reading, Reason, State

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Page:
    """Stands in for a surveyor and a lookout: what the looks see, one after the other."""

    states: list[State]
    second: Iterator[str]
    obstacle: Stop | None = None
    looks: int = 0
    sample: Sample = field(default_factory=lambda: Sample(signature="as before"))

    async def look(self) -> Sample:
        self.looks += 1
        return replace(self.sample, state=self.states[self.looks - 1])

    async def signature(self) -> str:
        return next(self.second)

    async def check(self) -> None:
        if self.obstacle is not None:
            raise self.obstacle


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def now(_self: PageVisit, sample: Sample, _since: float) -> Sample:
        return sample

    async def changed(_page: object, *, calm: bool) -> bool:
        return not calm

    monkeypatch.setattr(PageVisit, "_now", now)
    monkeypatch.setattr(visit, "changed", changed)
    monkeypatch.setattr(visit, "decide", lambda sample: Reading(state=sample.state))


def visit_of(page: Page) -> PageVisit:
    made = object.__new__(PageVisit)
    made.surveyor = made.lookout = cast("Any", page)
    made.tab = cast("Any", page)
    return made


async def test_what_a_second_look_does_not_see_again_is_looked_at_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PageVisit, "page", None)
    page = Page([State.OFF, State.ON], iter(["it moved", "as before"]))
    assert (await visit_of(page)._settled()).state is State.ON
    assert page.looks == 2


async def test_an_obstacle_at_the_second_look_ends_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PageVisit, "page", None)
    page = Page([State.OFF], iter(["as before"]), Stop(Reason.CHOICE_PENDING, "a notice came"))
    with pytest.raises(Stop, match="a notice came"):
        await visit_of(page)._settled()
