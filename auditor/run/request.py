"""What is asked of a run, how it speaks to the person, and what it gives back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from auditor.core.finding import Finding, State

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.errors import Exit, HumanNeeded, Interrupted, SetupError
    from auditor.report.progress import Progress

Tell = Callable[[str], None]
Confirm = Callable[[Finding], bool]
AskConsent = Callable[[], None]
AcceptOlder = Callable[[str], bool]
AcceptFlow = Callable[[str], bool]
WaitForEnter = Callable[[], Awaitable[None]]
ACCOUNT_PLACEHOLDER = "{account}"
"""In a base URL, stands for the account's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked of a run, just as the command line says it; `run.plan` checks it."""

    accounts: tuple[str, ...] = ("default",)
    everyone: bool = False
    """Every account with a sealed session for the address."""
    jobs: int = 1
    """How many accounts may be looked at at the same time; only on loopback addresses."""
    ephemeral: bool = False
    """Sign in for this run alone, and keep nothing."""
    attach: str | None = None
    """The person's own running browser to work in."""
    connect: tuple[str, ...] = field(default=(), repr=False)
    """Remote browsers to work in, by address; there may be a secret in it."""
    send_session: bool = False
    """Whether a remote browser may be given the sealed session of an account."""
    base_url: str | None = None
    flow: str = "claude/web"
    wanted: State = State.OFF
    timeout: float = 60.0
    """Seconds for one account."""
    headed: bool | None = None
    browser: str | None = None
    device: str | None = None
    """The phone to draw the page for, by Playwright's name; none: what the flow says."""
    evidence: Path | None = None
    history: bool = True
    pictures: Path | None = None
    """The folder for pictures of the row that a record names; none: beside the person's history."""
    notify: str | None = field(default=None, repr=False)
    """Where events are sent; there may be a password in it."""
    wait_for_person: float | None = None
    """Minutes to wait for the person to answer what asks for the choice; none: do not wait."""
    change: bool = False
    dry_run: bool = False
    provide: bool = False
    """Install a browser if there is none."""

    @property
    def keeps_record(self) -> bool:
        """Whether a record of what was found is left on this machine."""
        return self.history and not self.ephemeral


@dataclass(frozen=True, slots=True)
class Prompter:
    """How a run speaks to the person: progress, remarks, and the questions it may ask."""

    progress: Progress
    tell: Tell
    confirm: Confirm
    """Asks before a change; raises HumanNeeded where nobody can be asked."""
    ask_consent: AskConsent
    """Returns if the person consents to live runs, now or before; raises HumanNeeded if not."""
    wait_for_enter: WaitForEnter
    """Returns when the person says that signing in is done."""
    accept_older: AcceptOlder = lambda _message: False
    """Asks whether to use a session in whose place a newer one stood; no where nobody is asked."""
    accept_flow: AcceptFlow = lambda _message: False
    """Asks whether to follow a stranger's flow in one's own browser; likewise."""


@dataclass(frozen=True, slots=True)
class Result:
    """The findings of a run, the exit code that follows, and what cut it short, if anything."""

    findings: tuple[Finding, ...]
    exit: Exit
    error: SetupError | HumanNeeded | Interrupted | None = None
    bug: Exception | None = None
