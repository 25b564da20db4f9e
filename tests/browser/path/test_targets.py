"""Locators from a flow's words."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import MagicMock

import pytest

from auditor.browser.path.targets import locate, locate_named, prepare_expressions
from auditor.flow import load_flow
from auditor.text import label_expression

if TYPE_CHECKING:
    from playwright.async_api import Page


def test_what_a_walk_looks_for_is_built_before_it() -> None:
    flow = load_flow("claude/web")
    label_expression.cache_clear()
    prepare_expressions(flow)
    built = label_expression.cache_info().misses
    targets = [
        *(target for step in flow.steps for target in step.click if target.pressable is None),
        *(target for banner in flow.about.banners for target in banner.reject),
        *(sign.shown for each in flow.about.obstacles for sign in each.signs if sign.shown),
    ]
    for target in targets:
        locate(MagicMock(), target, flow.about)
    assert built > 0
    assert label_expression.cache_info().misses == built


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("L\u2019aide", "L'aide"),
        ("On/Off", "On/off"),
        ('Say "yes"', 'Say "YES"'),
        ("`code`", "\u00b4code\u00b4"),
        ("A >> B", "A >> B"),
        ("Back\\slash", "Back\\slash"),
        ("a [b] (c)? $d ^e {f}", "A [b] (c)? $d ^e {f}"),
    ],
)
@pytest.mark.asyncio(loop_scope="session")
async def test_what_a_selector_would_end_at_is_part_of_a_name(
    page: Page, text: str, shown: str
) -> None:
    await page.set_content("<button></button><button disabled></button><a href='/x'>other</a>")
    for button in await page.query_selector_all("button"):
        await button.evaluate("(button, shown) => { button.textContent = shown; }", shown)
    assert await locate_named(page, "button", (text, "x")).count() == 2
    assert await locate_named(page, "button", ("x", text), "[disabled=false]").count() == 1
    assert await locate_named(page, "button", (f"{text}!",)).count() == 0
    assert await locate_named(page, "link", (text,)).count() == 0
