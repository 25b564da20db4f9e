"""`auditor history` and `history verify`: what was found before, and whether it was altered."""

from pathlib import Path

import typer

from auditor.access.history import open_history
from auditor.cli.lazy import PlainCommand, PlainGroup
from auditor.cli.options import (
    Against,
    Before,
    Csv,
    Json,
    Limit,
    OneAccount,
    RecordState,
    Since,
)
from auditor.cli.prompts import print_message
from auditor.disk.files import read_given_file
from auditor.errors import Exit, UsageError
from auditor.records.checkpoint import find_checkpoints
from auditor.records.log import Question
from auditor.records.verify import Anchor, Verification, verify_log

_LONGEST = 100 * 1024 * 1024

app = typer.Typer(
    cls=PlainGroup,
    name="history",
    help="What was found before, and whether it was altered.",
    no_args_is_help=False,
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def history(  # noqa: PLR0913 - one parameter for each option
    context: typer.Context,
    *,
    account: OneAccount = None,
    state: RecordState = None,
    since: Since = None,
    limit: Limit = 20,
    before: Before = None,
    json: Json = False,
    csv: Csv = False,
) -> None:
    """List what was found before, newest first, unless another command is named."""
    if context.invoked_subcommand is not None:
        return
    if json and csv:
        raise UsageError("`--json` and `--csv` are two forms of one answer", "Give one of them.")
    question = Question(
        account=account,
        states=(state,) if state else (),
        since=since,
        before=before,
        limit=limit,
    )
    log = open_history(signed=False).log
    if json or csv:
        from auditor.report.tables import print_records  # noqa: PLC0415 - each view when asked for

        print_records(log.read(question), csv=csv)
        return
    from auditor.report.history import show_history  # noqa: PLC0415 - rich

    show_history(log, question)


@app.command("verify", cls=PlainCommand, help="Check that nothing was edited, removed or added.")
def verify_history(*, against: Against = None, json: Json = False) -> None:
    """Check the whole history, and name what was done to it."""
    from auditor.report.verification import open_counter, show_verification  # noqa: PLC0415 - rich

    kept = open_history(signed=True, tell=print_message)
    signer = kept.find_signer(create=False)
    anchors = []
    anchor = kept.read_anchor() if signer is not None else None
    if anchor is not None:
        anchors.append(Anchor(checkpoint=anchor, source="The checkpoint in the keyring"))
    anchors += _read_anchors(against)
    trusted = None if signer is None else signer.public_key
    with open_counter() as report:
        found = verify_log(kept.path, trusted, anchors, report)
    show_verification(found, json=json)
    raise typer.Exit(choose_exit(found))


def choose_exit(found: Verification) -> Exit:
    """Return 10 if something is wrong, 6 if something cannot be told, and 0 only if intact."""
    if found.faults:
        return Exit.EXPOSED
    return Exit.SETUP if found.doubts else Exit.OK


def _read_anchors(path: Path | None) -> list[Anchor]:
    if path is None:
        return []
    found = find_checkpoints(read_given_file(path, _LONGEST).decode("utf-8", "replace"))
    if not found:
        hint = "Give a file that holds a checkpoint: a report, an export, or the checkpoint itself."
        raise UsageError(f"There is no checkpoint in {path}", hint)
    return [Anchor(checkpoint=each, source=str(path)) for each in found[:1]]
