"""The facts' own file: strict, with a source for everything, and told once only."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from auditor.access.consent import build_consent_text
from auditor.errors import FlowError
from auditor.flow import flow_folders, list_problems, load_facts, load_note, load_shipped_facts

SHIPPED = flow_folders()[-1] / "claude"
FACTS = load_shipped_facts("claude")
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "claude"))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('note = ["off_covers"', 'note = ["nothing"', "file: note names no fact: nothing"),
        ('sources = ["terms"]', 'sources = ["hearsay"]', "file: there is no source hearsay"),
        ("“{accept}” writes", "“{assent}” writes", "facts.notice.say: there are no words {assent}"),
        ("Pro has the setting: “{setting}”", "“{set}”", "plans.pro.say: there are no words {set}"),
        ('topic = "on"', 'topic = "gossip"', "facts.on_training.topic: "),
        ("has_setting = true", "has_settings = true", "plans.free.has_setting: is missing"),
        ("checked = 2026-11-22", 'checked = "lately"', "sources.announcement.checked: "),
    ],
)
def test_a_mistake_is_told_with_its_place(folder: Path, old: str, new: str, problem: str) -> None:
    path = folder / "facts.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert list_problems(path)[0].startswith(f"{path}: {problem}")
    with pytest.raises(FlowError):
        load_facts(folder)


def test_the_note_of_a_verdict_is_made_of_facts() -> None:
    assert (
        load_note("claude/web")
        == FACTS.note_text
        == (
            "OFF covers new and resumed chats and coding sessions. It does not cover feedback you send"
            " (thumbs up or down), conversations flagged for safety, or training that has already begun."
        )
    )


def test_a_site_without_facts_has_no_note(folder: Path) -> None:
    (folder / "facts.toml").unlink()
    elsewhere = Path(shutil.move(folder, folder.parent / "elsewhere"))
    assert load_note(str(elsewhere / "web.toml")) is None


def test_a_copied_flow_of_the_same_folder_name_has_the_shipped_note(folder: Path) -> None:
    (folder / "facts.toml").unlink()
    assert load_note(str(folder / "web.toml")) == FACTS.note_text


def test_the_consent_takes_the_terms_from_the_shipped_facts_and_from_no_other(folder: Path) -> None:
    own = flow_folders()[0] / "claude"
    shutil.copytree(folder, own)
    facts = own / "facts.toml"
    changed = facts.read_text(encoding="utf-8").replace("Anthropic's Consumer Terms", "Nobody")
    facts.write_text(changed, encoding="utf-8")
    assert FACTS.terms.say in build_consent_text()


@pytest.mark.parametrize("page", ["README.md", "docs/live-accounts.md"])
def test_the_documentation_says_of_off_what_the_facts_say(page: str) -> None:
    said = " ".join((ROOT / page).read_text(encoding="utf-8").split())
    assert FACTS.facts["off_leaves_out"].say in said


def test_no_fact_stands_in_the_code_as_well() -> None:
    told = [fact.say for fact in FACTS.facts.values()] + [FACTS.terms.say]
    code = {path: " ".join(path.read_text(encoding="utf-8").replace('"\n', "").split()) for path in (ROOT / "auditor").rglob("*.py")}  # fmt: skip
    assert [path.name for path, text in code.items() for say in told if say in text] == []
