"""Pictures are found by their digests, and one that was swapped is not given out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from auditor.records.pictures import digest, keep_pictures, list_altered_pictures, read_picture

if TYPE_CHECKING:
    from pathlib import Path


def test_a_picture_is_found_by_its_digest_and_is_private(tmp_path: Path) -> None:
    keep_pictures(tmp_path / "pictures", [b"one", b"two"])
    assert read_picture(tmp_path / "pictures", digest(b"one")) == b"one"
    kept = tmp_path / "pictures" / digest(b"two")
    assert kept.stat().st_mode & 0o777 == 0o600
    assert list_altered_pictures(tmp_path / "pictures") == []


def test_a_swapped_picture_is_named_and_not_given_out(tmp_path: Path) -> None:
    keep_pictures(tmp_path, [b"one", b"two"])
    (tmp_path / digest(b"one")).write_bytes(b"another")
    assert read_picture(tmp_path, digest(b"one")) is None
    assert list_altered_pictures(tmp_path) == [digest(b"one")]


@pytest.mark.parametrize("name", ["", "../secret", "0" * 63, "0" * 64])
def test_what_is_no_digest_or_not_there_gives_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").write_bytes(b"x")
    assert read_picture(tmp_path / "pictures", name) is None
    assert list_altered_pictures(tmp_path / "pictures") == []
