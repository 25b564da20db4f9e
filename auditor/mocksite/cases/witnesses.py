"""What the network says, and what the page makes of it."""

from typing import TYPE_CHECKING

from auditor.mocksite.group import Group
from auditor.mocksite.scenario import Backend, Page

if TYPE_CHECKING:
    from auditor.mocksite.scenario import Scenario

_witness = Group("witnesses")

ODD = ("ambiguous", "not_loaded", "layout_changed")
OWN = Page(embedded=True)
"""The page draws what came with its document; the network is told beside it."""


def _told(
    name: str, answer: "Backend", summary: str, *, server: bool = True, page: Page = OWN
) -> "Scenario":
    return _witness.readable(name, summary, server=server, page=page, backend=answer)


READABLE = (
    # What the browser does not keep cannot be looked at: an on is believed of the page, an off not.
    _witness.on(
        "json-huge",
        "The value is in 20 MB of JSON.",
        backend=Backend(answer="huge"),
        after=("unread", "uncorroborated"),
        after_also=(("changed", None),),
    ),
    _witness.on(
        "json-huge-late",
        "Drawn off at first; the truth is in 20 MB of JSON.",
        page=Page(early=False),
        backend=Backend(answer="huge", in_bootstrap=False),
        after=("unread", "uncorroborated"),
        after_also=(("changed", None),),
    ),
    _told("json-as-html", Backend(answer="html"), "The JSON calls itself HTML.", page=Page()),
    _told(
        "json-drips",
        Backend(answer="drips", in_bootstrap=False),
        "Drawn off at first; the truth arrives in drips over 5 s.",
        page=Page(early=False),
    ),
    _told(
        "never-asked",
        Backend(in_bootstrap=False),
        "The document carries the value; the page asks nobody.",
        page=Page(embedded=True, asks=False),
    ),
    _told(
        "never-asked-off",
        Backend(in_bootstrap=False),
        "The document carries the value, off; the page asks nobody.",
        server=False,
        page=Page(embedded=True, asks=False),
    ),
    _told(
        "foreign-answer",
        Backend(foreign_lie=True),
        "The page also asks another origin, which says the opposite.",
        page=Page(traits=("shell/foreign_answer",)),
    ),
    _told(
        "foreign-answer-off",
        Backend(foreign_lie=True),
        "The page also asks another origin, which says on; it is off.",
        server=False,
        page=Page(traits=("shell/foreign_answer",)),
    ),
)

CORRECTED = (
    _witness.on(
        "json-corrected",
        "The first JSON says off, the panel's own on; the page shows on.",
        backend=Backend(bootstrap_value="opposite"),
    ),
)

STOPS = (
    _witness.stop(
        "json-string",
        "The network says the word false in quotes; the page shows on.",
        server=True,
        reason="disagreement",
        also=ODD,
        page=OWN,
        backend=Backend(answer="string", in_bootstrap=False),
    ),
    _witness.stop(
        "json-nested",
        "The name occurs only among experiments, with the opposite value.",
        server=True,
        reason="disagreement",
        also=ODD,
        page=OWN,
        backend=Backend(answer="nested", in_bootstrap=False),
    ),
    _witness.stop(
        "json-object",
        "The network says neither true, false nor null; the page shows on.",
        server=True,
        reason="disagreement",
        page=OWN,
        backend=Backend(answer="object", in_bootstrap=False),
    ),
    _witness.stop(
        "page-on-network-off",
        "The page shows on, the network says off, and both stay.",
        server=True,
        reason="disagreement",
        page=OWN,
        backend=Backend(answer="lies", in_bootstrap=False),
    ),
    _witness.stop(
        "page-off-network-on",
        "The page shows off, the network says on, and both stay.",
        server=False,
        reason="disagreement",
        page=OWN,
        backend=Backend(answer="lies", in_bootstrap=False),
    ),
)


# The page may have drawn what came with its document, or a default because its data lacked the
# value: nobody can tell.
def _useless(name: str, answer: "Backend", summary: str, *, server: bool = True) -> "Scenario":
    return _witness.stop(
        name, summary, server=server, reason="not_loaded", also=ODD, page=OWN, backend=answer
    )


USELESS = (
    _useless(
        "json-missing", Backend(answer="missing", in_bootstrap=False), "The value is in no JSON."
    ),
    _useless(
        "json-missing-off",
        Backend(answer="missing", in_bootstrap=False),
        "The value is in no JSON; off.",
        server=False,
    ),
    _useless("json-invalid", Backend(answer="invalid", in_bootstrap=False), "The JSON breaks off."),
    _useless(
        "json-empty", Backend(answer="empty", in_bootstrap=False), "The answer is empty, 204."
    ),
)

CASES = (*READABLE, *CORRECTED, *STOPS, *USELESS)
