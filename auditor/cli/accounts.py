"""`auditor accounts` and `logout`: the sealed sessions of live accounts."""

from auditor.access.account import open_vault
from auditor.cli.options import Account, Json
from auditor.disk import paths
from auditor.disk.locks import account_lock
from auditor.errors import UsageError
from auditor.report.accounts import show_accounts


def accounts(*, json: Json = False) -> None:
    """List the accounts that are signed in here."""
    show_accounts(open_vault().listed(), json=json)


def logout(account: Account) -> None:
    """Remove an account's session from here."""
    with account_lock(paths.locks_folder(), account):
        removed = open_vault().remove(account)
    if not removed:
        message = f"No session is kept for the account {account}"
        raise UsageError(message, "`auditor accounts` lists those that are kept.")
    print(f"The sealed session of the account {account} is removed from this computer.")
    print(
        "The site may still count it as signed in: end it there, in the account's own settings, if"
        " you want that."
    )
