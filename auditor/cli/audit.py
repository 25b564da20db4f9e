"""`auditor audit` and `auditor set`: read the setting, or bring it to a state."""

from auditor.cli.options import (
    Account,
    Accounts,
    All,
    Attach,
    BaseUrl,
    Browser,
    Choice,
    Connect,
    Device,
    DryRun,
    Ephemeral,
    EvidenceFolder,
    FlowId,
    Headed,
    Jobs,
    Json,
    NoHistory,
    Notify,
    SendSession,
    SetWant,
    Timeout,
    WaitForPerson,
    Want,
    WantedState,
    Yes,
)
from auditor.cli.results import run_and_exit
from auditor.core.finding import State
from auditor.errors import UsageError
from auditor.run.request import Request


def audit(  # noqa: PLR0913 - one parameter for each option
    accounts: Accounts = None,
    *,
    everyone: All = False,
    jobs: Jobs = 1,
    base_url: BaseUrl = None,
    flow: FlowId = "claude/web",
    want: Want = Choice.OFF,
    json: Json = False,
    timeout: Timeout = 60,
    headed: Headed = None,
    browser: Browser = None,
    device: Device = None,
    ephemeral: Ephemeral = False,
    attach: Attach = None,
    wait_for_person: WaitForPerson = None,
    connect: Connect = None,
    send_session: SendSession = False,
    evidence: EvidenceFolder = None,
    no_history: NoHistory = False,
    notify: Notify = None,
) -> None:
    """Read the setting; never writes."""
    if everyone and (accounts or ephemeral):
        message = "`--all` takes the sealed sessions, so it goes without names and --ephemeral"
        raise UsageError(message, "Give one of them.")
    request = Request(
        accounts=tuple(accounts or ["default"]),
        everyone=everyone,
        jobs=jobs,
        base_url=base_url,
        flow=flow,
        wanted=State(want),
        timeout=timeout,
        headed=headed,
        browser=browser,
        device=device,
        ephemeral=ephemeral,
        attach=attach,
        wait_for_person=wait_for_person,
        connect=tuple(connect or ()),
        send_session=send_session,
        evidence=evidence,
        history=not no_history,
        notify=notify,
    )
    run_and_exit(request, json=json)


def set_(  # noqa: PLR0913 - one parameter for each option
    state: WantedState,
    account: Account = "default",
    *,
    base_url: BaseUrl = None,
    flow: FlowId = "claude/web",
    want: SetWant = None,
    json: Json = False,
    timeout: Timeout = 60,
    headed: Headed = None,
    browser: Browser = None,
    device: Device = None,
    ephemeral: Ephemeral = False,
    attach: Attach = None,
    connect: Connect = None,
    send_session: SendSession = False,
    evidence: EvidenceFolder = None,
    no_history: NoHistory = False,
    notify: Notify = None,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> None:
    """Bring the setting to a state, and prove it.

    Read, ask, click once, then read again on a freshly loaded page.
    """
    if want is not None and want is not state:
        message = f"`set {state}` and `--want {want}` contradict each other"
        raise UsageError(message, "Leave --want out: `set` wants what it is told to set.")
    request = Request(
        accounts=(account,),
        base_url=base_url,
        flow=flow,
        wanted=State(state),
        timeout=timeout,
        headed=headed,
        browser=browser,
        device=device,
        ephemeral=ephemeral,
        attach=attach,
        connect=tuple(connect or ()),
        send_session=send_session,
        evidence=evidence,
        history=not no_history,
        notify=notify,
        change=True,
        dry_run=dry_run,
    )
    run_and_exit(request, json=json, yes=yes)
