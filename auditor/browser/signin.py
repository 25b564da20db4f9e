"""Signing in: a plain window for the person, and only afterwards the same profile under automation.

The window is started without any automation or debugging switch, because sites refuse browsers that
have one at sign-in (FACTS 3 and 8); the tool does not touch it. What it left is looked at in a
second window.
"""

from __future__ import annotations

import asyncio
import ctypes
import signal
import subprocess
import sys
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.async_api import Error

from auditor.browser.engine.driver import start_driver
from auditor.browser.engine.failures import translate_error
from auditor.browser.engine.find import find_browser, is_root
from auditor.browser.engine.launch import reopen_profile
from auditor.browser.engine.temporary_profile import temporary_profile
from auditor.browser.visit import VisitPlan, open_visit
from auditor.core.finding import ReadingStopped, Reason
from auditor.errors import HumanNeeded, SetupError
from auditor.text import fold_text

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from playwright.async_api import BrowserContext, Playwright

    from auditor.browser.engine.find import InstalledBrowser
    from auditor.core.clock import Clock

_NO_FIRST_RUN_SWITCHES = ("--no-first-run", "--no-default-browser-check")
_CLOSE_SECONDS = 15.0  # seconds a browser gets to put its cookies on the disk and go
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who signed in, and the browser state that proves it; none of it ever shows."""

    email: str = field(repr=False)
    organisation: str | None = field(repr=False)
    state: dict[str, Any] = field(repr=False)

    def same(self, email: str | None, organisation: str | None) -> bool:
        """Return whether this is the same account and organisation."""
        mine, theirs = (self.email, self.organisation or ""), (email or "", organisation or "")
        return [fold_text(one) for one in mine] == [fold_text(one) for one in theirs]


@dataclass(frozen=True, slots=True)
class ReopenedProfile:
    """A browser on the profile that the plain window left: its one context is the visit's."""

    profile: BrowserContext
    attached_context: None = None

    @asynccontextmanager
    async def context(
        self, _viewport: tuple[int, int], _state: dict[str, Any] | None = None
    ) -> AsyncIterator[BrowserContext]:
        """Give the profile's own context, which was opened with its viewport and has its state."""
        yield self.profile


async def sign_in(
    browser: str | None,
    plan: VisitPlan,
    clock: Callable[[], Clock],
    until: Callable[[], Awaitable[None]],
) -> SignedIn:
    """Let the person sign in in a plain window, then look who it is.

    The window is over when it is closed, or when `until` returns; `clock` gives the time for
    looking. Raises HumanNeeded if nobody is signed in, or a person has to answer something;
    SetupError if there is no browser or window.
    """
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(temporary_profile())
        playwright, env = await stack.enter_async_context(start_driver())
        own = Path(playwright.chromium.executable_path)
        found = find_browser(browser, own, headed=True)
        async with _open_window(
            found.program(), folder, plan.base_url.url(plan.flow.start), env
        ) as ended:
            await _wait_for_first(ended, until())
        return await _identify(playwright, found, folder, plan, clock())


@asynccontextmanager
async def _open_window(
    program: str, folder: Path, url: str, env: dict[str, str]
) -> AsyncIterator[Awaitable[int]]:
    """Open the plain window; it is closed in good order when the block ends."""
    root = ("--no-sandbox",) if is_root() else ()
    command = [program, f"--user-data-dir={folder}", *_NO_FIRST_RUN_SWITCHES, *root, url]
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=env,
            preexec_fn=_die_with_parent if sys.platform.startswith("linux") else None,
        )
    except OSError as error:
        raise SetupError(
            f"{program} could not be started", "Name another browser with --browser."
        ) from error
    try:
        yield process.wait()
    finally:
        await _close_window(process)


async def _close_window(process: asyncio.subprocess.Process) -> None:
    """Ask the browser to go, so that it keeps its cookies; a hung one is ended."""
    if process.returncode is not None:
        return
    process.terminate()
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _die_with_parent() -> None:
    """Let the window end if this process is killed and can no longer close it."""
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGTERM)


async def _wait_for_first(*ends: Awaitable[object]) -> None:
    """Wait until one of several has ended, and let go of the others.

    What the first raised is raised.
    """
    tasks = [asyncio.ensure_future(end) for end in ends]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _identify(
    playwright: Playwright, found: InstalledBrowser, folder: Path, plan: VisitPlan, clock: Clock
) -> SignedIn:
    async with AsyncExitStack() as stack:
        context = await stack.enter_async_context(
            reopen_profile(playwright, found, folder, plan.flow.viewport)
        )
        try:
            visit = await stack.enter_async_context(
                open_visit(ReopenedProfile(context), plan, clock, lambda _: None)
            )
            email, organisation = await visit.identify_account()
            state = dict(await context.storage_state())
        except ReadingStopped as stop:
            raise _not_signed_in_error(stop) from None
        except (Error, TimeoutError) as error:
            raise _not_signed_in_error(
                translate_error(error) if isinstance(error, Error) else None
            ) from None
        if not email:
            raise HumanNeeded(
                "The page does not show which account is signed in", "Nothing was kept; try again."
            )
        return SignedIn(email, organisation, state)


def _not_signed_in_error(stop: ReadingStopped | None) -> HumanNeeded:
    detail = stop.detail if stop else "The page did not show in time who is signed in"
    if stop is not None and stop.reason is not Reason.SIGNED_OUT and stop.hint:
        return HumanNeeded(f"{detail[:1].upper()}{detail[1:]}", stop.hint)
    hint = (
        "Nothing was kept. Run this again, sign in until you see the app, and only then close the"
        " window."
    )
    return HumanNeeded(f"{detail[:1].upper()}{detail[1:]}", hint)
