"""What the page's own data says of the setting.

The flow declares the sources: which addresses carry the value, and where in their JSON.
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeGuard

from playwright.async_api import Error, Request, Response

from auditor.browser.network.guard import Fields, fields_of
from auditor.browser.network.identity import AccountWitness
from auditor.browser.network.interference import holds_error, is_copy
from auditor.core.base_url import path_matches
from auditor.core.finding import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.browser.network.tracker import RequestTracker
    from auditor.core.base_url import BaseUrl
    from auditor.flow import Site, Source


@dataclass(frozen=True, slots=True)
class NetworkWitness:
    """Everything that the network side tells the reading at one moment."""

    value: State = State.UNKNOWN
    """What the declared sources said; unknown if nothing, or not with one voice.

    The panel's own newest answer outweighs what other sources said before it.
    """
    answers_conflict: bool = False
    """Two answers contradict one another, or one is neither true, false nor null."""
    answer_pending: bool = False
    """A source was asked, and its answer is under way: it may still change the value."""
    answer_not_begun: bool = False
    """Not even the head of such an answer has come, so it cannot be one that is never read."""
    panel_source_answered: bool = False
    """The panel's own source told the value: an older answer from elsewhere no longer counts."""
    asked_after_opening: bool = False
    """It was asked after the panel was opened, so it is what the panel itself draws."""
    corrects_older: bool = False
    """The panel's own answer differs from what another source said before it."""
    source_gave_no_value: bool = False
    """A source was asked and did not tell the value: what others said may be older."""
    data_request_failed: bool = False
    """The page asked for data and got none it could use: what is drawn may be a default."""
    hinted_values: frozenset[State] = frozenset()
    """What the data says in a place or a form that the flow does not know.

    It proves nothing and may contradict.
    """
    read_refused: bool = False
    """The guard held back a request by a method that only reads, like QUERY."""
    missed: tuple[str, ...] = ()
    """What may have told the page another value since its panel was opened, out of our sight."""
    helper_started: bool = False
    """The page started a worker or a frame of its own since then, which may yet say something."""
    tells_two_accounts: bool = False
    """The page's data, or what it shows of who is signed in, names more than one account."""
    stream_open: bool = False
    """A stream or socket feeds the page, and may change what it shows at any time."""
    last_source_activity: float = 0.0
    """When a declared source was last asked or answered, on the monotonic clock."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source said at one place; `order` counts the questions, oldest first."""

    value: bool | None
    order: int
    from_panel: bool
    """It is the panel's own source, and no older copy of what that says."""


class ValueWitness:
    """Reads the answers of the declared sources and remembers what they said."""

    def __init__(self, site: Site, base_url: BaseUrl, tracker: RequestTracker) -> None:
        self._site = site
        self._base_url = base_url
        self._tracker = tracker
        self._answers: dict[str, Answer] = {}
        self._malformed = False
        self._hinted: dict[str, set[State]] = {}
        self.accounts = AccountWitness(site.identity)
        self._without_value: set[str] = set()
        self._panel_opened = False
        self._panel_answers: set[str] = set()
        self._asked_after_opening: set[str] = set()
        self._orders: dict[str, int] = {}
        self._questions = 0
        self._orders_of_hints: dict[str, int] = {}
        self._read_refused = False
        self._being_read = 0
        self._last_activity = 0.0
        self._tasks: set[asyncio.Task[None]] = set()
        self.known_fields: Fields = set()
        """Every true or false in the sources' answers, by name: a write may repeat them."""

    @property
    def is_reading(self) -> bool:
        """Whether an answer has come and is still being read."""
        return self._being_read > 0

    @property
    def answers_conflict(self) -> bool:
        """Whether the answers contradict one another, or are neither true, false nor null."""
        return self._malformed or len({answer.value for answer in self._newest}) > 1

    @property
    def value(self) -> State:
        """What the answers said; unknown if nothing was said, or not with one voice."""
        newest = self._newest
        if self.answers_conflict or not newest:
            return State.UNKNOWN
        return State.of(newest[0].value)

    @property
    def _newest(self) -> list[Answer]:
        """The panel's own answers and what was asked since; without any, all that were given.

        An answer of the panel's own that is no plain yes or no makes older ones old all the same.
        """
        answers = list(self._answers.values())
        own = [answer.order for answer in answers if answer.from_panel]
        own += self._orders_of_hints.values()
        return [answer for answer in answers if not own or answer.order >= min(own)]

    def find_source(self, request: Request) -> Source | None:
        """Return the declared source that a request asks, if it is one of this very origin."""
        if request.method != "GET" or not self._base_url.is_same_origin(request.url):
            return None
        return next(
            (each for each in self._site.witness.sources if path_matches(request.url, each.path)),
            None,
        )

    def note_panel_opening(self) -> None:
        """Note that the panel is about to be opened: what is asked from now on is asked for it."""
        self._panel_opened = True

    def note_asked(self, source: Source, url: str) -> None:
        """Note that a source is being asked: what the panel's own said before no longer counts."""
        self._note_activity()
        self.accounts.note_question(url)
        self._questions += 1
        self._orders[url] = self._questions
        if not source.final:
            return
        self._panel_answers.discard(url)
        if self._panel_opened:
            self._asked_after_opening.add(url)

    def note_read_refused(self) -> None:
        """Note that the page was kept from reading something, so that an answer may be missing."""
        self._read_refused = True

    def note_no_value(self, url: str) -> None:
        """Note that a source was asked and did not tell the value."""
        self._note_activity()
        self._without_value.add(url)

    def read_answer(self, response: Response, source: Source) -> None:
        """Begin to read an answer of a source, in a task of its own."""
        self._being_read += 1
        task = asyncio.create_task(self._read(response, source))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def note_answer(
        self, source: Source, url: str, answer: object, *, is_copy: bool = False
    ) -> None:
        """Take in what a source said: the value, the value in an unknown place or form, or none.

        `is_copy` tells that a worker or a cache answered, so that it may be old.
        """
        self._note_activity()
        self.accounts.note_answer(url, answer)
        key = self._site.witness.key
        holders = [(where, _at(answer, where)) for where in source.at]
        beside = [holder for _, holder in holders if isinstance(holder, dict) and key in holder]
        if holds_error(answer) or (source.final and any(map(holds_error, beside))):
            self.note_no_value(url)  # a value beside an error is a default
            return
        self.known_fields |= fields_of(answer)
        told = {
            where: holder[key]
            for where, holder in holders
            if isinstance(holder, dict) and key in holder
        }
        plain = {where: value for where, value in told.items() if _is_plain(value)}
        if source.final:
            self._note_hints(url, answer, set(plain.values()))
        if plain or not source.final or self._hinted.get(url):
            self._without_value.discard(url)
        else:  # the panel's own data no longer names the setting: what is drawn may be a default
            self._without_value.add(url)
        if source.final and not is_copy and told and not plain:
            self._orders_of_hints[url] = self._orders.get(url, 0)
        self._malformed |= any(_meaning_of(value) is None for value in told.values())
        for where, value in plain.items():
            from_panel = source.final and not is_copy
            self._answers[f"{url} {where}"] = Answer(value, self._orders.get(url, 0), from_panel)
            if from_panel:
                self._panel_answers.add(url)

    def take_witness(self) -> NetworkWitness:
        """Return all that is known of the value now, with what is still under way."""
        waiting = [each for each in self._tracker.pending if self.find_source(each) is not None]
        newest = {answer.value for answer in self._newest}
        return NetworkWitness(
            value=self.value,
            answers_conflict=self.answers_conflict,
            answer_pending=self.is_reading or bool(waiting),
            answer_not_begun=not all(self._tracker.has_begun(each) for each in waiting),
            panel_source_answered=bool(self._panel_answers),
            asked_after_opening=bool(self._panel_answers & self._asked_after_opening),
            corrects_older=any(answer.value not in newest for answer in self._answers.values()),
            source_gave_no_value=bool(self._without_value),
            data_request_failed=self._tracker.data_request_failed or bool(self._without_value),
            hinted_values=frozenset().union(*self._hinted.values()),
            tells_two_accounts=self.accounts.names_several,
            read_refused=self._read_refused,
            stream_open=self._tracker.streaming,
            last_source_activity=self._last_activity,
        )

    async def _read(self, response: Response, source: Source) -> None:
        try:
            answer = json.loads(await response.body())
            self.note_answer(source, response.url, answer, is_copy=is_copy(response))
        except Error as error:
            # "evicted": too large for the browser to keep; the page had it, we do not. Else gone.
            if "evicted" not in error.message:
                self._tracker.note_failure(response.url)
        except (ValueError, RecursionError):
            # an answer that is no JSON is no witness, and no ground to draw a switch on
            self._tracker.note_failure(response.url)
        finally:
            self._being_read -= 1
            self._tracker.note_activity()

    def _note_hints(self, url: str, answer: object, told: set[bool | None]) -> None:
        """Note what the panel's own source says under the key besides what counts."""
        found = {
            meaning
            for value in _values_under(answer, self._site.witness.key)
            if not (_is_plain(value) and value in told)
            and (meaning := _meaning_of(value)) is not None
        }
        self._hinted[url] = found

    def _note_activity(self) -> None:
        self._last_activity = time.monotonic()


def _is_plain(value: object) -> TypeGuard[bool | None]:
    """Return whether a value is a plain yes, no or "not chosen"."""
    return value is None or isinstance(value, bool)


_WORDS = {"true": State.ON, "false": State.OFF, "1": State.ON, "0": State.OFF}


def _meaning_of(value: object) -> State | None:
    """Return what a value may mean: text and numbers are no yes or no, but may contradict one."""
    if _is_plain(value):
        return State.of(value)
    if isinstance(value, str | int):
        return _WORDS.get(str(value).strip().lower())
    return None


def _values_under(node: object, key: str) -> Iterator[object]:
    """Return every value under the key, at any depth."""
    todo = [node]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            todo += node.values()
            if key in node:
                yield node[key]
        elif isinstance(node, list):
            todo += node


def _at(node: object, where: str) -> object:
    """Return what stands at a dotted place in a piece of JSON; None if there is no such place."""
    for key in where.split(".") if where else ():
        node = node.get(key) if isinstance(node, dict) else None
    return node
