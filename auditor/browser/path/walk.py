"""Walk the documented steps, one click after the other, as a person would."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from playwright.async_api import Error, Locator, Page
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from auditor.browser.engine.failures import is_transient
from auditor.browser.engine.isolated_world import PageFunction, ask
from auditor.browser.engine.trial_page import raise_if_scripts_are_off
from auditor.browser.path.appeared import Drawn, element_of
from auditor.browser.path.binding import names_binding_press
from auditor.browser.path.motion import SECONDS_TO_COME, Motion
from auditor.browser.path.plan import ShownPlan
from auditor.browser.path.reachable import find_reachable
from auditor.browser.path.targets import locate
from auditor.core.finding import ReadingStopped, Reason
from auditor.text import make_printable

if TYPE_CHECKING:
    from playwright.async_api import ElementHandle

    from auditor.browser.path.appeared import Clickable, Pressable
    from auditor.browser.path.obstacles import ObstacleDetector
    from auditor.browser.path.page_changes import PageChanges
    from auditor.core.clock import Clock
    from auditor.flow import Alternative, Flow, Step

_REMEMBER_CONTROLS = PageFunction("rememberControls", ("engine/dom.js", "control/scan/before.js"))
_REMEMBER_ENTRY = PageFunction("rememberEntry", ("path/entry.js",))
# seconds without any sign of life before a step counts as missing (the panel was seen at 2.9 s)
PATIENCE = 5.0
# seconds a step may simply take before obstacles are looked for, which costs a page at work time,
# and after which they are looked for once more, however often the page changes
_FRESH = 0.5
_APART = 0.1  # seconds between two looks, once a step has taken a moment
# seconds of quiet after which an earlier click is taken for lost: the page was not listening yet,
# or was slow: a menu was seen to come 2.5 s after the click, and a second click would close it
_AGAIN = 3.0
_AGAIN_AT_MOST = 2
# seconds of quiet after which what cannot be clicked (covered, moving) counts as not to be had
_COVERED = 15.0
# seconds in which a menu is waited for before an entry on the page itself is taken: much of a page
# comes late, and a chat's title may be the word that is looked for
_LATE = 1.0
# seconds of quiet after which a dialog that lies over the page is told: nobody here answers it
_BLOCKED = 2.0
_SLICE = 1.5  # seconds one try to click may take before obstacles are looked for again
_ENTRY_MS = 1_000  # milliseconds: what is about to be clicked is there, or gone
_LONGEST_ORGANISATION = 120
_EMAIL = re.compile(r"[^\s@<>()]{1,64}@[^\s@<>()]{1,255}")

OnStep = Callable[[int], None]


class StepNotFound(Exception):  # noqa: N818 - an event of the walk, handled by it
    """Raised when no alternative of a step matched exactly one element, or it takes no click."""

    def __init__(self, step: Step, number: int, *, several: bool, covered: bool = False) -> None:
        super().__init__(step.say)
        self.step, self.number = step, number
        self.tried = "; ".join(map(str, step.click))
        self.several, self.covered = several, covered


@dataclass(slots=True)
class Walker:
    """Walks one page along one flow."""

    page: Page
    flow: Flow
    obstacles: ObstacleDetector
    clock: Clock
    ticked: OnStep
    motion: Motion
    changes: PageChanges
    note_identity: bool = False  # whether to note the e-mail address of who is signed in
    organisation: str | None = None
    # the organisation as shown, not made safe to print
    organisation_text: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    shown_plan: ShownPlan = field(default_factory=ShownPlan, repr=False)
    # what the page drew before the click of each step, the latest that was not a repetition
    _drawn: dict[int, Drawn] = field(default_factory=dict, repr=False)
    _lists_opened: set[int] = field(default_factory=set, repr=False)
    _step_begun: float = 0.0

    async def walk(self) -> None:
        """Click through the documented steps.

        Raises StepNotFound at a step that is not there, ReadingStopped at an obstacle.
        """
        await self.changes.watch()
        for number, step in enumerate(self.flow.steps):
            await self._take_step(number, step)
            self.obstacles.raise_if_left_origin()
            self.ticked(number)

    async def walk_to_menu(self) -> None:
        """Walk only as far as the menu that shows who is signed in, and note it."""
        self.note_identity = True
        await self.changes.watch()
        for number, step in enumerate(self.flow.steps):
            at_menu = step.observe == "organisation"
            await self._take_step(number, step, click=not at_menu)
            if at_menu:
                return

    async def _take_step(self, number: int, step: Step, *, click: bool = True) -> None:
        wait = StepWait(self)
        self._step_begun = wait.begun
        while not await self._try_step(number, wait, click=click):
            if self.clock.over:
                raise TimeoutError
            if wait.is_over() and not await self._has_freed_way(wait):
                raise StepNotFound(step, number, several=wait.several, covered=wait.is_covered())
            await self.changes.wait()
            await wait.keep_looks_apart()

    async def _try_step(self, number: int, wait: StepWait, *, click: bool) -> bool:
        """Take a step if it can be taken now, else see what is in the way of it."""
        try:
            target, wait.several = await self.match(number)
            if target is not None and await self._observe_and_click(number, target, click=click):
                return True
            if target is not None or wait.is_time_to_look_around():
                await self._look_around(number, wait, target)
        except Error as error:
            if not is_transient(error):
                raise
            wait.quiet.restart()
        return False

    async def _look_around(self, number: int, wait: StepWait, target: Clickable | None) -> None:
        """Look for an obstacle, refuse a banner, or repeat a click that seems lost."""
        is_found = target is not None
        (wait.quiet if is_found else wait.covered).restart()
        await self.obstacles.raise_if_blocked()
        if await self.obstacles.dismiss_banner():
            wait.quiet.restart()
            wait.covered.restart()
            wait.blocked.restart()
        elif wait.blocked.is_over():
            wait.blocked.restart()
            await self.obstacles.raise_if_covered(target, self._names_of_steps)
            if not is_found and await wait.again.click(number):
                wait.quiet.restart()
        elif not is_found and await wait.again.click(number):
            wait.quiet.restart()
        elif not is_found and wait.is_late():
            await raise_if_scripts_are_off(self.page)
            await self.motion.allow()

    async def _has_freed_way(self, wait: StepWait) -> bool:
        """Look for what came last; returns whether a banner was refused, or the page was left.

        Raises ReadingStopped at an obstacle, which explains more than a step that is not there.
        """
        try:
            await self.obstacles.raise_if_blocked()
            if not await self.obstacles.dismiss_banner():
                return False
        except Error as error:
            if not is_transient(error):
                raise
        wait.quiet.restart()
        wait.covered.restart()
        return True

    @property
    def _names_of_steps(self) -> tuple[str, ...]:
        """The names of what is clicked on the path, and of the setting, in every language."""
        names = [
            name
            for step in self.flow.steps
            for each in step.click
            for name in (each.name, each.text, each.pressable)
            if name is not None
        ]
        texts = [text for name in names for text in self.flow.about.texts(name)]
        return (*(text for text in texts if "{" not in text), *self.flow.about.labels)

    async def _observe_and_click(self, number: int, target: Clickable, *, click: bool) -> bool:
        """Note what the step shows of the account, and click; returns whether that was done."""
        step = self.flow.steps[number]
        await self._note_account(step)
        if self.note_identity and step.observe == "organisation" and self.email is None:
            return False  # not drawn yet: whose menu it is must be known before anything is clicked
        if not click:
            return True
        await self.raise_if_binding(number, target)
        if step is self.flow.steps[-1]:
            self.obstacles.network.note_panel_opening()
        # Asked for in one go with the click, which reaches the page last: nothing takes longer.
        *_, clicked = await asyncio.gather(
            self._note_plan(step, target),
            self._remember_drawn(number),
            self._remember_last_click(step, target),
            self.click_if_free(target),
        )
        return clicked

    async def raise_if_binding(self, number: int, target: Clickable) -> None:
        """Stop before a step of a stranger's flow presses what accepts, deletes or pays."""
        if self.flow.is_shipped or not await names_binding_press(target):
            return
        detail = (
            f"step {number + 1} ({self.flow.steps[number].say}) of this flow would press a button"
            " that accepts, agrees, continues, deletes, pays or signs out"
        )
        raise ReadingStopped(Reason.LAYOUT_CHANGED, detail)

    async def _remember_last_click(self, step: Step, target: Clickable) -> None:
        """Remember what the last step clicks, and the controls that are there before it does."""
        if step is self.flow.steps[-1]:
            with suppress(Error):
                await asyncio.gather(
                    remember_entry(element_of(target)), ask(self.page, _REMEMBER_CONTROLS)
                )

    async def _remember_drawn(self, number: int) -> None:
        """Remember what is drawn before the click of a step, for what comes after it."""
        if number + 1 < len(self.flow.steps):
            self._drawn[number] = Drawn(self.page)
            await self._drawn[number].remember()

    async def match(self, number: int) -> tuple[Clickable | None, bool]:
        """Return the first alternative of a step that matches exactly one visible element.

        Also returns whether there is none, and one matched several.
        """
        alternatives = self.flow.steps[number].click
        if alternatives[0].pressable is None:
            first = locate(self.page, alternatives[0], self.flow.about)
            if await first.count() == 1:  # the usual case, in one short round trip
                return first, False
        plain: list[Alternative] = [each for each in alternatives if each.pressable is None]
        found = [locate(self.page, each, self.flow.about) for each in plain]
        counts = await asyncio.gather(*(each.count() for each in found))
        several = any(count > 1 for count in counts)
        seen = {each: (shown, n) for each, shown, n in zip(plain, found, counts, strict=True)}
        target: Clickable | None
        for each in alternatives:
            if each.pressable is not None:
                target, more = await self._find_pressable(number, each.pressable)
                several = several or more
            else:
                target = await _only_one(*seen[each])
            if target is not None:
                return target, False
        if several or not self._may_be_hidden():
            return None, several
        return await self._match_hidden(plain), False

    def _may_be_hidden(self) -> bool:
        """Return whether a step may be looked for where assistive tools are kept from.

        Some libraries leave that mark on all that a person sees. What a stranger's flow presses
        there would have no name to be checked by.
        """
        return self.flow.is_shipped and time.monotonic() >= self._step_begun + _LATE

    async def _match_hidden(self, plain: list[Alternative]) -> Locator | None:
        found = [locate(self.page, each, self.flow.about, hidden=True) for each in plain]
        counts = await asyncio.gather(*(each.count() for each in found))
        return next((each for each, count in zip(found, counts, strict=True) if count == 1), None)

    async def _find_pressable(self, number: int, name: str) -> tuple[Pressable | None, bool]:
        """Return the one thing to press of a name among what the step before brought up."""
        before = self._drawn.get(number - 1)
        if before is None:
            return None, False
        found, several = await before.find_pressable(self.flow.about.texts(name))
        is_early = time.monotonic() < self._step_begun + _LATE
        if found is not None and not found.is_in_layer and is_early:
            return None, False
        if found is None and not several and not is_early:
            await self._open_list(number, before)
        return found, several

    async def _open_list(self, number: int, before: Drawn) -> None:
        """Open the one closed list of what the step before brought up, once: it may hold the name.

        That chooses nothing, and the guard holds back whatever the page would send for it.
        """
        if number in self._lists_opened:
            return
        opener = await before.find_list_opener()
        if opener is not None:
            self._lists_opened.add(number)
            with suppress(PlaywrightTimeoutError):  # something lies over it, which is looked for
                await opener.click(timeout=self.clock.ms(_SLICE))

    async def has_opened(self, number: int, target: Clickable) -> bool:
        """Return whether the click of a step has done its work, whatever it brings up later."""
        return await self._drawn[number].has_opened(target)

    async def click_if_free(self, target: Clickable) -> bool:
        """Click if it can be clicked soon; something may lie over it, which is looked for next."""
        try:
            await target.click(timeout=self.clock.ms(_SLICE))
        except PlaywrightTimeoutError as error:
            return "click action done" in error.message  # it only took long to come back
        return True

    async def _note_plan(self, step: Step, target: Clickable) -> None:
        """Note what the user button bears, where the plan may stand behind the name."""
        if step.observe != "plan":
            return
        with suppress(Error):  # gone by now, which the click says itself
            text = await target.inner_text(timeout=1_000)
            self.shown_plan = replace(self.shown_plan, button=text)

    async def _note_account(self, step: Step) -> None:
        """Note whose menu is open: the active organisation, and the e-mail address."""
        if step.observe != "organisation":
            return
        organisation, identity = self.flow.about.organisation, self.flow.about.identity
        # All in one go: each would take a round trip or two, and none waits for another.
        header, listed, shown = await asyncio.gather(
            self._read_text(() if organisation is None else organisation.shown),
            self._read_text(() if organisation is None else organisation.listed),
            self._read_text(() if identity is None else identity.shown),
        )
        if organisation is not None:
            self._note_organisation(header, listed)
        if identity is not None:
            self._note_email(shown or "")

    def _note_organisation(self, header: str | None, listed: str | None) -> None:
        self.organisation_text = header
        self.shown_plan = replace(self.shown_plan, header=header, listed=listed)
        self.organisation = (
            None if header is None else make_printable(header, _LONGEST_ORGANISATION)
        )

    def _note_email(self, text: str) -> None:
        self.obstacles.network.values.accounts.note_shown(text)
        found = _EMAIL.search(text) if self.note_identity else None
        self.email = found[0] if found else None

    async def _read_text(self, targets: tuple[Alternative, ...]) -> str | None:
        for target in targets:
            shown = locate(self.page, target, self.flow.about)
            if await shown.count() == 1:
                with suppress(PlaywrightTimeoutError):  # gone by now: it is looked at again
                    return await shown.inner_text(timeout=1_000)
        return None


class StepWait:
    """How long one step has been waited for, and for what."""

    def __init__(self, walker: Walker) -> None:
        self.begun = self.looked_around = self._looked = time.monotonic()
        self.several = False
        """Whether an alternative matched several elements at the last look."""
        self.quiet = QuietTimer(walker.obstacles, PATIENCE)
        """Since there was a sign that the step may still come."""
        self.covered = QuietTimer(walker.obstacles, _COVERED)
        """Since what is to be clicked has been there without taking a click."""
        self.blocked = QuietTimer(walker.obstacles, _BLOCKED)
        """Since when nothing has come or gone, so that what lies over the page stays there."""
        self.again = ClickRetry(walker)

    def is_time_to_look_around(self) -> bool:
        """Return whether the step has taken a moment, and nobody has looked around for one."""
        now = time.monotonic()
        if now < self.looked_around + _FRESH:
            return False
        self.looked_around = now
        return True

    async def keep_looks_apart(self) -> None:
        """Let a page that never rests work a while: each look takes some of its time."""
        now = time.monotonic()
        if now >= self.begun + _FRESH:
            await asyncio.sleep(self._looked + _APART - now)
        self._looked = time.monotonic()

    def is_late(self) -> bool:
        """Return whether it has taken longer than pages take that move nothing."""
        return time.monotonic() >= self.begun + SECONDS_TO_COME

    def is_covered(self) -> bool:
        """Return whether something has been in the way of the click for too long."""
        return self.covered.is_over()

    def is_over(self) -> bool:
        """Return whether the step is not to be waited for any longer."""
        return self.quiet.is_over() or self.is_covered()


@dataclass(slots=True)
class ClickRetry:
    """Repeats the previous click of the path when it seems lost, never what that click opened."""

    walker: Walker
    quiet: QuietTimer = field(init=False)
    times: int = 0

    def __post_init__(self) -> None:
        self.quiet = QuietTimer(self.walker.obstacles, _AGAIN)

    async def click(self, number: int) -> bool:
        """Click what the step before this one clicked, unless that click has done its work.

        Returns whether it was clicked; that it could not be clicked means nothing.
        """
        if number == 0 or self.times == _AGAIN_AT_MOST or not self.quiet.is_over():
            return False
        target, _ = await self.walker.match(number - 1)
        if target is None or await self.walker.has_opened(number - 1, target):
            return False
        await self.walker.raise_if_binding(number - 1, target)
        self.times += 1
        self.quiet.restart()
        return await self.walker.click_if_free(target)


class QuietTimer:
    """Tells whether nothing has been under way or happened on a page for a while."""

    def __init__(self, obstacles: ObstacleDetector, patience: float) -> None:
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


async def _only_one(found: Locator, count: int) -> Locator | None:
    """Return what was found if it is one element, or the only one of several in reach."""
    return found if count == 1 else await find_reachable(found, count)


def organisation_name(organisation: str | None) -> str | None:
    """Return an organisation's name without the plan shown behind it, which may change any day."""
    return None if organisation is None else organisation.rsplit("·", 1)[0].strip()


async def remember_entry(element: Locator | ElementHandle) -> None:
    """Let the page remember an element as what the path clicked last: it stands in the panel.

    Raises Playwright's Error.
    """
    await ask(element, _REMEMBER_ENTRY, timeout=_ENTRY_MS)


def stopped_at_step(missing: StepNotFound, beside: Sequence[str] = ()) -> ReadingStopped:
    """Return the stop that says which step failed and what was tried.

    `beside` is what the page wanted on the way that was not let it, each in words.
    """
    where = f"step {missing.number + 1} ({missing.step.say}) found"
    what = "several things to click" if missing.several else "nothing to click"
    if missing.covered:
        what = "what to click, but it takes no click: something lies over it, or it moves"
    reason = Reason.AMBIGUOUS if missing.several else Reason.LAYOUT_CHANGED
    said = "; ".join((f"{where} {what} (tried: {missing.tried})", *beside))
    return ReadingStopped(reason, said)
