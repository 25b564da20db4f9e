"""The coordinates of an account's timeline, which the HTML report draws as SVG."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from auditor.report.record_words import STRIP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from auditor.records.record import Record

WIDTH = 640
HEIGHT = 112
_LEFT = 92
_RIGHT = 16
LANES = {"on": 20, "undecided": 46, "not_applicable": 46, "unknown": 46, "off": 72}
"""How far below the top the line of a state runs: ON at the top, OFF at the bottom."""
BASE = 94


@dataclass(frozen=True, slots=True)
class Dot:
    """One reading."""

    x: float
    y: float
    state: str
    letter: str
    title: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """What is drawn: dots, the steps between them, and the days at both ends."""

    dots: tuple[Dot, ...]
    path: str
    first: str
    last: str


def build_timeline(readings: Sequence[Record]) -> Timeline | None:
    """Return the timeline of readings, oldest first; None if there are none with a moment."""
    timed = [(moment, each) for each in readings if (moment := _read_moment(each)) is not None]
    if not timed:
        return None
    begin, end = timed[0][0], timed[-1][0]
    room = WIDTH - _LEFT - _RIGHT
    dots = []
    for moment, each in timed:
        share = (moment - begin) / (end - begin) if end > begin else 0.5
        state = str(each.get("state"))
        letter = STRIP.get(state, STRIP["unknown"])[0]
        x, y = round(_LEFT + share * room, 1), LANES.get(state, LANES["unknown"])
        dots.append(Dot(x, y, state, letter, f"{each['at']}: {state}"))
    return Timeline(
        tuple(dots), _join(dots), str(timed[0][1]["at"])[:10], str(timed[-1][1]["at"])[:10]
    )


def _join(dots: Sequence[Dot]) -> str:
    """Return the steps from dot to dot: what was known stays until the next reading."""
    steps = "".join(f"H{dot.x}V{dot.y}" for dot in dots[1:])
    return f"M{dots[0].x} {dots[0].y}{steps}"


def _read_moment(record: Record) -> float | None:
    try:
        return datetime.fromisoformat(str(record["at"])).timestamp()
    except (KeyError, ValueError):
        return None
