"""Foreign errors, translated where they enter.

What Playwright raises becomes a reason or a retry.
"""

from __future__ import annotations

import re

from playwright.async_api import Error
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from auditor.core.finding import ReadingStopped, Reason
from auditor.text import make_printable

_BROWSER_GONE = (
    "has been closed",
    "crashed",
    "disconnected",
    "browser closed",
    "connection closed",
)
_PAGE_REPLACED = (
    "context was destroyed",
    "cannot find context",
    "detached",
    "navigat",
    "execution context",
    "adopt",
    "not attached",
)


def is_transient(error: Error) -> bool:
    """Return whether the error only means that the page changed while it was asked or clicked.

    One call that took too long is no end either: the time of the whole run is kept elsewhere.
    """
    if isinstance(error, PlaywrightTimeoutError):
        return True
    said = error.message.lower()
    return (
        "net::" not in said
        and not any(sign in said for sign in _BROWSER_GONE)
        and any(sign in said for sign in _PAGE_REPLACED)
    )


CREDENTIALS_ASKED = "The site asks for a name and a password of its own (401)"
# Codes of the browser's network that do not mean that the site is out of reach.
_NOT_OFFLINE = {
    "ERR_TOO_MANY_REDIRECTS": (
        Reason.NOT_LOADED,
        "the site leads from one address to the next without end",
    ),
    "ERR_ABORTED": (Reason.NOT_LOADED, "the site answered without a page"),
    "ERR_BLOCKED_BY_ADMINISTRATOR": (
        Reason.BROWSER_FAILED,
        "a policy of this computer forbids the browser to open this site",
    ),
    "ERR_INVALID_AUTH_CREDENTIALS": (Reason.SIGNED_OUT, CREDENTIALS_ASKED),
    "ERR_HTTP_RESPONSE_CODE_FAILURE": (
        Reason.NOT_LOADED,
        "the site answered with an error and without a page",
    ),
}
# What Playwright 1.65 says of a cause that it does not name itself: what it is, and what to do.
_NAMED_CAUSES = (
    (
        # where the developer tools are forbidden: a page without a line to it
        re.compile(r"reading '_page'"),
        "the browser opens no page that can be driven; a policy of this computer may forbid it",
        "See `auditor doctor`, or name another browser with --browser.",
    ),
    (
        # Our scripts run in a world of their own. What is asked in the page's own world fails only
        # where a page has redefined what Playwright's scripts are made of.
        re.compile(r"(?:Page|Frame|Locator|ElementHandle)\.evaluate\w*: \w*Error\b"),
        (
            "the page has changed what every script stands on, such as Map or Array, and cannot be"
            " looked into"
        ),
        "Look for yourself: `auditor guide` prints the documented path.",
    ),
)


_OF_CERTIFICATE = ("ERR_CERT_", "ERR_SSL_", "ERR_BAD_SSL_")
_CERTIFICATE_HINT = (
    "Open the site in your own browser and see what it says of the certificate; one of your own"
    " must be trusted by this system. Is the computer's clock right?"
)


def _stop_for_network_error(code: str) -> ReadingStopped:
    if code.startswith(_OF_CERTIFICATE):
        detail = f"the browser does not trust the site's certificate ({code})"
        return ReadingStopped(Reason.OFFLINE, detail, _CERTIFICATE_HINT)
    offline = (Reason.OFFLINE, f"the site could not be reached ({code})")
    return ReadingStopped(*_NOT_OFFLINE.get(code, offline))


def translate_error(error: Error) -> ReadingStopped:
    """Return the reason that an error of the browser stands for."""
    said = error.message
    if "net::" in said:  # asked first: one of its codes ends in DISCONNECTED
        code = said.split("net::", 1)[1].split()[0].strip(".,")
        return _stop_for_network_error(make_printable(code))
    if "download is starting" in said.lower():
        return ReadingStopped(
            Reason.NOT_LOADED, "the site answered with a file to keep, not with a page"
        )
    if any(sign in said.lower() for sign in _BROWSER_GONE):
        return ReadingStopped(
            Reason.BROWSER_FAILED, "the browser or its page ended in the middle of it"
        )
    if isinstance(error, PlaywrightTimeoutError):
        return ReadingStopped(Reason.TIMEOUT, "the time ran out before the page answered")
    return _stop_for_named_cause(said)


def _stop_for_named_cause(said: str) -> ReadingStopped:
    for pattern, detail, hint in _NAMED_CAUSES:
        if pattern.search(said):
            return ReadingStopped(Reason.BROWSER_FAILED, detail, hint)
    return ReadingStopped(
        Reason.BROWSER_FAILED,
        "the browser reported a fault:"
        f" {make_printable(said.splitlines()[0] if said else 'no text')}",
    )
