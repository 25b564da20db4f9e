"""`auditor login`, `accounts` and `logout`: the sealed sessions of live accounts."""

from auditor.access.account import open_vault
from auditor.access.login import LoginPlan, log_in
from auditor.cli.options import Account, BaseUrl, Browser, FlowId, Json, LoginAccount
from auditor.cli.prompts import print_message, require_consent, wait_for_enter
from auditor.core.base_url import parse_base_url
from auditor.disk import paths
from auditor.disk.locks import account_lock
from auditor.errors import UsageError
from auditor.flow import load_flow
from auditor.report.accounts import show_accounts
from auditor.run.request import ACCOUNT_PLACEHOLDER


def login(
    account: LoginAccount = "default",
    *,
    base_url: BaseUrl = None,
    flow: FlowId = "claude/web",
    browser: Browser = None,
) -> None:
    """Sign in yourself; keep the session sealed.

    A plain browser window opens, which the tool neither watches nor controls.
    """
    followed = load_flow(flow)
    address = (base_url or followed.about.origin).replace(ACCOUNT_PLACEHOLDER, account)
    where = parse_base_url(address)
    if not where.is_loopback:
        require_consent()
    log_in(LoginPlan(account, followed, where, browser, print_message, wait_for_enter))


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
