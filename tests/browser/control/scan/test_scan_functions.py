"""Single functions of the scan, each on the smallest page that shows its point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from auditor.browser.control.scanner import SCRIPTS
from tests.browser.page_functions import call

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = pytest.mark.asyncio(loop_scope="module")

BOX = "style='width:40px;height:20px'"
SWITCH = f"<button id=it role=switch aria-checked=true {BOX}></button>"
PAIR = "<div><button id=it aria-pressed=true>On</button>{}<button aria-pressed=false>Off</button></div>"
RADIOS = "<fieldset><legend id=it>Voice</legend><label><input type=radio name=a>On</label><label><input type=radio name=a>Off</label></fieldset>"
ROW = f"<div><p id=it>{{}}</p>{SWITCH.replace('id=it', '')}</div>"
REPLACED = (
    "<div style='width:40px;height:20px'><input id=it type=checkbox style='display:none'></div>"
)


@pytest.mark.parametrize(
    ("body", "expression", "expected"),
    [
        ("", "fold('  Help\\u00ad  \\u201cIt\\u2019s\\u201d! ')", "help \u201cit's".replace("\u201c", "“")),
        ("", "turnsMeaning(fold('You may opt out here'))", True),
        ("", "turnsMeaning(fold('Adopt outer things'))", False),
        ("", "withoutBadges('Voice New')", "voice"),
        ("", "[isStateWord('on'), isGenericWord('on')]", [True, False]),
        ("", "[holdsNote('it was saved for later'), isWithinNote('saved')]", [True, True]),
        ("<p id=it>x</p>", "isVisible(it)", True),
        ("<p id=it style='visibility:hidden'>x</p>", "isVisible(it)", False),
        ("<div hidden><p id=it style='display:contents'>x</p></div>", "isVisible(it)", False),
        ("<div><p id=it style='display:contents'>x</p></div>", "isVisible(it)", True),
        ("<p id=it style='position:absolute;left:-3000px'>x</p>", "hasBox(it)", False),
        (SWITCH, "[isSmall(it), isBrief(it)]", [True, True]),
        (REPLACED, "isReplaced(it)", True),
        (REPLACED.replace("40px", "400px"), "isReplaced(it)", False),
        (REPLACED.replace("display:none", "opacity:0;width:0"), "isDrawnBeside(it)", True),
        ("<div inert><p id=it>x</p></div>", "isHiddenFromTools(ancestorsOf(it))", True),
        ("<p id=it aria-checked=' Mixed '>", "stateIn(it, 'aria-checked')", ["mixed"]),
        ("<p id=it data-checked=false>", "stateByPresence(it, 'data-checked', true)", [False]),
        ("<p id=it class='is-on x-unchecked after-checked'>", "statesByClass(it)", [True, False]),
        ("<input id=it type=checkbox checked>", "stateByProperty(it)", [True]),
        ("<div class=is-off><p id=it role=switch></div>", "paintedStates(it)", [False]),
        ("<div class=is-off><p id=it role=switch></p><input></div>", "paintedStates(it)", []),
        ("<p id=it aria-current=true>", "choiceMarkOf(it)", "aria-current"),
        (SWITCH, "accessibleStates(panel, it)", [True]),
        ("<p id=it>on</p>", "hasWords(it, [])", False),
        ("<p id=it>Voice</p>", "[hasWords(it, []), hasWords(it, [it])]", [True, False]),
        ("<button id=it aria-label=On>x</button>", "wordOf(it)", "on"),
        (PAIR.format(""), "panel.pairs.size", 2),
        (PAIR.format("Voice"), "panel.pairs.size", 0),
        ("<button role=tab aria-selected=true>On</button>", "panel.kept.length", 0),
        (RADIOS, "panel.kept.map((each) => each.unit)", [0, 0]),
        (RADIOS, "panel.kept.map((each) => wordsOfRadio(panel, each))", ["on", "off"]),
        (RADIOS, "labelsOfGroups(panel).get(it)", 0),
        (RADIOS, "headsItsGroup(panel, it)", True),
        (ROW.format("Voice"), "rowOf(panel, it)", {"units": [0], "tight": True, "loose": True}),
        ("<p id=it>Voice</p>", "rowOf(panel, it)", {"units": [], "tight": False, "loose": False}),
        ("<div id=it>" + "<a href=x>x</a>" * 6 + "</div>", "isLoose(it)", False),
        ("<p id=it>One <b>two</b><br>three</p>", "lineOf(it, it.firstChild)", "One two"),
        ("<p id=it>One <b>two</b></p>", "blockOf(panel, it.lastChild.firstChild) === it", True),
        ("<p id=it>x</p><p>y</p>", "isBefore(it, it.nextSibling)", True),
        ("<p id=it>x</p><p>y</p>", "areLevel(boxOf(it), boxOf(it.nextSibling))", False),
        (ROW.format("Help improve New"), "scan(all).texts.map((text) => text.exact)", [True]),
        (ROW.format("<a href=/123>x</a>"), "scan(all).links.length", 1),
        (ROW.format("Help improve"), "scan(all).controls[0].signals", [True]),
        (f"<fieldset disabled>{SWITCH}</fieldset>", "scan(all).controls[0].disabled", True),
        (SWITCH.replace("id=it", "title='Opt out'"), "scan(all).controls[0].turned", True),
        (f"<p id=it title={'x' * 901}>", "isEndless(it)", True),
    ],
)  # fmt: skip
async def test_one_function_of_the_scan(
    page: Page, body: str, expression: str, expected: object
) -> None:
    assert await call(page, SCRIPTS, body, expression) == expected
