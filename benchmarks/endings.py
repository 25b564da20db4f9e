"""End runs in every way at random moments, on a page that never stops writing, and count.

    .venv/bin/python benchmarks/endings.py [ENDINGS]

The page sends something every 5 ms: by fetch, by beacon, by form and from a worker. All of it is
held back; what counts is that nothing of it is let go when the tool, Playwright's driver or the
browser ends, or loses its network process, its page's process, its terminal or its temporary
folder. Exits with 1 if the site ever got a write, or a process or a file was left.
"""

from __future__ import annotations

import os
import pty
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections import Counter
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

ENDINGS = (
    *("SIGTERM", "SIGINT", "SIGHUP", "SIGKILL", "driver killed", "browser killed"),
    *("network killed", "page killed", "stopped, killed", "terminal closed", "folder removed"),
)
_SOON = 1.5  # seconds in which what is let go would arrive
_PAGE = b"""<!doctype html><title>flood</title><body><iframe name=f></iframe><script>
let n = 0;
const url = () => `/write/${n++}`;
const post = (more) => fetch(url(), { method: "POST", body: "x", ...more }).catch(() => 0);
setInterval(() => { post(); post({ keepalive: true }); navigator.sendBeacon(url(), "x"); }, 5);
setInterval(() => {
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action: url(), target: "f" });
  document.body.append(form); form.submit(); form.remove();
}, 50);
const again = `setInterval(() =>
  fetch("${location.origin}/write/w", { method: "POST" }).catch(() => 0), 5)`;
new Worker(URL.createObjectURL(new Blob([again])));
addEventListener("pagehide", () => {
  navigator.sendBeacon("/write/last", "x"); post({ keepalive: true });
});
</script>"""


class Site(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.reads, self.writes = 0, list[str]()


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        self.server.reads += 1
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.send_header("content-length", str(len(_PAGE)))
        self.end_headers()
        self.wfile.write(_PAGE)

    def do_POST(self) -> None:
        self.server.writes.append(self.path)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def processes() -> dict[int, tuple[int, str]]:
    """Return every process with its parent and its command line."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parent = int((folder / "stat").read_text().rsplit(") ", 1)[1].split()[1])
                if (folder / "stat").read_text().rsplit(") ", 1)[1][0] == "Z":
                    continue  # ended, and not yet taken note of by the system
                line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except (OSError, ValueError):
                continue
            found[int(folder.name)] = (parent, line)
    return found


def descendants(root: int) -> dict[int, str]:
    """Return the processes below one, with their command lines."""
    everyone, found, todo = processes(), dict[int, str](), [root]
    while todo:
        above = todo.pop()
        below = [pid for pid, (parent, _) in everyone.items() if parent == above]
        found |= {pid: everyone[pid][1] for pid in below}
        todo += below
    return found


def end_run(run: subprocess.Popen[bytes], how: str, terminal: int, folder: Path) -> set[int]:
    """End a run in one way, and return the processes that it had."""
    below = descendants(run.pid)
    if how == "terminal closed":
        os.close(terminal)
    elif how == "folder removed":
        shutil.rmtree(folder, ignore_errors=True)
    elif how == "stopped, killed":
        run.send_signal(signal.SIGSTOP)
        time.sleep(0.3)
        run.kill()
    else:
        kind = signal.SIGKILL if how.endswith("killed") else getattr(signal, how)
        for pid in victims_of(run.pid, below, how):
            with suppress(ProcessLookupError):
                os.kill(pid, kind)
    return {pid for pid, line in below.items() if "chrom" in line or "run-driver" in line}


def victims_of(run: int, below: dict[int, str], how: str) -> list[int]:
    """Return the processes that a kind of ending is about."""
    told = {
        "driver killed": lambda line: "run-driver" in line,
        "browser killed": lambda line: "--remote-debugging-pipe" in line and "--type=" not in line,
        "network killed": lambda line: "network.mojom" in line,
        "page killed": lambda line: "--type=renderer" in line,
    }
    if how not in told:
        return [run]
    found = [pid for pid, line in below.items() if told[how](line)]
    if not found:
        print(f"     {how}: there was no such process yet", flush=True)
    return found


def try_once(site: Site, how: str, chance: random.Random) -> tuple[int, int, int]:
    """Start a run, end it at a random moment; return the writes, and what was left of it."""
    site.reads, before = 0, len(site.writes)
    command = [sys.executable, "-m", "auditor", "audit", "--no-history", "--timeout", "12"]
    command += ["--base-url", f"http://127.0.0.1:{site.server_port}"]
    folder = Path(tempfile.mkdtemp(prefix="ending-"))
    terminal, own = pty.openpty()
    run = subprocess.Popen(
        [shutil.which("setsid") or "setsid", "--ctty", *command],
        stdin=own,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TMPDIR": str(folder)},
    )
    os.close(own)
    until = time.monotonic() + 20
    while site.reads == 0 and run.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(chance.uniform(0, 1.5))
    had = end_run(run, how, terminal, folder)
    run.wait(60)
    time.sleep(_SOON)
    files = len(list(folder.iterdir())) if folder.exists() else 0
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):
        os.close(terminal)
    return len(site.writes) - before, len(had & set(processes())), files


def main() -> int:
    """Do so many endings, each kind in turn."""
    parser = ArgumentParser(description="End runs in every way, and count what gets out.")
    parser.add_argument("endings", nargs="?", type=int, default=110, help="how many (110)")
    count = parser.parse_args().endings
    chance = random.Random(13)  # noqa: S311 - moments, and no secret
    written, left, kept = Counter[str](), Counter[str](), Counter[str]()
    site = Site()
    Thread(target=site.serve_forever, daemon=True).start()
    for number in range(count):
        how = ENDINGS[number % len(ENDINGS)]
        writes, still, files = try_once(site, how, chance)
        written[how] += writes
        left[how] += still
        kept[how] += files
        told = f"writes {writes}, processes left {still}, files left {files}"
        print(f"{number + 1:4} {how:15} {told}", flush=True)
    for how in ENDINGS:
        told = f"writes {written[how]}, processes left {left[how]}, files left {kept[how]}"
        print(f"{how:15} {told}")
    return 1 if written.total() or left.total() or kept.total() else 0


if __name__ == "__main__":
    sys.exit(main())
