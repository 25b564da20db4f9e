"""Playwright's driver: started in an environment of its own, in time, and gone afterwards.

What a person sets for their own programs (switches of Node.js, of Playwright's own debugging, a
proxy) would stop the driver, lead it elsewhere or make it print what it carries.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from asyncio.subprocess import Process
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from playwright.async_api import Error, Playwright, async_playwright

from auditor.browser.engine.compile_cache import driver_compile_cache
from auditor.browser.engine.lifeline import driver_dies_with_us
from auditor.browser.engine.temporary_profile import folder_of, temporary_environment
from auditor.errors import SetupError
from auditor.interrupt import run_before, run_instead

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from playwright.async_api import Browser

START_SECONDS = 30.0
"""Seconds that a driver or a browser gets to start: Playwright's own limit for a browser."""
_CLOSE_SECONDS = 3.0  # a browser that is well closes in 0.2 s, on a busy machine in 2
_KILL_SECONDS = 2.0  # for what was killed to be gone

# They concern Node.js alone: a preloaded script or an inspector would stop the driver at its start.
# The driver talks to this machine only, so that no proxy is its business; the browser has its own
# environment, and so has whatever installs one.
_OF_NODE = ("NODE_", "OPENSSL_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
# Read at any time, by the library in this process, too: they would print the protocol, cookies
# included, take away limits of time, or connect to another machine's browsers.
_OF_PLAYWRIGHT = ("DEBUG", "PWDEBUG", "PWTEST_", "PW_", "SELENIUM_", "PLAYWRIGHT_", "NPM_CONFIG_P")
# Where the driver and its browsers are, what they take the machine for, and whether the driver
# keeps its compiled code.
_KEPT = frozenset(
    {
        *(
            "PLAYWRIGHT_BROWSERS_PATH",
            "PLAYWRIGHT_NODEJS_PATH",
            "PLAYWRIGHT_HOST_PLATFORM_OVERRIDE",
        ),
        *("NODE_COMPILE_CACHE", "NODE_DISABLE_COMPILE_CACHE"),
    }
)


class DriverStart:
    """A driver that is being started, with the environment that it and its browsers get."""

    early: ClassVar[DriverStart | None] = None
    """The start that began before the run that it is for, until that run takes it."""

    def __init__(self, *, keep_code: bool = True) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self.environment, self.environment_of_start = ExitStack(), ExitStack()
        self._starting: asyncio.Future[Playwright] | None = None
        try:
            self.env = self.environment.enter_context(temporary_environment())
            self.environment.enter_context(_environment_without(_OF_PLAYWRIGHT))
            self.environment_of_start.enter_context(_environment_without(_OF_NODE))
            if keep_code:
                self.environment_of_start.enter_context(driver_compile_cache())
            self.environment_of_start.enter_context(driver_dies_with_us(folder_of(self.env)))
        except BaseException:
            self.close()
            raise

    @classmethod
    def take_early(cls, loop: asyncio.AbstractEventLoop) -> DriverStart | None:
        """Return the start that began early, if it did on this very loop; only once."""
        start = cls.early
        if start is None or start.loop is not loop:
            return None
        cls.early = None
        return start

    async def begin(self) -> None:
        """Begin to start the driver; return as soon as the first message to it is out.

        In the thread of the run: where it ends, Linux kills what it has started.
        """
        self.loop = loop = asyncio.get_running_loop()
        begun, start_process = asyncio.Event(), loop.subprocess_exec

        async def start_and_tell(*args: Any, **how: Any) -> Any:  # noqa: ANN401 - passed on
            started = await start_process(*args, **how)
            _tell_first_write(started[0].get_pipe_transport(0), begun)
            return started

        loop.subprocess_exec = start_and_tell  # type: ignore[method-assign]
        self._starting = asyncio.ensure_future(async_playwright().start())
        self._starting.add_done_callback(lambda _: begun.set())
        await begun.wait()
        loop.subprocess_exec = start_process  # type: ignore[method-assign]

    async def finish(self) -> Playwright:
        """Return the driver when it answers."""
        if self._starting is None:
            self._starting = asyncio.ensure_future(async_playwright().start())
        return await self._starting

    async def end(self) -> None:
        """End the driver, whether it has started or not; returns when it is gone."""
        await _kill_drivers()
        with suppress(Exception):  # it was killed while it started; or it cannot be started
            async with asyncio.timeout(_CLOSE_SECONDS):
                await (await self.finish()).stop()
        await _kill_drivers()

    def close(self) -> None:
        """Give the environment back as it was."""
        self.environment_of_start.close()
        self.environment.close()


def _tell_first_write(pipe: Any, begun: asyncio.Event) -> None:  # noqa: ANN401 - a transport
    """Set an event when something is written to a pipe for the first time."""
    write = pipe.write

    def write_and_tell(data: bytes) -> None:
        pipe.write = write
        write(data)
        begun.set()

    pipe.write = write_and_tell


def start_driver_early() -> None:
    """Begin to start the driver while all else is still read and imported; it takes 0.2 s.

    The next run takes it over. Where there is none, `abandon_driver` ends it. What is wrong with
    the machine is told by that run, not here.
    """
    with suppress(SetupError):
        DriverStart.early = start = DriverStart()
        run_before(start.begin())


def abandon_driver() -> None:
    """End a driver that was started early if no run has taken it over."""
    start, DriverStart.early = DriverStart.early, None
    if start is not None:
        run_instead(start.end())
        start.close()


@asynccontextmanager
async def start_driver(
    meanwhile: Callable[[], Awaitable[None]] | None = None,
    seconds: float = START_SECONDS,
    *,
    keep_code: bool = True,
) -> AsyncIterator[tuple[Playwright, dict[str, str]]]:
    """Start Playwright's driver, and give it with the environment for a browser; gone afterwards.

    `meanwhile` runs while the driver starts; what it raises ends the start. With `keep_code` it
    keeps its compiled code for the next time. Raises SetupError if it does not start, or not within
    `seconds`.
    """
    start = DriverStart.take_early(asyncio.get_running_loop()) or DriverStart(keep_code=keep_code)
    with start.environment:
        playwright, other = await asyncio.gather(
            _finish(start, seconds),
            _do_nothing() if meanwhile is None else meanwhile(),
            return_exceptions=True,
        )
        if isinstance(playwright, SetupError):
            raise playwright
        if isinstance(playwright, BaseException):
            raise SetupError(
                "Playwright's driver could not be started",
                "Reinstall auditor, or see `auditor doctor`.",
            ) from playwright
        try:
            if isinstance(other, BaseException):
                raise other
            yield playwright, start.env
        finally:
            await _stop(playwright)


async def close_browser(browser: Browser) -> None:
    """Close a browser; one that does not answer is killed."""
    for seconds in (_CLOSE_SECONDS, _KILL_SECONDS):
        try:
            async with asyncio.timeout(seconds):
                await browser.close()
        except TimeoutError:
            continue  # asked a second time, the driver kills it
        except Error:
            pass  # it is gone already
        return


async def _finish(start: DriverStart, seconds: float) -> Playwright:
    """Return the driver when it answers; raises SetupError if it does not in time."""
    with start.environment_of_start:
        try:
            async with asyncio.timeout(seconds):
                return await start.finish()
        except TimeoutError:
            await _kill_drivers()
            raise SetupError(
                f"The browser's driver did not answer within {seconds:g} seconds of its start",
                "Try again when the machine is less busy, or see `auditor doctor`.",
            ) from None


async def _stop(playwright: Playwright) -> None:
    try:
        async with asyncio.timeout(_CLOSE_SECONDS):
            await playwright.stop()
    except TimeoutError:
        await _kill_drivers()


async def _kill_drivers() -> None:
    """Kill a driver that does not answer, and the browsers that it has started.

    Playwright does not tell its process; it is the only one that runs by then under asyncio.
    """
    processes = [each for each in gc.get_objects() if type(each) is Process]
    running = [each for each in processes if each.returncode is None]
    for process in running:
        for child in _children_of(process.pid):
            with suppress(OSError):  # a browser leads a group of its own; or it is gone already
                os.killpg(child, signal.SIGKILL)
        with suppress(OSError):
            process.kill()
    with suppress(TimeoutError):
        async with asyncio.timeout(_KILL_SECONDS):
            await asyncio.gather(*(each.wait() for each in running))


def _children_of(pid: int) -> list[int]:
    """Return the processes that one has started; elsewhere than on Linux it is not known."""
    with suppress(OSError):
        return [
            int(child)
            for told in Path(f"/proc/{pid}/task").glob("*/children")
            for child in told.read_text().split()
        ]
    return []


@contextmanager
def _environment_without(prefixes: tuple[str, ...]) -> Iterator[None]:
    """Let programs started meanwhile know nothing of some variables."""
    left_out = {
        name: value
        for name, value in os.environ.items()
        if name.upper().startswith(prefixes) and name.upper() not in _KEPT
    }
    for name in left_out:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(left_out)


async def _do_nothing() -> None:
    """Stand in where nothing is to be done meanwhile."""
