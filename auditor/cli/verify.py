"""`auditor verify`: check exports of others, without keyring, browser or history of one's own."""

from pathlib import Path

import typer

from auditor.cli.export import read_checkpoint
from auditor.cli.options import Allowed, Challenge, Exports, FailIfOlder, Json, SinceExport
from auditor.errors import Exit, UsageError
from auditor.records.sshsig import parse_allowed_signers
from auditor.report.examination import show_examinations
from auditor.report.examine import Demand, examine_export


def verify(  # noqa: PLR0913 - one parameter for each option
    folders: Exports,
    *,
    allowed: Allowed,
    fail_if_older: FailIfOlder = None,
    challenge: Challenge = None,
    since: SinceExport = None,
    json: Json = False,
) -> None:
    """Check exports: one line for each, exit code 10 if one is not as it should be."""
    demand = Demand(
        allowed=_read_allowed(allowed),
        challenge=challenge,
        max_days=fail_if_older,
        since=None if since is None else read_checkpoint(since),
    )
    found = [examine_export(folder, demand) for folder in folders]
    show_examinations(found, json=json)
    if not all(each.is_sound for each in found):
        raise typer.Exit(Exit.EXPOSED)


def _read_allowed(path: Path) -> dict[bytes, str]:
    try:
        return parse_allowed_signers(path.read_text(encoding="utf-8", errors="replace"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise UsageError(f"{path}: {error}") from error
