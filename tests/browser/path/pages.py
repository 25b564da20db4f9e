"""Small pages of an origin of their own, without any server."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from auditor.browser.network.monitor import NetworkMonitor
from auditor.browser.path.motion import Motion
from auditor.browser.path.obstacles import ObstacleDetector
from auditor.browser.path.page_changes import PageChanges
from auditor.browser.path.walk import Walker
from auditor.core.base_url import parse_base_url
from auditor.core.clock import Clock
from auditor.flow import Flow, Step, StepAlternative, load_flow

if TYPE_CHECKING:
    from playwright.async_api import Page, Route

ORIGIN = "http://site.test"
FLOW = load_flow("claude/web")
STEPS = (
    Step(
        say="Click the user icon",
        observe="plan",
        click=(StepAlternative(test_id="user-menu-button", known="INF 2026-11"),),
    ),
    Step(
        say="Click Settings",
        observe="organisation",
        click=(
            StepAlternative(test_id="user-menu-settings", known="INF 2026-11"),
            StepAlternative(pressable="@settings", known="INF 2026-11"),
        ),
    ),
)


async def open_page(page: Page, html: str) -> None:
    """Open a page of the origin that holds this."""

    async def answer(route: Route) -> None:
        await route.fulfill(body=f"<!doctype html>{html}", content_type="text/html; charset=utf-8")

    await page.route("**/*", answer)
    await page.goto(f"{ORIGIN}/new")


def detector(page: Page) -> ObstacleDetector:
    """Return what looks for obstacles on the page."""
    base_url = parse_base_url(ORIGIN)
    return ObstacleDetector(page, FLOW.about, base_url, NetworkMonitor(FLOW.about, base_url))


def walker(page: Page, *steps: Step, seconds: float = 20) -> Walker:
    """Return what walks the page along the steps."""
    flow: Flow = replace(FLOW, steps=steps or STEPS)
    return Walker(
        page, flow, detector(page), Clock(seconds), lambda _: None, Motion(page), PageChanges(page)
    )
