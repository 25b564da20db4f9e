"""Start the command line, and turn every error into message, hint and exit code, in this one place."""

from __future__ import annotations

import errno
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from auditor.errors import AuditorError, Exit, Interrupted, SetupError

_STREAMS = frozenset({errno.EPIPE, errno.ENOSPC, errno.EIO, errno.EBADF})


def main() -> None:
    """Run `auditor` and leave with its exit code."""
    try:
        signal.signal(
            signal.SIGTERM, signal.default_int_handler
        )  # to be asked to end is to be interrupted
        _have_streams()
        from auditor.cli import app  # noqa: PLC0415 - its imports are part of what is handled here

        app(prog_name="auditor")
    except AuditorError as error:
        sys.exit(_stopped(error))
    except KeyboardInterrupt:
        sys.exit(_stopped(Interrupted("Interrupted")))
    except OSError as error:
        if error.errno not in _STREAMS:
            sys.exit(_bug(error))
        sys.exit(
            _stopped(
                SetupError(f"The output cannot be written: {error.strerror}", "Write it elsewhere.")
            )
        )
    except Exception as error:  # noqa: BLE001 - the last resort
        sys.exit(_bug(error))
    finally:
        _let_go_of_streams()


def _let_go_of_streams() -> None:
    """Drop what nobody reads any more.

    Python would try once more at its end, and change the exit code for it.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _have_streams() -> None:
    """Make sure that there are streams, and that they take any text.

    They may be closed, or of a small alphabet.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115
        elif mode == "w" and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _stopped(error: AuditorError) -> int:
    kind = "" if isinstance(error, Interrupted) else "error: "
    if isinstance(error, Interrupted) and sys.stderr.isatty():
        print(file=sys.stderr)  # what was being asked or drawn stands there without an end
    _say(f"{kind}{error}" if str(error).endswith((".", "?")) else f"{kind}{error}.")
    if error.hint:
        _say(f"hint: {error.hint}")
    return error.exit_code


def _bug(error: Exception) -> int:
    """Say where it happened, but no value of any variable: one of them could be a secret."""
    import traceback  # noqa: PLC0415

    if os.environ.get("AUDITOR_DEBUG"):
        traceback.print_tb(error.__traceback__)
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{last.name}, line {last.lineno} of {Path(last.filename).name}"
    _say(f"error: This is a bug in auditor: {type(error).__name__} in {where}.")
    _say(
        "hint: Set AUDITOR_DEBUG=1 to see the way there, and report it. Nothing was changed after"
        " this point."
    )
    return Exit.BUG


def _say(line: str) -> None:
    from auditor.text import make_printable, terminal_width, wrap_text  # noqa: PLC0415

    for part in line.splitlines():
        with suppress(OSError):
            print(
                wrap_text(make_printable(part, longest=2000), terminal_width(sys.stderr)),
                file=sys.stderr,
            )


if __name__ == "__main__":
    main()
