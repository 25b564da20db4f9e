"""The good Privacy panel, mutated at random.

The verdict is the server's truth or a safe stop, and nothing is written.

300 mutants, some at a time, unless the environment variable AUDITOR_MUTANTS asks for another
number; `./dev test` asks for 60.
The waiting times are a fraction of the real ones, and the mutants' delays are scaled alike, so that
what must outlast what stays as it is.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from auditor.browser import visit
from auditor.browser.control import observation
from auditor.browser.engine.launch import BrowserOptions, RunningBrowser, launch_browser
from auditor.core.base_url import parse_base_url
from auditor.core.clock import Clock
from auditor.core.finding import Finding, Reading, State, Subject
from auditor.core.judging import judge
from auditor.flow import Flow, Step, StepAlternative, load_flow
from tests.panel_mutants import SEEDS, Mutant, Served, mutant_of, mutated
from tests.serving import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

_MUTANTS = int(os.environ.get("AUDITOR_MUTANTS", "300"))
_AT_ONCE = 5
_STILL, _ALONE, _GONE = 0.6, 1.8, 1.2
_TIME, _SHORT = 30.0, 4.0  # seconds: for a mutant that settles, and for one that never does
# of the mutants whose truth is this must be read at least; an off wants more, where only the page
# says it: a mutant whose label, link or words are changed lacks it
_ENOUGH = 300  # mutants; a share of fewer says little
_LEAST = {State.ON: 0.25, State.OFF: 0.2}


@dataclass(frozen=True)
class Reader:
    """One browser and one event loop for all mutants, and the site that serves them."""

    runner: asyncio.Runner
    running: RunningBrowser
    served: Served
    flow: Flow

    def read(self, *mutants: Mutant) -> list[Finding]:
        """Read mutants as `auditor audit` reads accounts, some at a time."""
        return self.runner.run(self._read_all([self.served.add(mutant) for mutant in mutants]))

    async def _read_all(self, numbers: list[int]) -> list[Finding]:
        room = asyncio.Semaphore(_AT_ONCE)

        async def one(number: int) -> Finding:
            async with room:
                return await self._read(number)

        return await asyncio.gather(*map(one, numbers))

    async def _read(self, number: int) -> Finding:
        where = parse_base_url(f"{self.served.url}/m/{number}")
        clock = Clock(_SHORT if self.served.mutants[number].endless else _TIME)
        opened = visit.open_visit(
            self.running, visit.VisitPlan(self.flow, where, State.OFF), clock, lambda _: None
        )
        async with opened as visited:
            reading: Reading = await visited.read()
        return judge(Subject(account="mutant", flow=self.flow.id, origin=where.origin), reading)


def _one_step() -> Flow:
    """Return the real flow with one click for its way, and no other way."""
    click = StepAlternative(test_id="open-privacy", known="INF 2026-11")
    step = Step(say="Click Privacy", click=(click,))
    return replace(load_flow("claude/web"), steps=(step,), shortcut=None)


@pytest.fixture(scope="module")
def reader(light_chromium: str) -> Iterator[Reader]:
    with (
        pytest.MonkeyPatch.context() as patch,
        serving(Served()) as served,
        asyncio.Runner() as runner,
    ):
        patch.setattr(observation, "QUIET_SECONDS", _STILL)
        patch.setattr(visit, "QUIET_SECONDS", _STILL)
        patch.setattr(observation, "QUIET_SECONDS_PAGE_ONLY", _ALONE)
        patch.setattr(observation, "ABSENT_SECONDS", _GONE)
        stack = AsyncExitStack()
        browser = BrowserOptions(light_chromium)
        running = runner.run(stack.enter_async_context(launch_browser(browser, lambda _: None)))
        try:
            yield Reader(runner, running, served, _one_step())
        finally:
            runner.run(stack.aclose())
            runner.run(
                asyncio.sleep(0.5)
            )  # the driver's end is noticed by a thread, and its pipes closed only then


def _fault(found: Finding, truth: State) -> str:
    """Say what is wrong with a finding.

    Another verdict than the truth, or a stop without a reason.
    """
    if found.state not in {truth, State.UNKNOWN, State.UNDECIDED}:
        return f"{truth} was read as {found.state}"
    return "" if found.state.settled or found.reason is not None else "a stop without a reason"


def _simplest(reader: Reader, seed: int, aspects: frozenset[str]) -> Mutant:
    """Leave out every aspect without which the verdict is still wrong."""
    for aspect in sorted(aspects):
        mutant = mutant_of(seed, aspects - {aspect})
        if _fault(reader.read(mutant)[0], State.of(mutant.truth)):
            aspects -= {aspect}
    return mutant_of(seed, aspects)


def _seeds() -> list[int]:
    """Let Hypothesis draw the seeds, always the same ones."""
    drawn: list[int] = []

    @settings(
        max_examples=_MUTANTS,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.generate,),  # a seed cannot be shrunk: the aspects are
        suppress_health_check=list(HealthCheck),
    )
    @given(seed=SEEDS)
    def draw(seed: int) -> None:
        drawn.append(seed)

    draw()
    return drawn


@pytest.mark.browser
@pytest.mark.timeout(120 + 5 * _MUTANTS)
def test_a_mutant_is_read_rightly_or_not_at_all(reader: Reader) -> None:
    tally: Counter[str] = Counter()
    seeds, begun = _seeds(), time.monotonic()
    assert len(set(seeds)) >= 0.95 * _MUTANTS
    mutants = [mutant_of(seed, mutated(seed)) for seed in seeds]
    for seed, mutant, found in zip(seeds, mutants, reader.read(*mutants), strict=True):
        truth = State.of(mutant.truth)
        tally.update(
            [f"truth {truth}", f"truth {truth}: {found.state} {found.reason or ''}".rstrip()]
        )
        if fault := _fault(found, truth):
            pytest.fail(
                f"{fault}: {found}\n{_simplest(reader, seed, mutated(seed))}", pytrace=False
            )
    assert reader.served.unwanted == {}
    told = (
        f"{time.monotonic() - begun:.0f} s for {len(mutants)} mutants:"
        f" {dict(sorted(tally.items()))}"
    )
    print(told)  # noqa: T201 - the tally, for `pytest -s`
    for state in (State.ON, State.OFF):
        read, of = tally[f"truth {state}: {state}"], tally[f"truth {state}"]
        assert min(read, of) > 0, told
        assert read >= _LEAST[state] * of or _MUTANTS < _ENOUGH, told


@pytest.mark.browser
def test_no_mutant_has_written_or_been_clicked_even_when_it_was_left(reader: Reader) -> None:
    assert reader.served.unwanted == {}
