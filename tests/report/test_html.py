"""The HTML report is one file without any script, in which nothing of a page can speak."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from auditor.errors import UsageError
from auditor.records.checkpoint import find_checkpoints
from auditor.records.log import RecordLog
from auditor.records.pictures import digest, keep_pictures
from auditor.report.coverage import list_coverage
from auditor.report.html import read_html_document, render_html
from auditor.report.summary import LIMITS, build_report, build_report_document
from tests.records.signing import reading

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import Page

HOSTILE = "<script>alert(1)</script><img src=//x onerror=alert(1)>{{7*7}}{% raw %}'\"=cmd\x1b[31m"


class Tags(HTMLParser):
    """Collects the elements and attributes of a page, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.words += data


def parse(text: str) -> Tags:
    tags = Tags()
    tags.feed(text)
    return tags


@pytest.fixture
def log(tmp_path: Path) -> RecordLog:
    log = RecordLog(tmp_path / "records" / "history.sqlite")
    log.append([reading("on", at="2026-11-12T10:00:00Z")])
    log.append([reading("off", at="2026-11-20T10:00:00Z", label=HOSTILE, flow=HOSTILE)])
    return log


def test_there_is_no_script_and_nothing_is_loaded(log: RecordLog) -> None:
    page = parse(render_html(build_report(log)))
    assert not {"script", "link", "img", "iframe", "object", "base", "form"} & set(page.tags)
    assert not {
        name
        for name in page.attributes
        if name.startswith("on") or name in {"src", "href", "style"}
    }


def test_the_policy_allows_nothing_but_its_own_style(log: RecordLog) -> None:
    text = render_html(build_report(log))
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', text)
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none';"
        " form-action 'none'"
    )


def test_text_of_a_page_is_only_text(log: RecordLog) -> None:
    text = render_html(build_report(log))
    assert "<script>alert" not in text
    assert "<img" not in text
    assert "{{7*7}}" in text
    assert "\x1b" not in text


def test_the_parts_stand_in_their_order(log: RecordLog) -> None:
    words = " ".join(parse(render_html(build_report(log))).words.split())
    parts = [
        "The setting of the account me is OFF, as last seen on 20 Nov 2026, by auditor in a real",
        "Accounts",
        "Account me",
        "Since2026-11-20 10:00",
        "2 readings",
        list_coverage()[0][1],
        LIMITS[0],
        "How to check it",
        "auditor history verify --against report.html",
        "The same as data",
    ]
    places = [words.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)


def test_the_report_can_be_turned_back_into_its_data(log: RecordLog) -> None:
    report = build_report(log)
    assert read_html_document(render_html(report)) == build_report_document(report)


DATA = '<pre id="auditor-json">{}</pre>'
OWN = '{"schema": 1, "report": {}, "accounts": []}'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<p>no report</p>",
        DATA.replace("{}", "{"),
        DATA,
        DATA.replace("{}", "[]"),
        DATA.replace("{}", "[" * 100_000),
        DATA.replace("{}", OWN) * 2,
    ],
    ids=["empty", "page", "cut", "object", "list", "deep", "twice"],
)
def test_what_is_no_report_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"^The file is not a report of auditor$"):
        read_html_document(text)


def test_a_report_of_another_version_is_told_from_no_report() -> None:
    assert read_html_document(DATA.replace("{}", OWN))["accounts"] == []
    with pytest.raises(UsageError, match=r"^The report was written by another version of auditor$"):
        read_html_document(DATA.replace("{}", OWN.replace("1", "2")))


def test_the_report_carries_the_checkpoint(log: RecordLog) -> None:
    assert find_checkpoints(render_html(build_report(log)))[0] == log.read_checkpoint()


@pytest.mark.parametrize("swapped", [False, True])
def test_a_picture_is_shown_only_while_it_is_the_one_that_was_recorded(
    log: RecordLog, *, swapped: bool
) -> None:
    picture = b"the switch"
    keep_pictures(log.pictures_folder, [picture])
    log.append([reading("off", pictures={"after.png": digest(picture)})])
    if swapped:
        (log.pictures_folder / digest(picture)).write_bytes(b"another")
    page = render_html(build_report(log))
    shown = f"data:image/png;base64,{b64encode(picture).decode()}"
    assert (shown in page, "the picture is gone" in page) == (not swapped, swapped)
    assert digest(picture) in page


def test_a_report_of_nothing_says_so(tmp_path: Path) -> None:
    log = RecordLog(tmp_path / "none" / "history.sqlite")
    words = " ".join(parse(render_html(build_report(log))).words.split())
    assert "Nothing is recorded, so nothing can be said." in words
    assert "There is no history yet, so there is nothing to check." in words


def test_a_summary_lists_no_readings(log: RecordLog) -> None:
    page = parse(render_html(build_report(log, depth="summary")))
    assert "svg" not in page.tags
    assert "figure" not in page.tags


@pytest.mark.asyncio(loop_scope="session")
async def test_the_browser_finds_no_fault_and_needs_no_sideways_scrolling(
    page: Page, log: RecordLog, tmp_path: Path
) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    file = tmp_path / "report.html"
    file.write_text(render_html(build_report(log)), encoding="utf-8")
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)
        await page.set_viewport_size({"width": 320, "height": 640})
        await page.goto(file.as_uri())
        assert await page.evaluate("document.documentElement.scrollWidth") == 320
        assert await page.evaluate("getComputedStyle(document.body).margin") == "0px"
    assert said == []


@pytest.mark.asyncio(loop_scope="session")
async def test_what_is_folded_is_open_in_print(page: Page, log: RecordLog, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(render_html(build_report(log)), encoding="utf-8")
    await page.goto(file.as_uri())
    height = "document.querySelector('details').getBoundingClientRect().height"
    closed = await page.evaluate(height)
    await page.emulate_media(media="print")
    opened = await page.evaluate(height)
    assert closed < 60
    assert opened > closed + 60  # a table of a head and two rows


CONTRAST = """() => {
  const channel = c => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const numbers = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const ground = element => {
    for (let each = element; each; each = each.parentElement) {
      const seen = numbers(getComputedStyle(each).backgroundColor);
      if (seen.length === 3 || seen[3] === 1) return seen;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const element of document.querySelectorAll('main *')) {
    const text = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    if (!text || element.closest('title') || element.closest('.dot')) continue;
    const style = getComputedStyle(element);
    const colour = numbers(element.closest('svg') ? style.fill : style.color);
    const [a, b] = [light(colour), light(ground(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) poor.push([element.textContent.slice(0, 30), ratio]);
  }
  return poor;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.asyncio(loop_scope="session")
async def test_all_text_has_enough_contrast(
    page: Page, log: RecordLog, tmp_path: Path, scheme: str
) -> None:
    log.append([reading("on", "a"), reading("unknown", "b"), reading("not_applicable", "c")])
    file = tmp_path / "report.html"
    file.write_text(render_html(build_report(log)), encoding="utf-8")
    await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    await page.goto(file.as_uri())
    assert await page.evaluate(CONTRAST) == []
