"""A new flow's files are valid as they are written, and their own test passes."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from typing import TYPE_CHECKING

import pytest

from auditor.errors import SetupError, UsageError
from auditor.flow import list_problems, load_flow
from auditor.guide.scaffold import write_scaffold

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 11, 26)


def test_the_files_are_valid_and_name_the_flow(tmp_path: Path) -> None:
    made = write_scaffold("notes-app/web", tmp_path, TODAY)
    assert [path.relative_to(tmp_path).as_posix() for path in made] == [
        "notes-app/site.toml",
        "notes-app/web.toml",
        "notes-app/page/index.html",
        "notes-app/page/api/privacy.json",
        "notes-app/test_notes_app.py",
    ]
    assert [problem for path in made[:2] for problem in list_problems(path)] == []
    flow = load_flow(str(made[1]))
    assert (flow.about.origin, flow.reviewed) == ("https://notes-app.example", TODAY)
    assert "${answer.train_on_notes}" in made[2].read_text(encoding="utf-8")


@pytest.mark.browser
def test_its_own_test_passes(tmp_path: Path, chromium: str) -> None:
    *_, test = write_scaffold("notebook/web", tmp_path, TODAY)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(test)],
        capture_output=True, text=True, timeout=120, check=False, cwd=tmp_path,
        env={**os.environ, "AUDITOR_BROWSER": chromium},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("flow", ["web", "a/b/c", "../x", "A/web", "x/site", "x/by-hand", "", "x/"])
def test_what_cannot_be_an_id_is_refused(tmp_path: Path, flow: str) -> None:
    with pytest.raises(UsageError, match="cannot be the id of a flow"):
        write_scaffold(flow, tmp_path, TODAY)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "notebook").mkdir()
    with pytest.raises(UsageError, match=r"notebook is there already$"):
        write_scaffold("notebook/web", tmp_path, TODAY)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SetupError, match="cannot be written"):
        write_scaffold("notebook/web", tmp_path / "file", TODAY)
