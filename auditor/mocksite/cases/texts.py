"""The label written in other ways, and hostile text in every place that is shown."""

import unicodedata
from typing import TYPE_CHECKING

from auditor.mocksite.group import Group
from auditor.mocksite.scenario import Backend, Organisation, Page

if TYPE_CHECKING:
    from auditor.mocksite.scenario import Scenario

_texts = Group("texts")
_hostile = Group("hostile texts")

LABEL = "Help improve our AI models"
FRENCH = "Contribuez à améliorer nos modèles d\u2019IA"
JAPANESE = "AIモデルの改善にご協力ください"
KOREAN = "AI 모델 개선 돕기"


def _nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


LABELS = (
    (
        "label-nfd-fr",
        True,
        "fr-FR",
        _nfd(FRENCH),
        "French, its accents as characters of their own.",
    ),
    ("label-nfd-ko", False, "ko-KR", _nfd(KOREAN), "Korean, its syllables taken apart."),
    ("label-nfd-ja", True, "ja-JP", _nfd(JAPANESE), "Japanese, its voicing marks as characters."),
    (
        "label-full-width",
        True,
        "ja-JP",
        JAPANESE.replace("AI", "\uff21\uff29"),
        "Full-width letters.",
    ),
    (
        "label-half-width",
        False,
        "ja-JP",
        JAPANESE.replace("モデル", "\uff93\uff83\uff9e\uff99"),
        "Half-width kana.",
    ),
    ("label-no-break", True, "en-US", LABEL.replace(" ", "\u00a0"), "Spaces that do not break."),
    ("label-thin-space", False, "fr-FR", FRENCH.replace(" ", "\u202f"), "Narrow spaces."),
    ("label-straight", True, "fr-FR", FRENCH.replace("\u2019", "'"), "A straight apostrophe."),
    ("label-upper-case", True, "en-US", LABEL.upper(), "Upper case."),
    ("label-colon", False, "en-US", LABEL + ":", "A colon after the label."),
    (
        "label-full-width-colon",
        True,
        "ja-JP",
        JAPANESE + "\uff1a",
        "A full-width colon after the label.",
    ),
    (
        "label-old-ja",
        True,
        "ja-JP",
        "Claudeの改善にご協力ください",
        "The former label in Japanese.",
    ),
    ("label-old-fr", False, "fr-FR", "Aider à améliorer Claude", "The former label in French."),
)
"""No help link in these: the label alone must do."""

SPLIT = (
    (
        "label-soft-hyphen",
        True,
        "Help im\u00adprove our AI mod\u00adels",
        "Soft hyphens in the label.",
    ),
    (
        "label-zero-width",
        False,
        "Help\u200b improve our\u200b AI\u2060 models",
        "Zero-width characters in it.",
    ),
)

MARKUP = "[bold red]x[/bold red] [/] [link=https://example.com]y[/link]"
ANSI = "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x1b[2J"
SCRIPT = "<script>document.title='x'</script><img src=x onerror=alert(1)>"
BIDI = "\u202eadA\u202c \u2066x\u2069 \u200f"
LINES = "Ada\n\tstate: off\r\nexit 0"
NASTY = f"{MARKUP} {ANSI} {SCRIPT} {BIDI}"


def _named(name: str, what: str, text: str) -> "Scenario":
    return _hostile.on(name, f"The person's name holds {what}.", backend=Backend(display_name=text))


def _member(name: str, summary: str, organisation: str) -> "Scenario":
    member = Organisation(name=organisation, plan="Pro plan")
    return _hostile.on(name, summary, backend=Backend(organisations=(member,)))


HOSTILE = (
    _named("name-markup", "markup of the terminal", MARKUP),
    _named("name-ansi", "escape sequences", ANSI),
    _named("name-script", "a script", SCRIPT),
    _named("name-bidi", "marks that turn the direction", BIDI),
    _named("name-long", "a hundred thousand characters", "A" * 100_000),
    _named("name-lines", "line breaks and tabs", LINES),
    _named("name-settings", "the very words looked for", "Settings, Privacy, " + LABEL),
    _member(
        "organisation-email",
        "The organisation is named by an e-mail address.",
        "ada@example.com's Organization",
    ),
    _member("organisation-nasty", "Everything nasty in the organisation's name.", NASTY),
    _member(
        "organisation-long",
        "An organisation's name of a hundred thousand characters.",
        "B" * 100_000,
    ),
    _member("organisation-team-word", "A personal organisation that is called Team.", "Team"),
    _hostile.on(
        "row-nasty",
        "Everything nasty in the other row.",
        page=Page(texts=(("locationTitle", NASTY),)),
    ),
    _hostile.on(
        "toast-nasty",
        "Everything nasty in a notice in the corner.",
        page=Page(toast=True, texts=(("toastText", NASTY),)),
    ),
    _hostile.on(
        "description-negates",
        "The description says how to turn the setting off, and the word off.",
        page=Page(texts=(("settingText", "Off. Do not use my chats: turn this off. Disabled."),)),
    ),
)

CASES = (
    *(
        _texts.readable(
            name, summary, server=server, page=Page(lang=lang, label=label, help_link=False)
        )
        for name, server, lang, label, summary in LABELS
    ),
    *(
        _texts.readable(name, summary, server=server, page=Page(label=label))
        for name, server, label, summary in SPLIT
    ),
    *HOSTILE,
)
