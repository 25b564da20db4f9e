"""What a click brought up is found by its name, in whatever a library builds its menus of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import Error

from auditor.browser.path.appeared import Drawn
from auditor.flow import load_flow

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = pytest.mark.asyncio(loop_scope="session")
SETTINGS = load_flow("claude/web").about.texts("@settings")
PRIVACY = load_flow("claude/web").about.texts("@privacy")
BEFORE = """<!doctype html><body style="margin:0">
<main><p>Here is how the <a href="#x" class=old>Settings</a> of a page may look.</p></main>
<nav><a href="#x" class=old>Privacy</a><button class=old>Settings</button></nav>
<div id=into style="position:fixed;left:300px;top:50px;width:300px"></div>"""
OTHERS = "<{0}>Profile</{1}>{2}<{0}>Log out</{1}>"


def among(open_tag: str, inside: str = "Settings") -> str:
    """Return an entry between two others of the same kind."""
    close = open_tag.split(maxsplit=1)[0]
    return OTHERS.format(open_tag, close, f"<{open_tag} data-right>{inside}</{close}>")


ENTRIES = {
    "MUI": f"<ul role=menu tabindex=-1>{among('li role=menuitem tabindex=-1', 'Settings<span style=position:absolute;inset:0;pointer-events:none></span>')}</ul>",
    "Radix": f"<div role=menu data-state=open tabindex=-1>{among('div role=menuitem tabindex=-1 data-radix-collection-item', '<svg width=9 height=9 aria-hidden=true></svg>Settings')}</div>",
    "Headless UI links": f"<div role=menu tabindex=0>{among('a role=menuitem href=#s')}</div>",
    "Ant": f"<ul role=menu tabindex=0>{among('li role=menuitem', '<span class=ant-title><span>Settings</span></span>')}</ul>",
    "Chakra": f"<div role=menu>{among('button type=button role=menuitem tabindex=-1')}</div>",
    "Bootstrap": "<ul class=show><li><a href=#p>Profile</a></li><li><a href=#s data-right>Settings</a></li></ul>",
    "Mantine": f"<div role=menu>{among('button role=menuitem', '<div><div>Settings</div></div>')}</div>",
    "Vuetify": f"<div role=listbox>{among('div role=listitem tabindex=0', '<div>Settings</div>')}</div>",
    "Ionic": f"<ion-list>{among('ion-item tabindex=0', '<ion-label>Settings</ion-label>')}</ion-list>",
    "Shoelace": f"<sl-menu role=menu>{among('sl-menu-item role=menuitem tabindex=-1')}</sl-menu>",
    "Fluent 3": f"<fluent-menu-list>{among('fluent-menu-item')}</fluent-menu-list>",
    "select by options": f"<div role=listbox tabindex=0>{among('div role=option')}</div>",
    "links without a list": among("a href=#s"),
    "buttons with keys": among("button", "Settings <kbd>⌘,</kbd>"),
    "focusable": among("div tabindex=0", "<span>Settings</span>"),
    "focusable by script": among("div tabindex=-1", "Settings"),
    "pointed at": among("div style=cursor:pointer"),
    "plain list": f"<ul>{among('li')}</ul>",
    "plain text": among("div"),
    "named by a label": "<button aria-label=Help>?</button><button aria-label=Settings data-right><svg width=20 height=20></svg></button>",
    "with a description": f"<ul>{among('li tabindex=0', '<b>Settings</b><p>Change how everything looks and works.</p>')}</ul>",
    "with an arrow": among("button", "⚙ Settings →"),
    "in German": among("button", "Einstellungen"),
    "with a title of the same name": f"<h2>Settings</h2>{among('button')}",
    "with a link to elsewhere": f"<a href=https://example.com/>Settings</a>{among('button')}",
    "with a new tab": f"<a href=#s target=_blank>Settings</a>{among('button')}",
    "with one disabled": f"<button disabled>Settings</button>{among('button')}",
    "with one hidden": f"<button style=display:none>Settings</button>{among('button')}",
    "with an icon's name": f"<button><i style=\"font-family:'Material Icons'\">settings</i>Usage</button>{among('button')}",
    "hidden from tools as a whole": f"<div role=menu aria-hidden=true>{among('div role=menuitem tabindex=-1')}</div>",
    "with a copy hidden from tools": f"<div aria-hidden=true>Copy <button>Settings</button></div>{among('button')}",
    "in a popover without a role": f"<div tabindex=-1>{among('div')}</div>",
}  # fmt: skip


async def appeared(page: Page, html: str) -> Drawn:
    """Draw a page, remember it, and bring something up."""
    await page.set_content(BEFORE)
    drawn = Drawn(page)
    await drawn.remember()
    await page.evaluate("html => { document.querySelector('#into').innerHTML = html }", html)
    return drawn


async def pressed(page: Page, drawn: Drawn, texts: tuple[str, ...] = SETTINGS) -> bool:
    """Press what is found, and return whether that was the right thing."""
    await page.evaluate(
        "document.addEventListener('click', e => { e.preventDefault();"
        " window.hit = e.composedPath().some(each => each.matches?.('[data-right]')); })"
    )
    found, several = await drawn.find_pressable(texts)
    assert not several
    if found is None:
        return False
    await found.click(timeout=20_000)
    return bool(await page.evaluate("window.hit"))


@pytest.mark.parametrize("html", ENTRIES.values(), ids=list(ENTRIES))
async def test_an_entry_is_pressed_whatever_it_is_made_of(page: Page, html: str) -> None:
    assert await pressed(page, await appeared(page, html))


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<h2>Settings</h2>",
        "<a href='https://example.com/'>Settings</a>",
        "<a href='mailto:a@b.example'>Settings</a>",
        "<a href=#s download>Settings</a>",
        "<button disabled>Settings</button>",
        "<div role=menuitem aria-disabled=true>Settings</div>",
        "<div inert><button>Settings</button></div>",
        "<button>Settings for the team</button><button>Log out</button>",
        "<div contenteditable=true><span>Settings</span></div>",
        "<div style='height:0;overflow:hidden'><button>Settings</button></div>",
        "<div style='opacity:0'><button>Settings</button></div>",
        "<i style=\"font-family:'Material Icons'\">settings</i>",
    ],
)
async def test_nothing_else_is_pressed(page: Page, html: str) -> None:
    drawn = await appeared(page, html)
    assert await drawn.find_pressable(SETTINGS) == (None, False)


async def test_two_of_the_same_name_are_ambiguous(page: Page) -> None:
    drawn = await appeared(page, "<button>Settings</button><a href=#s>Settings</a>")
    assert await drawn.find_pressable(SETTINGS) == (None, True)


async def test_a_shadow_root_is_looked_into(page: Page) -> None:
    drawn = await appeared(page, "<my-menu></my-menu>")
    await page.evaluate(
        "document.querySelector('my-menu').attachShadow({mode: 'open'})"
        ".innerHTML = '<ul><li data-right><slot></slot>Settings</li></ul>'"
    )
    assert await pressed(page, drawn)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<div hidden id=m><button data-right>Settings</button></div>", "m.hidden = false"),
        ("<div style='position:fixed;left:-400px' id=m><button data-right>Settings</button></div>", "m.style.left = 0"),
        ("<div style='position:fixed;top:100vh' id=m><button data-right>Settings</button></div>", "m.style.top = 0"),
        ("<div style='opacity:0' id=m><button data-right>Settings</button></div>", "m.style.opacity = 1"),
        ("<div style='height:0;overflow:hidden' id=m><button data-right>Settings</button></div>", "m.style.height = ''"),
        ("<details id=m><summary>Menu</summary><button data-right>Settings</button></details>", "m.open = true"),
        ("<div popover id=m><button data-right>Settings</button></div>", "m.showPopover()"),
        ("<dialog id=m><button data-right>Settings</button></dialog>", "m.showModal()"),
        ("<button id=m data-right>Chats</button>", "m.textContent = 'Settings'"),
        ("<button id=m style='display:none' data-right>Settings</button>", "m.style.display = ''"),
    ],
)  # fmt: skip
async def test_what_was_there_unseen_has_appeared(page: Page, before: str, after: str) -> None:
    await page.set_content(f"{BEFORE}{before}")
    drawn = Drawn(page)
    await drawn.remember()
    await page.evaluate(f"const m = document.querySelector('#m'); {after}")
    assert await pressed(page, drawn)


async def test_what_is_drawn_anew_as_it_was_has_not_appeared(page: Page) -> None:
    await page.set_content(BEFORE)
    drawn = Drawn(page)
    await drawn.remember()
    await page.evaluate("document.body.innerHTML += ''")
    assert await drawn.find_pressable(SETTINGS) == (None, False)
    assert await drawn.find_pressable(PRIVACY) == (None, False)


async def test_an_entry_of_a_menu_goes_before_one_on_the_page(page: Page) -> None:
    drawn = await appeared(page, "<div role=menu><button data-right>Settings</button></div>")
    await page.evaluate("document.querySelector('nav').append(document.createElement('p'))")
    await page.evaluate("document.querySelector('p').outerHTML += '<a href=#c>Settings</a>'")
    found, _ = await drawn.find_pressable(SETTINGS)
    assert found is not None
    assert found.is_in_layer
    assert await pressed(page, drawn)


async def test_an_entry_on_the_page_itself_says_so(page: Page) -> None:
    await page.set_content(BEFORE)
    drawn = Drawn(page)
    await drawn.remember()
    await page.evaluate("document.querySelector('main').innerHTML += '<p><button>Privacy</button>'")
    found, _ = await drawn.find_pressable(PRIVACY)
    assert found is not None
    assert not found.is_in_layer


async def test_a_section_is_chosen_in_a_select_box(page: Page) -> None:
    drawn = await appeared(page, "<select><option>General<option>Privacy</select>")
    found, _ = await drawn.find_pressable(PRIVACY)
    assert found is not None
    await found.click(timeout=20_000)
    assert await page.locator("select").input_value() == "Privacy"


@pytest.mark.parametrize(
    "html",
    [
        "<h3><button aria-expanded=true>Privacy</button></h3>",
        "<details open><summary>Privacy</summary>The setting</details>",
        "<select onchange='window.hit = true'><option>General<option selected>Privacy</select>",
    ],
)
async def test_what_is_open_already_is_not_pressed(page: Page, html: str) -> None:
    drawn = await appeared(page, html)
    await page.evaluate("document.addEventListener('click', () => { window.hit = true })")
    found, _ = await drawn.find_pressable(PRIVACY)
    assert found is not None
    await found.click(timeout=20_000)
    assert await page.evaluate("window.hit") is None


async def test_all_of_another_document_has_appeared(page: Page) -> None:
    await page.goto("data:text/html,before")
    drawn = Drawn(page)
    await drawn.remember()
    await page.goto("data:text/html,<button data-right>Settings</button>")
    assert await pressed(page, drawn)


async def test_an_entry_tells_its_text_and_whether_it_opened_something(page: Page) -> None:
    drawn = await appeared(page, "<button data-right>Settings</button>")
    found, _ = await drawn.find_pressable(SETTINGS)
    assert found is not None
    assert await found.inner_text(timeout=20_000) == "Settings"
    now = Drawn(page)
    await now.remember()
    assert not await now.has_opened(found)
    await page.evaluate("document.querySelector('[data-right]').ariaExpanded = 'true'")
    assert await now.has_opened(found)


async def test_a_click_that_led_to_another_document_has_done_its_work(page: Page) -> None:
    await page.goto("data:text/html,<button>Ada</button>")
    drawn = Drawn(page)
    await drawn.remember()
    await page.goto("data:text/html,<button>Bea</button>")
    assert await drawn.has_opened(page.locator("button"))


async def test_other_faults_of_the_page_are_told(page: Page) -> None:
    drawn = await appeared(page, "")
    with pytest.raises(Error, match="Timeout"):
        await drawn.has_opened(page.locator("#nowhere"))


OPENED = {
    "says so": ("b.ariaExpanded = 'true'", True),
    "is busy": ("b.ariaBusy = 'true'", True),
    "a menu": ("into.innerHTML = '<div role=menu>...</div>'", True),
    "a shade": ("into.innerHTML = '<div style=\"position:fixed;inset:0\"></div>'", True),
    "beside it": ("b.after('…', document.createElement('hr'))", True),
    "nothing": ("", False),
    "more of the chat": ("document.querySelector('main').innerHTML += '<p>and so on'", False),
    "a notice": ("document.body.insertAdjacentHTML('beforeend', '<div role=status style=\"position:fixed;width:200px;height:50px\">Saved</div>')", False),
    "drawn anew": ("into.outerHTML += ''", False),
}  # fmt: skip


@pytest.mark.parametrize(("change", "opened"), OPENED.values(), ids=list(OPENED))
async def test_a_click_has_done_its_work_if_something_opened(
    page: Page, change: str, opened: bool
) -> None:
    await page.set_content(f"{BEFORE}<div id=beside><button id=b>Ada</button></div>")
    drawn = Drawn(page)
    target = page.locator("#b")
    assert not await drawn.has_opened(target)
    await drawn.remember()
    await page.evaluate(
        f"const [b, into] = ['b', 'into'].map(id => document.getElementById(id)); {change}"
    )
    assert await drawn.has_opened(target) is opened


LIST = "<div role=dialog style=position:fixed;width:300px;height:200px>{}</div>"
OPENERS = {
    "a combobox": (LIST.format("<button role=combobox>General</button>"), True),
    "a button with a list": (LIST.format("<button aria-haspopup=listbox>General</button>"), True),
    "a button with a menu": (
        LIST.format("<div role=button tabindex=0 aria-haspopup=menu>General</div>"),
        True,
    ),
    "two": (LIST.format("<button role=combobox>A</button><button role=combobox>B</button>"), False),
    "open": (LIST.format("<button role=combobox aria-expanded=true>General</button>"), False),
    "disabled": (LIST.format("<button role=combobox disabled>General</button>"), False),
    "a dialog": (LIST.format("<button aria-haspopup=dialog>Delete</button>"), False),
    "a field to type in": (LIST.format("<input role=combobox>"), False),
    "a plain button": (LIST.format("<button>General</button>"), False),
    "on the page itself": ("<button role=combobox>General</button>", False),
}


@pytest.mark.parametrize(("inside", "found"), OPENERS.values(), ids=list(OPENERS))
async def test_the_only_closed_list_of_a_layer_is_what_may_be_opened(
    page: Page, inside: str, found: bool
) -> None:
    await page.set_content(f"{BEFORE}<button role=combobox>Model</button>")
    drawn = Drawn(page)
    assert await drawn.find_list_opener() is None  # nothing is remembered yet
    await drawn.remember()
    await page.evaluate("html => document.body.insertAdjacentHTML('beforeend', html)", inside)
    assert (await drawn.find_list_opener() is not None) is found
