"""The time one run may take. Waiting for a person does not count."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MILLISECONDS = 1000


class Clock:
    """Counts down `seconds` from now."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds left, never below zero."""
        return max(0.0, self._end - time.monotonic())

    @property
    def said(self) -> str:
        """The whole time in words."""
        return "1 second" if self.seconds == 1 else f"{self.seconds:g} seconds"

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return self.left <= 0

    def ms(self, at_most: float) -> float:
        """Return a limit for Playwright in milliseconds.

        At most so many seconds, at most what is left, never zero.
        """
        return max(1.0, min(self.left, at_most) * MILLISECONDS)

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Stop the clock while a person is asked."""
        left = self.left
        try:
            yield
        finally:
            self._end = time.monotonic() + left
