"""A secret shows stars wherever it is shown."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from auditor.access.secret import Secret
from tests.access.sealing import CANARY, CLAUDE, PRINT, STATE

if TYPE_CHECKING:
    from auditor.access.vault import Vault


@pytest.mark.parametrize("value", [CANARY, CANARY.encode(), {"a": CANARY}])
def test_a_secret_shows_stars_however_it_is_shown(value: object) -> None:
    secret = Secret(value)
    shown = (
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret:>40}",
        f"{secret!a}",
        f"{[secret]}",
        "%s" % secret,  # noqa: UP031
    )
    assert CANARY not in "".join(shown)
    assert all("**********" in text for text in shown)
    assert secret.reveal() == value


def test_a_secret_is_not_copied_out_of_the_process() -> None:
    for out in (pickle.dumps, copy.deepcopy, copy.copy):
        with pytest.raises(TypeError, match=r"^a secret is not copied out of the process$"):
            out(Secret(CANARY))
    with pytest.raises(TypeError):
        vars(Secret(CANARY))
    with pytest.raises(TypeError):
        json.dumps(Secret(CANARY))


def test_a_session_does_not_show_its_state(vault: Vault) -> None:
    vault.seal("ada", CLAUDE, STATE, PRINT)
    shown = vault.open("ada", CLAUDE)
    assert CANARY in str(shown.state)
    assert CANARY not in f"{shown!r} {shown}"


def test_the_rest_of_the_tool_does_not_pay_for_keyring_and_cryptography() -> None:
    code = (
        "import sys, auditor.core.audit, auditor.disk.locks, auditor.access.consent;"
        " print(*sys.modules)"
    )
    command = [sys.executable, "-c", code]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert not {"keyring", "cryptography", "platformdirs"} & set(loaded)
