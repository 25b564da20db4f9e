"""Set up, take away and tell reminders; nothing here opens an account."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.access.history import open_history
from auditor.core.base_url import parse_base_url
from auditor.disk import paths
from auditor.disk.folders import write_failed
from auditor.errors import SetupError
from auditor.guide.reminder import NOTICE, Reminder, ReminderFile
from auditor.guide.schedulers import (
    Command,
    Job,
    Schedule,
    plan_cron,
    plan_launchd,
    plan_systemd,
    plan_task,
)
from auditor.records.status import read_status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Run = Callable[[Command], subprocess.CompletedProcess[str]]

_NOT_TOUCHED = "It was left as it is. See what `crontab -l` says."
_PATIENCE = 20.0  # seconds; each of these programs answers at once or hangs


def run_command(command: Command) -> subprocess.CompletedProcess[str]:
    """Run a program of the operating system and return what it said."""
    return subprocess.run(  # noqa: S603 - a list of arguments, none of which comes from outside
        command.arguments,
        input=command.given,
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        check=False,
    )


def find_schedule(run: Run = run_command, platform: str = sys.platform) -> Schedule | None:
    """Return the schedule for this machine's scheduler; None if it has none that answers.

    Raises SetupError if there is a crontab that cannot be read.
    """
    job = Job((sys.executable, "-m", "auditor", "remind", "notice"))
    if platform == "darwin":
        return plan_launchd(job, Path.home(), os.getuid())
    if platform == "win32":
        return plan_task(job, paths.config_folder())
    if shutil.which("systemctl") and _answers(run, "systemctl", "--user", "show-environment"):
        return plan_systemd(job, paths.config_folder().parent)
    if shutil.which("crontab"):
        return plan_cron(job, _read_crontab(run))
    return None


def _read_crontab(run: Run) -> str:
    """Return the person's crontab; empty if there is none.

    Raises SetupError if it cannot be read: writing ours would then take the rest of it away.
    """
    try:
        done = run(Command(("crontab", "-l")))
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SetupError(f"Your crontab cannot be read: {error}", _NOT_TOUCHED) from error
    if done.returncode and "no crontab" not in done.stderr.casefold():
        why = done.stderr.strip() or f"exit code {done.returncode}"
        raise SetupError(f"Your crontab cannot be read: {why}", _NOT_TOUCHED)
    return "" if done.returncode else done.stdout


def _answers(run: Run, *arguments: str) -> bool:
    try:
        return run(Command(arguments)).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def install_reminder(
    kept: ReminderFile, every_days: int, schedule: Schedule | None, run: Run = run_command
) -> str:
    """Keep the reminder, set up the schedule, and say so.

    Raises SetupError if there is no scheduler or it refuses; the reminder is kept all the same, and
    told at the next command.
    """
    kept.keep(every_days, datetime.now(UTC))
    still = "It is told all the same, whenever you run `auditor` and it is due."
    if schedule is None:
        raise SetupError("This machine has no scheduler that answers", still)
    for path, text in schedule.files.items():
        _write_file(path, text, schedule.encoding)
    for command in schedule.install:
        if problem := _run_checked(command, run):
            raise SetupError(f"{schedule.scheduler} refused the reminder: {problem}", still)
    days = f"{every_days} day{'' if every_days == 1 else 's'}"
    return f"You will be reminded by {schedule.scheduler}, if you have not looked for {days}."


def remove_reminder(kept: ReminderFile, schedule: Schedule | None, run: Run = run_command) -> str:
    """Take the reminder away and say so."""
    there = kept.remove()
    if schedule is not None:
        for command in schedule.remove:
            _run_checked(command, run)
        for path in schedule.files:
            with suppress(OSError):
                path.unlink(missing_ok=True)
    return "The reminder is removed." if there else "There was no reminder to remove."


def list_schedule(schedule: Schedule | None, reminder: Reminder | None) -> Iterator[str]:
    """Give, line by line, what is set up and what an installation writes and runs."""
    if reminder is None:
        yield "No reminder is set up."
    else:
        yield f"A reminder every {reminder.every_days} days, since {reminder.since[:10]}."
    if schedule is None:
        yield "This machine has no scheduler that answers; what is due is told by `auditor` itself."
        return
    yield f"`auditor remind install` uses {schedule.scheduler}:"
    for path, text in schedule.files.items():
        yield ""
        yield f"{path}"
        yield from (f"    {line}" for line in text.splitlines())
    yield ""
    for command in schedule.install:
        yield f"Runs: {' '.join(command.arguments)}"
        yield from (f"    {line}" for line in (command.given or "").splitlines())


def describe_due(kept: ReminderFile, now: datetime) -> str | None:
    """Return what is to be told now; None if nothing is due.

    Each account counts for itself, and addresses of this machine, as of the mock site, for nothing.
    """
    reminder = kept.read()
    if reminder is None:
        return None
    looks = [
        each.known_at
        for each in read_status(open_history(signed=False).log.path)
        if each.known_at is not None and not parse_base_url(each.base_url).is_loopback
    ]
    return NOTICE if reminder.is_due(min(looks, default=None), now) else None


def _run_checked(command: Command, run: Run) -> str | None:
    """Run a program; return why it failed, None if it did not or may."""
    try:
        done = run(command)
    except (OSError, subprocess.TimeoutExpired) as error:
        return None if command.may_fail else str(error)
    if done.returncode == 0 or command.may_fail:
        return None
    return (done.stderr or done.stdout).strip() or f"exit code {done.returncode}"


def _write_file(path: Path, text: str, encoding: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding=encoding)
    except OSError as error:
        raise write_failed(path, error) from error
