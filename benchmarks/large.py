"""What one look costs on a page with many other controls, in milliseconds.

The setting stands in a dialog; behind it, or in it, stand rows with a link, a button and a tick
box. Run it with `python benchmarks/large.py [--rows 10 300 1000 5000]` on a quiet machine.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import Browser, CDPSession, async_playwright

from auditor.browser.control.accessibility import AccessibilityTree, read_accessibility_tree
from auditor.browser.control.painted_text import take_page_snapshot
from auditor.browser.control.scanner import PanelScanner
from auditor.browser.engine.find import find_browser
from auditor.browser.engine.isolated_world import install_page_functions
from auditor.browser.path.appeared import Drawn
from auditor.browser.path.walk import remember_entry
from auditor.core.base_url import parse_base_url
from auditor.flow import load_flow

LABEL = "Help improve our AI models"
ROW = (
    "<p>Chat {0} <a href=/chat/{0}>Open</a> <button>Rename</button>"
    " <label><input type=checkbox> Pick</label></p>"
)
PANEL = (
    f"<div><div><b>{LABEL}</b> <a href='https://privacy.claude.com/en/articles/12109829'>Learn more"
    f"</a></div><button role=switch aria-checked=false aria-label='{LABEL}'></button></div>"
)
DIALOG = (
    "<div role=dialog style='position:fixed;inset:9%;overflow:auto;background:#fff'>"
    "<button id=entry>Privacy</button>{}</div>"
)
Work = Callable[[], Awaitable[object]]


def page_of(rows: int, *, inside: bool) -> str:
    """Return a page with so many rows, behind the dialog or in it."""
    many = "".join(ROW.format(number) for number in range(rows))
    behind, within = ("", PANEL + many) if inside else (many, PANEL)
    return f"<!doctype html><html lang=en><main>{behind}</main>{DIALOG.format(within)}"


async def main() -> None:
    """Measure and print one line for each page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, nargs="*", default=[10, 300, 1_000, 5_000])
    options.add_argument("--times", type=int, default=3)
    asked = options.parse_args()
    async with async_playwright() as playwright:
        await install_page_functions(playwright)
        program = find_browser(None, Path("/nonexistent")).program()
        browser = await playwright.chromium.launch(executable_path=program, chromium_sandbox=False)
        for inside in (False, True):
            for rows in asked.rows:
                await _measure_page(browser, rows, asked.times, inside=inside)
        await browser.close()


async def _measure_page(browser: Browser, rows: int, times: int, *, inside: bool) -> None:
    page = await browser.new_page()
    html = page_of(rows, inside=inside)
    await page.route("**/*", lambda route: route.fulfill(content_type="text/html", body=html))
    await page.goto("http://127.0.0.1:8400/new")
    base_url = parse_base_url("http://127.0.0.1:8400")
    scanner = PanelScanner(page, load_flow("claude/web").about, base_url)
    await remember_entry(page.locator("#entry"))
    cdp = await page.context.new_cdp_session(page)
    scan = await scanner.scan()
    if (control := scan.control) is None:
        raise SystemExit(scan.reason)
    works: dict[str, Work] = {
        "scan": scanner.scan,
        "signature": scanner.signature,
        "remember": Drawn(page).remember,
        "row": lambda: scanner.describe_row(control),
        "tree": lambda: _read_tree(cdp),
    }
    told = [f"{name} {await _median(work, times):7.0f}" for name, work in works.items()]
    print(f"{rows:5} rows {'in' if inside else 'behind'} the panel: {'  '.join(told)}", flush=True)
    await page.close()


async def _read_tree(cdp: CDPSession) -> AccessibilityTree:
    snapshot = await take_page_snapshot(cdp)
    return await read_accessibility_tree(cdp, snapshot.places_of_nodes())


async def _median(work: Work, times: int) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        await work()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


if __name__ == "__main__":
    asyncio.run(main())
