"""What a page, a note or a stranger's flow says is only text, in every form in which it is shown."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from auditor.access.notification import EVENTS, describe_event
from auditor.cli.options import Form
from auditor.cli.prompts import print_message
from auditor.cli.report import render_report
from auditor.mocksite.cases.texts import ANSI, BIDI, LINES, MARKUP, NASTY, SCRIPT
from auditor.records.drift import describe_drift, describe_stale
from auditor.records.log import Question, RecordLog
from auditor.records.status import read_status
from auditor.report.history import show_history
from auditor.report.status import show_status
from auditor.report.summary import build_report
from auditor.report.tables import print_records, print_status
from tests.records.signing import reading

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = {
    "markup": MARKUP,
    "escapes": ANSI,
    "one-byte escapes": "\x9b31mred\x9b2J\x9d0;title\x9c\x84\x90q",
    "script": SCRIPT,
    "end of the data": "</pre></script><!--",
    "directions": BIDI,
    "lines": LINES,
    "formula": "=cmd|' /C calc'!A0",
    "wide formula": "\uff1dHYPERLINK(1)",
    "link": "[click](javascript:alert(1)) ![x](//evil.example/x.png) <https://evil.example>",
    "table": "a | b | c\n|---|\n# head",
    "code": "``` `x` ~~~",
    "entity": "&lt;b&gt; &#x41; &amp;",
    "no XML": "\x00\x0b\ufffe\uffff]]>",
    "template": "{{ 7*7 }}{% raw %}{# x #}${x}%s{0}",
    "everything": NASTY,
}
NAMES = ("account", "label", "flow", "note", "reason", "route", "evidence", "version", "service")
PLACE = "https://claude.ai"


def make_log(folder: Path, text: str) -> RecordLog:
    """Record a text wherever one may stand, as a reading, a word and an event."""
    log = RecordLog(folder / "history.sqlite")
    # SQLite ends a text of JSON at a zero: such an account is none, and no command can name it
    account = text.replace("\0", "")
    texts = {**dict.fromkeys(NAMES, text), "account": account}
    at = {"at": "2026-11-20T10:00:00Z"}
    log.append([
        reading("on", **{**at, **texts}), reading("off", **{**at, **texts, "kind": "attest"}),
        reading("off", **{**at, **texts}), reading("unknown", **{**at, **texts}),
        {"kind": "notice", "event": text, "account": account, "base_url": PLACE, **at},
    ])  # fmt: skip
    return log


def find_obeyed(shown: str, allowed: str = "\n") -> list[str]:
    """Return the characters that a terminal would obey."""
    obeyed = ("Cc", "Cf", "Cs")
    return [repr(each) for each in shown if each not in allowed and unicodedata.category(each) in obeyed]  # fmt: skip


class Shape(HTMLParser):
    """The elements of a page with the names of their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(name for name, _ in attrs)))


def shape_of(page: str) -> list[tuple[str, tuple[str, ...]]]:
    shape = Shape()
    shape.feed(page)
    return shape.found


@pytest.fixture(params=HOSTILE)
def text(request: pytest.FixtureRequest) -> str:
    return HOSTILE[request.param]


def test_html_has_the_elements_that_harmless_texts_give(tmp_path: Path, text: str) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    shown = render_report(build_report(make_log(tmp_path / "a", text)), Form.HTML)
    harmless = render_report(build_report(make_log(tmp_path / "b", "text")), Form.HTML)
    assert shape_of(shown) == shape_of(harmless)
    assert find_obeyed(shown) == []


def test_markdown_has_no_markup_but_its_own(tmp_path: Path, text: str) -> None:
    shown = render_report(build_report(make_log(tmp_path, text)), Form.MD)
    assert find_obeyed(shown) == []
    own = [line for line in shown.splitlines() if not line.startswith("- **")]
    for line in own:
        bare = re.sub(r"\\.", "", line)
        if line.startswith("|") and not line.startswith("|--"):
            assert bare.count("|") in (5, 7)
        assert not re.search(r"[\[\]<>*~{}]", bare), line
        assert "`" not in bare or bare.startswith(("```", "Run `auditor"))


def test_json_is_the_same_data_and_holds_nothing_that_a_terminal_obeys(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    log = make_log(tmp_path, text)
    shown = render_report(build_report(log), Form.JSON)
    assert find_obeyed(shown) == []
    print_records(log.read(Question()), csv=False)
    listed = capsys.readouterr().out
    print_status(read_status(log.path))
    told = capsys.readouterr().out
    assert find_obeyed(listed + told) == []
    kept = log.read(Question(kinds=("finding",)))[0]
    assert json.loads(listed)["records"][1]["label"] == kept["label"]
    assert json.loads(told)["accounts"][0]["account"] == kept["account"]


def test_csv_has_its_columns_and_no_formula(tmp_path: Path, text: str) -> None:
    shown = render_report(build_report(make_log(tmp_path, text)), Form.CSV)
    assert find_obeyed(shown, "\r\n\t") == []
    rows = list(csv.reader(io.StringIO(shown, newline="")))
    assert {len(row) for row in rows} == {len(rows[0])}
    cells = [cell for row in rows[1:] for cell in row]
    assert [
        cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\uff1d"))
    ] == []


def test_junit_is_xml_with_one_case(tmp_path: Path, text: str) -> None:
    shown = render_report(build_report(make_log(tmp_path, text)), Form.JUNIT)
    tree = ET.fromstring(shown)  # noqa: S314 - our own text
    assert len(tree.findall(".//testcase")) == 1
    assert find_obeyed(shown) == []


def test_terminals_are_given_nothing_to_obey(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    log = make_log(tmp_path, text)
    show_history(log, Question(limit=20))
    show_status(read_status(log.path), None, 1)
    show_status([], text, None)
    first, second = log.read(Question(kinds=("finding",)))[1:3]
    print_message(describe_drift(second, first) or "")
    print_message(describe_stale({**first, "observed": "off", "seen": text, "days": 90}))
    shown = capsys.readouterr()
    assert find_obeyed(shown.out + shown.err) == []
    assert "CANNOT TELL" in shown.out


def test_a_message_of_an_event_is_one_line_of_text(text: str) -> None:
    for name in EVENTS:
        event = {"event": name, "account": text, "at": text, "seen": text, "observed": text}
        title, body = describe_event(event)
        assert find_obeyed(title + body, "") == []
