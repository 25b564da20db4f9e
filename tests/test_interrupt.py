"""The event loop is started and interrupted in one place, and threads end with it."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import threading

import pytest

from auditor.errors import HumanNeeded, Interrupted
from auditor.interrupt import EarlyWork, abandon_early_work, ask_in_background, run_interruptible


async def _answer() -> int:
    await asyncio.sleep(0)
    return 42


def test_what_the_work_returns_is_returned() -> None:
    assert run_interruptible(_answer()) == 42


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_ends_the_work_in_good_order(name: str) -> None:
    cleaned_up = []

    async def work() -> None:
        try:
            os.kill(os.getpid(), getattr(signal, name))
            await asyncio.sleep(30)
        finally:
            cleaned_up.append(name)

    with pytest.raises(Interrupted, match=r"^Interrupted\. Nothing is left running$"):
        run_interruptible(work())
    assert cleaned_up == [name]


def test_a_second_signal_does_not_break_off_the_cleaning_up() -> None:
    cleaned_up = []

    async def work() -> None:
        try:
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.sleep(30)
        finally:
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.sleep(0.05)
            cleaned_up.append(True)

    with pytest.raises(Interrupted):
        run_interruptible(work())
    assert cleaned_up == [True]


def test_signals_mean_afterwards_what_they_meant_before() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    run_interruptible(_answer())
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


async def test_an_answer_given_in_a_thread_comes_back() -> None:
    assert await ask_in_background(lambda: "yes") == "yes"


async def test_what_is_raised_in_the_thread_is_raised_here() -> None:
    def ask() -> bool:
        raise HumanNeeded("Nobody is there")

    with pytest.raises(HumanNeeded, match=r"^Nobody is there$"):
        await ask_in_background(ask)


def test_a_run_goes_on_with_what_began_before_it() -> None:
    has_begun, may_go_on, has_gone_on = threading.Event(), asyncio.Event(), asyncio.Event()
    threads: list[str] = []

    async def early() -> None:
        threads.append(threading.current_thread().name)
        has_begun.set()
        await may_go_on.wait()
        threads.append(threading.current_thread().name)
        has_gone_on.set()

    async def work() -> asyncio.AbstractEventLoop:
        may_go_on.set()
        await has_gone_on.wait()
        return asyncio.get_running_loop()

    begun = EarlyWork(early)
    begun.begin()
    assert has_begun.wait(10)
    assert run_interruptible(work()) is begun.loop
    assert threads[0] != "MainThread"
    assert threads[1] == "MainThread"
    assert begun.loop.is_closed()
    assert EarlyWork.pending is None
    assert run_interruptible(_answer()) == 42


def test_what_began_early_and_failed_is_told_by_nobody_but_the_run(
    capfd: pytest.CaptureFixture[str],
) -> None:
    async def early() -> None:
        raise OSError

    EarlyWork(early).begin()
    assert run_interruptible(_answer()) == 42
    gc.collect()
    assert capfd.readouterr().err == ""


def test_what_no_run_takes_over_is_cleared_up() -> None:
    seen: list[str] = []

    async def early() -> None:
        try:
            await asyncio.sleep(30)
        finally:
            seen.append("ended")

    async def clear_up() -> None:
        seen.append("cleared up")

    begun = EarlyWork(early)
    begun.begin()
    abandon_early_work(clear_up)
    assert seen == ["cleared up", "ended"]
    assert begun.loop.is_closed()
    abandon_early_work(clear_up)
    assert seen == ["cleared up", "ended"]
