"""`auditor guide` and `auditor explain` as they are called."""

from __future__ import annotations

import shlex
import webbrowser
from datetime import date
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from auditor.cli import app
from auditor.cli.guide import open_page
from auditor.errors import SetupError, UsageError
from auditor.guide.path import build_guide
from auditor.guide.services import GuideEntry, list_guides
from auditor.report.guide import list_lines, split_parts

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

TODAY = date(2026, 11, 26)


def test_the_guide_is_printed_written_and_listed(
    auditor: Callable[..., subprocess.CompletedProcess[str]], home: Path
) -> None:
    assert "  3. Click Settings\n" in auditor("guide").stdout
    assert auditor("guide", "mobile", "--markdown", "--lang", "de").stdout.startswith("# Claude")
    page = home / "guide.html"
    done = auditor("guide", "--html", str(page))
    assert (done.returncode, done.stdout) == (0, "")
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    listed = auditor("guide", "--list").stdout
    assert len(listed.split("By hand only\n")[1].split("\n\n")[0].splitlines()) == 11


def test_a_page_that_cannot_be_written_is_told(
    auditor: Callable[..., subprocess.CompletedProcess[str]], home: Path
) -> None:
    done = auditor("guide", "--html", str(home / "nowhere" / "guide.html"))
    assert done.returncode == 6
    assert "cannot be written: No such file or directory" in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("guide", "telephone"), 2, "error: There is no guide for telephone."),
        (("guide", "--lang", "tlh"), 2, "error: The language tlh is not known here."),
        (("guide", "x", "--lang", "de"), 2, "error: The path at X is known in English only."),
        (("explain", "gold"), 2, "error: No plan gold is known here."),
        (("explain", "--lang", "tlh"), 2, "error: The language tlh is not known here."),
        pytest.param(("audit", "--flow", "chatgpt"), 3, "error: ChatGPT is described for people only", marks=pytest.mark.medium),
        pytest.param(("set", "off", "--flow", "cursor/by-hand"), 3, "error: Cursor is described for people only", marks=pytest.mark.medium),
    ],
)  # fmt: skip
def test_what_is_not_known_or_not_allowed_is_refused(
    auditor: Callable[..., subprocess.CompletedProcess[str]],
    words: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    done = auditor(*words)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr


def test_explain_answers_for_a_plan_and_as_a_document(
    auditor: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    assert "No. Team has no such switch" in auditor("explain", "team").stdout
    assert auditor("explain", "--json").stdout.startswith('{\n  "schema": 1')


def test_flows_list_shows_what_is_only_for_people(
    auditor: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    listed = auditor("flows", "list").stdout
    assert "by hand only: `auditor guide`" in listed
    assert "chatgpt" in listed


def test_the_person_s_own_browser_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def note(url: str) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr(webbrowser, "open", note)
    open_page(build_guide("web", None, TODAY))
    assert opened == ["https://claude.ai/new"]


def test_without_a_browser_the_address_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda _url: False)
    with pytest.raises(SetupError) as caught:
        open_page(build_guide("web", None, TODAY))
    assert str(caught.value) == "No browser could be opened on this machine"
    assert caught.value.hint == "Open https://claude.ai/new yourself."


def test_a_path_without_a_page_cannot_be_opened() -> None:
    with pytest.raises(UsageError, match=r"^This path has no page that could be opened$"):
        open_page(build_guide("claude-code", None, TODAY))


@pytest.mark.parametrize("entry", list_guides(), ids=lambda entry: entry.name)
def test_every_command_that_a_guide_names_can_be_typed_as_it_stands(entry: GuideEntry) -> None:
    """A shell would take `on|off` for two programs, and record ON."""
    lines = [line for _, line in list_lines(build_guide(entry.name, None, TODAY))]
    named = [part for line in lines for kind, part in split_parts(line) if kind == "command"]
    assert any("auditor attest off" in command for command in named)
    for command in named:
        words = shlex.split(command)
        assert not set(command) & set("|<>&;$")
        assert CliRunner().invoke(app, [*words[1:], "--help"], prog_name="auditor").exit_code == 0
