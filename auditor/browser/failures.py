"""Foreign errors, translated where they enter: what Playwright raises becomes a reason or a retry."""

from __future__ import annotations

from playwright.async_api import Error
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from auditor.browser.stop import Stop
from auditor.finding import Reason
from auditor.text import clean

_GONE = ("has been closed", "crashed", "disconnected", "browser closed", "connection closed")
_IN_BETWEEN = (
    "context was destroyed",
    "cannot find context",
    "detached",
    "navigat",
    "execution context",
    "adopt",
)


def passing(error: Error) -> bool:
    """Tell whether the error only means that the page was replaced while it was asked."""
    said = error.message.lower()
    return "net::" not in said and not any(sign in said for sign in _GONE) and any(sign in said for sign in _IN_BETWEEN)


# Codes of the browser's network that do not mean that the site is out of reach.
_ANSWERED = {
    "ERR_TOO_MANY_REDIRECTS": Stop(Reason.NOT_LOADED, "the site leads from one address to the next without end"),
    "ERR_ABORTED": Stop(Reason.NOT_LOADED, "the site answered without a page"),
    "ERR_INVALID_AUTH_CREDENTIALS": Stop(Reason.SIGNED_OUT, "The site asks for a name and a password of its own (401)"),
    "ERR_HTTP_RESPONSE_CODE_FAILURE": Stop(Reason.NOT_LOADED, "the site answered with an error and without a page"),
}


def _network_stop(code: str) -> Stop:
    return _ANSWERED.get(code) or Stop(Reason.OFFLINE, f"the site could not be reached ({code})")


def as_stop(error: Error) -> Stop:
    """Give the reason that an error of the browser stands for."""
    said = error.message
    if "net::" in said:  # asked first: one of its codes ends in DISCONNECTED
        code = said.split("net::", 1)[1].split()[0].strip(".,")
        return _network_stop(clean(code))
    if "download is starting" in said.lower():
        return Stop(Reason.NOT_LOADED, "the site answered with a file to keep, not with a page")
    if any(sign in said.lower() for sign in _GONE):
        return Stop(Reason.BROWSER_FAILED, "the browser or its page ended in the middle of it")
    if isinstance(error, PlaywrightTimeoutError):
        return Stop(Reason.TIMEOUT, "the time ran out before the page answered")
    return Stop(
        Reason.BROWSER_FAILED,
        f"the browser reported a fault: {clean(said.splitlines()[0] if said else 'no text')}",
    )
