"""Accounts to sign in to: the app is shown to a browser with a session, whoever signed in.

Without a session, as a self-test meets them, each one needs a person. The answers of signed-in
pages follow from `server`: the setting is on, until somebody saves.
"""

from typing import TYPE_CHECKING

from auditor.mocksite.group import Group
from auditor.mocksite.scenario import Backend, Page

if TYPE_CHECKING:
    from auditor.mocksite.scenario import Scenario

_accounts = Group("accounts")


def _account(
    name: str, summary: str, reason: str, backend: Backend, page: Page | None = None
) -> "Scenario":
    return _accounts.stop(
        name,
        summary,
        server=True,
        outcome="needs_human",
        reason=reason,
        backend=backend,
        page=page or Page(),
    )


CASES = (
    # /new -> /logout?involuntary=1 -> /login?from=logout&reauth=1 (OBS 2026-09)
    _account(
        "signin",
        "Sign in to see it; without a session two redirects lead to the sign-in page.",
        "signed_out",
        Backend(sign_in="redirect"),
    ),
    # the sign-in screen at the requested address, no redirect (OBS 2026-09)
    _account(
        "signin-in-place",
        "Sign in to see it; without a session the sign-in screen is drawn at the requested"
        " address.",
        "signed_out",
        Backend(sign_in="in_place"),
    ),
    # loops on the check in automated browsers (OBS 2026-06…08); a self-test's browser is one
    _account(
        "signin-checked",
        "Sign in to see it; a bot check lets only browsers that nobody steers reach the sign-in"
        " screen.",
        "challenge",
        Backend(sign_in="redirect", bot_check="sign_in"),
    ),
    # headless never gets past it, the same profile with a window does (OBS 2026-09)
    _account(
        "signin-headless-blocked",
        "The same, and a headless browser meets the bot check everywhere, signed in or not.",
        "challenge",
        Backend(sign_in="redirect", bot_check="headless"),
    ),
    *(
        _account(
            f"signin-kept-{place}",
            f"Sign in to see it; what it shows comes from a copy that it keeps in {where}.",
            "signed_out",
            Backend(sign_in="redirect", in_bootstrap=False),
            Page(traits=(f"kept/{place}",), embedded=True, asks=False),
        )
        for place, where in (
            ("local", "the local storage"),
            ("cookie", "a cookie that its scripts can read"),
            ("cache", "the cache storage"),
            ("indexed", "a database in the browser"),
        )
    ),
)
