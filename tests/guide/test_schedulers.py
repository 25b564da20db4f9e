"""What each scheduler is given, read back by the scheduler's own rules."""

from __future__ import annotations

import plistlib
import shlex
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from auditor.guide.schedulers import (
    CRON_MARK,
    Job,
    plan_cron,
    plan_launchd,
    plan_systemd,
    plan_task,
    render_cron_line,
    render_launchd,
    render_systemd_service,
    render_systemd_timer,
    render_task,
)

# A folder may be named like this, and every scheduler reads something else into it.
ODD_FOLDER = 'my 100% "odd" $HOME;\\x'
ODD = Job((f"/opt/{ODD_FOLDER}/python", "-m", "auditor", "remind", "notice"))
PLAIN = Job(("/bin/true", "-m", "auditor", "remind", "notice"))
SPACE = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


@pytest.mark.parametrize("folder", ["plain", ODD_FOLDER], ids=["plain", "odd"])
def test_systemd_finds_no_fault_with_its_units(tmp_path: Path, folder: str) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.fail("systemd-analyze not found; apt-get install --yes systemd")
    job = Job((str(tmp_path / folder / "python"), *ODD.command[1:]))
    schedule = plan_systemd(job, tmp_path)
    for path, text in schedule.files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--recursive-errors=no", *map(str, schedule.files)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_systemd_s_own_signs_are_escaped() -> None:
    command = render_systemd_service(ODD).split("ExecStart=")[1].strip()
    assert command == (
        '/usr/bin/nice "/opt/my 100%% \\"odd\\" $$HOME;\\\\x/python" "-m" "auditor" "remind" "notice"'
    )
    assert "Persistent=true" in render_systemd_timer(ODD)


def test_a_cron_line_is_the_same_command_once_its_percent_signs_are_read() -> None:
    line = render_cron_line(ODD)
    schedule, command = line[: len("0 12 * * *")], line[len("0 12 * * * ") :]
    assert schedule == "0 12 * * *"
    assert tuple(shlex.split(command.replace(r"\%", "%"), comments=True)) == ODD.command
    assert "%" not in command.replace(r"\%", "")


def test_a_crontab_s_other_lines_stay_and_ours_is_there_once() -> None:
    present = f"# mine\n5 4 * * * backup\n0 12 * * * old {CRON_MARK}\n"
    schedule = plan_cron(PLAIN, present)
    (install,), (remove,) = schedule.install, schedule.remove
    assert install.given == f"# mine\n5 4 * * * backup\n{render_cron_line(PLAIN)}\n"
    assert remove.given == "# mine\n5 4 * * * backup\n"
    assert install.arguments == ("crontab", "-")


def test_a_crontab_that_was_only_ours_is_taken_away() -> None:
    (remove,) = plan_cron(PLAIN, f"{render_cron_line(PLAIN)}\n").remove
    assert (remove.arguments, remove.given, remove.may_fail) == (("crontab", "-r"), None, True)


def test_launchd_reads_the_same_command() -> None:
    settings = plistlib.loads(render_launchd(ODD).encode())
    assert tuple(settings["ProgramArguments"]) == ODD.command
    assert settings["StartCalendarInterval"] == {"Hour": 12, "Minute": 0}
    (path,) = plan_launchd(ODD, Path("/home/ada"), 501).files
    assert path == Path("/home/ada/Library/LaunchAgents/auditor.remind.plist")


def test_the_task_is_well_formed_and_in_the_order_of_its_schema() -> None:
    text = render_task(ODD)
    assert text.startswith('<?xml version="1.0" encoding="UTF-16"?>')
    schedule = plan_task(ODD, Path("config"))
    task = ET.fromstring(text.encode(schedule.encoding))  # noqa: S314 - our own
    assert [each.tag.removeprefix(SPACE) for each in task] == ["Triggers", "Settings", "Actions"]
    assert task.findtext(f".//{SPACE}Command") == ODD.command[0]
    assert task.findtext(f".//{SPACE}Arguments") == "-m auditor remind notice"
    assert task.findtext(f".//{SPACE}DaysInterval") == "1"


def test_every_scheduler_can_take_away_what_it_set_up(tmp_path: Path) -> None:
    for schedule in (
        plan_systemd(PLAIN, tmp_path),
        plan_cron(PLAIN, ""),
        plan_launchd(PLAIN, tmp_path, 501),
        plan_task(PLAIN, tmp_path),
    ):
        assert schedule.install
        assert schedule.remove
        assert all(isinstance(command.arguments, tuple) for command in schedule.install)


def test_no_job_starts_a_run() -> None:
    for text in (render_cron_line(PLAIN), render_launchd(PLAIN), render_task(PLAIN)):
        assert "audit " not in text
        assert " set " not in text
