"""The mark `aria-hidden` left on what a person sees: it hides nothing from the eye."""

from auditor.mocksite.group import Group
from auditor.mocksite.scenario import Backend, Page

_hidden = Group("hidden from tools")

CASES = (
    *(
        _hidden.readable(
            f"hidden-{part}-{'on' if server else 'off'}",
            f"A library has left aria-hidden on the {part}.",
            server=server,
            page=Page(traits=(f"hidden/{part}",)),
        )
        for part in ("root", "body", "dialog", "panel", "row")
        for server in (True, False)
    ),
    *(
        _hidden.readable(
            f"hidden-{part}-by-name-{'on' if server else 'off'}",
            f"A library has left aria-hidden on the {part}; everything is found by its name.",
            server=server,
            page=Page(test_ids="none", traits=(f"hidden/{part}",)),
        )
        for part in ("root", "body", "dialog")
        for server in (True, False)
    ),
    _hidden.stop(
        "hidden-panel-alone",
        "A library has left aria-hidden on the panel, and the page is the only witness.",
        server=False,
        reason="layout_changed",
        also=("uncorroborated", "disagreement", "not_loaded"),
        page=Page(embedded=True, asks=False, traits=("hidden/panel",)),
        backend=Backend(in_bootstrap=False),
    ),
)
