"""What a person is told before a live account is opened, and what they answered."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from auditor.disk.files import read_plain_file, remove_file, replace_file
from auditor.errors import HumanNeeded

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# One more whenever the text says something new: whoever agreed to the old text is asked again.
VERSION = 3
# One line for each paragraph; whoever prints it breaks it to the width at hand.
_TEXT = (
    "Before this tool opens your own account, know this.\n\nWhat the site's terms say\n  {terms}"
    " We found no exception for your own account. This tool is such a script. It has no "
    "permission from Anthropic; using it on your account is your decision and your risk, and the"
    " site may react, up to closing the account.\n\nWhat the tool will do\n  - Open a browser "
    "window that you can see and that you attend, for one account and one page at a time.\n  - "
    "Follow the documented path to the privacy setting and read it. It changes the setting only "
    "when you say so. With a flow file of your own (--flow FILE), it follows the path in that "
    "file; read it first: `auditor flows show FILE`.\n  - Leave signing in, and any check that "
    "asks for a person, to you.\n  - Keep your session on this computer, sealed with a key in "
    "your system's keyring, until `auditor logout`.\n  - Work in your own running browser only "
    "if you ask for it with --attach. While it is connected, it could see every tab and session "
    "there; it opens one tab of its own and looks at no other.\n  - Work in a browser on another"
    " machine only if you ask for it with --connect. Your session goes there only with "
    "--send-session.\n\nWhat the tool will not do\n  - Hide that it is automation, or solve a "
    "check meant for people.\n  - Run by itself, on a schedule, or again and again after a "
    "failure.\n  - Use private interfaces of the site, cookies taken from your other browsers, "
    "or tokens of other programs.\n  - Send anything about your account to anyone but the site "
    "it belongs to.\n\nTwo ways that need no automation\n  - `auditor guide` prints the "
    "documented path; you click and look yourself.\n  - In Claude Code, type "
    "/privacy-settings.\n\nYou can take back your consent at any time with `auditor consent "
    "--revoke`.\n"
)
QUESTION = "Do you agree that the tool opens your own account in this way?"
BY_HAND = "By hand: `auditor guide` prints the documented path; in Claude Code: /privacy-settings."
_LONGEST = 4096


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """That a person agreed, when (ISO, UTC), and to which version of the text."""

    version: int
    given_at: str

    def __str__(self) -> str:
        when = datetime.fromisoformat(self.given_at).astimezone(UTC)
        return (
            f"You agreed to version {self.version} of the text on {when:%Y-%m-%d} at {when:%H:%M}"
            " UTC."
        )


@dataclass(frozen=True, slots=True)
class ConsentFile:
    """The consent kept in one small file."""

    path: Path

    def given(self) -> ConsentRecord | None:
        """Return the consent to the text as it reads now.

        None if there is none, or the file is damaged.
        """
        try:
            kept = json.loads(read_plain_file(self.path, _LONGEST))
            record = ConsentRecord(kept["version"], kept["given_at"])
            datetime.fromisoformat(record.given_at)
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return None
        return record if type(record.version) is int and record.version == VERSION else None

    def record(self) -> ConsentRecord:
        """Note that the person agreed to the text as it reads now.

        Raises SetupError if that cannot be kept.
        """
        record = ConsentRecord(VERSION, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        replace_file(self.path, json.dumps(asdict(record)).encode())
        return record

    def revoke(self) -> bool:
        """Forget the consent and say whether there was any.

        Raises SetupError if the file cannot be removed.
        """
        return remove_file(self.path)


def build_consent_text() -> str:
    """Return what a person consents to.

    What the terms say is told by the shipped facts: a flow of the person's own cannot change it.
    """
    from auditor.flow import load_shipped_facts  # noqa: PLC0415 - only to show the text

    return _TEXT.replace("{terms}", load_shipped_facts("claude").terms.say)


def obtain_consent(kept: ConsentFile, ask: Callable[[], bool] | None) -> ConsentRecord:
    """Return the consent; if there is none yet, ask once, and record a yes.

    `ask` shows the text and puts QUESTION; it is None where nobody can be asked. Raises HumanNeeded
    then, and on a no.
    """
    record = kept.given()
    if record is not None:
        return record
    if ask is None:
        hint = f"Run `auditor consent` in a terminal. {BY_HAND}"
        raise HumanNeeded(
            "Your own account is opened only with your consent, and nobody can be asked here", hint
        )
    if not ask():
        raise HumanNeeded(
            "Without your consent no account is opened; nothing was recorded", BY_HAND
        )
    return kept.record()


def describe_consent(kept: ConsentFile) -> str:
    """Say whether consent was given, when, and to which version of the text."""
    record = kept.given()
    none = (
        f"No consent to the text as it reads now (version {VERSION}). `auditor consent` shows it"
        " and asks."
    )
    return none if record is None else str(record)


def withdraw_consent(kept: ConsentFile) -> str:
    """Withdraw the consent and say so; raises SetupError if that cannot be done."""
    if not kept.revoke():
        return "There was no consent to withdraw."
    again = "No account is opened before you agree again"
    return f"Your consent is withdrawn. {again}; `auditor logout ACCOUNT` removes a session."
