"""Pages that have replaced what every script stands on, and show the truth all the same."""

from auditor.mocksite.group import Group
from auditor.mocksite.scenario import Backend, Page

_builtins = Group("replaced built-ins")

CASES = (
    *(
        _builtins.readable(
            f"builtins-{name}-{'on' if server else 'off'}",
            summary,
            server=server,
            page=Page(traits=(f"builtins/{trait}",)),
        )
        for name, trait, summary in (
            (
                "own-only",
                "own_only",
                "Built-ins answer the page's own files alone, and lie to any other script.",
            ),
            (
                "library",
                "library",
                "A library has given arrays a toJSON, all objects new methods, and other helpers.",
            ),
        )
        for server in (True, False)
    ),
    _builtins.readable(
        "builtins-own-only-custom",
        "Built-ins answer the page's own files alone; the switch is a custom element.",
        server=True,
        page=Page(control="custom/property", traits=("builtins/own_only",)),
    ),
    _builtins.readable(
        "builtins-own-only-alone",
        "Built-ins answer the page's own files alone, and the page is the only witness.",
        server=True,
        page=Page(embedded=True, asks=False, traits=("builtins/own_only",)),
        backend=Backend(in_bootstrap=False),
    ),
)
