"""Functions of ours in a world beside the page's: nothing of the page's reaches them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import Error

from auditor.browser.engine.isolated_world import (
    IS_CONNECTED,
    IS_KEPT,
    PIN,
    PageFunction,
    ask,
    find_element,
    new_key,
)

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = pytest.mark.asyncio(loop_scope="session")

SPOT = ("engine/dom.js", "click/places.js", "click/ways.js", "click/press.js")
SPOT_IN = PageFunction("spotIn", SPOT)
CANDIDATES = PageFunction("findCandidates", ("control/scan/candidates.js",))
REDEFINED = """
  for (const name of ["Map", "Set", "WeakMap", "Proxy", "MutationObserver"]) window[name] = function () { throw name; };
  for (const name of ["map", "filter", "push", "some", "find", "includes"]) Array.prototype[name] = () => { throw name; };
  for (const name of ["closest", "matches", "getBoundingClientRect", "getAttribute"]) Element.prototype[name] = () => null;
  for (const name of ["call", "apply", "bind"]) Function.prototype[name] = () => { throw name; };
  for (const name of ["stringify", "parse"]) JSON[name] = () => "lie";
  for (const name of ["querySelectorAll", "elementFromPoint", "createElement"]) document[name] = () => [];
  Node.prototype.contains = () => true;
  Object.defineProperty(Node.prototype, "isConnected", { get: () => true });
  Object.defineProperty(Node.prototype, "textContent", { get: () => "lie" });
  Object.prototype.toJSON = () => "lie";
  Object.prototype.spotIn = Object.prototype.run = () => "lie";
  window.getComputedStyle = () => ({});
"""


async def show(page: Page, body: str, script: str = "") -> None:
    await page.goto("about:blank")
    await page.set_content(f"<!doctype html><body>{body}<script>{script}</script>")


@pytest.mark.parametrize("script", ["", REDEFINED], ids=["plain", "redefined"])
async def test_a_function_is_called_with_an_element_whatever_the_page_redefines(
    page: Page, script: str
) -> None:
    label = "<label id=it><a href=x style='display:inline-block;width:50px'>x</a> Voice</label>"
    await show(page, label, script)
    by_locator = await ask(page.locator("#it"), SPOT_IN)
    assert by_locator["isClear"]
    held = await page.query_selector("#it")
    assert held is not None
    assert await ask(held, SPOT_IN) == by_locator
    assert await ask(page, CANDIDATES, {"css": "nothing"}) == []


async def test_what_was_kept_in_a_document_is_known_in_it_alone(page: Page) -> None:
    await show(page, "<p id=it>x</p>", REDEFINED)
    key = {"key": new_key("test")}
    await ask(page.locator("#it"), PIN, key)
    assert await ask(page, IS_KEPT, key) is True
    held = await page.query_selector("#it")
    assert held is not None
    assert await find_element(held, IS_CONNECTED) is not None
    await page.set_content("another")  # the same document, written anew
    assert await find_element(held, IS_CONNECTED) is None
    assert await ask(page, IS_KEPT, key) is False
    await page.goto("data:text/html,another")
    assert await ask(page, IS_KEPT, key) is False


async def test_candidates_are_found_through_shadow_roots_after_what_their_host_holds(
    page: Page,
) -> None:
    host = "<div id=host><p id=a></p></div><p id=d></p>"
    inside = "<p id=b><slot></slot></p><div id=inner></div>"
    script = f"""
      host.attachShadow({{ mode: "open" }}).innerHTML = "{inside}";
      host.shadowRoot.getElementById("inner").attachShadow({{ mode: "open" }}).innerHTML = "<p id=c></p>";
    """
    await show(page, host, script)
    found = page.locator(CANDIDATES.finding({"css": "p"}))
    assert await found.count() == 4
    assert [await found.nth(at).get_attribute("id") for at in range(4)] == ["a", "b", "c", "d"]


async def test_half_of_a_pair_of_characters_is_told_as_unreadable(page: Page) -> None:
    await show(page, "<dialog open id=it><h2></h2><button>x</button></dialog>")
    await page.evaluate("document.querySelector('h2').textContent = 'a\\ud83d >> \"b'")
    cover = PageFunction("titleOf", ("engine/dom.js", "path/covering.js"))
    assert await ask(page.locator("#it"), cover, {"words": []}) == 'a\ufffd >> "b'


async def test_a_name_that_no_script_before_gives_is_an_error(page: Page) -> None:
    with pytest.raises(Error, match="no script before gives ancestorsOf"):
        await ask(page, PageFunction("boxOf", SPOT[1:]))


async def test_a_name_that_two_scripts_give_is_an_error(page: Page) -> None:
    with pytest.raises(Error, match="two scripts give parentOf"):
        await ask(page, PageFunction("parentOf", (SPOT[0], SPOT[0])))
