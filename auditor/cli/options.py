"""The options and arguments of the commands, each written once."""

from __future__ import annotations

import math
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

_LONGEST_RUN = 86_400  # seconds: a day


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
    typer.Argument(
        metavar="ACCOUNT",
        help="Names of accounts; none means the one named default.",
        show_default=False,
    ),
]
BaseUrl = Annotated[
    str | None, typer.Option("--base-url", metavar="URL", help="Instead of the site's own address.")
]
FlowId = Annotated[
    str,
    typer.Option("--flow", metavar="ID", help="Flow to follow: an id or a path to a TOML file."),
]
Want = Annotated[Choice, typer.Option("--want", help="What counts as right.", case_sensitive=False)]
Json = Annotated[
    bool, typer.Option("--json", help="One JSON document on stdout, nothing else there.")
]
Timeout = Annotated[
    float,
    typer.Option(
        "--timeout", metavar="SECONDS", callback=_seconds, help="For the whole run of one account."
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
    str | None, typer.Option("--browser", metavar="PATH|CHANNEL", help="Default: found by itself.")
]
Evidence = Annotated[
    Path | None, typer.Option("--evidence", metavar="DIR", help="Keep a folder for a bug report.")
]
NoHistory = Annotated[bool, typer.Option("--no-history", help="Leave no record of the run.")]
Ephemeral = Annotated[
    bool, typer.Option("--ephemeral", help="Sign in now, for this run only; keep nothing.")
]
Attach = Annotated[
    str | None,
    typer.Option("--attach", metavar="chrome|msedge|URL", help="Work in your own running browser."),
]
All = Annotated[bool, typer.Option("--all", help="Every account that is signed in.")]
Jobs = Annotated[
    int,
    typer.Option(
        "--jobs", min=1, max=16, help="Accounts at a time; only on addresses of this machine."
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask before a change.")]
Account = Annotated[str, typer.Argument(metavar="ACCOUNT", help="Name of the account.")]
Show = Annotated[
    bool, typer.Option("--show", help="Say whether it was given, when, and to which text.")
]
Revoke = Annotated[bool, typer.Option("--revoke", help="Take it back.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Rehearse; change nothing.")]
Version = Annotated[
    bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
]
