"""Start the command line; every error becomes message, hint and exit code here."""

from __future__ import annotations

import errno
import os
import signal
import sys
import traceback
from contextlib import suppress
from pathlib import Path

from auditor.errors import AuditorError, Exit, Interrupted, SetupError
from auditor.text import make_printable, terminal_width, wrap_text

_STREAM_ERRORS = frozenset({errno.EPIPE, errno.ENOSPC, errno.EIO, errno.EBADF})
_LONGEST = 2000  # characters of one line of a message


def main() -> None:
    """Run `auditor` and leave with its exit code."""
    try:
        # SIGTERM ends a run like Ctrl-C: in good order.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        _repair_streams()
        # There are none for us; looking for them takes 10 ms of every command.
        os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
        # Late, so that Ctrl-C or a faulty installation is handled while this is imported, too.
        from auditor.cli import app  # noqa: PLC0415

        app(prog_name="auditor")
    except AuditorError as error:
        sys.exit(_report_error(error))
    except KeyboardInterrupt:
        sys.exit(_report_error(Interrupted("Interrupted")))
    except OSError as error:
        sys.exit(_report_os_error(error))
    except Exception as error:  # noqa: BLE001 - the last resort
        sys.exit(_report_bug(error))
    finally:
        _abandon_driver()
        _flush_streams()


def _abandon_driver() -> None:
    """End a driver that was started early for a run that never came, as after a bad option."""
    driver = sys.modules.get("auditor.browser.engine.driver")
    if driver is not None:
        driver.abandon_driver()


def _repair_streams() -> None:
    """Replace closed streams, and let the others take characters that they cannot encode."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115
        elif mode == "w" and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _report_error(error: AuditorError) -> int:
    interrupted = isinstance(error, Interrupted)
    if interrupted and sys.stderr.isatty():
        print(file=sys.stderr)  # ends the line of a question or of the progress
    end = "" if str(error).endswith((".", "?")) else "."
    _print_message(f"{'' if interrupted else 'error: '}{error}{end}")
    if error.hint:
        _print_message(f"hint: {error.hint}")
    return error.exit_code


def _report_os_error(error: OSError) -> int:
    """Report a full disk or a closed pipe; any other operating system error is a bug."""
    if error.errno not in _STREAM_ERRORS:
        return _report_bug(error)
    message = f"The output cannot be written: {error.strerror}"
    return _report_error(SetupError(message, "Write it elsewhere."))


def _report_bug(error: Exception) -> int:
    """Say where it happened, but no value of any variable: one of them could be a secret."""
    if os.environ.get("AUDITOR_DEBUG"):
        traceback.print_tb(error.__traceback__)
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{last.name}, line {last.lineno} of {Path(last.filename).name}"
    _print_message(f"error: This is a bug in auditor: {type(error).__name__} in {where}.")
    _print_message(
        "hint: Set AUDITOR_DEBUG=1 to see the way there, and report it. Nothing was changed after"
        " this point."
    )
    return Exit.BUG


def _print_message(message: str) -> None:
    """Print a message on stderr; a closed stderr does not change the exit code."""
    width = terminal_width(sys.stderr)
    for line in message.splitlines():
        with suppress(OSError):
            print(wrap_text(make_printable(line, _LONGEST), width), file=sys.stderr)


def _flush_streams() -> None:
    """Flush the streams, and drop what nobody reads any more.

    Python would try to flush once more at its end, and change the exit code if that fails.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


if __name__ == "__main__":
    main()
