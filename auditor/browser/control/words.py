"""What short texts beside a switch say.

A word for on or off, nothing at all, or the opposite of the label.
"""

from __future__ import annotations

import re
from itertools import permutations
from typing import TYPE_CHECKING

from auditor.text import fold_text, normalize_label

if TYPE_CHECKING:
    from collections.abc import Iterable

OnOffWords = list[tuple[str, str]]
"""The words for on and off, in each language."""

SHORT_TEXT = (
    60  # characters: a description may well speak of opting out, a title or a caption must not
)
GENERIC_NAMES = frozenset(
    {"", "on", "off", "toggle", "switch", "enable", "enabled", "setting", "use setting"}
)
"""Names that say nothing of what is switched; never one that says off."""
_WORD = re.compile(r"[^\W_](?:[^\W_]|['\u0900-\u097f])*")
# Latin and Devanagari; not Japanese, nor Korean's endings
_SET_APART = re.compile(r"[a-z\u00c0-\u024f\u0900-\u097f]")


def state_named_by(name: str, pairs: OnOffWords) -> bool | None:
    """Say which state a folded text is the word for.

    None if it is no such word, or one for both.
    """
    on, off = ({normalize_label(pair[half]) for pair in pairs} for half in (0, 1))
    return None if (name in on) is (name in off) else name in on


def without_state(name: str, pairs: OnOffWords) -> str:
    """Take the word for on or off from the end of a folded name: some switches carry it there."""
    words = {normalize_label(word) for pair in pairs for word in pair}
    return next(
        (name.removesuffix(f" {word}") for word in words if name.endswith(f" {word}")), name
    )


def without_pair(name: str, pairs: OnOffWords) -> str:
    """Take both words, for on and for off, from the beginning of a folded name.

    Some switches are drawn with them.
    """
    starts = [
        f"{one} {other} "
        for pair in pairs
        for one, other in permutations(map(normalize_label, pair))
    ]
    return next((name.removeprefix(start) for start in starts if name.startswith(start)), name)


def leading_state(name: str, pairs: OnOffWords) -> tuple[bool | None, str]:
    """Split the word for on or off from the beginning of a folded name.

    Gives what it says, and the rest.
    """
    for half, on in ((0, True), (1, False)):
        for pair in pairs:
            if name.startswith(f"{normalize_label(pair[half])} "):
                return on, name.removeprefix(f"{normalize_label(pair[half])} ")
    return None, name


def is_generic(name: str, pairs: OnOffWords) -> bool:
    """Return whether a name says nothing of what is switched.

    None, or only words for on, off and switch.
    """
    states = "|".join(re.escape(normalize_label(word)) for pair in pairs for word in pair)
    return (
        name in GENERIC_NAMES or re.fullmatch(f"(?:{states})(?: (?:{states}))*", name) is not None
    )


def names_state(text: str, pairs: OnOffWords) -> bool:
    """Return whether a short folded text holds a word for on or off among others."""
    words = {normalize_label(word) for pair in pairs for word in pair}
    return len(text) <= SHORT_TEXT and bool(words & set(re.findall(_WORD, text)))


def inverts_meaning(text: str, inverting: Iterable[str]) -> bool:
    """Return whether a folded text holds a word that turns a meaning around.

    It must stand whole in scripts that set words apart.
    """
    words = f" {' '.join(re.findall(_WORD, text))} "
    folded = [" ".join(re.findall(_WORD, fold_text(each))) for each in inverting]
    return any((f" {each} " if _SET_APART.match(each) else each) in words for each in folded)
