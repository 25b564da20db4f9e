"""The web application: which address answers what."""

import time
from email.utils import formatdate
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from auditor.mocksite import api, door, faults, pages, signin
from auditor.mocksite.door import NO_STORE
from auditor.mocksite.visitors import RefuseOtherSites

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from auditor.mocksite.accounts import Account

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def build(accounts: "dict[str, Account]") -> Starlette:
    """Return the application that serves these accounts."""
    routes = [
        Route("/", index),
        Route("/control/{name}/{what}", control, methods=["GET", "POST"]),
        Route("/s/{name}/{path:path}", scenario, methods=METHODS),
        Route("/s/{name}", scenario),
        Mount("/static", StaticFiles(directory=pages.STATIC)),
    ]
    application = Starlette(routes=routes, middleware=[Middleware(RefuseOtherSites)])
    application.state.accounts = accounts
    return application


async def index(request: "Request") -> "Response":
    """List every scenario for people."""
    return HTMLResponse(pages.index(request.app.state.accounts.values()), headers=NO_STORE)


async def control(request: "Request") -> "Response":
    """Show or reset a scenario, or end its sessions; these requests never enter its ledger."""
    account = _account(request)
    match request.method, request.path_params["what"], account:
        case _, _, None:
            return _unknown(request)
        case "POST", "reset", found:
            return _reset(request, found)
        case "POST", "lapse", found:
            found.sessions.lapse()
            return JSONResponse(found.state(), headers=NO_STORE)
        case "GET", "ledger", found:
            return JSONResponse(found.ledger, headers=NO_STORE)
        case "GET", "state", found:
            return JSONResponse(found.state(), headers=NO_STORE)
    return PlainTextResponse("POST reset or lapse, GET ledger or GET state\n", 404)


def _override(request: "Request") -> str:
    """Return what a GET asks to be taken for; nothing for a plain read."""
    if "upgrade" in request.headers:
        return "SOCKET"
    asked = [request.query_params.get("_method", "")]
    asked += [value for name, value in request.headers.items() if name.startswith("x-")]
    return next((each for each in asked if each in ("POST", "PATCH", "PUT", "DELETE")), "")


_SOCKET = """
const prefix = location.pathname.replace("/socket.js", "");
new WebSocket(`${location.origin.replace("http", "ws")}${prefix}/api/account/settings`);
"""


async def scenario(request: "Request") -> "Response":
    """Answer anything below a scenario's prefix.

    Whatever is not a GET goes into its ledger first.
    """
    account = _account(request)
    if account is None:
        return _unknown(request)
    path = request.path_params.get("path", "")
    if request.method == "POST" and path.startswith("cdn-cgi/challenge-platform/"):
        return RedirectResponse(f"/s/{account.scenario.name}/api/account/settings", 307, NO_STORE)
    override = _override(request)
    if request.method != "GET" or override:
        account.record(override or request.method, request.url.path, await request.body())
    response = door.blocked(account, request)
    if response is None and path.startswith("api/"):
        response = await api.answer(account, request, path)
    return _dated(
        account, response or _started(request, account, path) or _document(account, request, path)
    )


def _started(request: "Request", account: "Account", path: str) -> "Response | None":
    """Answer a document that goes wrong before it is a page, or None."""
    backend = account.scenario.backend
    if backend.start == "reset" or (account.cut_off and backend.ends == "offline"):
        return faults.Reset()
    if backend.start == "off_origin" and request.url.hostname != "localhost":
        return _go(str(request.url.replace(hostname="localhost")))
    document = pages.app(account, "app").encode()
    match backend.start:
        case "drip":
            return faults.dripping(document, 4, "text/html")
        case "endless":
            return faults.endless(document)
        case "429" | "500" | "503" as status:
            return PlainTextResponse(f"Error {status} at {path}\n", int(status), NO_STORE)
    return None


def _dated(account: "Account", response: "Response") -> "Response":
    """Return the server's idea of the time."""
    now = time.time() + account.scenario.backend.clock_days * 86_400
    response.headers["date"] = formatdate(now, usegmt=True)
    return response


def _document(account: "Account", request: "Request", path: str) -> "Response":
    match account.scenario.backend.access:
        case "challenge_page":
            return HTMLResponse(pages.challenge("Just a moment…"), headers=NO_STORE)
        case "challenge_403":
            headers = NO_STORE | {"cf-mitigated": "challenge"}
            return HTMLResponse(pages.challenge("Just a moment..."), 403, headers)
        case "login_in_place":
            return _app(account, "signin")
    return _page(account, request, path)


def _page(account: "Account", request: "Request", path: str) -> "Response":
    """Answer an address of someone who may have to sign in or sign up first."""
    backend, prefix = account.scenario.backend, f"/s/{account.scenario.name}"
    someone = door.person(account, request) is not None
    back = quote(f"{prefix}/new", safe="")
    if path == "logout":
        return signin.leave(
            account, request, f"{prefix}/login?from=logout&reauth=1&returnTo={back}"
        )
    if path == "login" and someone and backend.sign_in != "none":
        return _go(f"{prefix}/new")
    if path == "login" or (backend.sign_in == "in_place" and not someone):
        return door.screen(account, request)
    if not someone:
        return _go(f"{prefix}/logout?involuntary=1&returnTo={back}")
    if backend.access == "onboarding" and account.value is None and path != "onboarding":
        return _go(f"{prefix}/onboarding")
    return _inside(account, prefix, path)


def _inside(account: "Account", prefix: str, path: str) -> "Response":
    """Answer an address of the app itself."""
    match path.split("/"):
        case ["new"]:
            return _app(account, "app")
        case ["onboarding"]:
            return _app(account, "onboarding")
        case ["frame" | "socket.js" as what]:
            return _beside(what)
        case ["settings", section] if section.replace("-", "").isalnum():
            return _go(f"{prefix}/new#settings/{section}")
        case [""]:
            return _go(f"{prefix}/new")
    return PlainTextResponse("Not found\n", 404)


def _beside(what: str) -> "Response":
    """Answer what a page starts beside itself."""
    if what == "frame":
        return HTMLResponse(pages.frame(), headers=NO_STORE)
    return PlainTextResponse(_SOCKET, headers=NO_STORE, media_type="text/javascript")


def _app(account: "Account", screen: str) -> "Response":
    return HTMLResponse(pages.app(account, screen), headers=NO_STORE | _policy(account))


def _policy(account: "Account") -> dict[str, str]:
    """Return the policy of a page that reports what breaks it."""
    if not account.scenario.backend.policy_reports:
        return {}
    report = f"img-src 'none'; report-uri /s/{account.scenario.name}/api/account/settings"
    return {"content-security-policy-report-only": report}


def _go(address: str) -> "Response":
    return RedirectResponse(address, 302, NO_STORE)


def _reset(request: "Request", account: "Account") -> "Response":
    account.reset()
    response: Response = JSONResponse(account.state())
    if "text/html" in request.headers.get("accept", ""):
        response = RedirectResponse(f"/#{account.scenario.name}", 303)
    response.delete_cookie("mock-cookie-choice", path=f"/s/{account.scenario.name}")
    return response


def _account(request: "Request") -> "Account | None":
    accounts: dict[str, Account] = request.app.state.accounts
    return accounts.get(request.path_params["name"])


def _unknown(request: "Request") -> "Response":
    return PlainTextResponse(f"No scenario is called {request.path_params['name']!r}\n", 404)
