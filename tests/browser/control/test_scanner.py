"""What one look at a real page sees.

The control, what it shows, and why that may not be enough by itself.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import Error

from auditor.browser.control import scanner as scanner_module
from auditor.browser.control.scanner import PanelScanner
from auditor.browser.engine.failures import is_transient
from auditor.browser.path.walk import remember_entry
from auditor.core.base_url import parse_base_url
from auditor.core.finding import State
from auditor.flow import load_flow

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

    from auditor.browser.control.anchors import PanelScan

pytestmark = pytest.mark.asyncio(loop_scope="session")

LABEL = "Help improve our AI models"
WORDS = "Allow the use of your chats and coding sessions to train and improve our models."
SITE = load_flow("claude/web").about
HOME = "https://site.test"
VOICE = """<fieldset><legend>May we keep your voice recordings?</legend>
<label><input type=radio name=v>On</label><label><input type=radio name=v checked>Off</label></fieldset>"""
CONTENTS = f"<p style='display:contents'>{LABEL}</p>"

SHADOW_RADIO = """<script>
  customElements.define("x-radio", class extends HTMLElement {
    get checked() { return this.hasAttribute("checked"); }
    constructor() { super(); this.attachShadow({ mode: "open" }).innerHTML = "<span role=radio><slot></slot></span>"; }
    connectedCallback() { this.shadowRoot.firstChild.setAttribute("aria-checked", INNER); }
  });
</script>"""
CUSTOM = """<style>x-switch { display: block; width: 40px; height: 20px; }</style><script>
  customElements.define("x-switch", class extends HTMLElement { checked = false; });
</script>"""
FIELD = f"""<script>
  customElements.define("x-field", class extends HTMLElement {{
    constructor() {{
      super();
      this.attachShadow({{ mode: "open" }}).innerHTML = "<div><slot name=label>{LABEL}</slot></div><slot></slot>";
    }}
  }});
</script>"""


async def look(page: Page, body: str) -> PanelScan:
    document = f"<!doctype html><html lang=en-US><body>{body}</body></html>"
    await page.route(
        "**/*", lambda route: route.fulfill(body=document, content_type="text/html; charset=utf-8")
    )
    await page.goto(HOME)
    return await PanelScanner(page, SITE, parse_base_url(HOME)).scan()


def switch(*more: str, checked: str | None = "true", inside: str = "") -> str:
    state = "" if checked is None else f"aria-checked={checked}"
    return (
        f"<button role=switch {state} {' '.join(more)}"
        f" style='width:40px;height:20px'>{inside}</button>"
    )


SETTING = switch(f'aria-label="{LABEL}"')


def radios(inner: str = "String(this.checked)") -> str:
    pair = "<x-radio checked>On</x-radio> <x-radio>Off</x-radio>"
    return f"{SHADOW_RADIO.replace('INNER', inner)}<div><p>{LABEL}</p><div>{pair}</div></div>"


def buttons(on: str, off: str) -> str:
    both = "".join(
        f"<button role=radio name=x aria-checked={checked}>{word}</button>"
        for word, checked in (("On", on), ("Off", off))
    )
    return f"<div role=radiogroup>{both}</div>"


YES_NO = (
    "<label><input type=radio name=y>On</label><label><input type=radio name=y checked>Off</label>"
)


def replaced(inside: str = "", width: int = 40) -> str:
    return (
        f"<div style='width:{width}px;height:20px'><input type=checkbox checked"
        f" style='display:none'>{inside}</div>"
    )


def halves(mark: str, *, role: str = "", on: str = "true", off: str = "false") -> str:
    """Two halves in wrappers of their own, marked as chosen or not in some way."""
    one, other = (
        f"<li><button {role} {mark}={state}>{word}</button></li>"
        for word, state in (("On", on), ("Off", off))
    )
    return f"<div><p>{LABEL}</p><ul>{one}{other}</ul><p>{WORDS}</p></div>"


SEGMENTS = f"""<script>
  customElements.define("x-segment", class extends HTMLElement {{
    connectedCallback() {{
      this.checked = this.hasAttribute("PROPERTY");
      this.attachShadow({{ mode: "open" }}).innerHTML = "<button role=tab><slot></slot></button>";
      this.shadowRoot.firstChild.setAttribute("aria-selected", String(this.hasAttribute("chosen")));
    }}
  }});
</script><div><p>{LABEL}</p><div role=tablist><x-segment chosen>On</x-segment><x-segment>Off</x-segment></div></div>"""
DOTTED = f"""<style>label span {{ display: inline-block; width: 20px; height: 20px; }}</style>
<div role=radiogroup><div>{LABEL}</div>
<label><span role=radio aria-checked=false></span>On</label>
<label><span role=radio aria-checked=true>•</span>Off</label></div>"""


@pytest.mark.parametrize(
    ("body", "state", "doubt"),
    [
        pytest.param(f"<p>{LABEL}</p>{switch()}", State.ON, "", id="beside"),
        pytest.param(switch(f"aria-label='{LABEL} On'"), State.ON, "", id="name with its state"),
        pytest.param(
            switch(f"aria-label='{LABEL} Off'"),
            State.ON,
            "says another state",
            id="name of the other state",
        ),
        pytest.param(f"{FIELD}<x-field>{switch()}</x-field>", State.ON, "", id="filling of a slot"),
        pytest.param(f"<div>{CONTENTS}{switch()}</div>", State.ON, "", id="display contents"),
        pytest.param(
            f"<fieldset><legend>{LABEL}</legend><label><input type=checkbox checked>"
            f" {WORDS}</label></fieldset>",
            State.ON,
            "another name than the label",
            id="legend of a group of one",
        ),
        pytest.param(
            f"<button aria-pressed=false aria-label='{LABEL} Off'>x</button>",
            State.OFF,
            "a press does",
            id="button Off",
        ),
        pytest.param(
            f"<input type=checkbox aria-label='{LABEL} Off'>",
            State.OFF,
            "a press does",
            id="checkbox",
        ),
        pytest.param(
            f"<input type=checkbox checked aria-label='{LABEL} On'>",
            State.ON,
            "a press does",
            id="checkbox that is on",
        ),
        pytest.param(
            f"<p>{LABEL}</p>{switch(f'aria-label={chr(39)}{LABEL} is on{chr(39)}', checked='false')}",
            State.OFF,
            "in words of its own",
            id="a state in its name",
        ),
        pytest.param(
            switch(f"aria-label='{LABEL} Off'", checked="false"), State.OFF, "", id="switch Off"
        ),
        pytest.param(radios(), State.ON, "", id="custom radios"),
        pytest.param(
            radios(inner="'false'"),
            State.UNKNOWN,
            "",
            id="custom radios that contradict themselves",
        ),
        pytest.param(
            f"<p>{LABEL}</p>{switch('class=is-checked', checked=None)}",
            State.ON,
            "does not say",
            id="in its class",
        ),
        pytest.param(
            f"<p>{LABEL}</p>{switch(checked=None)}", State.OFF, "does not say", id="no state at all"
        ),
        pytest.param(
            f"<p>{LABEL}</p><div role=checkbox style='width:20px;height:20px'></div>",
            State.UNKNOWN,
            "",
            id="no state, no switch",
        ),
        pytest.param(
            f"<p>{LABEL}</p>{switch('class=is-checked', checked='false')}",
            State.UNKNOWN,
            "",
            id="class against ARIA",
        ),
        pytest.param(
            f"<label>{LABEL}<input type=checkbox id=it></label><script>it.indeterminate ="
            " true</script>",
            State.UNKNOWN,
            "",
            id="half-checked",
        ),
        pytest.param(
            f"<div class=unchecked>{SETTING}{switch('aria-label=Voice', checked='false')}</div>",
            State.ON,
            "",
            id="class of what holds two",
        ),
        pytest.param(
            "<label><input type=checkbox"
            f" checked><div>On</div><div>Off</div><strong>{LABEL}</strong></label>",
            State.ON,
            "",
            id="both words in it",
        ),
        pytest.param(DOTTED, State.OFF, "", id="radios named by a dot"),
        pytest.param(
            f"<div><p>{LABEL}</p>{buttons('false', 'true')}</div><div><p>Voice</p>{buttons('true', 'false')}</div>",
            State.OFF,
            "",
            id="radio buttons of one name",
        ),
        pytest.param(
            f"<h2>Privacy</h2><div>{switch('aria-label=Voice')}</div>"
            f"<div><label>{LABEL}</label><div>{switch()}<p>{WORDS}</p></div></div>",
            State.ON,
            "only by its place",
            id="label tied to nothing",
        ),
        pytest.param(
            f"<div><label>{LABEL}</label><p>Managed elsewhere</p><p>{WORDS}</p>{switch()}</div>",
            State.ON,
            "another text stands",
            id="another title between",
        ),
        pytest.param(
            f"<p>{LABEL}</p>"
            + switch(
                f'aria-label="{LABEL} - opt out of that for every chat and session"',
                checked="false",
            ),
            State.OFF,
            "turn its meaning",
            id="turned by its name",
        ),
        pytest.param(
            f"<ul><li>{LABEL}<button aria-pressed=false>On</button><li>Voice<button"
            " aria-pressed=true>Off</button>",
            State.UNKNOWN,
            "only by its place",
            id="buttons of two rows",
        ),
        pytest.param(halves("aria-pressed"), State.ON, "", id="pressed half"),
        pytest.param(halves("aria-selected", role="role=tab"), State.ON, "tabs", id="selected tab"),
        pytest.param(
            halves("aria-selected", role="role=option", on="false", off="true"),
            State.OFF,
            "",
            id="option",
        ),
        pytest.param(
            halves("aria-current", on="false", off="true"), State.OFF, "tabs", id="current half"
        ),
        pytest.param(
            halves("aria-current", on="page", off="false"), State.UNKNOWN, "tabs", id="current page"
        ),
        pytest.param(
            SEGMENTS.replace("PROPERTY", "chosen"), State.ON, "tabs", id="segments with slots"
        ),
        pytest.param(SEGMENTS, State.UNKNOWN, "tabs", id="segments that contradict themselves"),
        pytest.param(
            f"<p>{LABEL}</p>{switch('class=after-checked', checked='false')}",
            State.OFF,
            "",
            id="after the chosen one",
        ),
        pytest.param(
            f"<p>{LABEL}</p><div>{switch()}<label hidden>Voice</label></div>",
            State.ON,
            "",
            id="words that nobody sees",
        ),
        pytest.param(
            f"<fieldset><legend>{LABEL}</legend><label><input type=checkbox"
            " checked>Enabled</label></fieldset>",
            State.ON,
            "",
            id="Enabled",
        ),
        pytest.param(
            switch(f'aria-label="On {LABEL}"'), State.ON, "", id="state at its name's beginning"
        ),
        pytest.param(
            switch(f'aria-label="Off {LABEL}"'),
            State.ON,
            "another state",
            id="other state at its name's beginning",
        ),
        pytest.param(
            f"<p>{LABEL}</p>{switch(inside='<input type=checkbox style=display:none>')}",
            State.ON,
            "",
            id="hidden twin in it",
        ),
        pytest.param(
            f"<p>{LABEL}</p>{replaced()}",
            State.ON,
            "not displayed",
            id="input that is not displayed",
        ),
        pytest.param(
            f"<label><b>{LABEL}</b>{replaced()}</label>",
            State.ON,
            "",
            id="input that is not displayed, with a label",
        ),
        pytest.param(
            f"<fieldset><legend>{LABEL}</legend>{YES_NO}<p>{WORDS}</p></fieldset>",
            State.OFF,
            "",
            id="legend of radios",
        ),
        pytest.param(
            f"<p id=far>{LABEL}</p><section role=radiogroup"
            f" aria-labelledby=far><p>{WORDS}</p>{YES_NO}</section>",
            State.OFF,
            "",
            id="label of a radio group",
        ),
        pytest.param(
            f"{CUSTOM}<p>{LABEL}</p><x-switch></x-switch>", State.OFF, "", id="custom element"
        ),
        pytest.param(
            f"{CUSTOM}<p>{LABEL}</p><x-switch checked></x-switch>",
            State.UNKNOWN,
            "",
            id="custom element, attribute against property",
        ),
    ],
)
async def test_what_is_seen(page: Page, body: str, state: State, doubt: str) -> None:
    seen = await look(page, body)
    assert seen.control is not None
    assert seen.state is state
    assert doubt in seen.doubt
    assert bool(doubt) is bool(seen.doubt)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(f"<p hidden>{LABEL}</p>{switch()}", id="hidden label"),
        pytest.param(
            f"<fieldset><legend>{LABEL}</legend><select></select></fieldset>{VOICE}",
            id="group beside",
        ),
        pytest.param(
            f"<fieldset><legend>{LABEL}</legend>{VOICE}</fieldset>",
            id="legend of a group around a group",
        ),
        pytest.param(
            f"{FIELD}<x-field><span slot=label>Share my"
            f" location.</span>{switch(checked='false')}</x-field>",
            id="filling of a slot that is filled",
        ),
        pytest.param(
            f"<p style='display:contents;visibility:hidden'>{LABEL}</p>{switch(checked='false')}",
            id="invisible",
        ),
        pytest.param(
            f"<details><summary>More</summary>{CONTENTS}</details>{switch(checked='false')}",
            id="in what is closed",
        ),
        pytest.param(
            f"<div style='display:none'>{CONTENTS}</div>{switch()}", id="contents of what is hidden"
        ),
        pytest.param(
            f"<fieldset><legend>{LABEL}</legend>{switch('aria-label=Voice')}{switch('aria-label=Photos')}</fieldset>",
            id="legend of a group of two",
        ),
        pytest.param(
            f"<h2>{LABEL}</h2>{'<a href=x>More</a>' * 4}{switch()}", id="on the same page"
        ),
        pytest.param(
            f"<div><h2>{LABEL}</h2>{'<a href=x>More</a>' * 6}{switch()}</div>", id="far apart"
        ),
        pytest.param(f"<p>{LABEL} at work</p>{switch()}", id="longer label"),
        pytest.param(
            f"<div><label>{LABEL}</label><p>Managed"
            f" elsewhere</p><div>{switch()}<p>{WORDS}</p></div></div>",
            id="label tied to nothing, with another title",
        ),
        pytest.param(
            f"<div><p>{LABEL}</p>{switch()}<a href='/11186740'>More</a></div>",
            id="decoy by its link",
        ),
        pytest.param(
            f"<p>{LABEL}</p><button aria-pressed=false>On</button><p>Voice</p><button"
            " aria-pressed=true>Off</button>",
            id="buttons of two titles",
        ),
        pytest.param(
            f"<div><p>{LABEL}</p><button role=tab aria-selected=true>Off</button></div>",
            id="one tab",
        ),
        pytest.param(
            f"<div><p>{LABEL}</p><button aria-current=true>Off</button></div>",
            id="one current button",
        ),
        pytest.param(
            f"<p>{LABEL}</p>{replaced('<button>Voice</button>', 400)}",
            id="input that is not displayed, in a box",
        ),
        pytest.param(
            f"<div id=far><p>{LABEL}</p><p>Managed elsewhere</p></div>"
            f"<section role=radiogroup aria-labelledby=far><p>{WORDS}</p>{YES_NO}</section>",
            id="label of a radio group among others",
        ),
        pytest.param(f"<div inert><p>{LABEL}</p>{switch(checked='false')}</div>", id="inert"),
        pytest.param(
            f"<p>{LABEL}</p><span aria-hidden=true>{switch(checked='false')}</span>",
            id="kept from assistive tools",
        ),
        pytest.param(
            '<iframe style="position:absolute;left:-3000px"'
            f' srcdoc="<p>{LABEL}</p>{switch()}"></iframe>',
            id="in a frame off the screen",
        ),
    ],
)
async def test_what_is_no_anchor(page: Page, body: str) -> None:
    seen = await look(page, body)
    assert seen.control is None


@pytest.mark.parametrize(
    ("body", "disabled", "busy"),
    [
        pytest.param(f"<p>{LABEL}</p>{switch()}", False, False, id="neither"),
        pytest.param(f"<p>{LABEL}</p>{switch('disabled')}", True, False, id="disabled"),
        pytest.param(f"<p>{LABEL}</p>{switch('aria-disabled=true')}", True, False, id="by ARIA"),
        pytest.param(
            f"<fieldset disabled><p>{LABEL}</p>{switch()}</fieldset>",
            True,
            False,
            id="with its group",
        ),
        pytest.param(
            f"<section aria-busy=true><p>{LABEL}</p>{switch()}</section>", False, True, id="busy"
        ),
    ],
)
async def test_a_control_that_cannot_be_used_says_so(
    page: Page, body: str, disabled: bool, busy: bool
) -> None:
    seen = await look(page, body)
    assert seen.control is not None
    assert (seen.control.disabled, seen.control.busy) == (disabled, busy)


@pytest.mark.parametrize(("hidden", "mentioned"), [("hidden", False), ("", True)])
async def test_a_link_mentions_the_setting_only_where_it_is_seen(
    page: Page, hidden: str, mentioned: bool
) -> None:
    seen = await look(page, f"<a {hidden} href='/12109829'>More</a>")
    assert seen.setting_mentioned is mentioned


async def test_a_frame_of_the_page_that_is_seen_is_part_of_it(page: Page) -> None:
    seen = await look(page, f'<iframe srcdoc="<p>{LABEL}</p>{switch()}"></iframe>')
    assert seen.control is not None
    assert seen.state is State.ON


async def test_a_control_that_goes_while_it_is_looked_at_is_not_waited_for(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = scanner_module._take_snapshots

    async def later(controls: list[Locator]) -> list[str]:
        await page.evaluate("document.querySelector('[role=switch]').remove()")
        return await real(controls)

    monkeypatch.setattr(scanner_module, "_take_snapshots", later)
    since = time.monotonic()
    with pytest.raises(Error) as caught:
        await look(page, f"<p>{LABEL}</p>{switch()}")
    assert is_transient(caught.value)
    assert time.monotonic() - since < 15


@pytest.mark.parametrize(
    "meanwhile",
    [
        pytest.param("it.replaceWith(it.cloneNode(true))", id="another in its place"),
        pytest.param("it.setAttribute('aria-checked', 'false')", id="another state"),
    ],
)
async def test_what_changed_between_two_looks_cannot_be_pressed(
    page: Page, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    seen = await look(page, f"<p>{LABEL}</p>{switch('id=it')}")
    scanner, real = PanelScanner(page, SITE, parse_base_url(HOME)), PanelScanner.scan
    assert len(await scanner.pin_clickable_elements(seen, State.OFF)) == 1

    async def later(self: PanelScanner) -> PanelScan:
        await page.evaluate(meanwhile)
        return await real(self)

    monkeypatch.setattr(PanelScanner, "scan", later)
    assert await scanner.pin_clickable_elements(seen, State.OFF) == []


PART = f"<div aria-hidden=true><p>{LABEL}</p>{{}}</div>"


async def test_what_is_only_hidden_from_assistive_tools_is_read_with_a_doubt(page: Page) -> None:
    seen = await look(page, PART.format(switch()))
    assert seen.state is State.ON
    assert "hidden from assistive tools" in seen.doubt


async def test_a_copy_that_is_hidden_from_assistive_tools_does_not_count_beside_another(
    page: Page,
) -> None:
    copy = PART.format(switch(checked="false"))
    seen = await look(page, f"{copy}<div><p>{LABEL}</p>{switch()}</div>")
    assert seen.state is State.ON
    assert not seen.doubt


async def test_two_that_are_hidden_from_assistive_tools_are_none(page: Page) -> None:
    seen = await look(page, PART.format(switch()) + PART.format(switch(checked="false")))
    assert seen.control is None


async def test_what_cannot_be_used_is_not_read_from_a_part_hidden_from_tools(page: Page) -> None:
    seen = await look(page, PART.format(switch()).replace("<div", "<div inert"))
    assert seen.control is None


@pytest.mark.parametrize("name", ["merge", "isRadio", "fold", "scan"])
async def test_names_that_a_page_puts_on_every_object_are_not_taken_for_ours(
    page: Page, name: str
) -> None:
    library = f"<script>Object.prototype.{name} = function () {{}};</script>"
    found = await look(page, library + SETTING)
    assert found.state is State.ON


ROW = "<p>Chat {0} <a href=/chat/{0}>Open</a> <button>Rename</button> <label><input type=checkbox> Pick</label></p>"
DIALOG = "<div role=dialog style='position:fixed;inset:9%;overflow:auto;background:#fff'><button id=entry>Privacy</button>{}</div>"


@pytest.mark.parametrize(("rows", "inside"), [(5_000, False), (1_000, True)])
async def test_a_look_at_a_page_with_thousands_of_controls_comes_to_its_end(
    page: Page, rows: int, *, inside: bool
) -> None:
    many = "".join(map(ROW.format, range(rows)))
    panel = DIALOG.format(f"<div><p>{LABEL}</p>{switch()}</div>{many if inside else ''}")
    document = f"<!doctype html><html lang=en-US><main>{'' if inside else many}</main>{panel}"
    await page.route("**/*", lambda route: route.fulfill(body=document, content_type="text/html"))
    await page.goto(HOME)
    scanner = PanelScanner(page, SITE, parse_base_url(HOME))
    await remember_entry(page.locator("#entry"))
    since = time.monotonic()
    seen = await scanner.scan()
    assert seen.state is State.ON
    # many times what it takes on a quiet machine; it was minutes, or never ended
    assert time.monotonic() - since < 45


# ---------------------------------------------------------------- what may be spared in waiting


async def test_a_scan_is_spared_only_while_the_page_tells_the_same(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    take = scanner_module._take_snapshots

    async def counted(controls: list[Locator]) -> list[str]:
        asked.append(len(controls))
        return await take(controls)

    monkeypatch.setattr(scanner_module, "_take_snapshots", counted)
    await look(page, SETTING)
    scanner = PanelScanner(page, SITE, parse_base_url(HOME))
    first, second = await scanner.scan_if_changed(), await scanner.scan_if_changed()
    assert (first.is_reused, second.is_reused) == (False, True)
    assert second.state is State.ON
    assert len(asked) == 2  # with the one of `look`
    await page.evaluate("document.querySelector('[role]').setAttribute('aria-checked', 'false')")
    third = await scanner.scan_if_changed()
    assert (third.is_reused, third.state) == (False, State.OFF)


async def test_a_whole_scan_asks_what_a_spared_one_does_not(page: Page) -> None:
    name = f"<span id=name>{LABEL}</span>"
    await look(page, f"<div>{switch('aria-labelledby=name')}</div>{name}")
    scanner = PanelScanner(page, SITE, parse_base_url(HOME))
    assert (await scanner.scan_if_changed()).control is not None
    assert (await scanner.scan_if_changed()).is_reused
    scanner.forget_scan()
    assert not (await scanner.scan_if_changed()).is_reused
    assert not (await scanner.scan()).is_reused
