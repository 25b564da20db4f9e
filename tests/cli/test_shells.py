"""Real shells complete real command lines: what stands there after Tab, and what is offered."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from auditor.access.history import open_history
from auditor.access.vault import Vault
from auditor.cli.shells import SCRIPTS
from auditor.disk import paths
from tests.access.sealing import CLAUDE, PRINT, STATE, MemoryKeys

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.medium
ROOT = Path(__file__).parents[2]
SHARE = ROOT / "share"
SHELLS = ("bash", "zsh", "fish")
PATIENCE = 30.0  # seconds for one press of Tab on a busy machine
ATTEST = {"kind": "attest", "at": "2026-11-20T10:00:00Z", "account": "grandma", "base_url": CLAUDE, "state": "off"}  # fmt: skip

# What is typed before Tab, and what then stands there; a space in a name keeps it one word.
TYPED = {
    "auditor gui": "auditor guide ",
    "auditor audit fam": "auditor audit family ",
    "auditor status gran": "auditor status grandma ",
    "auditor audit --flow claude/m": "auditor audit --flow claude/mobile ",
    "auditor audit --flow=claude/m": "auditor audit --flow=claude/mobile ",
    "auditor selftest switch-d": "auditor selftest switch-div ",
    "auditor audit --device iPh": r"auditor audit --device iPhone\ 15 ",
    r"auditor audit --device Pixel\ 7 --flow claude/m": r"auditor audit --device Pixel\ 7 --flow claude/mobile ",
    'auditor audit --device "iPh': 'auditor audit --device "iPhone 15" ',
    "auditor explain vert": "auditor explain vertex ",
    "auditor report --output a-fi": "auditor report --output a-file ",
}
# How a shell reads its completion from `share/`, and how it is told to keep the line it has.
SET_UP = {
    "bash": "source {share}/bash-completion/completions/auditor",
    "zsh": "fpath=({share}/zsh/site-functions $fpath); autoload -Uz compinit; compinit -u -D",
}
KEEP = {
    "bash": r"""keep() {{ printf '%s\n' "$READLINE_LINE" >{file}; }}; bind -x '"\C-x\C-k": keep'""",
    "zsh": r"keep() {{ print -r -- $BUFFER >{file} }}; zle -N keep; bindkey '^X^K' keep",
}
START = {
    "bash": ("bash", "--norc", "--noprofile", "-i"),
    "zsh": ("zsh", "-f", "-i"),
    "fish": ("fish", "--no-config"),
}


@pytest.fixture(autouse=True)
def _known_here(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One account is signed in, another one was looked at by hand; `auditor` is in the path."""
    Vault(paths.sessions_folder(), MemoryKeys()).seal("family", CLAUDE, STATE, PRINT)
    open_history(signed=False).append([ATTEST])
    (home / "a-file").touch()
    commands = Path(sys.executable).parent
    monkeypatch.setenv("PATH", f"{commands}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("ZDOTDIR", str(home))


class Terminal:
    """A shell in a terminal, in which somebody types."""

    def __init__(self, command: tuple[str, ...], folder: Path) -> None:
        self.shown = b""
        self.file = folder / "line"
        self.end, there = pty.openpty()
        self.process = subprocess.Popen(
            ("setsid", "--ctty", *command), stdin=there, stdout=there, stderr=there, cwd=folder
        )
        os.close(there)

    def run(self, command: str) -> None:
        """Type a command and wait until it has run."""
        self.shown = b""
        os.write(self.end, f"{command}; echo DONE-$((20+3))\n".encode())
        self._wait(lambda: b"DONE-23" in self.shown)

    def complete(self, typed: str) -> str:
        """Type, press Tab once, and return the line as it stands then."""
        self.file.unlink(missing_ok=True)
        os.write(self.end, f"\x15{typed}\t\x18\x0b".encode())
        self._wait(lambda: self.file.exists() and self.file.read_text().endswith("\n"))
        return self.file.read_text().rstrip("\n")

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.end)

    def _wait(self, is_so: object) -> None:
        assert callable(is_so)
        deadline = time.monotonic() + PATIENCE
        while not is_so():
            assert time.monotonic() < deadline, self.shown[-2000:]
            if select.select([self.end], [], [], 0.02)[0]:
                self.shown += os.read(self.end, 65_536)


def program(shell: str) -> str:
    found = shutil.which(shell)
    if found is None:
        pytest.fail(f"{shell} not found; apt-get install --yes {shell}")
    return found


@pytest.fixture
def terminal(request: pytest.FixtureRequest, home: Path) -> Iterator[Terminal]:
    """Return a shell that has read nothing but the file of `share/`."""
    shell = request.param
    program(shell)
    opened = Terminal(START[shell], home)
    opened.run(SET_UP[shell].format(share=SHARE))
    opened.run(KEEP[shell].format(file=opened.file))
    yield opened
    opened.close()


@pytest.mark.parametrize("terminal", ["bash", "zsh"], indirect=True)
def test_one_press_of_tab_writes_the_word_as_the_shell_reads_it(terminal: Terminal) -> None:
    assert {typed: terminal.complete(typed) for typed in TYPED} == TYPED


def offered_by_fish(home: Path, *lines: str) -> dict[str, list[str]]:
    """Return what fish offers for each line, as it does at a press of Tab."""
    asked = "; ".join(f"complete -C {line!r} | string replace -r '\\t.*' ''; echo /" for line in lines)  # fmt: skip
    done = subprocess.run(
        [program("fish"), "--no-config", "-c", f"source {SHARE}/fish/vendor_completions.d/auditor.fish; {asked}"],
        capture_output=True, text=True, timeout=120, check=False, cwd=home,
    )  # fmt: skip
    assert done.stderr == ""
    parts = done.stdout.split("/\n")
    return {line: part.split("\n")[:-1] for line, part in zip(lines, parts, strict=False)}


def test_fish_offers_the_same(home: Path) -> None:
    offers = {
        "auditor gui": ["guide"],
        "auditor audit fam": ["family"],
        "auditor status ": ["family", "grandma"],
        "auditor audit --flow c": ["claude/mobile", "claude/web"],
        "auditor audit --flow=claude/m": ["--flow=claude/mobile"],
        "auditor selftest switch-d": ["switch-div"],
        "auditor audit --device iPh": ["iPhone 15"],
        "auditor explain vert": ["vertex"],
        "auditor report --output a-fi": ["a-file"],
    }
    assert offered_by_fish(home, *offers) == offers


def test_what_is_offered_comes_with_a_line_of_help(home: Path) -> None:
    opened = Terminal(START["zsh"], home)
    try:
        opened.run(SET_UP["zsh"].format(share=SHARE))
        opened.run(KEEP["zsh"].format(file=opened.file))
        opened.complete("auditor logo")
        opened.complete("auditor log")
        os.write(opened.end, b"\t\t")
        opened._wait(lambda: b"Remove an account's session from here." in opened.shown)
    finally:
        opened.close()


@pytest.mark.parametrize("shell", SHELLS)
def test_what_is_installed_is_the_same_script(shell: str, home: Path) -> None:
    """Typer asks which shell it was started by."""
    for option in ("--show-completion", "--install-completion"):
        done = subprocess.run(
            [program(shell), "-c", f"auditor {option}; true"],
            capture_output=True, text=True, timeout=60, check=False, cwd=home, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        if option == "--show-completion":
            assert done.stdout.strip() == SCRIPTS[shell].strip()
    files = {"bash": ".bash_completions/auditor.sh", "zsh": ".zfunc/_auditor", "fish": ".config/fish/completions/auditor.fish"}  # fmt: skip
    assert (home / files[shell]).read_text().strip() == SCRIPTS[shell].strip()


@pytest.mark.parametrize(("shell", "option"), [("bash", ("-i",)), ("zsh", ("-i",))])
def test_a_new_shell_completes_after_the_installation(
    shell: str, option: tuple[str, ...], home: Path
) -> None:
    subprocess.run(
        [program(shell), "-c", "auditor --install-completion; true"],
        check=True, timeout=60, cwd=home, stdin=subprocess.DEVNULL, capture_output=True,
    )  # fmt: skip
    opened = Terminal((shell, *option), home)
    try:
        opened.run(KEEP[shell].format(file=opened.file))
        assert opened.complete("auditor gui") == "auditor guide "
    finally:
        opened.close()


def test_powershell_quotes_what_has_a_space() -> None:
    """There is no PowerShell here; the script is only looked at."""
    script = SCRIPTS["powershell"]
    assert SCRIPTS["pwsh"] == script
    assert "Register-ArgumentCompleter -Native -CommandName auditor" in script
    assert """if ($name -match "\\s") { $inserted = "'" + $name + "'" }""" in script
    assert [script.count(opening) - script.count(closing) for opening, closing in ("{}", "()", "[]")] == [0, 0, 0]  # fmt: skip


def test_a_typer_that_keeps_its_scripts_elsewhere_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    from typer import _completion_shared

    from auditor.cli.shells import use_own_scripts

    monkeypatch.delattr(_completion_shared, "_completion_scripts")
    use_own_scripts()
    assert not hasattr(_completion_shared, "_completion_scripts")
