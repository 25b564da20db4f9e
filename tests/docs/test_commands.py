"""Every command in the documentation is run, or its options are looked at where it may not be run."""

from __future__ import annotations

import os
import pty
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from auditor.cli import app
from auditor.mocksite import SCENARIOS
from tests.docs.pages import PAGES, ROOT, commands, name_of, prose

if TYPE_CHECKING:
    from pathlib import Path

    from _pytest.mark.structures import ParameterSet

    from auditor.mocksite import Site

LIVE = "opens a live account"
WINDOW = "opens a window and waits for a person to sign in"
NOT_RUN = {
    "auditor login me": WINDOW,
    "auditor login family": WINDOW,
    "auditor audit --ephemeral": WINDOW,
    "auditor audit me": LIVE,
    "auditor audit me family": LIVE,
    "auditor audit --all": LIVE,
    "auditor audit --flow my/claude/web.toml": LIVE,
    "auditor set off me": LIVE,
    "auditor audit --attach chrome": "works in the person's own browser",
    "auditor audit --attach msedge": "works in the person's own browser",
    "auditor audit --attach http://127.0.0.1:9222": "works in the person's own browser",
    "auditor audit a b c --base-url http://127.0.0.1:8400/s/on --connect ws://127.0.0.1:3000/"
    " --connect ws://127.0.0.1:3001/": "run by tests/run/test_accounts.py",
    "auditor doctor --connect ws://127.0.0.1:3000/": "run by tests/test_doctor.py",
    "auditor logout me": "needs a sealed session; run by tests/access/test_sealed_sessions.py",
    "auditor selftest": "runs every scenario; run by tests/test_selftest.py",
    "auditor demo": "run by tests/test_readme.py and tests/test_wheel.py",
    "auditor mock": "serves until it is ended; run by tests/cli/test_cli.py",
    "auditor doctor": "its answer is this machine's; run by tests/test_doctor.py",
}
# What a command ends with, where it is not 0.
ENDS = {
    "auditor audit --base-url http://127.0.0.1:8400/s/on": 10,
    "auditor audit --base-url http://127.0.0.1:8400/s/on --json": 10,
    "auditor set off --base-url http://127.0.0.1:8400/s/on --dry-run": 10,
    "auditor audit on off --base-url 'http://127.0.0.1:8400/s/{account}' --jobs 2": 10,
    "auditor status --fail-if-older 30": 10,  # nothing is known in an empty home
    "auditor audit --flow example/notebook/web.toml --base-url http://127.0.0.1:8500": 10,
    "auditor set off --flow example/notebook/web.toml --base-url http://127.0.0.1:8500 --dry-run": 10,
}
# Pages that are generated or written beside this one; a link to them may come before they do.
TO_COME = {"docs/usage.md", "docs/reading.md"}
# Names that stand for any name.
STAND_INS = {"auditor/x/y.py", "tests/x/test_y.py", "flows/SITE/NAME.toml"}

ALL = {command: name_of(page) for page in PAGES for command in commands(page)}
OURS = sorted(command for command in ALL if command.startswith("auditor "))
# Commands within a sentence or a table, those with stand-ins left out.
INLINE = {
    command
    for page in PAGES
    for command in re.findall(r"`(auditor [a-z][^`]*)`", prose(page))
    if not re.search(r"[\[|…]", command)
}


def _may_run(command: str) -> bool:
    return command not in NOT_RUN and not re.search(r"\.\.\.|…|[A-Z]{4,}", command)


def _with_a_person(command: list[str], home: Path, env: dict[str, str]) -> int:
    """Run a command in a terminal at which somebody says yes, and return how it ends."""
    master, slave = pty.openpty()
    os.write(master, b"y\n")
    try:
        return subprocess.run(
            command, stdin=slave, capture_output=True, timeout=120, check=False, cwd=home, env=env
        ).returncode
    finally:
        for end in (master, slave):
            with suppress(OSError):
                os.close(end)


def test_the_pages_have_commands() -> None:
    assert len(OURS) > 20
    assert {"README.md", "docs/live-accounts.md", "docs/flows.md"} <= set(ALL.values())


def _marked(command: str) -> ParameterSet:
    needs_browser = re.match(r"auditor (audit|set|selftest|doctor)\b", command)
    return pytest.param(command, marks=[pytest.mark.browser] if needs_browser else [])


@pytest.mark.medium
@pytest.mark.parametrize("command", [_marked(command) for command in OURS if _may_run(command)])
def test_a_command_of_the_documentation_does_what_it_says(
    command: str, site: Site, example_url: str, home: Path, request: pytest.FixtureRequest
) -> None:
    shutil.copytree(ROOT / "flows", home / "flows")
    shutil.copytree(ROOT / "flows", home / "my")
    here = command.replace("http://127.0.0.1:8400", site.url)
    words = shlex.split(here.replace("http://127.0.0.1:8500", example_url))
    browsing = request.node.get_closest_marker("browser") is not None
    browser = {"AUDITOR_BROWSER": request.getfixturevalue("chromium")} if browsing else {}
    env = {**os.environ, **browser}
    assert not {"audit", "set"} & set(words[1:2]) or any("127.0.0.1" in word for word in words), (
        f"{ALL[command]}: `{command}` would open a live account; name it in NOT_RUN"
    )
    ended = _with_a_person([sys.executable, "-m", "auditor", *words[1:]], home, env)
    assert ended == ENDS.get(command, 0), f"{ALL[command]}: `{command}` ended with {ended}"


@pytest.mark.parametrize(
    "command", sorted({command for command in OURS if not _may_run(command)} | INLINE)
)
def test_a_command_that_is_not_run_has_only_options_that_are_known(command: str) -> None:
    done = CliRunner().invoke(app, [*shlex.split(command)[1:], "--help"], prog_name="auditor")
    assert done.exit_code == 0, done.output
    assert "Usage: auditor" in done.output


def test_every_exception_is_still_in_the_documentation() -> None:
    spare = {"auditor demo", "auditor mock", "auditor doctor"}  # may be shown by any page
    assert sorted((set(NOT_RUN) | set(ENDS)) - set(ALL) - spare) == []


@pytest.mark.parametrize("command", [each for each in sorted(ALL) if each.startswith("./dev ")])
def test_dev_knows_what_the_documentation_asks_of_it(command: str) -> None:
    _, verb, *rest = shlex.split(command)
    assert re.search(rf"^  {verb}\)", (ROOT / "dev").read_text(encoding="utf-8"), re.MULTILINE)
    assert [word for word in rest if word.startswith("tests/") and not (ROOT / word).exists()] == []


@pytest.mark.medium
@pytest.mark.parametrize("command", [each for each in sorted(ALL) if each.startswith("python")])
def test_a_benchmark_of_the_documentation_says_how_it_is_used(command: str) -> None:
    _, *rest = shlex.split(command)
    words = [sys.executable, *rest, "--help"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_no_command_of_the_documentation_is_left_out() -> None:
    known = ("auditor ", "./dev ", "python benchmarks/", "python -m benchmarks")
    assert [f"{page}: {each}" for each, page in ALL.items() if not each.startswith(known)] == []


def test_every_scenario_that_the_documentation_runs_exists() -> None:
    named = {
        word
        for command in OURS
        if command.startswith("auditor selftest ")
        for word in shlex.split(command)[2:]
        if not word.startswith("-")
    }
    assert named - set(SCENARIOS) == set()


# ---------------------------------------------------------------- links


def slug(heading: str) -> str:
    """Return the anchor of a heading, as GitHub makes it."""
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")


def anchors(page: Path) -> set[str]:
    return {slug(heading) for heading in re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE)}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    lost = []
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        path, _, anchor = target.partition("#")
        if re.match(r"[a-z]+:", path):
            continue
        there = (page.parent / path).resolve() if path else page
        if not there.exists():
            if there.relative_to(ROOT).as_posix() not in TO_COME:
                lost.append(target)
        elif anchor and anchor not in anchors(there):
            lost.append(target)
    assert lost == []


def test_every_page_is_reached_from_the_readme() -> None:
    linked = {
        (ROOT / path).resolve() for path in re.findall(r"\]\(([^)#\s]+)", prose(ROOT / "README.md"))
    }
    assert [name_of(page) for page in PAGES[1:] if page not in linked] == []


def test_every_file_that_the_documentation_names_exists() -> None:
    named = {
        (name_of(page), path)
        for page in PAGES
        if page.name != "CHANGELOG.md"
        for path in re.findall(
            r"`((?:auditor|tests|flows|benchmarks|docs)/[\w./-]+)`",
            page.read_text(encoding="utf-8"),
        )
    }
    assert named
    missing = [each for each in sorted(named) if not (ROOT / each[1]).exists()]
    assert [each for each in missing if each[1] not in TO_COME | STAND_INS] == []
