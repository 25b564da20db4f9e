"""Compare auditor with what a user would write or take instead, on the built-in mock site.

Run it on a quiet machine. Whole processes take turns; medians, with the spread of the wall time.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditor.browser.engine.find import find_browsers
from auditor.mocksite import running
from benchmarks.cases import Bench, Comparison
from benchmarks.measuring import adopt_orphans, measure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_NO_BROWSER_OF_ITS_OWN = Path("/nonexistent")
GROUPS: dict[str, Callable[[Bench], Iterator[Comparison]]] = {
    "audit": lambda bench: iter([bench.audit()]),
    "change": lambda bench: iter([bench.change()]),
    "accounts": lambda bench: iter(
        [
            bench.accounts(1),
            bench.accounts(10, 1),
            *(bench.accounts(count) for count in (10, 50, 200)),
        ]
    ),
    "delay": lambda bench: iter(
        [
            bench.delay("on", 0, "on"),
            bench.delay("data-late-on", 1.5, "on"),
            bench.delay("late-panel", 2.9, "on"),
            bench.delay("off", 0, "off"),
            bench.delay("data-late-off", 1.5, "off"),
        ]
    ),
    "commands": lambda bench: iter([bench.commands()]),
    "selftest": lambda bench: iter([bench.selftest()]),
}
COLUMNS = (
    *("wall", "from", "to", "processor", "memory", "own memory"),
    *("wall ratio", "processor ratio", "own memory ratio"),
)


def main() -> None:
    """Measure what was asked for; print a table and write the same as JSON."""
    asked = _parse_arguments()
    adopt_orphans()
    results = []
    with running(port=0) as site, tempfile.TemporaryDirectory() as folder:
        env = _make_environment(Path(folder))
        for browser in asked.browser or _installed_browsers():
            for group in asked.only or [name for name in GROUPS if name != "selftest"]:
                for comparison in GROUPS[group](Bench(site, browser, Path(folder))):
                    results.append(_compare(comparison, browser, asked.runs, env))
                    _show(results[-1])
    if asked.output:
        document = {"machine": _describe_machine(), "comparisons": results}
        asked.output.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--runs", type=int, default=15, metavar="N")
    parser.add_argument("--only", nargs="+", choices=list(GROUPS), metavar="GROUP")
    parser.add_argument("--browser", action="append", metavar="PATH")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the same as JSON")
    return parser.parse_args()


def _installed_browsers() -> list[str]:
    """Return the paths of the light browser and of the whole one, as far as they are there."""
    found = [
        each.program()
        for headed in (False, True)
        for each in find_browsers(None, _NO_BROWSER_OF_ITS_OWN, headed=headed)[:1]
    ]
    return list(dict.fromkeys(path for path in found if path))


def _make_environment(folder: Path) -> dict[str, str]:
    """Return an environment with a home of its own, where compiled code is kept.

    A machine that keeps none (PYTHONDONTWRITEBYTECODE) would compile all modules in each process.
    """
    env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return env | {"PYTHONPYCACHEPREFIX": str(folder / "compiled"), "HOME": str(folder / "home")}


def _compare(
    comparison: Comparison, browser: str, runs: int, env: dict[str, str]
) -> dict[str, Any]:
    times = min(runs, comparison.runs or runs)
    samples = measure(comparison.subjects, times, env, memory=comparison.memory)
    measured = {name: each.summary() for name, each in samples.items()}
    return {"title": comparison.title, "browser": browser, "runs": times, "measured": measured}


def _show(result: dict[str, Any]) -> None:
    """Print one comparison; the ratios are to its second subject."""
    print(f"\n{result['title']} ({Path(result['browser']).name}, {result['runs']} runs)")
    print(f"{'':<30}" + "".join(f"{each:>{len(each) + 3}}" for each in COLUMNS))
    measured = result["measured"]
    yardstick = list(measured.values())[min(1, len(measured) - 1)]
    for name, told in measured.items():
        cells = (
            *(f"{told[key]:.2f}" for key in ("wall", "wall_min", "wall_max", "processor")),
            *(f"{told[key]:.0f}" if key in told else "" for key in ("memory", "own_memory")),
            *(
                f"{told[key] / yardstick[key]:.2f}" if key in told else ""
                for key in ("wall", "processor", "own_memory")
            ),
        )
        row = zip(cells, COLUMNS, strict=True)
        print(f"{name:<30}" + "".join(f"{cell:>{len(each) + 3}}" for cell, each in row))


def _describe_machine() -> dict[str, Any]:
    packages = ("playwright", "typer", "selenium", "shot-scraper")
    return {
        "cores": os.cpu_count(),
        "system": platform.platform(terse=True),
        "python": sys.version.split()[0],
        "packages": {name: version(name) for name in packages},
        "date": datetime.now(UTC).date().isoformat(),
    }


main()
