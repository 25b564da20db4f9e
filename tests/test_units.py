"""What `./dev test` runs of the cases of a test, and what it leaves to `./dev test all`."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from tests import conftest
from tests.units import split_off_long_work

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass
class Item:
    """A collected test with its markers, as far as the choice looks at it."""

    nodeid: str
    markers: dict[str, pytest.Mark] = field(default_factory=dict)

    def get_closest_marker(self, name: str) -> pytest.Mark | None:
        return self.markers.get(name)


def marked(**markers: tuple[int, ...]) -> dict[str, pytest.Mark]:
    return {name: pytest.Mark(name, args, {}, _ispytest=True) for name, args in markers.items()}


def split(items: Iterable[Item]) -> tuple[list[str], list[str]]:
    kept, further = split_off_long_work(cast("list[pytest.Item]", list(items)))
    return [each.nodeid for each in kept], [each.nodeid for each in further]


def cases(test: str, number: int, **markers: tuple[int, ...]) -> list[Item]:
    return [Item(f"{test}[{each}]", marked(**markers)) for each in range(number)]


@pytest.mark.parametrize("marker", ["browser", "keyring"])
def test_the_first_case_stands_for_all(marker: str) -> None:
    kept, further = split(cases("a.py::test_a", 3, **{marker: ()}))
    assert kept == ["a.py::test_a[0]"]
    assert further == ["a.py::test_a[1]", "a.py::test_a[2]"]


def test_every_nth_case_runs_where_the_test_says_so() -> None:
    kept, further = split(cases("a.py::test_a", 7, browser=(), every=(3,)))
    assert kept == [f"a.py::test_a[{number}]" for number in (0, 3, 6)]
    assert len(further) == 4


def test_all_cases_run_that_need_no_browser() -> None:
    kept, further = split(cases("a.py::test_a", 3))
    assert (len(kept), further) == (3, [])


@pytest.mark.parametrize("markers", [{"browser": ()}, {}])
def test_what_is_slow_is_left_with_all_its_cases(markers: dict[str, tuple[int, ...]]) -> None:
    kept, left = split(cases("a.py::test_a", 3, slow=(), **markers))
    assert (kept, len(left)) == ([], 3)


def test_nothing_else_is_left_out_as_a_whole() -> None:
    tests = [
        *cases("a.py::test_a", 2, browser=()),
        Item("a.py::test_b", marked(browser=())),
        *cases("b.py::test_a", 2, browser=()),  # of another module, with the same name
    ]
    kept, further = split(tests)
    assert kept == ["a.py::test_a[0]", "a.py::test_b", "b.py::test_a[0]"]
    assert further == ["a.py::test_a[1]", "b.py::test_a[1]"]


@pytest.mark.parametrize(
    ("source", "options", "is_short"),
    [
        ("TESTPATHS", {}, True),
        ("ARGS", {}, False),
        ("TESTPATHS", {"keyword": "locked"}, False),
        ("TESTPATHS", {"markexpr": "browser"}, False),
        ("TESTPATHS", {"lf": True}, False),
    ],
)
@pytest.mark.parametrize("is_worker", [True, False], ids=["worker", "alone"])
def test_whoever_names_tests_gets_all_their_cases(
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    options: dict[str, object],
    *,
    is_short: bool,
    is_worker: bool,
) -> None:
    """In each worker, too: it reads the command line itself."""
    monkeypatch.setenv("AUDITOR_MUTANTS", "1")
    option = SimpleNamespace(
        **{"short": True, "fork": False, "keyword": "", "markexpr": "", **options}
    )
    config = SimpleNamespace(option=option, args_source=pytest.Config.ArgsSource[source])
    if is_worker:
        config.workerinput = {}
    conftest.pytest_configure(cast("pytest.Config", config))
    assert option.short is is_short
