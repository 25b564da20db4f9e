"""Measure whole processes: wall time, processor time and peak memory.

Processor time is that of the process and of everything below it, however deep: the benchmark
adopts what a process leaves behind (Linux), so that a browser's own children are counted as well.
Memory is taken in runs of its own, because sampling it costs time.
"""

from __future__ import annotations

import ctypes
import os
import statistics
import subprocess
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_BECOME_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER, <linux/prctl.h>
_SAMPLE = 0.02  # seconds between two samples of memory
_PATIENCE = 3.0  # seconds in which what a process left behind may end by itself
_MEMORY_RUNS = 3
MIB = 1024 * 1024


@dataclass(frozen=True)
class Subject:
    """One of the commands that are compared."""

    name: str
    command: Sequence[str]
    accepted: tuple[int, ...] = (0,)
    """Exit codes with which a run counts."""
    says: str = ""
    """What must stand in the output: a run with another answer does not count."""
    prepare: Callable[[], None] = lambda: None
    """What is done before each run, and not measured."""


@dataclass
class Samples:
    """What the runs of one subject came to."""

    wall: list[float] = field(default_factory=list)
    """Seconds."""
    processor: list[float] = field(default_factory=list)
    """Seconds of the process and all below it."""
    memory: list[float] = field(default_factory=list)
    """Peak of proportional memory of all its processes, in MiB."""
    own_memory: list[float] = field(default_factory=list)
    """The same of the first process alone."""

    def summary(self) -> dict[str, float]:
        """Return medians, and the spread of the wall time."""
        told = {
            "wall": statistics.median(self.wall),
            "wall_min": min(self.wall),
            "wall_max": max(self.wall),
            "processor": statistics.median(self.processor),
        }
        if self.memory:
            told["memory"] = statistics.median(self.memory)
            told["own_memory"] = statistics.median(self.own_memory)
        return {key: round(value, 3) for key, value in told.items()}


def adopt_orphans() -> None:
    """Become the parent of whatever the measured processes leave behind; raise OSError if not."""
    if ctypes.CDLL(None, use_errno=True).prctl(_BECOME_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def measure(
    subjects: Sequence[Subject], runs: int, env: Mapping[str, str], *, memory: bool = True
) -> dict[str, Samples]:
    """Run the subjects in turn: to warm the caches, unless once is all; for time; for memory."""
    samples = {each.name: Samples() for each in subjects}
    for each in subjects if runs > 1 else ():
        _run(each, env)
    for _ in range(runs):
        for each in subjects:
            wall, processor = _run(each, env)
            samples[each.name].wall.append(wall)
            samples[each.name].processor.append(processor)
    for _ in range(min(_MEMORY_RUNS, runs) if memory else 0):
        for each in subjects:
            whole, own = _peak_memory(each, env)
            samples[each.name].memory.append(whole)
            samples[each.name].own_memory.append(own)
    return samples


def _run(subject: Subject, env: Mapping[str, str]) -> tuple[float, float]:
    """Return seconds of wall and of processor time; raise RuntimeError if the answer is wrong."""
    subject.prepare()
    before = _children_seconds()
    began = time.perf_counter()
    done = subprocess.run(subject.command, capture_output=True, text=True, check=False, env=env)
    wall = time.perf_counter() - began
    if done.returncode not in subject.accepted or subject.says not in done.stdout:
        message = f"{subject.name} ended with {done.returncode}: {done.stdout}{done.stderr}"
        raise RuntimeError(message)
    _wait_for_orphans()
    return wall, _children_seconds() - before


def _children_seconds() -> float:
    times = os.times()
    return times.children_user + times.children_system


def _wait_for_orphans() -> None:
    """Wait until nothing that was adopted is left, which also counts its time.

    What does not end by itself soon (a browser that chromedriver left behind) is ended.
    """
    _, left = psutil.wait_procs(psutil.Process().children(recursive=True), _PATIENCE)
    for each in left:
        each.kill()
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _peak_memory(subject: Subject, env: Mapping[str, str]) -> tuple[float, float]:
    subject.prepare()
    process = psutil.Popen(
        subject.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env
    )
    whole = own = 0.0
    while process.poll() is None:
        try:
            family = [process, *process.children(recursive=True)]
        except psutil.Error:
            break
        sizes = [_proportional_memory(each) for each in family]
        whole, own = max(whole, sum(sizes)), max(own, sizes[0])
        time.sleep(_SAMPLE)
    process.wait()
    _wait_for_orphans()
    return whole / MIB, own / MIB


def _proportional_memory(process: psutil.Process) -> float:
    try:
        return float(process.memory_full_info().pss)
    except psutil.Error:  # gone by now
        return 0.0
