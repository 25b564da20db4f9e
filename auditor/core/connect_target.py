"""What `--connect` may name: a server of browsers, or a browser's debugging address.

Such an address often carries a token or a password. So nothing but scheme, host and port of it is
ever shown, and the whole is not part of what this prints as.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from auditor.core.base_url import is_loopback_host
from auditor.errors import UsageError

_ENCRYPTED = ("https", "wss")
_DEBUGGING = ("http", "https")
_SCHEMES = (*_DEBUGGING, "ws", "wss")
_HINT = (
    "Give it like --connect ws://127.0.0.1:3000/ (a Playwright server) or --connect"
    " http://127.0.0.1:9222 (a browser's debugging port)."
)


@dataclass(frozen=True, slots=True)
class ConnectTarget:
    """The address of one remote browser, or of a server that gives one."""

    url: str = field(repr=False)
    """As it was given; there may be a secret in it."""
    name: str
    """Scheme, host and port: what may be shown."""
    is_debugger: bool
    """Whether it is a browser's own debugging address (CDP), not a Playwright server."""
    is_loopback: bool
    """Whether the line ends on this very machine, where a tunnel may begin."""
    is_encrypted: bool
    """Whether the line is protected by TLS."""

    @property
    def is_private(self) -> bool:
        """Whether nobody on the way can read the line."""
        return self.is_loopback or self.is_encrypted


def parse_connect_target(url: str) -> ConnectTarget:
    """Read an address of `--connect`; raise UsageError, without the address, if it is none."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, 0
    if not host or port == 0 or parts.scheme not in _SCHEMES or any(map(str.isspace, url.strip())):
        raise UsageError("`--connect` takes an address of http, https, ws or wss", _HINT)
    shown = f"[{host}]" if ":" in host else host
    return ConnectTarget(
        url=url.strip(),
        name=f"{parts.scheme}://{shown}" + ("" if port is None else f":{port}"),
        is_debugger=_is_debugger(parts),
        is_loopback=is_loopback_host(host),
        is_encrypted=parts.scheme in _ENCRYPTED,
    )


def _is_debugger(parts: SplitResult) -> bool:
    """Return whether an address speaks CDP: by its scheme, or as browsers and Grid name it."""
    path = parts.path.rstrip("/")
    return parts.scheme in _DEBUGGING or "/devtools/" in parts.path or path.endswith("/se/cdp")
