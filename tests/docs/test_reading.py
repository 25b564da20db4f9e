"""The page on how a reading is made: its tables are current, and what it names exists."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from auditor.browser.control.corroboration import REQUIREMENTS
from auditor.browser.control.doubts import DOUBTS
from auditor.browser.control.settle import RULES
from auditor.mocksite import SCENARIOS
from tests.browser.test_hostile_pages import CASES

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reading.md"
GENERATOR = runpy.run_path(str(ROOT / "docs" / "generate_rules.py"))
ALL_RULES = [*RULES, *DOUBTS, *REQUIREMENTS]


def test_the_tables_of_rules_are_current() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == GENERATOR["with_tables"](page), "run python docs/generate_rules.py --write"


def test_a_page_that_is_not_current_is_noticed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "reading.md"
    page.write_text(f"Before\n{GENERATOR['BEGIN']}old{GENERATOR['END']}\nAfter\n", encoding="utf-8")
    main = GENERATOR["main"]
    monkeypatch.setitem(main.__globals__, "PAGE", page)
    assert main(["--check"]) == 5
    assert capsys.readouterr().out.startswith("reading.md is not current")
    assert main(["--write"]) == 0
    assert main(["--check"]) == 0
    assert page.read_text(encoding="utf-8").startswith("Before\n")
    assert page.read_text(encoding="utf-8").endswith("\nAfter\n")


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.name)
def test_what_shows_a_rule_exists(rule: object) -> None:
    kind, _, name = rule.scenario.partition(":")  # type: ignore[attr-defined]
    if kind == "mock":
        assert name in SCENARIOS
    elif kind == "hostile":
        assert name in CASES
    else:
        assert kind == "test"
        file, test, parameter = re.fullmatch(r"([^:]+)::(\w+)(?:\[(.+)\])?", name).groups()  # type: ignore[union-attr]
        source = (ROOT / file).read_text(encoding="utf-8")
        assert f"def {test}(" in source
        assert parameter is None or f'"{parameter}"' in source


def test_each_rule_has_a_name_of_its_own() -> None:
    for rules in (RULES, DOUBTS, REQUIREMENTS):
        names = [rule.name for rule in rules]
        assert len(set(names)) == len(names)


def test_every_file_that_the_page_names_exists() -> None:
    page = PAGE.read_text(encoding="utf-8").split(GENERATOR["BEGIN"])[0]
    named = set(re.findall(r"`((?:auditor/)?[\w/]+\.(?:py|js))`", page))
    folders = (ROOT, ROOT / "auditor" / "browser")
    assert named
    assert [name for name in named if not any((base / name).exists() for base in folders)] == []
