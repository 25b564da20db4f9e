"""The browser's folder is temporary; the desktop's settings are seen through it and stay."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from auditor.browser.engine.temporary_profile import temporary_environment

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only there is the folder redirected"
)
PROXY = "[system/proxy]\nmode='manual'\n"


def keep_settings(config: Path) -> dict[str, Path]:
    """Write a desktop's settings as GNOME and KDE do."""
    files = {
        "dconf/user": config / "dconf/user",
        "glib-2.0/settings/keyfile": config / "glib-2.0/settings/keyfile",
        "kioslaverc": config / "kioslaverc",
    }
    for file in files.values():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(PROXY)
    return files


@pytest.mark.parametrize("named", ["by the variable", "by the home", "relative"])
def test_the_desktops_settings_are_seen_and_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    config = tmp_path / (".config" if named != "by the variable" else "elsewhere")
    monkeypatch.setenv(
        "XDG_CONFIG_HOME",
        {"by the variable": str(config), "by the home": "", "relative": "not/absolute"}[named],
    )
    files = keep_settings(config)
    with temporary_environment() as env:
        seen = Path(env["XDG_CONFIG_HOME"])
        assert seen != config
        assert {name: (seen / name).read_text() for name in files} == dict.fromkeys(files, PROXY)
    assert not seen.exists()
    assert all(file.read_text() == PROXY for file in files.values())


def test_nothing_else_of_the_persons_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "chromium").mkdir()
    with temporary_environment() as env:
        assert not (Path(env["XDG_CONFIG_HOME"]) / "chromium").exists()
