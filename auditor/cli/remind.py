"""`auditor remind`: be reminded to look, by the operating system's own scheduler."""

from contextlib import suppress
from datetime import UTC, datetime

import typer

from auditor.cli.lazy import PlainCommand, PlainGroup
from auditor.cli.options import Every
from auditor.cli.prompts import print_message, print_text
from auditor.disk import paths
from auditor.errors import AuditorError
from auditor.guide.notice import show_notice
from auditor.guide.reminder import ReminderFile, parse_span
from auditor.run.remind import (
    describe_due,
    find_schedule,
    install_reminder,
    list_schedule,
    remove_reminder,
)

app = typer.Typer(
    cls=PlainGroup,
    name="remind",
    help=(
        "Be reminded to look; never a run by itself.\n\n"
        "`auditor remind show` prints what would be set up, and writes nothing."
    ),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.command("install", cls=PlainCommand, help="Set the reminder up with this system's scheduler.")
def install(*, every: Every = "30d") -> None:
    """Set the reminder up with this system's scheduler."""
    days = parse_span(every)
    print_text(install_reminder(ReminderFile(paths.reminder_file()), days, find_schedule()))


@app.command("remove", cls=PlainCommand, help="Take the reminder away again.")
def remove() -> None:
    """Take the reminder away again."""
    print_text(remove_reminder(ReminderFile(paths.reminder_file()), find_schedule()))


@app.command("show", cls=PlainCommand, help="Print what is set up, and what install would write.")
def show() -> None:
    """Print what is set up, and what install would write and run."""
    reminder = ReminderFile(paths.reminder_file()).read()
    for line in list_schedule(find_schedule(), reminder):
        print(line)


@app.command("notice", cls=PlainCommand, help="Tell what is due; the scheduler runs this.")
def notice() -> None:
    """Tell on the desktop what is due; the scheduler runs this once a day."""
    due = describe_due(ReminderFile(paths.reminder_file()), datetime.now(UTC))
    if due is not None and not show_notice(due):
        print_message(due)


def tell_if_due() -> None:
    """Tell a reminder that is due, on stderr; what hinders that hinders no command."""
    with suppress(AuditorError):
        due = describe_due(ReminderFile(paths.reminder_file()), datetime.now(UTC))
        if due is not None:
            print_message(f"Reminder: {due}")
