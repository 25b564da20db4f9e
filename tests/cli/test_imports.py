"""Which heavy libraries each command loads that starts no browser, as processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from auditor.cli.lazy import COMMANDS

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = {
    "cryptography",
    "jinja2",
    "keyring",
    "playwright",
    "pydantic",
    "rich",
    "starlette",
    "uvicorn",
}
SCRIPT = """
import json, sys
from auditor.__main__ import main
try:
    main()
except SystemExit as end:
    print(json.dumps([end.code, sorted(sys.modules)]), file=sys.stderr)
"""
DRAWS = {"rich"}
SITES = {"starlette", "uvicorn"}
# What no browser is needed for; every flow was validated before, and has not changed since.
LOADED: dict[str, set[str]] = {
    "--help": set(),
    "--version": set(),
    "audit --help": set(),
    "set --help": set(),
    "demo --help": DRAWS | SITES,
    "mock --help": set(),
    "mock --list": set(),
    "selftest --help": DRAWS | SITES | {"playwright"},
    "login --help": {"playwright"},
    "accounts --help": set(),
    "accounts": set(),
    "accounts --json": set(),
    "logout --help": set(),
    "logout nobody": set(),
    "guide": set(),
    "guide --help": set(),
    "guide --list": set(),
    "attest --help": set(),
    "remind --help": set(),
    "remind show": set(),
    "explain": set(),
    "explain --help": set(),
    "explain --json": set(),
    "history": set(),
    "history --help": set(),
    "history --json": set(),
    "history verify": {"cryptography", "keyring"},
    "notify --help": set(),
    "status --help": set(),
    "export --help": set(),
    "verify --help": set(),
    "report --help": set(),
    "report": {"jinja2"},
    "report --format json": set(),
    "status": set(),
    "status --json": set(),
    "consent --help": set(),
    "consent --show": set(),
    "consent --revoke": set(),
    "doctor --help": DRAWS | {"playwright"},
    "flows": set(),
    "flows --help": set(),
    "flows list": set(),
    "flows show": set(),
    "flows check flow.toml": {"pydantic"},
}


def loaded_by(command: str, home: Path) -> tuple[int, set[str]]:
    """Return the exit code of a command, and every module it has loaded."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *command.split()],
        capture_output=True, text=True, check=True, timeout=60, cwd=home, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    code, modules = json.loads(done.stderr.splitlines()[-1])
    return code or 0, set(modules)


@pytest.fixture(scope="module")
def validated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a cache folder in which every flow that the commands load was validated before."""
    cache = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AUDITOR_")]:
            patch.delenv(name)
        for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
            patch.setenv(name, str(cache))
        for validating in ("explain", "guide", "guide --list"):
            loaded_by(validating, cache)
    return cache


@pytest.mark.medium
@pytest.mark.parametrize("command", LOADED)
def test_a_command_loads_these_heavy_libraries_and_no_other(
    command: str, home: Path, validated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "flow.toml").write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(validated))
    code, modules = loaded_by(command, home)
    assert code == {"logout nobody": 2, "flows check flow.toml": 3}.get(command, 0)
    assert modules & HEAVY == LOADED[command]


def test_every_command_is_in_the_list() -> None:
    assert {command.split()[0] for command in LOADED if command[0] != "-"} == set(COMMANDS)


def test_the_list_of_commands_imports_no_module_of_a_command(home: Path) -> None:
    _, modules = loaded_by("--help", home)
    assert not modules & {f"auditor.cli.{entry.module}" for entry in COMMANDS.values()}


def test_a_command_imports_no_module_of_another_group(home: Path) -> None:
    _, modules = loaded_by("consent --help", home)
    others = {f"auditor.cli.{entry.module}" for entry in COMMANDS.values()}
    assert modules & others == {"auditor.cli.consent"}
