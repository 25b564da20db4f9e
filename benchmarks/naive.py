"""What a naive reader makes of the mock site.

One locator and `is_checked()`, scored beside `auditor selftest`.

It is spared the walk: the panel's address is opened directly. A claim that is not the scenario's
state is wrong; whatever crashes or finds nothing is a safe stop, and never correct, because it
comes without the reason.

python benchmarks/naive.py [--ours FILE] [--only NAME...] [--browser PATH]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.async_api import Error, async_playwright

from auditor.browser.engine.find import find_browser
from auditor.mocksite import SCENARIOS, Scenario, Site, running

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

LABELS = {
    "naive, old label": "Help improve Claude",
    "naive, present label": "Help improve our AI models",
}
PANEL = "/new#settings/data-privacy-controls"
PATIENCE = 5.0  # seconds for a page and its switch
SCORES = ("correct", "safe stop", "wrong")
SETTLED = ("on", "off")
_NONE = Path("/nonexistent")  # Playwright finds its own Chromium by itself


@dataclass(frozen=True)
class Case:
    """What one reader made of one scenario."""

    reader: str
    scenario: str
    claimed: str
    score: str


def scored(scenario: Scenario, claimed: str) -> str:
    """Score as the self-test does.

    A claim is right or wrong, and a stop without its right reason is only safe.
    """
    if claimed not in SETTLED:
        return "safe stop"
    return "correct" if claimed == scenario.state else "wrong"


async def claim(page: Page, label: str) -> str:
    """Read as a naive script reads."""
    switch = page.get_by_role("switch", name=label)
    return "on" if await switch.is_checked(timeout=PATIENCE * 1000) else "off"


async def reading(browser: Browser, site: Site, scenario: Scenario) -> list[Case]:
    """Open the panel of one scenario, and let every reader read it."""
    context = await browser.new_context()
    page = await context.new_page()
    page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.dismiss()))

    async def one(label: str) -> str:
        try:
            return await claim(page, label)
        except (Error, TimeoutError) as error:
            return type(error).__name__

    try:
        if scenario.fault == "offline_start":
            await context.set_offline(offline=True)
        async with asyncio.timeout(3 * PATIENCE):
            try:
                url = site.base_url(scenario.name) + PANEL
                await page.goto(url, timeout=PATIENCE * 1000, wait_until="commit")
            except Error:
                claims = ["Error"] * len(LABELS)
            else:
                claims = await asyncio.gather(*map(one, LABELS.values()))
    except TimeoutError:
        claims = ["TimeoutError"] * len(LABELS)
    finally:
        await context.close()
    return [
        Case(reader, scenario.name, said, scored(scenario, said))
        for reader, said in zip(LABELS, claims, strict=True)
    ]


async def naive(site: Site, names: list[str], browser: str | None, jobs: int) -> list[Case]:
    """Read every scenario, some at a time."""
    room = asyncio.Semaphore(jobs)
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=browser)

        async def one(name: str) -> list[Case]:
            async with room:
                return await reading(chromium, site, SCENARIOS[name])

        cases = await asyncio.gather(*map(one, names))
        await chromium.close()
    return [case for group in cases for case in group]


def ours(file: Path | None, names: list[str], browser: str | None) -> list[Case]:
    """Return what `auditor selftest` makes of the same scenarios: from a file, or by running it."""
    if file is None:
        command = [sys.executable, "-m", "auditor", "selftest", "--json", *names]
        command += ["--browser", browser] if browser else []
        text = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    else:
        text = file.read_text(encoding="utf-8")
    cases = [case for case in json.loads(text)["cases"] if case["name"] in names]
    return [Case("auditor", case["name"], case["got"], case["score"]) for case in cases]


def main() -> None:
    """Print the score table, and with --wrong what each naive reader got wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--ours", type=Path, metavar="FILE", help="output of `auditor selftest --json`"
    )
    parser.add_argument("--alone", action="store_true", help="leave our own score out")
    parser.add_argument(
        "--only", nargs="+", metavar="NAME", choices=list(SCENARIOS), default=list(SCENARIOS)
    )
    parser.add_argument("--browser", metavar="PATH")
    parser.add_argument("--jobs", type=int, default=4)
    parser.add_argument(
        "--wrong", action="store_true", help="name each scenario that was read wrongly"
    )
    asked = parser.parse_args()
    with running() as site:
        browser = asked.browser or find_browser(None, _NONE).program()
        cases = asyncio.run(naive(site, asked.only, browser, asked.jobs))
    if not asked.alone:
        cases += ours(asked.ours, asked.only, asked.browser)
    print(f"{'reader':<22}{''.join(f'{score:>11}' for score in (*SCORES, 'scenarios'))}")
    for reader in dict.fromkeys(case.reader for case in cases):
        counts = Counter(case.score for case in cases if case.reader == reader)
        numbers = (*(counts[score] for score in SCORES), counts.total())
        print(f"{reader:<22}{''.join(f'{number:>11}' for number in numbers)}")
    for case in cases:
        if asked.wrong and case.score == "wrong":
            print(
                f"{case.reader}: {case.scenario} is {SCENARIOS[case.scenario].state}, claimed"
                f" {case.claimed}"
            )


if __name__ == "__main__":
    main()
