import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from auditor.mocksite import SCENARIOS, Site, running

STATES = {"on", "off", "undecided", "not_applicable", "unknown"}
OUTCOMES = {
    "as_wanted",
    "not_as_wanted",
    "changed",
    "would_change",
    "refused",
    "not_applicable",
    "needs_human",
    "unread",
}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> dict[str, object]:
        found = json.loads(self.text)
        assert isinstance(found, dict)
        return found


def ask(site: Site, method: str, path: str, body: object = None, **headers: str) -> Answer:
    connection = http.client.HTTPConnection(site.url.removeprefix("http://"), timeout=10)
    try:
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        return Answer(
            response.status,
            {k.lower(): v for k, v in response.getheaders()},
            response.read().decode(),
        )
    finally:
        connection.close()


@pytest.fixture(scope="module")
def shared() -> Iterator[Site]:
    with running() as site:
        yield site


@pytest.fixture
def site(shared: Site) -> Site:
    for name in SCENARIOS:
        shared.reset(name)
    return shared


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_expects_an_answer_of_the_contract(name: str) -> None:
    scenario = SCENARIOS[name]
    assert scenario.name == name
    assert scenario.state in STATES
    assert {scenario.outcome, scenario.after_set_off[0]} <= OUTCOMES
    assert scenario.summary.endswith(".")
    assert scenario.server is {"on": True, "off": False}.get(scenario.state, scenario.server)


def test_listing_scenarios_imports_no_web_server() -> None:
    code = "import sys, auditor.mocksite as m; assert m.SCENARIOS; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"starlette", "uvicorn", "anyio"} & set(run.stdout.split())


def test_an_unknown_attribute_is_an_attribute_error() -> None:
    import auditor.mocksite

    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = auditor.mocksite.nothing


def test_the_site_listens_on_loopback_only(site: Site) -> None:
    assert site.url.startswith("http://127.0.0.1:")
    assert site.base_url("on") == f"{site.url}/s/on"


@pytest.mark.parametrize("name", ["on", "off", "undecided"])
def test_every_reading_endpoint_tells_the_same_truth(site: Site, name: str) -> None:
    truth = SCENARIOS[name].server
    bootstrap = json.loads(ask(site, "GET", f"/s/{name}/api/bootstrap").text)
    account = json.loads(ask(site, "GET", f"/s/{name}/api/account").text)
    settings = ask(site, "GET", f"/s/{name}/api/account/settings").json
    assert bootstrap["account"]["settings"]["grove_enabled"] is truth
    assert account["settings"]["grove_enabled"] is truth
    assert settings["grove_enabled"] is truth
    assert site.ledger(name) == []


def test_a_save_is_kept_and_written_down(site: Site) -> None:
    path = "/s/on/api/account/settings"
    assert ask(site, "PATCH", path, {"grove_enabled": False}).json["grove_enabled"] is False
    assert ask(site, "GET", path).json["grove_enabled"] is False
    (entry,) = site.ledger("on")
    assert (entry["method"], entry["path"], entry["body"]) == (
        "PATCH",
        path,
        {"grove_enabled": False},
    )
    assert entry["time"]


def test_scenarios_do_not_share_their_state(site: Site) -> None:
    ask(site, "PATCH", "/s/on/api/account/settings", {"grove_enabled": False})
    assert site.state("native-switch") == {
        "name": "native-switch",
        "server": True,
        "decoy": False,
        "writes": 0,
    }


@pytest.mark.parametrize("body", [{"grove_enabled": "false"}, {"unknown": True}, [], None])
def test_a_senseless_save_is_refused_and_still_written_down(site: Site, body: object) -> None:
    assert ask(site, "PATCH", "/s/on/api/account/settings", body).status == 400
    assert site.state("on")["server"] is True
    assert len(site.ledger("on")) == 1


@pytest.mark.parametrize(
    ("name", "status"), [("save-fails", 500), ("save-forgotten", 200), ("locked-off", 403)]
)
def test_a_save_may_be_refused_or_forgotten(site: Site, name: str, status: int) -> None:
    before = site.state(name)["server"]
    assert (
        ask(site, "PATCH", f"/s/{name}/api/account/settings", {"grove_enabled": False}).status
        == status
    )
    assert site.state(name)["server"] is before


def test_any_method_but_get_enters_the_ledger_wherever_it_goes(site: Site) -> None:
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        ask(site, method, "/s/on/nowhere")
    assert [entry["method"] for entry in site.ledger("on")] == ["POST", "PUT", "DELETE", "OPTIONS"]


def test_control_requests_show_and_reset(site: Site) -> None:
    ask(site, "PATCH", "/s/on/api/account/settings", {"grove_enabled": False})
    assert ask(site, "GET", "/control/on/state").json["server"] is False
    assert len(json.loads(ask(site, "GET", "/control/on/ledger").text)) == 1
    assert ask(site, "POST", "/control/on/reset").json == site.state("on")
    assert site.state("on") == {"name": "on", "server": True, "decoy": False, "writes": 0}


@pytest.mark.parametrize("path", ["/s/nothing/new", "/control/nothing/state"])
def test_an_unknown_scenario_is_named(site: Site, path: str) -> None:
    answer = ask(site, "GET", path)
    assert (answer.status, answer.text) == (404, "No scenario is called 'nothing'\n")


def test_signed_out_goes_through_two_redirects(site: Site) -> None:
    first = ask(site, "GET", "/s/signed-out-redirect/new").headers["location"]
    assert (
        first
        == "/s/signed-out-redirect/logout?involuntary=1&returnTo=%2Fs%2Fsigned-out-redirect%2Fnew"
    )
    second = ask(site, "GET", first).headers["location"]
    assert second.startswith("/s/signed-out-redirect/login?from=logout&reauth=1&returnTo=")
    assert "<title>Sign in - Claude</title>" in ask(site, "GET", second).text


def test_signed_out_is_drawn_in_place(site: Site) -> None:
    answer = ask(site, "GET", "/s/signed-out-inplace/new")
    assert (answer.status, "<title>Sign in - Claude</title>" in answer.text) == (200, True)
    assert ask(site, "GET", "/s/signed-out-inplace/api/bootstrap").status == 401


@pytest.mark.parametrize(
    ("name", "status", "header"),
    [("bot-check-page", 200, None), ("bot-check-403", 403, "challenge")],
)
def test_the_bot_check_shows_its_signs(
    site: Site, name: str, status: int, header: str | None
) -> None:
    answer = ask(site, "GET", f"/s/{name}/new")
    assert (answer.status, answer.headers.get("cf-mitigated")) == (status, header)
    assert "<title>Just a moment" in answer.text
    assert "challenges.cloudflare.com" in answer.text


def test_the_documented_link_leads_to_the_dialog(site: Site) -> None:
    answer = ask(site, "GET", "/s/on/settings/data-privacy-controls")
    assert answer.headers["location"] == "/s/on/new#settings/data-privacy-controls"


def test_the_index_lists_every_scenario(site: Site) -> None:
    text = ask(site, "GET", "/").text
    assert all(f'href="/s/{name}/new"' in text for name in SCENARIOS)


def test_pages_name_their_language(site: Site) -> None:
    assert '<html lang="de-DE" dir="ltr">' in ask(site, "GET", "/s/lang-de-DE/new").text


def test_stopping_does_not_wait_for_what_is_still_open() -> None:
    with running() as site:
        idle = socket.create_connection(("127.0.0.1", int(site.url.rsplit(":", 1)[1])))
        slow = threading.Thread(target=_ask_and_forget, args=(site,))
        slow.start()
        while not site.ledger("save-very-slow"):
            time.sleep(0.01)
        started = time.monotonic()
    idle.close()
    slow.join()
    assert time.monotonic() - started < 6  # what is open takes 8


def _ask_and_forget(site: Site) -> None:
    with contextlib.suppress(http.client.HTTPException, OSError):
        ask(site, "PATCH", "/s/save-very-slow/api/account/settings", {"grove_enabled": False})


def test_a_taken_port_is_an_os_error(site: Site) -> None:
    with pytest.raises(OSError, match="in use"), running(int(site.url.rsplit(":", 1)[1])):
        pass


@pytest.mark.medium
@pytest.mark.skipif(os.name == "nt", reason="signals to a child are POSIX")
def test_ctrl_c_ends_serving_cleanly() -> None:
    code = "from auditor.mocksite import serve; serve(0, lambda url: print(url, flush=True))"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("http://127.0.0.1:")
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=10)
    assert (process.returncode, errors) == (0, "")
