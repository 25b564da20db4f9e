"""`auditor notify`: where events are sent, kept in the keyring."""

import sys
from datetime import UTC, datetime

import typer

from auditor.access.keyring import open_keyring
from auditor.access.notification import EVENTS, keep_address, read_address, send_events
from auditor.access.secret import Secret
from auditor.cli.lazy import PlainCommand, PlainGroup
from auditor.cli.options import Notify
from auditor.cli.prompts import print_message, print_text
from auditor.errors import UsageError

app = typer.Typer(
    cls=PlainGroup,
    name="notify",
    help="Where events are sent.",
    no_args_is_help=False,
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def notify(context: typer.Context) -> None:
    """Say whether an address is kept, unless another command is named."""
    if context.invoked_subcommand is None:
        kept = read_address(open_keyring(print_message)) is not None
        print_text("Events are sent to the address kept." if kept else "No address is kept.")


@app.command("set", cls=PlainCommand, help="Keep an address, which is asked for and not shown.")
def keep() -> None:
    """Ask for an Apprise address, or read it from standard input, and keep it in the keyring."""
    if sys.stdin.isatty():
        import getpass  # noqa: PLC0415

        typed = getpass.getpass("Address (Apprise URL): ")
    else:
        typed = sys.stdin.readline()
    if not typed.strip():
        raise UsageError("No address was given", "Type it, or pipe it to this command.")
    keep_address(open_keyring(print_message), Secret(typed.strip()))
    print_text("The address is kept in your keyring. `auditor notify test` tries it.")


@app.command("off", cls=PlainCommand, help="Keep no address any more.")
def forget() -> None:
    """Forget the address."""
    keep_address(open_keyring(print_message), None)
    print_text("No address is kept any more.")


@app.command("test", cls=PlainCommand, help="Send one message of each kind.")
def send_trial(*, notify: Notify = None) -> None:
    """Send one message of each kind to the address given, or to the one kept."""
    address = Secret(notify) if notify else read_address(open_keyring(print_message))
    if address is None:
        raise UsageError("No address is kept", "Keep one with `auditor notify set`.")
    at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    trial = {"account": "test", "at": at, "observed": "on", "wanted": "off"}
    send_events([{**trial, "event": name} for name in EVENTS], address)
    print_text(f"{len(EVENTS)} messages were sent.")
