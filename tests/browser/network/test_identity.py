"""Whose data an answer is, as far as it says so."""

from __future__ import annotations

import pytest

from auditor.browser.network.identity import AccountWitness
from auditor.flow import load_flow

IDENTITY = load_flow("claude/web").about.identity
BOOTSTRAP = {"account": {"uuid": "a1", "email_address": "Ada@example.com", "settings": {}}}
BASE = "https://claude.ai/api"


def names_several(answer: object, query: str = "", shown: str = "") -> bool:
    witness = AccountWitness(IDENTITY)
    witness.note_question(f"{BASE}/bootstrap")
    witness.note_answer(f"{BASE}/bootstrap", BOOTSTRAP)
    witness.note_shown(shown)
    witness.note_question(f"{BASE}/account/settings{query}")
    witness.note_answer(f"{BASE}/account/settings", answer)
    return witness.names_several


@pytest.mark.parametrize(
    ("answer", "several"),
    [
        ({"grove_enabled": False}, False),
        ([], False),
        ({"account_uuid": "A1 ", "email_address": "ada@EXAMPLE.com"}, False),
        ({"uuid": "s9"}, False),  # of the settings themselves
        ({"account_id": 17}, False),  # another kind of name
        ({"account_uuid": True}, False),
        ({"account_uuid": ""}, False),
        ({"email": "none"}, False),
        ({"account_uuid": "b2"}, True),
        ({"settings": {"account_uuid": "b2"}}, True),
        ({"account": {"uuid": "b2"}}, True),
        ({"email_address": "bob@example.com"}, True),
        ({"user": {"email": "bob@example.com"}}, True),
    ],
)
def test_another_account_in_an_answer_is_noticed(answer: object, several: bool) -> None:
    assert names_several(answer) is several


@pytest.mark.parametrize(
    ("query", "several"),
    [
        ("?account_uuid=a1&fresh=1", False),
        ("?account=me", False),
        ("?account=ada@example.com", False),
        ("?account_uuid=b2", True),
        ("?email=bob@example.com", True),
    ],
)
def test_another_account_in_the_address_is_noticed(query: str, several: bool) -> None:
    assert names_several({}, query) is several


@pytest.mark.parametrize(
    ("shown", "several"),
    [
        ("Ada", False),
        ("ada@example.com", False),
        ("ada@example.c…", False),
        ("Signed in as bob@example.com", True),
    ],
)
def test_who_is_shown_as_signed_in_is_compared_too(shown: str, several: bool) -> None:
    assert names_several({}, shown=shown) is several


def test_a_newer_answer_of_an_address_replaces_the_older() -> None:
    witness = AccountWitness(IDENTITY)
    for name in ("a1", "b2"):
        witness.note_question(f"{BASE}/account")
        witness.note_answer(f"{BASE}/account", {"account_uuid": name})
    assert not witness.names_several


def test_a_site_that_declares_no_names_compares_none() -> None:
    witness = AccountWitness(None)
    witness.note_answer(BASE, {"account_uuid": "a1"})
    witness.note_shown("ada@example.com")
    assert not witness.names_several
