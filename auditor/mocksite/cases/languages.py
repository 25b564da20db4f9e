"""The eleven interface languages (APP 2026-08).

Some are on, some off: no constant answer passes.
"""

from auditor.mocksite.group import Group
from auditor.mocksite.scenario import Backend, Page

_languages = Group("languages")
_translated = Group("translated by a browser")

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

# A language that the site does not speak, put over it by the person's browser: Chrome and Edge.
TRANSLATED = (
    _translated.on(
        "translated-on",
        "Chrome has translated the page, and the data says on.",
        page=Page(traits=("translated/chrome",)),
    ),
    _translated.off(
        "translated-off",
        "Chrome has translated the page, and the data says off.",
        page=Page(traits=("translated/chrome",)),
    ),
    _translated.off(
        "translated-edge-off",
        "Edge has translated the page, and the data says off.",
        page=Page(traits=("translated/edge",)),
    ),
    _translated.stop(
        "translated-alone",
        "Chrome has translated a page whose data is never asked for.",
        server=True,
        reason="layout_changed",
        page=Page(traits=("translated/chrome",), embedded=True, asks=False),
        backend=Backend(in_bootstrap=False),
    ),
    _translated.stop(
        "translated-nameless",
        "Edge has translated a page that nothing but its words can be found by.",
        server=True,
        reason="layout_changed",
        page=Page(traits=("translated/edge",), test_ids="none", help_link=False),
    ),
)

CASES = (
    *(
        _languages.on(f"lang-{code}", f"The interface is in {name}; on.", page=Page(lang=code))
        for code, name in ON.items()
    ),
    *(
        _languages.off(f"lang-{code}", f"The interface is in {name}; off.", page=Page(lang=code))
        for code, name in OFF.items()
    ),
    *TRANSLATED,
)
