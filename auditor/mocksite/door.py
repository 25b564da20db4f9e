"""Who may pass: a session opens the app, the bot check turns away automated browsers."""

from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse

from auditor.mocksite import pages
from auditor.mocksite.people import EMAIL, Person
from auditor.mocksite.sessions import COOKIE

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from auditor.mocksite.accounts import Account

NO_STORE = {"cache-control": "no-store"}
CLEARANCE = "mock-clearance"
"""Set by the check's own script in a browser that reveals nothing; good for one sign-in screen."""
CLOSED = frozenset({"login_redirect", "login_in_place"})


def person(account: "Account", request: "Request") -> Person | None:
    """Return whose pages these are; None if nobody is signed in (any more)."""
    backend = account.scenario.backend
    if account.cut_off or backend.access in CLOSED:
        return None
    if backend.sign_in != "none":
        return account.sessions.person(request.cookies.get(COOKIE))
    return Person(email=EMAIL, name=backend.display_name)


def blocked(account: "Account", request: "Request") -> "Response | None":
    """Return the bot check where no headless browser passes, signed in or not (OBS 2026-09)."""
    return (
        check(account)
        if account.scenario.backend.bot_check == "headless" and _headless(request)
        else None
    )


def screen(account: "Account", request: "Request") -> "Response":
    """Return the sign-in screen, or the bot check for automated browsers (OBS 2026-06…08)."""
    checked = account.scenario.backend.bot_check != "none"
    if checked and (_headless(request) or CLEARANCE not in request.cookies):
        return check(account)
    response = HTMLResponse(pages.app(account, "signin"), headers=NO_STORE)
    if checked:
        response.delete_cookie(CLEARANCE, path=f"/s/{account.scenario.name}", samesite="lax")
    return response


def check(account: "Account") -> "Response":
    """Return the bot check, whatever was asked for."""
    headers = NO_STORE | {"cf-mitigated": "challenge"}
    return HTMLResponse(pages.check(f"/s/{account.scenario.name}"), 403, headers)


def _headless(request: "Request") -> bool:
    return "HeadlessChrome" in request.headers.get("user-agent", "")
