"""What of a browser's storage state belongs to an origin."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from auditor.access.storage_state import (
    count_entries,
    keep_sign_in,
    origin_of,
    trim_to_origin,
)
from auditor.errors import UsageError
from tests.access.sealing import CANARY, CLAUDE, PRINT, STATE, cookie

if TYPE_CHECKING:
    from auditor.access.vault import Vault


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://claude.ai", CLAUDE),
        ("HTTPS://Claude.AI:443/new?x#y", CLAUDE),
        ("http://127.0.0.1:8400/s/on", "http://127.0.0.1:8400"),
        ("http://localhost:80", "http://localhost"),
        ("http://[::1]:99/", "http://[::1]:99"),
        ("https://me:pw@claude.ai/", CLAUDE),
    ],
)
def test_an_origin_has_one_written_form(address: str, expected: str) -> None:
    assert origin_of(address) == expected


@pytest.mark.parametrize(
    "address",
    [
        "",
        "claude.ai",
        "file:///etc/passwd",
        "https://",
        "http://x:99999",
        "http://[::1",
        "null",
        "about:",
    ],
)
def test_what_is_no_origin_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match=r"is no address of a site\.$"):
        origin_of(address)


@pytest.mark.parametrize(
    "address", ["https://bücher.example", "https://a b.example", "https://" + "a" * 400]
)
def test_a_host_no_browser_would_send_is_refused(address: str) -> None:
    with pytest.raises(UsageError) as caught:
        origin_of(address)
    assert caught.value.hint == "Give the host as the browser sends it (xn--)."


@pytest.mark.parametrize(
    ("domain", "origin", "kept"),
    [
        ("claude.ai", CLAUDE, True),
        (".claude.ai", CLAUDE, True),
        (".Claude.AI", CLAUDE, True),
        (".claude.ai", "https://www.claude.ai", True),
        ("claude.ai", "https://www.claude.ai", False),
        ("www.claude.ai", CLAUDE, False),
        (".www.claude.ai", CLAUDE, False),
        (".ai", CLAUDE, False),
        (".", CLAUDE, False),
        ("", CLAUDE, False),
        (".notclaude.ai", CLAUDE, False),
        (".claude.ai", "https://notclaude.ai", False),
        (".laude.ai", CLAUDE, False),
        (".claude.ai.example.org", CLAUDE, False),
        ("claude.ai", "https://claude.ai.example.org", False),
        ("127.0.0.1", "http://127.0.0.1:8400", True),
        (".0.0.1", "https://127.0.0.1", False),
        ("[::1]", "http://[::1]:8400", True),
        ("localhost", "http://localhost:8400", True),
        ("claude.ai", "http://claude.ai", False),
        ("example.localhost", "http://example.localhost", True),
    ],
)
def test_only_cookies_that_would_be_sent_are_kept(domain: str, origin: str, *, kept: bool) -> None:
    assert bool(trim_to_origin({"cookies": [cookie(domain)]}, origin)["cookies"]) is kept


def test_a_cookie_that_is_not_secure_goes_to_plain_addresses_too() -> None:
    assert trim_to_origin({"cookies": [cookie("claude.ai", secure=False)]}, "http://claude.ai")[
        "cookies"
    ]


@pytest.mark.parametrize(
    ("site", "kept"),
    [("https://claude.ai", True), ("https://example.org", False), ("", True), ("x", False)],
)
def test_a_cookie_set_inside_another_sites_page_is_dropped(site: str, *, kept: bool) -> None:
    state = {"cookies": [cookie("claude.ai", partitionKey=site)]}
    assert bool(trim_to_origin(state, CLAUDE)["cookies"]) is kept


def test_only_the_storage_of_that_very_origin_is_kept() -> None:
    names = [
        CLAUDE,
        "http://claude.ai",
        "https://claude.ai:8443",
        "https://www.claude.ai",
        "https://a.test",
        "null",
    ]
    state = {"origins": [{"origin": name, "localStorage": []} for name in names]}
    assert trim_to_origin(state, CLAUDE + "/new") == {
        "cookies": [],
        "origins": [{"origin": CLAUDE, "localStorage": []}],
    }


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"cookies": None, "origins": 5},
        {"cookies": ["x", None], "origins": [7, {}]},
        {"cookies": [{"domain": 5}]},
    ],
)
def test_a_state_of_another_shape_gives_nothing(state: dict[str, Any]) -> None:
    assert trim_to_origin(state, CLAUDE) == {"cookies": [], "origins": []}


def test_nothing_of_another_site_is_ever_sealed(vault: Vault) -> None:
    other = {
        "cookies": [cookie("example.org")],
        "origins": [{"origin": "https://example.org"}],
        "more": CANARY,
    }
    vault.seal(
        "ada",
        CLAUDE,
        {key: [*STATE[key], *other[key]] for key in ("cookies", "origins")},
        PRINT,
    )
    assert vault.open("ada", CLAUDE).state == STATE
    vault.seal("ada", CLAUDE, other, PRINT)
    assert vault.open("ada", CLAUDE).state == {"cookies": [], "origins": []}


OPAQUE = "eyJhbGciOiJIUzI1NiJ9.e30.Xx-_0123456789"


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (OPAQUE, True),
        (json.dumps({"access_token": OPAQUE, "expires_at": 1795600000}), True),
        (json.dumps({"session": json.dumps({"id": OPAQUE})}), True),
        ("false", False),
        ("off", False),
        ("0", False),
        ("short", False),
        ("two words that nobody signs in with", False),
        (json.dumps({"grove_enabled": False}), False),
        (json.dumps({"token": OPAQUE, "training": True}), False),
        (json.dumps({"token": OPAQUE, "training": 0}), False),
        (json.dumps({"token": OPAQUE, "training": "off"}), False),
        (json.dumps({"token": OPAQUE, "cache": json.dumps([{"a": [False]}])}), False),
        (f"{OPAQUE}:training=off", False),
        (json.dumps([]), False),
    ],
)
def test_of_what_scripts_can_read_only_tokens_are_sealed(value: str, *, kept: bool) -> None:
    stored = {"origin": CLAUDE, "localStorage": [{"name": "x", "value": value}], "indexedDB": [1]}
    state = keep_sign_in({"cookies": [], "origins": [stored]})
    assert count_entries(state) == int(kept)
    assert all("indexedDB" not in each for each in state["origins"])


@pytest.mark.parametrize(
    ("value", "more", "kept"),
    [
        ("false", {"httpOnly": True}, True),
        ("false", {}, False),
        ("%7B%22training%22%3Afalse%7D", {}, False),
        (OPAQUE, {}, True),
        ("dark", {}, True),
    ],
)
def test_of_the_cookies_those_go_that_a_page_could_draw_a_choice_from(
    value: str, more: dict[str, Any], *, kept: bool
) -> None:
    state = {"cookies": [cookie("claude.ai") | {"value": value} | more]}
    assert count_entries(keep_sign_in(state)) == int(kept)


def test_a_session_that_was_sealed_with_more_is_opened_with_less(vault: Vault) -> None:
    old = [{"name": "copy", "value": json.dumps({"grove_enabled": False})}]
    vault.seal(
        "ada", CLAUDE, {**STATE, "origins": [{"origin": CLAUDE, "localStorage": old}]}, PRINT
    )
    assert vault.open("ada", CLAUDE).state["origins"] == []
