"""One cold `auditor audit` against a bare Playwright script on the same page.

Wall time and peak memory.

Whole processes, alternating, on the built-in mock site. Run it with `python benchmarks/cold.py
[--runs 15]` on a quiet machine. Time and memory are taken in separate runs, because sampling memory
costs time.

Python's own compiled code is kept in a folder of the benchmark's, as it is after an installation: a
machine that is told not to keep any (PYTHONDONTWRITEBYTECODE) compiles all modules in each process.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from auditor.browser.engine.find import find_browser
from auditor.mocksite import running

HERE = Path(__file__).parent
_SAMPLE = 0.02


def main() -> None:
    """Measure and print medians with their spread, and the ratio."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=15)
    options.add_argument("--browser", default=None)
    asked = options.parse_args()
    browser = asked.browser or find_browser(None, Path("/nonexistent")).name
    with running(port=0) as site, tempfile.TemporaryDirectory() as compiled:
        os.environ["PYTHONPYCACHEPREFIX"] = compiled
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        url = site.base_url("on")
        commands = {
            "auditor audit": [
                sys.executable,
                "-m",
                "auditor",
                "audit",
                "--json",
                "--base-url",
                url,
                "--browser",
                browser,
            ],
            "bare script": [sys.executable, str(HERE / "bare.py"), f"{url}/new", browser],
        }
        measured = _measure(commands, asked.runs)
    _report(measured)


def _measure(
    commands: dict[str, list[str]], runs: int
) -> dict[str, tuple[list[float], list[float]]]:
    """Run the commands in turn: once to warm the caches, for time, then for memory."""
    measured: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in commands}
    for command in commands.values():
        _timed(command)
    for _ in range(runs):
        for name, command in commands.items():
            measured[name][0].append(_timed(command))
    for _ in range(3):
        for name, command in commands.items():
            measured[name][1].append(_peak(command))
    return measured


def _timed(command: list[str]) -> float:
    began = time.perf_counter()
    done = subprocess.run(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
    )
    assert done.returncode in (0, 10), f"{command} ended with {done.returncode}"  # noqa: S101
    return time.perf_counter() - began


def _peak(command: list[str]) -> float:
    """Return the peak of proportional memory of a process and all below it, in MiB (Linux)."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, sum(_pss(pid) for pid in _family(process.pid)) / 1024)
        time.sleep(_SAMPLE)
    return peak


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return []
    return [pid, *(member for child in children for member in _family(int(child)))]


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _report(measured: dict[str, tuple[list[float], list[float]]]) -> None:
    print(
        f"{'':<16}{'median s':>10}{'min':>8}{'max':>8}{'peak MiB':>11}   ({os.cpu_count()} cores)"
    )
    for name, (times, peaks) in measured.items():
        row = f"{statistics.median(times):>10.2f}{min(times):>8.2f}{max(times):>8.2f}"
        print(f"{name:<16}{row}{statistics.median(peaks):>11.0f}")
    ours, bare = measured.values()
    time_ratio = statistics.median(ours[0]) / statistics.median(bare[0])
    memory_ratio = statistics.median(ours[1]) / statistics.median(bare[1])
    print(f"ratio           {time_ratio:>10.2f}{'':>16}{memory_ratio:>11.2f}")


if __name__ == "__main__":
    main()
