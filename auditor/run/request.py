"""What is asked of a run, how it talks to the person, and what it gives back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.core.finding import Finding, State

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.errors import Exit, HumanNeeded, Interrupted, SetupError
    from auditor.report.progress import Progress

Say = Callable[[str], None]
Ask = Callable[[Finding], bool]
Agree = Callable[[], None]
Enter = Callable[[], Awaitable[None]]
ACCOUNT_PLACEHOLDER = "{account}"  # in a base URL, stands for the account's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked of a run, as the command line says it. `timeout` is in seconds for one account.

    `everyone` means all accounts with a sealed session for the address; `jobs` is how many accounts
    may be looked at at the same time, on loopback addresses only; `ephemeral` to sign in for this
    run alone and keep nothing; `attach` names the person's own running browser to work in.
    """

    accounts: tuple[str, ...] = ("default",)
    everyone: bool = False
    jobs: int = 1
    ephemeral: bool = False
    attach: str | None = None
    base_url: str | None = None
    flow: str = "claude/web"
    wanted: State = State.OFF
    timeout: float = 60.0
    headed: bool | None = None
    browser: str | None = None
    evidence: Path | None = None
    history: bool = True
    change: bool = False
    dry_run: bool = False
    provide: bool = False


@dataclass(frozen=True, slots=True)
class Prompter:
    """How a run talks to the person.

    Progress, remarks, the question before a change, and the one for consent.

    `agree` returns if the person has consented to live runs, now or before; it raises HumanNeeded
    if not. `enter` ends when the person says that signing in is done.
    """

    progress: Progress
    say: Say
    ask: Ask
    agree: Agree
    enter: Enter


@dataclass(frozen=True, slots=True)
class Result:
    """The findings of a run, the exit code that follows, and an error or a bug that cut it short."""

    findings: tuple[Finding, ...]
    exit: Exit
    error: SetupError | HumanNeeded | Interrupted | None = None
    bug: Exception | None = None
