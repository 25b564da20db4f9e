"""Check a log, and name what was done to it.

What the file says of itself finds accidents. Signatures find a forger who has not the key, and a
checkpoint that was kept elsewhere (an anchor) finds records cut off, or an older copy put back.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

from auditor.records.checkpoint import Checkpoint, fingerprint_key, hash_key
from auditor.records.continuity import (
    ALTERED,
    BEGUN_ANEW,
    SHORTENED,
    UNSIGNED,
    find_first_live,
)
from auditor.records.database import expected_schema, list_schema, open_for_reading
from auditor.records.log import RecordLog, parse_rows, read_head, select_keys
from auditor.records.merkle import Peaks, hash_leaf
from auditor.records.pictures import NAMING, Named, describe_lost_pictures, find_named_pictures
from auditor.records.sequence import Place, name_disorder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from auditor.records.log import OpenLog

_STEP = 20_000  # records between two reports of progress: about a tenth of a second
_SAMPLES = 500  # signed records looked at to find where the signatures begin to fail


class Kind(StrEnum):
    """What can be said of a log that is not simply intact."""

    EDITED = "edited"
    MISSING = "missing"
    INSERTED = "inserted"
    REORDERED = "reordered"
    OTHER_KEY = "other_key"
    SHORTER = "shorter_than_anchor"
    DIFFERENT = "different_from_anchor"
    UNSIGNED = "unsigned"
    NOT_ANCHORED = "not_anchored"
    PICTURE = "picture_altered"
    SCHEMA = "tables_changed"
    FORMER_KEY = "former_key"


_BREAKS = {
    ALTERED: (
        Kind.EDITED,
        "Of the records {first}-{last} some were edited before record {now} was written",
    ),
    SHORTENED: (
        Kind.MISSING,
        "The records {first}-{last} were missing when record {now} was written",
    ),
    UNSIGNED: (
        Kind.UNSIGNED,
        "The records {first}-{last} were signed only later, with record {now}",
    ),
    BEGUN_ANEW: (
        Kind.NOT_ANCHORED,
        "Another history, of {last} records, stood here before record {now} was written",
    ),
}
"""What `auditor.records.continuity` wrote down, and what it means today."""

DOUBTS = frozenset({Kind.UNSIGNED, Kind.NOT_ANCHORED, Kind.FORMER_KEY})
"""What cannot be told, rather than what is wrong."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that is wrong or cannot be told, and the records that it concerns."""

    kind: Kind
    text: str
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A checkpoint that was kept elsewhere, and where."""

    checkpoint: Checkpoint
    source: str


@dataclass(slots=True)
class Verification:
    """What a check of a log came to; intact if nothing is remarked."""

    size: int = 0
    log: str = ""
    remarks: list[Remark] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[Remark]:
        """What is wrong."""
        return [each for each in self.remarks if each.kind not in DOUBTS]

    @property
    def doubts(self) -> list[Remark]:
        """What cannot be told."""
        return [each for each in self.remarks if each.kind in DOUBTS]

    def add(self, kind: Kind, text: str, first: int | None = None, last: int | None = None) -> None:
        """Remark something."""
        self.remarks.append(Remark(kind, text, first, first if last is None else last))


def verify_log(
    path: Path,
    trusted_key: bytes | None,
    anchors: Sequence[Anchor] = (),
    report: Callable[[int, int], None] = lambda _done, _all: None,
) -> Verification:
    """Check the whole log; raises SetupError if the file cannot be read as one.

    `trusted_key` is the public key of this installation; None if the keyring cannot be asked.
    """
    with open_for_reading(path) as connection:
        if connection is None:
            return _verify_nothing(anchors)
        connection.execute("BEGIN")  # one picture of the file, whoever appends meanwhile
        check = _LogCheck(connection, trusted_key, anchors, report)
        found = check.run()
    for text, where in describe_lost_pictures(RecordLog(path).pictures_folder, check.pictures):
        found.add(Kind.PICTURE, text, where.number or None)
    return found


def _verify_nothing(anchors: Sequence[Anchor]) -> Verification:
    found = Verification()
    for anchor in anchors:
        size = anchor.checkpoint.size
        found.add(
            Kind.MISSING, f"There is no history, but {anchor.source} knew {size} records", 1, size
        )
    return found


class _LogCheck:
    """One check of an open log."""

    def __init__(
        self,
        connection: OpenLog,
        trusted_key: bytes | None,
        anchors: Sequence[Anchor],
        report: Callable[[int, int], None],
    ) -> None:
        self._connection = connection
        self._trusted_key = trusted_key
        self._anchors = anchors
        self._report = report
        self._name, peaks = read_head(connection)
        self._size, self._joined = peaks.size, peaks.to_bytes()
        self._signed = self._read_last_signed()
        self._found = Verification(self._size, self._name)
        self.pictures: dict[str, Named] = {}
        """The digests that records name, each with the first record that does."""

    def run(self) -> Verification:
        self._check_schema()
        stretches = {last for _, last, _ in self._former_stretches()}
        wanted = {self._signed, *stretches, *(each.checkpoint.size for each in self._anchors)}
        roots = self._read_all(wanted)
        if not self._found.faults:
            self._check_signatures(roots)
            self._remark_breaks()
        for anchor in self._anchors:
            self._check_anchor(anchor, roots)
        self._remark_doubts()
        return self._found

    def _check_schema(self) -> None:
        """Check that all else in the file is computed from the texts, as it was made to be."""
        changed = list_schema(self._connection) ^ expected_schema()
        if changed:
            names = ", ".join(sorted({name for _, name, *_ in changed}))
            text = f"The tables of the file were changed, so what is shown may be anything: {names}"
            self._found.add(Kind.SCHEMA, text)

    def _read_last_signed(self) -> int:
        row = self._connection.execute(
            "SELECT max(number) FROM record WHERE signature IS NOT NULL"
        ).fetchone()
        return int(row[0] or 0)

    def _rows(self) -> Iterator[tuple[int, str, bytes]]:
        yield from self._connection.execute("SELECT number, text, leaf FROM record ORDER BY number")

    def _read_all(self, wanted: set[int]) -> dict[int, bytes]:
        """Read every record once; return the roots, as the texts give them, at the sizes wanted."""
        peaks, places, roots = Peaks(), [], {}
        for number, text, leaf in self._rows():
            computed = hash_leaf(text.encode())
            own = number if text.startswith(f'{{"number":{number},') else _read_own_number(text)
            if computed != leaf or own is None:
                self._found.add(Kind.EDITED, f"Record {number} was edited", number)
            elif own != number or number != peaks.size + 1:
                places.append(Place(number, own))
            if NAMING in text:  # as in few records: parsing takes long
                for expected, where in find_named_pictures(number, text):
                    self.pictures.setdefault(expected, where)
            peaks.append(computed)
            if peaks.size in wanted:
                roots[peaks.size] = peaks.root()
            if not peaks.size % _STEP:
                self._report(peaks.size, self._size)
        self._report(peaks.size, max(peaks.size, self._size))
        self._remark_disorder(places, peaks.size)
        if not self._found.faults and peaks.to_bytes() != self._joined:
            text = "Records were edited: their texts do not give the root that the history holds"
            self._found.add(Kind.EDITED, text, 1, peaks.size)
        return roots

    def _remark_disorder(self, places: list[Place], count: int) -> None:
        if not places and count == self._size:
            return
        rows = self._connection.execute("SELECT number FROM record ORDER BY number")
        numbers = [row[0] for row in rows]
        for kind, first, last in name_disorder(numbers, places, self._size):
            one = first == last
            which = f"Record {first}" if one else f"Records {first}-{last}"
            verb = ("is" if one else "are") if kind == "missing" else ("was" if one else "were")
            self._found.add(Kind(kind), f"{which} {verb} {kind}", first, last)

    def _keys(self) -> list[tuple[int, bytes]]:
        """Return from which record on which key signs, as the log itself says."""
        return select_keys(self._connection)[::-1]

    def _check_signatures(self, roots: dict[int, bytes]) -> None:
        """Check that the newest signature is that of this installation's key over these texts."""
        if not self._signed:
            return
        keys = self._keys()
        own = keys[-1][1] if keys else b""
        if self._trusted_key is not None and own != self._trusted_key:
            self._remark_other_key(keys)
            return
        if not self._is_signed(self._signed, roots[self._signed], own):
            self._locate_edit(keys)
        for first, last, key in self._former_stretches():
            self._check_stretch(first, last, key, roots)

    def _former_stretches(self) -> list[tuple[int, int, bytes]]:
        """Return where each former key signed: from, up to its last signature, and the key."""
        keys, found = self._keys(), []
        for (first, key), (following, _) in pairwise(keys):
            last = self._connection.execute(
                "SELECT max(number) FROM record WHERE signature IS NOT NULL AND number < ?",
                (following,),
            ).fetchone()[0]
            found.append((first, int(last or 0), key))
        return found

    def _check_stretch(self, first: int, last: int, key: bytes, roots: dict[int, bytes]) -> None:
        """Check what a former key signed; that it was this installation's, nobody can tell."""
        whose = fingerprint_key(key)
        if last < first or not self._is_signed(last, roots.get(last, b""), key):
            text = f"The records up to {last or first} are not what the former key signed: {whose}"
            self._found.add(Kind.EDITED, text, 1, last or first)
        elif last > self._vouched_elsewhere(key):
            text = f"The records up to {last} were signed with a former key: {whose}"
            self._found.add(Kind.FORMER_KEY, text, first, last)

    def _vouched_elsewhere(self, key: bytes) -> int:
        """Return for how many records a checkpoint vouches that a former key signed."""
        kept = (each.checkpoint for each in self._anchors)
        sizes = [each.size for each in kept if each.log == self._name and each.is_signed_by(key)]
        return max(sizes, default=0)

    def _remark_breaks(self) -> None:
        """Say what did not fit when something was signed: the signatures since then cover it."""
        rows = self._connection.execute(
            "SELECT text FROM record WHERE account IS NULL AND base_url IS NULL AND kind = 'notice'"
            " ORDER BY number"
        )
        for each in parse_rows(rows):
            first, last, number = each.get("first"), each.get("last"), each["number"]
            kind, text = _BREAKS.get(str(each.get("event")), (None, ""))
            if kind is not None and isinstance(first, int) and isinstance(last, int):
                self._found.add(kind, text.format(first=first, last=last, now=number), first, last)

    def _remark_other_key(self, keys: list[tuple[int, bytes]]) -> None:
        trusted = [place for place, (_, key) in enumerate(keys) if key == self._trusted_key]
        begin = trusted[-1] + 1 if trusted else 0
        number = keys[begin][0] if begin < len(keys) else 1
        other = fingerprint_key(keys[-1][1]) if keys else "none that it names"
        text = f"From record {number} on, another key signed than the one in the keyring: {other}"
        self._found.add(Kind.OTHER_KEY, text, number, self._signed)

    def _is_signed(self, number: int, root: bytes, key: bytes) -> bool:
        row = self._connection.execute(
            "SELECT signature FROM record WHERE number = ?", (number,)
        ).fetchone()
        signature = row[0] if row else None
        note = Checkpoint(self._name, number, root, signature, hash_key(self._name, key))
        return note.is_signed_by(key)

    def _locate_edit(self, keys: list[tuple[int, bytes]]) -> None:
        """Find the last record up to which signatures hold: what was edited comes right after."""
        sound, first_bad = 0, self._signed
        while first_bad - sound > 1:
            signed = self._signed_between(sound, first_bad)
            if not signed:
                break
            roots = self._roots_at(set(signed))
            before = (sound, first_bad)
            for number in signed:
                if self._is_signed(number, roots[number], _key_at(keys, number)):
                    sound = number
                else:
                    first_bad = number
                    break
            if before == (sound, first_bad):
                break
        text = (
            f"Record {first_bad} was edited: it is not what was signed"
            if first_bad == sound + 1
            else f"One of the records {sound + 1}-{first_bad} was edited: not what was signed"
        )
        self._found.add(Kind.EDITED, text, sound + 1, first_bad)

    def _signed_between(self, low: int, high: int) -> list[int]:
        """Return signed records between two numbers, evenly spread if they are many."""
        rows = self._connection.execute(
            "SELECT number FROM record WHERE signature IS NOT NULL AND number > ? AND number < ?",
            (low, high),
        )
        numbers = sorted(row[0] for row in rows)
        return numbers[:: max(1, len(numbers) // _SAMPLES)]

    def _roots_at(self, wanted: set[int]) -> dict[int, bytes]:
        peaks, roots, last = Peaks(), {}, max(wanted)
        for number, text, _ in self._rows():
            peaks.append(hash_leaf(text.encode()))
            if number in wanted:
                roots[number] = peaks.root()
            if number == last:
                break
        return roots

    def _check_anchor(self, anchor: Anchor, roots: dict[int, bytes]) -> None:
        """Check that the log still begins with what an anchor knew."""
        kept, source = anchor.checkpoint, anchor.source
        if kept.log != self._name:
            text = f"{source} is of another history: nothing can be told by it"
            self._found.add(Kind.NOT_ANCHORED, text)
        elif self._is_of_unknown_key(kept) and roots.get(kept.size) != kept.root:
            text = f"The records are not those that {source} knew, which another key signed"
            self._found.add(Kind.DIFFERENT, text, 1, kept.size)
        elif not self._is_anchor_signed(kept):
            text = f"{source} is not signed with this history's key: nothing can be told by it"
            self._found.add(Kind.NOT_ANCHORED, text)
        elif kept.size > self._size:
            text = f"{source} knew {kept.size} records, but there are {self._size}"
            self._found.add(Kind.SHORTER, text, self._size + 1, kept.size)
        elif roots.get(kept.size) != kept.root:
            text = f"The first {kept.size} records are not those that {source} knew"
            self._found.add(Kind.DIFFERENT, text, 1, kept.size)

    def _is_of_unknown_key(self, kept: Checkpoint) -> bool:
        """Return whether a key signed it that this history does not name."""
        keys = [key for _, key in self._keys()]
        keys += [self._trusted_key] if self._trusted_key is not None else []
        known = {hash_key(self._name, key) for key in keys}
        return kept.signature is not None and kept.key_hash not in known

    def _is_anchor_signed(self, kept: Checkpoint) -> bool:
        keys = [key for _, key in self._keys()]
        keys += [self._trusted_key] if self._trusted_key is not None else []
        return any(kept.is_signed_by(key) for key in keys) or (kept.signature is None and not keys)

    def _remark_doubts(self) -> None:
        """Say what no signature and no anchor vouches for, where a real account stands in it."""
        covered = max([self._signed, *self._anchored_sizes()], default=0)
        rest = find_first_live(self._connection, covered)
        if rest is not None:
            text = f"Not signed from record {rest} on: that finds accidents, not forgery"
            self._found.add(Kind.UNSIGNED, text, rest, self._size)
        elif covered < self._size:
            which = f"from record {covered + 1} on" if covered else "as a whole"
            self._found.notes.append(
                f"Not signed {which}, because it concerns only addresses of this very machine: that"
                " finds accidents, not forgery."
            )
        for size in self._anchored_sizes():
            if self._signed < size <= self._size and self._is_a_signed_anchor(size):
                text = f"The signature at record {size} was removed: it stood there once"
                self._found.add(Kind.UNSIGNED, text, size, size)
        if not self._anchored_sizes() and find_first_live(self._connection, 0) is not None:
            text = "Nothing kept elsewhere vouches for its length: a cut end would not show"
            self._found.add(Kind.NOT_ANCHORED, text)
        if self._signed and self._trusted_key is None:
            text = "The keyring could not be asked: whose key signed this cannot be told"
            self._found.add(Kind.NOT_ANCHORED, text)

    def _is_a_signed_anchor(self, size: int) -> bool:
        return any(
            each.checkpoint.signature is not None and each.checkpoint.size == size
            for each in self._anchors
        )

    def _anchored_sizes(self) -> list[int]:
        return [
            each.checkpoint.size
            for each in self._anchors
            if each.checkpoint.log == self._name and self._is_anchor_signed(each.checkpoint)
        ]


def _key_at(keys: list[tuple[int, bytes]], number: int) -> bytes:
    """Return the key that signs at a record."""
    valid = [key for first, key in keys if first <= number]
    return valid[-1] if valid else b""


def _read_own_number(text: str) -> int | None:
    """Return the number that a record gives itself; None if it gives none."""
    try:
        number = json.loads(text)["number"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return number if isinstance(number, int) else None
