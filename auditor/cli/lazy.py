"""The table of commands; each command's module is imported only to run it or to show its help."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

from auditor.cli.values import use_plain_values
from auditor.errors import Exit

if TYPE_CHECKING:
    from collections.abc import Callable

    # Typer brings its own Click. Its classes are only needed to state types.
    from typer._click import Command, Context, HelpFormatter, Parameter


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """A module of `auditor.cli`, the function or `typer.Typer` in it, one line of help, and more.

    Help is not taken from docstrings, which Python leaves out with `-OO` or PYTHONOPTIMIZE=2.
    """

    module: str
    name: str
    help: str
    more: str = ""
    needs_driver: bool = False
    """Whether it opens a browser in any case, so that the driver may be started at once."""

    @property
    def whole_help(self) -> str:
        """Return what stands at the top of the command's own help."""
        return f"{self.help}\n\n{self.more}".strip()


# In the order of `auditor --help`.
COMMANDS = {
    "audit": CommandEntry("audit", "audit", "Read the setting; never writes.", needs_driver=True),
    "set": CommandEntry(
        "audit",
        "set_",
        "Bring the setting to a state, and prove it.",
        "Read, ask, click once, then read again on a freshly loaded page.",
        needs_driver=True,
    ),
    "demo": CommandEntry(
        "demo",
        "demo",
        "Show the whole story on the built-in mock.",
        "Audit, dry run, change, audit again; nothing leaves this machine.",
    ),
    "mock": CommandEntry(
        "mock",
        "mock",
        "Serve the mock settings site.",
        "It is for people and tests, and on this machine only.",
    ),
    "selftest": CommandEntry(
        "selftest",
        "selftest",
        "Score every scenario of the mock here.",
        "Each is read and set in this machine's own browser: correct, safe stop or wrong.",
    ),
    "login": CommandEntry(
        "login",
        "login",
        "Sign in yourself; keep the session sealed.",
        "A plain browser window opens, which the tool neither watches nor controls.",
    ),
    "accounts": CommandEntry("accounts", "accounts", "List the accounts that are signed in here."),
    "logout": CommandEntry("accounts", "logout", "Remove an account's session from here."),
    "guide": CommandEntry(
        "guide",
        "guide",
        "Print the documented path to walk yourself.",
        "No automation: for the web, a phone, Claude Code, and other services.",
    ),
    "attest": CommandEntry(
        "attest",
        "attest",
        "Record what you saw, as your own word.",
        "For Claude or another service; it is never mixed up with a reading.",
    ),
    "remind": CommandEntry("remind", "app", "Be reminded to look; never a run by itself."),
    "explain": CommandEntry(
        "explain",
        "explain",
        "Say what the setting means, with sources.",
        "Which plans have it, what on and off mean, what off does not cover, and since when.",
    ),
    "history": CommandEntry("history", "app", "What was found before, and whether it was altered."),
    "status": CommandEntry(
        "status",
        "status",
        "What is known of each account today.",
        "State, since when, how old that is, and whether it was read or is a person's word.",
    ),
    "notify": CommandEntry("notify", "app", "Where events are sent."),
    "report": CommandEntry(
        "report",
        "report",
        "Write a report of what was found before.",
        "One self-contained HTML file, or Markdown, JSON, CSV or JUnit.",
    ),
    "export": CommandEntry(
        "export",
        "export",
        "Write what somebody else can check.",
        "A signed statement with report, records and proofs; no key of yours is needed to check.",
    ),
    "verify": CommandEntry(
        "verify",
        "verify",
        "Check exports of others.",
        "Who signed, whether anything was changed since, what it says and how old it is.",
    ),
    "consent": CommandEntry("consent", "consent", "Read what live runs mean, and agree or not."),
    "doctor": CommandEntry(
        "doctor",
        "doctor",
        "Check that this machine has what runs need.",
        "Browser, sandbox, keyring, display, folders, flows and sealed sessions.",
    ),
    "flows": CommandEntry("flows", "app", "The documented paths, as data."),
}


_RANGE = re.compile(r"(\d+)<=x<=(\d+)")


class LazyGroup(TyperGroup):
    """A group that shows its commands from the table, and loads the one that is asked for.

    Placeholders hold names and help lines, so Typer lists commands and suggests similar names.
    """

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - Typer's settings, passed on
        super().__init__(**settings)
        for name, entry in COMMANDS.items():
            self.add_command(TyperCommand(name, help=entry.help))

    def get_params(self, ctx: Context) -> list[Parameter]:
        return use_plain_values(super().get_params(ctx))

    def main(self, *args: Any, **settings: Any) -> Any:  # noqa: ANN401 - Typer's, passed on
        """Run the command line; where nobody reads the output any more, end without a word.

        Typer ends with 1 then, as after `auditor mock --list | head -2`; here 1 means a bug.
        """
        try:
            return super().main(*args, **settings)
        except SystemExit as ended:
            if ended.code == Exit.BUG:
                raise SystemExit(Exit.SETUP) from ended
            raise

    def resolve_command(
        self, ctx: Context, args: list[str]
    ) -> tuple[str | None, Command | None, list[str]]:
        name, placeholder, rest = super().resolve_command(ctx, args)
        if name in COMMANDS and COMMANDS[name].needs_driver and not _asks_for_help(ctx, rest):
            _start_driver_early()
        loaded = placeholder if placeholder is None or name is None else load_command(name)
        return name, loaded, rest


def _asks_for_help(ctx: Context, args: list[str]) -> bool:
    return ctx.resilient_parsing or any(each in ctx.help_option_names for each in args)


def _start_driver_early() -> None:
    """Let the driver start while the command is imported and its options are read."""
    from auditor.browser.engine.driver import start_driver_early  # noqa: PLC0415 - Playwright

    start_driver_early()


class PlainGroup(TyperGroup):
    """A group of commands below a command."""

    def get_params(self, ctx: Context) -> list[Parameter]:
        return use_plain_values(super().get_params(ctx))


class PlainCommand(TyperCommand):
    """A command whose help speaks as people do: no Python types, and `1 to 16` for a range."""

    def get_params(self, ctx: Context) -> list[Parameter]:
        return use_plain_values(super().get_params(ctx))

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except typer.BadParameter as error:  # pydantic, by which Typer reads values, begins so
            error.message = error.message.removeprefix("Value error, ")
            raise

    def format_options(self, ctx: Context, formatter: HelpFormatter) -> None:
        sections: dict[str, list[tuple[str, str]]] = {"argument": [], "option": []}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                kind = parameter.param_type_name
                shown = name_argument(parameter) if kind == "argument" else record[0]
                sections[kind].append((shown, word_ranges(record[1])))
        for kind, rows in sections.items():
            if rows:
                with formatter.section(f"{kind.capitalize()}s"):
                    formatter.write_dl(rows)


def load_command(name: str) -> Command:
    """Import the module of a command and return the command."""
    entry = COMMANDS[name]
    found = getattr(import_module(f"auditor.cli.{entry.module}"), entry.name)
    if isinstance(found, typer.Typer):
        return get_group(found)
    return build_command(name, found, entry.whole_help)


def build_command(name: str, function: Callable[..., None], text: str) -> Command:
    """Build a command from a function with annotated parameters and the text of its help."""
    single = typer.Typer(
        add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
    )
    single.command(name, cls=PlainCommand, help=text)(function)
    return get_command(single)


def name_argument(argument: Parameter) -> str:
    """Return `ACCOUNT` for one value, `ACCOUNT...` for any number of them."""
    return f"{argument.metavar or argument.name}{'' if argument.nargs == 1 else '...'}"


def word_ranges(text: str) -> str:
    """Replace `1<=x<=16`, as Typer writes a range, with `1 to 16`."""
    return _RANGE.sub(r"\1 to \2", text)
