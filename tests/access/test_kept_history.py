"""The history with the system's real keyring: signed, anchored, and checked by the real command."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.docs.pages import ROOT
from tests.machines import UNLOCKED

if TYPE_CHECKING:
    from tests.machines import Machine

APPEND = """
import sys
sys.path.insert(0, sys.argv[1])
from auditor.access.history import open_history
from tests.records.signing import reading
open_history(signed=True, tell=print).append([reading()])
"""


def inside(machine: Machine, *steps: list[str]) -> list[tuple[int, str]]:
    """Run steps one after the other, each a process of its own, with the keyring unlocked."""
    results = []
    script = "\n".join(
        f"{shlex.join(step)} >out-{number} 2>&1; echo $? >code-{number}"
        for number, step in enumerate(steps)
    )
    (machine.root / "steps.sh").write_text(script)
    subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", UNLOCKED, "sh", "sh", "steps.sh"],
        cwd=machine.root, env=machine.env, check=True, timeout=120, capture_output=True,
    )  # fmt: skip
    for number in range(len(steps)):
        code = int((machine.root / f"code-{number}").read_text())
        results.append((code, (machine.root / f"out-{number}").read_text()))
    return results


APPEND_ONE = [sys.executable, "-c", APPEND, str(ROOT)]
VERIFY = [sys.executable, "-m", "auditor", "history", "verify"]


def test_a_signed_history_is_intact_and_an_older_copy_is_named(machine: Machine) -> None:
    records = machine.root / "data" / "auditor" / "records"
    copy = ["cp", str(records / "history.sqlite"), "copy"]
    back = ["cp", "copy", str(records / "history.sqlite")]
    done = inside(machine, APPEND_ONE, VERIFY, copy, APPEND_ONE, VERIFY, back, VERIFY)
    assert done[0] == (0, "")
    assert done[1] == (0, "Intact: 2 records.\n")
    assert done[4] == (0, "Intact: 3 records.\n")
    assert done[6] == (
        10,
        (
            "ALTERED: 2 records.\n"
            "  wrong: The checkpoint in the keyring knew 3 records, but there are 2.\n"
        ),
    )


def test_a_lost_keyring_opens_a_new_stretch(machine: Machine) -> None:
    inside(machine, APPEND_ONE)
    shutil.rmtree(machine.root / "data" / "keyrings")
    done = inside(machine, APPEND_ONE, VERIFY)
    assert done[1][0] == 6
    said = "cannot be told: The records up to 2 were signed with a former key: SHA256:"
    assert said in " ".join(done[1][1].split())
