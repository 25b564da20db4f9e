"""Which language a tag means."""

import pytest

from auditor.errors import UsageError
from auditor.flow import Words
from auditor.guide.language import choose_language, pick_text
from auditor.text import show_given

KNOWN = ("en-US", "de-DE", "es-419", "es-ES", "ja-JP", "pt-BR")


@pytest.mark.parametrize(
    ("wanted", "meant"),
    [(None, "en-US"), ("ja", "ja-JP"), ("JA_jp", "ja-JP"), ("es-419", "es-419"), ("es", "es-ES"), ("pt", "pt-BR"), ("en", "en-US")],
)  # fmt: skip
def test_a_tag_means_the_nearest_known_language(wanted: str | None, meant: str) -> None:
    assert choose_language(wanted, KNOWN) == meant


@pytest.mark.parametrize("wanted", ["tlh", "", "de-AT", "j", "ja-JP-x"])
def test_another_tag_is_refused_with_the_known_ones(wanted: str) -> None:
    with pytest.raises(UsageError) as caught:
        choose_language(wanted, KNOWN)
    assert str(caught.value) == f"The language {show_given(wanted)} is not known here"
    assert caught.value.hint == "Known languages: de-DE, en-US, es-419, es-ES, ja-JP, pt-BR."


def test_words_without_the_language_are_told_in_english_or_in_the_one_there_is() -> None:
    words = Words(known="INF 2026-11", texts={"en-US": ("Off",), "de-DE": ("Aus",)})
    assert [pick_text(words, each) for each in ("de-DE", "ja-JP")] == ["Aus", "Off"]
    assert pick_text(Words(known="INF 2026-11", texts={"de-DE": ("Aus",)}), "ja-JP") == "Aus"
