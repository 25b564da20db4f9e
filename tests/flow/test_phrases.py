"""The guide's sentences in other languages."""

from __future__ import annotations

import re

from auditor.flow import load_flow, load_phrases

PHRASES = load_phrases()


def test_a_sentence_is_told_in_the_language_or_in_one_of_the_same_tongue_or_in_english() -> None:
    said = [PHRASES.translate("OFF: they are not.", each) for each in ("de-DE", "es-419", "nl-NL")]
    assert said == [
        "AUS: Sie werden nicht dafür verwendet.",
        "DESACTIVADO: no se usan para eso.",
        "OFF: they are not.",
    ]
    assert PHRASES.translate("Never said", "de-DE") == "Never said"


def test_every_step_of_the_flows_can_be_told_in_every_language_of_the_site() -> None:
    languages = set(load_flow("claude/web").about.words["setting"].texts)
    assert set(PHRASES.languages) == languages
    for flow in (load_flow("claude/web"), load_flow("claude/mobile")):
        for say in (*(step.say for step in flow.steps), flow.find.say):
            for language in languages - {"en-US"}:
                assert PHRASES.translate(say, language) != say, (say, language)


def test_a_translation_leaves_room_for_what_its_sentence_does() -> None:
    words = {"settings", "privacy"}  # the English sentence names these outright
    for sentence, texts in PHRASES.phrases.items():
        wanted = set(re.findall(r"\{(\w+)\}", sentence))
        for language, text in texts.items():
            assert set(re.findall(r"\{(\w+)\}", text)) - words == wanted, (sentence, language)
