"""Work in browsers that run elsewhere: Playwright servers, and debugging addresses (CDP).

Every context there is our own, and is closed before the line is cut. A line that is cut before
that ends the contexts, too; whether what was held back is let go first depends on who is at the
other end, and was measured (`benchmarks/remote_endings.py`): a Playwright server lets nothing go,
and neither does the headless shell; a whole Chromium at its debugging port does.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from base64 import b64encode
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit

from playwright.async_api import Browser, CDPSession, Error, Playwright
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from auditor.browser.engine.debugger import VERSION_PATH, ask_version, debugger_in
from auditor.browser.engine.driver import start_driver
from auditor.browser.engine.find import InstalledBrowser
from auditor.browser.engine.interception import intercept_requests
from auditor.browser.engine.isolated_world import install_page_functions
from auditor.browser.engine.launch import RunningBrowser
from auditor.core.clock import MILLISECONDS
from auditor.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

    from auditor.core.connect_target import ConnectTarget

_PATIENCE = 30.0  # seconds for connecting: a server may have to start a browser first
_ANSWER_SECONDS = 2.0  # for an answer that takes a millisecond, and the way there and back
_LEAVE_SECONDS = 3.0
_DECIDE_SECONDS = 1.0  # for what a page sent last: no page is left that could send more
# A browser that is well refuses this address at once, and asks nobody: port 1 is not for the web.
_NOWHERE = "http://127.0.0.1:1/"
_HELD_SECONDS = 5.0
_OK, _NOT_FOUND = 200, 404
# What the headless shell calls itself; a whole browser without a window is "Chrome".
_SHELL = "HeadlessChrome/"


@dataclass(frozen=True, slots=True)
class RemoteVersion:
    """What a remote browser says of itself."""

    product: str
    has_window: bool

    @property
    def is_shell(self) -> bool:
        """Whether it is the headless shell."""
        return self.product.startswith(_SHELL)


@asynccontextmanager
async def connect_browsers(
    targets: Sequence[ConnectTarget],
    tell: Callable[[str], None],
    meanwhile: Callable[[], Awaitable[None]] | None = None,
    *,
    seconds: float = _PATIENCE,
    with_window: bool = False,
) -> AsyncIterator[list[RunningBrowser]]:
    """Connect to every remote browser that can be had; close our contexts there afterwards.

    `meanwhile` runs while Playwright's driver starts. With `with_window` only a browser that shows
    one will do. Raises SetupError, that of the first, if none can be had; others are told.
    """
    async with start_driver(meanwhile) as (playwright, _):
        await install_page_functions(playwright)
        connecting = (
            connect_browser(playwright, each, min(seconds, _PATIENCE), with_window=with_window)
            for each in targets
        )
        results = await asyncio.gather(*connecting, return_exceptions=True)
        browsers = [each for each in results if isinstance(each, RunningBrowser)]
        failed = [each for each in results if isinstance(each, BaseException)]
        try:
            for error in sorted(failed, key=lambda each: isinstance(each, SetupError)):
                if not isinstance(error, SetupError) or not browsers:
                    raise error
                tell(f"{error}. The run goes on without it.")
            for each in browsers:
                await _tell_what_is_weaker(each, tell)
            yield browsers
        finally:
            await asyncio.gather(*map(_leave, browsers))


async def connect_browser(
    playwright: Playwright, target: ConnectTarget, seconds: float, *, with_window: bool = False
) -> RunningBrowser:
    """Connect to one remote browser and hold what may write there.

    Raises SetupError, without the secrets in its address, if that cannot be done in time.
    """
    try:
        async with asyncio.timeout(seconds):
            browser = await _open_line(playwright, target, seconds)
            return await _take_over(playwright, browser, target, with_window=with_window)
    except (TimeoutError, PlaywrightTimeoutError):
        raise _silent_error(target, seconds) from None
    except Error as error:  # not kept as a cause: it repeats the address
        raise _explain(target, error.message) from None
    except OSError as error:
        raise _explain_os_error(target, error) from None


async def is_lost(running: RunningBrowser) -> bool:
    """Return whether a browser is gone, or does not answer any more."""
    if running.is_usable:
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                await read_version(running)
        except (Error, TimeoutError):
            running.hangs = True
    return not running.is_usable


async def read_version(running: RunningBrowser) -> RemoteVersion:
    """Ask a browser that was connected to what it is."""
    if running.interception is None:
        raise Error("nothing holds the requests of this browser")
    return await _read_version(running.interception.cdp)


async def _open_line(playwright: Playwright, target: ConnectTarget, seconds: float) -> Browser:
    url, headers = _split_off_password(target.url)
    limit = seconds * MILLISECONDS
    if not target.is_debugger:
        return await playwright.chromium.connect(url, headers=headers, timeout=limit)
    line = await _find_line(target, url, headers, seconds)
    return await playwright.chromium.connect_over_cdp(
        line, headers=headers, timeout=limit, no_defaults=True
    )


async def _take_over(
    playwright: Playwright, browser: Browser, target: ConnectTarget, *, with_window: bool
) -> RunningBrowser:
    """Hold what may write in the whole browser, and see that it loads anything at all."""
    try:
        cdp = await browser.new_browser_cdp_session()
    except Error:
        if not browser.is_connected():
            raise
        message = f"The browser at {target.name} is no Chromium"
        raise SetupError(message, "Let the server give a Chromium, Chrome or Edge.") from None
    version = await _read_version(cdp)
    if with_window and not version.has_window:
        raise SetupError(
            f"The browser at {target.name} shows no window, and a live account is only looked at in"
            " a window that you can see",
            "Start that browser with a window where you can see it.",
        )
    interception = await intercept_requests(cdp)
    await _raise_if_held(browser, target)
    return RunningBrowser(
        browser,
        InstalledBrowser("remote", channel="remote browser"),
        devices=playwright.devices,
        interception=interception,
        remote=target,
    )


async def _raise_if_held(browser: Browser, target: ConnectTarget) -> None:
    """Raise SetupError if somebody else holds the requests of that browser.

    So does what a run leaves behind in a browser that a server shares among its clients, if that
    run was killed: Playwright's server does not end its hold.
    """
    context = await browser.new_context()
    try:
        async with asyncio.timeout(_HELD_SECONDS):
            page = await context.new_page()
            await page.goto(_NOWHERE)
    except TimeoutError:
        message = f"The browser at {target.name} loads nothing: somebody else holds its requests"
        hint = (
            "It may be a run that was killed. Start that server afresh, and share it with nobody."
        )
        raise SetupError(message, hint) from None
    except Error:
        await context.close()


async def _tell_what_is_weaker(running: RunningBrowser, tell: Callable[[str], None]) -> None:
    """Tell what cannot be promised of a whole browser at its debugging port."""
    target = running.remote
    if target is None or not target.is_debugger:
        return
    with suppress(Error):  # gone already
        if not (await read_version(running)).is_shell:
            tell(
                f"If the line to {target.name} is cut, that browser may send what its page was kept"
                " from sending; by a Playwright server it would not."
            )


async def _leave(running: RunningBrowser) -> None:
    """Close what is ours before the line is cut: else what is held back might be let go."""
    await asyncio.gather(*running.closing, return_exceptions=True)
    if running.interception is not None and not running.browser.contexts:
        await running.interception.decide_all(_DECIDE_SECONDS)
        with suppress(Error, TimeoutError):
            async with asyncio.timeout(_LEAVE_SECONDS):
                await running.interception.cdp.detach()  # a shared browser goes on for others


async def _read_version(cdp: CDPSession) -> RemoteVersion:
    told = await cdp.send("Browser.getVersion")
    return RemoteVersion(str(told["product"]), "Headless" not in str(told["userAgent"]))


def _split_off_password(url: str) -> tuple[str, dict[str, str]]:
    """Return an address without user and password, and the header that says them instead."""
    parts = urlsplit(url)
    if parts.username is None:
        return url, {}
    told = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2])
    return bare.geturl(), {"Authorization": f"Basic {b64encode(told.encode()).decode()}"}


async def _find_line(
    target: ConnectTarget, url: str, headers: dict[str, str], seconds: float
) -> str:
    """Return the address of a browser's own line, which is always at the host that was named.

    Raises SetupError if no browser answers there, OSError without any answer.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        return url
    path = f"{parts.path.rstrip('/')}{VERSION_PATH}"
    asked = f"{path}?{parts.query}" if parts.query else path
    status, answer = await ask_version(_http_line(parts, seconds), asked, headers)
    line = urlsplit(debugger_in(answer))
    if status not in (_OK, _NOT_FOUND):
        raise _refused_error(target, status)
    if not line.path.strip("/"):
        raise _no_browser_error(target)
    scheme = "wss" if parts.scheme == "https" else "ws"
    return parts._replace(
        scheme=scheme, path=line.path, query=line.query or parts.query, fragment=""
    ).geturl()


def _http_line(parts: SplitResult, seconds: float) -> HTTPConnection:
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    return kind(parts.hostname or "", parts.port, timeout=seconds)


_UNREACHABLE = re.compile(r"ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_|ETIMEDOUT")
_CERTIFICATE = re.compile(r"certificate|altnames|CERT_")
_WRONG_SCHEME = re.compile(r"EPROTO|wrong version number|ECONNRESET|socket hang up")
_OTHER_VERSION = re.compile(r"version mismatch")
_SERVER_VERSION = re.compile(r"server version: v?([\d.]+)")
_CLIENT_VERSION = re.compile(r"client version: v?([\d.]+)")
_STATUS = re.compile(r"WebSocket error: \S+ (\d{3}) ")
_NO_BROWSER_THERE = re.compile(r"Executable doesn't exist|Failed to launch|is not found at|launch:")
_KINDS = (
    "A Playwright server has an address of ws or wss, a browser's debugging port one of http or"
    " https."
)


def _explain(target: ConnectTarget, said: str) -> SetupError:
    """Return what Playwright's words come to, without them: they repeat the address."""
    if _OTHER_VERSION.search(said):
        return _version_error(target, said)
    for signs, error in _SIGNS:
        if signs.search(said):
            return error(target)
    status = _STATUS.search(said)
    return _no_browser_error(target) if status is None else _refused_error(target, int(status[1]))


def _explain_os_error(target: ConnectTarget, error: OSError) -> SetupError:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _certificate_error(target)
    if isinstance(error, (ssl.SSLError, ConnectionResetError)):
        return _scheme_error(target)
    if error.errno is None:  # an answer, and not one of HTTP
        return _no_browser_error(target)
    return _unreachable_error(target)


def _version_error(target: ConnectTarget, said: str) -> SetupError:
    there, here = _SERVER_VERSION.search(said), _CLIENT_VERSION.search(said)
    message = f"The Playwright server at {target.name} is of another version than this tool's"
    if there is None or here is None:
        return SetupError(message, "Install the same version of Playwright at both ends.")
    versions = f" ({there[1]} there, {here[1]} here)"
    return SetupError(f"{message}{versions}", f"Start it with Playwright {here[1]}.")


def _unreachable_error(target: ConnectTarget) -> SetupError:
    message = f"Nothing can be reached at {target.name}"
    return SetupError(message, "Is it started, and the address right? Is a tunnel up?")


def _certificate_error(target: ConnectTarget) -> SetupError:
    message = f"The certificate of {target.name} is not trusted"
    hint = "Take one of a known authority, or a tunnel: ssh -L, and an address of this machine."
    return SetupError(message, hint)


def _scheme_error(target: ConnectTarget) -> SetupError:
    message = f"What listens at {target.name} broke the line off at once"
    return SetupError(message, "Does it want TLS (wss, https), or none (ws, http)?")


def _refused_error(target: ConnectTarget, status: int) -> SetupError:
    if status == _OK:
        return _no_browser_error(target)
    message = f"What listens at {target.name} refused this address (it says {status})"
    hint = f"Is the path or the token in it right, and is it a browser? {_KINDS}"
    return SetupError(message, hint)


def _no_browser_error(target: ConnectTarget) -> SetupError:
    kind = "a debugging port" if target.is_debugger else "a Playwright server"
    return SetupError(f"What listens at {target.name} is no browser by {kind}", _KINDS)


def _silent_error(target: ConnectTarget, seconds: float) -> SetupError:
    message = f"What listens at {target.name} did not answer within {seconds:g} seconds"
    return SetupError(message, "Is it a server of browsers, and is it well?")


def _no_start_error(target: ConnectTarget) -> SetupError:
    message = f"The server at {target.name} could not start a browser"
    return SetupError(message, "Install one there, or see what that server writes.")


# Asked in this order, as one line may hold the signs of two.
_SIGNS = (
    (_UNREACHABLE, _unreachable_error),
    (_CERTIFICATE, _certificate_error),
    (_WRONG_SCHEME, _scheme_error),
    (_NO_BROWSER_THERE, _no_start_error),
)
