"""Private folders: closed to others from the first moment, and mended if they were open."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from auditor.disk.files import replace_file
from auditor.disk.folders import private_folder
from auditor.errors import SetupError


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_folder_open_to_others_is_closed(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    private_folder(tmp_path)
    assert mode(tmp_path) == 0o700


def test_a_folder_of_another_user_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    with pytest.raises(SetupError) as caught:
        private_folder(tmp_path)
    assert str(caught.value) == f"{tmp_path} belongs to another user."


def test_a_folder_that_cannot_be_closed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    tmp_path.chmod(0o755)
    monkeypatch.setattr(Path, "chmod", fail)
    with pytest.raises(SetupError) as caught:
        private_folder(tmp_path)
    assert str(caught.value) == f"{tmp_path} cannot be written: Operation not permitted."


def test_a_file_where_the_folder_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("x")
    with pytest.raises(SetupError, match="cannot be written: Not a directory"):
        replace_file(tmp_path / "folder" / "file", b"x")
