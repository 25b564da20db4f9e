"""The table of docs/history.md is what a check says when each of its rows is really done."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.records.tampering import SITUATIONS, WAYS, check_in, make_history

PAGE = Path(__file__).parents[2] / "docs" / "history.md"


def read_table(first: str) -> dict[str, list[str]]:
    """Return the rows of the table whose first head is this, by their first cells."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    begin = next(at for at, line in enumerate(lines) if line.startswith(f"| {first} |"))
    rows = {}
    for line in lines[begin:]:
        if not line.startswith("|"):
            break
        name, *cells = (cell.strip() for cell in line.strip("|").split("|"))
        rows[name] = [re.sub(r"\*\*", "", cell) for cell in cells]
    return rows


TABLE = read_table("What was done")


def test_the_table_has_each_way_in_each_situation() -> None:
    assert list(TABLE["What was done"]) == list(SITUATIONS)
    assert [name for name in TABLE if name not in WAYS] == ["What was done", "---"]
    assert [name for name in WAYS if name not in TABLE] == []


@pytest.mark.medium
@pytest.mark.parametrize("name", WAYS)
def test_what_was_done_is_named_as_the_table_says(tmp_path: Path, name: str) -> None:
    found = []
    for number, situation in enumerate(SITUATIONS):
        (tmp_path / str(number)).mkdir()
        kept = make_history(tmp_path / str(number))
        WAYS[name](kept)
        found.append(check_in(kept, situation))
    assert found == TABLE[name]
