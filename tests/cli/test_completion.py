"""What a shell is offered while somebody types."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from auditor.cli import completion

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable


def offered(auditor: Callable[..., subprocess.CompletedProcess[str]], words: str) -> list[str]:
    done = auditor(
        _AUDITOR_COMPLETE="complete_bash",
        COMP_WORDS=words,
        COMP_CWORD=str(len(words.split(" ")) - 1),
    )
    assert done.stderr == ""
    return [name for name in done.stdout.split("\n") if name]


@pytest.mark.medium
@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("auditor gu", ["guide"]),
        ("auditor guide c", ["chatgpt", "claude-code", "cursor"]),
        ("auditor explain t", ["team"]),
        ("auditor audit --flow c", ["claude/mobile", "claude/web"]),
        ("auditor guide --lang ja", ["ja-JP"]),
        ("auditor attest off --service gr", ["grok"]),
        ("auditor selftest switch-d", ["switch-div"]),
        ("auditor audit --device P", ["Pixel 7"]),
        ("auditor audit nobody", []),
    ],
)
def test_names_that_are_known_here_are_offered(
    auditor: Callable[..., subprocess.CompletedProcess[str]], words: str, names: list[str]
) -> None:
    assert offered(auditor, words) == names


def test_what_goes_wrong_offers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_name: str) -> None:
        raise OSError

    assert completion.complete_plan("pr") == ["pro"]
    monkeypatch.setattr("auditor.flow.load_shipped_facts", fail)
    assert completion.complete_plan("pr") == []
