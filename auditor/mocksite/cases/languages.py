"""The eleven interface languages (APP 2026-08).

Some are on, some off: no constant answer passes.
"""

from auditor.mocksite.group import Group
from auditor.mocksite.scenario import Page

_languages = Group("languages")

ON = {
    "en-US": "English (United States)",
    "es-419": "Spanish (Latin America)",
    "fr-FR": "French",
    "id-ID": "Indonesian",
    "ja-JP": "Japanese",
    "pt-BR": "Portuguese (Brazil)",
}
OFF = {
    "de-DE": "German",
    "es-ES": "Spanish (Spain)",
    "hi-IN": "Hindi",
    "it-IT": "Italian",
    "ko-KR": "Korean",
}

CASES = (
    *(
        _languages.on(f"lang-{code}", f"The interface is in {name}; on.", page=Page(lang=code))
        for code, name in ON.items()
    ),
    *(
        _languages.off(f"lang-{code}", f"The interface is in {name}; off.", page=Page(lang=code))
        for code, name in OFF.items()
    ),
)
