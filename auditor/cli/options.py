"""The options and arguments of the commands, each written once."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import auditor
from auditor.cli.completion import (
    complete_account,
    complete_device,
    complete_flow,
    complete_guide,
    complete_known_account,
    complete_language,
    complete_plan,
    complete_scenario,
    complete_service,
)

_LONGEST_RUN = 86_400  # seconds: a day


_LONGEST_WAIT = 60  # minutes
_MOST_RECORDS = 10**15  # as many as the number of one may have digits in a checkpoint
_MOST_DAYS = 36_500  # a hundred years


class Choice(StrEnum):
    """The two positions of a switch."""

    ON = "on"
    OFF = "off"


class Form(StrEnum):
    """The forms of a report."""

    HTML = "html"
    MD = "md"
    JSON = "json"
    CSV = "csv"
    JUNIT = "junit"


class Depth(StrEnum):
    """How much a report shows of each account."""

    SUMMARY = "summary"
    FULL = "full"


def _check_seconds(value: float) -> float:
    if not math.isfinite(value) or not 1 <= value <= _LONGEST_RUN:
        message = f"give a number of seconds, 1 or more and at most {_LONGEST_RUN}."
        raise typer.BadParameter(message)
    return value


def _check_minutes(value: float | None) -> float | None:
    if value is not None and not 0 < value <= _LONGEST_WAIT:  # false for what is no number
        message = f"give a number of minutes, more than 0 and at most {_LONGEST_WAIT}."
        raise typer.BadParameter(message)
    return value


def _check_moment(value: str | None) -> str | None:
    """Return a moment as records write it; a day stands for its beginning."""
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        whole = moment.astimezone(UTC).replace(microsecond=0, tzinfo=None)
    except (ValueError, OverflowError):  # the latter at the ends of the calendar
        raise typer.BadParameter("give a day like 2026-11-22, or a moment in ISO form.") from None
    return f"{whole.isoformat()}Z"  # of years before 1000, too, with four digits


def _check_positive(value: int | None) -> int | None:
    if value is not None and not 1 <= value <= _MOST_RECORDS:
        raise typer.BadParameter(
            "give 1 or more." if value < 1 else f"give {_MOST_RECORDS} or less."
        )
    return value


def _check_days(value: float | None) -> float | None:
    if value is not None and not 0 <= value <= _MOST_DAYS:  # false for what is no number
        raise typer.BadParameter(f"give a number of days, 0 or more and at most {_MOST_DAYS}.")
    return value


def _check_state(value: str | None) -> str | None:
    states = ("on", "off", "undecided", "not_applicable", "unknown")
    if value is not None and value not in states:
        raise typer.BadParameter(f"give one of {', '.join(states)}.")
    return value


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - Typer's callback
    if wanted:
        print(f"auditor {auditor.__version__}")
        raise typer.Exit


Accounts = Annotated[
    list[str] | None,
    typer.Argument(
        autocompletion=complete_account,
        metavar="ACCOUNT",
        help="Names of accounts; none means the one named default.",
        show_default=False,
    ),
]
BaseUrl = Annotated[
    str | None,
    typer.Option("--base-url", metavar="URL", help="Address to use instead of the site's own."),
]
FlowId = Annotated[
    str,
    typer.Option(
        "--flow",
        autocompletion=complete_flow,
        metavar="ID",
        help="Flow to follow: an id or a path to a TOML file.",
    ),
]
Want = Annotated[
    Choice,
    typer.Option("--want", metavar="on|off", help="What counts as right.", case_sensitive=False),
]
SetWant = Annotated[  # scripts may pass `set` the options of `audit`: accepted if it agrees
    Choice | None, typer.Option("--want", metavar="on|off", hidden=True, case_sensitive=False)
]
WantedState = Annotated[
    Choice,
    typer.Argument(metavar="on|off", help="What the setting shall be.", case_sensitive=False),
]
Json = Annotated[
    bool, typer.Option("--json", help="One JSON document on stdout, nothing else there.")
]
Timeout = Annotated[
    float,
    typer.Option(
        "--timeout",
        metavar="SECONDS",
        callback=_check_seconds,
        help="Time limit for each account.",
    ),
]
Headed = Annotated[
    bool | None,
    typer.Option(
        "--headed/--headless",
        help="Show a window; default: live accounts only.",
        show_default=False,
    ),
]
Browser = Annotated[
    str | None,
    typer.Option(
        "--browser", metavar="PATH|CHANNEL", help="Browser to use; default: found by itself."
    ),
]
Device = Annotated[
    str | None,
    typer.Option(
        "--device",
        autocompletion=complete_device,
        metavar="NAME",
        help="Phone to draw the page for, such as Pixel 7 or iPhone 15.",
    ),
]
EvidenceFolder = Annotated[
    Path | None,
    typer.Option(
        "--evidence",
        metavar="DIR",
        help="Keep a folder to show or report: the row's picture, the page, masked.",
    ),
]
NoHistory = Annotated[bool, typer.Option("--no-history", help="Leave no record of the run.")]
Notify = Annotated[
    str | None,
    typer.Option(
        "--notify",
        metavar="URL",
        help="Send events to this Apprise address; default: the one `auditor notify` keeps.",
    ),
]
Ephemeral = Annotated[
    bool, typer.Option("--ephemeral", help="Sign in now, for this run only; keep nothing.")
]
Attach = Annotated[
    str | None,
    typer.Option("--attach", metavar="chrome|msedge|URL", help="Work in your own running browser."),
]
Connect = Annotated[
    list[str] | None,
    typer.Option(
        "--connect",
        metavar="URL",
        help="Work in a remote browser: Playwright server or CDP address; repeat for more.",
        show_default=False,
    ),
]
SendSession = Annotated[
    bool, typer.Option("--send-session", help="Let remote browsers have the account's session.")
]
All = Annotated[bool, typer.Option("--all", help="Every account that is signed in.")]
Jobs = Annotated[
    int,
    typer.Option(
        "--jobs",
        metavar="N",
        min=1,
        max=16,
        help="Accounts at a time in each browser; only on addresses of this machine.",
    ),
]
WaitForPerson = Annotated[
    float | None,
    typer.Option(
        "--wait-for-person",
        metavar="MINUTES",
        callback=_check_minutes,
        help="Where you have not chosen yet, wait in the window until you have.",
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask before a change.")]
Account = Annotated[
    str,
    typer.Argument(autocompletion=complete_account, metavar="ACCOUNT", help="Name of the account."),
]
AttestedAccount = Annotated[
    str,
    typer.Argument(
        autocompletion=complete_known_account, metavar="ACCOUNT", help="Name of the account."
    ),
]
LoginAccount = Annotated[str, typer.Argument(metavar="ACCOUNT", help="Name for the account.")]
Show = Annotated[
    bool, typer.Option("--show", help="Say whether it was given, when, and to which text.")
]
Revoke = Annotated[bool, typer.Option("--revoke", help="Take it back.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Rehearse; change nothing.")]
Version = Annotated[
    bool,
    typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version."),
]
SelftestJobs = Annotated[
    int, typer.Option("--jobs", metavar="N", min=1, max=16, help="Scenarios at a time.")
]
Scenarios = Annotated[
    list[str] | None,
    typer.Argument(
        autocompletion=complete_scenario,
        metavar="SCENARIO",
        help="Names of scenarios; none means all.",
        show_default=False,
    ),
]
OneAccount = Annotated[
    str | None,
    typer.Option(
        "--account",
        autocompletion=complete_known_account,
        metavar="ACCOUNT",
        help="Only this account.",
    ),
]
StatusAccount = Annotated[
    str | None,
    typer.Argument(
        autocompletion=complete_known_account,
        metavar="ACCOUNT",
        help="Name of an account; none means all.",
        show_default=False,
    ),
]
Since = Annotated[
    str | None,
    typer.Option(
        "--since", metavar="DATE", callback=_check_moment, help="From this day or moment on (UTC)."
    ),
]
RecordState = Annotated[
    str | None,
    typer.Option(
        "--state",
        metavar="STATE",
        callback=_check_state,
        help="Only readings of this state: on, off, undecided, not_applicable or unknown.",
    ),
]
Limit = Annotated[
    int,
    typer.Option(
        "--limit", metavar="N", callback=_check_positive, help="How many records, the newest first."
    ),
]
Before = Annotated[
    int | None,
    typer.Option(
        "--before",
        metavar="NUMBER",
        callback=_check_positive,
        help="Only records before this number.",
    ),
]
Csv = Annotated[bool, typer.Option("--csv", help="Comma-separated values on stdout.")]
ReportForm = Annotated[
    Form, typer.Option("--format", metavar="html|md|json|csv|junit", help="Form of the report.")
]
ReportDepth = Annotated[
    Depth,
    typer.Option(
        "--depth", metavar="summary|full", help="What is known now, or every reading, too."
    ),
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="File to write; default: stdout."),
]
FromReport = Annotated[
    Path | None,
    typer.Option(
        "--from", metavar="FILE", help="Turn an HTML report back into its data (--format json)."
    ),
]
Open = Annotated[bool, typer.Option("--open", help="Open the report that was written.")]
ExportFolder = Annotated[
    Path, typer.Option("--output", "-o", metavar="DIR", help="New or empty folder to write to.")
]
Challenge = Annotated[
    str | None,
    typer.Option(
        "--challenge", metavar="WORDS", help="A text of who asks: shows that it was made after."
    ),
]
SinceExport = Annotated[
    Path | None,
    typer.Option(
        "--since",
        metavar="FILE",
        help="Checkpoint of an earlier export: shows that nothing was rewritten.",
    ),
]
SshKey = Annotated[
    Path | None,
    typer.Option("--ssh-key", metavar="FILE", help="Sign with your own SSH key (ssh-keygen)."),
]
Exports = Annotated[list[Path], typer.Argument(metavar="DIR", help="Folders of exports.")]
Allowed = Annotated[
    Path,
    typer.Option(
        "--allowed", metavar="FILE", help="Who may sign, as an allowed_signers file of OpenSSH."
    ),
]
Against = Annotated[
    Path | None,
    typer.Option(
        "--against", metavar="FILE", help="A checkpoint, report or export that was kept elsewhere."
    ),
]
FailIfOlder = Annotated[
    float | None,
    typer.Option(
        "--fail-if-older",
        metavar="DAYS",
        callback=_check_days,
        help="Exit code 10 if a state was last seen longer ago.",
    ),
]
Port = Annotated[
    int, typer.Option("--port", metavar="N", min=0, max=65535, help="0 takes any free port.")
]
ScenarioName = Annotated[
    str | None,
    typer.Option(
        "--scenario",
        autocompletion=complete_scenario,
        metavar="NAME",
        help="Name the address of this one.",
    ),
]
ListScenarios = Annotated[bool, typer.Option("--list", help="List the scenarios and end.")]
ShownFlow = Annotated[
    str,
    typer.Argument(
        autocompletion=complete_flow, metavar="FLOW", help="Id, or path to a TOML file."
    ),
]
FlowFiles = Annotated[
    list[Path], typer.Argument(metavar="FILE", help="Flow files to check, or folders of them.")
]
PlanName = Annotated[
    str | None,
    typer.Argument(
        autocompletion=complete_plan,
        metavar="PLAN",
        help="Your plan, such as pro or team; none means all.",
        show_default=False,
    ),
]
Language = Annotated[
    str | None,
    typer.Option(
        "--lang",
        autocompletion=complete_language,
        metavar="TAG",
        help="Language of the site's own words, such as ja or pt-BR.",
    ),
]
GuideName = Annotated[
    str,
    typer.Argument(
        autocompletion=complete_guide,
        metavar="WAY",
        help="web, mobile, claude-code, or another service of `--list`.",
    ),
]
GuideLanguage = Annotated[
    str | None,
    typer.Option(
        "--lang",
        autocompletion=complete_language,
        metavar="TAG",
        help="Language, such as ja or pt-BR.",
    ),
]
Markdown = Annotated[bool, typer.Option("--markdown", help="Print Markdown.")]
HtmlFile = Annotated[
    Path | None,
    typer.Option("--html", metavar="FILE", help="Write one printable page, with drawings."),
]
OpenPage = Annotated[bool, typer.Option("--open", help="Open the page in your ordinary browser.")]
ListGuides = Annotated[
    bool, typer.Option("--list", help="List all services: how old, how sure; and end.")
]
AttestedState = Annotated[
    Choice,
    typer.Argument(
        metavar="on|off",
        help="on: your chats may be used for training; off: they are not.",
        case_sensitive=False,
    ),
]
ServiceName = Annotated[
    str,
    typer.Option(
        "--service",
        autocompletion=complete_service,
        metavar="ID",
        help="Service of `auditor guide --list`.",
    ),
]
SeenOn = Annotated[
    str | None,
    typer.Option("--on", metavar="DATE", help="Day on which you looked, such as 2026-11-22."),
]
PictureFile = Annotated[
    Path | None,
    typer.Option("--picture", metavar="FILE", help="Screenshot; its fingerprint is recorded."),
]
Note = Annotated[
    str | None, typer.Option("--note", metavar="WORDS", help="Anything to remember with it.")
]
Every = Annotated[
    str, typer.Option("--every", metavar="DAYS", help="How long after the last look: 30d, 4w.")
]
NewFlow = Annotated[
    str, typer.Argument(metavar="ID", help="Its service and name, such as notebook/web.")
]
