"""How many messages one audit sends to the driver: each costs Python, driver and page some time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.mocksite import Site

# it runs late, when there is less to slow it down
pytestmark = [pytest.mark.browser, pytest.mark.late, pytest.mark.timeout(240)]
# A bare script that walks the same path and reads one attribute sends 10.
# Three of them begin to watch the page before the first look, which spares a wait of 0.25 s.
MOST = 60
_TRY_SECONDS = 120  # a page that is slow on a busy machine is looked at more often
SCRIPT = """
import json, sys
from playwright._impl.transport import PipeTransport
sent, send = [], PipeTransport.send
def note(self, message):
    sent.append(message["method"])
    send(self, message)
PipeTransport.send = note
from auditor.__main__ import main
try:
    main()
except SystemExit as end:
    print(json.dumps([end.code, sent]), file=sys.stderr)
"""


def count_messages(url: str, browser: str, home: Path) -> Counter[str]:
    """Return what an audit sends to the driver, by kind."""
    command = [sys.executable, "-c", SCRIPT, "audit", "--base-url", url, "--json", "--no-history"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=60, cwd=home,
        env={**os.environ, "AUDITOR_BROWSER": browser}, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    code, sent = json.loads(done.stderr.splitlines()[-1])
    assert code == 10
    return Counter(sent)


def test_an_audit_sends_few_messages(site: Site, light_chromium: str, home: Path) -> None:
    counts = [count_messages(site.base_url("on"), light_chromium, home)]
    until = time.monotonic() + _TRY_SECONDS
    while counts[-1].total() > MOST and time.monotonic() < until:
        counts.append(count_messages(site.base_url("on"), light_chromium, home))
    assert min(counts, key=Counter.total).total() <= MOST, counts
