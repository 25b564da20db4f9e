"""What a person's press of a notice's button lets go: its own requests, each once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from auditor.browser.engine.interception import HeldRequest
from auditor.browser.network import persons_choice
from auditor.browser.network.guard import SentRequest, WriteGuard
from auditor.browser.network.monitor import NetworkMonitor
from auditor.browser.network.persons_choice import HeardPress, PersonsChoice
from auditor.core.base_url import parse_base_url
from auditor.core.finding import State
from auditor.flow import load_flow

Press = Callable[[PersonsChoice, float], None]
SITE, HERE = load_flow("claude/web").about, parse_base_url("http://127.0.0.1:8400/s/x")
SETTINGS = "http://127.0.0.1:8400/s/x/api/account/settings"
ACCEPTS = SentRequest("PATCH", SETTINGS, '{"grove_enabled": false}')
LEGAL = SentRequest(
    "PUT", "http://127.0.0.1:8400/s/x/api/account/accept_legal_docs", '{"accepted": true}'
)
VIEWED = SentRequest("POST", "http://127.0.0.1:8400/s/x/api/account/grove_notice_viewed", "{}")
SIGNS_UP = SentRequest(
    "PUT", "http://127.0.0.1:8400/s/x/api/account", '{"settings": {"grove_enabled": true}}'
)


def pressed(*names: str) -> PersonsChoice:
    choice = PersonsChoice(SITE, HERE)
    choice.note_press(HeardPress(names))
    return choice


def test_without_a_press_nothing_goes_out() -> None:
    choice = PersonsChoice(SITE, HERE)
    assert not any(map(choice.admit, (ACCEPTS, LEGAL, VIEWED, SIGNS_UP)))


@pytest.mark.parametrize("name", SITE.texts("@accept"))
def test_what_accept_sends_goes_out_once(name: str) -> None:
    choice = pressed(f" {name.upper()} ")
    assert [choice.admit(each) for each in (ACCEPTS, ACCEPTS, LEGAL, LEGAL, VIEWED, SIGNS_UP)] == [
        True,
        False,
        True,
        False,
        True,
        False,
    ]


@pytest.mark.parametrize("name", SITE.texts("@continue"))
def test_what_the_sign_up_step_sends_goes_out_once(name: str) -> None:
    choice = pressed(name)
    assert [choice.admit(each) for each in (ACCEPTS, SIGNS_UP, SIGNS_UP)] == [False, True, False]


@pytest.mark.parametrize("name", [*SITE.texts("@not_now"), *SITE.texts("@close")])
def test_putting_it_off_lets_no_choice_go(name: str) -> None:
    choice = pressed(name)
    assert [choice.admit(each) for each in (ACCEPTS, LEGAL, VIEWED)] == [False, False, True]


def test_the_escape_key_puts_it_off() -> None:
    choice = PersonsChoice(SITE, HERE)
    choice.note_press(HeardPress(is_escape=True))
    assert [choice.admit(each) for each in (ACCEPTS, VIEWED)] == [False, True]


@pytest.mark.parametrize(
    "sent",
    [
        replace(ACCEPTS, method="PUT"),
        replace(ACCEPTS, url=f"{SETTINGS}?x=1"),
        replace(ACCEPTS, url=f"{SETTINGS}/other"),
        replace(ACCEPTS, url="http://127.0.0.1:8401/s/x/api/account/settings"),
        replace(ACCEPTS, url="http://127.0.0.1:8400/s/y/api/account/settings"),
        replace(ACCEPTS, headers={"x-http-method-override": "DELETE"}),
        replace(ACCEPTS, body='{"location_metadata_enabled": false}'),
        replace(ACCEPTS, body='{"grove_enabled": null}'),
        replace(ACCEPTS, body='{"grove_enabled": true, "a": {"grove_enabled": false}}'),
        replace(ACCEPTS, body=None),
        replace(LEGAL, body='{"accepted": true, "grove_enabled": true}'),
    ],
    ids=[
        "method",
        "query",
        "below",
        "origin",
        "another account",
        "override",
        "no choice",
        "null",
        "two values",
        "no body",
        "smuggled along",
    ],
)
def test_what_is_not_exactly_declared_stays_back(sent: SentRequest) -> None:
    assert not pressed("Accept").admit(sent)


def test_a_press_is_forgotten_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(persons_choice, "_PRESS_SECONDS", -1)
    assert not pressed("Accept").admit(ACCEPTS)


@pytest.mark.parametrize(
    ("status", "stored", "refusal"),
    [
        (200, State.OFF, ""),
        (202, None, "the site accepted the save, but had not carried it out yet (202)"),
        (500, None, "the site answered the save with 500"),
    ],
)
def test_the_sites_answer_tells_whether_it_took_the_choice(
    status: int, stored: State | None, refusal: str
) -> None:
    guard = WriteGuard(SITE, HERE)
    guard.persons_choice = choice = pressed("Accept")
    assert guard.admit(ACCEPTS, set())
    guard.note_answer("PUT", LEGAL.url, 400)
    guard.note_answer("PATCH", SETTINGS, status)
    assert (choice.sent, choice.stored, choice.refusal) == (State.OFF, stored, refusal)


def test_a_choice_that_was_broken_off_is_told() -> None:
    guard = WriteGuard(SITE, HERE)
    guard.persons_choice = choice = pressed("Accept")
    assert guard.admit(ACCEPTS, set())
    guard.note_broken_off("PATCH", SETTINGS)
    assert (choice.stored, choice.refusal) == (None, "the save was broken off")


def test_when_nobody_is_waited_for_the_guard_holds_all_of_it_back() -> None:
    guard = WriteGuard(SITE, HERE)
    assert not guard.admit(ACCEPTS, set())


# ---------------------------------------------------------------- at the setting's own switch


def switch_pressed(*names: str, links: tuple[str, ...] = ()) -> PersonsChoice:
    choice = PersonsChoice(SITE, HERE, State.OFF)
    choice.note_press(HeardPress(control=names, links=links))
    return choice


HELP, DECOY = "https://x/12109829-a", "https://x/11186740-b"


@pytest.mark.parametrize("label", SITE.labels)
def test_a_press_of_the_switch_lets_its_one_write_go_once(label: str) -> None:
    choice = switch_pressed(f" {label.upper()} and a description")
    assert [choice.admit(each) for each in (LEGAL, ACCEPTS, ACCEPTS)] == [False, True, False]
    assert (choice.sent, choice.stored) == (State.OFF, None)
    choice.note_answer("PATCH", SETTINGS, 200)
    assert choice.stored is State.OFF


@pytest.mark.parametrize(
    ("links", "counts"),
    [((HELP,), True), ((HELP, DECOY), False), ((DECOY,), False), ((), False)],
)
def test_a_switch_without_a_known_name_is_known_by_its_row(
    links: tuple[str, ...], *, counts: bool
) -> None:
    assert switch_pressed("On", links=links).admit(ACCEPTS) is counts


@pytest.mark.parametrize("name", [*SITE.texts("@decoy"), *SITE.texts("@labs"), "", "Accept"])
def test_a_press_of_another_control_lets_nothing_go(name: str) -> None:
    assert not switch_pressed(name).admit(ACCEPTS)


def test_at_a_notice_its_switch_stores_nothing() -> None:
    choice = PersonsChoice(SITE, HERE)
    choice.note_press(HeardPress(control=(SITE.labels[0],), links=(HELP,)))
    assert not choice.admit(ACCEPTS)


def test_what_a_switch_sends_along_is_what_the_page_s_data_had() -> None:
    more = replace(ACCEPTS, body='{"grove_enabled": true, "theme": "dark"}')
    assert not switch_pressed(SITE.labels[0]).admit(more, frozenset({("theme", '"light"')}))
    assert switch_pressed(SITE.labels[0]).admit(more, frozenset({("theme", '"dark"')}))


def test_a_press_of_the_switch_is_good_for_a_while_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(persons_choice, "_PRESS_SECONDS", -1.0)
    assert not switch_pressed(SITE.labels[0]).admit(ACCEPTS)


# ---------------------------------------------------------------- heard only after what it sent


async def wait_and_admit(choice: PersonsChoice, sent: SentRequest, press: Press | None) -> bool:
    """Let a request arrive now and the press be heard while it waits; tell whether it went out."""
    arrived, now = time.monotonic(), time.time()
    waiting = asyncio.ensure_future(choice.wait_for_press(sent, frozenset(), arrived))
    await asyncio.sleep(0)
    assert not waiting.done()
    if press is not None:
        press(choice, now)
    await waiting
    return choice.admit(sent, frozenset(), arrived)


def accept(choice: PersonsChoice, made: float) -> None:
    choice.note_press(HeardPress(("Accept",), made=made))


def switch(choice: PersonsChoice, made: float) -> None:
    choice.note_press(HeardPress(control=(SITE.labels[0],), made=made))


@pytest.mark.parametrize("press", [accept, switch])
async def test_a_press_made_before_its_request_counts_though_heard_after_it(press: Press) -> None:
    at_switch = State.OFF if press is switch else None
    choice = PersonsChoice(SITE, HERE, at_switch)
    assert await wait_and_admit(choice, ACCEPTS, lambda it, arrived: press(it, arrived - 0.05))
    assert choice.sent is State.OFF


@pytest.mark.parametrize("press", [accept, switch])
@pytest.mark.parametrize("late", [0.001, 3000.0], ids=["made after it", "another clock"])
async def test_a_press_made_after_a_request_lets_it_not_go(
    monkeypatch: pytest.MonkeyPatch, press: Press, late: float
) -> None:
    monkeypatch.setattr(persons_choice, "_HEARD_LATE_SECONDS", 0.1)
    choice = PersonsChoice(SITE, HERE, State.OFF if press is switch else None)
    assert not await wait_and_admit(choice, ACCEPTS, lambda it, arrived: press(it, arrived + late))
    assert choice.admit(ACCEPTS, arrived=time.monotonic())  # and what comes after the press does


async def test_what_no_press_lets_go_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(persons_choice, "_HEARD_LATE_SECONDS", 60)
    choice = PersonsChoice(SITE, HERE)
    async with asyncio.timeout(20):
        await choice.wait_for_press(replace(ACCEPTS, body=None), frozenset(), time.monotonic())
        await choice.wait_for_press(
            replace(ACCEPTS, method="DELETE"), frozenset(), time.monotonic()
        )


async def test_a_write_without_any_press_stays_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(persons_choice, "_HEARD_LATE_SECONDS", 0.05)
    assert not await wait_and_admit(PersonsChoice(SITE, HERE), ACCEPTS, None)


async def test_the_monitor_holds_a_request_until_its_press_is_heard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(persons_choice, "_HEARD_LATE_SECONDS", 10)  # however busy the machine is
    monitor = NetworkMonitor(SITE, HERE)
    monitor.guard.persons_choice = choice = PersonsChoice(SITE, HERE)
    held = HeldRequest("PATCH", SETTINGS, ACCEPTS.body, {}, "fetch")
    deciding = asyncio.ensure_future(monitor.admit_held(held))
    await asyncio.sleep(0)
    assert not deciding.done()
    choice.note_press(HeardPress(("Accept",), made=time.time() - 0.2))
    assert await deciding
    monkeypatch.setattr(persons_choice, "_HEARD_LATE_SECONDS", 0.05)
    assert not await monitor.admit_held(held)  # once
    assert monitor.guard.refused == ["PATCH the setting"]


async def test_two_presses_heard_at_once_let_the_first_one_s_write_go() -> None:
    def twice(choice: PersonsChoice, now: float) -> None:
        accept(choice, now - 0.05)
        accept(choice, now)

    choice = PersonsChoice(SITE, HERE)
    assert await wait_and_admit(choice, ACCEPTS, lambda it, _: twice(it, time.time()))


async def test_when_nobody_is_waited_for_any_more_what_waits_is_held_back_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(persons_choice, "_HEARD_LATE_SECONDS", 60)
    choice = PersonsChoice(SITE, HERE)
    async with asyncio.timeout(20):
        assert not await wait_and_admit(choice, ACCEPTS, lambda it, _: it.end())
    accept(choice, time.time())
    assert not choice.admit(ACCEPTS)


@pytest.mark.parametrize("at_switch", [True, False], ids=["switch", "button"])
def test_a_press_that_is_told_twice_lets_go_once(*, at_switch: bool) -> None:
    """One on a label is told for the label and for its input."""
    choice = PersonsChoice(SITE, HERE, State.OFF if at_switch else None)
    told = HeardPress(("Accept",), control=(SITE.labels[0],), identity=17.5)
    choice.note_press(told)
    assert choice.admit(ACCEPTS)
    choice.note_press(told)
    assert not choice.admit(ACCEPTS)
    choice.note_press(replace(told, identity=18.5))
    assert choice.admit(ACCEPTS)


def test_one_press_of_the_switch_is_no_press_of_a_notice_s_button() -> None:
    choice = PersonsChoice(SITE, HERE, State.OFF)
    choice.note_press(HeardPress(("Accept",), control=(SITE.labels[0],)))
    assert [choice.admit(each) for each in (LEGAL, ACCEPTS, ACCEPTS)] == [False, True, False]
