"""Whether a page may move.

What moves can be clicked only when it has come to rest, so a page of ours is first asked to move
nothing, as a person may. But some pages draw a thing only at the end of a movement, which then
never comes.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.async_api import Error

if TYPE_CHECKING:
    from playwright.async_api import Page

SECONDS_TO_COME = 2.0
"""Seconds in which something is waited for before the page may move."""


@dataclass(slots=True)
class Motion:
    """Lets one page move, once; one of the person's own browser moves as they have chosen."""

    page: Page
    is_allowed: bool = False

    async def allow(self) -> bool:
        """Let the page move from now on; return whether it was not allowed to before."""
        if self.is_allowed:
            return False
        self.is_allowed = True
        with suppress(Error):  # what is wrong with the page is told by the next look at it
            await self.page.emulate_media(reduced_motion="no-preference")
        return True
