"""The command line: options in, one call, results out."""

from __future__ import annotations

import math
import os
import sys
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from auditor.errors import Exit, HumanNeeded, Interrupted, SetupError, UsageError
from auditor.finding import Finding, State

if TYPE_CHECKING:
    from auditor.report.progress import Progress
    from auditor.request import Request, Result, Talk

app = typer.Typer(
    help="Is my account's training switch really off? Follow the documented path in a real browser and read it.",
    epilog="Start with `auditor demo`. Exit codes: 0 as wanted, 10 not as wanted, 4 a person is needed, 5 not read, "
    "6 this machine lacks something, 2 usage, 3 flow file, 130 interrupted.",
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
flows_app = typer.Typer(help="The documented paths, as data.", no_args_is_help=False)
app.add_typer(flows_app, name="flows", invoke_without_command=True)


_LONGEST_RUN = 86_400  # seconds: a day
_PAGE = 100  # characters in a line of a longer text, at most


class Choice(StrEnum):
    """The two positions of a switch."""

    ON = "on"
    OFF = "off"


def _seconds(value: float) -> float:
    if not math.isfinite(value) or not 1 <= value <= _LONGEST_RUN:
        message = f"give a number of seconds, 1 or more and at most {_LONGEST_RUN}."
        raise typer.BadParameter(message)
    return value


def _version(wanted: bool) -> None:  # noqa: FBT001 - Typer's callback
    if wanted:
        from auditor import __version__  # noqa: PLC0415

        print(f"auditor {__version__}")
        raise typer.Exit


Accounts = Annotated[
    list[str] | None,
    typer.Argument(metavar="ACCOUNT", help="Names of accounts; none means the one named default.", show_default=False),
]
BaseUrl = Annotated[str | None, typer.Option("--base-url", metavar="URL", help="Instead of the site's own address.")]
FlowId = Annotated[str, typer.Option("--flow", metavar="ID", help="Flow to follow: an id or a path to a TOML file.")]
Want = Annotated[Choice, typer.Option("--want", help="What counts as right.", case_sensitive=False)]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout, nothing else there.")]
Timeout = Annotated[
    float,
    typer.Option("--timeout", metavar="SECONDS", callback=_seconds, help="For the whole run of one account."),
]
Headed = Annotated[
    bool | None,
    typer.Option("--headed/--headless", help="Show a window; default: live accounts only.", show_default=False),
]
Browser = Annotated[str | None, typer.Option("--browser", metavar="PATH|CHANNEL", help="Default: found by itself.")]
Evidence = Annotated[Path | None, typer.Option("--evidence", metavar="DIR", help="Keep a folder for a bug report.")]
NoHistory = Annotated[bool, typer.Option("--no-history", help="Leave no record of the run.")]
Ephemeral = Annotated[bool, typer.Option("--ephemeral", help="Sign in now, for this run only; keep nothing.")]
Attach = Annotated[
    str | None, typer.Option("--attach", metavar="chrome|msedge|URL", help="Work in your own running browser.")
]
All = Annotated[bool, typer.Option("--all", help="Every account that is signed in.")]
Jobs = Annotated[
    int, typer.Option("--jobs", min=1, max=16, help="Accounts at a time; only on addresses of this machine.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask before a change.")]
Account = Annotated[str, typer.Argument(metavar="ACCOUNT", help="Name of the account.")]
Show = Annotated[bool, typer.Option("--show", help="Say whether it was given, when, and to which text.")]
Revoke = Annotated[bool, typer.Option("--revoke", help="Take it back.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Rehearse; change nothing.")]


@app.callback()
def main(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
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
    from auditor.request import Request  # noqa: PLC0415

    if everyone and (accounts or ephemeral):
        raise UsageError(
            "`--all` takes the sealed sessions, so it goes without names and --ephemeral", "Give one of them."
        )
    request = Request(
        accounts=tuple(accounts or ["default"]), everyone=everyone, jobs=jobs, base_url=base_url, flow=flow,
        wanted=State(want), timeout=timeout,
        headed=headed, browser=browser, evidence=evidence, ephemeral=ephemeral, attach=attach, history=not no_history,
    )  # fmt: skip
    _carry_out(request, json=json)


@app.command("set")
def set_(  # noqa: PLR0913 - one parameter for each option
    state: Annotated[Choice, typer.Argument(metavar="on|off", help="What the setting shall be.", case_sensitive=False)],
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="Name of the account.")] = "default",
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
    from auditor.request import Request  # noqa: PLC0415

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
    from auditor.demo import tell  # noqa: PLC0415
    from auditor.report.progress import progress  # noqa: PLC0415
    from auditor.report.terminal import console  # noqa: PLC0415

    with progress() as shown:
        tell(console(), _talk(shown, yes=True), browser=browser, timeout=timeout, headed=headed)


@app.command()
def mock(
    *,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes any free port.")] = 8400,
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
            _out(each.summary, before=f"{each.name:<24} ")
        return
    if scenario is not None and scenario not in SCENARIOS:
        message = f"There is no scenario {scenario}"
        raise UsageError(message, "`auditor mock --list` lists them.")
    _serve(port, scenario)


def _serve(port: int, scenario: str | None) -> None:
    from auditor.mocksite import serve  # noqa: PLC0415

    def announce(url: str) -> None:
        print(f"{url}/s/{scenario}/new" if scenario else url, flush=True)
        _talk_plainly(f"Read it from another terminal: auditor audit --base-url {url}/s/{scenario or 'on'}")
        _talk_plainly("The mock settings site is up; Ctrl-C ends it.")

    try:
        serve(port, announce)
    except OSError as error:
        message = f"Port {port} cannot be used: {error.strerror or error}"
        raise SetupError(message, "Name another with --port, or 0 for any free one.") from error


@app.command()
def selftest(
    names: Annotated[list[str] | None, typer.Argument(metavar="SCENARIO", show_default=False)] = None,
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
    from auditor.selftest import exit_code, run_selftest  # noqa: PLC0415

    unknown = sorted(set(names or ()) - set(SCENARIOS))
    if unknown:
        raise UsageError(f"There is no scenario {unknown[0]}", "`auditor mock --list` lists them.")
    with scoring(len(names or SCENARIOS)) as done:
        cases = run_selftest(names or SCENARIOS, browser=browser, jobs=jobs, done=done, say=_talk_plainly)
    show_scores(cases, json=json)
    raise typer.Exit(exit_code(cases))


@app.command()
def login(
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="Name for the account.")] = "default",
    *,
    base_url: BaseUrl = None,
    flow: FlowId = "claude/web",
    browser: Browser = None,
) -> None:
    """Sign in yourself; keep the session sealed.

    A plain browser window opens, which the tool neither watches nor controls.
    """
    from auditor.browser.place import place  # noqa: PLC0415
    from auditor.flow import load  # noqa: PLC0415
    from auditor.login import Login, log_in  # noqa: PLC0415
    from auditor.request import MARK  # noqa: PLC0415

    followed = load(flow)
    where = place((base_url or followed.about.origin).replace(MARK, account))
    if not where.loopback:
        _agree()
    log_in(Login(account, followed, where, browser, _talk_plainly, _enter))


@app.command()
def accounts(*, json: Json = False) -> None:
    """List the accounts that are signed in here."""
    from auditor.entrance import vault  # noqa: PLC0415
    from auditor.report.accounts import show_accounts  # noqa: PLC0415

    show_accounts(vault().listed(), json=json)


@app.command()
def logout(account: Account) -> None:
    """Remove an account's session from here."""
    from auditor import folders  # noqa: PLC0415
    from auditor.entrance import vault  # noqa: PLC0415
    from auditor.lock import account_lock  # noqa: PLC0415

    with account_lock(folders.locks(), account):
        gone = vault().remove(account)
    if not gone:
        message = f"No session is kept for the account {account}"
        raise UsageError(message, "`auditor accounts` lists those that are kept.")
    print(f"The sealed session of the account {account} is removed from this computer.")
    print("The site may still count it as signed in: end it there, in the account's own settings, if you want that.")


@app.command()
def consent(*, show: Show = False, revoke: Revoke = False) -> None:
    """Read what live runs mean, and agree or not."""
    from auditor import folders  # noqa: PLC0415
    from auditor.consent import TEXT, Consent, obtain, shown, withdrawn  # noqa: PLC0415
    from auditor.text import laid_out  # noqa: PLC0415

    kept = Consent(folders.consent())
    if show and revoke:
        raise UsageError("`--show` and `--revoke` contradict each other", "Give one of them.")
    if show:
        _out(shown(kept))
    elif revoke:
        _out(withdrawn(kept))
    else:
        print(laid_out(TEXT, _wide()), flush=True)
        _out(str(obtain(kept, _agrees if sys.stdin.isatty() else None)))


@app.command()
def doctor(*, json: Json = False, browser: Browser = None) -> None:
    """Check that this machine has what runs need.

    Browser, sandbox, keyring, display, folders, flows and sealed sessions.
    """
    from auditor.doctor import examine, exit_code  # noqa: PLC0415
    from auditor.report.doctor import show_checks  # noqa: PLC0415

    checks = examine(browser)
    show_checks(checks, json=json)
    raise typer.Exit(exit_code(checks))


@flows_app.callback(invoke_without_command=True)
def flows(context: typer.Context) -> None:
    """List the flows unless another command is named."""
    if context.invoked_subcommand is None:
        flows_list()


@flows_app.command("list")
def flows_list() -> None:
    """List every flow: id, what it is, when it was last reviewed."""
    from auditor.flow import listed, load  # noqa: PLC0415

    for name in listed():
        flow = load(name)
        _out(f"{flow.title:<28} reviewed {flow.reviewed}", before=f"{name:<16} ")


@flows_app.command("show")
def flows_show(
    flow: Annotated[str, typer.Argument(help="Id, or path to a TOML file.")] = "claude/web",
) -> None:
    """Print the documented path as a person would read it."""
    from auditor.flow import load  # noqa: PLC0415

    shown = load(flow)
    _out(shown.title)
    _out("")
    steps = [f"Open {shown.about.origin}{shown.start}", *(step.say for step in shown.steps), shown.find.say]
    for number, say in enumerate(steps, 1):
        _out(say, before=f"  {number}. ")
    labels = shown.about.words[shown.about.setting.labels.removeprefix("@")].texts.get("en-US", shown.about.labels)
    _out("")
    _out("The switch: " + ", formerly ".join(f"“{label}”" for label in labels))
    _out(f"Source: {shown.documented_at}")
    _out(f"Reviewed: {shown.reviewed}")


@flows_app.command("check")
def flows_check(paths: Annotated[list[Path], typer.Argument(help="Flow files to check.")]) -> None:
    """Report every problem of flow files as `file: place: what is wrong`."""
    from auditor.flow import check  # noqa: PLC0415

    problems = [problem for path in paths for problem in check(path)]
    for problem in problems:
        _out(problem)
    if problems:
        raise typer.Exit(Exit.FLOW)
    print(f"{len(paths)} {'file is' if len(paths) == 1 else 'files are'} valid.")


def _carry_out(request: Request, *, json: bool, yes: bool = False) -> None:
    """Run, show the findings, and leave with the exit code."""
    from auditor.report.progress import Plain, progress  # noqa: PLC0415
    from auditor.run import run  # noqa: PLC0415

    with Plain(sys.stderr) if json else progress() as shown:
        result = run(request, _talk(shown, yes=yes))
    try:
        _show(result, json=json)
    except BrokenPipeError:
        _nobody_reads()
    except OSError as error:
        message = f"The answer cannot be written: {error.strerror}; exit code {int(result.exit)} was due"
        raise SetupError(message, "Free some space, or write it elsewhere.") from error
    if result.bug is not None:
        raise result.bug
    raise typer.Exit(result.exit)


def _nobody_reads() -> None:
    """Point stdout to nowhere: whoever read it has gone, and the exit code says all."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _show(result: Result, *, json: bool) -> None:
    if json:
        from auditor.report.document import rendered  # noqa: PLC0415

        sys.stdout.buffer.write(rendered(result.findings).encode("utf-8", "replace"))
        sys.stdout.flush()
    else:
        from auditor.report.terminal import console, show  # noqa: PLC0415

        show(result.findings, console())
        sys.stdout.flush()
    if result.error is not None:
        kind = "" if isinstance(result.error, Interrupted) else "error: "
        if isinstance(result.error, Interrupted) and sys.stderr.isatty():
            print(file=sys.stderr)
        _talk_plainly(f"{kind}{str(result.error).removesuffix('.')}.")
    if result.error is not None and result.error.hint:
        _talk_plainly(f"hint: {result.error.hint}")


def _out(text: str, before: str = "") -> None:
    """Print text of a file on stdout, made safe for a terminal and broken to its width."""
    from auditor.text import clean, laid_out, width_of  # noqa: PLC0415

    margin = " " * len(before)
    lines = laid_out(clean(text, longest=2000), width_of(sys.stdout) - len(before)).split("\n")
    print(before + f"\n{margin}".join(lines))


def _talk_plainly(line: str) -> None:
    """Say a line on stderr; nobody listening there is no reason to stop."""
    from auditor.text import clean, laid_out, width_of  # noqa: PLC0415

    with suppress(OSError):
        print(laid_out(clean(line, longest=2000), width_of(sys.stderr)), file=sys.stderr, flush=True)


def _yes(question: str) -> bool:
    """Put a question to the person at the terminal; anything but a yes is a no, and an unclear no is said to be one."""
    from auditor.text import clean, laid_out, width_of  # noqa: PLC0415

    try:
        print(laid_out(clean(question, longest=2000), width_of(sys.stderr)), end=" [y/N] ", file=sys.stderr, flush=True)
        answer = sys.stdin.readline().strip().casefold()
    except KeyboardInterrupt:
        raise Interrupted("Interrupted") from None
    if answer not in {"y", "yes", "n", "no", ""}:
        _talk_plainly("Taken for a no.")
    return answer in {"y", "yes"}


def _wide() -> int:
    """Give the width for longer texts on stdout: the terminal's, but no wider than is good to read."""
    from auditor.text import width_of  # noqa: PLC0415

    return min(width_of(sys.stdout), _PAGE)


def _agrees() -> bool:
    """Put the question of the consent to the person at the terminal."""
    from auditor.consent import QUESTION  # noqa: PLC0415

    return _yes(QUESTION)


async def _enter() -> None:
    """Wait for Enter at the terminal; without one, only the window's end counts."""
    import asyncio  # noqa: PLC0415

    loop, pressed = asyncio.get_running_loop(), asyncio.Event()
    with suppress(NotImplementedError):  # Windows cannot wait for a terminal in this way
        if sys.stdin.isatty():
            loop.add_reader(sys.stdin, pressed.set)
    try:
        await pressed.wait()
        sys.stdin.readline()
    finally:
        with suppress(NotImplementedError):
            loop.remove_reader(sys.stdin)


def _agree() -> None:
    """Return if the person has consented to live runs; else put the text and the question to them, once."""
    from auditor import folders  # noqa: PLC0415
    from auditor.consent import TEXT, Consent, obtain  # noqa: PLC0415
    from auditor.text import laid_out, width_of  # noqa: PLC0415

    kept = Consent(folders.consent())
    if kept.given() is None:
        if sys.stdin.isatty():
            print(laid_out(TEXT, min(width_of(sys.stderr), _PAGE)), file=sys.stderr, flush=True)
        _talk_plainly(str(obtain(kept, _agrees if sys.stdin.isatty() else None)))


def _talk(shown: Progress, *, yes: bool) -> Talk:
    from auditor.request import Talk  # noqa: PLC0415

    said: set[str] = set()

    def say(line: str) -> None:
        if line not in said:  # the demo starts several browsers; a remark is made once
            said.add(line)
            _talk_plainly(line)

    def ask(found: Finding) -> bool:
        if yes:
            return True
        if not sys.stdin.isatty():
            message = "Nobody can be asked whether to change the setting; nothing was changed"
            raise HumanNeeded(message, "Run this in a terminal, or add --yes.")
        return _yes(f"{found.message} Change it to {found.wanted.upper()} with one click?")

    return Talk(shown, say, ask, _agree, _enter)
