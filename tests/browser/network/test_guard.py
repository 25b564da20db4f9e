import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.browser.network.guard import (
    Fields,
    SentRequest,
    WriteGuard,
    fields_of,
    is_declared_write,
    is_expected_write,
    may_pass,
    other_fields,
    values_of_key,
)
from auditor.core.base_url import parse_base_url
from auditor.flow import Site, load_flow

SITE: Site = load_flow("claude/web").about
KEY = SITE.witness.key
ADDRESS = "https://claude.ai/api/account/settings"
HERE = parse_base_url("https://claude.ai")
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


def carried(sent: SentRequest, wanted: bool, known: Fields | None = None) -> bool:
    return is_expected_write(
        SITE, parse_base_url("https://claude.ai"), sent, known or set(), wanted=wanted
    )


def is_query(body: str | None) -> bool:
    try:
        asked = json.loads(body or "")
    except ValueError:
        return False
    return isinstance(asked, dict) and isinstance(asked.get("query"), str)


# ---------------------------------------------------------------- while only reading


@given(METHODS, ADDRESSES, BODIES)
def test_nothing_passes_while_reading_but_a_query(method: str, url: str, body: str | None) -> None:
    if may_pass(SITE, HERE, SentRequest(method, url, body)):
        assert method == "POST"
        assert is_query(body)


@given(METHODS, ADDRESSES, BODIES)
def test_a_value_for_the_setting_never_passes_while_reading(
    method: str, url: str, body: str | None
) -> None:
    if values_of_key(body, KEY):
        assert not may_pass(SITE, HERE, SentRequest(method, url, body))


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@given(url=ADDRESSES, body=BODIES)
def test_a_plain_read_always_passes(method: str, url: str, body: str | None) -> None:
    assert may_pass(SITE, HERE, SentRequest(method, url, body))


@pytest.mark.parametrize(
    "url",
    [
        "https://challenges.cloudflare.com/turnstile/v0/x",
        "https://claude.ai/cdn-cgi/challenge-platform/h/b",
    ],
)
def test_what_a_bot_check_needs_passes(url: str) -> None:
    assert may_pass(SITE, HERE, SentRequest("POST", url, "x=1"))


@pytest.mark.parametrize(
    "url",
    [
        "https://challenges.cloudflare.com.evil.example/x",
        "http://challenges.cloudflare.com/x",
        "https://evil.example/?https://challenges.cloudflare.com/x",
        "https://claude.ai/cdn-cgi",
        "https://claude.ai/cdn-cgi/rum",
        "https://claude.ai/cdn-cgi/x/challenge-platform/h",
        "https://claude.ai/cdn-cgi/challenge-platform/../rum",
        "https://claude.ai/cdn-cgi/challenge-platform/%2e%2e/rum",
        "https://other.example/cdn-cgi/rum",
        "https://claude.ai/api/x/cdn-cgi/rum",
        "https://claude.ai/cdn-cgi/..%2fapi/account",
        "https://claude.ai/cdn-cgi/%2e%2e/api/account",
        r"https://claude.ai/cdn-cgi/..\api",
    ],
)
def test_what_only_looks_like_a_bot_check_does_not_pass(url: str) -> None:
    assert not may_pass(SITE, HERE, SentRequest("POST", url, "x=1"))


@pytest.mark.parametrize(
    "end", ["?next=/cdn-cgi/x", "#/cdn-cgi/x", "?https://challenges.cloudflare.com/x"]
)
def test_a_declared_write_does_not_pass_by_mentioning_a_bot_check(end: str) -> None:
    assert not may_pass(SITE, HERE, write(OFF_BODY, url=ADDRESS + end))


@pytest.mark.parametrize(
    "query",
    [
        "query { me }",
        "{ me { name } }",
        "query Me($a: In = {x: 1}) @d(a: 2) { me }",
        '# mutation {\n{ me(a: "mutation {") }',
        "query A { a } fragment F on T { b }",
        "{ mutation }",
    ],
)
def test_a_graphql_query_passes(query: str) -> None:
    assert may_pass(
        SITE,
        HERE,
        SentRequest(
            "POST", "https://claude.ai/graphql", json.dumps({"query": query, "variables": {"a": 1}})
        ),
    )


@pytest.mark.parametrize(
    "body",
    [
        '{"query": "mutation { save }"}',
        '{"query": "query{me}mutation{save}"}',
        '{"query": "query { me } mutation { save }", "operationName": "x"}',
        '{"query": "query { me } # } \\n mutation { save }"}',
        r'{"query": "query { me(a: \"}\") } subscription { save }"}',
        r'{"query": "query { me(a: \"\"\"{\"\"\") } mutation { save }"}',
        '{"query": "{ me } }"}',
        '{"query": "{ me "}',
        '{"query": "fragment A on B { c }"}',
        '{"query": "query { me }", "extensions": {"persistedQuery": 1}}',
        '{"query": "query { me }", "query": "mutation { save }"}',
        '{"query": "querymutation { save }"}',
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
    assert not may_pass(SITE, HERE, SentRequest("POST", "https://claude.ai/graphql", body))


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_query_passes_by_post_only(method: str) -> None:
    assert not may_pass(
        SITE, HERE, SentRequest(method, "https://claude.ai/graphql", '{"query": "{ me }"}')
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
    passes = declared and url == ADDRESS  # elsewhere it is known, and held back
    assert carried(write(OFF_BODY, method, url), False) is passes  # noqa: FBT003 - the value


@pytest.mark.parametrize("wanted", [True, False])
@pytest.mark.parametrize(
    "shape",
    [
        '{{"grove_enabled": {0}}}',
        '{{"settings": {{"grove_enabled": {0}}}}}',
        "grove_enabled={0}",
        "a=1&grove_enabled={0}&b=2",
    ],
)
def test_a_write_of_the_wanted_value_carries_it(shape: str, wanted: bool) -> None:
    body = shape.format(str(wanted).lower())
    had = {("settings", "{}"), ("a", "1"), ("b", "2")}
    assert carried(write(body), wanted, had)
    assert not carried(write(body), not wanted, had)
    assert carried(write(body), wanted) is (body.count("{") + body.count("&") < 2)


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
        '{"grove_enabled": false, "settings": {"grove_enabled": false}}',
        '{"grove_enabled": false, "x": 1, "x": 1}',
        '[{"grove_enabled": false}]',
        "grove_enabled=false&grove_enabled=false",
        "grove_enabled=false&x",
        "grove_enabled=false;x=1",
        '--b\r\nContent-Disposition: form-data; name="grove_enabled"\r\n\r\nfalse\r\n--b--\r\n',
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
    assert not may_pass(SITE, HERE, SentRequest("POST", "https://claude.ai/graphql", body))
    assert not may_pass(SITE, HERE, write(body))
    assert not carried(write(body), True)  # noqa: FBT003 - the value


def test_a_huge_body_is_read_whole() -> None:
    text = json.dumps("a" * 1_000_000)
    filler, had = f'{{"x": {text}, ', {("x", text)}
    assert carried(write(filler + '"grove_enabled": false}'), False, had)  # noqa: FBT003 - the value
    assert not carried(write(filler + '"grove_enabled": true}'), False, had)  # noqa: FBT003 - the value


@given(BODIES, st.booleans())
def test_only_one_exact_boolean_is_ever_carried(body: str | None, wanted: bool) -> None:
    if carried(write(body), wanted):
        assert values_of_key(body, KEY) == {wanted}
        assert {type(value) for value in values_of_key(body, KEY)} == {bool}
        assert not carried(write(body), not wanted)


HAD = fields_of({"location_enabled": False, "settings": {"version": 7, "note": "x", "tags": ["a"]}})


@pytest.mark.parametrize(
    ("also", "moves"),
    [
        ('"location_enabled": false', ()),
        ('"location_enabled": false, "version": 7, "note": "x", "tags": ["a"]', ()),
        ('"settings": {"version": 7}', ()),
        ('"location_enabled": true', ("location_enabled",)),
        ('"location_enabled": 0', ("location_enabled",)),
        ('"location_enabled": "false"', ("location_enabled",)),
        ('"location_enabled": null', ("location_enabled",)),
        ('"version": 8', ("version",)),
        ('"version": 7.5', ("version",)),
        ('"tags": ["a", "b"]', ("tags",)),
        ('"settings": [{"version": 7}]', ("settings",)),
        ('"plan": "x"', ("plan",)),
        ('"note": "x", "note": "x"', ("",)),
    ],
)
def test_a_write_may_send_other_fields_along_but_move_none(
    also: str, moves: tuple[str, ...]
) -> None:
    sent = write(f'{{"grove_enabled": false, {also}}}')
    assert carried(sent, False, HAD) is (moves == ())  # noqa: FBT003 - the value
    assert other_fields(sent.body, KEY, HAD) == set(moves)


def test_a_form_may_send_other_fields_along_but_move_none() -> None:
    assert carried(write("grove_enabled=false&location_enabled=false&note=x"), False, HAD)  # noqa: FBT003
    assert not carried(write("grove_enabled=false&location_enabled=true"), False, HAD)  # noqa: FBT003


def test_a_field_that_the_data_has_both_ways_is_not_known() -> None:
    had = {("location_enabled", "true"), ("location_enabled", "false")}
    assert not carried(write('{"grove_enabled": false, "location_enabled": true}'), False, had)  # noqa: FBT003


@pytest.mark.parametrize(
    "name",
    ["x-http-method-override", "x-http-method", "x-method-override", "x-http-verb", "x-what-to-do"],
)
@pytest.mark.parametrize(
    "sent",
    [
        write(OFF_BODY),
        write(None, "GET"),
        write("x=1", "POST", f"{HERE.origin}/cdn-cgi/challenge-platform/x"),
    ],
)
def test_a_request_that_asks_to_be_taken_for_another_is_held_back(
    name: str, sent: SentRequest
) -> None:
    assert gate([sent], wanted=False) == [True]
    assert gate([replace(sent, headers={name: "DELETE"})], wanted=False) == [False]


@pytest.mark.parametrize("name", ["_method", "X-HTTP-Method-Override"])
def test_a_read_whose_address_asks_to_be_taken_for_a_write_is_held_back(name: str) -> None:
    assert gate([write(None, "GET", f"{ADDRESS}?{name}=DELETE")]) == [False]
    assert gate([write(None, "GET", f"{ADDRESS}?kind=post")]) == [True]
    assert gate([write(None, "GET", "http://[")]) == [True]  # the browser refuses it by itself


# ---------------------------------------------------------------- the headers of the one write


READ = SentRequest("GET", ADDRESS, None, {"x-organisation": "7", "accept": "*/*"})


def with_headers(**headers: str) -> SentRequest:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return replace(write(OFF_BODY), headers=named)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content_type": "application/json; charset=utf-8", "sec_ch_ua": '"x"', "referer": ADDRESS},
        {"authorization": "Bearer x", "x_csrf_token": "y", "x_request_id": "1", "traceparent": "0"},
        {"x_organisation": "7"},
    ],
)
def test_the_write_may_bear_what_browsers_send_and_what_the_pages_reads_bore(
    headers: dict[str, str],
) -> None:
    assert gate([READ, with_headers(**headers)], wanted=False) == [True, True]


@pytest.mark.parametrize(
    "headers",
    [
        {"x_h": "share=1"},
        {"x_organisation": "8"},
        {"content_type": "application/x-www-form-urlencoded"},
        {"content_type": "application/json-patch+json"},
        {"content_type": "application/json; charset=utf-7"},
        {"content_encoding": "gzip"},
        {"x_original_url": "/api/account/delete"},
    ],
)
def test_the_write_bears_no_other_header(headers: dict[str, str]) -> None:
    assert gate([READ, with_headers(**headers)], wanted=False) == [True, False]


def test_what_reads_of_another_origin_bore_is_not_usual() -> None:
    elsewhere = replace(READ, url="https://other.example/")
    assert gate([elsewhere, with_headers(x_organisation="7")], wanted=False) == [True, False]


def test_a_form_is_sent_as_one() -> None:
    form = write("grove_enabled=false")
    as_form = replace(form, headers={"content-type": "application/x-www-form-urlencoded"})
    as_json = replace(form, headers={"content-type": "application/json"})
    assert gate([as_form], wanted=False) == [True]
    assert gate([as_json], wanted=False) == [False]


def test_however_many_headers_reads_bear_few_are_kept() -> None:
    guard = WriteGuard(SITE, HERE)
    guard.expect_write(wanted=False)
    for number in range(2000):
        guard.admit(replace(READ, headers={"x-n": str(number)}), set())
    assert guard.admit(with_headers(x_n="999"), set())
    guard.expect_write(wanted=False)
    assert not guard.admit(with_headers(x_n="1001"), set())


def test_a_header_that_the_write_was_held_back_for_is_named() -> None:
    guard = WriteGuard(SITE, HERE)
    guard.expect_write(wanted=False)
    assert not guard.admit(with_headers(x_h="share=1"), set())
    assert guard.would_move == {"x-h"}


def test_what_else_a_save_would_move_is_kept_by_name() -> None:
    guard = WriteGuard(SITE, HERE)
    guard.expect_write(wanted=False)
    assert not guard.admit(write('{"grove_enabled": false, "other": 1}'), set())
    assert guard.would_move == {"other"}


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
    return [guard.admit(each, set()) for each in sent]


def test_the_declared_write_does_not_pass_while_reading() -> None:
    assert gate([write(OFF_BODY)]) == [False]


def test_one_declared_write_passes_when_it_is_expected_and_no_second() -> None:
    assert gate([write(OFF_BODY), write(OFF_BODY)], wanted=False) == [True, False]


def test_the_opposite_write_does_not_pass_and_does_not_use_up_the_expected_one() -> None:
    assert gate([write('{"grove_enabled": true}'), write(OFF_BODY)], wanted=False) == [False, True]


def test_the_expected_write_does_not_pass_to_another_origin() -> None:
    sent = [write(OFF_BODY, url="https://evil.example/api/account/settings"), write(OFF_BODY)]
    assert gate(sent, wanted=False) == [False, True]
