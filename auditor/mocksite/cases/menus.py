"""The way there, as other libraries build it: entries of the menu and of the settings."""

from auditor.mocksite.group import Group
from auditor.mocksite.scenario import Page

_menus = Group("menus")
_sections = Group("sections")


def _page(*traits: str, **more: str) -> Page:
    return Page(traits=tuple(f"menus/{trait}" for trait in traits), **more)  # type: ignore[arg-type]


MENUS = (
    _menus.on("menu-links", "The menu is made of links.", page=_page("links")),
    _menus.off("menu-links-off", "The menu is made of links; off.", page=_page("links")),
    _menus.on(
        "menu-buttons", "The menu is made of buttons, the name in a span.", page=_page("buttons")
    ),
    _menus.on("menu-list", "The menu's entries are list items.", page=_page("list_items")),
    _menus.on("menu-options", "The menu's entries are options.", page=_page("options")),
    _menus.on(
        "menu-pointed-at",
        "Only the pointing hand says that an entry can be pressed.",
        page=_page("pointed_at"),
    ),
    _menus.off(
        "menu-plain-items",
        "The entries are list items that say nothing.",
        page=_page("plain_items"),
    ),
    _menus.on(
        "menu-keys", "Behind an entry's name stand the keys for it.", page=_page("with_keys")
    ),
    _menus.on("menu-shadow", "Entries take the press in a shadow root.", page=_page("shadow")),
    _menus.on(
        "menu-icon-font",
        "Another entry has an icon whose name, in its font, is the word Settings.",
        page=_page("icon_font"),
    ),
    _menus.on(
        "menu-links-de",
        "The menu is made of links, in German, and nothing has a test id.",
        page=_page("links", "section_list", lang="de-DE", test_ids="none"),
    ),
    _menus.on(
        "menu-stranger-first",
        "A link to another site has the same name as the right entry.",
        page=_page("stranger_first"),
    ),
    _menus.on(
        "menu-elsewhere",
        "Chats are called Settings and Privacy, and one comes while the menu is awaited.",
        page=_page("elsewhere", "links", "late", "section_tabs", test_ids="none"),
    ),
)

CLICKS = (
    _menus.on(
        "menu-late",
        "The menu comes 2.5 s after the click; a second click would draw another one.",
        page=_page("late"),
    ),
    _menus.on(
        "menu-under-a-shade",
        "The same, and a shade lies over the user button meanwhile.",
        page=_page("under_shade"),
    ),
    _menus.off(
        "menu-empty-at-first",
        "The menu's entries come 3.5 s after it opened; a second click would close it.",
        page=_page("empty_at_first"),
    ),
    _menus.on(
        "menu-covered-for-a-while",
        "Something lies over the menu for 4 s.",
        page=_page("covered_for_a_while"),
    ),
    _menus.on(
        "menu-covered",
        "Something lies over the menu: only the direct address leads there.",
        page=_page("covered"),
    ),
)

BUTTONS = (
    _menus.on(
        "user-button-hears-late",
        "The user button is there 5 s before its page listens.",
        page=_page("hears_after_5_s"),
    ),
    _menus.off(
        "user-button-hears-very-late",
        "The same, 8 s, and off.",
        page=_page("hears_after_8_s"),
    ),
    _menus.on(
        "user-button-twin-beside",
        "A shut drawer beside the screen holds the user button once more.",
        page=_page("twin_beside"),
    ),
    _menus.off(
        "user-button-twin-below",
        "A second user button lies below the page; off.",
        page=_page("twin_below"),
    ),
    _menus.on(
        "user-button-twin-moved",
        "The second one is moved out of sight.",
        page=_page("twin_moved", test_ids="none"),
    ),
    _menus.on(
        "user-button-twin-clipped",
        "The second one is clipped away.",
        page=_page("twin_clipped"),
    ),
    _menus.off(
        "user-button-twin-transparent",
        "The second one is transparent and lets presses through; off.",
        page=_page("twin_transparent"),
    ),
)

ENTRIES = (
    _menus.on(
        "menu-settings-ask",
        "Settings asks in a box of the browser's; no: only the direct address leads there.",
        page=_page("settings_ask"),
    ),
    _menus.off(
        "menu-settings-in-a-tab",
        "Settings opens another tab, which is held back: the direct address leads there; off.",
        page=_page("settings_in_tab"),
    ),
)

SECTIONS = (
    _sections.on("sections-tabs", "The sections are tabs.", page=_page("section_tabs")),
    _sections.off(
        "sections-list", "The sections are plain list items.", page=_page("section_list")
    ),
    _sections.on(
        "sections-folds",
        "The sections are folds: one that is unfolded folds up at a press.",
        page=_page("section_folds"),
    ),
    _sections.on(
        "sections-unfolded",
        "The settings open with Privacy unfolded; a press would fold it up.",
        page=_page("unfolded"),
    ),
    _sections.on(
        "sections-select", "The section is chosen in a select box.", page=_page("section_select")
    ),
    _sections.off(
        "sections-select-no-test-ids",
        "The same without any test id, and off.",
        page=_page("section_select", test_ids="none"),
    ),
    _sections.on(
        "sections-listbox",
        "The section is chosen in a list that a button opens.",
        page=_page("section_listbox"),
    ),
    _sections.off(
        "sections-menu",
        "The section is chosen in a menu that a button opens; off.",
        page=_page("section_menu"),
    ),
)

CASES = (*MENUS, *CLICKS, *BUTTONS, *ENTRIES, *SECTIONS)
