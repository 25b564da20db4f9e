"""The pictures that records name: each is kept under its own digest, and so finds its record."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from auditor.disk.files import read_plain_file, replace_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

_DIGEST = re.compile(r"[0-9a-f]{64}")
_LONGEST = 8 * 1024 * 1024
NAMING = '"pictures":{'  # as it stands in the text of a record that names some
_LISTED = 5  # pictures named one by one; of more, how many and where they begin and end


class Named(NamedTuple):
    """Where a picture is named."""

    number: int
    name: str


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


def find_named_pictures(number: int, text: str) -> Iterator[tuple[str, Named]]:
    """Give the digests that a text with `NAMING` in it names, and what it calls them."""
    try:
        pictures = json.loads(text)["pictures"]
        for name, expected in pictures.items():
            yield str(expected), Named(number, str(name))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return


def describe_lost_pictures(folder: Path, named: Mapping[str, Named]) -> Iterator[tuple[str, Named]]:
    """Say which pictures are not those that were recorded, and which are gone."""
    altered = set(list_altered_pictures(folder))
    for each in sorted(altered):
        where = named.get(each)
        of = "" if where is None else f" ({where.name} of record {where.number})"
        text = f"The picture {each[:12]}…{of} is not the one that was recorded"
        yield text, where or Named(0, "")
    gone = sorted(
        where
        for each, where in named.items()
        if each not in altered and not (folder / each).is_file()
    )
    if len(gone) > _LISTED:
        yield (
            f"{len(gone)} pictures of records {gone[0].number}-{gone[-1].number} are gone",
            gone[0],
        )
        return
    for where in gone:
        yield f"The picture {where.name} of record {where.number} is gone", where


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file, as `sha256sum` prints it."""
    return sha256(content).hexdigest()
