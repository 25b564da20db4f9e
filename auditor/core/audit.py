"""The core: read one account's setting, or change it and prove the change.

It knows no terminal, no browser and no disk: it is given `open_visit`, which opens a fresh page on
the account, and answers with findings.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Protocol

from auditor.core.finding import Finding, Outcome, Reading, ReadingStopped, Subject
from auditor.core.judging import (
    judge,
    judge_change,
    judge_declined,
    judge_locked,
    judge_rehearsal,
    judge_unclicked,
)


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

    async def press(self) -> str | None:
        """Click the control once, towards what is wanted, and wait for the page's own save.

        Gives what the save said if it was not plain success, "" if it was, and None if nothing was
        clicked because the control no longer was as read.
        """
        ...


OpenVisit = Callable[[], AbstractAsyncContextManager[Visit]]
Confirm = Callable[[Finding], Awaitable[bool]]


async def audit_setting(subject: Subject, open_visit: OpenVisit) -> Finding:
    """Read the setting of one account."""
    async with AsyncExitStack() as stack:
        _, reading = await _open_and_read(stack, open_visit)
    return judge(subject, reading)


async def change_setting(
    subject: Subject, open_visit: OpenVisit, confirm: Confirm, *, dry_run: bool = False
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
    async with AsyncExitStack() as stack:
        _, after = await _open_and_read(stack, open_visit)
    if saved is None:
        return judge_unclicked(subject, after)
    return judge_change(subject, after, saved)


async def _open_and_read(
    stack: AsyncExitStack, open_visit: OpenVisit
) -> tuple[Visit | None, Reading]:
    """Open a fresh page and read it; a browser that is gone becomes a reading here, and only here.

    The page is closed with the stack.
    """
    try:
        visit = await stack.enter_async_context(open_visit())
    except ReadingStopped as gone:
        return None, gone.reading
    return visit, await visit.read()
