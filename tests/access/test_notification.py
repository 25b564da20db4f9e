"""Events reach a service that Apprise knows, and nothing shows the address."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any

import pytest

from auditor.access.notification import (
    EVENTS,
    describe_event,
    keep_address,
    read_address,
    send_events,
)
from auditor.access.secret import Secret
from auditor.errors import SetupError, UsageError
from auditor.run.recording import record_findings
from auditor.run.request import Request
from tests.records.signing import NotingKeys
from tests.run.test_recording import FOUND
from tests.serving import LocalServer, Quiet, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Apprise imports modules that Python is about to drop
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
CANARY = "canary-7f3a"
EVENT = {
    "event": "exposed",
    "account": "me",
    "at": "2026-11-12T10:00:00Z",
    "observed": "on",
    "wanted": "off",
}


class Receiver(Quiet, BaseHTTPRequestHandler):
    """Keeps what is posted."""

    received: list[dict[str, Any]] = []  # noqa: RUF012 - one list for each test
    answer = 200

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.received.append(json.loads(content))
        self.send_response(self.answer)
        self.end_headers()


@pytest.fixture
def service() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    Receiver.received, Receiver.answer = [], 200
    with serving(LocalServer(("127.0.0.1", 0), Receiver)) as server:
        yield f"json://me:{CANARY}@127.0.0.1:{server.server_address[1]}/", Receiver.received


def test_an_event_is_one_sentence_and_the_next_step() -> None:
    assert describe_event(EVENT) == (
        "auditor: me is not as wanted: ON",
        "Seen 2026-11-12. Change it with `auditor set off`.",
    )
    for name in EVENTS:
        title, text = describe_event({**EVENT, "event": name})
        assert "{" not in title + text


def test_events_are_sent(service: tuple[str, list[dict[str, Any]]]) -> None:
    address, received = service
    send_events([EVENT, {**EVENT, "event": "restored", "observed": "off"}], Secret(address))
    assert [each["title"] for each in received] == [
        "auditor: me is not as wanted: ON",
        "auditor: me is as wanted again: OFF",
    ]


def test_a_service_that_does_not_take_it_is_said_without_its_address(
    service: tuple[str, list[dict[str, Any]]], caplog: pytest.LogCaptureFixture
) -> None:
    Receiver.answer = 500
    with caplog.at_level(logging.DEBUG), pytest.raises(SetupError) as caught:
        send_events([EVENT], Secret(service[0]))
    assert str(caught.value) == "The notification was not taken by the service it was sent to"
    assert CANARY not in caplog.text


def test_what_is_no_address_is_refused_without_showing_it() -> None:
    with pytest.raises(UsageError) as caught:
        keep_address(NotingKeys(), Secret(f"nothing-{CANARY}"))
    assert str(caught.value) == "Apprise does not know this kind of address"


def test_an_address_is_kept_in_the_keyring_and_forgotten() -> None:
    keys = NotingKeys()
    keep_address(keys, Secret("json://127.0.0.1:1/"))
    kept = read_address(keys)
    assert kept is not None
    assert kept.reveal() == "json://127.0.0.1:1/"
    keep_address(keys, None)
    assert read_address(keys) is None


def test_without_apprise_what_to_install_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(SetupError) as caught:
        send_events([EVENT], Secret("json://127.0.0.1:1/"))
    assert caught.value.hint == "Install it with `pip install 'auditor[notify]'`."


def test_a_run_sends_its_events_and_a_failure_changes_nothing(
    service: tuple[str, list[dict[str, Any]]], home: Path
) -> None:
    from dataclasses import replace

    from auditor.core.finding import Outcome, State

    assert home.is_dir()
    said: list[str] = []
    local = replace(FOUND, origin="http://127.0.0.1:8400")
    on = replace(local, state=State.ON, outcome=Outcome.NOT_AS_WANTED)
    request = Request(base_url="http://127.0.0.1:8400", notify=service[0])
    record_findings([local], request, said.append)
    assert service[1] == []
    record_findings([on], request, said.append)
    assert [each["title"] for each in service[1]] == [
        "auditor: me is not as wanted: ON",
        "auditor: me was changed, but not by auditor, and is now ON",
    ]
    Receiver.answer = 500
    record_findings([local], request, said.append)
    assert said[-1] == (
        "No notification was sent. The notification was not taken by the service it was sent to."
    )
    assert CANARY not in repr(request)


@pytest.mark.medium
def test_a_trial_sends_one_message_of_each_kind(
    service: tuple[str, list[dict[str, Any]]], home: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "auditor", "notify", "test", "--notify", service[0]],
        capture_output=True, text=True, check=False, cwd=home, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "5 messages were sent.\n")
    assert len(service[1]) == len(EVENTS)
    assert service[1][-1]["title"] == (
        "auditor: test was not looked at for 90 days; it was ON then"
    )
    assert all("Seen 2" in each["message"] for each in service[1])
