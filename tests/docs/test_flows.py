"""What docs/flows.md tells people to write is written here, and does what the page says."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING

import pytest

from auditor.flow import list_problems, load_flow
from auditor.mocksite.group import Group
from auditor.mocksite.scenario import Backend, Page, Scenario
from tests.docs.pages import ROOT, blocks

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

PAGE = ROOT / "docs/flows.md"


def test_the_new_label_of_the_recipe_stands_first(tmp_path: Path) -> None:
    (recipe,) = [block for block in blocks(PAGE, "toml") if block.startswith("[words.setting]\n")]
    folder = shutil.copytree(ROOT / "flows/claude", tmp_path / "claude")
    site = folder / "site.toml"
    (line,) = re.findall(r"^en-US = .*$", recipe, re.MULTILINE)
    text = site.read_text(encoding="utf-8")
    old = re.search(r"(?<=\[words\.setting\.texts\]\n)en-US = .*", text)
    assert old is not None
    site.write_text(text.replace(old[0], line), encoding="utf-8")
    assert list_problems(site) == []
    assert load_flow(str(folder / "web.toml")).about.labels[:2] == (
        "Use my chats to train models",
        "Help improve our AI models",
    )


@pytest.mark.parametrize("page", [PAGE, ROOT / "CONTRIBUTING.md"], ids=lambda page: page.name)
def test_the_scenarios_of_the_recipes_can_be_written_so(page: Path) -> None:
    shown = blocks(page, "python")
    assert shown
    group = Group("texts")
    words = {"_texts": group, "_layout": group, "_languages": group, "Page": Page}
    for block in shown:
        value = block.removeprefix("RENAMED = ")
        made = eval(value, words | {"Backend": Backend})  # noqa: S307 - our own page
        first = made[0] if isinstance(made, tuple) else made
        assert isinstance(first, Scenario)


@pytest.mark.slow
@pytest.mark.browser
def test_the_example_site_is_read_and_its_renamed_label_is_mended_as_the_page_says(
    auditor: Callable[..., subprocess.CompletedProcess[str]], example: Path, example_url: str
) -> None:
    read = (
        "audit",
        "--flow",
        str(example / "notebook/web.toml"),
        "--base-url",
        example_url,
        "--json",
    )
    (found,) = json.loads(auditor(*read).stdout)["findings"]
    assert (found["state"], found["witnesses"]) == ("on", {"page": "on", "network": "on"})
    page, site = example / "page/index.html", example / "notebook/site.toml"
    page.write_text(page.read_text(encoding="utf-8").replace("Train on my notes", "Use my notes"))
    (found,) = json.loads(auditor(*read).stdout)["findings"]
    assert (found["state"], found["reason"]) == ("unknown", "layout_changed")
    assert found["message"] == (
        "Cannot tell, because the switch with the help article's link bears a label that is not"
        " known: Use my notes."
    )
    site.write_text(
        site.read_text(encoding="utf-8").replace(
            '["Train on my notes"]', '["Use my notes", "Train on my notes"]'
        ),
        encoding="utf-8",
    )
    (found,) = json.loads(auditor(*read).stdout)["findings"]
    assert (found["state"], found["label"]) == ("on", "Use my notes")


@pytest.mark.browser
def test_data_that_says_another_value_is_a_disagreement(
    auditor: Callable[..., subprocess.CompletedProcess[str]], example: Path, example_url: str
) -> None:
    page = example / "page/index.html"
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("${answer.train_on_notes}", "false"), encoding="utf-8")
    done = auditor(
        "audit", "--flow", str(example / "notebook/web.toml"), "--base-url", example_url, "--json"
    )
    (found,) = json.loads(done.stdout)["findings"]
    assert (done.returncode, found["state"], found["reason"]) == (5, "unknown", "disagreement")
