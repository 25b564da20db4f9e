"""Pages that nothing but their own look speaks for, and answers that are older than they seem."""

from typing import TYPE_CHECKING

from auditor.mocksite.group import Group
from auditor.mocksite.scenario import Backend, Organisation, Page

if TYPE_CHECKING:
    from auditor.mocksite.scenario import Scenario

_alone = Group("the page alone")
_older = Group("older answers")
_proof = Group("proofs that are none")

ODD = ("layout_changed", "not_loaded", "ambiguous", "disagreement")
SILENT = Backend(in_bootstrap=False)
SURE = (("sure", "Are you sure?"), ("yes", "Yes"), ("no", "No"))
TEAM = Organisation(name="Northwind Works", plan="Team", commercial=True)


def _default(name: str, trait: str, summary: str) -> "Scenario":
    """Make a page that shows its default, off, and nothing that it asks for corrects it."""
    return _alone.stop(
        name,
        f"{summary}; the page goes on showing its default, off.",
        server=True,
        reason="uncorroborated",
        also=ODD,
        page=Page(early=False, asks=False, traits=(f"alone/{trait}",)),
        backend=SILENT,
    )


ALONE = (
    _default("alone-query", "query", "The panel reads by another method"),
    _default("alone-socket", "socket", "The panel is fed by a socket"),
    _default("alone-shared-worker", "shared_worker", "The panel is fed by a shared worker"),
    _default("alone-script-missing", "script", "The script that would tell is gone"),
    _default("alone-page-for-data", "page_for_data", "The data is answered with a page"),
    *(
        _alone.on(
            f"alone-asks-{name}",
            f"Drawn off, the default; the page asks for the truth only {when}.",
            page=Page(early=False, asks=False, traits=(f"alone/{trait}",)),
            backend=SILENT,
        )
        for name, trait, when in (
            ("on-mouse", "on_mouse", "when the mouse moves"),
            ("on-resize", "on_resize", "when the window changes its size"),
            ("on-return", "on_return", "when somebody comes back to it"),
            ("on-scroll", "on_scroll", "when its end is read"),
        )
    ),
    _alone.stop(
        "alone-exempt",
        "The row exempts from what the label names; the switch is off.",
        server=True,
        reason="uncorroborated",
        also=ODD,
        page=Page(
            early=False, asks=False, label="Help improve our AI models \N{EN DASH} exempt my chats"
        ),
        backend=SILENT,
    ),
    _alone.stop(
        "alone-spared",
        "The description says that what is on is spared; the switch is off.",
        server=True,
        reason="uncorroborated",
        also=ODD,
        page=Page(
            early=False,
            asks=False,
            texts=(("settingText", "Spare your chats and coding sessions from AI training."),),
        ),
        backend=SILENT,
    ),
    _alone.stop(
        "alone-subscription",
        "The setting has another name; its label is that of a mail subscription.",
        server=True,
        reason="uncorroborated",
        also=ODD,
        page=Page(embedded=True, asks=False, traits=("alone/subscription",)),
        backend=SILENT,
    ),
    _alone.stop(
        "alone-closed-in-row",
        "The row shows an old copy, off; the real switch is in a closed shadow root beside it.",
        server=True,
        reason="uncorroborated",
        also=ODD,
        page=Page(early=False, asks=False, traits=("alone/closed_in_row",)),
        backend=SILENT,
    ),
    *(
        _alone.stop(
            f"alone-beside-{name}",
            f"The row shows an old copy, off; {summary}.",
            server=True,
            reason="uncorroborated",
            also=ODD,
            page=Page(early=False, asks=False, traits=(f"alone/{trait}",)),
            backend=SILENT,
        )
        for name, trait, summary in (
            ("words", "words", "words in the panel say that training is on"),
            ("radios", "radios", "radios below it are the real setting"),
            ("link", "second_link", "the help article is linked once more"),
            ("picture", "picture", "a picture below it may say anything"),
            ("heading", "heading", "the heading over it turns its meaning around"),
            ("mask", "masked", "it lies under a mask"),
            ("closed-words", "closed_words", "a closed shadow root says that it is on"),
            ("whose", "whose", "above it one chooses whose settings stand there"),
            ("whose-tabs", "whose_tabs", "above it stand tabs with people's names"),
        )
    ),
    _alone.stop(
        "team-trial-ended",
        "The data says Team; the panel says that the Team's trial has ended.",
        server=True,
        reason="uncorroborated",
        also=ODD,
        page=Page(traits=("alone/trial_ended",)),
        backend=Backend(organisations=(TEAM,)),
    ),
    _alone.stop(
        "team-closed-shadow",
        "A Team whose panel draws the setting in a closed shadow root.",
        server=True,
        reason="uncorroborated",
        also=ODD,
        page=Page(traits=("alone/closed_shadow",)),
        backend=Backend(organisations=(TEAM,)),
    ),
    _alone.stop(
        "alone-telemetry",
        "The document carries the value, off; what the page says of itself is held back.",
        server=False,
        reason="uncorroborated",
        also=ODD,
        page=Page(embedded=True, asks=False, traits=("faults/telemetry",)),
        backend=SILENT,
    ),
    _alone.off(
        "alone-off",
        "The document carries the value, off; nothing speaks against it.",
        page=Page(embedded=True, asks=False),
        backend=SILENT,
    ),
)

OLDER = (
    _older.on(
        "older-null",
        "The first JSON says null, an old copy; the panel's own says on.",
        backend=Backend(bootstrap_value="null", settings_ms=1200),
    ),
    _older.on(
        "older-off",
        "The first JSON says off, an old copy, and is drawn; the panel's own says on.",
        page=Page(early=False),
        backend=Backend(bootstrap_value="opposite", settings_ms=1200),
    ),
    _older.off(
        "older-on",
        "The first JSON says on, an old copy, and is drawn; the panel's own says off.",
        page=Page(early=True),
        backend=Backend(bootstrap_value="opposite", settings_ms=1200),
    ),
    _older.on(
        "asked-twice",
        "The panel's own first answer, off, is an old copy; it asks again 0.7 s later.",
        page=Page(early=False, asks_again_ms=700),
        backend=Backend(in_bootstrap=False, off_first=True),
    ),
    _older.on(
        "value-as-text",
        "The panel's own data holds a text, true; the switch is drawn from it.",
        page=Page(embedded=True),
        backend=Backend(answer="text"),
    ),
    _older.on(
        "agrees-late",
        "For 3 s after a save the site still tells the old value.",
        backend=Backend(lag_ms=3000),
    ),
    _older.on(
        "agrees-far-too-late",
        "For 60 s after a save the site still tells the old value.",
        backend=Backend(lag_ms=60_000),
        after=("refused", "refused_by_site"),
    ),
    _older.on(
        "asks-whether-sure",
        "After the click the page asks “Are you sure?”; that is left to the person.",
        page=Page(saving="asks_first", texts=SURE),
        after=("needs_human", "choice_pending"),
    ),
    _older.on(
        "asks-by-confirm",
        "After the click the browser asks “Are you sure?”; that is left to the person.",
        page=Page(saving="confirms_first", texts=SURE),
        after=("needs_human", "choice_pending"),
    ),
    _older.on(
        "asks-in-a-tab",
        "After the click the page wants a tab of its own for the choice; that is held back.",
        page=Page(saving="in_tab"),
        after=("needs_human", "choice_pending"),
    ),
    _older.on(
        "saves-by-button",
        "After the click a button to save comes; that is left to the person.",
        page=Page(saving="by_button"),
        after=("needs_human", "choice_pending"),
    ),
    _older.on(
        "saves-late",
        "The page gathers changes, and saves them 6 s after the click.",
        page=Page(saving="late"),
    ),
)

OLD_COPY = Backend(in_bootstrap=False, off_first=True)

PROOF = (
    *(
        _proof.stop(
            f"proof-{name}",
            f"The panel's own answer, off, is an old copy; {summary}.",
            server=True,
            reason="uncorroborated",
            also=ODD,
            page=Page(traits=(f"proof/{trait}",)),
            backend=OLD_COPY,
        )
        for name, trait, summary in (
            ("asks-by-post", "post", "the truth is asked for by POST"),
            ("stream", "stream", "the truth comes by a stream that the panel opens"),
            ("shared-worker", "shared_worker", "the truth is asked for by a shared worker"),
        )
    ),
    *(
        _proof.on(
            f"proof-{name}",
            f"The panel's own answer, off, is an old copy; {summary} until it asks again.",
            page=Page(traits=(f"proof/{name}",)),
            backend=OLD_COPY,
        )
        for name, summary in (
            ("updating", "its row says “Updating…”"),
            ("progress", "its row shows progress"),
            ("redrawn", "its row is drawn anew again and again"),
        )
    ),
    _proof.stop(
        "proof-of-another-account",
        "The panel's own answer, off, names another account than the page's first.",
        server=True,
        reason="disagreement",
        also=ODD,
        backend=Backend(in_bootstrap=False, answer="another_account"),
    ),
)

CASES = (*ALONE, *OLDER, *PROOF)
