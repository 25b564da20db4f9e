"""The core: read one account's setting, or change it and prove the change.

It knows no terminal, no browser and no disk: it is given `open_visit`, which opens a fresh page on
the account, and answers with findings.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from typing import Protocol

from auditor.core.finding import (
    Finding,
    Outcome,
    PersonsAnswer,
    PressResult,
    Reading,
    ReadingStopped,
    Subject,
)
from auditor.core.judging import (
    combine_loads,
    judge,
    judge_answered,
    judge_change,
    judge_declined,
    judge_locked,
    judge_rehearsal,
    judge_unanswered,
    judge_unclicked,
)

TellLeft = Callable[[float], None]
"""Is told about every second how many are left."""


class Visit(Protocol):
    """One fresh page on an account, closed again by whoever opened it."""

    async def read(self) -> Reading:
        """Walk to the setting and read it; never writes."""
        ...

    async def rehearse(self) -> str | None:
        """Check that a click would reach the control, without clicking.

        Say what is in the way, if anything.
        """
        ...

    async def press(self) -> PressResult | None:
        """Click the control once, towards what is wanted, and wait for the page's own save.

        Returns None if nothing was clicked because the control no longer was as read.
        """
        ...

    async def wait_for_choice(self, minutes: float, tell_left: TellLeft) -> PersonsAnswer:
        """Wait for the person to make the choice in this page; presses nothing."""
        ...


OpenVisit = Callable[[], AbstractAsyncContextManager[Visit]]
Confirm = Callable[[Finding], Awaitable[bool]]
WaitForChoice = Callable[[Visit], Awaitable[PersonsAnswer]]


@dataclass(frozen=True, slots=True)
class SecondLook:
    """When a site that has just accepted a save is asked once more what it holds."""

    seconds: float = 4.0
    """Seconds from the first fresh load, which still showed the old value, to the next."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    times_while_divided: int = 2
    """How often a site is looked at once more whose answers do not all tell the new value."""


async def audit_setting(
    subject: Subject,
    open_visit: OpenVisit,
    wait_for_choice: WaitForChoice | None = None,
    second_look: SecondLook = SecondLook(),
) -> Finding:
    """Read the setting of one account.

    Where the choice has not been made, `wait_for_choice` waits for the person to make it in the
    page that was read; what the site holds then is read from a fresh load.
    """
    async with AsyncExitStack() as stack:
        visit, reading = await _open_and_read(stack, open_visit)
        if visit is None or wait_for_choice is None or not reading.awaits_choice:
            return judge(subject, reading)
        answer = await wait_for_choice(visit)
    if not answer.is_answered:
        return judge_unanswered(subject, reading, answer)
    after = await _read_afresh(open_visit)
    if answer.stored is not None and after.state is not answer.stored:
        await second_look.sleep(second_look.seconds)  # a copy may learn of a save only later
        after = await _read_afresh(open_visit)
    elif after.corrects_older and not after.needs_second_load:
        after = await _read_until_agreed(open_visit, after, second_look)
    return judge_answered(subject, after, answer)


async def change_setting(
    subject: Subject,
    open_visit: OpenVisit,
    confirm: Confirm,
    *,
    dry_run: bool = False,
    second_look: SecondLook = SecondLook(),
) -> Finding:
    """Bring the setting to what is wanted: read, ask, click once, and prove it by a fresh load.

    Nothing is clicked unless the first reading is a settled, unlocked opposite of what is wanted
    and `confirm` agrees. A click is never repeated.
    """
    async with AsyncExitStack() as stack:
        visit, before = await _open_and_read(stack, open_visit)
        first = judge(subject, before)
        if visit is None or first.outcome is not Outcome.NOT_AS_WANTED:
            return first
        if before.locked:
            return judge_locked(subject, before)
        if dry_run:
            return judge_rehearsal(subject, before, await visit.rehearse())
        if not await confirm(first):
            return judge_declined(first)
        saved = await visit.press()
    after = await _read_afresh(open_visit)
    if saved == PressResult() and after.state is before.state:
        return await _judge_slow_change(subject, open_visit, after, second_look)
    is_divided = after.state is subject.wanted and after.corrects_older
    if is_divided and not after.needs_second_load:  # two loads have seen it, seconds apart
        after = await _read_until_agreed(open_visit, after, second_look)
    return judge_unclicked(subject, after) if saved is None else judge_change(subject, after, saved)


async def _judge_slow_change(
    subject: Subject, open_visit: OpenVisit, first: Reading, second_look: SecondLook
) -> Finding:
    """Look once more where the site accepted the save and a fresh load shows the old value.

    Some sites answer a read from a copy that learns of a save only seconds later. The time limit
    of the visits holds for this one, too.
    """
    await second_look.sleep(second_look.seconds)
    second = await _read_afresh(open_visit)
    seconds = f"{second_look.seconds:g} s"
    if second.state is not first.state and second.state.settled:
        said = f"The first fresh load still showed {first.state.upper()}, one {seconds} later not."
        return judge_change(subject, second, PressResult(said))
    if second.state is first.state:
        said = f"So did another one {seconds} later, although the site had accepted the save."
        return judge_change(subject, second, PressResult(said))
    said = f"Another one {seconds} later could not be read."
    return judge_change(subject, first, PressResult(said))


async def _read_until_agreed(
    open_visit: OpenVisit, reading: Reading, second_look: SecondLook
) -> Reading:
    """Look once more where another answer of the site still told the old value after a change.

    The panel's own answer may be the one that is out of date, and the save lost. One that goes on
    saying the same is believed; the first that says something else counts.
    """
    state = reading.state
    for _ in range(second_look.times_while_divided):
        await second_look.sleep(second_look.seconds)
        reading = await _read_afresh(open_visit)
        if reading.state is not state or not reading.corrects_older:
            break
    return reading


async def _read_afresh(open_visit: OpenVisit) -> Reading:
    async with AsyncExitStack() as stack:
        _, reading = await _open_and_read(stack, open_visit)
    return reading


async def _open_and_read(
    stack: AsyncExitStack, open_visit: OpenVisit
) -> tuple[Visit | None, Reading]:
    """Open a fresh page and read it, and once more afresh where one load is not enough.

    The page that was read last is closed with the stack.
    """
    async with AsyncExitStack() as once:
        visit, first = await _open_once(once, open_visit)
        if not first.needs_second_load:
            stack.push_async_exit(once.pop_all())
            return visit, first
    visit, second = await _open_once(stack, open_visit)
    return visit, combine_loads(first, second)


async def _open_once(stack: AsyncExitStack, open_visit: OpenVisit) -> tuple[Visit | None, Reading]:
    """Open a fresh page and read it; a browser that is gone becomes a reading here, and only here.

    The page is closed with the stack.
    """
    try:
        visit = await stack.enter_async_context(open_visit())
    except ReadingStopped as gone:
        return None, gone.reading
    return visit, await visit.read()
