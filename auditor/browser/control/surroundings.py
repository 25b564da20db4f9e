"""What the panel says around the setting's row, or where there is no such row.

Other settings may stand there, in any words. But where the page is the only witness, nothing there
may be about the same thing: a sentence on training, a second link to the help article, a picture
that may hold words.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.browser.control.words import inverts_meaning, names_state
from auditor.text import fold_text, make_printable, normalize_label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from auditor.browser.control.accessibility import Box
    from auditor.browser.control.words import OnOffWords
    from auditor.flow import Site

_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_SET_APART = re.compile(r"[\u0000-\u024f\u0900-\u097f]")  # scripts that set words apart
_BETWEEN_WORDS = re.compile(r"[^\w\u0900-\u097f]+")
_PLAIN_SIGNS = "\u00a9\u00ae\u2122\u00b0"
_LONGEST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelSurroundings:
    """The panel, as it was looked at for corroboration, without the setting's row."""

    box: Box = (0, 0, 0, 0)
    """Where the panel is."""
    heads: tuple[str, ...] = ()
    """What stands over the row, as a heading, a legend or the last words before it; folded."""
    links: int = 0
    """How many more links to the help article are seen."""
    pictures: int = 0
    """How many pictures are seen that are large enough for words."""
    is_veiled: bool = False
    """A mask, a clipping or a filter keeps the row from being seen as it is."""
    is_drawn_on: bool = False
    """What is drawn for a hidden input is marked as on by its classes alone."""
    is_lost: bool = False
    """The dialog that the path opened is no longer there."""


def describe_contradiction(
    around: PanelSurroundings, texts: Iterable[str], site: Site, pairs: OnOffWords
) -> str:
    """Return what in the panel may be about the setting, too; nothing if nothing is.

    `texts` are what is written in the panel outside the row, and the names of what is there.
    """
    texts = tuple(texts)
    inverting = () if site.setting.inverting is None else site.texts(site.setting.inverting)
    about = next((text for text in texts if mentions_subject(text, site)), "")
    sample = next((text for text in texts if _says_sample(text, site)), "")
    head = next(
        (
            head
            for head in around.heads
            if inverts_meaning(head, inverting) or names_state(head, pairs)
        ),
        "",
    )
    lacks = {
        "the dialog that the path opened is gone": around.is_lost,
        "a mask or a filter lies over the switch": around.is_veiled,
        "what is drawn for the switch is marked as on": around.is_drawn_on,
        "the help article is linked a second time": around.links > 0,
        "a picture stands there, which may say anything": around.pictures > 0,
        "an e-mail address stands there, which may be another account's": any(
            map(_EMAIL.search, texts)
        ),
        f"“{make_printable(head, _LONGEST)}” stands over the switch": bool(head),
        f"“{make_printable(about, _LONGEST)}” is said there": bool(about),
        f"“{make_printable(sample, _LONGEST)}” is said there, too": bool(sample),
    }
    return next((said for said, holds in lacks.items() if holds), "")


def mentions_subject(text: str, site: Site) -> bool:
    """Return whether a text holds a word for what the setting is about, or its label."""
    if site.setting.subject is None:
        return False
    is_label = normalize_label(text) in {normalize_label(each) for each in site.labels}
    return is_label or _holds_stem(text, site.texts(site.setting.subject))


def _says_sample(text: str, site: Site) -> bool:
    """Return whether a text says that what is shown is not real; a badge alone says nothing."""
    if site.setting.sample is None or not normalize_label(text, site.texts(site.setting.badges)):
        return False
    badges = {normalize_label(badge) for badge in site.texts(site.setting.badges)}
    return normalize_label(text) not in badges and _holds_stem(
        text, site.texts(site.setting.sample)
    )


def _holds_stem(text: str, stems: Iterable[str]) -> bool:
    """Return whether a word of a text begins with one of the stems."""
    words = f" {_BETWEEN_WORDS.sub(' ', fold_text(text))} "
    folded = map(fold_text, stems)
    return any((f" {each}" if _SET_APART.match(each) else each) in words for each in folded)


def holds_sign(text: str) -> bool:
    """Return whether a text holds a drawn sign, like a tick or a cross, that may mean a state."""
    return any(unicodedata.category(char) == "So" and char not in _PLAIN_SIGNS for char in text)
