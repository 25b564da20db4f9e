"""What the row of a control says, and whether that is just what is documented.

The documented row holds the label, one sentence on what is used, and the help article's link. Any
other word may turn the label around, and no list of such words is complete; so the words that may
stand there are listed instead, in the flow's site file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from auditor.browser.control.surroundings import PanelSurroundings, holds_sign
from auditor.text import fold_text, make_printable, normalize_label

if TYPE_CHECKING:
    from auditor.browser.control.accessibility import Box
    from auditor.flow import Site

# A word is kept whole with its apostrophes, and with the marks of scripts that write vowels so.
_WORD = re.compile(r"[^\W_](?:[^\W_]|['\u0900-\u097f])*")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowDescription:
    """One control's row, as it was looked at for corroboration."""

    texts: tuple[str, ...]
    """Every visible text of the row, and what its elements say to assistive tools."""
    linked: bool
    """The help article's link stands in it."""
    pictures: int
    """How many pictures and drawings as large as words stand in it, besides the control's own."""
    unreadable: bool
    """A text in it is transparent, tiny, struck out or reversed."""
    box: Box
    """Where the row is."""
    control_boxes: tuple[Box, ...]
    """Where the elements of the control are."""
    known_boxes: tuple[Box, ...] = ()
    """Where all controls are that the scan knows."""
    page_box: Box = (0, 0, 0, 0)
    """What is seen of the page."""
    covered: bool = False
    """Something is painted over it that leaves the mouse to it."""
    message: bool = False
    """The page shows an alert or a status somewhere."""
    around: PanelSurroundings = field(default_factory=PanelSurroundings)
    """What stands around it in the panel."""


def describe_undocumented(row: RowDescription, site: Site, *, found_by_label: bool) -> str:
    """Return what a row says or lacks against the documentation; nothing if it is as documented.

    The row is one that shows off.
    """
    unknown = next((word for text in row.texts for word in _unknown_words(text, site)), "")
    lacks = {
        "the label is not exactly a known one": not found_by_label,
        "the help article's link is missing there": not row.linked,
        "a picture stands there, which may say anything": row.pictures > 0,
        "something is painted over it": row.covered,
        "the page shows a message beside it": row.message,
        "a text there is transparent, tiny, struck out or reversed": row.unreadable,
        "a sign stands there that may mean a state": any(map(holds_sign, row.texts)),
        "it says on, in words": _says_on_alone(row.texts, site),
        f"“{make_printable(unknown, 40)}” is said there": bool(unknown),
    }
    return next((said for said, holds in lacks.items() if holds), "")


def _says_on_alone(texts: tuple[str, ...], site: Site) -> bool:
    """Return whether a word for on stands there, and none for off beside it, as in a pair."""
    said = set(map(normalize_label, texts))
    pairs = site.words[site.setting.switch_words.removeprefix("@")].texts.values()
    on, off = ({normalize_label(pair[half]) for pair in pairs} for half in (0, 1))
    return bool(said & on) and not said & off


def has_only_known_words(text: str, site: Site) -> bool:
    """Return whether a text says nothing but what the documented row may say."""
    return bool(text.strip()) and not holds_sign(text) and not _unknown_words(text, site)


def _unknown_words(text: str, site: Site) -> list[str]:
    """Return the words of one text that are none of the known ones."""
    if normalize_label(text) in _whole_texts(site):
        return []
    words = _words(site)
    return [word for word in _WORD.findall(fold_text(text)) if word not in words]


def _whole_texts(site: Site) -> frozenset[str]:
    """Return the texts that are known only as a whole: words for on and off, and the note."""
    setting = site.setting
    known = [*site.texts(setting.switch_words), *site.texts(setting.domain_note)]
    return frozenset(map(normalize_label, known))


def _words(site: Site) -> frozenset[str]:
    """Return the words that may stand in a row in any order."""
    setting = site.setting
    known = [*site.labels, *site.texts(setting.badges)]
    if setting.description is not None:
        known += site.texts(setting.description)
    return frozenset(word for text in known for word in _WORD.findall(fold_text(text)))
