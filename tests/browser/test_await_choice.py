"""A person answers a notice in the window that was read; the tool presses nothing.

The person is played by real input events of the browser.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from auditor.browser import await_choice
from auditor.browser.engine.launch import BrowserOptions, launch_browser
from auditor.browser.visit import PageVisit, VisitPlan, open_visit
from auditor.core.audit import SecondLook, audit_setting
from auditor.core.base_url import parse_base_url
from auditor.core.clock import Clock
from auditor.core.finding import Evidence, Outcome, Reason, State, Subject
from auditor.flow import load_flow
from auditor.mocksite import SCENARIOS
from tests.units import cases_asked_for

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from playwright.async_api import Page

    from auditor.browser.engine.launch import RunningBrowser
    from auditor.core.audit import Visit
    from auditor.core.finding import Finding, PersonsAnswer
    from auditor.mocksite import Site

    Person = Callable[[Page], Awaitable[None]]

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser]
FLOW = load_flow("claude/web")
NOTICES = [name for name in SCENARIOS if name.startswith(("terms-", "onboarding"))]
_EACH = "test_await_choice.py::test_chosen_off_is_proved_off"
TELLS = [name for name in NOTICES if "late" not in name and "itself" not in name]
_AT_ONCE = 8
_ENOUGH = 1.5  # minutes: a person who has chosen is never waited for so long
_SHORT = 0.05  # minutes for a person who never comes


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def running(light_chromium: str) -> AsyncIterator[RunningBrowser]:
    async with launch_browser(BrowserOptions(light_chromium), lambda _: None) as browser:
        yield browser


@dataclass
class Watched:
    """One audit with a person at the window: what was found, and what the mock was sent."""

    found: Finding
    ledger: list[tuple[str, str, Any]]
    left: list[float]


async def audit(
    running: RunningBrowser, site: Site, name: str, person: Person, minutes: float = _ENOUGH
) -> Watched:
    site.reset(name)
    where, clock, left = parse_base_url(site.base_url(name)), Clock(90), list[float]()
    subject = Subject(account=name, flow=FLOW.id, origin=where.origin)

    def opened() -> Any:  # noqa: ANN401 - a visit
        return open_visit(running, VisitPlan(FLOW, where, State.OFF), clock, lambda _: None)

    async def wait(visit: Visit) -> PersonsAnswer:
        assert isinstance(visit, PageVisit)
        begun = asyncio.Event()

        async def act() -> None:  # as soon as the person is told that the tool waits
            await begun.wait()
            await person(visit.page)

        def tell(seconds: float) -> None:
            left.append(seconds)
            begun.set()

        acting = asyncio.ensure_future(act())
        try:
            answer = await visit.wait_for_choice(minutes, tell)
        finally:
            acting.cancel()
            (fault,) = await asyncio.gather(acting, return_exceptions=True)
        if isinstance(fault, Exception):  # what the person could not do would be taken for theirs
            raise fault
        return answer

    found = await audit_setting(subject, opened, wait, SecondLook(0.1))
    kept = [
        (str(each["method"]), str(each["path"]).partition("/api/")[2], each["body"])
        for each in site.ledger(name)
    ]
    return Watched(found, kept, left)


def choosing(*, on: bool) -> Person:
    """Return a person who brings the switch to a state, and presses the button that stores it."""

    async def act(page: Page) -> None:
        switch = page.locator("#notices [role=switch], main.alone [role=switch]")
        if await switch.is_checked() is not on:
            box = await switch.locator("xpath=ancestor-or-self::*[self::label or self::button][1]")\
                .bounding_box()  # fmt: skip
            assert box is not None
            await page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        assert await switch.is_checked() is on
        await page.locator("button.primary").last.click()

    return act


async def nobody(_: Page) -> None:
    """Stand for a person who does not come."""


def sent_by(name: str, *, on: bool) -> list[tuple[str, str, Any]]:
    if name.startswith("onboarding"):
        return [("PUT", "account", {"settings": {"grove_enabled": on}})]
    return [
        ("PATCH", "account/settings", {"grove_enabled": on}),
        ("PUT", "account/accept_legal_docs", {"accepted": True}),
    ]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def chosen_off(
    request: pytest.FixtureRequest, running: RunningBrowser, served_site: Site
) -> dict[str, Watched]:
    """Return what came of each notice at which the person chose off, some looked at at a time."""
    names = sorted(cases_asked_for(request, _EACH, "name"))
    room = asyncio.Semaphore(_AT_ONCE)

    async def one(name: str) -> Watched:
        async with room:
            return await audit(running, served_site, name, choosing(on=False))

    return dict(zip(names, await asyncio.gather(*map(one, names)), strict=True))


@pytest.mark.every(5)
@pytest.mark.parametrize("name", TELLS)
async def test_chosen_off_is_proved_off(chosen_off: dict[str, Watched], name: str) -> None:
    seen = chosen_off[name]
    assert (seen.found.state, seen.found.outcome, seen.found.reason, seen.found.evidence) == (
        State.OFF,
        Outcome.AS_WANTED,
        None,
        Evidence.PROVED,
    ), seen.found.message
    assert seen.found.message.endswith(
        "You chose OFF yourself in the window; the tool pressed nothing."
    )
    assert seen.ledger == sent_by(name, on=False)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["terms-en", "terms-ko", "onboarding", "onboarding-es-es"])
async def test_chosen_on_is_exposed(running: RunningBrowser, site: Site, name: str) -> None:
    seen = await audit(running, site, name, choosing(on=True))
    assert (seen.found.state, seen.found.outcome) == (State.ON, Outcome.NOT_AS_WANTED)
    assert seen.ledger == sent_by(name, on=True)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["terms-notice-grace", "terms-notice-blocking", "onboarding"])
async def test_nothing_chosen_is_pending_after_the_wait(
    running: RunningBrowser, site: Site, name: str
) -> None:
    # long enough for a second look, however long the first one takes
    seen = await audit(running, site, name, nobody, 0.2)
    assert (seen.found.state, seen.found.outcome, seen.found.reason) == (
        State.UNDECIDED,
        Outcome.NEEDS_HUMAN,
        Reason.CHOICE_PENDING,
    )
    assert seen.found.message.endswith("No choice was stored within 12 seconds.")
    assert seen.ledger == []
    assert seen.left[0] > seen.left[-1] > 0


@pytest.mark.parametrize("way", ["Not now", "Close", "Escape"])
async def test_put_off_is_pending_and_only_that_is_sent(
    running: RunningBrowser, site: Site, way: str
) -> None:
    async def put_off(page: Page) -> None:
        if way == "Escape":
            await page.keyboard.press("Escape")
        else:
            await page.get_by_role("dialog").get_by_role("button", name=way).click()

    seen = await audit(running, site, "terms-notice-grace", put_off)
    assert (seen.found.state, seen.found.reason) == (State.UNDECIDED, Reason.CHOICE_PENDING)
    assert seen.found.message.endswith("You put the choice off in the window.")
    assert seen.ledger == [("POST", "account/grove_notice_viewed", {})]


@pytest.mark.slow
async def test_what_a_page_writes_and_presses_by_itself_is_held_back(
    running: RunningBrowser, site: Site
) -> None:
    """It writes every 0.4 s, presses by script after 2.5 s, and calls what presses are told by."""
    seen = await audit(running, site, "terms-presses-itself", nobody, 0.1)
    assert seen.ledger == []
    assert (seen.found.state, seen.found.reason) == (State.UNDECIDED, Reason.CHOICE_PENDING)


async def test_a_press_elsewhere_lets_nothing_go(running: RunningBrowser, site: Site) -> None:
    async def press_the_switch(page: Page) -> None:
        await page.locator("#notices [role=switch]").click()
        await page.mouse.click(2, 2)

    seen = await audit(running, site, "terms-presses-itself", press_the_switch, _SHORT)
    assert seen.ledger == []


async def test_a_closed_window_is_told(running: RunningBrowser, site: Site) -> None:
    async def close(page: Page) -> None:
        await page.close()

    seen = await audit(running, site, "terms-notice-blocking", close)
    assert seen.found.message.endswith("The window was closed before a choice was stored.")
    assert (seen.found.reason, seen.ledger) == (Reason.CHOICE_PENDING, [])


async def test_a_notice_that_is_loaded_again_is_waited_for(
    running: RunningBrowser, site: Site
) -> None:
    async def reload_and_choose(page: Page) -> None:
        await page.reload()
        await page.locator("#notices [role=switch]").wait_for()
        await choosing(on=False)(page)

    seen = await audit(running, site, "terms-notice-blocking", reload_and_choose)
    assert (seen.found.state, seen.found.evidence) == (State.OFF, Evidence.PROVED)


# ---------------------------------------------------------------- at the setting's own switch


def pressing_switch(*, times: int) -> Person:
    """Return a person who presses the setting's switch, and waits each time until that is saved."""

    async def act(page: Page) -> None:
        switch = page.get_by_role("switch", name=FLOW.about.labels[0])
        for _ in range(times):
            visible = switch.locator("xpath=ancestor-or-self::*[self::label or self::button][1]")
            box = await (visible if await visible.count() else switch).bounding_box()
            assert box is not None
            async with page.expect_response(lambda answer: answer.request.method == "PATCH"):
                await page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    return act


def set_to(*values: str) -> list[tuple[str, str, Any]]:
    return [("PATCH", "account/settings", {"grove_enabled": value == "on"}) for value in values]


@pytest.mark.parametrize("name", ["undecided", "undecided-late", "undecided-native"])
async def test_a_choice_made_at_the_switch_is_proved(
    running: RunningBrowser, site: Site, name: str
) -> None:
    seen = await audit(running, site, name, pressing_switch(times=2))
    assert (seen.found.state, seen.found.outcome, seen.found.evidence) == (
        State.OFF,
        Outcome.AS_WANTED,
        Evidence.PROVED,
    ), seen.found.message
    assert seen.found.message.endswith(
        "You chose OFF yourself in the window; the tool pressed nothing."
    )
    assert seen.ledger == set_to("on", "off")


async def test_a_switch_left_on_is_exposed_after_a_second_thought(
    running: RunningBrowser, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(await_choice, "_SECOND_THOUGHT", 0.5)
    seen = await audit(running, site, "undecided", pressing_switch(times=1))
    assert (seen.found.state, seen.found.outcome) == (State.ON, Outcome.NOT_AS_WANTED)
    assert seen.ledger == set_to("on")


@pytest.mark.parametrize("closes", [True, False], ids=["closed", "time over"])
async def test_what_was_stored_counts_without_a_second_thought(
    running: RunningBrowser, site: Site, monkeypatch: pytest.MonkeyPatch, *, closes: bool
) -> None:
    monkeypatch.setattr(await_choice, "_SECOND_THOUGHT", 120)  # longer than anything here

    async def press_once(page: Page) -> None:
        await pressing_switch(times=1)(page)
        if closes:
            await page.close()

    seen = await audit(running, site, "undecided", press_once, _ENOUGH if closes else 0.4)
    assert seen.found.state is State.ON
    assert "You chose ON yourself in the window" in seen.found.message


async def test_a_switch_that_nobody_presses_stays_undecided(
    running: RunningBrowser, site: Site
) -> None:
    async def writes_by_itself(page: Page) -> None:
        body = '{"method": "PATCH", "body": "{\\"grove_enabled\\": true}"}'
        await page.evaluate(f"fetch('api/account/settings', {body}).catch(() => 0)")
        await page.evaluate("document.querySelectorAll('[role=switch]').forEach((one) => one.click())")  # fmt: skip

    seen = await audit(running, site, "undecided", writes_by_itself, _SHORT)
    assert (seen.found.state, seen.found.reason) == (State.UNDECIDED, Reason.CHOICE_PENDING)
    assert seen.found.message.endswith("No choice was stored within 3 seconds.")
    assert seen.ledger == []


async def test_a_press_of_another_switch_lets_nothing_go(
    running: RunningBrowser, site: Site
) -> None:
    async def press_another(page: Page) -> None:
        await page.get_by_role("switch", name="Location metadata").click()
        await page.evaluate("document.querySelectorAll('[role=switch]').forEach((one) => one.click())")  # fmt: skip

    seen = await audit(running, site, "undecided", press_another, _SHORT)
    assert (seen.found.state, seen.ledger) == (State.UNDECIDED, [])
