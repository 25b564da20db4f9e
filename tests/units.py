"""Which tests a run is made of, and how they are shared out to workers.

What stays together, what starts first, and what `./dev test` leaves to `./dev test all`.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from xdist.scheduler.loadscope import LoadScopeScheduling

from auditor.mocksite.scenarios import SCENARIOS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from xdist.remote import Producer
    from xdist.workermanage import WorkerController

# Files whose tests share one install, one server, or what one run saw.
TOGETHER = (
    "test_imports.py",
    "test_mutation.py",
    "test_wheel.py",
    "test_hostile_pages.py",
    "mocksite/test_page.py",
    "mocksite/test_signin.py",
    "mocksite/test_variants.py",
)
# What takes longest starts first, so that every core is busy to the end.
LONGEST = (
    "test_mutation.py",
    "test_selftest.py",
    "test_readme.py",
    "test_wheel.py",
    "test_hostile_pages.py",
    "test_login.py",
    "run/test_accounts.py",
    "test_attach.py",
    "test_connect.py",
    "test_canary.py",
    "cli/test_cli.py",
    "test_evidence.py",
    "test_leftovers.py",
    "test_variants.py",
    "test_scanner.py",
    "test_click_target.py",
    "test_change.py",
)
LAST = len(LONGEST) + 1


def _slices() -> dict[str, list[str]]:
    """Deal all scenarios out: every sixth to the whole browser, the others to the light one."""
    dealt: dict[str, list[str]] = {"whole": [], "light-1": [], "light-2": []}
    for number, name in enumerate(SCENARIOS):
        place = number % 6  # every sixth is the whole browser's; the other five take turns
        dealt["whole" if place == 0 else f"light-{1 + (number // 6 + place) % 2}"].append(name)
    return dealt


SLICES = _slices()
SLICE_OF = {name: each for each, names in SLICES.items() for name in names}


def unit_of(nodeid: str) -> str:
    """Name the unit of work that a test belongs to: most are one of their own."""
    path, _, test = nodeid.partition("::")
    if path.endswith(TOGETHER):
        return path
    if path.endswith("test_selftest.py") and test.startswith("test_the_answer_is_never_wrong"):
        return f"{path}::{SLICE_OF[test.partition('[')[2].removesuffix(']')]}"
    if test.startswith("test_chosen_off_is_proved_off"):  # the notices are looked at together
        return f"{path}::chosen off"
    return nodeid


def rank_of(nodeid: str, *, late: bool) -> int:
    """Return the place of a test in the order of starting."""
    path = nodeid.partition("::")[0]
    if late:
        return LAST
    return next((n for n, name in enumerate(LONGEST) if path.endswith(name)), LAST - 1)


def in_order(ranks: dict[str, int], workers: int) -> Sequence[str]:
    """Order tests with their ranks: what takes longest first, but nothing long second.

    Each worker is given two units of work at once, and the second waits for the first.
    """
    units: dict[str, list[str]] = {}
    for nodeid in sorted(ranks, key=lambda each: ranks[each]):
        units.setdefault(unit_of(nodeid), []).append(nodeid)
    ordered = list(units)
    first, rest = ordered[:workers], ordered[workers:]
    short = [unit for unit in rest if ranks[units[unit][0]] == LAST - 1][:workers]
    rest = [unit for unit in rest if unit not in short]
    return [nodeid for unit in (*first, *short, *rest) for nodeid in units[unit]]


def split_off_long_work(
    items: Iterable[pytest.Item],
) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Return what `./dev test` runs, and what it leaves to `./dev test all`.

    Left are the tests marked `slow`, and of those that need a browser or a keyring all cases but
    the first, or but every n-th where they are marked `every(n)`.
    """
    kept: list[pytest.Item] = []
    left: list[pytest.Item] = []
    seen: Counter[str] = Counter()
    for item in items:
        test = item.nodeid.partition("[")[0]
        number, each = seen[test], item.get_closest_marker("every")
        seen[test] += 1
        heavy = any(item.get_closest_marker(name) for name in ("browser", "keyring"))
        is_further = number % each.args[0] if each else number
        is_slow = item.get_closest_marker("slow")
        (left if is_slow or (heavy and is_further) else kept).append(item)
    return kept, left


def cases_asked_for(request: pytest.FixtureRequest, test: str, parameter: str) -> set[str]:
    """Return the cases of a test that this run will come to, for what prepares all of them at once.

    The test is named as pytest does: its file, two colons and its function.
    """
    return {
        str(item.callspec.params[parameter])
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.nodeid.partition("[")[0].endswith(test)
    }


def folder_of_all_workers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of this run of the tests; each worker has one of its own in it."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


class Units(LoadScopeScheduling):
    """Hands out units of work in the order of the tests.

    Where all tests are quick, a unit is a whole file: to hand one out takes longer than a test.
    """

    def __init__(self, config: pytest.Config, log: Producer, *, by_file: bool) -> None:
        super().__init__(config, log)
        self._by_file = by_file

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.partition("::")[0] if self._by_file else unit_of(nodeid)

    def mark_test_complete(
        self, node: WorkerController, item_index: int, duration: float = 0
    ) -> None:
        """Note that a test is done, and forget its unit with the last one.

        What is kept is counted anew after each test: thousands of units are a tenth of the time.
        """
        super().mark_test_complete(node, item_index, duration)
        unit = self._split_scope(self.registered_collections[node][item_index])
        if all(self.assigned_work[node][unit].values()):
            del self.assigned_work[node][unit]
