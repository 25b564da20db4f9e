import json
import subprocess
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright._impl._driver import compute_driver_executable

from auditor.browser.network.guard import (
    INTERCEPTED_URL,
    BooleanFields,
    SentRequest,
    WriteGuard,
    is_declared_write,
    is_expected_write,
    may_pass,
    values_of_key,
)
from auditor.core.base_url import parse_base_url
from auditor.flow import Site, load_flow

SITE: Site = load_flow("claude/web").about
KEY = SITE.witness.key
ADDRESS = "https://claude.ai/api/account/settings"
OFF_BODY = '{"grove_enabled": false}'
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([KEY, "settings", "query"]), inner, max_size=3)
    ),
    max_leaves=8,
)
BODIES = (
    st.none()
    | st.text(max_size=60)
    | JSON_VALUES.map(json.dumps)
    | st.sampled_from(
        [
            OFF_BODY,
            '{"grove_enabled": true}',
            '{"query": "query { me }"}',
            "grove_enabled=true",
            "[" * 50,
        ]
    )
)
METHODS = st.sampled_from(
    ["POST", "PUT", "PATCH", "DELETE", "CONNECT", "TRACE", "patch"]
) | st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=8).filter(
    lambda method: method not in {"GET", "HEAD", "OPTIONS"}
)
ADDRESSES = st.sampled_from(
    [
        ADDRESS,
        f"{ADDRESS}?x=1",
        f"{ADDRESS}/",
        "https://claude.ai/api/account",
        "https://other.example/api",
        "https://claude.ai/",
    ]
)


def write(body: str | None, method: str = "PATCH", url: str = ADDRESS) -> SentRequest:
    return SentRequest(method, url, body)


def carried(sent: SentRequest, wanted: bool, known: BooleanFields | None = None) -> bool:
    return is_expected_write(
        SITE, parse_base_url("https://claude.ai"), sent, known or set(), wanted=wanted
    )


def is_query(body: str | None) -> bool:
    try:
        asked = json.loads(body or "")
    except ValueError:
        return False
    return (
        isinstance(asked, dict)
        and isinstance(asked.get("query"), str)
        and "mutation" not in asked["query"]
    )


# ---------------------------------------------------------------- while only reading


@given(METHODS, ADDRESSES, BODIES)
def test_nothing_passes_while_reading_but_a_query(method: str, url: str, body: str | None) -> None:
    if may_pass(SITE, SentRequest(method, url, body)):
        assert method == "POST"
        assert is_query(body)


@given(METHODS, ADDRESSES, BODIES)
def test_a_value_for_the_setting_never_passes_while_reading(
    method: str, url: str, body: str | None
) -> None:
    if values_of_key(body, KEY):
        assert not may_pass(SITE, SentRequest(method, url, body))


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@given(url=ADDRESSES, body=BODIES)
def test_a_plain_read_always_passes(method: str, url: str, body: str | None) -> None:
    assert may_pass(SITE, SentRequest(method, url, body))


@pytest.mark.parametrize(
    "url",
    [
        "https://challenges.cloudflare.com/turnstile/v0/x",
        "https://claude.ai/cdn-cgi/challenge-platform/h/b",
        "http://127.0.0.1:8400/s/on/cdn-cgi/rum",
    ],
)
def test_what_a_bot_check_needs_passes(url: str) -> None:
    assert may_pass(SITE, SentRequest("POST", url, "x=1"))


@pytest.mark.parametrize(
    "url",
    [
        "https://challenges.cloudflare.com.evil.example/x",
        "http://challenges.cloudflare.com/x",
        "https://evil.example/?https://challenges.cloudflare.com/x",
        "https://claude.ai/cdn-cgi",
    ],
)
def test_what_only_looks_like_a_bot_check_does_not_pass(url: str) -> None:
    assert not may_pass(SITE, SentRequest("POST", url, "x=1"))


@pytest.mark.parametrize(
    "end", ["?next=/cdn-cgi/x", "#/cdn-cgi/x", "?https://challenges.cloudflare.com/x"]
)
def test_a_declared_write_does_not_pass_by_mentioning_a_bot_check(end: str) -> None:
    assert not may_pass(SITE, write(OFF_BODY, url=ADDRESS + end))


@pytest.mark.parametrize("query", ["query { me }", "{ me { name } }", "query Me($a: Int) { me }"])
def test_a_graphql_query_passes(query: str) -> None:
    assert may_pass(
        SITE,
        SentRequest(
            "POST", "https://claude.ai/graphql", json.dumps({"query": query, "variables": {"a": 1}})
        ),
    )


@pytest.mark.parametrize(
    "body",
    [
        '{"query": "mutation { save }"}',
        r'{"query": "\u006dutation { save }"}',
        '{"query": "query { me } mutation { save }"}',
        '{"query": "query { me }", "variables": {"grove_enabled": false}}',
        '[{"query": "query { me }"}]',
        '{"query": 1}',
        '{"query": null}',
        '{"search": "x"}',
        "query=query { me }",
        "",
        None,
        "{",
    ],
)
def test_what_is_no_plain_graphql_query_does_not_pass(body: str | None) -> None:
    assert not may_pass(SITE, SentRequest("POST", "https://claude.ai/graphql", body))


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_query_passes_by_post_only(method: str) -> None:
    assert not may_pass(
        SITE, SentRequest(method, "https://claude.ai/graphql", '{"query": "{ me }"}')
    )


# ---------------------------------------------------------------- the declared write


@pytest.mark.parametrize(
    ("method", "url", "declared"),
    [
        ("PATCH", ADDRESS, True),
        ("PATCH", f"{ADDRESS}/", True),
        ("PATCH", f"{ADDRESS}?source=web", True),
        ("PATCH", "http://127.0.0.1:8400/s/on/api/account/settings", True),
        ("POST", ADDRESS, False),
        ("PUT", ADDRESS, False),
        ("patch", ADDRESS, False),
        ("PATCH", "https://claude.ai/api/account", False),
        ("PATCH", f"{ADDRESS}/more", False),
        ("PATCH", f"{ADDRESS}x", False),
        ("PATCH", "https://claude.ai/?/api/account/settings", False),
        ("PATCH", "https://claude.ai/#/api/account/settings", False),
    ],
)
def test_a_write_is_known_by_method_and_path(method: str, url: str, declared: bool) -> None:
    assert is_declared_write(SITE, write(OFF_BODY, method, url)) is declared
    passes = declared and url.startswith(ADDRESS)  # elsewhere it is known, and held back
    assert carried(write(OFF_BODY, method, url), False) is passes  # noqa: FBT003 - the value


@pytest.mark.parametrize("wanted", [True, False])
@pytest.mark.parametrize(
    "shape",
    [
        '{{"grove_enabled": {0}}}',
        '{{"settings": {{"grove_enabled": {0}}}}}',
        '{{"a": [{{"b": {{"grove_enabled": {0}}}}}], "other": 1}}',
        '{{"grove_enabled": {0}, "settings": {{"grove_enabled": {0}}}}}',
        "grove_enabled={0}",
        "a=1&grove_enabled={0}&b=2",
    ],
)
def test_a_write_of_the_wanted_value_carries_it(shape: str, wanted: bool) -> None:
    body = shape.format(str(wanted).lower())
    assert carried(write(body), wanted)
    assert not carried(write(body), not wanted)


@pytest.mark.parametrize("wanted", [True, False])
@pytest.mark.parametrize(
    "body",
    [
        '{"grove_enabled": null}',
        '{"grove_enabled": 0}',
        '{"grove_enabled": 1}',
        '{"grove_enabled": 0.0}',
        '{"grove_enabled": "false"}',
        '{"grove_enabled": "true"}',
        '{"grove_enabled": ""}',
        '{"grove_enabled": []}',
        '{"grove_enabled": [false]}',
        '{"grove_enabled": {"value": false}}',
        '{"grove_enabled": {"grove_enabled": false}}',
        '{"grove_enabled": true, "settings": {"grove_enabled": false}}',
        '{"grove_enabled": false, "settings": {"grove_enabled": null}}',
        '[{"grove_enabled": true}, {"grove_enabled": false}]',
        '{"grove_enabled": true, "grove_enabled": false}',
        '{"grove_enabled": false, "grove_enabled": true}',
        '{"other": false}',
        "false",
        "null",
        "{}",
        "[]",
        '{"grove_enabled": false',
        "{'grove_enabled': false}",
        '{"GROVE_ENABLED": false}',
        '"grove_enabled=false"',
        "grove_enabled=False",
        "grove_enabled=0",
        "grove_enabled=1",
        "grove_enabled=",
        "grove_enabled",
        "grove_enabled=true&grove_enabled=false",
        "grove_enabled=&grove_enabled=false",
        "xgrove_enabled=false",
        "",
        " ",
        None,
    ],
)
def test_a_write_of_anything_else_carries_nothing(body: str | None, wanted: bool) -> None:
    assert not carried(write(body), wanted)


@pytest.mark.parametrize(
    "body",
    ["[" * 100_000, '{"a":' * 100_000, "[" * 600 + "]" * 600, '{"a":' * 900 + OFF_BODY + "}" * 900],
    ids=["brackets", "braces", "deep", "deep with the value"],
)
def test_a_body_too_deep_to_read_is_held_back(body: str) -> None:
    assert not may_pass(SITE, SentRequest("POST", "https://claude.ai/graphql", body))
    assert not may_pass(SITE, write(body))
    assert not carried(write(body), True)  # noqa: FBT003 - the value


def test_a_huge_body_is_read_whole() -> None:
    filler = '{"x": "' + "a" * 1_000_000 + '", '
    assert carried(write(filler + '"grove_enabled": false}'), False)  # noqa: FBT003 - the value
    assert not carried(write(filler + '"grove_enabled": true}'), False)  # noqa: FBT003 - the value


@given(BODIES, st.booleans())
def test_only_one_exact_boolean_is_ever_carried(body: str | None, wanted: bool) -> None:
    if carried(write(body), wanted):
        assert values_of_key(body, KEY) == {wanted}
        assert {type(value) for value in values_of_key(body, KEY)} == {bool}
        assert not carried(write(body), not wanted)


def test_a_write_may_send_other_switches_along_but_move_none() -> None:
    body = '{"grove_enabled": false, "location_enabled": false, "version": 7, "note": "x"}'
    assert carried(write(body), False, {("location_enabled", False)})  # noqa: FBT003 - the value
    assert not carried(write(body), False, {("location_enabled", True)})  # noqa: FBT003 - the value
    assert not carried(write(body), False)  # noqa: FBT003 - the value


@pytest.mark.parametrize(
    ("url", "prefix", "passes"),
    [
        (ADDRESS, "", True),
        (ADDRESS, "/s/on", True),
        ("https://claude.ai/s/on/api/account/settings", "/s/on", True),
        ("https://claude.ai/users/7/api/account/settings", "", False),
        ("https://claude.ai/s/off/api/account/settings", "/s/on", False),
        ("https://other.example/api/account/settings", "", False),
    ],
)
def test_a_write_passes_only_at_its_very_place(url: str, prefix: str, passes: bool) -> None:
    here = parse_base_url(f"https://claude.ai{prefix}")
    assert is_expected_write(SITE, here, write(OFF_BODY, url=url), set(), wanted=False) is passes


# ---------------------------------------------------------------- the gate that uses it


def gate(sent: list[SentRequest], *, wanted: bool | None = None) -> list[bool]:
    """Say which of the requests the gate lets through, in turn."""
    guard = WriteGuard(SITE, parse_base_url("https://claude.ai"))
    if wanted is not None:
        guard.expect_write(wanted=wanted)
    request = cast("Any", SimpleNamespace(resource_type="fetch"))
    return [guard.admit(request, each, set()) for each in sent]


def test_the_declared_write_does_not_pass_while_reading() -> None:
    assert gate([write(OFF_BODY)]) == [False]


def test_one_declared_write_passes_when_it_is_expected_and_no_second() -> None:
    assert gate([write(OFF_BODY), write(OFF_BODY)], wanted=False) == [True, False]


def test_the_opposite_write_does_not_pass_and_does_not_use_up_the_expected_one() -> None:
    assert gate([write('{"grove_enabled": true}'), write(OFF_BODY)], wanted=False) == [False, True]


def test_the_expected_write_does_not_pass_to_another_origin() -> None:
    sent = [write(OFF_BODY, url="https://evil.example/api/account/settings"), write(OFF_BODY)]
    assert gate(sent, wanted=False) == [False, True]


# ---------------------------------------------------------------- which requests are looked at

LOOKED_AT = [
    "https://claude.ai/",
    "https://claude.ai",
    ADDRESS,
    f"{ADDRESS}?file=a.js",
    f"{ADDRESS}#a.js",
    f"{ADDRESS}?x=1#a.js?b",
    "https://claude.ai/graphql",
    "https://claude.ai/js",
    "https://claude.ai/a.js/save",
    "https://claude.ai/a.json",
    "https://claude.ai/a.jsx",
    "https://claude.ai/ajs",
    "http://127.0.0.1:8400/s/on/api/account/settings",
    "https://claude.ai/cdn-cgi/challenge",
    "https://claude.ai/page.html",
]
LEFT_ALONE = [
    "https://claude.ai/a.js",
    "https://claude.ai/a/b.min.mjs?v=1",
    "https://claude.ai/a.css#x",
    "http://127.0.0.1:8400/s/on/a.woff2",
    "https://claude.ai/a.jpg",
    "https://claude.ai/a.jpeg?x=/api/account/settings",
    "data:text/html,x",
    "about:blank",
    "blob:https://claude.ai/1",
]


def test_everything_but_static_files_is_looked_at() -> None:
    assert [url for url in LOOKED_AT if not INTERCEPTED_URL.search(url)] == []


def test_static_files_are_left_alone() -> None:
    assert [url for url in LEFT_ALONE if INTERCEPTED_URL.search(url)] == []


@given(
    st.text("abcjs./?#=&", max_size=30),
    st.sampled_from(["?", "#"]),
    st.text("abcjs./?#=&", max_size=20),
)
def test_no_query_and_no_fragment_hides_a_request(path: str, mark: str, rest: str) -> None:
    if INTERCEPTED_URL.search(f"https://claude.ai/{path}"):
        assert INTERCEPTED_URL.search(f"https://claude.ai/{path}{mark}{rest}")


def test_the_browser_s_own_javascript_looks_at_the_same() -> None:
    script = (
        "const [p, u] = JSON.parse(require('fs').readFileSync(0));"
        "console.log(JSON.stringify(u.filter(x => new RegExp(p).test(x))))"
    )
    asked = json.dumps([INTERCEPTED_URL.pattern, LOOKED_AT + LEFT_ALONE])
    node = str(compute_driver_executable()[0])
    run = subprocess.run(
        [node, "-e", script], input=asked, capture_output=True, text=True, check=True
    )
    assert json.loads(run.stdout) == LOOKED_AT
