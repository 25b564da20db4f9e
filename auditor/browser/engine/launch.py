"""Start a browser, give fresh contexts, and leave nothing behind."""

from __future__ import annotations

import asyncio
import sys
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from playwright.async_api import (
    Browser,
    BrowserContext,
    Error,
    Playwright,
    StorageState,
    ViewportSize,
    async_playwright,
)

from auditor.browser.engine.find import InstalledBrowser, find_browsers, install_browser, is_root
from auditor.browser.engine.policies import find_forbidding_policy
from auditor.browser.engine.temporary_profile import temporary_environment
from auditor.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

_START_MS = 30_000
_FORBIDDEN_START_MS = 8_000  # where a policy may forbid it, a browser starts soon or never
# Recent Chromium draws the pop-ups of each address bar as pages of their own, and keeps a spare
# process: twice the work for each context, unseen here. The last --disable-features counts, so
# Playwright's own choice must be said again; a test notices when that changes.
_PLAYWRIGHT_DISABLES = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "TcpPortRandomizationWin",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    "msForceBrowserSignIn",
    "msEdgeUpdateLaunchServicesPreferredVersion",
)
_UNSEEN_PAGES = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "SpareRendererForSitePerProcess")
_SWITCHES = (f"--disable-features={','.join((*_PLAYWRIGHT_DISABLES, *_UNSEEN_PAGES))}",)


@dataclass(frozen=True, slots=True)
class BrowserOptions:
    """How the browser should be started.

    `browser` is a path or channel, or nothing for whatever is there.

    With `provide` a missing browser is installed.

    """

    browser: str | None = None
    headed: bool = False
    provide: bool = False


# A profile that was made by a plain window keeps its cookies under the system's own key; with these
# two switches, which Playwright adds, the browser would not find it and look signed out.
_MOCK_KEYRING_SWITCHES = ["--password-store=basic", "--use-mock-keychain"]


@dataclass(frozen=True, slots=True)
class RunningBrowser:
    """A browser at work; `attached_context` is set if it is the person's own browser."""

    browser: Browser
    found: InstalledBrowser
    attached_context: BrowserContext | None = None
    closing: list[asyncio.Task[None]] = field(default_factory=list)

    @asynccontextmanager
    async def context(
        self, viewport: tuple[int, int], state: dict[str, Any] | None = None
    ) -> AsyncIterator[BrowserContext]:
        """Open a fresh context, perhaps with a session's state.

        No service workers, whose requests no guard sees.

        In the person's own browser there is only theirs, and it stays.

        """
        if self.attached_context is not None:
            yield self.attached_context
            return
        size = ViewportSize(width=viewport[0], height=viewport[1])
        context = await self.browser.new_context(
            viewport=size,
            storage_state=cast("StorageState | None", state),
            service_workers="block",
            accept_downloads=False,
            # a person may ask for a page that does not move; it can be clicked sooner
            reduced_motion="reduce",
        )
        try:
            yield context
        finally:
            # nobody has to wait for it but the browser
            self.closing.append(asyncio.create_task(_close_context(context)))


@asynccontextmanager
async def launch_browser(
    options: BrowserOptions,
    warn: Callable[[str], None],
    meanwhile: Callable[[], Awaitable[None]] | None = None,
) -> AsyncIterator[RunningBrowser]:
    """Start Playwright's driver and a browser; both are gone afterwards, however the block ends.

    `meanwhile` runs while the driver starts; what it raises ends the start. Raises SetupError if
    there is no browser or it does not start.
    """
    async with start_driver(meanwhile) as (playwright, env):
        choice = await _find_or_install(options, Path(playwright.chromium.executable_path), warn)
        if is_root():
            warn(
                "Running as root: the browser runs without its sandbox. An ordinary user gets the"
                " sandbox."
            )
        found, browser = await _launch_first(playwright, choice, env, warn, headed=options.headed)
        running = RunningBrowser(browser, found)
        try:
            yield running
        finally:
            with suppress(Error):
                await browser.close()
            await asyncio.gather(*running.closing)


@asynccontextmanager
async def start_driver(
    meanwhile: Callable[[], Awaitable[None]] | None = None,
) -> AsyncIterator[tuple[Playwright, dict[str, str]]]:
    """Start Playwright's driver, and give it with the environment for a browser; gone afterwards.

    `meanwhile` runs while the driver starts; what it raises ends the start. Raises SetupError if it
    does not start.
    """
    with temporary_environment() as env:
        playwright, other = await asyncio.gather(
            async_playwright().start(),
            _do_nothing() if meanwhile is None else meanwhile(),
            return_exceptions=True,
        )
        if isinstance(playwright, BaseException):
            raise SetupError(
                "Playwright's driver could not be started",
                "Reinstall auditor, or see `auditor doctor`.",
            ) from playwright
        try:
            if isinstance(other, BaseException):
                raise other
            yield playwright, env
        finally:
            await playwright.stop()


@asynccontextmanager
async def reopen_profile(
    playwright: Playwright, found: InstalledBrowser, profile: Path, viewport: tuple[int, int]
) -> AsyncIterator[BrowserContext]:
    """Open an existing profile with a window; raises SetupError if that cannot be done."""
    with temporary_environment() as env:
        try:
            context = await playwright.chromium.launch_persistent_context(
                str(profile),
                executable_path=found.path,
                channel=found.channel,
                headless=False,
                args=_SWITCHES,
                ignore_default_args=_MOCK_KEYRING_SWITCHES,
                chromium_sandbox=not is_root(),
                viewport=ViewportSize(width=viewport[0], height=viewport[1]),
                service_workers="block",
                accept_downloads=False,
                env={**env},
                timeout=_patience(headed=True),
            )
        except Error as error:
            raise _start_error(found, error, headed=True) from error
        try:
            yield context
        finally:
            await _close_context(context)


async def _close_context(context: BrowserContext) -> None:
    with suppress(Error):
        await context.close()


async def _do_nothing() -> None:
    """Stand in where nothing is to be done meanwhile."""


async def _find_or_install(
    options: BrowserOptions, own: Path, say: Callable[[str], None]
) -> tuple[InstalledBrowser, ...]:
    """Find browsers; install one first if there is none and the options allow it."""
    try:
        return find_browsers(options.browser, own, headed=options.headed)
    except SetupError:
        if not options.provide or options.browser:
            raise
    await asyncio.to_thread(install_browser, say, headed=options.headed)
    return find_browsers(None, own, headed=options.headed)


async def _launch_first(
    playwright: Playwright,
    choice: tuple[InstalledBrowser, ...],
    env: dict[str, str],
    warn: Callable[[str], None],
    *,
    headed: bool,
) -> tuple[InstalledBrowser, Browser]:
    """Start the first browser that starts: the one in front may be a stub or a broken one.

    Raises SetupError, that of the first, if none does.
    """
    failed: list[SetupError] = []
    for found in choice:
        try:
            browser = await _launch_chromium(playwright, found, env, headed=headed)
        except SetupError as error:
            failed.append(error)
            continue
        if failed:
            warn(f"{choice[0].name} could not be started; {found.name} is used instead.")
        return found, browser
    raise failed[0]


async def _launch_chromium(
    playwright: Playwright, found: InstalledBrowser, env: dict[str, str], *, headed: bool
) -> Browser:
    try:
        return await playwright.chromium.launch(
            executable_path=found.path,
            channel=found.channel,
            headless=not headed,
            args=_SWITCHES,
            chromium_sandbox=not is_root(),
            env={**env},
            timeout=_patience(headed=headed),
        )
    except Error as error:
        raise _start_error(found, error, headed=headed) from error


def _patience(*, headed: bool) -> int:
    return _FORBIDDEN_START_MS if find_forbidding_policy(headed=headed) else _START_MS


def _start_error(found: InstalledBrowser, error: Error, *, headed: bool) -> SetupError:
    message = f"{found.name} could not be started as a browser"
    hint = "Name another with --browser, or see what is wrong with `auditor doctor`."
    if headed and sys.platform.startswith("linux") and "display" in str(error).lower():
        hint = (
            "A window needs a display; use --headless on a loopback address, or start a desktop"
            " session."
        )
    elif "no usable sandbox" in str(error).lower():
        hint = (
            "This system keeps it from using its sandbox. Use a browser from the system's packages,"
            " such as Chrome: --browser chrome."
        )
    elif policy := find_forbidding_policy(headed=headed):
        hint = f"A policy of this computer may forbid it: {policy}. Ask who administers it."
    return SetupError(message, hint)
