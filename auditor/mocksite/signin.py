"""Signing in by e-mail and code, and signing out.

Nothing of it is a write of the setting, but the ledger shows it.

The paths are the mock's own (nothing is known of the site's): POST api/auth/send_link {email}, then
POST api/auth/verify {email, code}, whose answer sets the session's cookie. The one code is `CODE`.
"""

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, RedirectResponse

from auditor.mocksite import door
from auditor.mocksite.pages import CODE
from auditor.mocksite.people import Person, person_of
from auditor.mocksite.sessions import COOKIE, LIFETIME

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from auditor.mocksite.accounts import Account


async def answer(account: "Account", request: "Request", path: str) -> "Response | None":
    """Answer a step of signing in; None if this request is none."""
    steps = {("POST", "api/auth/send_link"): _send_link, ("POST", "api/auth/verify"): _verify}
    step = steps.get((request.method, path))
    if step is None or account.scenario.backend.sign_in == "none":
        return None
    words = await _words(request)
    try:
        return step(account, person_of(words.get("email", "")), words.get("code", ""))
    except ValueError:
        return _refused("Enter a valid email address.")


def leave(account: "Account", request: "Request", address: str) -> "Response":
    """End this browser's session, take its cookie away and go to this address."""
    account.sessions.end(request.cookies.get(COOKIE))
    response = RedirectResponse(address, 302, door.NO_STORE)
    if COOKIE in request.cookies:
        response.delete_cookie(
            COOKIE, path=f"/s/{account.scenario.name}", httponly=True, samesite="lax"
        )
    return response


def _send_link(_account: "Account", person: Person, _code: str) -> "Response":
    return JSONResponse({"sent": True, "email": person.email}, headers=door.NO_STORE)


def _verify(account: "Account", person: Person, code: str) -> "Response":
    if code.strip() != CODE:
        return _refused("That code is not right. Try again.")
    response = JSONResponse({"success": True}, headers=door.NO_STORE)
    response.set_cookie(
        COOKIE,
        account.sessions.open(person),
        max_age=LIFETIME,
        path=f"/s/{account.scenario.name}",
        httponly=True,
        samesite="lax",
    )
    return response


def _refused(message: str) -> "Response":
    return JSONResponse({"type": "error", "error": {"message": message}}, 400, door.NO_STORE)


async def _words(request: "Request") -> dict[str, str]:
    """Return the strings of the body; whatever else it is, it holds none."""
    try:
        body = await request.json()
    except ValueError:
        return {}
    return (
        {key: value for key, value in body.items() if isinstance(value, str)}
        if isinstance(body, dict)
        else {}
    )
