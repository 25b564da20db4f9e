"""The error tree: everything that stops a run on purpose.

AuditorError
├── UsageError        2  the command line asks for something that cannot be
├── FlowError         3  a flow file does not say what it must
├── HumanNeeded       4  a person has to decide or do something first
├── SetupError        6  this machine lacks something: a browser, a keyring, disk space
└── Interrupted     130  Ctrl-C or SIGTERM ended the run

A page that cannot be read is no error but a finding (`auditor.core.finding`); its exit code comes
from there. Exit code 1 is never used on purpose: it means a bug.
"""

from enum import IntEnum


class Exit(IntEnum):
    """What the process says when it ends; the table stands in the README."""

    OK = 0
    BUG = 1
    USAGE = 2
    FLOW = 3
    HUMAN = 4
    SITE = 5
    SETUP = 6
    EXPOSED = 10
    INTERRUPTED = 130


class AuditorError(Exception):
    """Base of all errors raised on purpose; carries what to do next as `hint`."""

    exit_code = Exit.BUG

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(AuditorError):
    """Raised when the command line asks for something that cannot be."""

    exit_code = Exit.USAGE


class FlowError(AuditorError):
    """Raised when a flow file is missing or does not say what it must.

    `problems` lists each one.
    """

    exit_code = Exit.FLOW

    def __init__(
        self, message: str, hint: str | None = None, problems: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message, hint)
        self.problems = problems


class HumanNeeded(AuditorError):  # noqa: N818 - not an error of the program: a person has to act
    """Raised when nothing can go on before a person decided or did something."""

    exit_code = Exit.HUMAN


class Interrupted(AuditorError):  # noqa: N818 - not an error of the program: somebody ended it
    """Raised when Ctrl-C or SIGTERM ended a run, after everything was closed."""

    exit_code = Exit.INTERRUPTED


class SetupError(AuditorError):
    """Raised when this machine lacks something the run needs: a browser, a folder, a keyring."""

    exit_code = Exit.SETUP
