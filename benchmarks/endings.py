"""End runs in every way at random moments, on a page that never stops writing, and count.

    .venv/bin/python benchmarks/endings.py [ENDINGS]

The page sends something every 5 ms: by fetch, by beacon, by form and from a worker. All of it is
held back; what counts is that nothing of it is let go when the tool, Playwright's driver or the
browser ends. Exits with 1 if the site ever got a write.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

ENDINGS = ("SIGTERM", "SIGINT", "SIGHUP", "SIGKILL", "driver killed", "browser killed")
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


def end_run(run: subprocess.Popen[bytes], how: str) -> set[int]:
    """End a run in one way, and return the processes that it had."""
    below = descendants(run.pid)
    if how == "driver killed":
        victims = [pid for pid, line in below.items() if "run-driver" in line]
    elif how == "browser killed":
        victims = [
            pid
            for pid, line in below.items()
            if "--remote-debugging-pipe" in line and "--type=" not in line
        ]
    else:
        victims = [run.pid]
    for pid in victims:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL if how.endswith("killed") else getattr(signal, how))
    return {pid for pid, line in below.items() if "chrom" in line or "run-driver" in line}


def try_once(site: Site, how: str, chance: random.Random) -> tuple[int, int]:
    """Start a run, end it at a random moment; return what was written, and what was left."""
    site.reads, before = 0, len(site.writes)
    command = [sys.executable, "-m", "auditor", "audit", "--no-history", "--timeout", "30"]
    command += ["--base-url", f"http://127.0.0.1:{site.server_port}"]
    run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 20
    while site.reads == 0 and run.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(chance.uniform(0, 1.5))
    had = end_run(run, how)
    run.wait(40)
    time.sleep(_SOON)
    return len(site.writes) - before, len(had & set(processes()))


def main() -> int:
    """Do so many endings, each kind in turn."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    chance, written, left = random.Random(13), Counter[str](), Counter[str]()  # noqa: S311
    site = Site()
    Thread(target=site.serve_forever, daemon=True).start()
    for number in range(count):
        how = ENDINGS[number % len(ENDINGS)]
        writes, still = try_once(site, how, chance)
        written[how] += writes
        left[how] += still
        print(f"{number + 1:4} {how:15} writes {writes}, processes left {still}", flush=True)
    for how in ENDINGS:
        print(f"{how:15} writes {written[how]}, processes left {left[how]}")
    return 1 if written.total() or left.total() else 0


if __name__ == "__main__":
    sys.exit(main())
