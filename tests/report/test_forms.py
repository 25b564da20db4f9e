"""Every form of the report shows the same list, and none of them lets a page's text act."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from auditor.access.history import History
from auditor.core.finding import State
from auditor.records.log import RecordLog
from auditor.report.forms import (
    escape_markdown,
    render_csv_report,
    render_json,
    render_junit,
    render_markdown,
)
from auditor.report.html import render_html
from auditor.report.summary import build_report
from auditor.run.attest import Attestation, record_attestation
from tests.records.signing import reading

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = "<b>|`[x](y)\n# *bold* \x00\x1b[31m ]]>"


@pytest.fixture
def log(tmp_path: Path) -> RecordLog:
    log = RecordLog(tmp_path / "records" / "history.sqlite")
    log.append(
        [
            reading("off", "good", at="2026-11-20T10:00:00Z", label="=1+1"),
            reading("on", "bad", at="2026-11-21T10:00:00Z", label=HOSTILE, reason=HOSTILE),
            reading("off", "lost", at="2026-11-22T10:00:00Z"),
            reading("unknown", "lost", at="2026-11-23T10:00:00Z", reason="signed_out"),
        ]
    )
    return log


def test_the_sentence_names_what_is_wrong_first(log: RecordLog, tmp_path: Path) -> None:
    assert build_report(log).sentence == (
        "Not as wanted: bad; of 3 accounts, each seen last on or after 20 Nov 2026, by auditor in a"
        " real browser."
    )
    assert build_report(log, account="lost").accounts[0].verdict == "open"
    nobody = build_report(log, account="nobody")
    assert nobody.sentence == "Nothing is recorded of the account nobody, so nothing can be said."
    other = RecordLog(tmp_path / "other" / "history.sqlite")
    other.append([reading("off", "a", kind="attest", at="2026-11-20T10:00:00Z")])
    assert build_report(other).sentence == (
        "The setting of the account a at https://claude.ai is OFF, as last seen on 20 Nov 2026, by a person's own word."
    )


def test_a_word_that_was_really_given_is_shown_in_every_form(tmp_path: Path) -> None:
    history = History(tmp_path / "records" / "history.sqlite")
    picture = tmp_path / "shot.gif"
    picture.write_bytes(b"GIF89a")
    word = Attestation(
        state=State.ON, account="ada", service="chatgpt", note="my <phone>", picture=picture
    )
    record_attestation(word, history, datetime(2026, 11, 26, tzinfo=UTC))
    report = build_report(history.log)
    digest = sha256(b"GIF89a").hexdigest()
    for render in (render_html, render_markdown, render_csv_report, render_json, render_junit):
        shown = render(report)
        assert "https://chatgpt.com" in shown
        assert "<phone>" not in shown or render is render_json
    assert "<dt>Note</dt><dd>my &lt;phone&gt;</dd>" in render_html(report)
    assert f"SHA-256 {digest}" in render_html(report)
    assert "documented path" not in render_html(report)
    assert report.sentence.startswith("The setting of the account ada at https://chatgpt.com is ON")


def test_an_account_that_could_not_be_read_lately_is_open_and_not_right(log: RecordLog) -> None:
    verdicts = {each.known.account: each.verdict for each in build_report(log).accounts}
    assert verdicts == {"good": "right", "bad": "wrong", "lost": "open"}


def test_a_word_that_has_grown_old_is_open_and_says_so(tmp_path: Path) -> None:
    log = RecordLog(tmp_path / "old" / "history.sqlite")
    log.append([reading("off", "a", kind="attest", at="2020-11-20T10:00:00Z")])
    report = build_report(log)
    assert [each.verdict for each in report.accounts] == ["open"]
    assert "that word is old: look again" in render_html(report)
    assert "That word is old: look again" in render_markdown(report)


def test_json_holds_what_is_known_and_every_reading(log: RecordLog) -> None:
    document = json.loads(render_json(build_report(log)))
    states = {
        each["account"]: (each["state"], len(each["readings"])) for each in document["accounts"]
    }
    assert states == {"good": ("off", 1), "bad": ("on", 1), "lost": ("off", 2)}
    assert document["report"]["checkpoint"] == str(log.read_checkpoint())
    summary = json.loads(render_json(build_report(log, depth="summary")))
    assert [each["readings"] for each in summary["accounts"]] == [[], [], []]


def test_csv_cells_are_harmless(log: RecordLog) -> None:
    rows = list(csv.DictReader(io.StringIO(render_csv_report(build_report(log)))))
    assert [row["account"] for row in rows] == ["bad", "good", "lost", "lost"]
    assert rows[1]["label"] == "'=1+1"
    assert (
        len(list(csv.reader(io.StringIO(render_csv_report(build_report(log, depth="summary"))))))
        == 4
    )


def test_junit_fails_for_what_is_wrong_and_errs_for_what_is_open(log: RecordLog) -> None:
    suite = ET.fromstring(render_junit(build_report(log))).find("testsuite")  # noqa: S314 - our own
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("3", "1", "1")
    told = {case.get("name"): [part.tag for part in case] for case in suite}
    assert told == {"bad": ["failure"], "good": [], "lost": ["error"]}


def test_markdown_shows_no_markup_but_its_own(log: RecordLog) -> None:
    text = render_markdown(build_report(log))
    assert text.startswith("# Not as wanted: bad; of 3 accounts")
    assert "<b>" not in text
    assert "[x](y)" not in text
    assert escape_markdown("a|b `c` <d> *e*\nf") == r"a\|b \`c\` \<d\> \*e\* f"


def test_since_leaves_out_older_readings_but_not_what_is_known(log: RecordLog) -> None:
    report = build_report(log, since="2026-11-23T00:00:00Z")
    assert {each.known.account: len(each.readings) for each in report.accounts} == {
        "good": 0,
        "bad": 0,
        "lost": 1,
    }
    assert render_json(report).count('"state": "off"') == 2
