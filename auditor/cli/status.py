"""`auditor status`: what is known of each account today."""

from auditor.access.history import open_history
from auditor.cli.options import FailIfOlder, Json, StatusAccount
from auditor.errors import Exit
from auditor.records.status import GROWS_OLD_DAYS, AccountStatus, read_status


def status(
    account: StatusAccount = None, *, fail_if_older: FailIfOlder = None, json: Json = False
) -> None:
    """Show one line for each account; reads no page."""
    import typer  # noqa: PLC0415

    found = read_status(open_history(signed=False).path, account)
    if json:
        from auditor.report.tables import print_status  # noqa: PLC0415

        print_status(found)
    else:
        from auditor.report.status import show_status  # noqa: PLC0415 - rich

        show_status(found, account, fail_if_older)
    _tell_if_old(found, GROWS_OLD_DAYS if fail_if_older is None else fail_if_older)
    if fail_if_older is not None and (
        not found or any(is_older(each, fail_if_older) for each in found)
    ):
        raise typer.Exit(Exit.EXPOSED)


def is_older(known: AccountStatus, days: float) -> bool:
    """Return whether a state was last seen longer ago, or never."""
    age = known.age_days()
    return age is None or age > days


def _tell_if_old(found: list[AccountStatus], days: float) -> None:
    """Tell once what has grown old, on stderr."""
    if any(is_older(each, days) for each in found):
        from auditor.cli.prompts import print_message  # noqa: PLC0415 - seldom, and not light
        from auditor.run.recording import tell_stale  # noqa: PLC0415

        tell_stale(days, print_message)
