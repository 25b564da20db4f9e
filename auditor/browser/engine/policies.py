"""Policies of this computer that may keep a browser from being driven."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

# Where Chromium and its relatives look on Linux.
_FOLDERS = tuple(
    Path(folder) / "policies/managed"
    for folder in (
        "/etc/chromium",
        "/etc/chromium-browser",
        "/etc/opt/chrome",
        "/etc/opt/chrome_for_testing",
        "/etc/opt/edge",
    )
)
# What forbids it, and with which value; the last only matters without a window.
_FORBIDDING = {"RemoteDebuggingAllowed": False, "DeveloperToolsAvailability": 2}
_FORBIDDING_HEADLESS = {"HeadlessMode": 2}


def find_forbidding_policy(*, headed: bool) -> str | None:
    """Name a policy, and the file that sets it, that may keep a browser from being driven."""
    forbidding = {**_FORBIDDING, **({} if headed else _FORBIDDING_HEADLESS)}
    for file, policies in _read_policies():
        for name, value in forbidding.items():
            if name in policies and policies[name] == value:
                return f"{name} in {file}"
    return None


def _read_policies() -> Iterator[tuple[Path, dict[str, Any]]]:
    for folder in _FOLDERS:
        with suppress(OSError):
            for file in sorted(folder.glob("*.json")):
                with suppress(OSError, ValueError):  # the browser skips such a file, too
                    policies = json.loads(file.read_text(encoding="utf-8"))
                    if isinstance(policies, dict):
                        yield file, policies
