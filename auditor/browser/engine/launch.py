"""Start a browser, give fresh contexts, and leave nothing behind."""

from __future__ import annotations

import asyncio
import difflib
import sys
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from playwright.async_api import (
    Browser,
    BrowserContext,
    CDPSession,
    Error,
    Playwright,
    StorageState,
    ViewportSize,
)
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from auditor.browser.engine.driver import START_SECONDS, close_browser, start_driver
from auditor.browser.engine.find import InstalledBrowser, find_browsers, install_browser, is_root
from auditor.browser.engine.interception import Interception, intercept_requests
from auditor.browser.engine.isolated_world import install_page_functions
from auditor.browser.engine.lifeline import (
    die_with_parent,
    driver_process,
    keep_lines,
    kill_process,
)
from auditor.browser.engine.policies import find_forbidding_policy, find_script_policy
from auditor.browser.engine.temporary_profile import folder_of, temporary_environment
from auditor.browser.engine.trial_page import try_page
from auditor.core.clock import MILLISECONDS, Clock
from auditor.errors import SetupError, UsageError
from auditor.text import show_given

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from auditor.core.connect_target import ConnectTarget

_CLOSE_SECONDS = 3.0  # for a context: the browser is closed next, and all of its contexts with it
_LEAST_START_SECONDS = 10.0  # however short a run's limit is: a busy machine takes 4
_LEAST_SECONDS = 1.0  # for a browser to start, however many have hung before it
_OTHER_BROWSER = "Name another with --browser, or see what is wrong with `auditor doctor`."
_FORBIDDEN_START_SECONDS = 8.0  # where a policy may forbid it, a browser starts soon or never
_KILL_SECONDS = 5.0  # until a killed browser must have gone
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
# The browser's maker is told nothing: neither the shape of a page's forms nor who is signed in to
# the browser, and it is not asked for updates. Playwright switches most of this off, but it leaves
# forms to it (no feature of its own list). Its switches for updates, for the list of accounts
# and for messages that its maker pushes (seen 5 s after the start) did not help in Chromium 150 to
# 156 as Debian builds it, with keys for the maker's services.
# Port 0 is none: nothing can listen there, and nothing is sent.
_MAKERS_SERVICES = ("AutofillServerCommunication",)
_NOWHERE = "http://127.0.0.1:0/"
# What passes by the interception of requests is switched off where the browser has a switch for it:
# sockets as streams, requests for later, workers that outlive a page, and peers over UDP (the
# headless shell knows the one name, the browser with a window the other).
_PASSING_BY = ("WebSocketStream", "FetchLaterAPI", "SharedWorker", "BackgroundFetch")
# What a page's headers have the browser itself report (policies, errors of the network) comes from
# no frame and no worker, so that no interception sees it.
_REPORTS = ("Reporting", "NetworkErrorLogging")
_NO_UDP = "disable_non_proxied_udp"
# WebTransport has no switch, but it begins with a packet of QUIC that must have 1,200 bytes. Pages
# come over TCP then, as on a network without UDP. (`--disable-quic` leaves WebTransport as it is,
# and has this one ignored.)
_NO_QUIC = "--quic-max-packet-length=1"
_MAKERS_SWITCHES = (
    f"--component-updater=url-source={_NOWHERE}",
    # not by --gaia-url: the browser warns of it in a bar (“Stability and security will suffer”)
    f'--gaia-config-contents={{"urls":{{"gaia_url":{{"url":"{_NOWHERE}"}}}}}}',
    f"--gcm-checkin-url={_NOWHERE}",
    f"--gcm-mcs-endpoint={_NOWHERE}",
    f"--gcm-registration-url={_NOWHERE}",
)
_ASKED_OF_THE_MAKER = (
    *_MAKERS_SERVICES,
    "AimEnabled",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PreconnectToSearch",
)
# For a window without automation, in which Playwright switches nothing off.
PLAIN_SWITCHES = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    f"--disable-features={','.join(_ASKED_OF_THE_MAKER)}",
    *_MAKERS_SWITCHES,
)
_DISABLED = (*_PLAYWRIGHT_DISABLES, *_UNSEEN_PAGES, *_MAKERS_SERVICES, *_REPORTS)
SWITCHES = (
    f"--disable-features={','.join(_DISABLED)}",
    f"--disable-blink-features={','.join(_PASSING_BY)}",
    *_MAKERS_SWITCHES,
    f"--force-webrtc-ip-handling-policy={_NO_UDP}",
    f"--webrtc-ip-handling-policy={_NO_UDP}",
    _NO_QUIC,
)


@dataclass(frozen=True, slots=True)
class BrowserOptions:
    """How the browser should be started.

    `browser` is a path or channel, or nothing for whatever is there.

    With `provide` a missing browser is installed. `seconds` is the time for the start. Without
    `keep_code` nothing is kept on the disk for the next start, as where nothing shall be changed.
    With `try_page` the browser must open a page; elsewhere that shows soon enough by itself.
    """

    browser: str | None = None
    headed: bool = False
    provide: bool = False
    seconds: float = START_SECONDS
    keep_code: bool = True
    try_page: bool = False


# Without a window there is nothing to ask the desktop for, and a bus that never answers would hold
# the whole browser up. An empty address would have it look for one by itself.
_NO_BUS = dict.fromkeys(("DBUS_SESSION_BUS_ADDRESS", "DBUS_SYSTEM_BUS_ADDRESS"), "disabled:")
# A profile that was made by a plain window keeps its cookies under the system's own key; with these
# two switches, which Playwright adds, the browser would not find it and look signed out.
_MOCK_KEYRING_SWITCHES = ["--password-store=basic", "--use-mock-keychain"]


@dataclass(slots=True)
class RunningBrowser:
    """A browser at work; `attached_context` is set if it is the person's own browser."""

    browser: Browser
    found: InstalledBrowser
    attached_context: BrowserContext | None = None
    devices: Mapping[str, Any] = field(default_factory=dict)
    """Playwright's descriptions of phones and tablets, by name."""
    interception: Interception | None = None
    process: int | None = None
    """The number of its own process, if it is ours."""
    taking_over: asyncio.Task[None] | None = None
    """Sets the two; it goes on while the first context is made."""
    closing: list[asyncio.Task[None]] = field(default_factory=list)
    remote: ConnectTarget | None = None
    """Where it is, if it runs elsewhere."""
    hangs: bool = False
    """Whether it was found not to answer any more."""

    @property
    def is_usable(self) -> bool:
        """Whether it is still there to be worked in."""
        return not self.hangs and self.browser.is_connected()

    async def wait_until_taken_over(self) -> None:
        """Wait until requests are held, and the browser ends with this process."""
        if self.taking_over is not None:
            await asyncio.shield(self.taking_over)

    @asynccontextmanager
    async def context(
        self,
        viewport: tuple[int, int],
        state: dict[str, Any] | None = None,
        device: str | None = None,
    ) -> AsyncIterator[BrowserContext]:
        """Open a fresh context, perhaps with a session's state, perhaps as on a phone.

        No service workers, whose requests no guard sees.

        In the person's own browser there is only theirs, and it stays.
        """
        if self.attached_context is not None:
            yield self.attached_context
            return
        size = ViewportSize(width=viewport[0], height=viewport[1])
        look = {"viewport": size} if device is None else self.describe_device(device)
        context = await self.browser.new_context(
            **look,
            storage_state=cast("StorageState | None", state),
            service_workers="block",
            accept_downloads=False,
            # it can be clicked sooner; where something does not come, `path/motion.py` lets it move
            reduced_motion="reduce",
        )
        await self.wait_until_taken_over()
        try:
            yield context
        finally:
            # nobody has to wait for it but the browser
            self.closing.append(asyncio.create_task(_close_context(context)))

    def describe_device(self, name: str) -> dict[str, Any]:
        """Return how a context is made that looks like a phone.

        Raises UsageError if Playwright knows none of that name.
        """
        known = {each.casefold(): each for each in self.devices}
        name = known.get(name.strip().casefold(), name)
        if name not in self.devices:
            near = [known[each] for each in difflib.get_close_matches(name.casefold(), known)]
            hint = f"Near: {', '.join(near)}." if near else "Known are Pixel 7, iPhone 15 and more."
            message = f"Playwright knows no device named {show_given(name)}"
            raise UsageError(message, hint)
        left_out = ("default_browser_type", "screen")
        return {key: said for key, said in self.devices[name].items() if key not in left_out}


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
    clock = Clock(max(_LEAST_START_SECONDS, min(options.seconds, START_SECONDS)))
    async with start_driver(meanwhile, clock.left, keep_code=options.keep_code) as (
        playwright,
        env,
    ):
        await install_page_functions(playwright)
        own = Path(playwright.chromium.executable_path)
        with clock.stopped():  # somebody may have to wait for a download
            choice = await _find_or_install(options, own, warn)
        if is_root():
            warn(
                "Running as root: the browser runs without its sandbox. An ordinary user gets the"
                " sandbox."
            )
        start = partial(_launch_chromium, playwright, env, headed=options.headed)
        launch = partial(_launch_and_try, start, options)
        running = await _launch_first(launch, choice, warn, clock)
        with ExitStack() as lines:
            taking_over = _take_over(running, driver_process(playwright), lines)
            running.taking_over = asyncio.create_task(taking_over)
            try:
                yield running
            finally:
                # Not asked to close: it would let go what is held back. Its profile is thrown away.
                await _kill_browser(running)
                await asyncio.gather(*running.closing)


async def _take_over(running: RunningBrowser, driver: Process, lines: ExitStack) -> None:
    """Hold what a started browser may write, and see to it that it ends with this process."""
    cdp = await running.browser.new_browser_cdp_session()
    process, running.interception = await asyncio.gather(_process_of(cdp), intercept_requests(cdp))
    lines.enter_context(keep_lines(driver, process))
    running.process = process


async def _process_of(cdp: CDPSession) -> int:
    """Return the number of a browser's own process; its start may be a script of another."""
    processes = (await cdp.send("SystemInfo.getProcessInfo"))["processInfo"]
    return next(int(each["id"]) for each in processes if each["type"] == "browser")


async def _kill_browser(running: RunningBrowser) -> None:
    """End a browser of ours at once, and wait until it has gone."""
    with suppress(Error, TimeoutError):
        async with asyncio.timeout(_KILL_SECONDS):
            await running.wait_until_taken_over()
    gone = asyncio.Event()
    running.browser.on("disconnected", lambda _: gone.set())
    if running.browser.is_connected() and running.process is not None:
        kill_process(running.process)
        with suppress(TimeoutError):
            async with asyncio.timeout(_KILL_SECONDS):
                await gone.wait()
    await close_browser(running.browser)


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
                args=SWITCHES,
                ignore_default_args=_MOCK_KEYRING_SWITCHES,
                chromium_sandbox=not is_root(),
                viewport=ViewportSize(width=viewport[0], height=viewport[1]),
                service_workers="block",
                accept_downloads=False,
                env={**env},
                timeout=_patience(START_SECONDS, headed=True) * MILLISECONDS,
            )
        except Error as error:
            raise _start_error(found, error, headed=True) from error
        try:
            yield context
        finally:
            await _close_context(context)


async def _close_context(context: BrowserContext) -> None:
    with suppress(Error, TimeoutError):
        async with asyncio.timeout(_CLOSE_SECONDS):
            await context.close()


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
    launch: Callable[[InstalledBrowser, float], Awaitable[RunningBrowser]],
    choice: tuple[InstalledBrowser, ...],
    warn: Callable[[str], None],
    clock: Clock,
) -> RunningBrowser:
    """Start the first browser that starts: the one in front may be a stub or a broken one.

    Raises SetupError, that of the first, if none does, or none in time.
    """
    failed: list[SetupError] = []
    for left, found in zip(range(len(choice), 0, -1), choice, strict=True):
        # one that hangs leaves time for the next
        seconds = max(clock.left / min(left, 2), _LEAST_SECONDS)
        try:
            running = await launch(found, seconds)
        except SetupError as error:
            failed.append(error)
            continue
        if failed:
            warn(f"{choice[0].name} could not be started; {found.name} is used instead.")
        return running
    raise failed[0]


async def _launch_and_try(
    start: Callable[[InstalledBrowser, float], Awaitable[RunningBrowser]],
    options: BrowserOptions,
    found: InstalledBrowser,
    seconds: float,
) -> RunningBrowser:
    """Start a browser; where asked, or a policy may forbid it, also see that it opens a page."""
    running = await start(found, seconds)
    headed = options.headed
    if options.try_page or find_forbidding_policy(headed=headed) or find_script_policy():
        try:
            async with asyncio.timeout(seconds):
                await try_page(running.browser, found, headed=headed)
        except (Error, TimeoutError, SetupError) as error:
            await close_browser(running.browser)
            if isinstance(error, SetupError):
                raise
            raise _hung_error(found.name, seconds, headed=headed) from error
    return running


async def _launch_chromium(
    playwright: Playwright,
    env: dict[str, str],
    found: InstalledBrowser,
    seconds: float,
    *,
    headed: bool,
) -> RunningBrowser:
    seconds = _patience(seconds, headed=headed)
    try:
        # the driver keeps the limit; it may hang itself
        async with asyncio.timeout(seconds + _CLOSE_SECONDS):
            browser = await playwright.chromium.launch(
                executable_path=_path_with_lifeline(found, env),
                channel=found.channel,
                headless=not headed,
                args=SWITCHES,
                chromium_sandbox=not is_root(),
                env={**env, **({} if headed else _NO_BUS)},
                timeout=seconds * MILLISECONDS,
            )
            return RunningBrowser(browser, found, devices=playwright.devices)
    except Error as error:
        if isinstance(error, PlaywrightTimeoutError):
            raise _hung_error(found.name, seconds, headed=headed) from error
        raise _start_error(found, error, headed=headed) from error
    except TimeoutError:
        raise _hung_error("The browser's driver", seconds, headed=headed) from None


def _hung_error(what: str, seconds: float, *, headed: bool) -> SetupError:
    message = f"{what} did not answer within {seconds:.0f} seconds of the browser's start"
    return SetupError(message, _describe_policy(headed=headed) or _OTHER_BROWSER)


def _patience(seconds: float, *, headed: bool) -> float:
    """Return the seconds that a browser gets to start, fewer where a policy may forbid it."""
    is_forbidden = find_forbidding_policy(headed=headed) is not None
    return min(seconds, _FORBIDDEN_START_SECONDS) if is_forbidden else seconds


def _describe_policy(*, headed: bool) -> str:
    policy = find_forbidding_policy(headed=headed)
    if policy is None:
        return ""
    return f"A policy of this computer may forbid it: {policy}. Ask who administers it."


def _path_with_lifeline(found: InstalledBrowser, env: dict[str, str]) -> str | None:
    """Return what to start, so that it ends with the driver; a channel keeps its name besides."""
    path = found.known_path
    return None if path is None else die_with_parent(folder_of(env), "browser", path)


def _start_error(found: InstalledBrowser, error: Error, *, headed: bool) -> SetupError:
    # Late: its expressions are needed only where something went wrong.
    from auditor.browser.engine.last_words import lacks_sandbox  # noqa: PLC0415

    message = f"{found.name} could not be started as a browser"
    hint = _OTHER_BROWSER
    if headed and sys.platform.startswith("linux") and "display" in str(error).lower():
        hint = (
            "A window needs a display; use --headless on a loopback address, or start a desktop"
            " session."
        )
    elif lacks_sandbox(str(error)):
        hint = (
            "This system keeps it from using its sandbox. Use a browser from the system's packages,"
            " such as Chrome (--browser chrome), or install the package chromium-sandbox."
        )
    elif policy := _describe_policy(headed=headed):
        hint = policy
    return SetupError(message, hint)
