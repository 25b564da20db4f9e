"""The README is run, and says what is so."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from auditor.errors import Exit
from auditor.report.document import schema

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_is_short_enough_to_be_read() -> None:
    assert len(README.splitlines()) <= 130


def test_the_shipped_schema_is_the_generated_one() -> None:
    shipped = json.loads((ROOT / "auditor/report/schema.json").read_text(encoding="utf-8"))
    assert shipped == schema()


def test_the_readme_s_document_keeps_to_the_schema() -> None:
    (example,) = re.findall(r"```json\n(.*?)```", README, re.DOTALL)
    Draft202012Validator(schema()).validate(json.loads(example))


def test_every_command_and_option_is_in_the_readme() -> None:
    help_ = [sys.executable, "-m", "auditor"]
    commands = re.findall(
        r"^  ([a-z]+)  ", _output([*help_, "--help"]).split("Commands:")[1], re.MULTILINE
    )
    options = {
        option
        for name in ("audit", "set")
        for option in re.findall(r"--[a-z-]+", _output([*help_, name, "--help"]))
    }
    missing = [name for name in commands if f"`auditor {name}" not in README]
    missing += [option for option in options - {"--help"} if option not in README]
    assert missing == []


def test_every_exit_code_is_in_the_readme() -> None:
    assert [code for code in Exit if f"| {code} |" not in README] == []


def test_every_test_file_that_a_promise_names_exists() -> None:
    named = re.findall(r"`(tests/[a-z_/]+\.py)`", README)
    assert named
    assert [name for name in named if not (ROOT / name).is_file()] == []


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.timeout(900)
def test_the_first_command_sets_everything_up_and_tells_the_story(
    tmp_path: Path, chromium: str
) -> None:
    (command,) = re.findall(r"## See it work\n\n```sh\n(.*?)\n```", README, re.DOTALL)
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True, timeout=60)
    # nothing is compiled that is not loaded; pip wants the opposite of what the name says
    env_browser = {"AUDITOR_BROWSER": chromium, "PIP_NO_COMPILE": "0"}
    done = subprocess.run(
        command.split(),
        cwd=clone,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        env=_clean_env(env_browser),
    )
    assert done.returncode == 0, done.stderr
    assert [line for line in done.stdout.splitlines() if line.startswith("Writes")][-1].endswith(
        ": 1"
    )


def _clean_env(extra: dict[str, str]) -> dict[str, str]:
    import os

    return {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("VIRTUAL_ENV", "PYTHON"))
    } | extra


def _output(command: list[str]) -> str:
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env=_clean_env({"COLUMNS": "200"}),
    ).stdout
