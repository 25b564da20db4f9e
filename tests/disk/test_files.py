"""Files that are replaced whole, or not at all, and private from their first byte."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from auditor.disk import files
from auditor.disk.files import read_given_file, read_plain_file, remove_file, replace_file
from auditor.disk.locks import account_lock, hold_lock
from auditor.errors import SetupError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


DIE = """
import os, signal, sys
from pathlib import Path
from auditor.disk.files import replace_file
os.fsync = lambda file: os.kill(os.getpid(), signal.SIGKILL)
replace_file(Path(sys.argv[1]), b"half")
"""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@contextmanager
def umask(value: int) -> Iterator[None]:
    old = os.umask(value)
    try:
        yield
    finally:
        os.umask(old)


def busy(folder: Path) -> None:
    with pytest.raises(SetupError) as caught, account_lock(folder, "ada"):
        pass
    assert str(caught.value) == "Another run is at work on the account ada."
    assert caught.value.hint == "Wait until it has ended, or end it, then run this again."


@pytest.mark.parametrize("mask", [0, 0o022, 0o777])
def test_files_and_folders_are_private_whatever_the_umask(tmp_path: Path, mask: int) -> None:
    path = tmp_path / "a" / "b" / "file"
    with umask(mask):
        replace_file(path, b"x")
    assert [mode(path), mode(path.parent), mode(path.parent.parent)] == [0o600, 0o700, 0o700]


def test_a_file_is_private_from_its_first_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    make, write = os.open, os.write

    def born(path: Path, flags: int, mode: int = 0o777) -> int:
        file = make(path, flags, mode)
        seen.append(stat.S_IMODE(os.fstat(file).st_mode))
        return file

    def look(file: int, content: memoryview) -> int:
        seen.append(stat.S_IMODE(os.fstat(file).st_mode))
        return write(file, content[:3])

    monkeypatch.setattr(os, "open", born)
    monkeypatch.setattr(os, "write", look)
    with umask(0):
        replace_file(tmp_path / "file", b"12345678")
    lock_file, file, *written, folder = seen
    assert (lock_file, file, written, folder & 0o777) == (0o600, 0o600, [0o600] * 3, mode(tmp_path))
    assert (tmp_path / "file").read_bytes() == b"12345678"


@pytest.mark.parametrize("call", ["write", "fsync", "replace", "open"])
def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    path = tmp_path / "file"
    replace_file(path, b"old")
    real = getattr(os, call)

    def full(*args: object, **kwargs: object) -> object:
        if call == "open" and not str(args[0]).endswith(".tmp"):
            return real(*args, **kwargs)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, call, full)
    with pytest.raises(SetupError) as caught:
        replace_file(path, b"new")
    monkeypatch.undo()
    assert str(caught.value) == f"{path} cannot be written: No space left on device."
    assert caught.value.hint == "Mend that and run this again; nothing was replaced."
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_interruption_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    replace_file(path, b"old")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        replace_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_killed_writer_left_is_removed_by_the_next(tmp_path: Path) -> None:
    path = tmp_path / "file"
    replace_file(path, b"old")
    died = subprocess.run([sys.executable, "-c", DIE, str(path)], check=False)
    assert died.returncode == -signal.SIGKILL
    assert path.read_bytes() == b"old"
    assert mode(tmp_path / ".auditor-file.tmp") == 0o600
    replace_file(tmp_path / "other", b"new")
    assert sorted(child.name for child in tmp_path.iterdir()) == ["file", "other"]


def test_a_link_planted_as_unfinished_file_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / ".auditor-file.tmp").symlink_to(victim)
    replace_file(folder / "file", b"new")
    assert victim.read_text() == "precious"
    assert [child.name for child in folder.iterdir()] == ["file"]


def test_a_link_in_place_of_the_file_is_replaced_not_followed(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("precious")
    (tmp_path / "file").symlink_to(tmp_path / "victim")
    replace_file(tmp_path / "file", b"new")
    assert (tmp_path / "victim").read_text() == "precious"
    assert read_plain_file(tmp_path / "file", 10) == b"new"


def test_a_disk_that_cannot_sync_a_folder_has_kept_the_file_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync

    def files_only(file: int) -> None:
        if stat.S_ISDIR(os.fstat(file).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        real(file)

    monkeypatch.setattr(os, "fsync", files_only)
    replace_file(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"new"


def test_two_writers_wait_for_one_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "PATIENCE", 0.05)
    with hold_lock(tmp_path / ".auditor.lock", "busy"), pytest.raises(SetupError) as caught:
        replace_file(tmp_path / "file", b"x")
    assert str(caught.value) == f"Another run is writing to {tmp_path}."


def test_only_a_regular_file_of_bounded_length_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x"
    reasons = []
    for make in (
        path.mkdir,
        lambda: path.symlink_to(tmp_path / "y"),
        lambda: os.mkfifo(path),
        lambda: path.write_bytes(b"12345678901"),
    ):
        make()
        with pytest.raises(OSError) as caught:  # noqa: PT011 - the text follows
            read_plain_file(path, 10)
        reasons.append(caught.value.strerror)
        path.rmdir() if path.is_dir() else path.unlink()
    assert reasons == [
        "a folder stands in its place",
        "a symbolic link stands in its place",
        "it is no regular file",
        "it is far too large",
    ]


def test_removing_says_whether_there_was_a_file(tmp_path: Path) -> None:
    replace_file(tmp_path / "file", b"x")
    assert [remove_file(tmp_path / "file"), remove_file(tmp_path / "file")] == [True, False]


def test_what_cannot_be_removed_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").mkdir()
    with pytest.raises(SetupError) as caught:
        remove_file(tmp_path / "file")
    assert str(caught.value) == f"{tmp_path / 'file'} cannot be removed: Is a directory."
    assert caught.value.hint == "Remove it by hand."


def test_a_file_that_a_person_names_may_be_a_link_but_nothing_that_never_ends(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").write_bytes(b"content")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    assert read_given_file(tmp_path / "link", 10) == b"content"
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zero").symlink_to("/dev/zero")
    (tmp_path / "large").write_bytes(b"12345678901")
    (tmp_path / "round").symlink_to(tmp_path / "round")
    said = {}
    for name in ("pipe", "zero", "large", "round", ".", "none", "nul\0"):
        with pytest.raises(UsageError) as caught:
            read_given_file(tmp_path / name, 10)
        said[name] = str(caught.value).split(" cannot be read: ")[1]
    assert said == {
        "pipe": "it is no regular file",
        "zero": "it is no regular file",
        "large": "it is far too large",
        "round": "Too many levels of symbolic links",
        ".": "Is a directory",
        "none": "No such file or directory",
        "nul\0": "no file can have that name",
    }
