"""Show on stderr how far the documented path has been walked.

Drawn live in a terminal (`live_path.py`), plain lines elsewhere.
"""

from __future__ import annotations

import math
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol, Self, TextIO

if TYPE_CHECKING:
    from auditor.report.live_path import LivePath


_MINUTE = 60


class Progress(Protocol):
    """Is told by a run how far it has come."""

    def begin(self, title: str, steps: tuple[str, ...]) -> None:
        """Start a path with these steps."""

    def tick(self, number: int) -> None:
        """Tick off the step with this number, counted from 0."""

    def wait(self, title: str, seconds: float) -> None:
        """Show what is waited for, and how many seconds are left; told about every second."""

    def pause(self) -> None:
        """Leave the terminal alone: a person is asked something."""


class Plain:
    """Writes one line for each step done; for pipes and logs."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._steps: tuple[str, ...] = ()
        self._minutes_told: int | None = None

    def begin(self, title: str, steps: tuple[str, ...]) -> None:
        self._steps = steps
        self._print(f"{title}:")

    def tick(self, number: int) -> None:
        self._print(f"  [{number + 1}/{len(self._steps)}] {self._steps[number]}")

    def wait(self, title: str, seconds: float) -> None:
        minutes = math.ceil(seconds / _MINUTE)
        if minutes != self._minutes_told:
            self._minutes_told = minutes
            self._print(f"  {title}: {minutes} min left")

    def pause(self) -> None:
        """Do nothing: nothing is drawn that would be in the way."""

    def _print(self, line: str) -> None:
        encoding = self._stream.encoding or "utf-8"
        with suppress(OSError):  # a closed stderr does not stop a run
            print(line.encode(encoding, "replace").decode(encoding), file=self._stream, flush=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


class Silent:
    """Says nothing: several accounts are under way at once, and the run tells the end of each."""

    def begin(self, title: str, steps: tuple[str, ...]) -> None:
        """Do nothing: the steps of several accounts would mix."""

    def tick(self, number: int) -> None:
        """Do nothing."""

    def wait(self, title: str, seconds: float) -> None:
        """Do nothing: only one account is looked at where a person is waited for."""

    def pause(self) -> None:
        """Do nothing: nothing is drawn that would be in the way."""


def open_progress(stream: TextIO = sys.stderr) -> Plain | LivePath:
    """Return the progress that fits the stream: drawn live in a terminal, else plain lines."""
    if not stream.isatty():
        return Plain(stream)
    # Importing rich takes a tenth of a second, which pipes and logs do not need.
    from auditor.report.live_path import LivePath  # noqa: PLC0415

    return LivePath()
