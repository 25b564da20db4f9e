"""A policy that may keep a browser from being driven is named, and ends the wait soon."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from auditor.browser.engine import policies
from auditor.browser.engine.launch import BrowserOptions, launch_browser
from auditor.browser.engine.policies import find_forbidding_policy
from auditor.errors import SetupError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(policies, "_FOLDERS", (tmp_path / "missing", tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("text", "without_window", "with_window"),
    [
        ('{"RemoteDebuggingAllowed": false}', True, True),
        ('{"DeveloperToolsAvailability": 2}', True, True),
        ('{"HeadlessMode": 2}', True, False),
        ('{"RemoteDebuggingAllowed": true, "DeveloperToolsAvailability": 1}', False, False),
        ('{"HomepageLocation": "about:blank"}', False, False),
        ("[]", False, False),
        ("{broken", False, False),
    ],
)
def test_a_policy_that_forbids_is_named(
    folder: Path, text: str, *, without_window: bool, with_window: bool
) -> None:
    (folder / "a.json").write_text("{}")
    (folder / "b.json").write_text(text)
    assert bool(find_forbidding_policy(headed=False)) is without_window
    assert bool(find_forbidding_policy(headed=True)) is with_window


def a_browser(folder: Path, does: str) -> str:
    program = folder / "browser"
    program.write_text(f"#!/bin/sh\n{does}\n")
    program.chmod(0o755)
    return str(program)


@pytest.mark.browser
async def test_a_start_that_hangs_under_a_policy_ends_soon_and_names_it(folder: Path) -> None:
    file = folder / "b.json"
    file.write_text('{"RemoteDebuggingAllowed": false}')
    began = time.monotonic()
    with pytest.raises(SetupError) as seen:
        async with launch_browser(BrowserOptions(a_browser(folder, "exec sleep 60")), print):
            pass
    assert time.monotonic() - began < 20
    assert f"RemoteDebuggingAllowed in {file}" in str(seen.value.hint)


@pytest.mark.browser
async def test_a_system_that_forbids_the_sandbox_is_named(folder: Path) -> None:
    says = "echo 'FATAL: No usable sandbox! If you are running on Ubuntu 23.10+' >&2; exit 1"
    with pytest.raises(SetupError) as seen:
        async with launch_browser(BrowserOptions(a_browser(folder, says)), print):
            pass
    assert "sandbox" in str(seen.value.hint)
