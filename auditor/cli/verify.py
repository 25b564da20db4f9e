"""`auditor verify`: check exports of others, without keyring, browser or history of one's own."""

from pathlib import Path

import typer

from auditor.cli.export import read_checkpoint
from auditor.cli.options import Allowed, Challenge, Exports, FailIfOlder, Json, SinceExport
from auditor.disk.files import read_given_file
from auditor.errors import Exit, UsageError
from auditor.records.sshsig import parse_allowed_signers
from auditor.report.examination import show_examinations
from auditor.report.examine import Demand, examine_export

_LONGEST = 16 * 1024 * 1024  # bytes of a list of signers: more than a hundred thousand of them


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
    content = read_given_file(path, _LONGEST)
    try:
        return parse_allowed_signers(content.decode("utf-8", "replace"))
    except ValueError as error:
        raise UsageError(f"{path}: {error}") from error
