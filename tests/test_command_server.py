"""Commands that are forked off one process do the same as commands that are begun anew."""

from __future__ import annotations

import os
import subprocess
import threading
from typing import TYPE_CHECKING

import pytest

from tests import commands
from tests.commands import CommandServer, run_auditor

if TYPE_CHECKING:
    from pathlib import Path

if not hasattr(os, "pidfd_open"):
    pytest.skip("only Linux forks commands", allow_module_level=True)

COMMANDS = [
    ("--version",),
    ("explain", "pro"),
    ("explain", "nope"),
    ("guide", "mobile", "--lang", "ko"),
    ("flows", "list", "--json"),
    ("history", "verify"),
    ("history", "--no-such-option"),
    ("consent",),
    ("nope",),
]


@pytest.fixture(scope="module")
def server() -> CommandServer:
    return CommandServer()


@pytest.mark.medium
@pytest.mark.parametrize("args", COMMANDS, ids=" ".join)
def test_streams_and_exit_code_are_the_same(
    server: CommandServer, home: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...]
) -> None:
    monkeypatch.setattr(commands, "_server", None)
    anew = run_auditor(*args, cwd=home)
    monkeypatch.setattr(commands, "_server", server)
    assert server.can_run(args, os.environ)
    forked = run_auditor(*args, cwd=home)
    assert (forked.returncode, forked.stdout, forked.stderr) == (
        anew.returncode,
        anew.stdout,
        anew.stderr,
    )


def test_each_command_has_its_own_folder_and_environment(server: CommandServer, home: Path) -> None:
    for name in ("a", "b"):
        (home / name).mkdir()
        env = {**os.environ, "XDG_DATA_HOME": str(home / f"data-{name}")}
        done = server.run(("attest", "off", "--note", name), env, home / name, 60)
        assert done.returncode == 0, done.stderr
        said = server.run(("history", "--json"), env, home, 60).stdout
        assert said.count('"note"') == 1
    assert "XDG_DATA_HOME" in os.environ


@pytest.mark.parametrize(
    ("args", "env"),
    [
        (("audit",), {}),
        (("--version",), {"LANG": "ja_JP.UTF-8"}),
        (("--version",), {"PYTHONUTF8": "0"}),
        (("--version",), {"TZ": "Asia/Tokyo"}),
        ((), {}),
    ],
)
def test_what_would_not_be_the_same_is_begun_anew(
    server: CommandServer, args: tuple[str, ...], env: dict[str, str]
) -> None:
    assert not server.can_run(args, {**os.environ, **env})


def test_commands_at_the_same_time_each_get_their_own_answer(
    server: CommandServer, home: Path
) -> None:
    said: dict[str, int] = {}

    def run(plan: str) -> None:
        said[plan] = server.run(("explain", plan), os.environ, home, 60).stdout.lower().count(plan)

    threads = [threading.Thread(target=run, args=(plan,)) for plan in ("team", "bedrock", "vertex")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(said) == {"team", "bedrock", "vertex"}
    assert all(said.values())


def test_a_command_that_takes_too_long_is_given_up(server: CommandServer, home: Path) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        server.run(("explain",), os.environ, home, 0.0)
    assert server.run(("--version",), os.environ, home, 60).returncode == 0
