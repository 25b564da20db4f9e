"""Whose flow a run follows."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from auditor.flow import load_flow
from auditor.run.flow_source import describe_source

NOW = datetime(2026, 11, 26, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "said"), [(0, "today"), (1, "1 day ago"), (3, "3 days ago"), (-1, "today")]
)
def test_an_own_flow_is_told_with_its_age(tmp_path: Path, days: int, said: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("")
    changed = (NOW - timedelta(days=days)).timestamp()
    os.utime(file, (changed, changed))
    flow = load_flow("claude/web").model_copy(update={"path": file})
    assert describe_source(flow, NOW) == f"Follows your own flow file {file}, changed {said}."


def test_a_file_that_has_gone_meanwhile_is_told_without_its_age() -> None:
    flow = load_flow("claude/web").model_copy(update={"path": Path("gone.toml")})
    assert describe_source(flow, NOW) == "Follows your own flow file gone.toml."


def test_a_flow_without_a_file_is_told_too() -> None:
    flow = load_flow("claude/web").model_copy(update={"path": None})
    assert describe_source(flow, NOW) == "Follows a flow that did not come with auditor."
