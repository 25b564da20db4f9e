"""The fence around every test.

A home of its own, no settings of the developer's, no network but this machine.
"""

from __future__ import annotations

import gc
import itertools
import os
import shutil
import socket
import sys
from contextlib import AsyncExitStack
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from hypothesis import settings

from tests.commands import fork_commands, run_auditor
from tests.units import (
    Units,
    folder_of_all_workers,
    in_order,
    rank_of,
    split_off_long_work,
)

if TYPE_CHECKING:
    import subprocess
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from playwright.async_api import Browser as AsyncBrowser
    from playwright.async_api import Page
    from playwright.sync_api import Browser
    from xdist.remote import Producer

    from auditor.mocksite import Site
    from tests.machines import Machine

settings.register_profile("auditor", deadline=None)
settings.load_profile("auditor")

_HOMES = {
    "HOME": "",
    "USERPROFILE": "",
    "APPDATA": "config",
    "LOCALAPPDATA": "data",
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_STATE_HOME": "state",
    "XDG_RUNTIME_DIR": "run",
}
_CONNECT, _CONNECT_EX, _SENDTO = (
    socket.socket.connect,
    socket.socket.connect_ex,
    socket.socket.sendto,
)


_FEW_MUTANTS = "60"
_home_numbers = itertools.count()
_BROWSERS = {"chromium", "light_chromium", "slices"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer what `./dev test` asks for."""
    parser.addoption(
        "--short",
        action="store_true",
        help="leave out what is marked slow, and run only the first case (or every n-th, if marked)"
        " of a test that needs a browser or keyring; not where tests are named",
    )
    parser.addoption(
        "--fork",
        action="store_true",
        help="fork commands that start no browser off one process, instead of beginning each anew",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Do what the options ask for; each worker reads the whole command line itself."""
    if config.option.fork:
        fork_commands()
    config.option.short = config.option.short and not _names_tests(config)
    if config.option.short:
        os.environ.setdefault("AUDITOR_MUTANTS", _FEW_MUTANTS)


def _names_tests(config: pytest.Config) -> bool:
    """Return whether somebody asked for certain tests, who then wants all their cases."""
    is_named = config.args_source is not pytest.Config.ArgsSource.TESTPATHS
    choosing = ("keyword", "markexpr", "lf", "failedfirst")
    return is_named or any(getattr(config.option, name, None) for name in choosing)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Start a worker more than there are cores, because tests wait, but where all are quick."""
    return (os.cpu_count() or 1) + (0 if _are_quick(config) else 1)


def _are_quick(config: pytest.Config) -> bool:
    """Return whether no test is asked for that waits: what is not quick is left out by its mark."""
    return "not browser" in config.option.markexpr


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Units:
    """Share the tests out in units of work, in the order of the tests."""
    config.option.loadscopereorder = False
    return Units(config, log, by_file=_are_quick(config))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what needs a browser or a keyring, and in a worker begin with what takes longest."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        # `auditor` names a browser to the command line, and not every command starts it
        if fixtures & _BROWSERS and ("auditor" not in fixtures or "own" in fixtures):
            item.add_marker("browser")
        if "machine" in fixtures:
            item.add_marker("keyring")
    if config.option.short:
        items[:], left = split_off_long_work(items)
        config.hook.pytest_deselected(items=left)
    if workers := getattr(config, "workerinput", {}).get("workercount"):
        ranks = {
            item.nodeid: rank_of(item.nodeid, late=item.get_closest_marker("late") is not None)
            for item in items
        }
        place = {nodeid: n for n, nodeid in enumerate(in_order(ranks, workers))}
        items.sort(key=lambda item: place[item.nodeid])


def pytest_collection_finish() -> None:
    """Look no more through the tests themselves for garbage: there are thousands, and they stay."""
    gc.freeze()


class OutsideError(AssertionError):
    """Raised when a test reaches for a machine other than this one."""


def _refuse_outside(address: object) -> None:
    if not isinstance(address, tuple):  # a UNIX socket
        return
    host = str(address[0])
    try:
        inside = ip_address(host).is_loopback
    except ValueError:
        inside = host == "localhost"
    if not inside:
        message = f"a test tried to reach {host}; tests talk to this machine only"
        raise OutsideError(message)


def _fenced(real: Callable[..., object]) -> Callable[..., object]:
    def call(self: socket.socket, *args: object) -> object:
        _refuse_outside(args[-1])
        return real(self, *args)

    return call


@pytest.fixture(scope="session", autouse=True)
def _loopback_only() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _fenced(_CONNECT))
        patch.setattr(socket.socket, "connect_ex", _fenced(_CONNECT_EX))
        patch.setattr(socket.socket, "sendto", _fenced(_SENDTO))
        yield


@pytest.fixture(scope="session", autouse=True)
def _browsers_stay_where_they_are() -> Iterator[None]:
    """Playwright looks for its browsers below the home folder, which the fence moves."""
    with pytest.MonkeyPatch.context() as patch:
        downloaded = Path.home() / ".cache" / "ms-playwright"
        if "PLAYWRIGHT_BROWSERS_PATH" not in os.environ and downloaded.is_dir():
            patch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(downloaded))
        yield


@pytest.fixture(autouse=True)
def home(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """Return the empty home folder of this test.

    Nothing named AUDITOR_* is left in its environment. What the tool and Playwright's driver keep of
    files that do not change (flows and code) is found in a folder of all tests, as on the computer
    of a person who uses the tool for the second time: a tenth less work.
    """
    # not by `mktemp`, which looks at all folders that there are: thousands in a long run
    folder = tmp_path_factory.getbasetemp() / f"home-{next(_home_numbers)}"
    folder.mkdir(mode=0o700)
    cache = folder_of_all_workers(tmp_path_factory) / "cache"
    cache.mkdir(mode=0o700, exist_ok=True)
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    for name, below in _HOMES.items():
        monkeypatch.setenv(name, str(folder / below))
    if any(request.node.get_closest_marker(name) for name in ("browser", "keyring", "medium")):
        # what starts programs; they make the other folders as needed
        (folder / _HOMES["XDG_RUNTIME_DIR"]).mkdir(mode=0o700)
    for name in list(os.environ):
        if name.startswith("AUDITOR_"):
            monkeypatch.delenv(name)
    return folder


@pytest.fixture(scope="session")
def served_site() -> Iterator[Site]:
    """Return the mock site, served for the whole session, with whatever tests did to it."""
    from auditor.mocksite import running

    with running(port=0) as served:
        yield served


@pytest.fixture
def site(served_site: Site) -> Site:
    """Return the mock site with every scenario at its start, whatever an earlier test changed."""
    for name in served_site.accounts:
        served_site.reset(name)
    return served_site


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a browser's path; install one first if this machine has none."""
    import fcntl

    from auditor.browser.engine.find import find_browser, install_browser
    from auditor.errors import SetupError

    own = Path(
        "/nonexistent"
    )  # Playwright's own is found by Playwright itself, so only others need a name
    lock = folder_of_all_workers(tmp_path_factory) / "browser.lock"
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # test workers start together
        try:
            return find_browser(None, own, headed=True).program()
        except SetupError:
            install_browser(_say)
            return find_browser(None, own, headed=True).program()


@pytest.fixture(scope="session")
def light_chromium(chromium: str) -> str:
    """Return the browser without a window, if it is installed: a third less work, the same pages."""
    return shutil.which("chromium-headless-shell") or chromium


@pytest.fixture(scope="module")
def browser(light_chromium: str) -> Iterator[Browser]:
    """Return a bare browser, not the tool's, to look at the mock site as a person would."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=light_chromium)
        yield found
        found.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browsers(light_chromium: str) -> AsyncIterator[Callable[[], Awaitable[AsyncBrowser]]]:
    """Return what gives the browser of this worker, and another one if that has ended."""
    from playwright.async_api import async_playwright

    from auditor.browser.engine.isolated_world import install_page_functions

    begun: list[AsyncBrowser] = []
    async with AsyncExitStack() as stack:

        async def give() -> AsyncBrowser:
            if not begun or not begun[-1].is_connected():
                playwright = await stack.enter_async_context(async_playwright())
                await install_page_functions(playwright)
                browser = await playwright.chromium.launch(
                    executable_path=light_chromium, chromium_sandbox=False
                )
                begun.append(browser)
            return begun[-1]

        yield give
        for each in begun:
            await each.close()


@pytest_asyncio.fixture(loop_scope="session")
async def bare_browser(
    browsers: Callable[[], Awaitable[AsyncBrowser]],
) -> AsyncIterator[AsyncBrowser]:
    """Return a browser for tests that look at pages of their own; none leaves a page open in it."""
    found = await browsers()
    yield found
    for context in found.contexts:
        await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(bare_browser: AsyncBrowser) -> AsyncIterator[Page]:
    """Return a page in a context of its own."""
    context = await bare_browser.new_context()
    yield await context.new_page()
    await context.close()


@pytest.fixture
def machine() -> Iterator[Machine]:
    """Return a home with a real keyring of its own."""
    from tests.machines import furnished

    with furnished() as found:
        yield found


@pytest.fixture
def auditor(light_chromium: str, home: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return the real command line, run as a process of its own with an empty home."""

    def run(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
        return run_auditor(
            *args, cwd=home, env={**os.environ, "AUDITOR_BROWSER": light_chromium, **env}
        )

    return run
