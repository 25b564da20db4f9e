"""What the page's own data says of the setting.

The flow declares the sources: which addresses carry the value, and where in their JSON.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.async_api import Error, Request, Response

from auditor.browser.network.guard import BooleanFields, boolean_fields
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
    """What the declared sources said; unknown if nothing, or not with one voice."""
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
    source_gave_no_value: bool = False
    """A source was asked and did not tell the value: what others said may be older."""
    data_request_failed: bool = False
    """The page asked for data and got none it could use: what is drawn may be a default."""
    values_at_unknown_place: frozenset[State] = frozenset()
    """What the panel's source says where the flow knows no place of the value: a hint only."""
    stream_open: bool = False
    """A stream or socket feeds the page, and may change what it shows at any time."""


class ValueWitness:
    """Reads the answers of the declared sources and remembers what they said."""

    def __init__(self, site: Site, base_url: BaseUrl, tracker: RequestTracker) -> None:
        self._site = site
        self._base_url = base_url
        self._tracker = tracker
        self._answers: dict[str, object] = {}
        self._malformed = False
        self._at_unknown_place: dict[str, set[State]] = {}
        self._without_value: set[str] = set()
        self._panel_opened = False
        self._panel_answers: set[str] = set()
        self._asked_after_opening: set[str] = set()
        self._being_read = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self.known_fields: BooleanFields = set()
        """Every true or false in the sources' answers, by name: a write may repeat them."""

    @property
    def is_reading(self) -> bool:
        """Whether an answer has come and is still being read."""
        return self._being_read > 0

    @property
    def answers_conflict(self) -> bool:
        """Whether the answers contradict one another, or are neither true, false nor null."""
        return self._malformed or len(set(self._answers.values())) > 1

    @property
    def value(self) -> State:
        """What the answers said; unknown if nothing was said, or not with one voice."""
        if self.answers_conflict or not self._answers:
            return State.UNKNOWN
        return State.of(next(iter(self._answers.values())))

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
        if not source.final:
            return
        self._panel_answers.discard(url)
        if self._panel_opened:
            self._asked_after_opening.add(url)

    def note_no_value(self, url: str) -> None:
        """Note that a source was asked and did not tell the value."""
        self._without_value.add(url)

    def read_answer(self, response: Response, source: Source) -> None:
        """Begin to read an answer of a source, in a task of its own."""
        self._being_read += 1
        task = asyncio.create_task(self._read(response, source))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def note_answer(self, source: Source, url: str, answer: object) -> None:
        """Take in what a source said: the value, the value at an unknown place, or none."""
        self.known_fields |= boolean_fields(answer)
        key = self._site.witness.key
        holders = [(where, _at(answer, where)) for where in source.at]
        told = {
            where: holder[key]
            for where, holder in holders
            if isinstance(holder, dict) and key in holder
        }
        if told or not source.final:
            self._without_value.discard(url)
        elif found := {State.of(value) for value in _values_under(answer, key)}:
            self._at_unknown_place[url] = found
            self._without_value.discard(url)
        else:  # the panel's own data no longer names the setting: what is drawn may be a default
            self._without_value.add(url)
        for where, value in told.items():
            self._note_value(source, url, where, value)

    def take_witness(self) -> NetworkWitness:
        """Return all that is known of the value now, with what is still under way."""
        waiting = [each for each in self._tracker.pending if self.find_source(each) is not None]
        return NetworkWitness(
            value=self.value,
            answers_conflict=self.answers_conflict,
            answer_pending=self.is_reading or bool(waiting),
            answer_not_begun=not all(self._tracker.has_begun(each) for each in waiting),
            panel_source_answered=bool(self._panel_answers),
            asked_after_opening=bool(self._panel_answers & self._asked_after_opening),
            source_gave_no_value=bool(self._without_value),
            data_request_failed=self._tracker.data_request_failed or bool(self._without_value),
            values_at_unknown_place=frozenset().union(*self._at_unknown_place.values()),
            stream_open=self._tracker.streaming,
        )

    async def _read(self, response: Response, source: Source) -> None:
        try:
            self.note_answer(source, response.url, json.loads(await response.body()))
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

    def _note_value(self, source: Source, url: str, where: str, value: object) -> None:
        if value is not None and not isinstance(value, bool):
            self._malformed = True
            return
        self._answers[f"{url} {where}"] = value
        if source.final:
            self._panel_answers.add(url)


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
