"""Name what is out of order among running numbers: missing, inserted, reordered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Disorder = Literal["missing", "inserted", "reordered"]


class Place(NamedTuple):
    """A record that stands at another number than it gives itself, or after a gap."""

    number: int
    own: int


def name_disorder(
    numbers: Sequence[int], places: Sequence[Place], size: int
) -> list[tuple[Disorder, int, int]]:
    """Return what is out of order, each with the first and the last number that it concerns.

    `numbers` are those under which records stand, ascending; `places` those of them that say
    something else themselves; `size` is how many there should be.
    """
    said = {each.number: each.own for each in places}
    own = [said.get(number, number) for number in numbers]
    inserted, seen, kept = [], set(), []
    for number, each in zip(numbers, own, strict=True):
        if each in seen or each > size:
            inserted.append(number)
        else:
            seen.add(each)
            kept.append((number, each))
    missing = sorted(set(range(1, size + 1)) - seen)
    reordered = _find_reordered(kept)
    return [
        *(("missing", first, last) for first, last in _ranges(missing)),
        *(("inserted", first, last) for first, last in _ranges(inserted)),
        *(("reordered", first, last) for first, last in _ranges(reordered)),
    ]


def _find_reordered(kept: Sequence[tuple[int, int]]) -> list[int]:
    """Return the numbers at which records stand that belong elsewhere among the others."""
    right = sorted(own for _, own in kept)
    return [number for (number, own), due in zip(kept, right, strict=True) if own != due]


def _ranges(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Return runs of numbers that follow one another, as first and last."""
    run: list[int] = []
    for number in numbers:
        if run and number != run[-1] + 1:
            yield run[0], run[-1]
            run = []
        run.append(number)
    if run:
        yield run[0], run[-1]
