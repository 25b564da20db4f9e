"""What several runs share on disk.

Locks that die with their holder, private folders, files replaced whole.
"""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import stat
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.disk import locks as lock
from auditor.disk.files import read_plain_file, remove_file, replace_file
from auditor.disk.folders import private_folder
from auditor.disk.locks import account_file_stem, account_lock, hold_lock, hold_name
from auditor.errors import SetupError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

HOLD = """
import sys, subprocess
from pathlib import Path
from auditor.disk.locks import account_lock
with account_lock(Path(sys.argv[1]), "ada"):
    child = subprocess.Popen(["sleep", "60"]) if len(sys.argv) > 2 else None
    print(child.pid if child else "held", flush=True)
    sys.stdin.read()
"""
DIE = """
import os, signal, sys
from pathlib import Path
from auditor.disk import locks as lock
os.fsync = lambda file: os.kill(os.getpid(), signal.SIGKILL)
lock.replace_whole(Path(sys.argv[1]), b"half")
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


@contextmanager
def holder(folder: Path, *args: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-c", HOLD, str(folder), *args]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def busy(folder: Path) -> None:
    with pytest.raises(SetupError) as caught, account_lock(folder, "ada"):
        pass
    assert str(caught.value) == "Another run is at work on the account ada."
    assert caught.value.hint == "Wait until it has ended, or end it, then run this again."


def test_a_second_run_in_another_process_is_told_who_is_at_work(tmp_path: Path) -> None:
    with holder(tmp_path) as (_, said):
        assert said == "held"
        busy(tmp_path)


def test_a_second_run_in_this_process_is_told_too(tmp_path: Path) -> None:
    with account_lock(tmp_path, "ada"):
        busy(tmp_path)


def test_another_account_is_free(tmp_path: Path) -> None:
    with (
        account_lock(tmp_path, "ada"),
        account_lock(tmp_path, "bob"),
        account_lock(tmp_path, "Ada"),
    ):
        pass


def test_a_holder_that_was_killed_holds_nothing(tmp_path: Path) -> None:
    with holder(tmp_path) as (process, _):
        process.kill()
        process.wait()
        assert [path.name for path in tmp_path.iterdir()] == ["account-ada.lock"]
        with account_lock(tmp_path, "ada"):
            pass
    assert list(tmp_path.iterdir()) == []


def test_a_browser_that_outlives_its_killed_run_does_not_keep_the_lock(tmp_path: Path) -> None:
    with holder(tmp_path, "with a child") as (process, child):
        try:
            process.kill()
            process.wait()
            with account_lock(tmp_path, "ada"):
                os.kill(int(child), 0)
        finally:
            os.kill(int(child), signal.SIGKILL)


def test_nothing_is_left_after_success_or_failure(tmp_path: Path) -> None:
    with account_lock(tmp_path, "ada"):
        assert mode(tmp_path / "account-ada.lock") == 0o600
    with pytest.raises(KeyError), account_lock(tmp_path, "ada"):
        raise KeyError
    assert list(tmp_path.iterdir()) == []


def test_a_lock_file_removed_by_its_holder_while_we_open_it_is_not_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, real, once = tmp_path / "x.lock", fcntl.flock, [True]

    def late(file: int, how: int) -> None:
        if once and once.pop():
            path.unlink()  # what another holder does at its end
        real(file, how)

    monkeypatch.setattr(fcntl, "flock", late)
    with hold_lock(path, "busy"):
        assert path.exists()
        with pytest.raises(SetupError, match=r"^busy$"), hold_lock(path, "busy"):
            pass


def test_a_holder_never_removes_the_lock_file_of_another(tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    with hold_lock(path, "busy"):
        path.unlink()
        path.write_text("another's")
    assert path.read_text() == "another's"


def test_waiting_for_a_lock_ends_when_it_is_free(tmp_path: Path) -> None:
    path, taken, leave = tmp_path / "x.lock", threading.Event(), threading.Event()

    def other() -> None:
        with hold_lock(path, "busy"):
            taken.set()
            leave.wait(5)

    thread = threading.Thread(target=other)
    thread.start()
    taken.wait(5)
    threading.Timer(0.1, leave.set).start()
    with hold_lock(path, "busy", wait_s=5):
        pass
    thread.join()


def test_only_one_of_many_holds_a_lock_at_any_time(tmp_path: Path) -> None:
    inside: list[int] = []
    most: list[int] = []

    def work() -> None:
        for _ in range(20):
            with hold_lock(tmp_path / "x.lock", "busy", wait_s=30):
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(most), max(most)) == (80, 1)


def test_a_folder_that_cannot_lock_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", fail)
    with pytest.raises(SetupError) as caught, hold_lock(tmp_path / "x.lock", "busy"):
        pass
    assert str(caught.value) == f"{tmp_path / 'x.lock'} cannot be locked: No locks available."


def test_a_symbolic_link_as_lock_file_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "x.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(
        SetupError, match=r"x\.lock cannot be written: Too many levels of symbolic links\.$"
    ):
        hold_lock(tmp_path / "x.lock", "busy").__enter__()
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        ("ada", "account-ada"),
        ("Ada", "account-+ada"),
        ("con", "account-con"),
        ("nul.txt", "account-nul.txt"),
        ("a" * 64, "account-" + "a" * 64),
        ("0.._-", "account-0.._-"),
    ],
)
def test_file_names_are_safe_on_every_system(account: str, expected: str) -> None:
    assert account_file_stem(account) == expected


@pytest.mark.parametrize(
    ("account", "shown"),
    [
        ("", ""),
        ("../x", "../x"),
        ("a/b", "a/b"),
        ("a\\b", "a\\b"),
        (".hidden", ".hidden"),
        ("-rf", "-rf"),
        ("ada\n", "ada"),
        ("a\0b", "ab"),
        ("äda", "äda"),
        ("٣", "٣"),
        ("a" * 65, "a" * 65),
        ("ada@example.org", "[address]"),
    ],
)
def test_what_is_no_account_name_is_refused(account: str, shown: str) -> None:
    with pytest.raises(UsageError) as caught:
        account_file_stem(account)
    assert str(caught.value) == f'"{shown}" cannot be the name of an account.'
    assert (
        caught.value.hint
        == "Use up to 64 letters, digits, dots, hyphens and underscores; begin with a letter or"
        " digit."
    )


NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}", fullmatch=True)


@given(NAMES, NAMES)
def test_two_accounts_never_share_a_file_even_where_case_does_not_count(
    one: str, other: str
) -> None:
    assert (account_file_stem(one).casefold() == account_file_stem(other).casefold()) == (
        one == other
    )


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


def test_a_folder_open_to_others_is_closed(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    private_folder(tmp_path)
    assert mode(tmp_path) == 0o700


def test_a_folder_of_another_user_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    with pytest.raises(SetupError) as caught:
        private_folder(tmp_path)
    assert str(caught.value) == f"{tmp_path} belongs to another user."


def test_a_folder_that_cannot_be_closed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    tmp_path.chmod(0o755)
    monkeypatch.setattr(Path, "chmod", fail)
    with pytest.raises(SetupError) as caught:
        private_folder(tmp_path)
    assert str(caught.value) == f"{tmp_path} cannot be written: Operation not permitted."


def test_a_file_where_the_folder_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("x")
    with pytest.raises(SetupError, match="cannot be written: Not a directory"):
        replace_file(tmp_path / "folder" / "file", b"x")


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
    monkeypatch.setattr(lock, "_PATIENCE", 0.05)
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


def test_a_passing_name_is_held_by_one_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    name = f"auditor-test-{os.getpid()}"
    with hold_name(name, "Busy"):
        with pytest.raises(SetupError, match="Busy"), hold_name(name, "Busy"):
            pass
        with hold_name(f"{name}-other", "Busy"):
            pass
    with hold_name(name, "Busy"):
        pass
    assert list(tmp_path.iterdir()) == []
