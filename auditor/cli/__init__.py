"""The command line: options in, one call, results out."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003 - Typer reads it at run time
from typing import TYPE_CHECKING, Annotated

import typer

from auditor.cli.options import (
    Account,
    Accounts,
    All,
    Attach,
    BaseUrl,
    Browser,
    Choice,
    DryRun,
    Ephemeral,
    Evidence,
    FlowId,
    Headed,
    Jobs,
    Json,
    NoHistory,
    Revoke,
    Show,
    Timeout,
    Version,
    Want,
    Yes,
)
from auditor.cli.talk import agree, agrees, enter, nobody_reads, out, say_plainly, show, talk, wide
from auditor.core.finding import State
from auditor.errors import Exit, SetupError, UsageError

if TYPE_CHECKING:
    from auditor.run.request import Request

app = typer.Typer(
    help=(
        "Is my account's training switch really off? Follow the documented path in a real browser"
        " and read it."
    ),
    epilog=(
        "Start with `auditor demo`. Exit codes: 0 as wanted, 10 not as wanted, 4 a person is"
        " needed, 5 not read, 6 this machine lacks something, 2 usage, 3 flow file, 130"
        " interrupted."
    ),
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
flows_app = typer.Typer(help="The documented paths, as data.", no_args_is_help=False)
app.add_typer(flows_app, name="flows", invoke_without_command=True)


@app.callback()
def main(
    *,
    version: Version = False,
) -> None:
    """Take the options that belong to no command."""


@app.command()
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
    ephemeral: Ephemeral = False,
    attach: Attach = None,
    evidence: Evidence = None,
    no_history: NoHistory = False,
) -> None:
    """Read the setting; never writes."""
    from auditor.run.request import Request  # noqa: PLC0415

    if everyone and (accounts or ephemeral):
        raise UsageError(
            "`--all` takes the sealed sessions, so it goes without names and --ephemeral",
            "Give one of them.",
        )
    request = Request(
        accounts=tuple(accounts or ["default"]), everyone=everyone, jobs=jobs, base_url=base_url, flow=flow,
        wanted=State(want), timeout=timeout,
        headed=headed, browser=browser, evidence=evidence, ephemeral=ephemeral, attach=attach, history=not no_history,
    )  # fmt: skip
    _carry_out(request, json=json)


@app.command("set")
def set_(  # noqa: PLR0913 - one parameter for each option
    state: Annotated[
        Choice,
        typer.Argument(metavar="on|off", help="What the setting shall be.", case_sensitive=False),
    ],
    account: Annotated[
        str, typer.Argument(metavar="ACCOUNT", help="Name of the account.")
    ] = "default",
    *,
    base_url: BaseUrl = None,
    flow: FlowId = "claude/web",
    want: Annotated[Choice | None, typer.Option("--want", hidden=True)] = None,
    json: Json = False,
    timeout: Timeout = 60,
    headed: Headed = None,
    browser: Browser = None,
    ephemeral: Ephemeral = False,
    attach: Attach = None,
    evidence: Evidence = None,
    no_history: NoHistory = False,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> None:
    """Bring the setting to a state, and prove it.

    Read, ask, click once, then read again on a freshly loaded page.
    """
    from auditor.run.request import Request  # noqa: PLC0415

    if want is not None and want is not state:
        message = f"`set {state}` and `--want {want}` contradict each other"
        raise UsageError(message, "Leave --want out: `set` wants what it is told to set.")
    request = Request(
        accounts=(account,), base_url=base_url, flow=flow, wanted=State(state), timeout=timeout, headed=headed,
        browser=browser, evidence=evidence, ephemeral=ephemeral, attach=attach, history=not no_history, change=True,
        dry_run=dry_run,
    )  # fmt: skip
    _carry_out(request, json=json, yes=yes)


@app.command()
def demo(*, browser: Browser = None, timeout: Timeout = 60, headed: Headed = None) -> None:
    """Show the whole story on the built-in mock.

    Audit, dry run, change, audit again; nothing leaves this machine.
    """
    from auditor.demo import play_demo  # noqa: PLC0415
    from auditor.report.progress import open_progress  # noqa: PLC0415
    from auditor.report.terminal import console  # noqa: PLC0415

    with open_progress() as shown:
        play_demo(console(), talk(shown, yes=True), browser=browser, timeout=timeout, headed=headed)


@app.command()
def mock(
    *,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="0 takes any free port.")
    ] = 8400,
    scenario: Annotated[
        str | None, typer.Option("--scenario", metavar="NAME", help="Name the address of this one.")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the scenarios and end.")] = False,
) -> None:
    """Serve the mock settings site.

    It is for people and tests, and on this machine only.
    """
    from auditor.mocksite.scenarios import SCENARIOS  # noqa: PLC0415

    if listed:
        for each in SCENARIOS.values():
            out(each.summary, before=f"{each.name:<24} ")
        return
    if scenario is not None and scenario not in SCENARIOS:
        message = f"There is no scenario {scenario}"
        raise UsageError(message, "`auditor mock --list` lists them.")
    _serve(port, scenario)


def _serve(port: int, scenario: str | None) -> None:
    from auditor.mocksite import serve  # noqa: PLC0415

    def announce(url: str) -> None:
        print(f"{url}/s/{scenario}/new" if scenario else url, flush=True)
        say_plainly(
            f"Read it from another terminal: auditor audit --base-url {url}/s/{scenario or 'on'}"
        )
        say_plainly("The mock settings site is up; Ctrl-C ends it.")

    try:
        serve(port, announce)
    except OSError as error:
        message = f"Port {port} cannot be used: {error.strerror or error}"
        raise SetupError(message, "Name another with --port, or 0 for any free one.") from error


@app.command()
def selftest(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="SCENARIO", show_default=False)
    ] = None,
    *,
    json: Json = False,
    jobs: Annotated[int, typer.Option("--jobs", min=1, max=16, help="Scenarios at a time.")] = 8,
    browser: Browser = None,
) -> None:
    """Score every scenario of the mock here.

    Each is read and set in this machine's own browser: correct, safe stop or wrong.
    """
    from auditor.mocksite.scenarios import SCENARIOS  # noqa: PLC0415
    from auditor.report.score import scoring, show_scores  # noqa: PLC0415
    from auditor.selftest import run_selftest, selftest_exit_code  # noqa: PLC0415

    unknown = sorted(set(names or ()) - set(SCENARIOS))
    if unknown:
        raise UsageError(f"There is no scenario {unknown[0]}", "`auditor mock --list` lists them.")
    with scoring(len(names or SCENARIOS)) as done:
        cases = run_selftest(
            names or SCENARIOS, browser=browser, jobs=jobs, done=done, say=say_plainly
        )
    show_scores(cases, json=json)
    raise typer.Exit(selftest_exit_code(cases))


@app.command()
def login(
    account: Annotated[
        str, typer.Argument(metavar="ACCOUNT", help="Name for the account.")
    ] = "default",
    *,
    base_url: BaseUrl = None,
    flow: FlowId = "claude/web",
    browser: Browser = None,
) -> None:
    """Sign in yourself; keep the session sealed.

    A plain browser window opens, which the tool neither watches nor controls.
    """
    from auditor.access.login import LoginPlan, log_in  # noqa: PLC0415
    from auditor.core.base_url import parse_base_url  # noqa: PLC0415
    from auditor.flow import load_flow  # noqa: PLC0415
    from auditor.run.request import ACCOUNT_PLACEHOLDER  # noqa: PLC0415

    followed = load_flow(flow)
    where = parse_base_url(
        (base_url or followed.about.origin).replace(ACCOUNT_PLACEHOLDER, account)
    )
    if not where.is_loopback:
        agree()
    log_in(LoginPlan(account, followed, where, browser, say_plainly, enter))


@app.command()
def accounts(*, json: Json = False) -> None:
    """List the accounts that are signed in here."""
    from auditor.access.account import open_vault  # noqa: PLC0415
    from auditor.report.accounts import show_accounts  # noqa: PLC0415

    show_accounts(open_vault().listed(), json=json)


@app.command()
def logout(account: Account) -> None:
    """Remove an account's session from here."""
    from auditor.access.account import open_vault  # noqa: PLC0415
    from auditor.disk import paths  # noqa: PLC0415
    from auditor.disk.locks import account_lock  # noqa: PLC0415

    with account_lock(paths.locks_folder(), account):
        gone = open_vault().remove(account)
    if not gone:
        message = f"No session is kept for the account {account}"
        raise UsageError(message, "`auditor accounts` lists those that are kept.")
    print(f"The sealed session of the account {account} is removed from this computer.")
    print(
        "The site may still count it as signed in: end it there, in the account's own settings, if"
        " you want that."
    )


@app.command()
def consent(*, show: Show = False, revoke: Revoke = False) -> None:
    """Read what live runs mean, and agree or not."""
    from auditor.access.consent import (  # noqa: PLC0415
        TEXT,
        ConsentFile,
        describe_consent,
        obtain_consent,
        withdraw_consent,
    )
    from auditor.disk import paths  # noqa: PLC0415
    from auditor.text import wrap_text  # noqa: PLC0415

    kept = ConsentFile(paths.consent_file())
    if show and revoke:
        raise UsageError("`--show` and `--revoke` contradict each other", "Give one of them.")
    if show:
        out(describe_consent(kept))
    elif revoke:
        out(withdraw_consent(kept))
    else:
        print(wrap_text(TEXT, wide()), flush=True)
        out(str(obtain_consent(kept, agrees if sys.stdin.isatty() else None)))


@app.command()
def doctor(*, json: Json = False, browser: Browser = None) -> None:
    """Check that this machine has what runs need.

    Browser, sandbox, keyring, display, folders, flows and sealed sessions.
    """
    from auditor.doctor import checks_exit_code, run_checks  # noqa: PLC0415
    from auditor.report.doctor import show_checks  # noqa: PLC0415

    checks = run_checks(browser)
    show_checks(checks, json=json)
    raise typer.Exit(checks_exit_code(checks))


@flows_app.callback(invoke_without_command=True)
def flows(context: typer.Context) -> None:
    """List the flows unless another command is named."""
    if context.invoked_subcommand is None:
        flows_list()


@flows_app.command("list")
def flows_list() -> None:
    """List every flow: id, what it is, when it was last reviewed."""
    from auditor.flow import list_flows, load_flow  # noqa: PLC0415

    for name in list_flows():
        flow = load_flow(name)
        out(f"{flow.title:<28} reviewed {flow.reviewed}", before=f"{name:<16} ")


@flows_app.command("show")
def flows_show(
    flow: Annotated[str, typer.Argument(help="Id, or path to a TOML file.")] = "claude/web",
) -> None:
    """Print the documented path as a person would read it."""
    from auditor.flow import load_flow  # noqa: PLC0415

    shown = load_flow(flow)
    out(shown.title)
    out("")
    steps = [
        f"Open {shown.about.origin}{shown.start}",
        *(step.say for step in shown.steps),
        shown.find.say,
    ]
    for number, say in enumerate(steps, 1):
        out(say, before=f"  {number}. ")
    labels = shown.about.words[shown.about.setting.labels.removeprefix("@")].texts.get(
        "en-US", shown.about.labels
    )
    out("")
    out("The switch: " + ", formerly ".join(f"“{label}”" for label in labels))
    out(f"Source: {shown.documented_at}")
    out(f"Reviewed: {shown.reviewed}")


@flows_app.command("check")
def flows_check(paths: Annotated[list[Path], typer.Argument(help="Flow files to check.")]) -> None:
    """Report every problem of flow files as `file: place: what is wrong`."""
    from auditor.flow import list_problems  # noqa: PLC0415

    problems = [problem for path in paths for problem in list_problems(path)]
    for problem in problems:
        out(problem)
    if problems:
        raise typer.Exit(Exit.FLOW)
    print(f"{len(paths)} {'file is' if len(paths) == 1 else 'files are'} valid.")


def _carry_out(request: Request, *, json: bool, yes: bool = False) -> None:
    """Run, show the findings, and leave with the exit code."""
    from auditor.report.progress import Plain, open_progress  # noqa: PLC0415
    from auditor.run.start import run_request  # noqa: PLC0415

    with Plain(sys.stderr) if json else open_progress() as shown:
        result = run_request(request, talk(shown, yes=yes))
    try:
        show(result, json=json)
    except BrokenPipeError:
        nobody_reads()
    except OSError as error:
        message = (
            f"The answer cannot be written: {error.strerror}; exit code {int(result.exit)} was due"
        )
        raise SetupError(message, "Free some space, or write it elsewhere.") from error
    if result.bug is not None:
        raise result.bug
    raise typer.Exit(result.exit)
