"""The recipes for builds and cron are read, and each of their scripts is run."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.docs.pages import ROOT, blocks, prose
from tests.remote import free_port

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = ROOT / "docs/recipes.md"
GITHUB, GITLAB = (yaml.safe_load(block) for block in blocks(PAGE, "yaml"))
(CRONTAB,) = blocks(PAGE, "crontab")
# What sets a machine up that is thrown away afterwards; no test may do so to this one.
SETS_UP = ("python -m pip install", "playwright install", "sudo ")
REPORTS = {"selftest.json", "on.json", "off.json", "report.html", "mock.txt"}


def github_scripts() -> list[str]:
    """Return the scripts of the steps, each of which has a shell of its own."""
    (job,) = GITHUB["jobs"].values()
    return [step["run"] for step in job["steps"] if "run" in step]


def gitlab_job() -> dict[str, Any]:
    (job,) = GITLAB.values()
    return dict(job)


def gitlab_scripts() -> list[str]:
    """Return what sets up, and the script, whose lines share one shell."""
    job = gitlab_job()
    return [*job["before_script"], "\n".join(job["script"])]


SCRIPTS = {"GitHub Actions": github_scripts(), "GitLab CI": gitlab_scripts()}


@pytest.fixture
def run(light_chromium: str, tmp_path: Path) -> Callable[[str], subprocess.CompletedProcess[str]]:
    """Return what runs a script in an empty folder, on a free port instead of 8400."""
    port = str(free_port())
    commands = Path(sys.executable).parent
    env = {
        **os.environ,
        "AUDITOR_BROWSER": light_chromium,
        "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}",
    }

    def run_script(script: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", script.replace("8400", port)],
            capture_output=True, text=True, timeout=150, check=False, cwd=tmp_path, env=env,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip

    return run_script


# ---------------------------------------------------------------- shape


def test_the_workflow_of_github_is_complete() -> None:
    triggers = GITHUB[True]  # YAML 1.1 reads the key `on` as true
    assert set(triggers) == {"workflow_dispatch", "schedule"}
    assert_five_time_fields(triggers["schedule"][0]["cron"].split())
    assert GITHUB["permissions"] == {"contents": "read"}
    (job,) = GITHUB["jobs"].values()
    assert {"runs-on", "timeout-minutes", "steps"} == set(job)
    used = [step["uses"].partition("@")[0] for step in job["steps"] if "uses" in step]
    assert used == ["actions/checkout", "actions/setup-python", "actions/upload-artifact"]
    last = job["steps"][-1]
    assert (last["if"], last["with"]["path"]) == ("always()", "reports/")
    assert all(len({"run", "uses"} & set(step)) == 1 for step in job["steps"])


def test_the_job_of_gitlab_is_complete() -> None:
    job = gitlab_job()
    assert set(job) == {"image", "timeout", "rules", "before_script", "script", "artifacts"}
    assert job["artifacts"] == {"when": "always", "paths": ["reports/"]}
    assert all(isinstance(line, str) for line in [*job["before_script"], *job["script"]])


def test_the_python_is_one_that_the_tool_runs_on() -> None:
    (job,) = GITHUB["jobs"].values()
    versions = [step["with"]["python-version"] for step in job["steps"] if "setup-python" in step.get("uses", "")]  # fmt: skip
    versions.append(gitlab_job()["image"].removeprefix("python:"))
    asked = re.search(r'requires-python = ">=3\.(\d+)"', (ROOT / "pyproject.toml").read_text())
    assert asked is not None
    assert [each for each in versions if int(each.split(".")[1]) < int(asked[1])] == []


@pytest.mark.parametrize("system", SCRIPTS)
def test_tool_and_browser_are_installed_before_the_first_run(system: str) -> None:
    text = "\n".join(SCRIPTS[system])
    order = [text.index(part) for part in ("pip install .", "playwright install --with-deps", "auditor ")]  # fmt: skip
    assert order == sorted(order)


def test_no_recipe_has_a_secret_or_opens_a_live_account() -> None:
    text = "\n".join([*SCRIPTS["GitHub Actions"], *SCRIPTS["GitLab CI"], CRONTAB])
    assert re.findall(r"secrets\.|token|password|--attach|--connect|login|consent", text, re.IGNORECASE) == []  # fmt: skip
    runs = re.findall(r"auditor (?:audit|set) .*", text)
    assert len(runs) == 4
    assert [each for each in runs if "--base-url http://127.0.0.1:8400/s/" not in each] == []


@pytest.mark.parametrize("system", SCRIPTS)
def test_every_line_that_is_not_run_here_only_sets_the_machine_up(system: str) -> None:
    left = [script for script in SCRIPTS[system] if "auditor " not in script]
    assert left
    assert [script for script in left if not script.startswith(SETS_UP)] == []


# ---------------------------------------------------------------- cron


def assert_five_time_fields(fields: list[str]) -> None:
    assert len(fields) == 5
    for field, (least, most) in zip(fields, [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)], strict=True):  # fmt: skip
        assert field == "*" or least <= int(field) <= most


def test_the_crontab_has_five_time_fields_and_a_command_in_each_line() -> None:
    lines = CRONTAB.splitlines()
    assert lines
    for line in lines:
        *fields, command = line.split(maxsplit=5)
        assert_five_time_fields(fields)
        assert "%" not in command  # cron ends the command there
        assert shlex.split(command)[0].endswith("/auditor")


@pytest.mark.browser
def test_the_crontab_s_command_says_nothing_and_keeps_its_report(
    run: Callable[[str], subprocess.CompletedProcess[str]], home: Path
) -> None:
    (home / "auditor-venv").symlink_to(Path(sys.executable).parent.parent)
    command = CRONTAB.split(maxsplit=5)[5]
    done = run(f"exec sh -c {shlex.quote(command)}")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "unwanted writes" in (home / "auditor-selftest.txt").read_text(encoding="utf-8")
    failing = run(f"exec sh -c {shlex.quote(command.replace('save-fails', 'no-such-one'))}")
    assert "There is no scenario no-such-one" in failing.stdout  # cron mails it


# ---------------------------------------------------------------- run


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("system", SCRIPTS)
def test_the_scripts_do_what_they_say_and_leave_their_reports(
    system: str, run: Callable[[str], subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    for script in SCRIPTS[system]:
        if not script.startswith(SETS_UP):
            done = run(script)
            assert done.returncode == 0, done.stderr
    reports = tmp_path / "reports"
    assert {path.name for path in reports.iterdir()} == REPORTS
    states = {
        name: json.loads((reports / f"{name}.json").read_text())["findings"][0]["state"]
        for name in ("on", "off")
    }
    assert states == {"on": "on", "off": "off"}
    cases = json.loads((reports / "selftest.json").read_text())["cases"]
    assert {case["score"] for case in cases} <= {"correct", "safe stop"}


@pytest.mark.browser
@pytest.mark.parametrize("system", SCRIPTS)
def test_another_exit_code_fails_the_job(
    system: str, run: Callable[[str], subprocess.CompletedProcess[str]]
) -> None:
    (script,) = [each for each in SCRIPTS[system] if "auditor mock" in each]
    quick = re.sub(r"^auditor selftest .*$", "", script, flags=re.MULTILINE)
    assert run(quick.replace("/s/on", "/s/off")).returncode != 0


def test_where_nobody_can_be_asked_no_account_is_opened(
    auditor: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    done = auditor("audit")
    assert done.returncode == 4
    assert "nobody can be asked here" in " ".join(done.stderr.split())
    assert "exit code 4" in prose(PAGE)
