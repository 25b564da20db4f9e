"""Call single functions of the page's scripts, on a page of three lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.browser.engine.page_script import read_script

if TYPE_CHECKING:
    from playwright.async_api import Page

ASKED = {
    "labels": ["Help improve"],
    "badges": ["New"],
    "states": ["on", "off"],
    "pairs": [["On", "Off"]],
    "turn_on": ["Turn on"],
    "turn_off": ["Turn off"],
    "waiting": ["Loading", "Please wait", "\u4fdd\u5b58\u4e2d"],
    "notes": ["Saved for later"],
    "inverting": ["opt out"],
    "generic": ["switch"],
    "short": 60,
    "link": "/123",
    "decoys": ["/456"],
    "candidates": "input[type=checkbox i], input[type=radio i], [role=switch i], [role=radio i], [aria-pressed]",
}
# `it` is the element so called on the page, `panel` what the scan makes of all of its controls.
_CALL = """([expression, asked]) => {
  const given = { __proto__: null, asked, memory: new Map() };
  for (const file of [%s]) Object.assign(given, file(given));
  const it = document.getElementById("it");
  const all = [...document.querySelectorAll(`${asked.candidates}, [aria-selected]`)];
  const values = { ...given, it, all, get panel() { return given.scanPanel(all); } };
  return new Function("values", `with (values) return (${expression})`)(values);
}"""


async def call(page: Page, paths: tuple[str, ...], body: str, expression: str) -> object:
    """Return the value of an expression in which every function of some scripts is known.

    In the page's own world, where the custom elements of a test say their properties themselves.
    """
    await page.set_content(f"<!doctype html><body>{body}")
    script = _CALL % ", ".join(f"\n{read_script(path)}\n" for path in paths)
    return await page.evaluate(script, [expression, ASKED])
