"""Write the tables of all rules of judgement into docs/reading.md, or check that they are current.

`python docs/generate_rules.py --check` fails if they are not; `--write` brings them up to date.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditor.browser.control.corroboration import REQUIREMENTS
from auditor.browser.control.doubts import DOUBTS
from auditor.browser.control.settle import RULES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from auditor.browser.control.rules import Rule

PAGE = Path(__file__).with_name("reading.md")
BEGIN, END = "<!-- generated: rules -->\n", "<!-- end -->"
_HEAD = "| Rule | When | What it says | Why | Shown by |\n|---|---|---|---|---|\n"


def render_tables() -> str:
    """Return the tables: rules of settling, doubts, requirements, each in the order asked."""
    settling, doubts, required = _table(RULES), _table(DOUBTS), _table(REQUIREMENTS)
    return (
        "### Does the reading count? (`auditor/browser/control/settle.py`)\n\n"
        f"{settling}\n"
        "### What may speak against a control? (`auditor/browser/control/doubts.py`)\n\n"
        f"{doubts}\n"
        "### What rules out an off that is only seen?"
        " (`auditor/browser/control/corroboration.py`)\n\n"
        f"{required}"
    )


def with_tables(page: str) -> str:
    """Return the page with the tables between its markers as they are now."""
    before, _, rest = page.partition(BEGIN)
    _, marker, after = rest.partition(END)
    if not marker:
        raise ValueError(f"{PAGE.name} lacks the markers {BEGIN.strip()} and {END}")
    return f"{before}{BEGIN}\n{render_tables()}\n{END}{after}"


def _table(rules: Iterable[Rule[Any, Any]]) -> str:
    return _HEAD + "".join(_row(rule) for rule in rules)


def _row(rule: Rule[Any, Any]) -> str:
    cells = [rule.name, rule.when, str(rule.outcome), rule.why, _shown_by(rule.scenario)]
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |\n"


def _shown_by(scenario: str) -> str:
    """Return what shows a rule as a reader would look for it."""
    kind, _, name = scenario.partition(":")
    if kind == "mock":
        return f"`{name}` of the mock site"
    if kind == "hostile":
        return f"hostile page “{name}”"
    file, _, test = name.partition("::")
    return f"`{test}` in `{file}`"


def main(arguments: list[str]) -> int:
    """Check or write the page; returns the exit code."""
    page = PAGE.read_text(encoding="utf-8")
    current = with_tables(page)
    if arguments == ["--write"]:
        PAGE.write_text(current, encoding="utf-8")
        return 0
    if arguments != ["--check"]:
        print("usage: generate_rules.py --check | --write", file=sys.stderr)
        return 2
    if page != current:
        print(f"{PAGE.name} is not current: run python docs/generate_rules.py --write")
        return 5
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
