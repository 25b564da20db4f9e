"""What is said to the person at the terminal, and what they are asked."""

from __future__ import annotations

import sys
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from auditor.disk import paths
from auditor.errors import HumanNeeded, Interrupted
from auditor.text import make_printable, terminal_width, wrap_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

    from auditor.core.finding import Finding
    from auditor.report.progress import Progress
    from auditor.run.request import Prompter

_PAGE = 100  # characters in a line of a longer text, at most: longer lines are hard to read
_LONGEST = 2000  # characters of one message: more than any of ours, less than a page could send


def build_prompter(progress: Progress, *, yes: bool) -> Prompter:
    """Return a run's ways to speak to the person; `yes` answers the question before a change."""
    from auditor.run.request import Prompter  # noqa: PLC0415 - only for a run

    told: set[str] = set()

    def tell_once(line: str) -> None:
        if line not in told:  # the demo starts several browsers, and each makes the same remark
            told.add(line)
            print_message(line)

    def confirm_change(found: Finding) -> bool:
        return yes or ask_about_change(found)

    def accept_older(message: str) -> bool:
        return not yes and ask_about_older(message)

    return Prompter(
        progress,
        tell_once,
        confirm_change,
        require_consent,
        wait_for_enter,
        accept_older,
        ask_about_flow,
    )


def ask_about_change(found: Finding) -> bool:
    """Ask whether to click once; raise HumanNeeded if there is no terminal to ask at."""
    if not sys.stdin.isatty():
        message = "Nobody can be asked whether to change the setting; nothing was changed"
        raise HumanNeeded(message, "Run this in a terminal, or add --yes.")
    return ask_yes_no(f"{found.message} Change it to {found.wanted.upper()} with one click?")


def ask_about_older(message: str) -> bool:
    """Ask whether to use an older session all the same; without a terminal it is not used."""
    return sys.stdin.isatty() and ask_yes_no(f"{message}. Did you do that, and shall it be used?")


def ask_about_flow(message: str) -> bool:
    """Ask whether to follow a stranger's flow; without a terminal it is not followed."""
    return sys.stdin.isatty() and ask_yes_no(f"{message}. Shall it be followed there?")


def require_consent() -> None:
    """Return if the person has consented to live runs, or does so now; raise HumanNeeded if not."""
    from auditor.access.consent import (  # noqa: PLC0415 - only for a live run
        ConsentFile,
        obtain_consent,
    )

    kept = ConsentFile(paths.consent_file())
    if kept.given() is None:
        if sys.stdin.isatty():
            print_consent_text(sys.stderr)
        print_message(str(obtain_consent(kept, consent_question())))


def consent_question() -> Callable[[], bool] | None:
    """Return the function that asks for consent; None if there is no terminal to ask at."""
    from auditor.access.consent import QUESTION  # noqa: PLC0415 - only for a live run

    return partial(ask_yes_no, QUESTION) if sys.stdin.isatty() else None


def print_consent_text(stream: TextIO) -> None:
    """Print what the person consents to, in lines that are good to read."""
    from auditor.access.consent import build_consent_text  # noqa: PLC0415 - only for a live run

    width = min(terminal_width(stream), _PAGE)
    print(wrap_text(build_consent_text(), width), file=stream, flush=True)


async def wait_for_enter() -> None:
    """Wait for Enter at the terminal; without a terminal, wait until cancelled."""
    import asyncio  # noqa: PLC0415 - a tenth of what a command without a browser takes to start

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


def ask_yes_no(question: str) -> bool:
    """Ask on stderr and read the answer; anything but a yes is a no, and an unclear no is said."""
    shown = wrap_text(make_printable(question, _LONGEST), terminal_width(sys.stderr))
    try:
        print(shown, end=" [y/N] ", file=sys.stderr, flush=True)
        answer = sys.stdin.readline().strip().casefold()
    except KeyboardInterrupt:
        raise Interrupted("Interrupted") from None
    if answer not in {"y", "yes", "n", "no", ""}:
        print_message("Taken for a no.")
    return answer in {"y", "yes"}


def print_message(line: str) -> None:
    """Print a line on stderr; a closed stderr does not stop the run."""
    shown = wrap_text(make_printable(line, _LONGEST), terminal_width(sys.stderr))
    with suppress(OSError):
        print(shown, file=sys.stderr, flush=True)


def print_text(text: str, before: str = "") -> None:
    """Print text of a file on stdout, safe for a terminal and broken to its width.

    `before` stands in front of the first line; the other lines are indented by its length.
    """
    width = terminal_width(sys.stdout) - len(before)
    lines = wrap_text(make_printable(text, _LONGEST), width).split("\n")
    print(before + f"\n{' ' * len(before)}".join(lines))
