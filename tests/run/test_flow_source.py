"""Whose flow a run follows."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from auditor.core.finding import Finding, Outcome, State
from auditor.flow import flow_folders, load_flow
from auditor.run.flow_source import describe_source, without_strange_names

NOW = datetime(2026, 11, 26, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "said"), [(0, "today"), (1, "1 day ago"), (3, "3 days ago"), (-1, "today")]
)
def test_an_own_flow_is_told_with_its_age(tmp_path: Path, days: int, said: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("")
    changed = (NOW - timedelta(days=days)).timestamp()
    os.utime(file, (changed, changed))
    flow = replace(load_flow("claude/web"), path=file)
    assert describe_source(flow, NOW) == (
        f"Follows your own flow file {file}, changed {said}. What it clicks: `auditor flows show {file}`"
    )


def test_a_file_that_has_gone_meanwhile_is_told_without_its_age() -> None:
    flow = replace(load_flow("claude/web"), path=Path("gone.toml"))
    assert describe_source(flow, NOW) == "Follows your own flow file gone.toml."


def test_a_flow_without_a_file_is_told_too() -> None:
    flow = replace(load_flow("claude/web"), path=None)
    assert describe_source(flow, NOW) == "Follows a flow that did not come with auditor."


FOUND = Finding(
    account="ada",
    flow="claude/web",
    origin="https://claude.ai",
    label=None,
    state=State.NOT_APPLICABLE,
    locked=False,
    wanted=State.OFF,
    outcome=Outcome.NOT_APPLICABLE,
    reason=None,
    message="The active organisation has no such setting: A chat · Team.",
    hint=None,
    organisation="A chat · Team",
)


def copy_of_shipped(folder: Path, old: str = "", new: str = "") -> Path:
    for name in ("site.toml", "web.toml"):
        text = (flow_folders()[-1] / "claude" / name).read_text(encoding="utf-8")
        (folder / name).write_text(text.replace(old, new) if old else text, encoding="utf-8")
    return folder / "web.toml"


def test_a_strangers_flow_cannot_have_any_text_told_as_the_organisation(tmp_path: Path) -> None:
    path = copy_of_shipped(tmp_path, 'test_id = "user-menu-header-org"', 'css = "#chat"')
    told = without_strange_names(FOUND, load_flow(str(path)))
    assert told.organisation is None
    assert "A chat" not in told.message


def test_a_copy_that_looks_where_the_tool_looks_tells_the_organisation(tmp_path: Path) -> None:
    copied = load_flow(str(copy_of_shipped(tmp_path)))
    assert not copied.is_shipped
    for flow in (copied, load_flow("claude/web")):
        assert without_strange_names(FOUND, flow) == FOUND
