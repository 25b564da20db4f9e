"""Signing in: a plain window for the person, and only afterwards the same profile under automation.

The window is started without any automation or debugging switch, because sites refuse browsers that
have one at sign-in (FACTS 3 and 8); the tool does not touch it. What it left is looked at in a
second window.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import subprocess
import sys
import time
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.async_api import Error

from auditor.browser.engine.driver import start_driver
from auditor.browser.engine.failures import translate_error
from auditor.browser.engine.find import find_browser, is_root
from auditor.browser.engine.interception import Interception, intercept_requests
from auditor.browser.engine.isolated_world import install_page_functions
from auditor.browser.engine.launch import (
    PLAIN_SWITCHES,
    BrowserOptions,
    launch_browser,
    reopen_profile,
)
from auditor.browser.engine.profile_traces import ProfileTraces, read_profile_traces
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
_START_SECONDS = 15.0  # seconds within which a browser has taken its profile, on a busy machine
_LOOK_SECONDS = 0.2  # seconds between two looks at a process that is no child of ours
_CLOSE_SECONDS = 15.0  # seconds a browser gets to put its cookies on the disk and go
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who signed in, and the browser state that proves it; none of it ever shows."""

    email: str = field(repr=False)
    organisation: str | None = field(repr=False)
    state: dict[str, Any] = field(repr=False)
    has_database: bool = False
    """The site keeps a database of its own in the browser, which is no part of `state`."""

    def same(self, email: str | None, organisation: str | None) -> bool:
        """Return whether this is the same account and organisation."""
        mine, theirs = (self.email, self.organisation or ""), (email or "", organisation or "")
        return [fold_text(one) for one in mine] == [fold_text(one) for one in theirs]


@dataclass(frozen=True, slots=True)
class ReopenedProfile:
    """A browser on the profile that the plain window left: its one context is the visit's."""

    profile: BrowserContext
    interception: Interception | None = None
    attached_context: None = None

    @asynccontextmanager
    async def context(
        self,
        _viewport: tuple[int, int],
        _state: dict[str, Any] | None = None,
        _device: str | None = None,
    ) -> AsyncIterator[BrowserContext]:
        """Give the profile's own context, which was opened with its viewport and has its state."""
        yield self.profile


async def _intercept_requests_of(context: BrowserContext) -> Interception | None:
    """Hold what may write in the browser of a reopened profile, all of which is ours."""
    if context.browser is None:
        return None
    return await intercept_requests(await context.browser.new_browser_cdp_session())


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
        await install_page_functions(playwright)
        own = Path(playwright.chromium.executable_path)
        found = find_browser(browser, own, headed=True)
        async with _open_window(
            found.program(), folder, plan.base_url.url(plan.flow.start), env
        ) as ended:
            await _wait_for_first(ended, until())
        traces = read_profile_traces(folder, plan.base_url.origin)
        return await _identify(playwright, found, folder, plan, clock(), traces)


async def signs_in_again(
    browser: str | None, plan: VisitPlan, person: SignedIn, clock: Clock
) -> bool:
    """Return whether a session, put into a fresh browser, shows the same person signed in.

    Raises SetupError if there is no browser or window.
    """
    options = BrowserOptions(browser, headed=True)
    async with launch_browser(options, lambda _: None) as running:
        try:
            async with open_visit(running, plan, clock, lambda _: None) as visit:
                return person.same(*await visit.identify_account())
        except (ReadingStopped, Error, TimeoutError):
            return False


@asynccontextmanager
async def _open_window(
    program: str, folder: Path, url: str, env: dict[str, str]
) -> AsyncIterator[Awaitable[int]]:
    """Open the plain window; it is closed in good order when the block ends."""
    root = ("--no-sandbox",) if is_root() else ()
    switches = (*_NO_FIRST_RUN_SWITCHES, *PLAIN_SWITCHES, *root)
    command = [program, f"--user-data-dir={folder}", *switches, url]
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
    window = _PlainWindow(process, folder)
    try:
        yield window.wait_until_closed()
    finally:
        await window.close()


@dataclass(frozen=True, slots=True)
class _PlainWindow:
    """The plain browser: the program that was started, or what it left behind and went.

    Some starters (of a package that keeps the browser in a box of its own) return at once. Chromium
    names its process in the profile that it holds.
    """

    process: asyncio.subprocess.Process
    folder: Path
    begun: float = field(default_factory=time.monotonic)

    async def wait_until_closed(self) -> int:
        """Wait until the window is gone.

        Raises SetupError if no window was opened: the starter failed, or returned at once and left
        nothing that could be followed.
        """
        code = await self.process.wait()
        starting = self.begun + _START_SECONDS
        await _wait_while(
            lambda: code == 0 and not self._has_begun() and time.monotonic() < starting
        )
        has_begun = self._has_begun()
        await _wait_while(lambda: self._holder() is not None)
        if not has_begun:
            raise _no_window_error(code)
        return code

    async def close(self) -> None:
        """Ask the browser to go, so that it keeps its cookies; a hung one is ended.

        SIGTERM means to Chromium that the session of the desktop ends: it goes at once, and what it
        has not written yet, for up to 30 s, is lost. After SIGINT it writes all of it.
        """
        self._signal(signal.SIGINT if sys.platform != "win32" else signal.SIGTERM)
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(_CLOSE_SECONDS):
                    await self._wait_until_gone()
        finally:
            if self.process.returncode is None or self._holder() is not None:
                self._signal(signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)
                await self.process.wait()

    async def _wait_until_gone(self) -> None:
        await self.process.wait()
        await _wait_while(lambda: self._holder() is not None)

    def _signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            if self.process.returncode is None:
                self.process.send_signal(number)
            elif (holder := self._holder()) is not None:
                os.kill(holder, number)

    def _has_begun(self) -> bool:
        """Return whether a browser holds the profile, or has held it: it makes that folder then."""
        return self._holder() is not None or (self.folder / "Default").is_dir()

    def _holder(self) -> int | None:
        """Return the process that holds the profile; None if there is none, or none alive."""
        try:
            pid = int(str((self.folder / "SingletonLock").readlink()).rpartition("-")[2])
            os.kill(pid, 0)
        except (OSError, ValueError):
            return None
        return pid


def _no_window_error(code: int) -> SetupError:
    """Return the error for a browser's program that is gone; a negative code is a signal."""
    if code == 0:
        return SetupError(
            "The browser's program returned at once and opened no window that can be followed",
            "Name the browser itself with --browser, or use --attach.",
        )
    how = f"with exit code {code}" if code > 0 else f"by signal {-code}"
    return SetupError(
        f"The browser's program ended {how} before it opened a window",
        "`auditor doctor` tells what it lacks. Name another one with --browser, or use --attach.",
    )


async def _wait_while(holds: Callable[[], bool]) -> None:
    """Look again and again: a process that is no child of ours tells nobody when it goes."""
    while holds():  # noqa: ASYNC110 - see above
        await asyncio.sleep(_LOOK_SECONDS)


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


async def _identify(  # noqa: PLR0913, PLR0917 - all that a second window needs
    playwright: Playwright,
    found: InstalledBrowser,
    folder: Path,
    plan: VisitPlan,
    clock: Clock,
    traces: ProfileTraces,
) -> SignedIn:
    async with AsyncExitStack() as stack:
        context = await stack.enter_async_context(
            reopen_profile(playwright, found, folder, plan.flow.viewport)
        )
        try:
            reopened = ReopenedProfile(context, await _intercept_requests_of(context))
            visit = await stack.enter_async_context(
                open_visit(reopened, plan, clock, lambda _: None)
            )
            email, organisation = await visit.identify_account()
            state = dict(await context.storage_state())
        except ReadingStopped as stop:
            if stop.reason is Reason.SIGNED_OUT and traces.has_session_cookies:
                raise not_kept_error("it ends with the browser's window") from None
            raise _not_signed_in_error(stop) from None
        except (Error, TimeoutError) as error:
            raise _not_signed_in_error(
                translate_error(error) if isinstance(error, Error) else None
            ) from None
        if not email:
            raise HumanNeeded(
                "The page does not show which account is signed in", "Nothing was kept; try again."
            )
        return SignedIn(email, organisation, state, traces.has_database)


def not_kept_error(why: str) -> HumanNeeded:
    """Return the error that says that a site's sign-in cannot be kept, and what to do instead."""
    return HumanNeeded(
        f"This site's sign-in cannot be kept: {why}",
        "Nothing was kept, and signing in again will not help. Sign in in your own browser, and run"
        " `auditor audit --attach chrome` (or `--attach msedge`, or an address) to work there.",
    )


def _not_signed_in_error(stop: ReadingStopped | None) -> HumanNeeded:
    detail = stop.detail if stop else "The page did not show in time who is signed in"
    if stop is not None and stop.reason is not Reason.SIGNED_OUT and stop.hint:
        return HumanNeeded(f"{detail[:1].upper()}{detail[1:]}", stop.hint)
    hint = (
        "Nothing was kept. Run this again, sign in until you see the app, and only then close the"
        " window."
    )
    return HumanNeeded(f"{detail[:1].upper()}{detail[1:]}", hint)
