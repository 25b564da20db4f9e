"""The vault that the tests of sealed sessions share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from auditor.access.vault import Vault
from tests.access.sealing import MemoryKeys

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "sessions", MemoryKeys())
