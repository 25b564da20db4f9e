"""The registry as a whole, and the server's side of each kind of answer."""

import contextlib
import http.client
import json
import socket
from collections.abc import Iterator

import pytest

from auditor.mocksite import SCENARIOS, Site, running
from auditor.mocksite.scenarios import _MODULES

REASONS = {
    "signed_out",
    "challenge",
    "choice_pending",
    "wrong_account",
    "layout_changed",
    "ambiguous",
    "not_loaded",
    "disagreement",
    "left_origin",
    "refused_by_site",
    "locked",
    "timeout",
    "offline",
    "browser_failed",
    "uncorroborated",
}
OUTCOMES = {
    "as_wanted",
    "not_as_wanted",
    "changed",
    "refused",
    "not_applicable",
    "needs_human",
    "unread",
}
GROUPS = [
    "values",
    "timing",
    "looks",
    "saving",
    "shapes",
    "names",
    "copies",
    "phases",
    "beside the control",
    "worded controls",
    "replaced built-ins",
    "hidden from tools",
    "layouts",
    "decoys",
    "inverted",
    "menus",
    "sections",
    "phones",
    "a person is needed",
    "over the page",
    "not loaded",
    "plans",
    "session",
    "choice pending",
    "another origin",
    "accounts",
    "languages",
    "translated by a browser",
    "texts",
    "hostile texts",
    "witnesses",
    "the page alone",
    "older answers",
    "proofs that are none",
    "proof by data",
    "saving faults",
    "unasked writes",
    "network faults",
    "page faults",
    "faults from outside",
]
CUT = {name for name, scenario in SCENARIOS.items() if scenario.backend.start == "reset"}
ENDLESS = {name for name, scenario in SCENARIOS.items() if scenario.backend.start == "endless"}


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """Return a mock site of this module's own: other tests change what theirs holds."""
    with running() as found:
        yield found


@contextlib.contextmanager
def asking(
    site: Site, method: str, path: str, body: str | None = None, host: str = "127.0.0.1"
) -> Iterator[http.client.HTTPResponse]:
    connection = http.client.HTTPConnection(site.url.removeprefix("http://"), timeout=10)
    headers = {"host": f"{host}:{site.url.rsplit(':', 1)[1]}"}
    try:
        connection.request(method, path, body, headers)
        yield connection.getresponse()
    finally:
        connection.close()


def test_no_two_scenarios_share_a_name() -> None:
    assert len(SCENARIOS) == sum(len(module.CASES) for module in _MODULES)


def test_there_are_enough_scenarios_in_known_groups() -> None:
    assert len(SCENARIOS) >= 150
    assert list(dict.fromkeys(scenario.group for scenario in SCENARIOS.values())) == GROUPS


def test_about_half_of_the_readable_ones_are_on() -> None:
    states = [scenario.state for scenario in SCENARIOS.values()]
    assert states.count("on") > 60
    assert states.count("off") > 30


@pytest.mark.parametrize("name", SCENARIOS)
def test_an_expectation_speaks_the_words_of_the_contract(name: str) -> None:
    scenario = SCENARIOS[name]
    answers = [scenario.after_set_off, *scenario.after_also]
    assert {scenario.outcome, *(outcome for outcome, _ in answers)} <= OUTCOMES
    assert {scenario.reason, *scenario.also, *(reason for _, reason in answers)} - {None} <= REASONS
    assert (scenario.state == "unknown") is (
        scenario.outcome == "unread" or scenario.reason in NO_VIEW
    )
    assert scenario.reason or not scenario.also
    assert scenario.timeout is None or 5 <= scenario.timeout <= 20


NO_VIEW = {"signed_out", "challenge"}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.medium] if "drips" in name else [])
        for name in sorted(set(SCENARIOS) - CUT - ENDLESS)
    ],
)
def test_every_scenario_serves_its_start_page(site: Site, name: str) -> None:
    site.reset(name)
    start = SCENARIOS[name].backend.start
    with asking(site, "GET", f"/s/{name}/new") as answer:
        text = answer.read().decode()
    if start.isdigit():
        assert answer.status == int(start)
    elif answer.status == 302:
        assert answer.headers["location"]
    else:
        assert "<html" in text
    assert site.ledger(name) == []


@pytest.mark.parametrize("name", sorted(CUT))
def test_a_cut_connection_is_reset(site: Site, name: str) -> None:
    with (
        pytest.raises((ConnectionResetError, http.client.RemoteDisconnected)),
        asking(site, "GET", f"/s/{name}/new"),
    ):
        pass


@pytest.mark.parametrize("name", sorted(ENDLESS))
def test_an_endless_page_begins_and_goes_on(site: Site, name: str) -> None:
    with asking(site, "GET", f"/s/{name}/new") as answer:
        assert b"<html" in answer.read(200)
        assert answer.read(20)


@pytest.mark.medium
@pytest.mark.parametrize(
    ("name", "kind", "text"),
    [
        ("json-missing", "application/json", '{"location_metadata_enabled":false}'),
        ("json-invalid", "application/json", '{"grove_enabled": false, "location_metadata'),
        ("json-empty", None, ""),
        (
            "json-string",
            "application/json",
            '{"grove_enabled":"false","location_metadata_enabled":false}',
        ),
        (
            "json-as-html",
            "text/html; charset=utf-8",
            '{"grove_enabled": true, "location_metadata_enabled": false}',
        ),
        (
            "json-nested",
            "application/json",
            '{"location_metadata_enabled":false,"experiments":{"grove_enabled":false},"flags":[{"grove_enabled":false}]}',
        ),
        (
            "page-on-network-off",
            "application/json",
            '{"grove_enabled":false,"location_metadata_enabled":false}',
        ),
        (
            "json-drips",
            "application/json",
            '{"grove_enabled": true, "location_metadata_enabled": false}',
        ),
    ],
)
def test_the_settings_are_told_in_many_ways(
    site: Site, name: str, kind: str | None, text: str
) -> None:
    with asking(site, "GET", f"/s/{name}/api/account/settings") as answer:
        assert (answer.headers["content-type"], answer.read().decode()) == (kind, text)


def test_a_huge_answer_is_huge_and_true(site: Site) -> None:
    with asking(site, "GET", "/s/json-huge/api/account/settings") as answer:
        body = answer.read()
    assert len(body) > 20_000_000
    assert json.loads(body)["grove_enabled"] is True


def test_the_first_json_may_be_stale(site: Site) -> None:
    for name, value in (("json-corrected", False), ("older-null", None)):
        with asking(site, "GET", f"/s/{name}/api/bootstrap") as answer:
            told = json.loads(answer.read())["account"]["settings"]["grove_enabled"]
        assert told is value


def test_the_panels_first_answer_may_be_an_old_copy(site: Site) -> None:
    site.reset("asked-twice")
    told = []
    for _ in range(2):
        with asking(site, "GET", "/s/asked-twice/api/account/settings") as answer:
            told.append(json.loads(answer.read())["grove_enabled"])
    assert told == [False, True]


def test_a_site_may_be_slow_to_agree_with_itself(site: Site) -> None:
    site.reset("agrees-far-too-late")
    path = "/s/agrees-far-too-late/api/account/settings"
    with asking(site, "PATCH", path, '{"grove_enabled": false}') as answer:
        assert answer.status == 200
    with asking(site, "GET", path) as answer:
        assert json.loads(answer.read())["grove_enabled"] is True
    assert site.state("agrees-far-too-late")["server"] is False


def test_another_origin_tells_the_opposite_to_anyone(site: Site) -> None:
    path = "/s/foreign-answer/api/account/settings"
    with asking(site, "GET", path, host="localhost") as answer:
        assert answer.headers["access-control-allow-origin"] == "*"
        assert json.loads(answer.read())["grove_enabled"] is False
    with asking(site, "GET", path) as answer:
        assert answer.headers["access-control-allow-origin"] is None
        assert json.loads(answer.read())["grove_enabled"] is True


def test_a_start_page_may_leave_its_origin(site: Site) -> None:
    with asking(site, "GET", "/s/redirect-at-start/new") as answer:
        target = answer.headers["location"]
    assert target == f"{site.base_url('redirect-at-start').replace('127.0.0.1', 'localhost')}/new"
    with asking(site, "GET", "/s/redirect-at-start/new", host="localhost") as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("signed-out-at-menu", "api/account"),
        ("signed-out-at-settings", "api/account/settings"),
    ],
)
def test_a_session_ends_with_a_request_and_begins_anew_with_a_reset(
    site: Site, name: str, last: str
) -> None:
    site.reset(name)
    with asking(site, "GET", f"/s/{name}/new") as answer:
        assert answer.status == 200
    with asking(site, "GET", f"/s/{name}/{last}") as answer:
        assert answer.status == 401
    with asking(site, "GET", f"/s/{name}/new") as answer:
        assert "/logout?" in answer.headers["location"]
    site.reset(name)
    with asking(site, "GET", f"/s/{name}/new") as answer:
        assert answer.status == 200


def test_a_session_may_end_with_a_save_that_is_kept(site: Site) -> None:
    name = "signed-out-after-save"
    site.reset(name)
    path = f"/s/{name}/api/account/settings"
    with asking(site, "PATCH", path, '{"grove_enabled": false}') as answer:
        assert answer.status == 200
    assert site.state(name)["server"] is False
    with asking(site, "GET", path) as answer:
        assert answer.status == 401


def test_every_connection_may_be_cut_from_the_menu_on(site: Site) -> None:
    name = "cut-off-on-the-way"
    site.reset(name)
    for path in ("api/account", "new"):
        with (
            pytest.raises((ConnectionResetError, http.client.RemoteDisconnected)),
            asking(site, "GET", f"/s/{name}/{path}"),
        ):
            pass


@pytest.mark.medium
@pytest.mark.parametrize(
    ("method", "name"), [("GET", "data-hangs"), ("PATCH", "save-never-answered")]
)
def test_an_answer_may_never_come(site: Site, method: str, name: str) -> None:
    body = '{"grove_enabled":false}'
    request = (
        f"{method} /s/{name}/api/account/settings HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length:"
        f" {len(body)}\r\n\r\n{body}"
    )
    with socket.create_connection(("127.0.0.1", int(site.url.rsplit(":", 1)[1]))) as raw:
        raw.settimeout(1)
        raw.sendall(request.encode())
        with pytest.raises(TimeoutError):
            raw.recv(1)


@pytest.mark.parametrize(
    ("name", "year"), [("server-clock-past", "1994"), ("server-clock-future", "2051")]
)
def test_the_clock_of_a_server_may_be_off(site: Site, name: str, year: str) -> None:
    with asking(site, "GET", f"/s/{name}/new") as answer:
        dates = answer.headers.get_all("date")
    assert dates is not None
    assert [year in date for date in dates] == [True]


def test_the_value_travels_in_the_document_only_where_it_should(site: Site) -> None:
    for name, value in (("never-asked", "true"), ("on", "null")):
        with asking(site, "GET", f"/s/{name}/new") as answer:
            assert f'"value": {value}}}' in answer.read().decode()
