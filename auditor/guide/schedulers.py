"""How the operating system's own scheduler is asked to remind: one job as data, rendered as text.

The job runs once a day and only tells what is due; it never opens an account. Programs are named by
lists of arguments. Only cron knows nothing but a shell's line, which is quoted for it.
"""

from __future__ import annotations

import plistlib
import shlex
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_NAME = "auditor-remind"
_LABEL = "auditor.remind"
_TASK_SPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"
CRON_MARK = "# auditor remind"
# of every Linux; unlike env, it takes no name with = in it for a variable
_RUNS_ANY = "/usr/bin/nice"


@dataclass(frozen=True, slots=True)
class Job:
    """What is run once a day, and at which hour."""

    command: tuple[str, ...]
    hour: int = 12


@dataclass(frozen=True, slots=True)
class Command:
    """A program with its arguments, and what it reads."""

    arguments: tuple[str, ...]
    given: str | None = None
    may_fail: bool = False
    """Whether it undoes something that may not be there."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """What is written and run to set a job up, and to take it away again."""

    scheduler: str
    files: Mapping[Path, str]
    install: tuple[Command, ...]
    remove: tuple[Command, ...]
    encoding: str = "utf-8"
    """Of the files."""


def render_systemd_service(job: Job) -> str:
    """Return the unit that runs the job."""
    # systemd refuses a program whose path has a quote or a backslash; as an argument it may
    command = " ".join((_RUNS_ANY, *map(_quote_for_systemd, job.command)))
    return (
        "[Unit]\nDescription=Remind me to look at my training switch\n\n"
        f"[Service]\nType=oneshot\nExecStart={command}\n"
    )


def render_systemd_timer(job: Job) -> str:
    """Return the unit that starts the job once a day; a day that was missed is caught up."""
    return (
        "[Unit]\nDescription=Remind me once a day, if it is due\n\n"
        f"[Timer]\nOnCalendar=*-*-* {job.hour:02}:00:00\nPersistent=true\n\n"
        "[Install]\nWantedBy=timers.target\n"
    )


def render_cron_line(job: Job) -> str:
    """Return the line of a crontab, in which a percent sign would end the command."""
    command = shlex.join(job.command).replace("%", r"\%")
    return f"0 {job.hour} * * * {command} {CRON_MARK}"


def render_launchd(job: Job) -> str:
    """Return the property list of a launch agent."""
    settings = {
        "Label": _LABEL,
        "ProgramArguments": list(job.command),
        "StartCalendarInterval": {"Hour": job.hour, "Minute": 0},
    }
    return plistlib.dumps(settings).decode()


def render_task(job: Job) -> str:
    """Return the task for Windows' Task Scheduler, which starts a missed one later."""
    ET.register_namespace("", _TASK_SPACE)
    task = ET.Element(f"{{{_TASK_SPACE}}}Task", version="1.2")

    def add(parent: ET.Element, name: str, text: str | None = None) -> ET.Element:
        made = ET.SubElement(parent, f"{{{_TASK_SPACE}}}{name}")
        made.text = text
        return made

    trigger = add(add(task, "Triggers"), "CalendarTrigger")
    add(trigger, "StartBoundary", f"2026-01-01T{job.hour:02}:00:00")
    add(add(trigger, "ScheduleByDay"), "DaysInterval", "1")
    settings = add(task, "Settings")
    add(settings, "DisallowStartIfOnBatteries", "false")
    add(settings, "StartWhenAvailable", "true")
    action = add(add(task, "Actions"), "Exec")
    add(action, "Command", job.command[0])
    add(action, "Arguments", subprocess.list2cmdline(job.command[1:]))
    return f'<?xml version="1.0" encoding="UTF-16"?>\n{ET.tostring(task, encoding="unicode")}\n'


def plan_systemd(job: Job, config: Path) -> Schedule:
    """Return the schedule for a systemd user timer; `config` is the person's configuration."""
    folder = config / "systemd" / "user"
    systemctl = ("systemctl", "--user")
    return Schedule(
        "systemd",
        {
            folder / f"{_NAME}.service": render_systemd_service(job),
            folder / f"{_NAME}.timer": render_systemd_timer(job),
        },
        (
            Command((*systemctl, "daemon-reload")),
            Command((*systemctl, "enable", "--now", f"{_NAME}.timer")),
        ),
        (Command((*systemctl, "disable", "--now", f"{_NAME}.timer"), may_fail=True),),
    )


def plan_cron(job: Job, present: str) -> Schedule:
    """Return the schedule for cron; `present` is the crontab as it is, whose other lines stay."""
    others = [line for line in present.splitlines() if not line.endswith(CRON_MARK)]
    kept = "".join(f"{line}\n" for line in others)
    # where ours was the only line, no empty crontab is left
    without = Command(("crontab", "-"), kept) if kept else Command(("crontab", "-r"), may_fail=True)
    return Schedule(
        "cron",
        {},
        (Command(("crontab", "-"), f"{kept}{render_cron_line(job)}\n"),),
        (without,),
    )


def plan_launchd(job: Job, home: Path, user: int) -> Schedule:
    """Return the schedule for a launch agent of a user, by number."""
    path = home / "Library" / "LaunchAgents" / f"{_LABEL}.plist"
    domain = f"gui/{user}"
    out = Command(("launchctl", "bootout", f"{domain}/{_LABEL}"), may_fail=True)
    start = Command(("launchctl", "bootstrap", domain, str(path)))
    return Schedule("launchd", {path: render_launchd(job)}, (out, start), (out,))


def plan_task(job: Job, config: Path) -> Schedule:
    """Return the schedule for Windows' Task Scheduler; the task's file lies in our own folder."""
    path = config / "remind-task.xml"
    return Schedule(
        "Task Scheduler",
        {path: render_task(job)},
        (Command(("schtasks", "/Create", "/TN", _NAME, "/XML", str(path), "/F")),),
        (Command(("schtasks", "/Delete", "/TN", _NAME, "/F"), may_fail=True),),
        encoding="utf-16",  # with its mark, as schtasks exports and reads them
    )


def _quote_for_systemd(argument: str) -> str:
    """Quote an argument of ExecStart, in which %, $ and backslashes mean something."""
    plain = argument.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{plain.replace("%", "%%").replace("$", "$$")}"'
