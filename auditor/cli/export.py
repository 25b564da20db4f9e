"""`auditor export`: a folder that somebody else can check without any key of this machine."""

from collections.abc import Callable
from pathlib import Path

from auditor.access.history import open_history
from auditor.cli.options import Challenge, ExportFolder, OneAccount, SinceExport, SshKey
from auditor.cli.prompts import print_message, print_text
from auditor.disk.files import read_given_file, replace_file
from auditor.errors import SetupError, UsageError
from auditor.records.checkpoint import Checkpoint, find_checkpoints
from auditor.records.sshsig import format_public_key, parse_signature, sign_message
from auditor.report.export import STATEMENT, ExportRequest, build_export, sign_export

_LONGEST = 100 * 1024 * 1024  # bytes of a report that carries a checkpoint, with all its pictures


def export(
    *,
    output: ExportFolder,
    account: OneAccount = None,
    challenge: Challenge = None,
    since: SinceExport = None,
    ssh_key: SshKey = None,
) -> None:
    """Write a signed statement with report, records and proofs."""
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise UsageError(f"{output} is not an empty folder", "Name a new one with -o.")
    sign = _choose_signer(ssh_key)
    request = ExportRequest(account, challenge, None if since is None else read_checkpoint(since))
    built = build_export(open_history(signed=False).log, request)
    sign_export(built, sign)
    for name, content in built.files.items():
        replace_file(output.absolute() / name, content)
    (output / ".auditor.lock").unlink(missing_ok=True)
    key = parse_signature(built.files[f"{STATEMENT}.sig"].decode()).key_blob
    print_message(f"Export written to {output}. Whoever checks it needs this line, once:")
    print_text(f"YOUR-NAME {format_public_key(key)}")


def _choose_signer(ssh_key: Path | None) -> Callable[[bytes], str]:
    if ssh_key is not None:
        from auditor.access.ssh_key import sign_with_ssh_key  # noqa: PLC0415

        return lambda message: sign_with_ssh_key(message, ssh_key)
    kept = open_history(signed=True, tell=print_message)
    signer = kept.find_signer(create=True)
    if signer is None:
        raise SetupError(f"{kept.problem}; so nothing can be signed", "Or name a key: --ssh-key.")
    return lambda message: sign_message(message, signer)


def read_checkpoint(path: Path) -> Checkpoint:
    """Return the checkpoint in a file; raises UsageError if there is none."""
    content = read_given_file(path, _LONGEST)
    found = find_checkpoints(content.decode("utf-8", "replace"))
    if not found:
        raise UsageError(f"There is no checkpoint in {path}", "Give an export's checkpoint.txt.")
    return found[0]
