"""The documented path, ticked off on stderr while it is walked.

Live in a terminal, plain lines elsewhere.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol, Self, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from rich.live import Live
    from rich.text import Text


class Progress(Protocol):
    """Told what is going on during a run."""

    def begin(self, title: str, steps: tuple[str, ...]) -> None:
        """Start on a path of so many steps."""

    def tick(self, number: int) -> None:
        """Tick off the step with this number, counted from 0."""

    def pause(self) -> None:
        """Leave the terminal alone: a person is asked something."""


class Plain:
    """One line on a stream for each step done; for pipes, logs and narrow needs."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._steps: tuple[str, ...] = ()

    def begin(self, title: str, steps: tuple[str, ...]) -> None:
        self._steps = steps
        self._say(f"{title}:")

    def tick(self, number: int) -> None:
        self._say(f"  [{number + 1}/{len(self._steps)}] {self._steps[number]}")

    def pause(self) -> None:
        """Nothing is drawn that would have to go."""

    def _say(self, line: str) -> None:
        encoding = self._stream.encoding or "utf-8"
        with suppress(OSError):  # nobody listening is no reason to stop in the middle of a run
            print(line.encode(encoding, "replace").decode(encoding), file=self._stream, flush=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


class Silent:
    """Says nothing on the way.

    Several accounts are under way at once, and the run tells the end of each.
    """

    def begin(self, title: str, steps: tuple[str, ...]) -> None:
        """Stay silent; the steps of several accounts would run into one another."""

    def tick(self, number: int) -> None:
        """Stay silent."""

    def pause(self) -> None:
        """Nothing is drawn that would have to go."""


class Ticking:
    """The whole path at once, each step with a sign for done, under way and still to come."""

    def __init__(self) -> None:
        from rich.live import Live  # noqa: PLC0415 - only for people

        from auditor.report.terminal import console  # noqa: PLC0415

        self._out = console(stderr=True)
        self._new_live: Callable[[], Live] = lambda: Live(console=self._out, auto_refresh=False)
        self._live: Live | None = None
        self._title, self._steps, self._done = "", tuple[str, ...](), 0

    def begin(self, title: str, steps: tuple[str, ...]) -> None:
        self.pause()
        self._title, self._steps, self._done = title, steps, 0
        self._live = self._new_live()
        self._live.start()
        self._draw()

    def tick(self, number: int) -> None:
        self._done = max(self._done, number + 1)
        self._draw()
        if self._done == len(self._steps):
            self.pause()

    def pause(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None

    def _draw(self) -> None:
        if self._live is not None:
            self._live.update(self._picture(), refresh=True)

    def _picture(self) -> Text:
        from rich.text import Text  # noqa: PLC0415

        from auditor.report.terminal import fit  # noqa: PLC0415

        lines = [Text(self._title, style="bold")]
        for number, step in enumerate(self._steps):
            sign, style = (
                ("✓", "green")
                if number < self._done
                else ("→", "cyan")
                if number == self._done
                else ("·", "dim")
            )
            lines.append(
                Text.assemble(
                    (f"  {fit(sign, self._out)} ", style), (step, style if style == "dim" else "")
                )
            )
        return Text("\n").join(lines)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.pause()


def open_progress(stream: TextIO = sys.stderr) -> Plain | Ticking:
    """Return the fitting one for where stderr goes."""
    return Ticking() if stream.isatty() else Plain(stream)
