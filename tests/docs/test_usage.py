"""The page about usage is the one that the code gives, and what it shows is so."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "usage.md").read_text(encoding="utf-8")
SCHEMA = json.loads((ROOT / "auditor/report/schema.json").read_text(encoding="utf-8"))


def generate(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "docs/generate_usage.py", *args],
        capture_output=True, text=True, check=False, timeout=60, cwd=ROOT,
    )  # fmt: skip


@pytest.mark.medium
def test_the_page_is_what_the_code_gives_today() -> None:
    done = generate("--check")
    assert (done.returncode, done.stderr) == (0, "")


def test_the_generator_is_asked_to_write_or_to_check() -> None:
    done = generate()
    assert done.returncode == 2
    assert done.stderr == "usage: python docs/generate_usage.py --write|--check\n"


def test_the_example_keeps_to_the_schema() -> None:
    (example,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    Draft202012Validator(SCHEMA).validate(json.loads(example))


def test_every_environment_variable_of_the_code_is_described() -> None:
    read = {
        name
        for path in (ROOT / "auditor").rglob("*.py")
        for name in re.findall(r'"(AUDITOR_[A-Z_]+)"', path.read_text(encoding="utf-8"))
    }
    assert read
    assert {name for name in read if f"`{name}`" not in PAGE} == set()


@pytest.mark.parametrize("link", re.findall(r"\]\(#([^)]+)\)", PAGE))
def test_every_link_within_the_page_leads_to_a_heading(link: str) -> None:
    headings = re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
    assert link in {heading.lower().replace(" ", "-") for heading in headings}


def test_no_python_type_is_shown() -> None:
    assert re.findall(r"INTEGER|FLOAT|BOOLEAN|list\[|<int|<str|<=x<=", PAGE) == []
