"""The yardstick: a bare Playwright script that walks the same path and reads `aria-checked`.

python bare_audit.py URL BROWSER STATE SWITCH… reads at once if STATE is `now`. Otherwise it waits
until the switch shows that state, as no real script could: it knows the truth beforehand.
"""

import asyncio
import sys

from playwright.async_api import Page, async_playwright


async def walk(page: Page, url: str) -> None:
    await page.goto(url)
    await page.get_by_test_id("user-menu-button").click()
    await page.get_by_test_id("user-menu-settings").click()
    await page.get_by_test_id("data-privacy-controls").get_by_role("button").click()


async def main(url: str, browser: str, state: str, *switches: str) -> None:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=browser, args=switches)
        page = await chromium.new_page()
        await walk(page, url)
        switch = page.get_by_role("switch", name="Help improve our AI models")
        if state != "now":
            ask = "([shown, state]) => shown.getAttribute('aria-checked') === state"
            await page.wait_for_function(ask, arg=[await switch.element_handle(), state])
        print(await switch.get_attribute("aria-checked"))
        await chromium.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
