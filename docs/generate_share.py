"""Write what the wheel installs under `share/`: the man page and completions; or check it.

    python docs/generate_share.py --write
    python docs/generate_share.py --check

All of it comes from the command line itself.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from typer.core import TyperGroup

from auditor import __version__
from auditor.cli.lazy import COMMANDS, load_command, name_argument, word_ranges
from auditor.cli.shells import SCRIPTS
from auditor.errors import Exit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typer._click import Command

ROOT = Path(__file__).parents[1] / "share"
SHELLS = {
    "bash": "bash-completion/completions/auditor",
    "zsh": "zsh/site-functions/_auditor",
    "fish": "fish/vendor_completions.d/auditor.fish",
}


def build_files() -> dict[str, str]:
    """Return every file's text by its path below `share/`."""
    files = {path: f"{SCRIPTS[shell].strip()}\n" for shell, path in SHELLS.items()}
    return {"man/man1/auditor.1": "\n".join(_write_man_page()) + "\n", **files}


def _write_man_page() -> Iterator[str]:
    yield f'.TH AUDITOR 1 "" "auditor {__version__}" "User Commands"'
    yield ".SH NAME"
    yield r"auditor \- tell whether the setting for training on your chats is on or off"
    yield ".SH SYNOPSIS"
    yield r".B auditor"
    yield r".I COMMAND"
    yield r"[\fIOPTION\fR...] [\fIARGUMENT\fR...]"
    yield ".SH COMMANDS"
    for name in COMMANDS:
        yield from _describe_command(name, load_command(name))
    yield ".SH EXIT STATUS"
    for code in Exit:
        yield ".TP"
        yield rf".B {int(code)}"
        yield code.name
    yield ".SH SEE ALSO"
    yield "The same with more words: docs/usage.md of the sources, and"
    yield r".B auditor COMMAND \-\-help"


def _describe_command(name: str, command: Command) -> Iterator[str]:
    context = typer.Context(command, info_name=f"auditor {name}")
    yield f".SS auditor {_escape(' '.join((name, *command.collect_usage_pieces(context))))}"
    yield _escape(" ".join((command.help or "").split()))
    for parameter in command.params:
        record = parameter.get_help_record(context)
        if record is not None:
            is_argument = parameter.param_type_name == "argument"
            yield ".TP"
            yield rf"\fB{_escape(name_argument(parameter) if is_argument else record[0])}\fR"
            yield _escape(word_ranges(" ".join(record[1].split())))
    if isinstance(command, TyperGroup):
        for below, each in command.commands.items():
            yield from _describe_command(f"{name} {below}", each)


def _escape(text: str) -> str:
    r"""Escape what troff reads as more than text: backslashes, hyphens, a point in front."""
    plain = text.replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{plain}" if plain.startswith((".", "'")) else plain


def main(arguments: list[str]) -> int:
    """Write the files, or return 1 if one is not current."""
    files = {ROOT / path: text for path, text in build_files().items()}
    if arguments == ["--write"]:
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return 0
    if arguments != ["--check"]:
        print("usage: python docs/generate_share.py --write|--check", file=sys.stderr)
        return 2
    old = [path for path, text in files.items() if not path.is_file() or path.read_text() != text]
    if old:
        print("share/ is old: run python docs/generate_share.py --write", file=sys.stderr)
    return 1 if old else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
