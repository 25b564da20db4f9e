"""Whether a control can be pressed, tried on real elements of a real page.

Nothing here may click.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from auditor.browser.click import click_target as press
from auditor.browser.click.click_target import (
    ChoiceMissing,
    ControlReplaced,
    find_click_target,
    find_menu_target,
)
from auditor.browser.engine.isolated_world import find_element
from auditor.core.clock import Clock

if TYPE_CHECKING:
    from playwright.async_api import ElementHandle, Page

pytestmark = pytest.mark.asyncio(loop_scope="session")

# A page may listen before anybody else, and to any part of a press.
_PRESSES = """
  window.pressed = [];
  for (const name of ["pointerdown", "mousedown", "pointerup", "mouseup", "click", "touchstart", "keydown"])
    addEventListener(name, () => window.pressed.push(name), true);
"""


@pytest.fixture(autouse=True)
def _little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "_TRIAL_SECONDS", 1.5)


async def show(page: Page, body: str) -> None:
    await page.set_content(f"<!doctype html><script>{_PRESSES}</script>{body}")


async def handle(page: Page, selector: str) -> ElementHandle:
    element = await page.query_selector(selector)
    assert element is not None
    return element


async def way_to(page: Page, body: str, selector: str = "#it, .it") -> str | None:
    """Name the way that was found; the rehearsal must not have pressed anything."""
    await show(page, body)
    way = await find_click_target([await handle(page, selector)], Clock(20))
    assert await page.evaluate("window.pressed") == []
    return None if way is None else way.name


UNDER = "<input id=it type=checkbox style='position:absolute;z-index:-1;width:40px;height:20px'>"
UNDER_BUTTON = (
    "<button id=it role=switch"
    " style='position:absolute;z-index:-1;width:40px;height:20px'></button>"
)
OVER = "display:block;width:40px;height:20px;background:#ccc"
NOTICE = "position:fixed;inset:0;background:#fff"
NOT_DRAWN = "position:absolute;opacity:0;width:0;height:0"
TWICE = (
    f"<label for=twice><input class=it id=twice type=radio style='{NOT_DRAWN}'><i"
    f" style='{OVER}'></i></label>"
)
WHOLE = "position:absolute;inset:0"
NAKED = f"<input id=it type=checkbox style='{NOT_DRAWN}'>"
GONE = "<input id=it type=checkbox style='display:none'>"
OTHER = f"<label for=z style='{OVER}'></label><input id=z type=checkbox>"
# A button comes to lie there once the mouse does.
TIP = f"""<style>.tip {{ display: none; position: absolute; inset: 0; }} .w:hover .tip {{ display: block; }}</style>
<div class=w style='position:relative;width:40px;height:20px'>{NAKED}<button class=tip>Accept</button></div>"""
# The radio is small and at the left of its wide host, in the middle of which there is a button.
WIDE_RADIO = """<script>
  customElements.define("x-radio", class extends HTMLElement {
    checked = false;
    constructor() {
      super();
      this.attachShadow({ mode: "open" }).innerHTML =
        "<b role=radio style='display:inline-block;width:40px;height:20px'></b><button style='width:300px'>No</button>";
    }
  });
</script><x-radio id=it style='display:block;width:400px'>Off</x-radio>"""
DRAWN_RADIO = f"""<label>
  <b id=it role=radio style='display:inline-block;width:2px;height:20px'></b><i style='{OVER}'></i>
  <input type=radio style='{NOT_DRAWN}'>
</label>"""


def box(style: str, inside: str) -> str:
    return f"<span style='display:block;{style}'>{inside}</span>"


@pytest.mark.parametrize(
    ("body", "way"),
    [
        ("<input id=it type=checkbox>", "a click on the switch"),
        ("<button id=it role=switch>x</button>", "a click on the switch"),
        (
            box(
                "width:40px;height:20px",
                "<input id=it type=checkbox style='opacity:0;width:1px;height:1px'>",
            ),
            "a click on what draws it",
        ),
        (
            box(
                "",
                "<input id=it type=checkbox style='position:absolute;opacity:0;width:0;height:0'>",
            )
            + "<label for=it style='display:block;width:300px'>Help</label>",
            "a click on its label",
        ),
        (
            "<input id=it type=checkbox>"
            + box("position:fixed;inset:0;background:#fff", "A notice"),
            None,
        ),
        ("<button id=it role=switch disabled>x</button>", None),
        # A label that names no control, laid over the input.
        (
            box("width:200px;height:20px", f"{UNDER}<label style='{OVER}'></label>"),
            "a click on what is drawn over it",
        ),
        (box("width:200px;height:20px", f"{UNDER}<div style='{NOTICE}'>A notice</div>"), None),
        (
            box(
                "width:200px;height:20px",
                f"{UNDER}<label style='{OVER}'><a href=#>xxxxxxxxx</a></label>",
            ),
            None,
        ),
        # The same in a place so small that the whole of it is the switch.
        (box("width:40px;height:20px", f"{UNDER}<div style='{NOTICE}'>A notice</div>"), None),
        (
            box(
                "width:40px;height:20px",
                f"{UNDER}<label style='{OVER}'><a href=#>xxxxxxxxx</a></label>",
            ),
            None,
        ),
        # The same with a picture in it, as a tick often is.
        (
            box(
                "width:20px;height:20px",
                f"{UNDER}<b style='{OVER}'><i role=img style='display:block;width:20px;height:20px'>v</i></b>",
            ),
            "a click on what draws it",
        ),
        # A label around a drawn radio and the native one that it keeps in step.
        (
            DRAWN_RADIO,
            "a click on what draws it",
        ),
        # The label comes before an icon beside the input; what lies beside or over it may be
        # somebody else's.
        (
            f"<label for=it>Help</label>{NAKED}<i style='{OVER}' onclick='location = 1'></i>",
            "a click on its label",
        ),
        (f"<div>{NAKED}{OTHER}</div>", None),
        (f"<div>{UNDER}{OTHER}</div>", None),
        (f"<div>{UNDER}<label for=z style='{OVER}'></label></div><input id=z type=checkbox>", None),
        (
            box(
                "position:relative;width:40px;height:20px",
                f"{UNDER}<i tabindex=0 style='{WHOLE}'></i>",
            ),
            None,
        ),
        (
            box(
                "position:relative;width:500px;height:50px",
                f"{UNDER}<div style='{WHOLE}' onclick='x()'></div>",
            ),
            None,
        ),
        (
            box(
                "position:relative;width:200px;height:40px",
                f"{UNDER}<div style='{WHOLE}'>Tap to accept</div>",
            ),
            None,
        ),
        (
            box(
                "position:relative;width:200px;height:20px",
                f"{UNDER}<iframe style='{OVER}'></iframe>",
            ),
            None,
        ),
        (
            (
                f"<label><button>?</button> LABEL {NAKED.replace('id=it', 'class=it')}<i"
                f" style='{OVER}'></i></label>"
            ),
            None,
        ),
        (TIP, None),
        (WIDE_RADIO, "a click on the switch"),
        (
            box(
                "position:relative;width:200px;height:200px",
                f"{UNDER}<label style='{OVER}'></label>",
            ),
            None,
        ),
        (
            (
                f"<label style='display:block'>{GONE}<i style='{OVER}'></i><b"
                f" style='{WHOLE}'>On</b></label>"
            ),
            "a click on its label",
        ),
        (
            box(
                "position:relative;width:200px;height:110px",
                f"{UNDER}<label style='{WHOLE};width:40px'></label>",
            ),
            None,
        ),
        (
            box(
                "position:relative;width:200px;height:40px",
                f"{UNDER_BUTTON}<label style='{OVER}'></label>",
            ),
            None,
        ),
        (
            f"<label for=it>Help</label>{GONE}<i style='{OVER}' onclick='location = 1'></i>",
            "a click on its label",
        ),
        (f"<b id=it role=switch style='{OVER}'><a href='#' style='{OVER}'>x</a></b>", None),
        # What is drawn for an input that is not displayed has ways of its own, and may hear the
        # label as well.
        (
            f"<label for=it>Help</label>{box('width:40px;height:20px', GONE)}",
            "a click on what draws it",
        ),
        # An id that is there twice: the label around the second input presses the first.
        (f"<label for=twice><input id=twice type=checkbox></label>{TWICE}", None),
    ],
)
async def test_a_way_is_found_as_a_person_would_find_it(
    page: Page, body: str, way: str | None
) -> None:
    assert await way_to(page, body) == way


@pytest.mark.parametrize("when", ["before the first way", "between two ways"])
async def test_what_the_page_took_away_has_moved_and_is_not_covered(
    page: Page, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    await show(page, "<button id=it role=switch>x</button>")
    element = await handle(page, "#it")
    if when == "before the first way":
        await element.evaluate("each => each.remove()")
    else:
        real = find_element

        async def find_and_take_away(*asked: Any) -> ElementHandle | None:  # noqa: ANN401
            if (await page.query_selector("#it")) is None:
                return await real(*asked)
            await page.evaluate("it.remove()")
            return None

        monkeypatch.setattr(press, "find_element", find_and_take_away)
    with pytest.raises(ControlReplaced):
        await find_click_target([element], Clock(20))


async def test_what_comes_to_lie_there_after_the_rehearsal_is_not_pressed(page: Page) -> None:
    await show(page, box("position:relative;width:40px;height:20px", NAKED))
    way = await find_click_target([await handle(page, "#it")], Clock(20))
    assert way is not None
    await page.evaluate(
        """it.insertAdjacentHTML("afterend", "<button style='position:absolute;inset:0'>Accept</button>")"""
    )
    with pytest.raises(ControlReplaced):
        await way.press(5_000)
    assert await page.evaluate("window.pressed") == []


async def test_a_radio_in_a_slot_of_a_wide_host_is_pressed_itself(page: Page) -> None:
    slot = "<slot name=input></slot><slot></slot>"
    await show(
        page,
        f"""<script>customElements.define("x-radio", class extends HTMLElement {{
          constructor() {{ super(); this.attachShadow({{ mode: "open" }}).innerHTML = "{slot}"; }}
        }})</script>
        <x-radio id=it style='display:block;width:400px'>Off<input slot=input type=radio></x-radio>""",
    )
    way = await find_click_target([await handle(page, "#it")], Clock(20))
    assert way is not None
    await way.press(5_000)
    assert await page.evaluate("document.querySelector('input').checked")


async def test_a_button_that_leaves_the_mouse_to_its_host_is_pressed_there(page: Page) -> None:
    button = "<button role=tab style='width:300px;height:40px;pointer-events:none'>Off</button>"
    await show(
        page,
        f"""<script>customElements.define("x-half", class extends HTMLElement {{
          constructor() {{ super(); this.attachShadow({{ mode: "open" }}).innerHTML = `{button}`; }}
        }})</script><x-half style='display:block;width:300px;height:40px' onclick='window.chosen = true'></x-half>""",
    )
    half = await page.query_selector("x-half button")
    assert half is not None
    way = await find_click_target([half], Clock(20))
    assert way is not None
    await way.press(5_000)
    assert await page.evaluate("window.chosen")


# ---------------------------------------------------------------- a menu of the two values

MENU = """<button id=it aria-haspopup=menu style='width:80px;height:30px'>On</button><script>
  it.onclick = () => it.insertAdjacentHTML("afterend", `<div role=menu>{}</div>`);
</script>"""
OPTION = "<div role=menuitemradio onclick='window.chosen = this.textContent'>{}</div>"
OFF = ("Off", "Aus")


async def test_finding_a_menu_opens_nothing_and_pressing_chooses_once(page: Page) -> None:
    await show(page, MENU.format(OPTION.format("On") + OPTION.format("Aus")))
    target = await find_menu_target(page, await handle(page, "#it"), OFF)
    assert target is not None
    assert await page.evaluate("pressed.length") == 0
    await target.press(5_000)
    assert await page.evaluate("chosen") == "Aus"
    assert await page.evaluate("pressed.filter((name) => name === 'click').length") == 2


@pytest.mark.parametrize(
    "inside", ["", OPTION.format("Ask me"), OPTION.format("Off") + OPTION.format("Aus")]
)
async def test_a_menu_without_exactly_one_such_value_is_left_alone(
    page: Page, inside: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(press, "_MENU_MS", 300)
    await show(page, MENU.format(inside))
    target = await find_menu_target(page, await handle(page, "#it"), OFF)
    assert target is not None
    with pytest.raises(ChoiceMissing):
        await target.press(5_000)
    assert await page.evaluate("window.chosen") is None


@pytest.mark.parametrize(
    "body",
    [
        MENU.replace("<button", "<button disabled"),
        f"{MENU}<div role=menu>{OPTION.format('Off')}</div>",
        f"{MENU}<div style='position:fixed;inset:0;background:#fff'></div>",
    ],
    ids=["disabled", "another menu is open", "covered"],
)
async def test_a_menu_that_cannot_be_opened_as_it_should_is_none(page: Page, body: str) -> None:
    await show(page, body.replace("{}", ""))
    assert await find_menu_target(page, await handle(page, "#it"), OFF) is None


async def test_a_menu_that_is_gone_is_looked_for_again(page: Page) -> None:
    await show(page, MENU.format(""))
    button = await handle(page, "#it")
    target = await find_menu_target(page, button, OFF)
    assert target is not None
    await page.evaluate("it.remove()")
    with pytest.raises(ControlReplaced):
        await target.press(1_000)
    with pytest.raises(ControlReplaced):
        await find_menu_target(page, button, OFF)
