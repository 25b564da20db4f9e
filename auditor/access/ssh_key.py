"""Sign with the person's own SSH key, which only `ssh-keygen` ever sees."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from auditor.errors import SetupError, UsageError
from auditor.records.sshsig import NAMESPACE


def sign_with_ssh_key(message: bytes, key: Path) -> str:
    """Return the armoured signature; ssh-keygen may ask for the key's passphrase.

    Raises UsageError if there is no such key, SetupError if ssh-keygen cannot sign with it.
    """
    if not key.is_file():
        raise UsageError(
            f"There is no SSH key {key}", "Give the file of a key, such as id_ed25519."
        )
    program = shutil.which("ssh-keygen")
    if program is None:
        raise SetupError("There is no ssh-keygen on this machine", "Install OpenSSH.")
    with tempfile.TemporaryDirectory(prefix="auditor-sign-") as folder:
        file = Path(folder) / "statement"
        file.write_bytes(message)
        command = [program, "-q", "-Y", "sign", "-f", str(key), "-n", NAMESPACE, str(file)]
        done = subprocess.run(command, check=False, stderr=subprocess.PIPE, text=True)  # noqa: S603
        signed = file.with_name("statement.sig")
        if done.returncode or not signed.is_file():
            why = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise SetupError(f"ssh-keygen could not sign: {why.replace(folder, '')}")
        return signed.read_text(encoding="ascii")
