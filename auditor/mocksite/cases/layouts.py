"""Other layouts: of the way there, of the panel, of what stands around the setting."""

from auditor.mocksite.group import Group
from auditor.mocksite.scenario import Backend, Page

_layout = Group("layouts")
_decoys = Group("decoys")
_inverted = Group("inverted")

UNCLEAR = ("ambiguous", "disagreement")

DUTCH = (
    ("settings", "Instellingen"),
    ("userMenu", "{name}, Instellingen"),
    ("close", "Sluiten"),
    ("section.general", "Algemeen"),
    ("section.account", "Account"),
    ("section.data-privacy-controls", "Privacyinstellingen"),
    ("intro", "Anthropic gelooft in transparant gegevensgebruik."),
    ("introMore", "Lees hoe je informatie wordt beschermd:"),
    ("howProtect", "Hoe we je gegevens beschermen"),
    ("howUse", "Hoe we je gegevens gebruiken"),
    ("locationTitle", "Locatiemetadata"),
    ("locationText", "Sta het gebruik van een grove locatie toe."),
    ("settingTitle", "Help onze AI-modellen te verbeteren"),
    (
        "settingText",
        "Sta toe dat je chats en codeersessies worden gebruikt om modellen te trainen.",
    ),
    ("learnMore", "Meer informatie"),
    ("yourData", "Je gegevens"),
)
SWAHILI = (
    ("settingTitle", "Saidia kuboresha miundo yetu ya AI"),
    ("settingText", "Ruhusu mazungumzo yako yatumike kufunza miundo."),
    ("locationTitle", "Metadata ya mahali"),
    ("learnMore", "Pata maelezo"),
)

LAYOUTS = (
    _layout.on(
        "panel-in-frame",
        "The panel is drawn into a frame of the same origin.",
        page=Page(traits=("panel/frame_src",)),
    ),
    _layout.off(
        "panel-in-srcdoc",
        "The panel is drawn into a frame whose document came with it.",
        page=Page(traits=("panel/frame_srcdoc",)),
    ),
    _layout.on("right-to-left", "The page runs from right to left.", page=Page(dir="rtl")),
    _layout.on(
        "zoomed",
        "Everything is twice as large in a small window: the control must be scrolled to.",
        page=Page(traits=("panel/zoomed",)),
    ),
    _layout.on(
        "no-help-link", "The row has no link to the help article.", page=Page(help_link=False)
    ),
    _layout.off(
        "no-help-link-off",
        "The row has no link to the help article; off.",
        page=Page(help_link=False),
    ),
    _layout.on(
        "unknown-language",
        "Everything is in a language the site never had; the structure is the known one.",
        page=Page(html_lang="nl", texts=DUTCH),
    ),
    _layout.off(
        "unknown-language-off",
        "Everything is in a language the site never had; off.",
        page=Page(html_lang="nl", texts=DUTCH),
    ),
    _layout.on(
        "unknown-label",
        "The label is in an unknown language, the rest in English.",
        page=Page(html_lang="sw", texts=SWAHILI),
    ),
    _layout.on(
        "no-test-ids",
        "No element has a test id: only names lead there.",
        page=Page(test_ids="none"),
    ),
    _layout.off("no-test-ids-off", "No element has a test id; off.", page=Page(test_ids="none")),
    _layout.on(
        "renamed-test-ids",
        "Every test id has become another attribute.",
        page=Page(test_ids="renamed"),
    ),
    _layout.on(
        "bare-menu",
        "The menu's items have neither roles nor test ids.",
        page=Page(menu_roles=False, traits=("shell/bare_menu",)),
    ),
    _layout.on("privacy-link", "Privacy is a link, not a button.", page=Page(privacy_item="link")),
    _layout.on(
        "settings-page", "The settings are a page, not a dialog.", page=Page(settings_as="page")
    ),
    _layout.on(
        "links-and-no-test-ids",
        "A page without test ids, with a link to Privacy.",
        page=Page(settings_as="page", privacy_item="link", test_ids="none"),
    ),
)

DECOYS = (
    _decoys.on(
        "code-mode",
        "A second user button, of code mode, leads to another section.",
        page=Page(traits=("shell/code_mode",)),
    ),
    _decoys.on(
        "lookalike-buttons",
        "Other buttons and links are called Settings and Privacy.",
        page=Page(traits=("shell/lookalikes",)),
    ),
    _decoys.on(
        "lookalikes-no-test-ids",
        "Other buttons are called Settings and Privacy, and no test id tells them apart.",
        page=Page(traits=("shell/lookalikes",), test_ids="none"),
    ),
    _decoys.on(
        "near-name-after",
        "A switch with nearly the same name stands right after, off.",
        page=Page(traits=("panel/labs_after",), embedded=True),
    ),
    _decoys.off(
        "near-name-after-off",
        "A switch with nearly the same name stands right after, on.",
        page=Page(traits=("panel/labs_after",), embedded=True),
    ),
    _decoys.on(
        "near-name-no-link",
        "A switch with nearly the same name, off, and no help link anywhere.",
        page=Page(traits=("panel/labs_after",), embedded=True, help_link=False),
    ),
    _decoys.on(
        "labs-before",
        "The switch of Labs stands right before, off.",
        page=Page(traits=("panel/labs_before",), embedded=True),
    ),
    _decoys.on(
        "foreign-frame",
        "A frame of another origin shows the same label, off.",
        page=Page(traits=("shell/foreign_frame",)),
    ),
    _decoys.stop(
        "foreign-frame-only",
        "The setting is missing; only a frame of another origin shows its label, off.",
        server=True,
        reason="layout_changed",
        page=Page(traits=("panel/missing", "shell/foreign_frame")),
    ),
    _decoys.stop(
        "toggle-missing",
        "A personal account, the panel loaded, and no setting in it.",
        server=True,
        reason="layout_changed",
        page=Page(traits=("panel/missing",)),
    ),
    _decoys.stop(
        "heading-far-away",
        "The label is a heading; the one switch further down belongs to something else.",
        server=True,
        reason="layout_changed",
        also=("ambiguous",),
        page=Page(traits=("panel/far_heading",)),
    ),
    _decoys.stop(
        "label-and-link-apart",
        "The help link stands in another switch's row than the label.",
        server=True,
        reason="ambiguous",
        also=("layout_changed",),
        page=Page(traits=("panel/cross_wired",)),
    ),
)

INVERTED = (
    *(
        _inverted.stop(
            name,
            "The wording is the other way round: on would mean that nothing is used.",
            server=True,
            reason="layout_changed",
            also=UNCLEAR,
            page=Page(label=label, control="aria/inverted"),
        )
        for name, label in (
            ("inverted-do-not-use", "Do not use my chats to improve models"),
            ("inverted-dont-help", "Don\u2019t help improve our AI models"),
            ("inverted-stop", "Stop using my data to help improve our AI models"),
        )
    ),
    _inverted.stop(
        "inverted-blind",
        "The wording is the other way round, and the network does not tell.",
        server=True,
        reason="layout_changed",
        also=UNCLEAR,
        page=Page(
            label="Do not help improve our AI models",
            control="aria/inverted",
            embedded=True,
            asks=False,
        ),
        backend=Backend(in_bootstrap=False),
    ),
)

CASES = (*LAYOUTS, *DECOYS, *INVERTED)
