"""What a page may send while the tool waits for the person to make the choice.

The tool presses nothing, and the page may still write nothing of its own. A declared write of a
notice's button goes out only after a real press of that very button, once for each press, to
exactly its address. Where no notice asks and the panel itself is waited at, the same holds for the
setting's own switch and its one write, which may carry nothing else. What counts as a press is told
from outside the page's own scripts (`path/presses.py`). That comes another way than what the press
sends, and on a busy machine later: so a declared write waits a moment for a press that came before
it (seen once in 200 presses of a window under load).
"""

from __future__ import annotations

import asyncio
import math
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from auditor.browser.network.guard import (
    Fields,
    describe_save_status,
    is_expected_write,
    values_of_key,
)
from auditor.core.finding import State
from auditor.text import fold_text, normalize_label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from auditor.browser.network.guard import SentRequest
    from auditor.core.base_url import BaseUrl
    from auditor.flow import ChoiceButton, ChoiceWrite, Site

# seconds after a press within which what it sends may go out: a slow site takes some for each step
_PRESS_SECONDS = 30.0
# seconds by which a press may be heard after it was made, and after what it sent
_HEARD_LATE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class _Press:
    """From when, and until when, what a press sends may go out."""

    since: float
    until: float
    identity: float | None
    """What tells one press from another; a label and its input tell the same one."""

    def covers(self, arrived: float) -> bool:
        """Return whether a request that arrived then may follow this press."""
        return self.since <= arrived and time.monotonic() <= self.until

    def joined(self, earlier: _Press | None) -> _Press:
        """Return this press, after one on the same that nothing has followed so far."""
        if earlier is None or time.monotonic() > earlier.until:
            return self
        return replace(self, since=min(self.since, earlier.since))


def _press_of(heard: HeardPress) -> _Press:
    """Return a press that is heard now, on the monotonic clock.

    The clock of a browser elsewhere may differ: then it counts from when it was heard.
    """
    now = time.monotonic()
    age = 0.0 if heard.made is None else time.time() - heard.made
    since = now - age if 0 <= age <= _HEARD_LATE_SECONDS else now
    return _Press(since, now + _PRESS_SECONDS, heard.identity)


@dataclass(frozen=True, slots=True)
class HeardPress:
    """A press of the person, as the page's browser told it."""

    names: tuple[str, ...] = ()
    """What the pressed button or link is called."""
    is_escape: bool = False
    control: tuple[str, ...] | None = None
    """What the pressed control is called, if it is one."""
    links: tuple[str, ...] = ()
    """The links of that control's row."""
    made: float | None = None
    """When it reached the page, in seconds by the wall clock of its browser."""
    identity: float | None = None
    """What tells it from other presses; one on a label is told for its input, too."""


@dataclass(slots=True)
class PersonsChoice:
    """The answer of a person to a notice, as the browser's window tells it."""

    site: Site
    base_url: BaseUrl
    wanted_at_switch: State | None = None
    """What is wanted, where the person is waited for at the setting's own switch."""
    pressed: ChoiceButton | None = None
    """The last button of a notice that the person pressed."""
    sent: State | None = None
    """The choice that went out, whatever came of it."""
    stored: State | None = None
    """The choice that the site took."""
    refusal: str = ""
    """What the site said of a choice that it did not take."""
    changed: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    """Set whenever any of this changes."""
    touched_at: float = 0.0
    """When the setting's switch was last pressed, or a choice answered; by the monotonic clock."""
    _switch_press: _Press | None = None
    """The press of the switch that nothing has followed so far."""
    _switch_pressed: _Press | None = None
    _button_pressed: _Press | None = None
    _granted: list[tuple[ChoiceWrite, _Press]] = field(default_factory=list)
    _heard: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    """Set by the next press that is heard, or when nobody is waited for any more."""
    _is_over: bool = False
    _request: SentRequest | None = field(default=None, repr=False)

    def note_press(self, heard: HeardPress) -> None:
        """Note what the person pressed: the setting's switch, a button of a notice, or Escape."""
        press = _press_of(heard)
        if self._is_setting_pressed(heard):
            self.touched_at = time.monotonic()
            if not self._is_known(press, self._switch_pressed):
                self._switch_pressed = press
                self._switch_press = press.joined(self._switch_press)
        elif button := self._find_button(heard):
            if not self._is_known(press, self._button_pressed):
                unused = dict(self._granted) if button == self.pressed else {}
                self._button_pressed, self.pressed = press, button
                self._granted = [(each, press.joined(unused.get(each))) for each in button.writes]
        else:
            return
        self._tell_heard()

    def _is_setting_pressed(self, heard: HeardPress) -> bool:
        is_waited_at = self.wanted_at_switch is not None and heard.control is not None
        return is_waited_at and self._is_setting(heard.control or (), heard.links)

    def _find_button(self, heard: HeardPress) -> ChoiceButton | None:
        folded = {fold_text(name) for name in heard.names}
        for button in self.site.choice_buttons:
            if (heard.is_escape and button.escape) or folded & self._names_of(button):
                return button
        return None

    @staticmethod
    def _is_known(press: _Press, before: _Press | None) -> bool:
        """Return whether this press was told before, as one on a label is for its input, too."""
        return before is not None and press.identity == before.identity is not None

    def end(self) -> None:
        """Let go of nothing any more: what waits for a press is held back at once."""
        self._is_over = True
        self._tell_heard()

    def _tell_heard(self) -> None:
        self.changed.set()
        self._heard.set()
        self._heard = asyncio.Event()

    def _is_setting(self, names: Iterable[str], links: tuple[str, ...]) -> bool:
        """Return whether a control bears the setting's label, or stands alone with its help link.

        A name may go on after the label: a state, or the row's description.
        """
        setting = self.site.setting
        labels = tuple(normalize_label(label) for label in self.site.labels)
        if any(normalize_label(name).startswith(labels) for name in names):
            return True
        strange = [decoy.link_contains for decoy in setting.decoys if decoy.link_contains]
        return any(setting.help_link.contains in link for link in links) and not any(
            part in link for part in strange for link in links
        )

    def _names_of(self, button: ChoiceButton) -> set[str]:
        names = [button.name, *filter(None, [button.also])]
        return {fold_text(text) for name in names for text in self.site.texts(name)}

    async def wait_for_press(self, sent: SentRequest, known: Fields, arrived: float) -> None:
        """Wait until the press is heard that a declared write may follow, if none was so far."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_HEARD_LATE_SECONDS):
                while self._may_wait(sent, known) and not self._is_let_go(sent, known, arrived):
                    await self._heard.wait()

    def _may_wait(self, sent: SentRequest, known: Fields) -> bool:
        """Return whether a request is one that some press would let go, if any is waited for."""
        if self._is_over:
            return False
        return self._is_switch_write(sent, known) or any(
            self._is_write(write, sent)
            for button in self.site.choice_buttons
            for write in button.writes
        )

    def _is_let_go(self, sent: SentRequest, known: Fields, arrived: float) -> bool:
        return self._switch_lets_go(sent, known, arrived) or bool(self._find_grant(sent, arrived))

    def admit(
        self, sent: SentRequest, known: Fields = frozenset(), arrived: float = math.inf
    ) -> bool:
        """Return whether a request may go out as a part of the last press; each one does once.

        `known` are the fields that the page's own data named, which a write may repeat. `arrived`
        is when the request came, by the monotonic clock; without it, after every press.
        """
        if self._is_over:
            return False
        if self._switch_lets_go(sent, known, arrived):
            self._switch_press = None
            self._note_sent(sent)
            return True
        if (granted := self._find_grant(sent, arrived)) is None:
            return False
        self._granted.remove(granted)
        if granted[0].with_choice:
            self._note_sent(sent)
        return True

    def _switch_lets_go(self, sent: SentRequest, known: Fields, arrived: float) -> bool:
        press = self._switch_press
        return press is not None and press.covers(arrived) and self._is_switch_write(sent, known)

    def _find_grant(self, sent: SentRequest, arrived: float) -> tuple[ChoiceWrite, _Press] | None:
        return next(
            (
                (write, press)
                for write, press in self._granted
                if press.covers(arrived) and self._is_write(write, sent)
            ),
            None,
        )

    def _note_sent(self, sent: SentRequest) -> None:
        (value,) = values_of_key(sent.body, self.site.witness.key)
        self._request, self.sent, self.refusal = sent, State.of(value), ""

    def _is_switch_write(self, sent: SentRequest, known: Fields) -> bool:
        """Return whether a request is the setting's one write, where its switch is waited at."""
        return self.wanted_at_switch is not None and any(
            is_expected_write(self.site, self.base_url, sent, known, wanted=wanted)
            for wanted in (True, False)
        )

    def _is_write(self, write: ChoiceWrite, sent: SentRequest) -> bool:
        origin, prefix = self.base_url.origin, self.base_url.prefix
        addresses = {f"{origin}{write.path}", f"{origin}{prefix}{write.path}"}
        if sent.method != write.method or sent.url not in addresses or sent.overrides_method:
            return False
        values = values_of_key(sent.body, self.site.witness.key)
        if not write.with_choice:
            return not values
        return len(values) == 1 and all(isinstance(value, bool) for value in values)  # 1 == True

    def note_answer(self, method: str, url: str, status: int) -> None:
        """Note how the site answered, if this was the choice."""
        if self._is_choice(method, url):
            self.refusal = describe_save_status(status)
            self.stored = None if self.refusal else self.sent
            self.touched_at = time.monotonic()
            self.changed.set()

    def note_broken_off(self, method: str, url: str) -> None:
        """Note that a request was broken off, if this was the choice."""
        if self._is_choice(method, url) and self.stored is None:
            self.refusal = "the save was broken off"
            self.changed.set()

    def _is_choice(self, method: str, url: str) -> bool:
        return self._request is not None and (method, url) == (
            self._request.method,
            self._request.url,
        )
