"""Running the mock site: in the background for tests and the demo, in the foreground for people."""

import contextlib
import socket
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvicorn

from auditor.mocksite.accounts import Account, fresh_accounts
from auditor.mocksite.app import build
from auditor.mocksite.faults import Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Site:
    """A running mock site, as seen by the one who started it."""

    url: str
    accounts: dict[str, Account]

    def base_url(self, name: str) -> str:
        """Return the address under which a scenario lives."""
        return f"{self.url}/s/{self.accounts[name].scenario.name}"

    def ledger(self, name: str) -> list[dict[str, object]]:
        """Return every request that was not a GET, in order."""
        return list(self.accounts[name].ledger)

    def state(self, name: str) -> dict[str, object]:
        """Return what the server holds now."""
        return self.accounts[name].state()

    def reset(self, name: str) -> None:
        """Put a scenario back to its start."""
        self.accounts[name].reset()

    def lapse(self, name: str) -> None:
        """End every session of a scenario; its cookies are no longer worth anything."""
        self.accounts[name].sessions.lapse()


@contextlib.contextmanager
def running(port: int = 0) -> "Iterator[Site]":
    """Run the site in a background thread; OSError if the port is taken."""
    accounts = fresh_accounts()
    with socket.create_server((HOST, port)) as listener:
        server = _Server(accounts)
        thread = threading.Thread(
            target=server.run_quietly, args=(listener,), name="mocksite", daemon=True
        )
        thread.start()
        server.ready.wait()
        try:
            yield Site(_url(listener), accounts)
        finally:
            server.stop()
            thread.join()


def serve(port: int, announce: "Callable[[str], None]") -> None:
    """Serve people until Ctrl-C; `announce` is told the address once.

    OSError if the port is taken.
    """
    with socket.create_server((HOST, port)) as listener, contextlib.suppress(KeyboardInterrupt):
        server = _Server(fresh_accounts(), on_ready=lambda: announce(_url(listener)))
        server.run([listener])


class _Server(uvicorn.Server):
    """A quiet server that says when it is ready and stops without waiting for open connections."""

    def __init__(
        self, accounts: dict[str, Account], on_ready: "Callable[[], None]" = lambda: None
    ) -> None:
        self.ready = threading.Event()
        self.on_ready = on_ready
        super().__init__(
            uvicorn.Config(
                build(accounts),
                http=Protocol,
                date_header=False,  # each scenario has its own clock
                log_config=None,
                log_level="critical",
                access_log=False,
                lifespan="off",
                ws="none",
                timeout_graceful_shutdown=1,
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()
        self.on_ready()

    def run_quietly(self, listener: socket.socket) -> None:
        """Run; whatever happens, whoever waits for `ready` goes on."""
        try:
            self.run([listener])
        finally:
            self.ready.set()

    def stop(self) -> None:
        """End now, cutting what is still open: a browser keeps connections alive for long."""
        self.should_exit = True
        self.force_exit = True


def _url(listener: socket.socket) -> str:
    return f"http://{HOST}:{listener.getsockname()[1]}"
