import asyncio
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

from auditor.browser.engine.launch import (
    _PLAYWRIGHT_DISABLES,
    _UNSEEN_PAGES,
    BrowserOptions,
    launch_browser,
)

pytestmark = pytest.mark.browser
SWITCH = "--disable-features="


def features_of_children(pid: int) -> list[str]:
    """What the browsers below a process were told to leave off; the last such switch counts."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_text().split("\0")
            parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except (OSError, IndexError):
            continue
        if (
            parent == pid
            and "--headless" in words
            and not any(word.startswith("--type=") for word in words)
        ):
            found += [word.removeprefix(SWITCH) for word in words if word.startswith(SWITCH)][-1:]
    return found


def driver() -> int:
    """The process of Playwright's driver, of which this test has started exactly one."""
    import os

    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    (found,) = [
        int(pid) for pid in children if "playwright" in Path(f"/proc/{pid}/cmdline").read_text()
    ]
    return found


async def test_the_features_playwright_turns_off_are_still_the_ones_said_again(
    chromium: str,
) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, chromium_sandbox=False)
        (plain,) = await asyncio.to_thread(features_of_children, driver())
        await browser.close()
    assert set(plain.split(",")) <= set(_PLAYWRIGHT_DISABLES)


async def test_the_browser_leaves_off_what_nobody_sees(chromium: str) -> None:
    async with launch_browser(BrowserOptions(chromium), lambda _: None):
        (ours,) = await asyncio.to_thread(features_of_children, driver())
    assert set(ours.split(",")) == {*_PLAYWRIGHT_DISABLES, *_UNSEEN_PAGES}
