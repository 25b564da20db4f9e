"""Single functions that find where to click, each on the smallest page that shows its point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from auditor.browser.click.click_target import SCRIPTS
from tests.browser.page_functions import call

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = pytest.mark.asyncio(loop_scope="session")

BOX = "style='width:40px;height:20px'"
HIDDEN = f"<div {BOX}><input id=it type=checkbox style='display:none'></div>"
# What draws an input stands beside it, or lies over it.
BESIDE = "<input id=it type=checkbox style='opacity:0;width:0'><i style='display:inline-block;width:40px;height:20px' {}></i>"
LAID = (
    "<div style='position:relative;width:40px;height:20px'><input id=it type=checkbox"
    " style='width:40px;height:20px;margin:0'>{} style='position:absolute;inset:0'></div>"
)


@pytest.mark.parametrize(
    ("body", "expression", "expected"),
    [
        ("<a id=it href=x>x</a>", "isActing(it)", True),
        ("<p id=it role=none>x</p>", "isActing(it)", False),
        (f"<p id=it {BOX}>x</p>", "[isBig(it), isSmallThing(it)]", [True, True]),
        (f"<p id=it {BOX}>x</p>", "hitInMiddleOf(it) === it", True),
        (f"<p id=it {BOX}>x</p>", "isInsideBox(it, document.body)", True),
        (f"<button id=it {BOX}></button>", "itself(it) === it", True),
        ("<button id=it style='width:0;padding:0;border:0'></button>", "itself(it)", None),
        ("<label><input id=it type=checkbox>x</label>", "byLabel(it) === it.labels[0]", True),
        (HIDDEN, "around(it) === it.parentElement", True),
        (HIDDEN.replace("40px", "400px"), "around(it)", None),
        ("<label id=it>Voice <a href=x>more</a></label>", "isClearAt(it, 5, 5)", True),
        ("<label id=it><a href=x>Voice</a></label>", "isClearAt(it, 5, 5)", False),
        ("<label id=it>Voice</label>", "clearSpot(it) !== null", True),
        ("<label id=it><a href=x>Voice</a></label>", "clearSpot(it)", None),
        (BESIDE.format(""), "drawnBeside(it) === it.nextElementSibling", True),
        (BESIDE.format("tabindex=0"), "drawnBeside(it)", None),
        (f"<p><label for=it>Voice</label></p>{BESIDE.format('')}", "drawnBeside(it)", None),
        (LAID.format("<label"), "over(it) === it.nextElementSibling", True),
        (LAID.format("<button"), "over(it)", None),
        (LAID.format("<label for=other"), "over(it) === it.nextElementSibling", True),
        ("<label>Voice <input type=checkbox><b id=it></b></label>", "pressesAnother(it, it)", False),
        ("<label>Voice <input><input type=checkbox><b id=it></b></label>", "pressesAnother(it, it)", True),
        ("<label>Voice <input id=it type=checkbox></label>", "pressesAnother(it, it.parentElement)", False),
    ],
)  # fmt: skip
async def test_one_function_of_the_click(
    page: Page, body: str, expression: str, expected: object
) -> None:
    assert await call(page, SCRIPTS, body, expression) == expected
