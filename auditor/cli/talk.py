"""What is said to the person at the terminal, and what they are asked."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from auditor.errors import HumanNeeded, Interrupted

if TYPE_CHECKING:
    from auditor.core.finding import Finding
    from auditor.report.progress import Progress
    from auditor.run.request import Prompter, Result

_PAGE = 100  # characters in a line of a longer text, at most


def nobody_reads() -> None:
    """Point stdout to nowhere: whoever read it has gone, and the exit code says all."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def show(result: Result, *, json: bool) -> None:
    """Print the findings, and what ended the run early, if anything."""
    if json:
        from auditor.report.document import render_document  # noqa: PLC0415

        sys.stdout.buffer.write(render_document(result.findings).encode("utf-8", "replace"))
        sys.stdout.flush()
    else:
        from auditor.report import terminal  # noqa: PLC0415

        terminal.show_findings(result.findings, terminal.console())
        sys.stdout.flush()
    if result.error is not None:
        kind = "" if isinstance(result.error, Interrupted) else "error: "
        if isinstance(result.error, Interrupted) and sys.stderr.isatty():
            print(file=sys.stderr)
        say_plainly(f"{kind}{str(result.error).removesuffix('.')}.")
    if result.error is not None and result.error.hint:
        say_plainly(f"hint: {result.error.hint}")


def out(text: str, before: str = "") -> None:
    """Print text of a file on stdout, made safe for a terminal and broken to its width."""
    from auditor.text import make_printable, terminal_width, wrap_text  # noqa: PLC0415

    margin = " " * len(before)
    lines = wrap_text(
        make_printable(text, longest=2000), terminal_width(sys.stdout) - len(before)
    ).split("\n")
    print(before + f"\n{margin}".join(lines))


def say_plainly(line: str) -> None:
    """Say a line on stderr; nobody listening there is no reason to stop."""
    from auditor.text import make_printable, terminal_width, wrap_text  # noqa: PLC0415

    with suppress(OSError):
        print(
            wrap_text(make_printable(line, longest=2000), terminal_width(sys.stderr)),
            file=sys.stderr,
            flush=True,
        )


def yes_to(question: str) -> bool:
    """Put a question to the person at the terminal.

    Anything but a yes is a no, and an unclear no is said to be one.
    """
    from auditor.text import make_printable, terminal_width, wrap_text  # noqa: PLC0415

    try:
        print(
            wrap_text(make_printable(question, longest=2000), terminal_width(sys.stderr)),
            end=" [y/N] ",
            file=sys.stderr,
            flush=True,
        )
        answer = sys.stdin.readline().strip().casefold()
    except KeyboardInterrupt:
        raise Interrupted("Interrupted") from None
    if answer not in {"y", "yes", "n", "no", ""}:
        say_plainly("Taken for a no.")
    return answer in {"y", "yes"}


def wide() -> int:
    """Return the width for longer texts on stdout.

    The terminal's, but no wider than is good to read.
    """
    from auditor.text import terminal_width  # noqa: PLC0415

    return min(terminal_width(sys.stdout), _PAGE)


def agrees() -> bool:
    """Put the question of the consent to the person at the terminal."""
    from auditor.access.consent import QUESTION  # noqa: PLC0415

    return yes_to(QUESTION)


async def enter() -> None:
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


def agree() -> None:
    """Return if the person has consented to live runs.

    Else put the text and the question to them, once.
    """
    from auditor.access.consent import TEXT, ConsentFile, obtain_consent  # noqa: PLC0415
    from auditor.disk import paths  # noqa: PLC0415
    from auditor.text import terminal_width, wrap_text  # noqa: PLC0415

    kept = ConsentFile(paths.consent_file())
    if kept.given() is None:
        if sys.stdin.isatty():
            print(
                wrap_text(TEXT, min(terminal_width(sys.stderr), _PAGE)), file=sys.stderr, flush=True
            )
        say_plainly(str(obtain_consent(kept, agrees if sys.stdin.isatty() else None)))


def talk(shown: Progress, *, yes: bool) -> Prompter:
    """Return a run its ways to speak to the person; `yes` answers the question before a change."""
    from auditor.run.request import Prompter  # noqa: PLC0415

    said: set[str] = set()

    def say(line: str) -> None:
        if line not in said:  # the demo starts several browsers; a remark is made once
            said.add(line)
            say_plainly(line)

    def ask(found: Finding) -> bool:
        if yes:
            return True
        if not sys.stdin.isatty():
            message = "Nobody can be asked whether to change the setting; nothing was changed"
            raise HumanNeeded(message, "Run this in a terminal, or add --yes.")
        return yes_to(f"{found.message} Change it to {found.wanted.upper()} with one click?")

    return Prompter(shown, say, ask, agree, enter)
