"""Reminders are set up, taken away and told."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from auditor.access.history import open_history
from auditor.disk import paths
from auditor.errors import SetupError
from auditor.guide.reminder import NOTICE, ReminderFile
from auditor.guide.schedulers import Command, Job, Schedule, plan_systemd
from auditor.run.remind import (
    _read_crontab,
    describe_due,
    find_schedule,
    install_reminder,
    list_schedule,
    remove_reminder,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
STILL = "It is told all the same, whenever you run `auditor` and it is due."


class Programs:
    """Stands in for the operating system's programs, and notes what was run."""

    def __init__(self, code: int = 0, said: str = "") -> None:
        self.code, self.said, self.ran = code, said, list[Command]()

    def __call__(self, command: Command) -> subprocess.CompletedProcess[str]:
        self.ran.append(command)
        return subprocess.CompletedProcess(command.arguments, self.code, self.said, self.said)


@pytest.fixture
def kept(tmp_path: Path) -> ReminderFile:
    return ReminderFile(tmp_path / "config" / "remind.json")


@pytest.fixture
def schedule(tmp_path: Path) -> Schedule:
    return plan_systemd(Job(("python", "-m", "auditor")), tmp_path / "etc")


def test_it_is_installed_and_removed(kept: ReminderFile, schedule: Schedule) -> None:
    run = Programs()
    assert install_reminder(kept, 30, schedule, run) == (
        "You will be reminded by systemd, if you have not looked for 30 days."
    )
    assert kept.read() is not None
    assert all(path.read_text() == text for path, text in schedule.files.items())
    assert run.ran == [*schedule.install]
    assert remove_reminder(kept, schedule, run) == "The reminder is removed."
    assert [path for path in schedule.files if path.exists()] == []
    assert remove_reminder(kept, schedule, run) == "There was no reminder to remove."


def test_without_a_scheduler_it_is_kept_and_that_is_told(kept: ReminderFile) -> None:
    with pytest.raises(SetupError) as caught:
        install_reminder(kept, 1, None)
    assert (str(caught.value), caught.value.hint) == (
        "This machine has no scheduler that answers",
        STILL,
    )
    assert kept.read() is not None
    assert remove_reminder(kept, None) == "The reminder is removed."


@pytest.mark.parametrize(
    ("run", "why"), [(Programs(1, "no bus\n"), "no bus"), (Programs(3), "exit code 3")]
)
def test_a_scheduler_that_refuses_is_quoted(
    kept: ReminderFile, schedule: Schedule, run: Programs, why: str
) -> None:
    with pytest.raises(SetupError) as caught:
        install_reminder(kept, 30, schedule, run)
    assert str(caught.value) == f"systemd refused the reminder: {why}"


def test_a_scheduler_that_hangs_is_told(kept: ReminderFile, schedule: Schedule) -> None:
    def hang(command: Command) -> subprocess.CompletedProcess[str]:
        raise subprocess.TimeoutExpired(command.arguments, 20)

    with pytest.raises(SetupError, match="timed out after 20 seconds"):
        install_reminder(kept, 30, schedule, hang)
    assert remove_reminder(kept, schedule, hang) == "The reminder is removed."


def test_a_unit_that_cannot_be_written_is_told(kept: ReminderFile, tmp_path: Path) -> None:
    (tmp_path / "etc").write_text("")
    with pytest.raises(SetupError, match="cannot be written"):
        install_reminder(kept, 30, plan_systemd(Job(("x",)), tmp_path / "etc"), Programs())


@pytest.mark.parametrize(
    ("there", "code", "scheduler"),
    [
        ({"systemctl", "crontab"}, 0, "systemd"),
        ({"systemctl", "crontab"}, 1, "cron"),
        ({"crontab"}, 0, "cron"),
        ({"systemctl"}, 1, None),
        (set(), 0, None),
    ],
)
def test_the_scheduler_is_one_that_answers(
    monkeypatch: pytest.MonkeyPatch, there: set[str], code: int, scheduler: str | None
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: name if name in there else None)
    found = find_schedule(Programs(code, "no crontab for ada"), "linux")
    assert (found.scheduler if found else None) == scheduler


@pytest.mark.parametrize(("platform", "name"), [("darwin", "launchd"), ("win32", "Task Scheduler")])
def test_other_systems_have_their_own(platform: str, name: str) -> None:
    found = find_schedule(Programs(), platform)
    assert found is not None
    assert found.scheduler == name


def test_what_would_be_written_and_run_is_shown(kept: ReminderFile, schedule: Schedule) -> None:
    lines = list(list_schedule(schedule, None))
    assert lines[:2] == ["No reminder is set up.", "`auditor remind install` uses systemd:"]
    assert "    OnCalendar=*-*-* 12:00:00" in lines
    assert lines[-1] == "Runs: systemctl --user enable --now auditor-remind.timer"
    assert list(list_schedule(None, kept.keep(30, NOW))) == [
        "A reminder every 30 days, since 2026-11-26.",
        "This machine has no scheduler that answers; what is due is told by `auditor` itself.",
    ]


def test_it_is_due_until_somebody_has_looked(kept: ReminderFile) -> None:
    assert describe_due(kept, NOW) is None
    kept.keep(30, NOW - timedelta(days=31))
    assert describe_due(kept, NOW) == NOTICE
    seen = {"kind": "attest", "at": "2026-11-20T10:00:00Z", "account": "a", "base_url": "https://claude.ai", "state": "off"}  # fmt: skip
    other = {**seen, "base_url": "http://127.0.0.1:8400/s/off"}
    open_history(signed=False).append([other])
    assert describe_due(kept, NOW) == NOTICE  # the mock site is no account
    open_history(signed=False).append([seen])
    assert describe_due(kept, NOW) is None
    old = {**seen, "account": "b", "at": "2026-10-01T10:00:00Z"}
    open_history(signed=False).append([old])
    assert describe_due(kept, NOW) == NOTICE  # another account was not looked at for long


@pytest.mark.parametrize(
    ("code", "said", "present"),
    [(0, "", "0 1 * * * backup\n"), (1, "no crontab for ada", "")],
)
def test_a_crontab_is_kept_or_there_is_none(code: int, said: str, present: str) -> None:
    def run(_: Command) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess((), code, present, said)

    assert _read_crontab(run) == present


@pytest.mark.parametrize("code", [1, 126])
def test_a_crontab_that_cannot_be_read_is_never_written(code: int) -> None:
    def run(_: Command) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess((), code, "", "crontab: permission denied")

    with pytest.raises(SetupError, match="permission denied"):
        _read_crontab(run)


@pytest.mark.medium
def test_what_is_due_is_told_by_the_next_command_and_on_stderr(
    auditor: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    ReminderFile(paths.reminder_file()).keep(30, datetime.now(UTC) - timedelta(days=31))
    done = auditor("consent", "--show")
    assert " ".join(done.stderr.split()) == f"Reminder: {NOTICE}"
    assert "Reminder" not in done.stdout
    assert "Reminder" not in auditor("remind", "show").stderr
    assert " ".join(auditor("remind", "notice").stderr.split()) == NOTICE
