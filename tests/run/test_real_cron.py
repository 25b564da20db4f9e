"""The real `crontab` takes what is rendered, and the real cron runs the very arguments of the job."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from auditor.disk import paths
from auditor.guide.schedulers import CRON_MARK

if TYPE_CHECKING:
    from pathlib import Path

# The crontabs, and all that a cron reads beside them, are others in a mount namespace of the test's:
# nobody's crontab is touched, and this cron runs nothing of the system's.
ALONE = (
    "for each in /var/spool/cron/crontabs /etc/cron.d /run; do mount -t tmpfs none $each || exit; done; "
    'chmod 1730 /var/spool/cron/crontabs; mount --bind /dev/null /etc/crontab && exec "$@"'
)
MINE = "# mine\n5 4 * * * true 100\\% sure\n"
ODD_FOLDER = 'my 100% "odd" $HOME;\\x'
PATIENCE = 60  # seconds; a cron starts what is to run at its start at once

# Sets the reminder up, looks, and takes it away again, by the code that the command runs.
ROUND = """
import json, subprocess, sys
from auditor.disk import paths
from auditor.guide.reminder import ReminderFile
from auditor.guide.schedulers import Command, Job, plan_cron
from auditor.run.remind import _read_crontab, install_reminder, remove_reminder, run_command

mine, command = sys.argv[1], json.loads(sys.argv[2])
kept, job = ReminderFile(paths.reminder_file()), Job(tuple(command))
seen = [_read_crontab(run_command)]
if mine:
    assert run_command(Command(("crontab", "-"), mine)).returncode == 0
for _ in range(2):
    install_reminder(kept, 30, plan_cron(job, _read_crontab(run_command)))
    seen.append(_read_crontab(run_command))
remove_reminder(kept, plan_cron(job, _read_crontab(run_command)))
seen.append(_read_crontab(run_command))
seen.append(run_command(Command(("crontab", "-l"))).returncode)
print(json.dumps(seen))
"""
# A cron of the test's own: `@reboot` in place of the hour is due as soon as it starts.
FIRE = """
import json, os, subprocess, sys
from auditor.guide.schedulers import Job, render_cron_line

line = render_cron_line(Job(tuple(json.loads(sys.argv[1]))))
due = "@reboot " + line.removeprefix("0 12 * * * ")
subprocess.run(["crontab", "-"], input=due + "\\n", text=True, check=True)
os.execvp("cron", ["cron", "-f"])
"""


def run_alone(*words: str) -> tuple[str, ...]:
    """Return the command that runs Python code where crontabs are the test's own.

    Only the superuser may do so; it fails elsewhere, and is not skipped.
    """
    for name in ("unshare", "crontab", "cron"):
        if shutil.which(name) is None:
            pytest.fail(f"{name} not found; apt-get install --yes util-linux cron")
    return ("unshare", "--mount", "sh", "-c", ALONE, "sh", sys.executable, "-c", *words)


@pytest.fixture
def program(tmp_path: Path) -> tuple[Path, Path]:
    """Return a program in an oddly named folder, and the file in which it notes its arguments."""
    folder, noted = tmp_path / ODD_FOLDER, tmp_path / "noted.json"
    folder.mkdir()
    path = folder / "python"
    path.write_text(
        f"#!{sys.executable}\nimport json, os, sys\n"
        f"open({str(noted) + '.new'!r}, 'w').write(json.dumps(sys.argv))\n"
        f"os.rename({str(noted) + '.new'!r}, {str(noted)!r})\n"
    )
    path.chmod(0o755)
    return path, noted


@pytest.mark.parametrize("mine", [MINE, ""], ids=["with other lines", "without a crontab"])
def test_the_real_crontab_takes_our_line_once_and_keeps_the_others(mine: str) -> None:
    job = ("/bin/true", "-m", "auditor", "remind", "notice")
    done = subprocess.run(
        run_alone(ROUND, mine, json.dumps(job)),
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    before, once, twice, after, left = json.loads(done.stdout)
    ours = f"0 12 * * * /bin/true -m auditor remind notice {CRON_MARK}\n"
    assert before == ""
    assert once == twice == f"{mine}{ours}"
    assert (after, left) == (mine, 0 if mine else 1)  # no empty crontab is left
    assert not paths.reminder_file().exists()


def test_the_real_cron_runs_the_very_arguments(program: tuple[Path, Path]) -> None:
    path, noted = program
    job = (str(path), "-m", "auditor", "remind", 'a "word" with 100% & $HOME; # and more')
    cron = subprocess.Popen(run_alone(FIRE, json.dumps(job)), stderr=subprocess.PIPE, text=True)
    try:
        deadline = time.monotonic() + PATIENCE
        while not noted.exists():
            assert cron.poll() is None, cron.communicate()[1]
            assert time.monotonic() < deadline, "cron ran nothing"
            time.sleep(0.1)  # a real cron tells nobody when it has run something
    finally:
        cron.kill()
        cron.communicate()
    assert tuple(json.loads(noted.read_text())) == job
