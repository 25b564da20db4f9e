"""Walk the documented steps, one click after the other, as a person would."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING

from playwright.async_api import Error, Locator, Page
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from auditor.browser.engine.failures import is_transient
from auditor.browser.engine.page_script import read_script
from auditor.browser.path.targets import locate
from auditor.core.finding import ReadingStopped, Reason
from auditor.text import make_printable

if TYPE_CHECKING:
    from auditor.browser.path.obstacles import ObstacleDetector
    from auditor.core.clock import Clock
    from auditor.flow import Alternative, Flow, Step

# seconds without any sign of life before a step counts as missing (the panel was seen at 2.9 s)
PATIENCE = 5.0
# seconds a step may simply take before obstacles are looked for, which costs a page at work time
_FRESH = 0.5
# seconds of quiet after which an earlier click is taken for lost: the page was not listening yet
_AGAIN = 1.5
_AGAIN_AT_MOST = 2
_SLICE = 1.5  # seconds one try to click may take before obstacles are looked for again
_TICK = 250  # milliseconds after which a page without any change is looked at again
_LONGEST_ORGANISATION = 120
_EMAIL = re.compile(r"[^\s@<>()]{1,64}@[^\s@<>()]{1,255}")

OnStep = Callable[[int], None]


class StepNotFound(Exception):  # noqa: N818 - an event of the walk, handled by it
    """Raised when no alternative of a step matched exactly one element."""

    def __init__(self, step: Step, number: int, tried: str, *, several: bool) -> None:
        super().__init__(step.say)
        self.step, self.number, self.tried, self.several = step, number, tried, several


@dataclass(slots=True)
class Walker:
    """Walks one page along one flow."""

    page: Page
    flow: Flow
    obstacles: ObstacleDetector
    clock: Clock
    ticked: OnStep
    note_identity: bool = False  # whether to note the e-mail address of who is signed in
    organisation: str | None = None
    # the organisation as shown, not made safe to print
    organisation_text: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)

    async def walk(self) -> None:
        """Click through the documented steps.

        Raises StepNotFound at a step that is not there, ReadingStopped at an obstacle.
        """
        for number, step in enumerate(self.flow.steps):
            await self._take_step(number, step)
            self.obstacles.raise_if_left_origin()
            self.ticked(number)

    async def walk_to_menu(self) -> None:
        """Walk only as far as the menu that shows who is signed in, and note it."""
        self.note_identity = True
        for number, step in enumerate(self.flow.steps):
            await self._take_step(number, step, click=step.observe is None)
            if step.observe is not None:
                return

    async def _take_step(self, number: int, step: Step, *, click: bool = True) -> None:
        quiet, several, again = QuietTimer(self.obstacles), False, ClickRetry(self)
        fresh = time.monotonic() + _FRESH
        while True:
            try:
                target, several = await self.match(step)
                if target is not None and await self._observe_and_click(step, target, click=click):
                    return
                if target is not None:
                    quiet.restart()
                elif time.monotonic() < fresh:
                    await self._wait_for_target(step)
                    continue
                await self.obstacles.raise_if_blocked()
                if await self.obstacles.dismiss_banner() or (
                    target is None and await again.click(number)
                ):
                    quiet.restart()
            except Error as error:
                if not is_transient(error):
                    raise
                quiet.restart()
            if self.clock.over:
                raise TimeoutError
            if quiet.is_over():
                raise StepNotFound(step, number, "; ".join(map(str, step.click)), several=several)
            await self._wait_for_target(step)

    async def _observe_and_click(self, step: Step, target: Locator, *, click: bool) -> bool:
        """Note what the step shows of the account, and click; returns whether that was done."""
        await self._note_account(step)
        if self.note_identity and step.observe is not None and self.email is None:
            return False  # not drawn yet: whose menu it is must be known before anything is clicked
        if click and step is self.flow.steps[-1]:
            self.obstacles.network.values.note_panel_opening()
        return not click or await self._click_if_free(target)

    async def match(self, step: Step) -> tuple[Locator | None, bool]:
        """Return the first alternative that matches exactly one visible element.

        Also returns whether there is none, and one matched several.
        """
        found = [locate(self.page, each, self.flow.about) for each in step.click]
        if await found[0].count() == 1:  # the usual case, in one short round trip
            return found[0], False
        counts = await asyncio.gather(*(each.count() for each in found))
        one = next((each for each, count in zip(found, counts, strict=True) if count == 1), None)
        return one, one is None and any(count > 1 for count in counts)

    async def _wait_for_target(self, step: Step) -> None:
        """Wait until any alternative of the step is visible, at most a moment."""
        union = reduce(
            Locator.or_, (locate(self.page, each, self.flow.about) for each in step.click)
        )
        with suppress(PlaywrightTimeoutError):
            await union.first.wait_for(timeout=_FRESH * 1000)

    async def _click_if_free(self, target: Locator) -> bool:
        """Click if it can be clicked soon; something may lie over it, which is looked for next."""
        try:
            await target.click(timeout=self.clock.ms(_SLICE))
        except PlaywrightTimeoutError:
            return False
        return True

    async def _note_account(self, step: Step) -> None:
        """Note whose menu is open: the active organisation, and the e-mail address."""
        organisation, identity = self.flow.about.organisation, self.flow.about.identity
        if step.observe != "organisation":
            return
        if organisation is not None:
            self.organisation_text = await self._read_text(organisation.shown)
            self.organisation = (
                None
                if self.organisation_text is None
                else make_printable(self.organisation_text, _LONGEST_ORGANISATION)
            )
        if self.note_identity and identity is not None:
            found = _EMAIL.search(await self._read_text(identity.shown) or "")
            self.email = found[0] if found else None

    async def _read_text(self, targets: tuple[Alternative, ...]) -> str | None:
        for target in targets:
            shown = locate(self.page, target, self.flow.about)
            if await shown.count() == 1:
                return await shown.inner_text(timeout=1_000)
        return None


@dataclass(slots=True)
class ClickRetry:
    """Repeats the previous click of the path when it seems lost, never what that click opened."""

    walker: Walker
    quiet: QuietTimer = field(init=False)
    times: int = 0

    def __post_init__(self) -> None:
        self.quiet = QuietTimer(self.walker.obstacles, _AGAIN)

    async def click(self, number: int) -> bool:
        """Click what the step before this one clicked, unless it is gone or says it is open."""
        if number == 0 or self.times == _AGAIN_AT_MOST or not self.quiet.is_over():
            return False
        target, _ = await self.walker.match(self.walker.flow.steps[number - 1])
        if target is None or await target.get_attribute("aria-expanded", timeout=1_000) == "true":
            return False
        self.times += 1
        self.quiet.restart()
        await target.click(timeout=self.walker.clock.ms(_SLICE))
        return True


class QuietTimer:
    """Tells whether nothing has been under way or happened on a page for a while."""

    def __init__(self, obstacles: ObstacleDetector, patience: float = PATIENCE) -> None:
        self._obstacles = obstacles
        self._patience = patience
        self._since = time.monotonic()

    def restart(self) -> None:
        """Start again, because something changed."""
        self._since = time.monotonic()

    def is_over(self) -> bool:
        """Return whether it has been quiet for as long as the patience."""
        network = self._obstacles.network
        if not network.idle:
            self.restart()
        return time.monotonic() - max(self._since, network.requests.last_activity) >= self._patience


def organisation_name(organisation: str | None) -> str | None:
    """Return an organisation's name without the plan shown behind it, which may change any day."""
    return None if organisation is None else organisation.rsplit("·", 1)[0].strip()


async def wait_for_change(page: Page, *, calm: bool = False) -> bool:
    """Wait until the page changes, at most a moment; returns whether it did.

    A navigation counts as a change. A `calm` page is looked at less often, but still looked at:
    what an element says of itself may change without any sign.
    """
    try:
        return bool(
            await page.evaluate(
                read_script("path/wait_for_change.js"), _TICK * 2 if calm else _TICK
            )
        )
    except Error:
        return True


def stopped_at_step(missing: StepNotFound, names: tuple[str, ...] = ()) -> ReadingStopped:
    """Return the stop that says which step failed and what was tried."""
    where = f"step {missing.number + 1} ({missing.step.say}) found"
    what = "several things to click" if missing.several else "nothing to click"
    seen = f"; switches there: {', '.join(names)}" if names else ""
    reason = Reason.AMBIGUOUS if missing.several else Reason.LAYOUT_CHANGED
    return ReadingStopped(reason, f"{where} {what} (tried: {missing.tried}){seen}")
