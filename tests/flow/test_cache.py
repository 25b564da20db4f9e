"""What was validated is kept, and believed only if nothing about it can be wrong."""

from __future__ import annotations

import hashlib
import os
import sys
from functools import partial
from typing import TYPE_CHECKING

import pytest

from auditor.disk.paths import flow_cache_folder
from auditor.errors import FlowError
from auditor.flow import cache, load_flow, load_manual_flow, load_phrases, load_shipped_facts
from auditor.flow.files import list_flows
from auditor.flow.model import FlowFile, Words
from auditor.flow.reference import list_manual_flows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from auditor.flow.bounds import Model

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
WORDS = Words(known="INF 2026-11", texts={"en-US": ("Off", "=")})
SERVICES = ("chatgpt", "cursor", "x")
LOADERS: dict[str, Callable[[], Model]] = {
    "claude/web": partial(load_flow, "claude/web"),
    "claude/mobile": partial(load_flow, "claude/mobile"),
    "facts": partial(load_shipped_facts, "claude"),
    "phrases": load_phrases,
    **{name: partial(load_manual_flow, list_manual_flows()[name]) for name in SERVICES},
}


@pytest.fixture(autouse=True)
def own_cache(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty cache of this test's own; the other tests share one."""
    folder = home / "cache"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder


@pytest.fixture
def no_validation(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let validating, from now on, be an error."""

    def forbid() -> None:
        monkeypatch.setitem(sys.modules, "auditor.flow.validate", None)

    return forbid


def entry() -> Path:
    """Return the file of the one entry."""
    (found,) = flow_cache_folder().glob("*.json")
    return found


@pytest.mark.parametrize("name", LOADERS)
def test_a_file_is_validated_once_and_is_the_same_afterwards(
    name: str, no_validation: Callable[[], None]
) -> None:
    validated = LOADERS[name]()
    no_validation()
    assert LOADERS[name]() == validated


def copy_of_the_shipped(folder: Path) -> Path:
    shipped = list_flows()["claude/web"]
    for name in ("web.toml", "site.toml"):
        (folder / name).write_bytes((shipped.parent / name).read_bytes())
    return folder / "web.toml"


@pytest.mark.parametrize("changed", ["web.toml", "site.toml"])
def test_a_changed_file_is_validated_again(
    tmp_path: Path, changed: str, no_validation: Callable[[], None]
) -> None:
    path = copy_of_the_shipped(tmp_path)
    load_flow(str(path))
    with (tmp_path / changed).open("a", encoding="utf-8") as file:
        file.write("# another byte\n")
    no_validation()
    with pytest.raises(ImportError):
        load_flow(str(path))


def rename_words(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_a_flow_is_checked_again_with_a_site_that_is_known_only_with_another_flow(
    tmp_path: Path,
) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
        copy_of_the_shipped(folder)
    rename_words(other / "site.toml", "[words.user_menu", "[words.another")
    rename_words(other / "web.toml", "@user_menu", "@another")
    for folder in (one, other):
        load_flow(str(folder / "web.toml"))
    (one / "site.toml").write_bytes((other / "site.toml").read_bytes())
    with pytest.raises(FlowError, match="there are no words @user_menu"):
        load_flow(str(one / "web.toml"))


def test_another_version_of_the_tool_validates_again(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.remember(WORDS, b"file")
    assert cache.recall(Words, b"file") == WORDS
    monkeypatch.setattr(cache, "_digest_tool", lambda: b"another")
    assert cache.recall(Words, b"file") is None


def test_an_entry_is_for_these_contents_and_this_kind_alone() -> None:
    cache.remember(WORDS, b"file", b"site")
    assert cache.recall(Words, b"file", b"site") == WORDS
    assert cache.recall(Words, b"file") is None
    assert cache.recall(Words, b"site", b"file") is None
    assert cache.recall(FlowFile, b"file", b"site") is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:0],
        lambda content: content[:-1],
        lambda content: content.replace(b"Off", b"On!"),
        lambda content: content.replace(b"\n", b"", 1),
        lambda content: b"\xff" * len(content),
    ],
)
def test_a_damaged_entry_is_ignored(damage: Callable[[bytes], bytes]) -> None:
    cache.remember(WORDS, b"file")
    entry().write_bytes(damage(entry().read_bytes()))
    assert cache.recall(Words, b"file") is None


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b'{"=": "model.Words"}',
        b'{"=": "model.Words", "known": "INF 2026-11", "texts": {}, "more": 1}',
        b'{"=": "model.Path"}',
        b'{"=": "cache.remember"}',
        b'{"=": "os.system"}',
        b'{"=": "model.dataclass"}',
        b'{"=": "model.Words", "known": {"=": "model.dataclass"}, "texts": {"=": "dict", "items": []}}',
        b'{"=": "date", "day": 3}',
        b'{"=": "dict"}',
        b'{"no": "kind"}',
        b'{"=": 3}',
        b"not JSON",
        b"[" * 100_000,
    ],
)
def test_an_entry_that_says_anything_strange_is_ignored(body: bytes) -> None:
    cache.remember(WORDS, b"file")
    digest = hashlib.sha256(body).hexdigest().encode()
    entry().write_bytes(digest + b"\n" + body)
    assert cache.recall(Words, b"file") is None


@POSIX
@pytest.mark.parametrize("mode", [0o770, 0o755, 0o707])
def test_a_folder_that_is_open_to_others_is_neither_read_nor_written(mode: int) -> None:
    cache.remember(WORDS, b"file")
    flow_cache_folder().chmod(mode)
    assert cache.recall(Words, b"file") is None
    cache.remember(WORDS, b"other")
    assert len(list(flow_cache_folder().glob("*.json"))) == 1


@POSIX
def test_an_entry_that_others_may_write_is_ignored() -> None:
    cache.remember(WORDS, b"file")
    entry().chmod(0o622)
    assert cache.recall(Words, b"file") is None


@POSIX
def test_a_link_in_the_place_of_an_entry_is_ignored(tmp_path: Path) -> None:
    cache.remember(WORDS, b"file")
    place = entry()
    place.rename(tmp_path / "elsewhere")
    place.symlink_to(tmp_path / "elsewhere")
    assert cache.recall(Words, b"file") is None


def test_no_cache_can_be_written_and_flows_load_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cache, "find_private_folder", lambda _: None)
    assert load_flow("claude/web").id == "claude/web"


def test_a_full_disk_is_no_reason_not_to_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError

    monkeypatch.setattr("auditor.disk.files.replace_file", fail)
    assert load_flow("claude/web").id == "claude/web"


def test_the_oldest_entries_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_MOST_ENTRIES", 3)
    for number in range(5):
        cache.remember(WORDS, bytes([number]))
        for path in flow_cache_folder().glob("*.json"):  # all older than the next
            os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns - 10**9))
    kept = [number for number in range(5) if cache.recall(Words, bytes([number])) is not None]
    assert kept == [2, 3, 4]
