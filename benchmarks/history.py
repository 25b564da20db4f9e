"""How quick the history is when it is large, and whether a killed writer ever harms it.

    python benchmarks/history.py            # 1,000,000 records, and 100 writers killed in mid-write
    python benchmarks/history.py 100000

Times are of whole processes, except the append and the check. The log is in a temporary folder.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.records.database import open_for_writing
from auditor.records.log import RecordLog, render_record
from auditor.records.merkle import Peaks, hash_leaf
from auditor.records.verify import verify_log

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

READING = {
    "kind": "finding",
    "command": "audit",
    "version": "0.1.0",
    "flow": "claude/web",
    "origin": "https://claude.ai",
    "base_url": "https://claude.ai",
    "label": "Help improve our AI models",
    "locked": False,
    "wanted": "off",
    "reason": None,
    "witnesses": {"page": "off", "network": "off"},
    "route": "documented",
    "evidence": "proved",
    "organisation": None,
    "seconds": 1.9,
}
APPEND = """
import sys
from pathlib import Path
from auditor.records.log import RecordLog
log = RecordLog(Path(sys.argv[1]))
while True:
    one = {"kind": "finding", "account": "killed", "base_url": "http://127.0.0.1:1", "state": "off"}
    print(log.append([one] * 3).numbers[-1], flush=True)
"""


def rows(count: int, peaks: Peaks) -> Iterator[tuple[int, str, bytes]]:
    for number in range(1, count + 1):
        at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=15 * number)
        state = "on" if number % 10_000 == 0 else "off"
        record = {
            **READING,
            "at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "account": f"account-{number % 20}",
            "state": state,
            "outcome": "not_as_wanted" if state == "on" else "as_wanted",
        }
        text = render_record(number, record)
        leaf = hash_leaf(text.encode())
        peaks.append(leaf)
        yield number, text, leaf


def fill(path: Path, count: int) -> None:
    peaks = Peaks()
    with open_for_writing(path) as connection:
        connection.executemany(
            "INSERT INTO record (number, text, leaf) VALUES (?, ?, ?)", rows(count, peaks)
        )
        connection.execute("UPDATE log SET size = ?, peaks = ?", (peaks.size, peaks.to_bytes()))


def time_call(name: str, call: Callable[[], object], times: int = 5) -> None:
    taken = []
    for _ in range(times):
        began, worked = time.perf_counter(), count_work()
        call()
        taken.append((time.perf_counter() - began, count_work() - worked))
    wall, work = sorted(taken)[len(taken) // 2]
    print(f"{name:<40} {wall:8.3f} s, of which {work:.3f} s of work", flush=True)


def count_work() -> float:
    """Return the seconds of processor time so far, children included: no other load counts."""
    return sum(os.times()[:4])


def run(home: Path, *args: str) -> None:
    env = {**os.environ, "XDG_DATA_HOME": str(home), "NO_COLOR": "1"}
    command = [sys.executable, "-m", "auditor", *args]
    subprocess.run(command, check=False, env=env, stdout=subprocess.DEVNULL)


def kill_writers(path: Path, times: int) -> None:
    for turn in range(times):
        with subprocess.Popen(
            [sys.executable, "-c", APPEND, str(path)], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout is not None  # noqa: S101 - it is a pipe
            writer.stdout.readline()
            time.sleep(turn * 0.0007)
            writer.send_signal(signal.SIGKILL)
            told = [int(line) for line in writer.stdout if line.endswith("\n")]
        found = verify_log(path, None)
        if found.faults or found.size < max(told, default=0) or found.size % 3:
            raise SystemExit(f"turn {turn}: {found}")
    print(f"{times} writers were killed; the log is whole, with {found.size} records")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("records", type=int, nargs="?", default=1_000_000)
    count = options.parse_args().records
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        path = home / "auditor" / "records" / "history.sqlite"
        fill(path, count)
        print(f"{count} records, {path.stat().st_size / 1e6:.0f} MB")
        time_call("auditor --version (what starting takes)", lambda: run(home, "--version"))
        time_call("auditor status", lambda: run(home, "status"))
        time_call("auditor status --json", lambda: run(home, "status", "--json"))
        time_call("auditor history", lambda: run(home, "history"))
        time_call("auditor history --json", lambda: run(home, "history", "--json"))
        one = ("report", "--account", "account-7")
        time_call("auditor report --account", lambda: run(home, *one), 3)
        log = RecordLog(path)
        time_call("append, one record", lambda: log.append([{**READING, "account": "x"}]), 50)
        time_call("verify", lambda: verify_log(path, None), 3)
        kill_writers(home / "killed" / "history.sqlite", 100)


if __name__ == "__main__":
    main()
