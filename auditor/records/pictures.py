"""The pictures that records name: each is kept under its own digest, and so finds its record."""

from __future__ import annotations

import re
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING

from auditor.disk.files import read_plain_file, replace_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_DIGEST = re.compile(r"[0-9a-f]{64}")
_LONGEST = 8 * 1024 * 1024


def keep_pictures(folder: Path, contents: Iterable[bytes]) -> None:
    """Keep files under their digests; raises SetupError if one cannot be written."""
    for content in contents:
        replace_file(folder / digest(content), content)


def read_picture(folder: Path, expected: str) -> bytes | None:
    """Return the file with a digest; None if it is gone, or is another than it was."""
    if not _DIGEST.fullmatch(expected):
        return None
    with suppress(OSError):
        content = read_plain_file(folder / expected, _LONGEST)
        return content if digest(content) == expected else None
    return None


def list_altered_pictures(folder: Path) -> list[str]:
    """Return the names of the files that are not what they were when they were kept."""
    try:
        names = sorted(each.name for each in folder.iterdir() if _DIGEST.fullmatch(each.name))
    except OSError:
        return []
    return [name for name in names if read_picture(folder, name) is None]


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file, as `sha256sum` prints it."""
    return sha256(content).hexdigest()
