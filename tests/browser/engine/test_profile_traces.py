"""What a profile tells of a sign-in that cannot be kept."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from auditor.browser.engine.profile_traces import ProfileTraces, read_profile_traces

if TYPE_CHECKING:
    from pathlib import Path

ORIGIN = "https://app.claude.ai"


def keep_cookie(profile: Path, host: str, *, lasting: bool, below: str = "Default") -> None:
    folder = profile / below
    folder.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(folder / "Cookies")) as cookies:
        cookies.execute("create table if not exists cookies (host_key, has_expires)")
        cookies.execute("insert into cookies values (?, ?)", (host, int(lasting)))
        cookies.commit()


@pytest.mark.parametrize(
    ("host", "lasting", "found"),
    [
        ("app.claude.ai", False, True),
        (".claude.ai", False, True),
        (".app.claude.ai", False, True),
        ("app.claude.ai", True, False),
        ("example.org", False, False),
        ("claude.ai", False, False),
    ],
)
@pytest.mark.parametrize("below", ["Default", "Default/Network"])
def test_a_cookie_that_ends_with_the_browser_is_found(
    tmp_path: Path, host: str, below: str, *, lasting: bool, found: bool
) -> None:
    keep_cookie(tmp_path, host, lasting=lasting, below=below)
    assert read_profile_traces(tmp_path, ORIGIN) == ProfileTraces(has_session_cookies=found)


def test_a_database_of_the_site_is_found(tmp_path: Path) -> None:
    (tmp_path / "Default" / "IndexedDB" / "https_app.claude.ai_0.indexeddb.leveldb").mkdir(
        parents=True
    )
    assert read_profile_traces(tmp_path, ORIGIN) == ProfileTraces(has_database=True)
    assert read_profile_traces(tmp_path, f"{ORIGIN}:8443") == ProfileTraces()


def test_what_cannot_be_read_tells_nothing(tmp_path: Path) -> None:
    (tmp_path / "Default").mkdir()
    (tmp_path / "Default" / "Cookies").write_bytes(b"no database")
    assert read_profile_traces(tmp_path, "http://127.0.0.1:8400") == ProfileTraces()
