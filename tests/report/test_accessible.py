"""The HTML pages the tool writes pass axe-core's checks in every way they are looked at."""

from __future__ import annotations

import re
from datetime import date
from importlib import resources
from typing import TYPE_CHECKING

import pytest

from auditor.flow import load_phrases
from auditor.guide.path import build_guide
from auditor.records.log import RecordLog
from auditor.report.guide import render_page
from auditor.report.html import render_html
from auditor.report.summary import build_report
from tests.records.signing import reading

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
HOSTILE = "<script>alert(1)</script><img src=//x onerror=alert(1)>" + "x" * 200
MODES: dict[str, dict[str, str]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced": {"forced_colors": "active"},
    "print": {"media": "print"},
}
RESET = {"media": "screen", "color_scheme": "light", "forced_colors": "none"}
RUN = """async () => (await axe.run()).violations.map(
  (each) => `${each.id}: ${each.nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`)"""


def write_report(folder: Path) -> str:
    log = RecordLog(folder / "records" / "history.sqlite")
    for state in ("on", "off", "undecided", "not_applicable", "unknown"):
        alias = f"{state}-{'a' * 60}"
        log.append([reading("on", at="2026-11-12T10:00:00Z", account=alias)])
        log.append(
            [reading(state, at="2026-11-20T10:00:00Z", account=alias, label=HOSTILE, flow=HOSTILE)]
        )
    return render_html(build_report(log))


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", ["report", "guide"])
async def test_axe_finds_no_violation_and_the_page_does_not_scroll_sideways(
    page: Page, tmp_path: Path, kind: str, mode: str, width: int
) -> None:
    guide = render_page(build_guide("web", None, date(2026, 11, 26)))
    file = tmp_path / "page.html"
    file.write_text(write_report(tmp_path) if kind == "report" else guide, encoding="utf-8")
    await page.emulate_media(**{**RESET, **MODES[mode]})  # type: ignore[arg-type]
    await page.set_viewport_size({"width": width, "height": 800})
    await page.goto(file.as_uri())
    # What is folded is checked as well.
    await page.evaluate("document.querySelectorAll('details').forEach((each) => each.open = true)")
    await page.evaluate(
        resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    )
    assert await page.evaluate(RUN) == []
    assert await page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("name", ["web", "mobile"])
async def test_the_guide_fits_a_printed_page_in_every_language(
    page: Page, tmp_path: Path, name: str
) -> None:
    sheets = {}
    for language in load_phrases().languages:
        file = tmp_path / "page.html"
        built = build_guide(name, language, date(2026, 11, 26))
        file.write_text(render_page(built), encoding="utf-8")
        await page.goto(file.as_uri())
        printed = await page.pdf(format="A4")
        sheets[language] = len(re.findall(rb"/Type\s*/Page\b", printed))
    assert sheets == dict.fromkeys(sheets, 1)
