"""Who may ask the mock anything: nobody but pages of the mock itself, and programs.

A page of another site that is open in the person's browser could otherwise read or reset it: by its
address, or by a name of its own that is made to point to this machine (DNS rebinding).
"""

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


class RefuseOtherSites:
    """Answers 403 to other host names and to requests that another site's page made."""

    def __init__(self, app: "ASGIApp") -> None:
        """Stand in front of `app`."""
        self.app = app

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Answer, or let the application answer."""
        if scope["type"] == "http" and not is_welcome(Headers(scope=scope)):
            refusal = PlainTextResponse("This mock answers only to its own pages\n", 403)
            await refusal(scope, receive, send)
            return
        await self.app(scope, receive, send)


def is_welcome(headers: Headers) -> bool:
    """Return whether a request names a loopback host and comes from no other site's page."""
    host = headers.get("host", "")
    if not _is_loopback(f"http://{host}"):
        return False
    origin = headers.get("origin")
    if origin is not None:
        return _is_own(origin, host)
    # Pictures, frames and links carry no Origin. A person may follow a link to a page; `localhost`
    # and 127.0.0.1 are two sites to a browser, and one scenario leads from one to the other.
    other = headers.get("sec-fetch-site", "none") in ("cross-site", "same-site")
    is_link = headers.get("sec-fetch-dest") == "document"
    return not other or is_link or _is_own(_origin_of(headers.get("referer", "")), host)


def _origin_of(address: str) -> str:
    return "/".join(address.split("/")[:3])


def _is_own(origin: str, host: str) -> bool:
    """Return whether a page is of this very server, by whichever of its loopback names."""
    own_port = host.rpartition(":")[2]
    return _is_loopback(origin) and origin.startswith("http://") and origin.endswith(f":{own_port}")


def _is_loopback(address: str) -> bool:
    try:
        name = urlsplit(address).hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
