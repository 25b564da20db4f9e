"""Which of the known languages a person means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.errors import UsageError
from auditor.text import show_given

if TYPE_CHECKING:
    from collections.abc import Sequence

    from auditor.flow import Words

ENGLISH = "en-US"


def choose_language(wanted: str | None, known: Sequence[str]) -> str:
    """Return the known language that a tag names, `ja` or `ja_JP` for `ja-JP`; English for None.

    Raises UsageError for any other.
    """
    if wanted is None:
        return ENGLISH
    tag = wanted.replace("_", "-").casefold()
    # `es` is the Spanish of Spain: the country of the same name comes first
    candidates = [f"{tag}-{tag}", *(each for each in map(str.casefold, known))]
    for candidate in candidates:
        for language in known:
            exact = language.casefold() == tag
            if exact or (language.casefold() == candidate and candidate.split("-")[0] == tag):
                return language
    message = f"The language {show_given(wanted)} is not known here"
    raise UsageError(message, f"Known languages: {', '.join(sorted(known))}.")


def pick_text(words: Words, language: str) -> str:
    """Return the first text of a language; the English one where that language has none."""
    texts = words.texts.get(language) or words.texts.get(ENGLISH) or words.all()
    return texts[0]
