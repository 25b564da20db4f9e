"""What stands beside the real control, and controls whose words say their state."""

from auditor.mocksite.group import Group
from auditor.mocksite.scenario import Backend, Page

_beside = Group("beside the control")
_worded = Group("worded controls")

ODD = ("ambiguous", "disagreement", "not_loaded", "uncorroborated")

BESIDE = (
    *(
        _beside.readable(
            f"chat-shows-a-switch-{'on' if server else 'off'}",
            "The settings are not modal, and a chat behind them shows a switch of the same name,"
            " the opposite.",
            server=server,
            page=Page(traits=("beside/chat",)),
        )
        for server in (True, False)
    ),
    _beside.on(
        "unseen-copy",
        "A copy of the row that nobody sees shows the opposite.",
        page=Page(traits=("beside/unseen",)),
    ),
    _beside.off(
        "unseen-copy-off",
        "A copy of the row that nobody sees shows the opposite; off.",
        page=Page(traits=("beside/unseen",)),
    ),
    _beside.stop(
        "covered-panel",
        "The panel shows its default, off, and a modal dialog lies over all of it.",
        server=True,
        reason="layout_changed",
        also=ODD,
        page=Page(early=False, asks=False, traits=("beside/covered",)),
        backend=Backend(in_bootstrap=False),
    ),
    _beside.readable(
        "sandboxed-frame",
        "A sandboxed frame draws the label with a switch, off.",
        server=True,
        page=Page(traits=("beside/sandboxed",)),
    ),
    *(
        _beside.readable(
            f"page-beside-a-switch-{'on' if server else 'off'}",
            "The settings are a page, and beside them a chat shows a switch of the same name,"
            " the opposite.",
            server=server,
            page=Page(settings_as="page", traits=(f"beside/aside_{'off' if server else 'on'}",)),
        )
        for server in (True, False)
    ),
    _beside.on(
        "notices-quoted",
        "A list of past notices and a chat quote the headings of what would wait for a choice.",
        page=Page(traits=("beside/quoted",)),
    ),
    _beside.on(
        "row-drawn-in-view",
        "The row is drawn only when its place is scrolled into view.",
        page=Page(traits=("beside/lazy",)),
    ),
    _beside.off(
        "row-drawn-in-view-off",
        "The row is drawn only when its place is scrolled into view; off.",
        page=Page(traits=("beside/lazy",)),
    ),
    _beside.stop(
        "row-upside-down",
        "The row is upside down, and the page is the only witness.",
        server=False,
        reason="layout_changed",
        also=ODD,
        page=Page(embedded=True, asks=False, traits=("beside/upside_down",)),
        backend=Backend(in_bootstrap=False),
    ),
)

WORDED = (
    _worded.on("list-on", "A list of On and Off, on.", page=Page(control="worded/select")),
    _worded.off("list-off", "A list of On and Off, off.", page=Page(control="worded/select")),
    *(
        _worded.readable(
            f"{shape}-of-values-{'on' if server else 'off'}",
            f"A button shows the value and opens a {what} of On and Off.",
            server=server,
            page=Page(control=f"worded/{shape}"),
        )
        for shape, what in (("combobox", "list"), ("menu", "menu"))
        for server in (True, False)
    ),
    _worded.on(
        "action-on",
        "A button whose word is the action: Turn off means that it is on.",
        page=Page(control="worded/action"),
    ),
    _worded.off(
        "action-off",
        "A button whose word is the action: Turn on means that it is off.",
        page=Page(control="worded/action"),
    ),
    _worded.stop(
        "action-alone",
        "A button whose word is the action, and nothing that confirms it.",
        server=False,
        reason="layout_changed",
        page=Page(control="worded/action", embedded=True, asks=False),
        backend=Backend(in_bootstrap=False),
    ),
    _worded.on(
        "radio-cards-on", "Two cards with a radio each, on.", page=Page(control="worded/cards")
    ),
    _worded.off(
        "radio-cards-off", "Two cards with a radio each, off.", page=Page(control="worded/cards")
    ),
)

CASES = (*BESIDE, *WORDED)
