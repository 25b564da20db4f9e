"""The driver's compiled code: kept where only its owner can put anything, or not at all."""

from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING

import platformdirs
import pytest

from auditor.browser.engine.compile_cache import driver_compile_cache
from auditor.browser.engine.driver import start_driver

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="asks for POSIX permissions")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_, **__: tmp_path / "auditor")
    for name in ("NODE_COMPILE_CACHE", "NODE_DISABLE_COMPILE_CACHE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "auditor" / "driver"


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def named() -> str | None:
    with driver_compile_cache():
        return os.environ.get("NODE_COMPILE_CACHE")


def test_the_driver_is_told_a_private_folder_and_nothing_else_is(folder: Path) -> None:
    assert named() == str(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700
    assert "NODE_COMPILE_CACHE" not in os.environ


@pytest.mark.parametrize("name", ["NODE_COMPILE_CACHE", "NODE_DISABLE_COMPILE_CACHE"])
def test_what_the_person_chose_is_left_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "1")
    assert named() == (None if "DISABLE" in name else "1")
    assert os.environ[name] == "1"
    assert not folder.exists()


def test_what_a_driver_could_not_end_to_write_is_removed_once_nobody_is_at_it(
    folder: Path,
) -> None:
    assert named()
    inside = folder / "v26"
    inside.mkdir()
    for name in ("45fb6383", "45fb6383.d9vdYg", "45fb6383.at_it"):
        (inside / name).touch()
    for name in ("45fb6383", "45fb6383.d9vdYg"):
        os.utime(inside / name, (1, 1))
    assert named()
    assert sorted(path.name for path in inside.iterdir()) == ["45fb6383", "45fb6383.at_it"]


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o777])
def test_a_folder_that_others_could_enter_is_not_used(folder: Path, mode: int) -> None:
    folder.mkdir(parents=True)
    folder.chmod(mode)
    assert named() is None
    assert stat.S_IMODE(folder.stat().st_mode) == mode


def test_a_folder_that_others_could_replace_is_not_used(folder: Path) -> None:
    folder.mkdir(parents=True, mode=0o700)
    folder.parent.chmod(0o777)
    assert named() is None


def test_a_folder_of_somebody_else_is_not_used(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.mkdir(parents=True, mode=0o700)
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    assert named() is None


def test_a_link_in_its_place_is_not_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    folder.parent.mkdir(mode=0o700)
    folder.symlink_to(tmp_path / "elsewhere")
    assert named() is None


def test_without_a_folder_the_driver_starts_without_a_cache(folder: Path) -> None:
    folder.parent.write_text("a file stands in the way")
    assert named() is None


@pytest.mark.medium
async def test_the_driver_keeps_its_code_there_and_a_browser_is_not_told(folder: Path) -> None:
    async with start_driver() as (_, env):
        assert "NODE_COMPILE_CACHE" not in {*env, *os.environ}
    assert files_in(folder)
