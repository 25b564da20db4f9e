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
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.disk.locks import account_file_stem, account_lock, hold_lock, hold_name
from auditor.errors import SetupError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


HOLD = """
import sys, subprocess
from pathlib import Path
from auditor.disk.locks import account_lock
with account_lock(Path(sys.argv[1]), "ada"):
    child = subprocess.Popen(["sleep", "60"]) if len(sys.argv) > 2 else None
    print(child.pid if child else "held", flush=True)
    sys.stdin.read()
"""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


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
