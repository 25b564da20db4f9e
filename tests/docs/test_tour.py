"""Every file, function and class that the tour names is in the code."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from tests.docs.pages import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

TOUR = (ROOT / "docs/tour.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`((?:auditor|flows|tests)/[\w./-]+)(?::([\w.]+))?`", TOUR)))
STEPS = re.findall(r"^\*\*(\d+)\. ", TOUR, re.MULTILINE)
QUESTIONS = re.findall(
    r"^\| (?!What \||---)(.*?) \|", TOUR.split("## Where would I")[1], re.MULTILINE
)


def defined(body: list[ast.stmt]) -> Iterator[tuple[str, list[ast.stmt]]]:
    """Give every name that a module or class defines, with what stands in it."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, []
        elif isinstance(node, ast.ClassDef):
            yield node.name, node.body
        elif isinstance(node, ast.Assign):
            yield from ((each.id, []) for each in node.targets if isinstance(each, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id, []


def has(source: str, name: str) -> bool:
    body = ast.parse(source).body
    for part in name.split("."):
        inside = dict(defined(body))
        if part not in inside:
            return False
        body = inside[part]
    return True


@pytest.mark.parametrize(
    ("name", "expected"),
    [("f", True), ("C", True), ("C.m", True), ("LIMIT", True), ("m", False), ("C.f", False)],
)
def test_a_name_is_found_where_it_is_defined(name: str, expected: bool) -> None:
    source = "LIMIT: int = 1\ndef f(): pass\nclass C:\n    async def m(self): pass\n"
    assert has(source, name) is expected


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_what_the_tour_names_is_there(path: str, name: str) -> None:
    file = ROOT / path
    assert file.exists(), f"docs/tour.md names {path}, which is not there"
    if name:
        assert has(file.read_text(encoding="utf-8"), name), f"{path} has no {name}"


def test_the_tour_has_ten_steps_and_answers_many_questions() -> None:
    assert [*map(int, STEPS)] == list(range(1, 11))
    assert len(QUESTIONS) >= 20
