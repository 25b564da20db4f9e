"""A page's session is there for all who wait for it, whoever has given up."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

import pytest

from auditor.browser.engine.page_session import PageSession

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = pytest.mark.asyncio


class SlowContext:
    """Gives a session when it is told to."""

    def __init__(self) -> None:
        self.context = self
        self.may_answer = asyncio.Event()

    async def new_cdp_session(self, _page: object) -> str:
        """Return a session, late."""
        await self.may_answer.wait()
        return "session"


async def test_who_gives_up_takes_the_session_from_nobody_else() -> None:
    slow = SlowContext()
    session = PageSession(cast("Page", slow))
    first, second = (asyncio.ensure_future(_wait(session)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    slow.may_answer.set()
    assert await second == "session"
    assert await _wait(session) == "session"


async def _wait(session: PageSession) -> Any:  # noqa: ANN401 - a stand-in's session
    return await session
