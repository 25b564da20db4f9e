"""The path as it is ticked off: plain lines for logs, drawn in a terminal."""

from __future__ import annotations

import io

import pytest

from auditor.report.live_path import LivePath
from auditor.report.progress import Plain, open_progress

STEPS = ("Click the user icon", "Click Settings")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_in_a_log_each_step_done_is_a_line() -> None:
    stream = io.StringIO()
    with Plain(stream) as progress:
        progress.begin("Claude on the web", STEPS)
        progress.tick(0)
        progress.pause()
        progress.tick(1)
    assert stream.getvalue() == (
        "Claude on the web:\n  [1/2] Click the user icon\n  [2/2] Click Settings\n"
    )


def test_a_terminal_gets_the_path_drawn_and_a_log_plain_lines() -> None:
    assert isinstance(open_progress(Terminal()), LivePath)
    assert isinstance(open_progress(io.StringIO()), Plain)


@pytest.mark.parametrize(
    ("done", "shown"),
    [
        ((0, 1), ["  ✓ Click the user icon", "  ✓ Click Settings"]),
        ((0,), ["  ✓ Click the user icon", "  → Click Settings"]),
        ((), ["  → Click the user icon", "  · Click Settings"]),
    ],
)
def test_the_whole_path_is_drawn_with_a_sign_for_each_step(
    capsys: pytest.CaptureFixture[str], done: tuple[int, ...], shown: list[str]
) -> None:
    with LivePath() as progress:
        progress.begin("Claude on the web", STEPS)
        for number in done:
            progress.tick(number)
    assert capsys.readouterr().err.splitlines() == ["Claude on the web", *shown]


def test_in_a_log_each_minute_of_waiting_is_a_line() -> None:
    stream = io.StringIO()
    with Plain(stream) as progress:
        for seconds in (120, 119, 61, 60, 59.5, 0.4):
            progress.wait("Waiting for you", seconds)
    assert stream.getvalue() == ("  Waiting for you: 2 min left\n  Waiting for you: 1 min left\n")


@pytest.mark.parametrize(("seconds", "left"), [(598.3, "9:59"), (59, "0:59"), (3600, "60:00")])
def test_in_a_terminal_the_time_left_is_counted_down(seconds: float, left: str) -> None:
    assert LivePath()._draw_wait("Waiting for you", seconds).plain.splitlines() == [
        f"  → Waiting for you  {left} left",
        "    Ctrl-C ends the waiting; nothing is left running.",
    ]
