"""`auditor login`: the person signs in, and the session is sealed."""

from auditor.access.login import LoginPlan, log_in
from auditor.cli.options import BaseUrl, Browser, FlowId, LoginAccount
from auditor.cli.prompts import print_message, require_consent, wait_for_enter
from auditor.core.base_url import parse_base_url
from auditor.flow import load_flow
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
    site_url = parse_base_url(address)
    if not site_url.is_loopback:
        require_consent()
    log_in(LoginPlan(account, followed, site_url, browser, print_message, wait_for_enter))
