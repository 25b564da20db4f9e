"""A browser and its driver end with the run, and until then nobody notices that a line was cut."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from auditor.browser.engine.launch import BrowserOptions, launch_browser
from auditor.browser.engine.lifeline import die_with_parent

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux alone kills children"),
]
_RUN = """
import asyncio, sys
from auditor.browser.engine.launch import BrowserOptions, launch_browser
async def main():
    async with launch_browser(BrowserOptions(sys.argv[1]), lambda _: None) as running:
        await running.wait_until_taken_over()
        print(running.process, flush=True)
        await asyncio.sleep(60)
asyncio.run(main())
"""


def is_running(pid: int) -> bool:
    """Return whether a process is there and has not ended."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1][0]
    except OSError:
        return False
    return state not in "ZX"


async def ends(pid: int) -> bool:
    """Return whether a process ends within a moment."""
    for _ in range(100):
        if not is_running(pid):
            return True
        await asyncio.sleep(0.05)
    return False


@pytest.mark.asyncio
async def test_the_browser_ends_with_a_killed_run(light_chromium: str) -> None:
    run = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _RUN, light_chromium, stdout=asyncio.subprocess.PIPE
    )
    assert run.stdout is not None
    pid = int(await run.stdout.readline())
    assert is_running(pid)
    run.kill()
    await run.wait()
    assert await ends(pid)


@pytest.mark.asyncio
async def test_the_browser_ends_with_a_killed_driver(light_chromium: str) -> None:
    before = set(children())  # with the driver of other tests' pages
    async with launch_browser(BrowserOptions(light_chromium), lambda _: None) as running:
        cdp = await running.browser.new_browser_cdp_session()
        processes = (await cdp.send("SystemInfo.getProcessInfo"))["processInfo"]
        (pid,) = [int(each["id"]) for each in processes if each["type"] == "browser"]
        begun = set(children()) - before
        (driver,) = [each for each in begun if "run-driver" in command_of(each)]
        os.kill(int(driver), signal.SIGKILL)
        with pytest.raises(Exception, match="closed"):
            await running.browser.new_page()
    assert await ends(pid)


def children() -> list[str]:
    """Return the processes that this one has started."""
    return Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()


def command_of(pid: str) -> str:
    """Return the command line of a process."""
    return Path(f"/proc/{pid}/cmdline").read_text()


@pytest.mark.asyncio
async def test_a_program_is_killed_with_its_parent(tmp_path: Path) -> None:
    program = die_with_parent(str(tmp_path), "sleeper", "/bin/sleep")
    parent = await asyncio.create_subprocess_exec(
        "/bin/sh", "-c", f"'{program}' 60 & echo $!; wait", stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    pid = int(await parent.stdout.readline())
    for _ in range(500):  # until it has become the program
        if command_of(str(pid)).startswith("/bin/sleep"):
            break
        await asyncio.sleep(0.01)
    parent.kill()
    await parent.wait()
    assert await ends(pid)


def test_without_a_folder_the_program_itself_is_started() -> None:
    assert die_with_parent(None, "x", "/bin/sleep") == "/bin/sleep"
