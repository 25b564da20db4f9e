"""Locators from a flow's words."""

from __future__ import annotations

from unittest.mock import MagicMock

from auditor.browser.path.targets import compile_patterns, locate
from auditor.flow import load_flow
from auditor.text import label_pattern


def test_what_a_walk_looks_for_is_compiled_before_it() -> None:
    flow = load_flow("claude/web")
    label_pattern.cache_clear()
    compile_patterns(flow)
    compiled = label_pattern.cache_info().misses
    targets = [
        *(target for step in flow.steps for target in step.click if target.pressable is None),
        *(target for banner in flow.about.banners for target in banner.reject),
        *(sign.shown for each in flow.about.obstacles for sign in each.signs if sign.shown),
    ]
    for target in targets:
        locate(MagicMock(), target, flow.about)
    assert compiled > 0
    assert label_pattern.cache_info().misses == compiled
