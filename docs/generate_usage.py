"""Write `docs/usage.md` from the code, or check that it is current.

    python docs/generate_usage.py --write
    python docs/generate_usage.py --check

Commands and options come from the command line itself, exit codes from `auditor.errors.Exit`, the
JSON document from `auditor/report/schema.json`. What code cannot say stands in the tables below;
a name without its words, or words without their name, stop the script.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

from auditor.cli.lazy import COMMANDS, load_command, name_argument, word_ranges
from auditor.core.finding import Evidence, Finding, Outcome, State
from auditor.errors import Exit
from auditor.report.document import render_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from typer._click import Command, Parameter

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "usage.md"
SCHEMA = ROOT / "auditor" / "report" / "schema.json"

INTRODUCTION = """\
# Commands, options, JSON and exit codes

This page is generated from the code by `docs/generate_usage.py`; a test keeps it current. The
command line prints the same with `auditor --help` and `auditor COMMAND --help`.

Results go to stdout; progress, questions, messages and hints go to stderr.

`auditor --install-completion` lets bash, zsh, fish or PowerShell complete commands, options, and
names of accounts, flows, services, plans, scenarios and phones; `--show-completion` only prints
what that needs. An installation brings completion files and a man page (`man auditor`) in `share/`.
"""

ACCOUNTS = """\
## Accounts

An account's name is 1 to 64 plain letters, digits, dots, dashes or underscores, beginning with a
letter or digit. Without a name, `audit`, `set` and `login` mean the account named `default`.
`{account}` in `--base-url` stands for the name. Every account asked for gives one finding, in the
order asked for.
"""

JSON = """\
## JSON

With `--json`, `audit` and `set` print one document, and nothing else on stdout. It keeps to
[`auditor/report/schema.json`](../auditor/report/schema.json). If nothing could be begun (bad usage,
a faulty flow, no consent), there is no document: stdout stays empty.

```json
{example}```

Each finding has these fields:

{table}
`auditor accounts --json`, `auditor doctor --json` and `auditor selftest --json` print documents of
their own, with the same `schema` and `tool`.
"""

EXITS = {
    Exit.OK: "All settings were read and are as wanted, do not apply, or were changed and proved.",
    Exit.BUG: "A bug in `auditor`; never used on purpose.",
    Exit.USAGE: "The command line asks for something that cannot be.",
    Exit.FLOW: "A flow file is missing, or does not say what it must.",
    Exit.HUMAN: (
        "A person is needed: signed out, a bot check, a choice that is pending, another account"
        " than expected, no consent, or nobody to ask before a change."
    ),
    Exit.SITE: "At least one setting could not be read, or the site refused a change.",
    Exit.SETUP: "This machine lacks something: a browser, a usable keyring, disk space.",
    Exit.EXPOSED: "All were read, and at least one is not as wanted; also after a dry run.",
    Exit.INTERRUPTED: "Ctrl-C or SIGTERM ended the run.",
}
SEVERITY = (Exit.SETUP, Exit.SITE, Exit.HUMAN, Exit.EXPOSED, Exit.OK)

FIELDS = {
    "account": "Name of the account.",
    "flow": "Flow that was followed.",
    "origin": "Where the setting was looked at.",
    "label": "Name of the switch, as the page shows it.",
    "state": "What the setting is.",
    "locked": "Whether the switch is disabled.",
    "wanted": "What counts as right.",
    "outcome": "What the state means for what is wanted.",
    "reason": "Why there is no plain answer, or why a change was refused.",
    "message": "One sentence for people.",
    "hint": "What to do next.",
    "witnesses": "What the page showed, and what the page's own data said.",
    "route": "Whether the documented path led there, or the direct address.",
    "evidence": "Whether page and data agree (`proved`), or the page alone was seen (`seen`).",
    "organisation": "Active organisation and plan, as the page names them.",
    "warnings": "What else a person should know.",
    "observed_at": "When the answer was found (UTC).",
    "seconds": "How long the run of this account took, without waiting for a person.",
}

ENVIRONMENT = {
    "AUDITOR_BROWSER": "Browser to use, if `--browser` is not given: a path or a channel.",
    "AUDITOR_DEBUG": "If set, a bug prints where it happened, without values of variables.",
    "NO_COLOR": "If set, nothing is coloured.",
    "DISPLAY, WAYLAND_DISPLAY": "The desktop session that shows windows (Linux).",
    "XDG_CONFIG_HOME, XDG_DATA_HOME": (
        "Where consent, own flows, sessions and the history are kept (Linux)."
    ),
}


def build_page() -> str:
    """Return the whole page."""
    rest = (ACCOUNTS, _describe_exits(), _describe_json(), _describe_environment())
    return "\n".join((INTRODUCTION, *_describe_commands(), *rest))


def _describe_commands() -> Iterator[str]:
    yield "## Commands\n"
    rows = [(f"[`auditor {name}`](#auditor-{name})", each.help) for name, each in COMMANDS.items()]
    yield _build_table(("Command", "What it does"), rows)
    for name in COMMANDS:
        yield from _describe_command(name, load_command(name))


def _describe_command(name: str, command: Command) -> Iterator[str]:
    context = typer.Context(command, info_name=f"auditor {name}")
    pieces = " ".join(command.collect_usage_pieces(context))
    yield f"### auditor {name}\n"
    yield f"```text\nauditor {name} {pieces}\n```\n"
    yield f"{command.help}\n"
    rows = [_describe_parameter(each, context) for each in command.params]
    shown = [row for row in rows if row is not None]
    if shown:
        yield _build_table(("Argument or option", "Meaning"), shown)
    if isinstance(command, TyperGroup):
        for below, each in command.commands.items():
            yield from _describe_command(f"{name} {below}", each)


def _describe_parameter(parameter: Parameter, context: typer.Context) -> tuple[str, str] | None:
    """Return how a parameter is written and what it means; None if it is hidden."""
    record = parameter.get_help_record(context)
    if record is None:
        return None
    written = name_argument(parameter) if parameter.param_type_name == "argument" else record[0]
    return f"`{written}`", word_ranges(" ".join(record[1].split()))


def _describe_exits() -> str:
    _raise_if_different("exit codes", EXITS, Exit)
    rows = [(str(int(code)), code.name, words) for code, words in EXITS.items()]
    order = ", ".join(str(int(code)) for code in SEVERITY)
    return (
        "## Exit codes\n\n"
        + _build_table(("Exit code", "Name", "When"), rows)
        + f"\nFor several accounts the most serious code wins, in the order {order}.\n"
    )


def _describe_json() -> str:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    fields = schema["properties"]["findings"]["items"]["properties"]
    known = {name: words for name, words in FIELDS.items() if name in fields}
    _raise_if_different("fields of a finding", known, fields)
    rows = [(f"`{name}`", _describe_values(fields[name]), known[name]) for name in fields]
    return JSON.format(
        example=_build_example(), table=_build_table(("Field", "Values", "Meaning"), rows)
    )


def _describe_values(field: Mapping[str, Any]) -> str:
    """Return the values that a field of the schema may have."""
    if "enum" in field:
        return ", ".join("null" if value is None else f"`{value}`" for value in field["enum"])
    if "properties" in field:
        return ", ".join(f"`{name}`" for name in field["properties"])
    kinds = field["type"] if isinstance(field["type"], list) else [field["type"]]
    words = {"boolean": "true, false", "array": "texts", "string": "text", "number": "number"}
    return ", ".join(words.get(str(kind), str(kind)) for kind in kinds)


def _build_example() -> str:
    found = Finding(
        account="default",
        flow="claude/web",
        origin="http://127.0.0.1:8400",
        label="Help improve our AI models",
        state=State.ON,
        locked=False,
        wanted=State.OFF,
        outcome=Outcome.NOT_AS_WANTED,
        reason=None,
        message="Your chats may be used for training. The switch is ON.",
        hint="Change it with `auditor set off` and the same options.",
        witnesses={"page": State.ON, "network": State.ON},
        evidence=Evidence.PROVED,
        organisation="Personal · Pro plan",
        observed_at="2026-11-22T10:00:00Z",
        seconds=1.9,
    )
    return render_document([found])


def _describe_environment() -> str:
    rows = [
        (", ".join(f"`{name}`" for name in names.split(", ")), words)
        for names, words in ENVIRONMENT.items()
    ]
    return "## Environment variables\n\n" + _build_table(("Variable", "Meaning"), rows)


def _build_table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    cells = [[cell.replace("|", "\\|") for cell in line] for line in lines]
    return "".join(f"| {' | '.join(line)} |\n" for line in cells)


def _raise_if_different(what: str, described: Iterable[object], real: Iterable[object]) -> None:
    """Raise ValueError if something of the code is not described here, or the other way round."""
    different = set(described) ^ set(real)
    if different:
        names = ", ".join(sorted(map(str, different)))
        raise ValueError(f"The {what} in docs/generate_usage.py differ from the code: {names}")


def main(arguments: list[str]) -> int:
    """Write the page, or return 1 if it is not current."""
    if arguments == ["--write"]:
        PAGE.write_text(build_page(), encoding="utf-8")
        return 0
    if arguments != ["--check"]:
        print("usage: python docs/generate_usage.py --write|--check", file=sys.stderr)
        return 2
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == build_page():
        return 0
    print("docs/usage.md is old: run python docs/generate_usage.py --write", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
