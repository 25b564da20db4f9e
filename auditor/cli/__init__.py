"""The command line: options in, one call, results out.

`lazy.py` lists the commands and loads the module of the one that is run. What a command does lives
in other folders; nothing else may import from here but `auditor.__main__`.
"""

import typer

from auditor.cli.lazy import LazyGroup
from auditor.cli.options import Version
from auditor.cli.shells import use_own_scripts
from auditor.disk import paths

app = typer.Typer(
    cls=LazyGroup,
    help=(
        "Is my account's training switch really off? Follow the documented path in a real browser"
        " and read it."
    ),
    epilog=(
        "Start with `auditor demo`, or without any automation with `auditor guide`. Exit codes: 0"
        " as wanted, 10 not as wanted, 4 a person is needed, 5 not read, 6 this machine lacks"
        " something, 2 usage, 3 flow file, 130 interrupted."
    ),
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
use_own_scripts()


@app.callback()
def take_global_options(
    context: typer.Context,
    *,
    version: Version = False,  # noqa: ARG001 - Typer calls its callback
) -> None:
    """Take the options that belong to no command; tell a reminder that is due."""
    if context.invoked_subcommand != "remind" and paths.reminder_file().exists():
        from auditor.cli.remind import tell_if_due  # noqa: PLC0415 - only where one was set up

        tell_if_due()
