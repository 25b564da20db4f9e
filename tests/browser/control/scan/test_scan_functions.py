"""Single functions of the scan, each on the smallest page that shows its point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from auditor.browser.control.scanner import SCRIPTS
from tests.browser.page_functions import call

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = pytest.mark.asyncio(loop_scope="session")

BOX = "style='width:40px;height:20px'"
SWITCH = f"<button id=it role=switch aria-checked=true {BOX}></button>"
PAIR = "<div><button id=it aria-pressed=true>On</button>{}<button aria-pressed=false>Off</button></div>"
RADIOS = "<fieldset><legend id=it>Voice</legend><label><input type=radio name=a>On</label><label><input type=radio name=a>Off</label></fieldset>"
ROW = f"<div><p id=it>{{}}</p>{SWITCH.replace('id=it', '')}</div>"
REPLACED = (
    "<div style='width:40px;height:20px'><input id=it type=checkbox style='display:none'></div>"
)
LIST = "<select id=it><option>On<option>Off{}</select>"
TURN = "<button id=it>Turn off</button>"
APART = f"<div><p>Help improve</p><p id=it>{{}}</p>{SWITCH.replace('id=it', '')}</div>"
LAYER = "<dialog open id=in><button id=it>Privacy</button></dialog><p id=out>x</p>"
# A custom element with two halves, or with a radio, in its shadow root.
CUSTOM = """<{0} id=it style='display:block'></{0}><script>
  customElements.define("{0}", class extends HTMLElement {{
    checked = false;
    constructor() {{
      super();
      this.attachShadow({{ mode: "open" }}).innerHTML = "{1}";
    }}
  }});
</script>"""
HALVES = "<button aria-pressed=true>On</button><button aria-pressed=false>Off</button>"
PIERCED = "findControls([it, ...it.shadowRoot.querySelectorAll('button, [role=radio]')])"
SAME_KEY = (
    "((named, [a, b]) => keyOfRadio(panel, a, named) === keyOfRadio(panel, b, named))"
    "(new Map(), panel.kept)"
)


def then(call_: str, answer: str, first: str) -> str:
    """Return an expression that makes a panel, calls something with it and gives an answer."""
    return f"((panel) => {{ {call_}; return {answer}; }})({first})"


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
        ("<div aria-hidden=true>Voice<p id=it>x</p></div>", "[isHiddenFromTools(ancestorsOf(it)), standsInHiddenPart(ancestorsOf(it))]", [True, True]),
        ("<div aria-hidden=true>Voice<p id=it>x</p></div>", "(asked.hidden = true, isHiddenFromTools(ancestorsOf(it)))", False),
        ("<div aria-hidden=true><i id=it></i></div>", "(asked.hidden = true, isHiddenFromTools(ancestorsOf(it)))", True),
        ("<p id=it aria-hidden=true>Voice</p>", "(asked.hidden = true, isHiddenFromTools(ancestorsOf(it)))", True),
        ("<div inert>Voice<p id=it>x</p></div>", "(asked.hidden = true, isHiddenFromTools(ancestorsOf(it)))", True),
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
        ("", "saysWork('Loading', false)", True),
        ("", "saysWork('Loading chats', false)", False),
        ("", "saysWork('Loading chats\u2026', false)", True),
        ("", "saysWork('Old value. Loading the new one...', false)", True),
        ("", "saysWork('Loading chats', true)", True),
        ("", "saysWork('Reloading', true)", False),
        ("", "saysWork('\u4fdd\u5b58\u4e2d\u3067\u3059', true)", True),
        (f"<progress id=it></progress>{SWITCH.replace('id=it', '')}", "isBarAtWork(panel, it)", True),
        ("<progress id=it value=0.5></progress>", "isBarAtWork(panel, it)", False),
        (ROW.format("<i role=progressbar aria-valuenow=4 style='display:block;height:9px'></i>"), "isBarAtWork(panel, it.firstChild)", True),
        (ROW.format("Voice"), "isPanelWaiting(panel)", False),
        (ROW.format("Loading it"), "isPanelWaiting(panel)", True),
        (ROW.format("<a href=x>Loading</a>"), "isPanelWaiting(panel)", False),
        (ROW.format("<i role=status aria-label=Loading style='display:block;height:9px'></i>"), "isPanelWaiting(panel)", True),
        (ROW.format("<i hidden>Loading</i>"), "isPanelWaiting(panel)", False),
        (ROW.format("<i aria-busy=true>x</i>"), "isPanelWaiting(panel)", True),
        (f"<p>Loading</p><main>{ROW.format('Voice')}</main>", "isPanelWaiting(panel)", False),
        ("<p>Loading</p>", "isPanelWaiting(panel)", False),
        ("<p id=it>Voice</p>", "rowOf(panel, it)", {"units": [], "tight": False, "loose": False}),
        ("<div id=it>" + "<a href=x>x</a>" * 6 + "</div>", "isLoose(it)", False),
        ("<a href=x>x</a>" * 9 + "<div id=it>" + "<a href=x>x</a>" * 5 + "</div>", "isLoose(it)", True),
        (SWITCH, "pathOf(it)", '/*[1]/*[2]/*[1][local-name()="button"][@id="it"][@role="switch"]'),
        (f"<p>x</p><p>y{SWITCH}</p>", "pathOf(it).slice(0, 21)", "/*[1]/*[2]/*[2]/*[1]["),
        (f"<p>x</p><svg></svg>{SWITCH}", "document.evaluate(pathOf(it), document).iterateNext() === it", True),
        ("<input id=it type=checkbox aria-label='say \"x\"'>", "document.evaluate(pathOf(it), document).iterateNext() === it", True),
        ("<div id=it></div>", "pathOf(it.attachShadow({ mode: 'open' }).appendChild(document.createElement('b')))", None),
        # what takes its place is another thing
        (f"{SWITCH}<p>x</p>", "((path) => { it.remove(); return document.evaluate(path, document).iterateNext(); })(pathOf(it))", None),
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
        (LIST.format(""), "[choicesOf(it), wordedStates(it)]", [{"on": 0, "off": 1}, [True]]),
        (LIST.format("<option>Ask"), "[choicesOf(it), isWorded(it)]", [None, False]),
        (LIST.format("<option disabled>Ask"), "isWorded(it)", True),
        ("<button id=it role=combobox>Off</button>", "[valueOfMenu(it), isWorded(it), wordedStates(it)]", [False, True, [False]]),
        ("<button id=it aria-haspopup=menu>On <svg></svg></button>", "[valueOfMenu(it), wordedStates(it)]", [True, [True]]),
        ("<input id=it role=combobox value=Off>", "valueOfMenu(it)", False),
        ("<button id=it aria-haspopup=menu>More</button>", "[valueOfMenu(it), isWorded(it)]", [None, False]),
        ("<button id=it>Off</button>", "valueOfMenu(it)", None),
        ("<button id=it aria-haspopup=menu role=switch aria-checked=true>Off</button>", "valueOfMenu(it)", None),
        (TURN, "[actionOf(it), wordedStates(it)]", [False, [True]]),
        (TURN.replace("off", "on"), "[actionOf(it), wordedStates(it)]", [True, [False]]),
        (TURN.replace("off", "it off"), "isWorded(it)", False),
        (TURN.replace("id=it", "id=it aria-pressed=true"), "isWorded(it)", False),
        ("<p id=it role=tab aria-selected=true>Voice", then("dropMereChoices(panel)", "panel.kept.length", "findControls([it])"), 0),
        (SWITCH, then("dropMereChoices(panel)", "panel.kept.length", "findControls([it])"), 1),
        (CUSTOM.format("x-pair", HALVES), then("findPairs(panel); mergeHostsOfHalves(panel)", "[panel.kept.length, panel.merged.size]", PIERCED), [2, 1]),
        (CUSTOM.format("x-radio", "<b role=radio>x</b>"), then("mergeShadowsOfRadios(panel)", "[panel.kept.length, panel.merged.has(it)]", PIERCED), [1, True]),
        ("<p><input type=radio name=a></p><p><input type=radio name=a></p>", SAME_KEY, True),
        ("<p><input type=radio name=a></p><p><input type=radio name=b></p>", SAME_KEY, False),
        ("<p id=a>x</p><b id=it aria-labelledby='a none'>", "elementsByIds(it, 'aria-labelledby').length", 1),
        (ROW.format("Voice"), "titleOf(panel, it.firstChild, 'voice', it).titles.length", 1),
        (ROW.format("Voice."), "titleOf(panel, it.firstChild, 'voice', it).titles.length", 0),
        (ROW.format("Opt out"), "titleOf(panel, it.firstChild, 'opt out', it).turned.length", 1),
        (ROW.format("Saved for later"), "noteOf(panel, it.firstChild).length", 1),
        (ROW.format("Voice"), "noteOf(panel, it.firstChild).length", 0),
        (APART.format("Another"), "scan(all).texts[0].apart", True),
        (APART.format(""), "scan(all).texts[0].apart", False),
        ("<p id=it>", "isOnlyTitle([{ units: [0], block: it }], new Set(), { units: [0] })", False),
        ("<p id=it>", "isOnlyTitle([{ units: [0], block: it }], new Set([it]), { units: [0] })", True),
        ("<p id=it>", "isOnlyTitle([{ units: [1], block: it }], new Set(), { units: [0] })", True),
        (LAYER, "(memory.set('entry', it), openedPanel().id)", "in"),
        (LAYER, "(memory.set('entry', it), it.replaceWith(it.cloneNode(true)), openedPanel().id)", "in"),
        (LAYER, "(memory.set('entry', document.getElementById('out')), openedPanel())", None),
        (LAYER, "isBehindPanel(it.parentElement, ancestorsOf(document.getElementById('out')))", True),
        (LAYER, "isBehindPanel(it.parentElement, ancestorsOf(it))", False),
        (LAYER, "isBehindPanel(undefined, ancestorsOf(document.getElementById('out')))", False),
        (SWITCH, "(rememberControls(), wasThereBefore(it))", True),
        (ROW.format("Voice"), "(rememberControls(), it.textContent = 'Tone', wasThereBefore(all[0]))", False),
        (SWITCH, "(memory.delete('controls'), wasThereBefore(it))", False),
        (SWITCH, "(rememberControls(), panel.kept.length)", 1),
        (SWITCH, "(rememberControls(), it.after(it.cloneNode()), all.push(it.nextSibling), panel.kept.map((each) => each.index))", [1]),
        (LAYER, "(memory.set('entry', it), panelAround(it).id)", "in"),
        ("<main id=in><p id=it>x</main>", "panelAround(it).id", "in"),
        ("<p id=it>x", "panelAround(it).localName", "html"),
        ("<fieldset><legend>Never</legend><h3>Opt out</h3><hr><p id=it>x</p></fieldset>", "headOf(it)", ["never", "opt out"]),
        ("<section><h2>Voice</h2><div><p id=it>x</p></div></section>", "headsOf(it, document.body)", ["voice"]),
        ("<h3>A</h3><div>between</div><p id=it>x", "headOf(it)", []),
        ("<p id=it style='clip-path:inset(9px)'>x", "isVeiled(it)", True),
        ("<p id=it style='mask:linear-gradient(red,red)'>x", "isVeiled(it)", True),
        ("<p id=it style='filter:invert(1)'>x", "isVeiled(it)", True),
        ("<p id=it style='filter:drop-shadow(0 0 1px red)'>x", "isVeiled(it)", False),
        ("<canvas id=it width=90 height=20>", "isLargePicture(it)", True),
        ("<canvas id=it width=20 height=20>", "isLargePicture(it)", False),
        ("<label><input id=it type=checkbox><i class='track on'>x</i></label>", "drawnStates(it)", [True]),
        ("<label><input id=it type=checkbox><i class=track>x</i></label>", "drawnStates(it)", []),
        (ROW.format("Voice <a href=/123>y</a>") + "<a href=/123>x</a><canvas width=90 height=20>", "(describeRow(all, all[0]).around.links)", 1),
        (ROW.format("Voice <a href=/123>y</a>") + "<a href=/123>x</a><canvas width=90 height=20>", "(describeRow(all, all[0]).around.pictures)", 1),
        ("<a href=/123>x</a>", "describePanelAlone().links", 1),
        (ROW.format("Voice <a href=/123>more</a>"), "(describeRow(all, all[0]).texts)", ["voice", "more"]),
        (ROW.format("Voice <a href=/123>more</a>"), "(describeRow(all, all[0]).linked)", True),
        (ROW.format("Voice"), "(describeRow(all, all[0]).linked)", False),
        (ROW.format("<b hidden>Not</b><i title=Spare>x</i>"), "(describeRow(all, all[0]).texts)", ["x", "spare"]),
        ("<style>#it::before { content: 'exempt' }</style>" + ROW.format("x"), "(describeRow(all, all[0]).texts)", ["x", "exempt"]),
        (ROW.format("x <img width=9 height=9>"), "(describeRow(all, all[0]).pictures)", 1),
        (ROW.format("x <i style='background:url(x.png)'>y</i>"), "(describeRow(all, all[0]).pictures)", 1),
        (ROW.format("x").replace("<div>", "<div style='display:list-item;list-style:\"on \" inside'>"), "(describeRow(all, all[0]).texts)", ["x", "on"]),
        (ROW.format("x"), "(describeRow(all, all[0]).message)", False),
        (ROW.format("x") + "<p role=alert>Not loaded", "(describeRow(all, all[0]).message)", True),
        (ROW.format("x") + "<p role=alert hidden>Not loaded", "(describeRow(all, all[0]).message)", False),
        (ROW.format("x"), "(describeRow(all, all[0]).unreadable)", False),
        (ROW.format("<s>x</s>"), "(describeRow(all, all[0]).unreadable)", True),
        (ROW.format("<bdo dir=rtl>x</bdo>"), "(describeRow(all, all[0]).unreadable)", True),
        (ROW.format("<b style='color:transparent'>x</b>"), "(describeRow(all, all[0]).unreadable)", True),
        (ROW.format("x <svg width=9 height=9></svg>"), "(describeRow(all, all[0]).pictures)", 0),
    ],
)  # fmt: skip
async def test_one_function_of_the_scan(
    page: Page, body: str, expression: str, expected: object
) -> None:
    assert await call(page, SCRIPTS, body, expression) == expected
