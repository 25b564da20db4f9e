"""Policies of this computer that may keep a browser from being driven, or pages from working."""

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
# What forbids it, and with which value; the one of the next line only matters without a window.
_FORBIDDING = {
    "RemoteDebuggingAllowed": False,
    "DeveloperToolsAvailability": 2,
    "DeveloperToolsDisabled": True,  # its name before 2018, which Chromium still obeys
}
_FORBIDDING_HEADLESS = {"HeadlessMode": 2}
_NO_SCRIPTS = 2


def find_forbidding_policy(*, headed: bool) -> str | None:
    """Name a policy, and the file that sets it, that may keep a browser from being driven."""
    forbidding = {**_FORBIDDING, **({} if headed else _FORBIDDING_HEADLESS)}
    for file, policies in _read_policies():
        for name, value in forbidding.items():
            if name in policies and policies[name] == value:
                return f"{name} in {file}"
    return None


def find_script_policy() -> str | None:
    """Name a policy, and the file that sets it, that may keep pages from running JavaScript."""
    for file, policies in _read_policies():
        if policies.get("DefaultJavaScriptSetting") == _NO_SCRIPTS:
            return f"DefaultJavaScriptSetting in {file}"
        if policies.get("JavaScriptBlockedForUrls"):
            return f"JavaScriptBlockedForUrls in {file}"
    return None


def allows_scripts_somewhere() -> bool:
    """Return whether a policy names sites that may run JavaScript, whatever holds elsewhere."""
    return any(policies.get("JavaScriptAllowedForUrls") for _, policies in _read_policies())


def _read_policies() -> Iterator[tuple[Path, dict[str, Any]]]:
    for folder in _FOLDERS:
        with suppress(OSError):
            for file in sorted(folder.glob("*.json")):
                with suppress(OSError, ValueError):  # the browser skips such a file, too
                    policies = json.loads(file.read_text(encoding="utf-8"))
                    if isinstance(policies, dict):
                        yield file, policies
