"""Print the self-test: a progress bar, then the table of scores for each group of scenarios."""

from __future__ import annotations

import json as json_
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from auditor import __version__
from auditor.report.terminal import build_console

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_SCORES = ("correct", "safe stop", "wrong")


class Case(Protocol):
    """What the table needs of a self-test's case."""

    @property
    def name(self) -> str: ...
    @property
    def group(self) -> str: ...
    @property
    def score(self) -> str: ...
    @property
    def unwanted_writes(self) -> int: ...
    @property
    def expected(self) -> str: ...
    @property
    def got(self) -> str: ...


@contextmanager
def show_scoring(total: int) -> Iterator[Callable[[Case], None]]:
    """Show a progress bar on stderr while cases come in."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=build_console(stderr=True), transient=True) as bar:
        task = bar.add_task("Self-test", total=total)
        yield lambda _: bar.advance(task)


def show_scores(cases: Sequence[Case], *, json: bool) -> None:
    """Print the table, and each case that was not correct; or all of it as one JSON document."""
    if json:
        sys.stdout.write(json_.dumps(_build_document(cases), ensure_ascii=False, indent=2) + "\n")
        return
    out = build_console()
    out.print(_build_table(cases))
    for case in cases:
        if case.score != "correct" or case.unwanted_writes:
            writes = f"; unwanted writes: {case.unwanted_writes}" if case.unwanted_writes else ""
            out.print(
                f"{case.score}: {case.name}: expected {case.expected}, got {case.got}{writes}"
            )


def _build_table(cases: Sequence[Case]) -> Table:
    table = Table(title="Self-test", title_justify="left", show_footer=True)
    table.add_column("Group", footer="all")
    for score in _SCORES:
        table.add_column(score, justify="right", footer=str(_count_score(cases, score)))
    table.add_column(
        "unwanted writes", justify="right", footer=str(sum(case.unwanted_writes for case in cases))
    )
    for group in dict.fromkeys(case.group for case in cases):
        own = [case for case in cases if case.group == group]
        writes = sum(case.unwanted_writes for case in own)
        table.add_row(group, *(str(_count_score(own, score)) for score in _SCORES), str(writes))
    return table


def _count_score(cases: Sequence[Case], score: str) -> int:
    return sum(case.score == score for case in cases)


def _build_document(cases: Sequence[Case]) -> dict[str, object]:
    rows = [
        {
            "name": case.name,
            "group": case.group,
            "score": case.score,
            "unwanted_writes": case.unwanted_writes,
            "expected": case.expected,
            "got": case.got,
        }
        for case in cases
    ]
    totals = {score.replace(" ", "_"): _count_score(cases, score) for score in _SCORES}
    writes = sum(case.unwanted_writes for case in cases)
    tool = {"name": "auditor", "version": __version__}
    return {
        "schema": 1,
        "tool": tool,
        "scores": {**totals, "unwanted_writes": writes},
        "cases": rows,
    }
