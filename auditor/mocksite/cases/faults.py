"""Networks, servers, pages and browsers that fail."""

from typing import TYPE_CHECKING

from auditor.mocksite.group import Group
from auditor.mocksite.scenario import Backend, Page

if TYPE_CHECKING:
    from auditor.mocksite.scenario import Scenario

_network = Group("network faults")
_page = Group("page faults")
_outside = Group("faults from outside")

SHORT = 8.0
UNHEARD = ("disagreement", "layout_changed", "ambiguous")


def _status(code: str) -> "Scenario":
    return _network.stop(
        f"status-{code}",
        f"Every page is answered with {code}.",
        server=True,
        reason="not_loaded",
        backend=Backend(start=code),  # type: ignore[arg-type]
    )


NETWORK = (
    *(_status(code) for code in ("429", "500", "503")),
    _network.stop(
        "data-fails-silently",
        "The data fails; the page goes on showing its default, off. The first JSON said on.",
        server=True,
        reason="disagreement",
        also=("not_loaded",),
        page=Page(early=False, swallow=True),
        backend=Backend(settings_fail=True),
    ),
    _network.stop(
        "data-fails-stale",
        "The data fails; the page goes on showing its default, off. The first JSON said off too,"
        " long outdated.",
        server=True,
        reason="not_loaded",
        also=UNHEARD,
        page=Page(early=False, swallow=True),
        backend=Backend(settings_fail=True, bootstrap_value="opposite"),
    ),
    _network.stop(
        "data-fails-blind",
        "The data fails; the page goes on showing its default, off. Nothing else tells.",
        server=True,
        reason="not_loaded",
        also=UNHEARD,
        page=Page(early=False, swallow=True),
        backend=Backend(settings_fail=True, in_bootstrap=False),
    ),
    _network.stop(
        "data-cut-off",
        "The connection for the data is cut; the page goes on showing its default, off.",
        server=True,
        reason="not_loaded",
        also=(*UNHEARD, "offline"),
        page=Page(early=False, swallow=True),
        backend=Backend(answer="reset", in_bootstrap=False),
    ),
    *(
        _network.stop(
            f"data-{answer}-default",
            "The data cannot be understood; the page goes on showing its default, off.",
            server=True,
            reason="not_loaded",
            also=UNHEARD,
            page=Page(early=False, swallow=True),
            backend=Backend(answer=answer, in_bootstrap=False),
        )
        for answer in ("empty", "invalid")
    ),
    _network.stop(
        "data-hangs",
        "The data never comes; the page shows its default, off.",
        server=True,
        reason="timeout",
        also=("not_loaded", *UNHEARD),
        timeout=SHORT,
        page=Page(early=False, swallow=True),
        backend=Backend(answer="hangs", in_bootstrap=False),
    ),
    _network.stop(
        "cut-off-at-start",
        "The connection is cut before the first page.",
        server=True,
        reason="offline",
        backend=Backend(start="reset"),
    ),
    _network.stop(
        "cut-off-on-the-way",
        "From the choice of Settings on every connection is cut.",
        server=True,
        reason="offline",
        also=("not_loaded",),
        page=Page(session_check=True),
        backend=Backend(ends="offline"),
    ),
    _network.on(
        "start-drips", "The start page comes in pieces over 4 s.", backend=Backend(start="drip")
    ),
    _network.stop(
        "start-endless",
        "The start page never ends, and nothing is drawn.",
        server=True,
        reason="timeout",
        also=("not_loaded",),
        timeout=SHORT,
        backend=Backend(start="endless"),
    ),
    _network.on(
        "server-clock-past", "The server's date is in 1994.", backend=Backend(clock_days=-11_700)
    ),
    _network.on(
        "server-clock-future", "The server's date is in 2050.", backend=Backend(clock_days=9_000)
    ),
)

PAGE = (
    _page.on("new-tab", "Settings also opens a new tab.", page=Page(traits=("faults/new_tab",))),
    _page.on(
        "only-new-tab",
        "Settings opens nothing here, only a new tab; the direct address works.",
        page=Page(traits=("faults/only_new_tab",)),
    ),
    _page.on(
        "dialog-alert", "An alert as soon as the app is drawn.", page=Page(traits=("faults/alert",))
    ),
    _page.on(
        "dialog-confirm",
        "A question before the settings open.",
        page=Page(traits=("faults/confirm",)),
    ),
    _page.on("dialog-prompt", "A prompt under the panel.", page=Page(traits=("faults/prompt",))),
    _page.on(
        "beforeunload",
        "The page asks before it is left.",
        page=Page(traits=("faults/beforeunload",)),
    ),
    _page.on(
        "page-clock",
        "The page's own clock is 40 years late.",
        page=Page(traits=("faults/stray_clock",)),
    ),
    _page.stop(
        "reloads-for-ever",
        "The page loads itself again every 400 ms, and where its settings would open.",
        server=True,
        reason="timeout",
        also=("not_loaded", "layout_changed"),
        timeout=SHORT,
        page=Page(traits=("faults/reloads",)),
    ),
    _page.stop(
        "page-hangs",
        "The panel shows its default, off; then the page runs in circles and hears nothing.",
        server=True,
        reason="timeout",
        also=("not_loaded", "browser_failed"),
        timeout=SHORT,
        page=Page(early=False, fetch_ms=3000, traits=("faults/hangs",)),
        backend=Backend(in_bootstrap=False),
    ),
)

OUTSIDE = (
    _outside.stop(
        "offline-at-start",
        "The browser has no network.",
        server=True,
        reason="offline",
        fault="offline_start",
    ),
    _outside.stop(
        "page-crashes",
        "The page crashes while it waits for its data.",
        server=True,
        reason="browser_failed",
        fault="crash_page",
        page=Page(early=False, fetch_ms=4000),
        backend=Backend(in_bootstrap=False),
    ),
    _outside.stop(
        "browser-killed-reading",
        "The browser is killed while the page waits for its data.",
        server=True,
        reason="browser_failed",
        fault="kill_browser_reading",
        page=Page(early=False, fetch_ms=4000),
        backend=Backend(in_bootstrap=False),
    ),
    _outside.on(
        "browser-killed-after-click",
        "The browser is killed once the click was made; another run only reads.",
        fault="kill_browser_after_click",
        after=("unread", "browser_failed"),
        backend=Backend(save_ms=1500),
    ),
)

CASES = (*NETWORK, *PAGE, *OUTSIDE)
