"""Draw the documented path in a terminal: steps done, under way and still to come."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Self

from rich.live import Live
from rich.text import Text

from auditor.report.terminal import build_console, fit_encoding

if TYPE_CHECKING:
    from types import TracebackType


_END_WAIT = "    Ctrl-C ends the waiting; nothing is left running."


class LivePath:
    """The whole path at once, redrawn with each step; a `Progress` (`progress.py`)."""

    def __init__(self) -> None:
        self._out = build_console(stderr=True)
        self._live: Live | None = None
        self._title, self._steps, self._done = "", tuple[str, ...](), 0

    def begin(self, title: str, steps: tuple[str, ...]) -> None:
        self.pause()
        self._title, self._steps, self._done = title, steps, 0
        self._live = Live(console=self._out, auto_refresh=False)
        self._live.start()
        self._draw()

    def tick(self, number: int) -> None:
        self._done = max(self._done, number + 1)
        self._draw()
        if self._done == len(self._steps):
            self.pause()

    def wait(self, title: str, seconds: float) -> None:
        if self._live is None:
            self._live = Live(console=self._out, auto_refresh=False, transient=True)
            self._live.start()
        self._live.update(self._draw_wait(title, seconds), refresh=True)

    def _draw_wait(self, title: str, seconds: float) -> Text:
        minutes, rest = divmod(math.ceil(seconds), 60)
        sign = fit_encoding("→", self._out)
        left = Text.assemble((f"  {sign} ", "cyan"), title, (f"  {minutes}:{rest:02} left", "bold"))
        return Text("\n").join([left, Text(_END_WAIT, style="dim")])

    def pause(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None

    def _draw(self) -> None:
        if self._live is not None:
            lines = [self._draw_step(number, step) for number, step in enumerate(self._steps)]
            title = Text(self._title, style="bold")
            self._live.update(Text("\n").join([title, *lines]), refresh=True)

    def _draw_step(self, number: int, step: str) -> Text:
        if number < self._done:
            sign, sign_style, step_style = "✓", "green", ""
        elif number == self._done:
            sign, sign_style, step_style = "→", "cyan", ""
        else:
            sign, sign_style, step_style = "·", "dim", "dim"
        return Text.assemble(
            (f"  {fit_encoding(sign, self._out)} ", sign_style), (step, step_style)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.pause()
