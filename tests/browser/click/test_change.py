"""When the control is left alone.

It no longer is what was read, or something came to stand in front of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import pytest
from playwright.async_api import Error

from auditor.browser.click.change import Change
from auditor.browser.click.click_target import ControlReplaced
from auditor.browser.control.anchors import PanelScan
from auditor.browser.control.elements import Control, ControlElement
from auditor.core.clock import Clock
from auditor.core.finding import ReadingStopped, Reason, State

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass
class Page:
    """Stands in for an obstacle detector and a panel scanner at once.

    `asked` tells that an element to click was asked for.
    """

    found: PanelScan
    obstacle: ReadingStopped | None = None
    asked: bool = False
    anchors: Any = field(default_factory=lambda: type("Words", (), {"pairs": [("On", "Off")]}))

    async def raise_if_blocked(self) -> None:
        if self.obstacle is not None:
            raise self.obstacle

    async def scan(self) -> PanelScan:
        return self.found

    async def pin_clickable_elements(self, _scan: PanelScan, _wanted: State) -> Sequence[object]:
        self.asked = True
        raise ReadingStopped(Reason.TIMEOUT, "this far, and no further")


def switch(state: State, *, disabled: bool = False) -> PanelScan:
    part = ControlElement(
        cast("Any", None), "", "switch", radio=False, signals=(state is State.ON,)
    )
    return PanelScan(
        control=Control((part,), disabled, busy=False, has_domain_note=False), state=state
    )


def change_of(page: Page) -> Change:
    return Change(cast("Any", page), cast("Any", page), Clock(5), wanted=State.OFF, before=State.ON)


@pytest.mark.parametrize(
    ("page", "asked"),
    [
        pytest.param(Page(switch(State.ON)), True, id="as it was read"),
        pytest.param(Page(switch(State.OFF)), False, id="another state"),
        pytest.param(Page(switch(State.UNKNOWN)), False, id="no state"),
        pytest.param(Page(switch(State.ON, disabled=True)), False, id="disabled"),
        pytest.param(Page(PanelScan(reason=Reason.AMBIGUOUS)), False, id="two of them"),
        pytest.param(
            Page(switch(State.ON), ReadingStopped(Reason.CHOICE_PENDING, "a notice came")),
            False,
            id="a notice in front",
        ),
    ],
)
async def test_an_element_to_click_is_asked_for_only_while_all_is_as_it_was_read(
    page: Page, asked: bool
) -> None:
    change = change_of(page)
    assert await change.press() is None
    assert page.asked is asked
    assert not change.pressed


async def test_a_rehearsal_says_what_is_in_the_way() -> None:
    notice = Page(switch(State.ON), ReadingStopped(Reason.CHOICE_PENDING, "a notice came"))
    assert await change_of(notice).rehearse() == "a notice came"
    assert (
        await change_of(Page(switch(State.OFF))).rehearse() == "something lies over it, or it moved"
    )


class Named:
    """Stands in for the one element of that role and name."""

    async def hover(self, **_given: object) -> None:
        raise Error("not just now")


@pytest.mark.parametrize(("doubt", "by_name"), [("", True), ("found only by its place", False)])
async def test_a_control_drawn_anew_is_caught_by_its_name_only_without_a_doubt(
    doubt: str, by_name: bool
) -> None:
    part = ControlElement(
        cast("Any", None), "", "switch", radio=False, signals=(True,), by_name=cast("Any", Named())
    )
    control = Control((part,), disabled=False, busy=False, has_domain_note=False)
    page = Page(PanelScan(control=control, state=State.ON, doubt=doubt))
    with pytest.raises(ControlReplaced if by_name else ReadingStopped):
        await change_of(page)._find_target(again=True)
    assert page.asked is not by_name
