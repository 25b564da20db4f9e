"""A bare script that reads several accounts, each in a context of its own, some at a time.

python bare_accounts.py URL BROWSER ACCOUNTS AT_A_TIME SWITCH…
"""

import asyncio
import sys

from bare_audit import walk
from playwright.async_api import async_playwright


async def main(url: str, browser: str, accounts: str, at_a_time: str, *switches: str) -> None:
    room = asyncio.Semaphore(int(at_a_time))
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=browser, args=switches)

        async def read() -> str | None:
            async with room:
                context = await chromium.new_context()
                page = await context.new_page()
                await walk(page, url)
                switch = page.get_by_role("switch", name="Help improve our AI models")
                state = await switch.get_attribute("aria-checked")
                await context.close()
                return state

        print(*await asyncio.gather(*(read() for _ in range(int(accounts)))))
        await chromium.close()


asyncio.run(main(*sys.argv[1:]))
