"""The help is written in people's words, fits a terminal, and is the same everywhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from typer.core import TyperGroup
from typer.testing import CliRunner

from auditor.cli import app
from auditor.cli.lazy import COMMANDS, load_command

if TYPE_CHECKING:
    from typer._click import Command

FLOWS = ("flows list", "flows show", "flows check")
PYTHON_TYPES = re.compile(
    r"INTEGER|TEXT|FLOAT|BOOLEAN|(?<!\w)PATH(?!\|CHANNEL)|[<>]|\b(?:str|int|float|list)\["
)


def help_of(command: str) -> str:
    done = CliRunner().invoke(app, [*command.split(), "--help"], env={"COLUMNS": "80"})
    assert done.exit_code == 0
    return done.output


def commands() -> dict[str, Command]:
    """Return every command that is no group, by its full name."""
    found: dict[str, Command] = {}
    for name in COMMANDS:
        command = load_command(name)
        if isinstance(command, TyperGroup):
            found |= {f"{name} {below}": each for below, each in command.commands.items()}
        else:
            found[name] = command
    return found


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_in_the_list_of_commands_is_the_command_s_own_help(name: str) -> None:
    assert load_command(name).get_short_help_str(70) == COMMANDS[name].help
    assert f"  {name:<8}  {COMMANDS[name].help}\n" in help_of("")


@pytest.mark.parametrize("command", ["", *COMMANDS, *FLOWS])
def test_no_help_shows_a_python_type(command: str) -> None:
    assert PYTHON_TYPES.findall(help_of(command)) == []


@pytest.mark.medium
def test_every_help_is_the_same_where_python_leaves_out_docstrings() -> None:
    everything = ("", *COMMANDS, *FLOWS)
    script = "from tests.cli.test_help import *; print(*map(help_of, sys.argv[1:]), sep='', end='')"
    done = subprocess.run(
        [sys.executable, "-c", script, *everything],
        env={**os.environ, "PYTHONOPTIMIZE": "2"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "".join(map(help_of, everything))


@pytest.mark.parametrize("command", ["", *COMMANDS, *FLOWS])
def test_every_help_fits_a_terminal_of_80_columns(command: str) -> None:
    assert max(map(len, help_of(command).splitlines())) <= 80


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("audit", "ACCOUNT..."),
        ("audit", "--jobs N"),
        ("audit", "--want on|off"),
        ("audit", "--timeout SECONDS"),
        ("audit", "--base-url URL"),
        ("audit", "--evidence DIR"),
        ("audit", "[default: 1; 1 to 16]"),
        ("set", "on|off"),
        ("mock", "--port N"),
        ("mock", "--scenario NAME"),
        ("selftest", "SCENARIO..."),
        ("flows show", "FLOW"),
        ("flows check", "FILE..."),
    ],
)
def test_values_are_called_what_people_call_them(command: str, words: str) -> None:
    assert re.search(rf"(?m)^ .*{re.escape(words)}", help_of(command))


@pytest.mark.parametrize("command", commands())
def test_every_option_and_argument_says_what_it_is(command: str) -> None:
    shown = [
        parameter for parameter in commands()[command].params if not getattr(parameter, "hidden", 0)
    ]
    assert [parameter.name for parameter in shown if not getattr(parameter, "help", "")] == []


@pytest.mark.parametrize(
    ("typed", "meant"), [("audt", "'audit'"), ("consnt", "'consent'"), ("flow", "'flows'")]
)
def test_a_mistyped_command_is_told_which_one_may_be_meant(typed: str, meant: str) -> None:
    done = CliRunner().invoke(app, [typed])
    assert done.exit_code == 2
    assert f"No such command '{typed}'. Did you mean {meant}" in done.output
