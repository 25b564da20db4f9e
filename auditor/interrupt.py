"""Start the event loop, and end it in good order when somebody interrupts.

The only place that does either.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from auditor.errors import Interrupted

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

T = TypeVar("T")


class EarlyWork:
    """Work that begins in a thread before there is a run, on the event loop of that run.

    Only one thread at a time runs the loop: until `run_interruptible` takes it over, that thread.
    """

    pending: ClassVar[EarlyWork | None] = None
    """The work that no run has taken over yet, if any."""

    def __init__(self, work: Callable[[], Coroutine[Any, Any, object]]) -> None:
        self.loop = asyncio.new_event_loop()
        self._task: asyncio.Task[object] | None = None
        self._work = work
        self.loop.call_soon(self._start)
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    def begin(self) -> None:
        """Let the loop run in its thread; it is taken over by the next run, or abandoned."""
        EarlyWork.pending = self
        self._thread.start()

    def _start(self) -> None:
        self._task = self.loop.create_task(self._work())
        # whoever takes it over hears of errors; nobody else has to
        self._task.add_done_callback(lambda task: task.cancelled() or task.exception())

    def stop(self) -> asyncio.AbstractEventLoop:
        """Return the loop, which does not run any more and may be run by this thread."""
        EarlyWork.pending = None
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        return self.loop


def abandon_early_work(clear_up: Callable[[], Coroutine[Any, Any, object]]) -> None:
    """Clear up after work that was begun early, if no run has taken it over."""
    if EarlyWork.pending is not None:
        with asyncio.Runner(loop_factory=EarlyWork.pending.stop) as runner:
            runner.run(clear_up())


def _take_loop() -> asyncio.AbstractEventLoop:
    early = EarlyWork.pending
    return asyncio.new_event_loop() if early is None else early.stop()


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
