"""How long many accounts take in one remote browser, and spread over two.

python -m benchmarks.remote_accounts [ACCOUNTS] [RUNS] needs a checkout. On one machine two remote
browsers share its cores: what is measured is what the pool costs, not what a second machine gives.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass

from auditor.mocksite import running
from tests.remote import debugging_port, run_server

AT_A_TIME = 4
SERVERS = {"Playwright server": run_server, "debugging port": debugging_port}


def main(accounts: int, runs: int) -> None:
    """Print the median seconds of each way, and their ratio to a browser of this run's own."""
    program = shutil.which("chromium-headless-shell") or shutil.which("chromium") or ""
    with running(port=0) as site, tempfile.TemporaryDirectory() as home:
        names = [f"a{number}" for number in range(accounts)]
        command = [sys.executable, "-m", "auditor", "audit", *names, "--json"]
        bench = Bench([*command, "--base-url", site.base_url("on")], home, accounts, runs)
        own = bench.measure(["--browser", program, "--jobs", str(AT_A_TIME)])
        _show("own browser", own, own)
        for kind, start in SERVERS.items():
            for count in (1, 2):
                with ExitStack() as stack:
                    remotes = [stack.enter_context(start(program)) for _ in range(count)]
                    where = [word for each in remotes for word in ("--connect", each.url)]
                    seconds = bench.measure([*where, "--jobs", str(AT_A_TIME // count)])
                    _show(f"{count} of {kind}", seconds, own)


@dataclass(frozen=True)
class Bench:
    """What each way has in common."""

    command: list[str]
    home: str
    accounts: int
    runs: int

    def measure(self, more: list[str]) -> list[float]:
        """Return the seconds of each run; raise RuntimeError if an answer is wrong or missing."""
        seconds = []
        for _ in range(self.runs):
            began = time.perf_counter()
            done = subprocess.run(
                [*self.command, *more], capture_output=True, text=True, check=False,
                env={**os.environ, "HOME": self.home},
            )  # fmt: skip
            seconds.append(time.perf_counter() - began)
            if done.stdout.count('"state": "on"') != self.accounts:
                raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])
        return seconds


def _show(name: str, seconds: list[float], own: list[float]) -> None:
    median = statistics.median(seconds)
    ratio = median / statistics.median(own)
    print(f"{name:<24} {median:7.1f} s  {ratio:5.2f}  {min(seconds):.1f} to {max(seconds):.1f}")


main(int((sys.argv[1:] or ["200"])[0]), int((sys.argv[2:] or ["1"])[0]))
