"""The guide's own sentences in other languages, each under its English one."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.flow.bounds import Model
from auditor.flow.model import Known, Text  # noqa: TC001 - pydantic needs them at run time


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Phrases(Model):
    """Translations by English sentence and language; `{word}` leaves room for a word of the site.

    `languages` names each language in itself.
    """

    known: Known
    languages: dict[str, Text]
    phrases: dict[str, dict[str, Text]]

    def translate(self, sentence: str, language: str) -> str:
        """Return the sentence in a language, or in one of the same tongue; else in English."""
        known = self.phrases.get(sentence, {})
        tongue, _, _ = language.partition("-")
        near = [text for each, text in known.items() if each.startswith(f"{tongue}-")]
        return known.get(language, near[0] if near else sentence)
