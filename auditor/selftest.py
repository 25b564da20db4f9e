"""Every scenario of the mock site, read and set in this machine's own browser, and scored.

A scenario is *correct* if the answer is what the scenario says, a *safe stop* if the tool says that
it cannot tell where it could have, and *wrong* if it claims what is not so. Writes are counted in
the mock site's ledger: none may come from a read, and at most the one declared write from a change.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any

from auditor.browser.engine.launch import BrowserOptions, RunningBrowser, launch_browser
from auditor.browser.faults import inject
from auditor.browser.visit import VisitPlan, open_visit
from auditor.core.audit import Confirm, Visit, change_setting
from auditor.core.base_url import parse_base_url
from auditor.core.clock import Clock
from auditor.core.finding import Finding, Outcome, State, Subject
from auditor.errors import Exit
from auditor.flow import load_flow
from auditor.interrupt import run_interruptible
from auditor.mocksite import SCENARIOS, Scenario, Site, running

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable

    from auditor.flow import Flow

TIMEOUT = 45.0  # seconds for a scenario that does not name its own
_WRITE = ("PATCH", "/api/account/settings")


class Score(StrEnum):
    """How an answer compares with the truth."""

    CORRECT = "correct"
    SAFE = "safe stop"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioResult:
    """What came of one scenario: reading it, and setting it to off."""

    name: str
    group: str
    read: Score
    change: Score
    expected: str
    got: str
    clicked: bool = False
    early_writes: int = 0
    unwanted_writes: int = 0

    @property
    def score(self) -> Score:
        """The worse of reading and changing."""
        return max((self.read, self.change), key=list(Score).index)


def run_selftest(
    names: Iterable[str],
    *,
    browser: str | None,
    jobs: int,
    done: Callable[[ScenarioResult], None],
    say: Callable[[str], None],
) -> list[ScenarioResult]:
    """Run the named scenarios, some at a time, and tell each as it is done.

    Raises SetupError without a browser.
    """
    chosen = [SCENARIOS[name] for name in names]
    with running(port=0) as site:
        return run_interruptible(_all(chosen, site, BrowserOptions(browser), jobs, done, say))


def selftest_exit_code(cases: Iterable[ScenarioResult]) -> Exit:
    """Say whether the machine can be trusted with a reading.

    Nothing wrong, nothing written unasked.
    """
    bad = any(case.score is Score.WRONG or case.unwanted_writes for case in cases)
    return Exit.SITE if bad else Exit.OK


async def _all(  # noqa: PLR0913, PLR0917 - all that a run needs
    chosen: list[Scenario],
    site: Site,
    options: BrowserOptions,
    jobs: int,
    done: Callable[[ScenarioResult], None],
    say: Callable[[str], None],
) -> list[ScenarioResult]:
    room = asyncio.Semaphore(jobs)

    async def one(scenario: Scenario, shared: RunningBrowser) -> ScenarioResult:
        async with room:
            case = await _case(scenario, site, shared, options)
        done(case)
        return case

    async with launch_browser(options, say) as shared:
        say(f"It runs on {shared.found.name}, version {shared.browser.version}.")
        # they would end alone at the end
        slow_first = sorted(chosen, key=lambda scenario: "faults" not in scenario.group)
        cases = await asyncio.gather(*(one(scenario, shared) for scenario in slow_first))
    # Only now, with the browser gone, is every write in: pages may send something when they are
    # left.
    return [
        replace(case, unwanted_writes=_unwanted(site.ledger(case.name), case)) for case in cases
    ]


async def _case(
    scenario: Scenario, site: Site, shared: RunningBrowser, options: BrowserOptions
) -> ScenarioResult:
    """Set the scenario to off.

    The question before the click shows what was read, and that nothing was written yet.
    """
    site.reset(scenario.name)
    asked: list[tuple[Finding, int]] = []

    async def note(found: Finding) -> bool:
        asked.append((found, len(site.ledger(scenario.name))))
        return True

    changed = await _run(scenario, site, _load_flow_of(scenario), shared, options, note)
    read, early = asked[0] if asked else (changed, 0)
    return ScenarioResult(
        name=scenario.name,
        group=scenario.group,
        read=_score_read(scenario, read),
        change=_score_change(scenario, changed, site.state(scenario.name)["server"]),
        clicked=bool(asked) and changed.outcome is not Outcome.NOT_AS_WANTED,
        early_writes=early,
        expected=_said(scenario.state, scenario.reason, *scenario.after_set_off),
        got=_said(read.state, read.reason, changed.outcome, changed.reason),
    )


def _load_flow_of(scenario: Scenario) -> Flow:
    flow = load_flow(scenario.flow)
    return replace(flow, device=scenario.device or flow.device)


def _any_write(site: Site, name: str) -> bool:
    return bool(site.ledger(name))


def _said(state: str, reason: str | None, outcome: str, after: str | None) -> str:
    return (
        f"{' '.join(filter(None, (state, reason)))}, after set"
        f" {' '.join(filter(None, (outcome, after)))}"
    )


async def _run(  # noqa: PLR0913, PLR0917 - one scenario, one way
    scenario: Scenario,
    site: Site,
    flow: Flow,
    shared: RunningBrowser,
    options: BrowserOptions,
    confirm: Confirm,
) -> Finding:
    where = parse_base_url(site.base_url(scenario.name))
    subject = Subject(account=scenario.name, flow=flow.id, origin=where.origin)
    clock, plan = Clock(scenario.timeout or TIMEOUT), VisitPlan(flow, where, State.OFF)

    @asynccontextmanager
    async def opened(browser: RunningBrowser) -> AsyncIterator[Visit]:
        async with AsyncExitStack() as stack:
            visit = await stack.enter_async_context(
                open_visit(browser, plan, clock, lambda _: None)
            )
            written = partial(_any_write, site, scenario.name)
            await stack.enter_async_context(inject(scenario.fault, visit, written))
            yield visit

    if scenario.fault and scenario.fault.startswith("kill_browser"):  # a browser of its own to die
        async with launch_browser(options, lambda _: None) as own:
            return await change_setting(subject, lambda: opened(own), confirm)
    return await change_setting(subject, lambda: opened(shared), confirm)


def _score_read(scenario: Scenario, found: Finding) -> Score:
    """Compare a read with what the scenario says."""
    reasons = {scenario.reason, *scenario.also}
    if (found.state, found.outcome) == (
        scenario.state,
        scenario.outcome,
    ) and found.reason in reasons:
        return Score.CORRECT
    return Score.SAFE if found.outcome in (Outcome.UNREAD, Outcome.NEEDS_HUMAN) else Score.WRONG


def _score_change(scenario: Scenario, found: Finding, server: object) -> Score:
    """Compare a change with what the scenario says.

    Whoever says `changed` or `as wanted` must be right.
    """
    if found.outcome in (Outcome.CHANGED, Outcome.AS_WANTED) and server is not False:
        return Score.WRONG
    wanted = {scenario.after_set_off, *scenario.after_also}
    answers = {
        (outcome, each)
        for outcome, reason in wanted
        for each in (reason, *(scenario.also if reason else ()))
    }
    if (found.outcome, found.reason) in answers:
        return Score.CORRECT
    stops = (Outcome.UNREAD, Outcome.NEEDS_HUMAN, Outcome.REFUSED)
    # the control had moved: nothing was clicked
    unchanged = found.outcome is Outcome.NOT_AS_WANTED and server is True
    return Score.SAFE if found.outcome in stops or unchanged else Score.WRONG


def _unwanted(ledger: list[dict[str, Any]], case: ScenarioResult) -> int:
    """Count every write but the one declared write that follows a click."""
    late = ledger[case.early_writes :]
    declared = [entry for entry in late if _is_declared(entry)][: 1 if case.clicked else 0]
    return case.early_writes + len(late) - len(declared)


def _is_declared(entry: dict[str, Any]) -> bool:
    method, path = _WRITE
    body = entry["body"]
    value = body.get("grove_enabled") if isinstance(body, dict) else None
    return entry["method"] == method and str(entry["path"]).endswith(path) and value is False
