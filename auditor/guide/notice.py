"""Show a notice on the desktop by what is there; say whether that was possible."""

from __future__ import annotations

import os
import subprocess
import sys

_TITLE = "auditor"
_PATIENCE = 10.0  # seconds
# The words come as arguments or in the environment, so that no word can become part of a script.
_OSASCRIPT = (
    "on run argv",
    "display notification (item 2 of argv) with title (item 1 of argv)",
    "end run",
)
_POWERSHELL = (
    "Add-Type -AssemblyName System.Windows.Forms;"
    "Add-Type -AssemblyName System.Drawing;"
    "$n = New-Object System.Windows.Forms.NotifyIcon;"
    "$n.Icon = [System.Drawing.SystemIcons]::Information;"
    "$n.Visible = $true;"
    "$n.ShowBalloonTip(10000, $env:NOTICE_TITLE, $env:NOTICE_TEXT, 'Info');"
    "Start-Sleep -Seconds 10; $n.Dispose()"
)


def show_notice(text: str, platform: str = sys.platform) -> bool:
    """Show the text on the desktop; return whether something took it."""
    if platform in {"darwin", "win32"}:
        command, added = build_command(text, platform)
        return _run(command, added)
    return _notify_by_dbus(text)


def build_command(text: str, platform: str) -> tuple[list[str], dict[str, str]]:
    """Return the program that shows a text, and what its environment gets."""
    if platform == "darwin":
        lines = [part for line in _OSASCRIPT for part in ("-e", line)]
        return ["osascript", *lines, _TITLE, text], {}
    command = ["powershell", "-NoProfile", "-NonInteractive", "-Command", _POWERSHELL]
    return command, {"NOTICE_TITLE": _TITLE, "NOTICE_TEXT": text}


def _run(command: list[str], added: dict[str, str]) -> bool:
    try:
        done = subprocess.run(  # noqa: S603 - a list of arguments
            command, env={**os.environ, **added}, timeout=_PATIENCE + 10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _notify_by_dbus(text: str) -> bool:
    """Ask the desktop's notification service, which jeepney (of keyring) can talk to."""
    try:
        from jeepney import DBusAddress, new_method_call  # noqa: PLC0415 - Linux only
        from jeepney.io.blocking import open_dbus_connection  # noqa: PLC0415

        place = DBusAddress(
            "/org/freedesktop/Notifications",
            bus_name="org.freedesktop.Notifications",
            interface="org.freedesktop.Notifications",
        )
        body: tuple[object, ...] = (_TITLE, 0, "", _TITLE, text, [], {}, -1)
        with open_dbus_connection(bus="SESSION") as connection:
            message = new_method_call(place, "Notify", "susssasa{sv}i", body)
            answer = connection.send_and_get_reply(message, timeout=_PATIENCE)
    except Exception:  # noqa: BLE001 - no bus, no service, no library: the caller tells it otherwise
        return False
    return bool(answer.header.message_type.name == "method_return")
