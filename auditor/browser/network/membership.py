"""What the page's own data says of the organisations that a person belongs to.

The flow declares where. Only what the page itself asks for is looked at.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.async_api import Error, Request, Response

from auditor.core.base_url import path_matches

if TYPE_CHECKING:
    from auditor.core.base_url import BaseUrl
    from auditor.flow import Memberships, Site


@dataclass(frozen=True, slots=True)
class Membership:
    """One organisation of the person's."""

    name: str
    commercial: bool | None
    """Whether its plan is a commercial one; None where its capabilities are not told."""
    active: bool
    """Whether the data marks it as the active one."""


@dataclass(frozen=True, slots=True)
class MembershipAnswer:
    """What one answer of the site told."""

    memberships: tuple[Membership, ...] = ()
    people: frozenset[str] = frozenset()
    """Names of the person, as the data has them."""

    @property
    def names(self) -> frozenset[str]:
        """Every name, of the person and of the organisations: none of them says a plan."""
        return self.people | {each.name for each in self.memberships}


class MembershipReader:
    """Reads the answers that the flow declares, and keeps the latest of each address."""

    def __init__(self, site: Site, base_url: BaseUrl) -> None:
        self._where = site.memberships
        self._base_url = base_url
        self._answers: dict[str, MembershipAnswer] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def is_reading(self) -> bool:
        """Whether an answer has come and is still being read."""
        return bool(self._tasks)

    @property
    def answers(self) -> tuple[MembershipAnswer, ...]:
        """The latest answer of each address."""
        return tuple(self._answers.values())

    def is_source(self, request: Request) -> bool:
        """Return whether a request asks for what may tell the memberships."""
        return (
            self._where is not None
            and request.method == "GET"
            and self._base_url.is_same_origin(request.url)
            and any(path_matches(request.url, path) for path in self._where.paths)
        )

    def read_answer(self, response: Response) -> None:
        """Begin to read an answer, in a task of its own."""
        task = asyncio.create_task(self._read(response))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def note_answer(self, url: str, answer: object) -> None:
        """Take in what an address said; an answer without memberships takes nothing back."""
        if self._where is None:
            return
        told = parse_memberships(answer, self._where)
        if told.memberships or url not in self._answers:
            self._answers[url] = told

    async def _read(self, response: Response) -> None:
        try:
            self.note_answer(response.url, json.loads(await response.body()))
        except (Error, ValueError, RecursionError):  # gone, or no JSON: then it tells nothing
            return


def parse_memberships(answer: object, where: Memberships) -> MembershipAnswer:
    """Return what an answer tells, at the declared places; nothing where it has another shape."""
    lists = [_at(answer, place) for place in where.at]
    found = next((each for each in lists if isinstance(each, list)), [])
    active = {text for place in where.active_id_at if (text := _text(_at(answer, place)))}
    memberships = [
        _membership(organisation, where, active)
        for each in found
        if isinstance(organisation := _at(each, where.organisation), dict)
    ]
    people = {text for place in where.person_at if (text := _text(_at(answer, place)))}
    return MembershipAnswer(tuple(memberships), frozenset(people))


def _membership(
    organisation: dict[str, object], where: Memberships, active: set[str]
) -> Membership:
    return Membership(
        name=_text(organisation.get(where.name)) or "",
        commercial=_is_commercial(organisation.get(where.capabilities), where),
        active=organisation.get(where.active) is True
        or _text(organisation.get(where.id)) in active,
    )


def _is_commercial(capabilities: object, where: Memberships) -> bool | None:
    if not isinstance(capabilities, list) or not all(isinstance(one, str) for one in capabilities):
        return None
    return any(one in where.commercial for one in capabilities)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _at(node: object, where: str) -> object:
    """Return what stands at a dotted place in a piece of JSON; None if there is no such place."""
    for key in where.split(".") if where else ():
        node = node.get(key) if isinstance(node, dict) else None
    return node
