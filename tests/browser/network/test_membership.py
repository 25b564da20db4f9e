"""Which organisations the page's own data names, and what it says of them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, cast

import pytest
from playwright.async_api import Error

from auditor.browser.network.membership import (
    Membership,
    MembershipAnswer,
    MembershipReader,
    parse_memberships,
)
from auditor.core.base_url import parse_base_url
from auditor.flow import load_flow

SITE = load_flow("claude/web").about
WHERE = SITE.memberships
ORIGIN = "https://claude.ai"
assert WHERE is not None


def bootstrap(*organisations: dict[str, Any], **more: object) -> dict[str, Any]:
    memberships = [{"role": "user", "organization": each} for each in organisations]
    return {"account": {"full_name": "Ada", "memberships": memberships}, **more}


def organisation(name: str = "Acme", **more: object) -> dict[str, Any]:
    return {"name": name, "uuid": name.lower(), "capabilities": ["chat"], **more}


@pytest.mark.parametrize(
    ("capabilities", "commercial"),
    [
        (["chat", "raven"], True),
        (["chat", "claude_pro"], False),
        (["claude_max"], False),
        ([], False),
        (None, None),
        ("raven", None),
        ([["raven"]], None),
        ({"raven": True}, None),
    ],
)
def test_capabilities_tell_the_plan(capabilities: object, commercial: bool | None) -> None:
    assert WHERE is not None
    told = parse_memberships(bootstrap(organisation(capabilities=capabilities)), WHERE)
    assert told.memberships == (Membership("Acme", commercial, active=False),)


@pytest.mark.parametrize(
    ("more", "marked", "active"),
    [
        ({}, {"active": True}, True),
        ({}, {"active": "yes"}, False),
        ({"active_organization": "acme"}, {}, True),
        ({"active_organization": {"uuid": "acme"}}, {}, True),
        ({"active_organization": "other"}, {}, False),
        ({"active_organization": None}, {"uuid": None}, False),
    ],
)
def test_the_active_one_is_marked_or_named(
    more: dict[str, object], marked: dict[str, Any], active: bool
) -> None:
    assert WHERE is not None
    told = parse_memberships(bootstrap(organisation(**marked), **more), WHERE)
    assert told.memberships == (Membership("Acme", commercial=False, active=active),)


def test_names_are_those_of_the_person_and_of_the_organisations() -> None:
    assert WHERE is not None
    told = parse_memberships(bootstrap(organisation("Acme"), organisation("Me")), WHERE)
    assert told.names == {"Ada", "Acme", "Me"}


@pytest.mark.parametrize(
    "answer",
    [None, [], "text", {"account": []}, {"account": {"memberships": "none"}},
     {"memberships": [None, 3, {"organization": "Acme"}]}],
)  # fmt: skip
def test_another_shape_tells_nothing(answer: object) -> None:
    assert WHERE is not None
    assert parse_memberships(answer, WHERE) == MembershipAnswer()


class Request:
    """Stands in for a request of the page."""

    def __init__(self, url: str, method: str = "GET") -> None:
        self.url, self.method = url, method


@pytest.mark.parametrize(
    ("url", "method", "asks"),
    [
        (f"{ORIGIN}/api/bootstrap", "GET", True),
        (f"{ORIGIN}/api/account", "GET", True),
        (f"{ORIGIN}/api/account", "PUT", False),
        (f"{ORIGIN}/api/elsewhere", "GET", False),
        ("https://other.example/api/account", "GET", False),
    ],
)
def test_only_plain_reads_at_declared_addresses_are_heard(
    url: str, method: str, asks: bool
) -> None:
    reader = MembershipReader(SITE, parse_base_url(ORIGIN))
    assert reader.is_source(cast("Any", Request(url, method))) is asks


def test_the_latest_answer_of_an_address_counts_if_it_names_memberships() -> None:
    reader = MembershipReader(SITE, parse_base_url(ORIGIN))
    reader.note_answer("a", {})
    assert reader.answers == (MembershipAnswer(),)
    for answer in (bootstrap(organisation("Old")), bootstrap(organisation("New")), {}):
        reader.note_answer("a", answer)
    assert [each.memberships[0].name for each in reader.answers] == ["New"]


def test_a_site_that_declares_no_place_is_not_listened_to() -> None:
    site = replace(SITE, memberships=None)
    reader = MembershipReader(site, parse_base_url(ORIGIN))
    reader.note_answer("a", bootstrap(organisation()))
    assert not reader.is_source(cast("Any", Request(f"{ORIGIN}/api/account")))
    assert reader.answers == ()


class Response:
    """Stands in for an answer; a body that is an error is raised."""

    def __init__(self, body: bytes | Error) -> None:
        self.url, self._body = "a", body

    async def body(self) -> bytes:
        if isinstance(self._body, Error):
            raise self._body
        return self._body


@pytest.mark.parametrize(
    ("body", "answers"),
    [
        (json.dumps(bootstrap(organisation())).encode(), 1),
        (b"<html>", 0),
        (b"[" * 100_000, 0),
        (Error("evicted"), 0),
    ],
)
async def test_an_answer_is_read_or_tells_nothing(body: bytes | Error, answers: int) -> None:
    reader = MembershipReader(SITE, parse_base_url(ORIGIN))
    reader.read_answer(cast("Any", Response(body)))
    assert reader.is_reading
    for task in list(reader._tasks):
        await task
    assert len(reader.answers) == answers
