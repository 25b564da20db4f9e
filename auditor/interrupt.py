"""Start the event loop, and end it in good order when somebody interrupts.

The only place that does either.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar

from auditor.errors import Interrupted

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

T = TypeVar("T")


_kept: list[asyncio.AbstractEventLoop] = []
"""The event loop, at most one, that the next run goes on with."""


def run_before(work: Coroutine[Any, Any, None]) -> None:
    """Run what begins something for the next run, which goes on with it in the same event loop."""
    loop = asyncio.new_event_loop()
    _kept[:] = [loop]
    loop.run_until_complete(work)


def run_instead(work: Coroutine[Any, Any, None]) -> None:
    """Run what clears up after something that began for a run which does not come."""
    with asyncio.Runner(loop_factory=_take_loop) as runner:
        runner.run(work)


def _take_loop() -> asyncio.AbstractEventLoop:
    return _kept.pop() if _kept else asyncio.new_event_loop()


def run_interruptible(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end; Ctrl-C and SIGTERM end it in good order and raise Interrupted."""

    async def guarded() -> T:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        loop.set_exception_handler(_ignore_late_browser_errors)
        if task is not None and threading.current_thread() is threading.main_thread():
            stop = _call_once(task.cancel)
            for name in ("SIGINT", "SIGTERM", "SIGHUP"):
                with suppress(
                    NotImplementedError, AttributeError
                ):  # Windows knows none of it; there, SIGINT raises
                    loop.add_signal_handler(getattr(signal, name), stop)
        return await work

    try:
        with (
            _restore_signal_handlers(),
            asyncio.Runner(loop_factory=_take_loop) as runner,
        ):
            return runner.run(guarded())
    except (asyncio.CancelledError, KeyboardInterrupt):
        raise Interrupted("Interrupted. Nothing is left running") from None


@contextmanager
def _restore_signal_handlers() -> Iterator[None]:
    """Let signals mean afterwards what they meant before.

    A loop that ends leaves them as the system has them.
    """
    before = {}
    if threading.current_thread() is threading.main_thread():
        before = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def _call_once(act: Callable[[], object]) -> Callable[[], None]:
    """Act at the first call only.

    Whoever presses Ctrl-C again must not break off what clears up.
    """
    calls = iter((act,))

    def call() -> None:
        next(calls, _do_nothing)()

    return call


def _do_nothing() -> None:
    """Stand in where nothing is to be done."""


def _ignore_late_browser_errors(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Drop what late answers of a closed browser would print.

    Everything else goes the usual way.
    """
    error = context.get("exception")
    if type(error).__module__.startswith("playwright") or str(error).startswith(
        "Connection closed"
    ):
        return
    loop.default_exception_handler(context)


async def ask_in_background(ask: Callable[[], T]) -> T:
    """Ask in a daemon thread.

    Ctrl-C then ends the run, even while the question stands there unanswered.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def work() -> None:
        try:
            value = ask()
        except BaseException as error:  # noqa: BLE001 - carried over to the run, whatever it is
            _call_in_loop(loop, _set_exception, answer, error)
        else:
            _call_in_loop(loop, _set_result, answer, value)

    threading.Thread(target=work, daemon=True).start()
    return await answer


def _call_in_loop(loop: asyncio.AbstractEventLoop, how: Callable[..., None], *what: object) -> None:
    with suppress(RuntimeError):  # the run is over, and its loop closed
        loop.call_soon_threadsafe(how, *what)


def _set_result(answer: asyncio.Future[T], value: T) -> None:
    if not answer.done():
        answer.set_result(value)


def _set_exception(answer: asyncio.Future[T], error: BaseException) -> None:
    if not answer.done():
        answer.set_exception(error if isinstance(error, Exception) else KeyboardInterrupt())
