"""The yardstick: a bare Playwright script that walks the same path and reads `aria-checked`."""

import asyncio
import sys

from playwright.async_api import async_playwright


async def main(url: str, browser: str) -> None:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=browser or None)
        page = await chromium.new_page()
        await page.goto(url)
        await page.get_by_test_id("user-menu-button").click()
        await page.get_by_test_id("user-menu-settings").click()
        await page.get_by_test_id("data-privacy-controls").get_by_role("button").click()
        switch = page.get_by_role("switch", name="Help improve our AI models")
        print(await switch.get_attribute("aria-checked"))
        await chromium.close()


asyncio.run(main(sys.argv[1], sys.argv[2]))
