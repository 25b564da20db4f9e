"""What `--attach` may name: a browser by its channel, or an address of this very machine."""

from __future__ import annotations

from urllib.parse import urlsplit

from auditor.core.base_url import is_loopback_host
from auditor.errors import UsageError

CHANNELS = ("chrome", "msedge")
_SCHEMES = ("http", "ws")


def validate_attach_target(target: str) -> str:
    """Return the target if it can be attached to; raise UsageError otherwise.

    Only this machine: the connection to a browser is not encrypted, and it carries every session.
    """
    if target in CHANNELS:
        return target
    try:
        parts = urlsplit(target)
        host = parts.hostname if parts.scheme in _SCHEMES and parts.port != 0 else None
    except ValueError:
        host = None
    if not host or "@" in target:
        message = "`--attach` takes chrome, msedge or an address"
        hint = "Give it like --attach chrome, or --attach http://127.0.0.1:9222."
        raise UsageError(message, hint)
    if not is_loopback_host(host):
        message = "`--attach` takes a browser of this machine only: the line to it is not encrypted"
        raise UsageError(message, "Run auditor on the machine where that browser runs.")
    return target
