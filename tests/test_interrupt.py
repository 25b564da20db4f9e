"""The event loop is started and interrupted in one place, and threads end with it."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from auditor.errors import HumanNeeded, Interrupted
from auditor.interrupt import ask_in_background, run_before, run_instead, run_interruptible


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
    begun: list[asyncio.Task[int]] = []

    async def early() -> None:
        begun.append(asyncio.ensure_future(_answer()))

    async def work() -> int:
        assert asyncio.get_running_loop() is begun[0].get_loop()
        return await begun[0]

    run_before(early())
    assert run_interruptible(work()) == 42
    assert begun[0].get_loop().is_closed()
    assert run_interruptible(_answer()) == 42  # the next one has a loop of its own


def test_what_no_run_takes_over_is_cleared_up() -> None:
    seen: list[str] = []

    async def wait() -> None:
        try:
            await asyncio.sleep(30)
        finally:
            seen.append("ended")

    async def early() -> None:
        seen.append("begun")
        waiting.append(asyncio.ensure_future(wait()))
        await asyncio.sleep(0)

    async def clear_up() -> None:
        seen.append("cleared up")

    waiting: list[asyncio.Task[None]] = []
    run_before(early())
    run_instead(clear_up())
    assert seen == ["begun", "cleared up", "ended"]
    assert waiting[0].get_loop().is_closed()
