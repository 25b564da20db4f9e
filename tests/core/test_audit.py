from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.core.audit import SecondLook, TellLeft, Visit, audit_setting, change_setting
from auditor.core.finding import (
    Evidence,
    Finding,
    Outcome,
    PendingChoice,
    PersonsAnswer,
    PressResult,
    Reading,
    ReadingStopped,
    Reason,
    ShownButton,
    State,
    Subject,
    WaitEnd,
)

SUBJECT = Subject(account="default", flow="claude/web", origin="https://claude.ai")
ON, OFF = Reading(state=State.ON), Reading(state=State.OFF)


@dataclass
class Fake:
    """A site of a few lines: what each visit reads in turn, and what a press says.

    Keeps a diary.
    """

    readings: list[Reading]
    saved: str | None = ""
    obstacle: str | None = None
    agrees: bool = True
    answer: PersonsAnswer | None = None
    diary: list[str] = field(default_factory=list)
    asked: list[Finding] = field(default_factory=list)

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Fake"]:
        self.diary.append("open")
        try:
            yield self
        finally:
            self.diary.append("close")

    async def read(self) -> Reading:
        self.diary.append("read")
        return self.readings.pop(0)

    async def rehearse(self) -> str | None:
        self.diary.append("rehearse")
        return self.obstacle

    async def press(self) -> PressResult | None:
        self.diary.append("press")
        return None if self.saved is None else PressResult(self.saved)

    async def wait_for_choice(self, minutes: float, tell_left: TellLeft) -> PersonsAnswer:
        self.diary.append(f"wait for the person {minutes:g}")
        tell_left(minutes)
        assert self.answer is not None
        return self.answer

    async def confirm(self, found: Finding) -> bool:
        self.diary.append("ask")
        self.asked.append(found)
        return self.agrees

    async def change(self, wanted: State = State.OFF, *, dry_run: bool = False) -> Finding:
        return await change_setting(
            replace(SUBJECT, wanted=wanted),
            self.open,
            self.confirm,
            dry_run=dry_run,
            second_look=SecondLook(2.5, self.wait),
        )

    async def wait(self, seconds: float) -> None:
        self.diary.append(f"wait {seconds}")


ONE_LOOK = ["open", "read", "close"]
NOT_TO_BE_PRESSED = [
    Reading(state=State.UNDECIDED),
    Reading(state=State.NOT_APPLICABLE),
    Reading(),
    *(Reading(reason=reason) for reason in Reason),
]


async def test_an_audit_reads_once_and_closes_the_page() -> None:
    fake = Fake([ON])
    found = await audit_setting(SUBJECT, fake.open)
    assert (found.state, found.outcome) == (State.ON, Outcome.NOT_AS_WANTED)
    assert fake.diary == ONE_LOOK


@pytest.mark.parametrize("wanted", [State.ON, State.OFF])
async def test_a_setting_that_is_already_right_is_left_alone(wanted: State) -> None:
    fake = Fake([Reading(state=wanted)])
    found = await fake.change(wanted)
    assert (found.state, found.outcome) == (wanted, Outcome.AS_WANTED)
    assert fake.diary == ONE_LOOK


@pytest.mark.parametrize(
    "reading", NOT_TO_BE_PRESSED, ids=lambda reading: reading.reason or reading.state
)
async def test_what_is_no_settled_reading_is_never_pressed(reading: Reading) -> None:
    fake = Fake([reading])
    found = await fake.change()
    assert found.outcome in {Outcome.NEEDS_HUMAN, Outcome.NOT_APPLICABLE, Outcome.UNREAD}
    assert fake.diary == ONE_LOOK


async def test_a_locked_switch_is_never_pressed() -> None:
    fake = Fake([replace(ON, locked=True)])
    found = await fake.change()
    assert (found.outcome, found.reason) == (Outcome.REFUSED, Reason.LOCKED)
    assert fake.diary == ONE_LOOK


async def test_a_locked_switch_is_not_rehearsed_either() -> None:
    fake = Fake([replace(ON, locked=True)])
    found = await fake.change(dry_run=True)
    assert (found.outcome, found.reason) == (Outcome.REFUSED, Reason.LOCKED)
    assert fake.diary == ONE_LOOK


async def test_a_locked_switch_that_is_right_is_as_wanted() -> None:
    fake = Fake([replace(OFF, locked=True)])
    assert (await fake.change()).outcome is Outcome.AS_WANTED


async def test_a_dry_run_rehearses_asks_nobody_and_presses_nothing() -> None:
    fake = Fake([ON])
    found = await fake.change(dry_run=True)
    assert (found.state, found.outcome) == (State.ON, Outcome.WOULD_CHANGE)
    assert fake.diary == ["open", "read", "rehearse", "close"]


async def test_a_dry_run_that_does_not_reach_the_switch_says_so() -> None:
    fake = Fake([ON], obstacle="a banner lies over it")
    found = await fake.change(dry_run=True)
    assert (found.outcome, found.reason) == (Outcome.UNREAD, Reason.LAYOUT_CHANGED)
    assert found.message.endswith("does not reach the switch: a banner lies over it.")


async def test_a_dry_run_that_need_not_change_anything_says_as_wanted() -> None:
    fake = Fake([OFF])
    assert (await fake.change(dry_run=True)).outcome is Outcome.AS_WANTED
    assert fake.diary == ONE_LOOK


async def test_a_person_who_declines_leaves_the_setting_as_it_was() -> None:
    fake = Fake([ON], agrees=False)
    found = await fake.change()
    assert (found.state, found.outcome) == (State.ON, Outcome.NOT_AS_WANTED)
    assert fake.diary == ["open", "read", "ask", "close"]


async def test_the_person_is_asked_with_what_was_read() -> None:
    fake = Fake([ON], agrees=False)
    await fake.change()
    assert [found.message for found in fake.asked] == [
        "Your chats may be used for training. The switch is ON."
    ]


async def test_a_change_reads_asks_presses_once_and_reads_a_second_visit() -> None:
    fake = Fake([ON, OFF])
    found = await fake.change()
    assert (found.state, found.outcome) == (State.OFF, Outcome.CHANGED)
    assert fake.diary == ["open", "read", "ask", "press", "close", "open", "read", "close"]


async def test_the_second_visit_decides_and_not_the_save() -> None:
    fake = Fake([ON, OFF], saved="The site answered the save with 500.")
    found = await fake.change()
    assert found.outcome is Outcome.CHANGED
    assert (
        found.message
        == "Your chats are not used for training. The switch was changed to OFF, proved by a fresh"
        " load. The site answered the save with 500."
    )


async def test_a_change_that_was_forgotten_is_refused_and_not_tried_again() -> None:
    fake = Fake([ON, ON, ON])
    found = await fake.change()
    assert (found.state, found.outcome, found.reason) == (
        State.ON,
        Outcome.REFUSED,
        Reason.REFUSED_BY_SITE,
    )
    assert "So did another one 2.5 s later" in found.message
    assert fake.diary.count("press") == 1
    assert fake.diary[-7:] == ["open", "read", "close", "wait 2.5", "open", "read", "close"]


async def test_a_site_that_is_slow_to_agree_with_itself_is_looked_at_once_more() -> None:
    fake = Fake([ON, ON, OFF])
    found = await fake.change()
    assert (found.state, found.outcome) == (State.OFF, Outcome.CHANGED)
    assert "The first fresh load still showed ON, one 2.5 s later not." in found.message
    assert fake.diary.count("press") == 1


async def test_a_second_look_that_cannot_be_read_leaves_what_the_first_showed() -> None:
    fake = Fake([ON, ON, Reading(reason=Reason.OFFLINE, detail="It is gone")])
    found = await fake.change()
    assert (found.state, found.outcome) == (State.ON, Outcome.REFUSED)
    assert "Another one 2.5 s later could not be read." in found.message


async def test_a_save_that_was_not_answered_with_success_gets_no_second_look() -> None:
    fake = Fake([ON, ON], saved="The site answered the save with 500.")
    assert (await fake.change()).outcome is Outcome.REFUSED
    assert "wait 2.5" not in fake.diary


# ---------------------------------------------------------------- seen on the page alone

SEEN_OFF = replace(OFF, evidence=Evidence.SEEN)
TWO_LOOKS = ["open", "read", "close", "open", "read", "close"]


async def test_what_was_only_seen_is_read_from_a_second_fresh_load() -> None:
    fake = Fake([SEEN_OFF, SEEN_OFF])
    found = await audit_setting(SUBJECT, fake.open)
    assert (found.state, found.evidence) == (State.OFF, Evidence.SEEN)
    assert fake.diary == TWO_LOOKS


@pytest.mark.parametrize("evidence", [Evidence.PROVED, None])
async def test_what_is_proved_is_read_once(evidence: Evidence | None) -> None:
    fake = Fake([replace(OFF, evidence=evidence)])
    assert (await audit_setting(SUBJECT, fake.open)).state is State.OFF
    assert fake.diary == ONE_LOOK


async def test_an_on_that_was_only_seen_is_read_once() -> None:
    fake = Fake([replace(ON, evidence=Evidence.SEEN)])
    assert (await audit_setting(SUBJECT, fake.open)).state is State.ON
    assert fake.diary == ONE_LOOK


async def test_two_loads_that_differ_are_no_verdict() -> None:
    fake = Fake([SEEN_OFF, replace(ON, evidence=Evidence.SEEN)])
    found = await audit_setting(SUBJECT, fake.open)
    assert (found.state, found.reason) == (State.UNKNOWN, Reason.UNCORROBORATED)


async def test_a_change_from_an_off_that_was_only_seen_presses_on_the_second_page() -> None:
    fake = Fake([SEEN_OFF, SEEN_OFF, ON])
    found = await fake.change(State.ON)
    assert found.outcome is Outcome.CHANGED
    expected = [*TWO_LOOKS[:5], "ask", "press", "close", "open", "read", "close"]
    assert fake.diary == expected


async def test_a_proof_that_was_only_seen_is_read_from_two_fresh_loads() -> None:
    fake = Fake([ON, SEEN_OFF, SEEN_OFF])
    found = await fake.change()
    assert (found.outcome, found.evidence) == (Outcome.CHANGED, Evidence.SEEN)
    assert "proved by two fresh loads" in found.message
    assert fake.diary[-6:] == TWO_LOOKS


async def test_a_proof_that_cannot_be_read_says_that_a_click_was_made() -> None:
    fake = Fake([ON, Reading(reason=Reason.OFFLINE, detail="The site could not be reached")])
    found = await fake.change()
    assert (found.state, found.outcome, found.reason) == (
        State.UNKNOWN,
        Outcome.UNREAD,
        Reason.OFFLINE,
    )
    assert (
        found.message
        == "One click was made, but its proof could not be read, because the site could not be"
        " reached."
    )
    assert fake.diary.count("press") == 1


async def test_a_press_that_found_nothing_to_press_is_judged_as_a_fresh_reading() -> None:
    fake = Fake([ON, ON], saved=None)
    found = await fake.change()
    assert (found.outcome, found.reason) == (Outcome.NOT_AS_WANTED, None)
    assert (
        found.message
        == "Your chats may be used for training. The switch is still ON: nothing was clicked,"
        " because something lies over the switch, or it is not as it was read."
    )
    assert found.hint == "Change it by hand: `auditor guide` prints the path."
    assert fake.diary.count("press") == 1


async def test_a_setting_that_moved_by_itself_before_the_press_is_as_wanted() -> None:
    fake = Fake([ON, OFF], saved=None)
    assert (await fake.change()).outcome is Outcome.AS_WANTED


async def test_the_page_is_closed_when_the_person_interrupts() -> None:
    fake = Fake([ON])

    async def interrupted(_: Finding) -> bool:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await change_setting(SUBJECT, fake.open, interrupted)
    assert fake.diary == ONE_LOOK


READINGS = st.builds(
    Reading,
    state=st.sampled_from(State),
    reason=st.none() | st.sampled_from(Reason),
    locked=st.booleans(),
)


@given(
    first=READINGS,
    second=READINGS,
    wanted=st.sampled_from([State.ON, State.OFF]),
    saved=st.sampled_from([None, "", "No save by the page was seen."]),
    agrees=st.booleans(),
    dry_run=st.booleans(),
)
async def test_the_switch_is_pressed_only_from_its_settled_unlocked_opposite(
    *,
    first: Reading,
    second: Reading,
    wanted: State,
    saved: str | None,
    agrees: bool,
    dry_run: bool,
) -> None:
    fake = Fake([first, second, second], saved=saved, agrees=agrees)
    found = await fake.change(wanted, dry_run=dry_run)
    assert fake.diary[:2] == ["open", "read"]
    assert fake.diary.count("press") <= 1
    assert fake.diary.count("open") == fake.diary.count("close")
    if "press" in fake.diary:
        assert first.state.settled
        assert (first.state is wanted, first.locked, agrees, dry_run) == (False, False, True, False)
    if found.outcome is Outcome.CHANGED:
        assert fake.diary.count("press") == 1
        assert second.state is wanted


# ---------------------------------------------------------------- a browser that is gone


@dataclass
class GoneAt(Fake):
    """A browser that is gone before its visit of this number, counted from 0."""

    visit: int = 0

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Fake]:
        if self.diary.count("open") == self.visit:
            raise ReadingStopped(Reason.BROWSER_FAILED, "the browser ended", "Try again.")
        async with Fake.open(self):
            yield self


async def test_a_browser_that_is_gone_before_an_audit_is_the_finding() -> None:
    fake = GoneAt([])
    found = await audit_setting(SUBJECT, fake.open)
    assert (found.outcome, found.reason) == (Outcome.UNREAD, Reason.BROWSER_FAILED)
    assert fake.diary == []


async def test_a_browser_that_is_gone_before_a_change_clicks_nothing() -> None:
    fake = GoneAt([])
    found = await fake.change()
    assert (found.outcome, found.reason) == (Outcome.UNREAD, Reason.BROWSER_FAILED)
    assert fake.diary == []


async def test_a_browser_that_is_gone_before_the_proof_leaves_a_change_unread() -> None:
    fake = GoneAt([ON], visit=1)
    found = await fake.change()
    assert (found.outcome, found.reason) == (Outcome.UNREAD, Reason.BROWSER_FAILED)
    assert "click" in found.message
    assert fake.diary == ["open", "read", "ask", "press", "close"]


DIVIDED = replace(OFF, corrects_older=True)
DIVIDED_BUT_SEEN_TWICE = [replace(DIVIDED, evidence=Evidence.SEEN)] * 2


@pytest.mark.parametrize(
    ("after", "outcome"),
    [
        ([OFF], Outcome.CHANGED),
        ([DIVIDED, OFF], Outcome.CHANGED),
        (DIVIDED_BUT_SEEN_TWICE, Outcome.CHANGED),
        ([DIVIDED, DIVIDED, DIVIDED], Outcome.CHANGED),
        ([DIVIDED, ON], Outcome.REFUSED),
        ([DIVIDED, DIVIDED, ON], Outcome.REFUSED),
        ([DIVIDED, Reading(reason=Reason.TIMEOUT)], Outcome.UNREAD),
    ],
)
async def test_a_change_is_looked_at_again_while_the_sites_answers_are_divided(
    after: list[Reading], outcome: Outcome
) -> None:
    fake = Fake([ON, *after])
    found = await fake.change()
    assert found.outcome is outcome
    assert fake.diary.count("open") == 1 + len(after)
    waits = 0 if after is DIVIDED_BUT_SEEN_TWICE else len(after) - 1
    assert fake.diary.count("wait 2.5") == waits
    assert fake.diary.count("press") == 1


PENDING = Reading(
    reason=Reason.CHOICE_PENDING,
    detail="A notice waits",
    choice=PendingChoice(State.ON, (ShownButton("Accept", stores=True),)),
)
PROVED_OFF = replace(OFF, evidence=Evidence.PROVED)


async def waited(site: Fake) -> Finding:
    async def wait(visit: Visit) -> PersonsAnswer:
        return await visit.wait_for_choice(10, lambda _: None)

    return await audit_setting(SUBJECT, site.open, wait, SecondLook(2.5, site.wait))


def answered(end: WaitEnd, stored: State | None = None, refusal: str = "") -> PersonsAnswer:
    return PersonsAnswer(end=end, minutes=10, stored=stored, refusal=refusal)


@pytest.mark.parametrize(
    ("stored", "after", "outcome", "said"),
    [
        (State.OFF, PROVED_OFF, Outcome.AS_WANTED, "You chose OFF yourself in the window"),
        (State.ON, ON, Outcome.NOT_AS_WANTED, "You chose ON yourself in the window"),
    ],
    ids=["off", "on"],
)
async def test_what_the_person_chose_is_read_from_a_fresh_load(
    stored: State, after: Reading, outcome: Outcome, said: str
) -> None:
    site = Fake([PENDING, after], answer=answered(WaitEnd.STORED, stored))
    found = await waited(site)
    assert (found.state, found.outcome, found.reason) == (stored, outcome, None)
    assert found.message.endswith(f"{said}; the tool pressed nothing.")
    assert site.diary == ["open", "read", "wait for the person 10", "close", *ONE_LOOK]


async def test_a_choice_not_made_is_waited_for_without_a_notice_too() -> None:
    undecided = Reading(state=State.UNDECIDED, page=State.OFF, network=State.UNDECIDED)
    site = Fake([undecided, PROVED_OFF], answer=answered(WaitEnd.STORED, State.OFF))
    assert (await waited(site)).outcome is Outcome.AS_WANTED
    assert site.diary == ["open", "read", "wait for the person 10", "close", *ONE_LOOK]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (answered(WaitEnd.TIME_OVER), "No choice was stored within 10 minutes."),
        (answered(WaitEnd.CLOSED), "The window was closed before a choice was stored."),
    ],
    ids=["time over", "closed"],
)
async def test_where_nobody_chose_the_choice_is_pending(answer: PersonsAnswer, said: str) -> None:
    site = Fake([PENDING], answer=answer)
    found = await waited(site)
    assert (found.state, found.outcome, found.reason) == (
        State.UNDECIDED,
        Outcome.NEEDS_HUMAN,
        Reason.CHOICE_PENDING,
    )
    assert found.message.endswith(said)
    assert site.diary == ["open", "read", "wait for the person 10", "close"]


async def test_a_choice_that_was_put_off_is_pending_still() -> None:
    found = await waited(Fake([PENDING, PENDING], answer=answered(WaitEnd.PUT_OFF)))
    assert (found.state, found.reason) == (State.UNDECIDED, Reason.CHOICE_PENDING)
    assert found.message.endswith("You put the choice off in the window.")


async def test_a_choice_that_a_site_is_slow_to_show_is_looked_at_once_more() -> None:
    answer = answered(WaitEnd.STORED, State.OFF)
    site = Fake([PENDING, Reading(state=State.UNDECIDED), PROVED_OFF], answer=answer)
    assert (await waited(site)).state is State.OFF
    assert "wait 2.5" in site.diary


async def test_an_off_after_a_choice_of_on_is_no_off() -> None:
    """A site that took an ON and shows OFF contradicts itself, however well that is proved."""
    answer = answered(WaitEnd.STORED, State.ON)
    found = await waited(Fake([PENDING, PROVED_OFF, PROVED_OFF], answer=answer))
    assert (found.state, found.outcome, found.reason) == (
        State.UNKNOWN,
        Outcome.UNREAD,
        Reason.DISAGREEMENT,
    )


async def test_what_the_site_said_of_a_choice_that_it_did_not_take_is_told() -> None:
    answer = answered(WaitEnd.UNCLEAR, refusal="the site answered the save with 500")
    found = await waited(Fake([PENDING, PENDING], answer=answer))
    assert found.message.endswith(
        "Your choice was sent, and the site did not say that it took it. The site answered the save"
        " with 500."
    )


async def test_without_a_notice_nobody_is_waited_for() -> None:
    site = Fake([ON])
    assert (await waited(site)).state is State.ON
    assert site.diary == ONE_LOOK
