"""What can stand between a person and the setting."""

from auditor.mocksite.group import Group
from auditor.mocksite.scenario import Backend, Page, Scenario

_person = Group("a person is needed")
_page = Group("over the page")
_broken = Group("not loaded")


def _needs_human(name: str, summary: str, reason: str, backend: Backend) -> Scenario:
    return _person.stop(
        name, summary, server=True, outcome="needs_human", reason=reason, backend=backend
    )


def _choice(name: str, summary: str, page: Page = Page(), backend: Backend = Backend()) -> Scenario:  # noqa: B008
    return _person.stop(
        name,
        summary,
        server=None,
        state="undecided",
        outcome="needs_human",
        reason="choice_pending",
        page=page,
        backend=backend,
    )


PERSON = (
    # /new -> /logout?involuntary=1 -> /login?from=logout&reauth=1 (OBS 2026-09)
    _needs_human(
        "signed-out-redirect",
        "Signed out: two redirects lead to the sign-in page.",
        "signed_out",
        Backend(access="login_redirect"),
    ),
    # the sign-in screen at the requested address, no redirect (OBS 2026-09)
    _needs_human(
        "signed-out-inplace",
        "Signed out: the sign-in screen is drawn at the requested address.",
        "signed_out",
        Backend(access="login_in_place"),
    ),
    # interstitial, title "Just a moment…" (OBS 2026-09)
    _needs_human(
        "bot-check-page",
        "A bot check stands in front, answered with 200.",
        "challenge",
        Backend(access="challenge_page"),
    ),
    _needs_human(
        "bot-check-403",
        "A bot check stands in front, answered with 403 and its header.",
        "challenge",
        Backend(access="challenge_403"),
    ),
    _needs_human(
        "bot-check-on-data",
        "The page comes, and everything that it asks for is answered with the bot check.",
        "challenge",
        Backend(access="challenge_data"),
    ),
    *(
        _person.stop(
            f"sign-in-dialog-{name.replace('_', '-')}",
            summary,
            server=True,
            outcome="needs_human",
            reason="signed_out",
            # the panel's data comes after the dialog, so that nobody reads the panel first
            page=Page(early=False, fetch_ms=1500, traits=(f"wall/sign_in_{name}",)),
        )
        for name, summary in (
            ("titled", "One signs in again in a dialog over the app, which is called so."),
            ("untitled", "The same, and only its buttons say so."),
            ("late", "The dialog comes when the panel has been drawn."),
        )
    ),
    # toggle starts ON, nameless; Accept writes it at once (APP 2026-08, press)
    _choice(
        "terms-notice-grace",
        "The terms notice of the grace period lies over the app.",
        page=Page(notice="grace"),
    ),
    _choice(
        "terms-notice-blocking",
        "The terms notice blocks the app: only Accept is left.",
        page=Page(notice="blocking"),
    ),
    # "Before your first chat": Continue writes the toggle, which starts ON (APP 2026-08)
    _choice(
        "onboarding",
        "The sign-up step stands in front of the app.",
        backend=Backend(access="onboarding"),
    ),
)

PAGE = (
    _page.on(
        "cookie-banner", "A cookie banner lies over the user button.", page=Page(cookie_banner=True)
    ),
    *(
        _page.on(f"cookie-wall-{name}", summary, page=Page(traits=(f"wall/{trait}",)))
        for name, trait, summary in (
            ("all", "cookies", "A dialog about cookies covers everything."),
            ("de", "cookies_de", "Its button is in German."),
            ("region", "cookies_region", "It is a region, and its button says Decline."),
            ("late", "cookies_late", "It comes with the panel."),
            ("shadow", "cookies_in_shadow", "It stands in a shadow root."),
            ("frame", "cookies_in_frame", "It stands in a frame of the same origin."),
        )
    ),
    _page.on(
        "invitation",
        "A dialog about something else has a button that says Decline.",
        page=Page(traits=("wall/invitation",)),
    ),
    *(
        _page.stop(
            f"question-over-all{name}",
            f"A question that only a person may answer covers everything{summary}.",
            server=True,
            reason="layout_changed",
            page=Page(traits=(f"wall/{trait}",)),
        )
        for name, trait, summary in (
            ("", "question", ""),
            ("-late", "question_late", ", once the settings open"),
        )
    ),
    # toasts are role=dialog themselves (OBS)
    _page.on("toast-dialog", "A notice in the corner is itself a dialog.", page=Page(toast=True)),
)

BROKEN = (
    # settings-content-unavailable, role=alert, Reload (APP 2026-08)
    _broken.stop(
        "panel-failed",
        "The panel could not load and offers to try again.",
        server=True,
        outcome="unread",
        reason="not_loaded",
        backend=Backend(settings_fail=True),
    ),
    # settings-content-skeleton, aria-busy (APP 2026-08)
    _broken.stop(
        "skeleton-forever",
        "The panel's placeholder never gives way to content.",
        server=True,
        outcome="unread",
        reason="not_loaded",
        page=Page(panel="skeleton"),
        timeout=12.0,
    ),
)

CASES = (*PERSON, *PAGE, *BROKEN)
