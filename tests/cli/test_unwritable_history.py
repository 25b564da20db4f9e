"""A history that cannot be written hides no finding: read-only, full, or somebody else's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from auditor.disk import paths
from auditor.records.log import RecordLog
from tests.records.signing import reading

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.mocksite import Site

pytestmark = pytest.mark.medium
# A mount namespace of the test's own: nothing is left of it, and no right of root gets past it.
ALONE = ("unshare", "--mount", "--map-root-user", "sh", "-c")
READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'
FULL = 'cp -a "$0" "$0.kept" && mount -t tmpfs -o size=150k none "$0" && cp -a "$0.kept/." "$0" && exec "$@"'


def run_with(
    how: str, home: Path, *command: str, browser: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command while the folder of the records is mounted in some way."""
    folder = paths.records_file().parent
    env = {**os.environ, **({"AUDITOR_BROWSER": browser} if browser else {})}
    whole = [*ALONE, how, str(folder), sys.executable, "-m", "auditor", *command]
    return subprocess.run(
        whole, capture_output=True, text=True, env=env, cwd=home, timeout=110, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.fixture
def log(home: Path) -> RecordLog:
    assert home.is_dir()
    kept = RecordLog(paths.records_file())
    kept.append([reading("off", at="2026-11-12T10:00:00Z")])
    return kept


@pytest.mark.browser
@pytest.mark.parametrize(("how", "why"), [(READ_ONLY, "readonly"), (FULL, "disk is full")])
def test_a_run_answers_and_says_that_it_was_not_recorded(
    home: Path, site: Site, log: RecordLog, light_chromium: str, how: str, why: str
) -> None:
    if how == FULL:
        log.append([reading(note="x" * 500) for _ in range(60)])
    before = len(log.read())
    done = run_with(
        how, home, "audit", "--base-url", site.base_url("off"), "--json", browser=light_chromium
    )
    assert json.loads(done.stdout)["findings"][0]["state"] == "off", done.stderr
    assert done.returncode == 6
    said = " ".join(done.stderr.split())
    assert "error: This run was not recorded." in said
    assert why in said
    assert len(log.read()) == before


def test_what_only_reads_works_where_nothing_can_be_written(home: Path, log: RecordLog) -> None:
    shown = run_with(READ_ONLY, home, "history", "--json")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert len(json.loads(shown.stdout)["records"]) == 1
    checked = run_with(READ_ONLY, home, "history", "verify")
    assert checked.stdout.startswith("CANNOT BE TOLD: 1 record.")
    assert run_with(READ_ONLY, home, "status").returncode == 0
    assert run_with(READ_ONLY, home, "report", "--format", "json").returncode == 0
    assert len(log.read()) == 1


def test_a_word_that_cannot_be_kept_is_no_success(home: Path, log: RecordLog) -> None:
    done = run_with(READ_ONLY, home, "attest", "off", "me")
    assert done.returncode == 6
    assert done.stdout == ""
    assert "cannot be used" in " ".join(done.stderr.split())
    assert len(log.read()) == 1


def test_old_news_is_told_where_it_cannot_be_recorded(home: Path, log: RecordLog) -> None:
    log.append([reading("off", "old", at="2026-01-02T10:00:00Z")])
    for _ in range(2):
        done = run_with(READ_ONLY, home, "status")
        said = " ".join(done.stderr.split())
        assert done.returncode == 0
        assert "last seen 2 Jan 2026, more than 90 days ago" in said
        assert "That is told again, as it cannot be recorded." in said
