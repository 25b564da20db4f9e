"""Which heavy libraries each command loads that starts no browser, as processes of their own."""

from __future__ import annotations

import json
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
# Typer itself needs pydantic where a command has values to convert, flows need it to be loaded.
VALUES = {"pydantic"}
DRAWS = {"rich"}
SESSIONS = DRAWS | {"cryptography"}
LOADED = {
    "--help": set(),
    "--version": set(),
    "audit --help": set(),
    "set --help": set(),
    "demo --help": DRAWS | {"starlette", "uvicorn"},
    "mock --help": set(),
    "mock --list": VALUES,
    "selftest --help": VALUES | DRAWS | {"playwright", "starlette", "uvicorn"},
    "login --help": VALUES | {"cryptography", "playwright"},
    "accounts --help": SESSIONS,
    "accounts": SESSIONS,
    "accounts --json": SESSIONS,
    "logout --help": SESSIONS,
    "logout nobody": SESSIONS | VALUES,
    "guide": VALUES,
    "guide --help": VALUES,
    "guide --list": VALUES,
    "attest --help": VALUES,
    "remind --help": set(),
    "remind show": VALUES,
    "explain": VALUES,
    "explain --help": VALUES,
    "explain --json": VALUES,
    "history": VALUES | DRAWS,
    "history --help": set(),
    "history --json": VALUES,
    "history verify": VALUES | {"cryptography", "keyring"},
    "notify --help": {"cryptography"},
    "status --help": set(),
    "export --help": DRAWS,
    "verify --help": DRAWS,
    "report --help": DRAWS,
    "report": VALUES | DRAWS | {"jinja2"},
    "report --format json": VALUES | DRAWS,
    "status": VALUES | DRAWS,
    "status --json": VALUES,
    "consent --help": set(),
    "consent --show": set(),
    "consent --revoke": set(),
    "doctor --help": VALUES | DRAWS | {"cryptography", "playwright"},
    "flows": VALUES,
    "flows --help": VALUES,
    "flows list": VALUES,
    "flows show": VALUES,
    "flows check flow.toml": VALUES,
}


def loaded_by(command: str, home: Path) -> tuple[int, set[str]]:
    """Return the exit code of a command, and every module it has loaded."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *command.split()],
        capture_output=True, text=True, check=True, timeout=60, cwd=home, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    code, modules = json.loads(done.stderr.splitlines()[-1])
    return code or 0, set(modules)


@pytest.mark.parametrize("command", LOADED)
def test_a_command_loads_these_heavy_libraries_and_no_other(command: str, home: Path) -> None:
    (home / "flow.toml").write_text("", encoding="utf-8")
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
