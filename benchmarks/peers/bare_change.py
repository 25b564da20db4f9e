"""A bare script that turns the switch off as one would write it: click, reload, read.

python bare_change.py URL BROWSER SWITCH…
"""

import asyncio
import sys

from bare_audit import walk
from playwright.async_api import async_playwright


async def main(url: str, browser: str, *switches: str) -> None:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=browser, args=switches)
        page = await chromium.new_page()
        await walk(page, url)
        switch = page.get_by_role("switch", name="Help improve our AI models")
        async with page.expect_response(lambda answer: answer.request.method == "PATCH"):
            await switch.click()
        await page.goto("about:blank")
        await walk(page, url)
        print(await switch.get_attribute("aria-checked"))
        await chromium.close()


asyncio.run(main(*sys.argv[1:]))
