"""The JSON endpoints that the page itself loads and writes (APP 2026-08).

A tool only watches them.
"""

import asyncio
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from auditor.mocksite import door, signin
from auditor.mocksite.answers import foreign, told
from auditor.mocksite.faults import Reset, Silence

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from auditor.mocksite.accounts import Account
    from auditor.mocksite.people import Person
    from auditor.mocksite.scenario import Organisation

    Handler = Callable[[Account, Request], Awaitable[Response]]

SETTINGS = frozenset({"grove_enabled", "location_metadata_enabled"})


async def bootstrap(account: "Account", request: "Request") -> "Response":
    """Answer what the page loads first: who is signed in, where, and with which settings."""
    backend = account.scenario.backend
    who: Person = request.state.person
    settings = account.settings()
    if backend.bootstrap_value == "opposite":
        settings["grove_enabled"] = not settings["grove_enabled"]
    if backend.bootstrap_value == "null":
        settings["grove_enabled"] = None
    if not backend.in_bootstrap:
        del settings["grove_enabled"]
    person = {
        "uuid": who.uuid,
        "email_address": who.email,
        "display_name": who.name,
        "full_name": who.name,
        "settings": settings,
        "memberships": [
            _membership(who.organisation(index), org)
            for index, org in enumerate(backend.organisations)
        ],
    }
    return _json(
        {
            "account": person,
            "active_organization": who.organisation(0),
            "locale": account.scenario.page.lang,
        }
    )


async def account_(account: "Account", request: "Request") -> "Response":
    """Answer the account without its memberships."""
    who: Person = request.state.person
    return _json(
        {"email_address": who.email, "display_name": who.name, "settings": account.settings()}
    )


async def read_settings(account: "Account", request: "Request") -> "Response":
    """Answer the settings, as late or as badly as the scenario says."""
    backend = account.scenario.backend
    await asyncio.sleep(backend.settings_ms / 1000)
    if backend.settings_fail:
        return _error(500, "Internal server error")
    if backend.foreign_lie and request.url.hostname == "localhost":
        return foreign(account.settings())
    account.reads += 1
    settings = account.settings()
    if backend.off_first and account.reads % 2:
        settings["grove_enabled"] = False
    return told(settings, backend.answer)


async def write_settings(account: "Account", request: "Request") -> "Response":
    """Save, or not, as the scenario says. What is slow is also kept late."""
    changes = await _changes(request)
    if changes is None:
        return _error(400, "settings must be known and true or false")
    await asyncio.sleep(account.scenario.backend.save_ms / 1000)
    match account.scenario.backend.save:
        case "fails":
            return _error(500, "Internal server error")
        case "locked":
            return _error(403, "The domain's administrator decides")
        case "never":
            return Silence()
        case "forgotten":
            return _json(account.settings() | changes)
    account.store(changes)
    account.cut_off |= account.scenario.backend.ends == "write"
    return _json(account.settings())


async def write_account(account: "Account", request: "Request") -> "Response":
    """Save the choice made in the sign-up step."""
    changes = await _changes(request, inside="settings")
    if changes is None:
        return _error(400, "settings must be known and true or false")
    account.store(changes)
    return await account_(account, request)


async def acknowledge(_account: "Account", _request: "Request") -> "Response":
    """Take note of a seen notice or of accepted terms."""
    return _json({"ok": True})


ENDPOINTS: "dict[tuple[str, str], Handler]" = {
    ("GET", "api/bootstrap"): bootstrap,
    ("GET", "api/account"): account_,
    ("PUT", "api/account"): write_account,
    ("GET", "api/account/settings"): read_settings,
    ("PATCH", "api/account/settings"): write_settings,
    ("POST", "api/account/grove_notice_viewed"): acknowledge,
    ("PUT", "api/account/accept_legal_docs"): acknowledge,
}


LAST = {
    "menu": ("GET", "api/account"),
    "offline": ("GET", "api/account"),
    "settings": ("GET", "api/account/settings"),
}
"""The request with which a session is over."""


async def answer(account: "Account", request: "Request", path: str) -> "Response":
    """Answer one API request; without a session there is nothing to tell."""
    account.cut_off |= LAST.get(account.scenario.backend.ends) == (request.method, path)
    if account.cut_off and account.scenario.backend.ends == "offline":
        return Reset()
    if account.scenario.backend.access == "challenge_data":
        return door.check(account)
    if (step := await signin.answer(account, request, path)) is not None:
        return step
    request.state.person = door.person(account, request)
    if request.state.person is None:
        return _error(401, "Not signed in")
    handler = ENDPOINTS.get((request.method, path))
    return await handler(account, request) if handler else _error(404, "No such endpoint")


async def _changes(request: "Request", inside: str | None = None) -> dict[str, bool] | None:
    try:
        body = await request.json()
        changes = body[inside] if inside else body
        known = {
            key: value
            for key, value in changes.items()
            if key in SETTINGS and isinstance(value, bool)
        }
    except (ValueError, KeyError, AttributeError, TypeError):
        return None
    return known if known == changes else None


def _membership(uuid: str, organisation: "Organisation") -> dict[str, object]:
    told: dict[str, object] = {
        "uuid": uuid,
        "name": organisation.name,
        "plan": organisation.plan,
        "commercial": organisation.commercial,
    }
    if organisation.told != "nothing":
        commercial = organisation.commercial and organisation.told == "plan"
        told["capabilities"] = ["chat", "raven" if commercial else "claude_pro"]
    return {"role": "user", "organization": told}


def _json(content: object) -> "Response":
    return JSONResponse(content, headers={"cache-control": "no-store"})


def _error(status: int, message: str) -> "Response":
    body = {"type": "error", "error": {"message": message}}
    return JSONResponse(body, status, headers={"cache-control": "no-store"})
