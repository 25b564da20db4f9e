"""A guide as text, as Markdown and as a page."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest

from auditor.flow import list_manual_flows
from auditor.guide.path import Guide, GuideStep, build_guide
from auditor.guide.services import list_guides
from auditor.report.guide import (
    list_entries,
    list_lines,
    render_markdown,
    render_page,
    split_parts,
)

TODAY = date(2026, 11, 26)
WEB = build_guide("web", None, TODAY)
NAMES = ("web", "mobile", *list_manual_flows())


class Reader(HTMLParser):
    """Collects a page's tags and text, and what is open at its end."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"src", "href"}]

    def handle_data(self, data: str) -> None:
        self.text += data


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


def test_steps_are_numbered() -> None:
    lines = [before + line for before, line in list_lines(WEB)]
    assert lines[2:4] == ["  1. Open https://claude.ai/new", "  2. Click the user icon at the bottom left"]  # fmt: skip


def test_notes_stand_below_their_titles() -> None:
    lines = [before + line for before, line in list_lines(build_guide("x", None, TODAY))]
    assert lines[lines.index("Where it counts") + 1] == "  - It counts for your account."


def test_the_list_says_how_a_path_may_be_used_how_old_and_how_sure_it_is() -> None:
    lines = [before + line for before, line in list_entries(list_guides(), TODAY)]
    by_tool, by_hand = lines.index("By hand, or by the tool"), lines.index("By hand only")
    grok = "grok              Grok                       1 day ago    a copy of the app"
    assert by_hand < lines.index(grok)
    web = "web               Claude on the web          4 days ago   official text"
    assert by_tool < lines.index(web) < by_hand
    assert max(map(len, lines)) <= 80


def test_markdown_numbers_the_steps_and_keeps_addresses_whole() -> None:
    text = render_markdown(WEB)
    assert text.startswith(
        "# Claude on the web: Look yourself\n\n1. Open <https://claude.ai/new>\n"
    )
    assert "- Source: <https://privacy.claude.com/en/articles/12109829>\n" in text
    assert "## What it does not do" in render_markdown(build_guide("gemini", None, TODAY))


def test_markdown_s_own_characters_lose_their_meaning() -> None:
    odd = replace(WEB, steps=(GuideStep("Click *[a](b)* <script>"),))
    assert "1. Click \\*\\[a\\](b)\\* \\<script\\>\n" in render_markdown(odd)


def test_a_sentence_is_parted_into_commands_addresses_and_the_rest() -> None:
    assert list(split_parts("Open https://a.test/b; or `auditor guide x`.")) == [
        ("text", "Open "),
        ("address", "https://a.test/b"),
        ("text", "; or "),
        ("command", "auditor guide x"),
        ("text", "."),
    ]


def test_commands_and_addresses_are_marked_as_such() -> None:
    guide = build_guide("chatgpt", None, TODAY)
    page, text = render_page(guide), render_markdown(guide)
    assert "<code>auditor attest off --service chatgpt</code>" in page
    assert '<a href="https://chatgpt.com/settings/data-controls" rel="noreferrer">' in page
    assert "1. Open <https://chatgpt.com/settings/data-controls>; or" in text
    assert "`auditor attest on --service chatgpt` (your chats may be used) or" in text


@pytest.mark.parametrize("name", NAMES)
def test_a_page_needs_nothing_else_and_says_all_that_the_text_says(name: str) -> None:
    guide = build_guide(name, None, TODAY)
    reader = read(render_page(guide))
    assert not {"script", "link", "img", "iframe", "object"} & set(reader.tags)
    assert all(link.startswith("https://") for link in reader.links)  # to go to, not to load
    seen = " ".join(reader.text.split())
    said = [" ".join(line.replace("`", "").split()) for _, line in list_lines(guide)]
    assert [line for line in said if line not in seen] == []


@pytest.mark.parametrize(("name", "pictures"), [("web", 4), ("mobile", 5), ("gemini", 0)])
def test_each_click_has_a_drawing_that_is_marked_as_one(name: str, pictures: int) -> None:
    page = render_page(build_guide(name, None, TODAY))
    labels = re.findall(r'<figure [^>]*aria-label="([^"]*)"', page)
    assert len(labels) == pictures
    said = "The pictures are drawings of a mock page, not of the site itself."
    assert all(label.endswith(said) for label in labels)
    assert (f'<p class="pictures">{said}</p>' in page) is bool(pictures)
    assert len(re.findall(r'class="(?:[a-z]+ )?here"', page)) == pictures


def test_drawings_use_the_language_s_words() -> None:
    page = render_page(build_guide("mobile", "ja", TODAY))
    assert '<html lang="ja-JP">' in page
    assert '<div class="here">設定</div>' in page
    assert 'class="narrow"' in page


def test_what_a_flow_says_cannot_become_markup() -> None:
    odd: Guide = replace(
        WEB, title="<script>alert(1)</script>", steps=(GuideStep('"><img src=x>'),)
    )
    assert not {"script", "img"} & set(read(render_page(odd)).tags)
