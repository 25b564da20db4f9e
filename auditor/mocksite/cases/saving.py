"""Presses and saves that go wrong, and pages that write what nobody asked them to."""

from typing import TYPE_CHECKING

from auditor.mocksite.group import Group
from auditor.mocksite.scenario import Backend, Page

if TYPE_CHECKING:
    from auditor.mocksite.scenario import After

_saving = Group("saving faults")
_writes = Group("unasked writes")

REFUSED: "After" = ("refused", "refused_by_site")

SAVING = (
    _saving.on(
        "save-fails-boasting",
        "Saving fails, and the page says that it worked.",
        page=Page(saving="boasting", texts=(("savedText", "Your setting was saved."),)),
        backend=Backend(save="fails"),
        after=REFUSED,
    ),
    _saving.on("save-very-slow", "Saving takes 8 s.", backend=Backend(save_ms=8000)),
    _saving.on(
        "save-never-answered",
        "The save is never answered, and not kept.",
        backend=Backend(save="never"),
        after=REFUSED,
        after_also=(("unread", "timeout"),),
        timeout=15.0,
    ),
    _saving.on(
        "press-nothing",
        "A press does nothing.",
        page=Page(saving="nothing"),
        after=("refused", "layout_changed"),
    ),
    _saving.on(
        "press-silent",
        "A press moves the switch and sends nothing.",
        page=Page(saving="silent"),
        after=REFUSED,
    ),
    _saving.on(
        "press-opposite",
        "A press sends the wrong value; it must not get out.",
        page=Page(saving="opposite"),
        after=REFUSED,
    ),
    _saving.on(
        "press-elsewhere",
        "A press saves at an address that nobody named; it must not get out.",
        page=Page(saving="elsewhere"),
        after=REFUSED,
    ),
    _saving.on(
        "press-another-header",
        "A press saves with a header that nothing else bears; it must not get out.",
        page=Page(saving="with_another_header"),
        after=REFUSED,
    ),
    *(
        _saving.on(
            f"press-with-{trait.replace('_', '-')}",
            f"A press saves {how}; it must not get out.",
            page=Page(saving=f"with_{trait}"),  # type: ignore[arg-type]
            after=REFUSED,
        )
        for trait, how in (
            ("query", "with a query behind the address"),
            ("another_field", "another setting along with it"),
            ("key_twice", "both values under one key"),
            ("another_type", "as a form what is written as JSON"),
        )
    ),
    _saving.on(
        "press-usual-headers",
        "A press saves with the headers that the page's reads bear, and a token of its own.",
        page=Page(saving="with_usual_headers"),
    ),
    _saving.on("press-twice", "A press sends the save twice.", page=Page(saving="twice")),
)

WRITES = tuple(
    _writes.on(name, f"The page writes by itself {when}.", page=Page(traits=(trait,)))
    for name, trait, when in (
        ("writes-on-load", "faults/writes_on_load", "as soon as it is loaded"),
        ("writes-with-panel", "faults/writes_with_panel", "as soon as the panel is drawn"),
        ("writes-on-leaving", "faults/writes_on_leaving", "when it is left"),
        ("telemetry", "faults/telemetry", "what it has seen, but not the setting"),
    )
)

WAYS = tuple(
    _writes.on(
        f"writes-{trait.replace('_', '-')}",
        f"The page writes by itself, {how}.",
        page=Page(traits=(f"writes/{trait}",)),
        backend=Backend(policy_reports=trait == "policy_report"),
    )
    for trait, how in (
        ("base_address", "at an address that its base makes another one"),
        ("other_realm", "by a frame's own request and function"),
        ("answers_differently", "with objects that answer differently when they are asked twice"),
        ("shadow_form", "by a form in a closed shadow root"),
        ("changed_form", "by a form that is changed while it is sent"),
        ("opened_document", "by a document that it writes into a frame"),
        ("ping", "by a link's ping"),
        ("policy_report", "by the report that a policy is broken"),
        ("like_query", "by requests that begin like a query"),
        ("like_file", "at addresses that look like files"),
        ("worker", "in a worker"),
        ("socket", "over sockets of the page, of a frame and of workers"),
        ("like_check", "at addresses that begin like those of a bot check"),
        ("redirected", "where an allowed request is led on with its body (307)"),
        ("let_through_put", "by another method where a bot check's requests are let through"),
    )
)

LIKE_READ = _writes.on(
    "writes-like-read",
    "The page writes by itself, by reads that ask to be taken for writes; they are missed.",
    page=Page(traits=("writes/like_read",)),
    after=("unread", "uncorroborated"),
)

CASES = (*SAVING, *WRITES, *WAYS, LIKE_READ)
