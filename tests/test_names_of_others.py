"""Names of a page's own show nowhere: not in an answer, a message, evidence, history or report.

Each page of the mock is filled with other controls, headings, fields, addresses and errors that bear
a canary's name, so that every reason for an answer is given with the canary in sight.
"""

from __future__ import annotations

import json
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.serving import LocalServer, Quiet, serving

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from auditor.mocksite import Site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
CANARY = "Kanarienvogel"
# each is answered with a reason or a warning of its own; all others were tried once as well
AUDITED = (
    *("on", "undecided", "team", "unknown-label", "toggle-missing", "copies-both-shown"),
    *("menu-covered", "question-over-all", "signed-out-redirect", "skeleton-forever"),
    *("page-on-network-off", "alone-beside-words", "only-new-tab", "status-500"),
    *("cut-off-on-the-way", "redirect-on-the-way"),
)
SET = (
    "press-elsewhere",
    "press-another-header",
    "asks-whether-sure",
    "save-fails",
    "covered-panel",
)
NOISE = """<script>(() => {
const name = "CANARY " + Math.random().toString(36).slice(2, 6);
const html = () => `<section aria-label="${name} region" class="noise"><h2>${name} heading</h2>
<label><input type=checkbox checked>${name} box</label><button>${name} button</button>
<button role=switch aria-checked=true aria-label="${name} switch" style="width:40px;height:20px"></button>
<div role=tablist><button role=tab>${name} tab</button></div><a href="/CANARY/${name}">${name} link</a>
<img alt="${name} picture"><p role=alert>Error: ${name} could not be found</p><p title="${name} title">${name}</p>
<input aria-label="${name} field" value="${name} value"><textarea placeholder="${name}"></textarea></section>`;
const put = () => {
  if (!document.title.startsWith(name)) document.title = `${name} · Claude`;
  for (const place of [document.body, document.querySelector("[data-perf-screen]"), document.querySelector("[role=menu]"), document.querySelector("[role=dialog]")]) {
    if (place && !place.querySelector(":scope > .noise")) place.insertAdjacentHTML("beforeend", html());
  }
};
new MutationObserver(put).observe(document, { childList: true, subtree: true });
addEventListener("DOMContentLoaded", () => {
  put();
  for (const way of ["POST", "PUT", "DELETE"]) fetch(`/CANARY/${name}?CANARY=${name}`, { method: way, body: `{"CANARY": "${name}"}` }).catch(() => 0);
  fetch(`/CANARY-${name}/data`).catch(() => 0);
  console.error(`${name} failed`);
  setTimeout(() => { throw new Error(`${name} thrown`); });
  new Worker(URL.createObjectURL(new Blob([`throw new Error("${name}")`])), { name });
  new WebSocket(`ws://${location.host}/CANARY-${name}`);
  navigator.sendBeacon(`/CANARY-${name}`, name);
});
})()</script>""".replace("CANARY", CANARY)


class Handler(Quiet, BaseHTTPRequestHandler):
    """Hands on what a mock site answers, with the canary in it."""

    server: Filled
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Ask the mock site, and put the canary into its pages and its data."""
        length = int(self.headers.get("content-length") or 0)
        line = HTTPConnection("127.0.0.1", self.server.behind, timeout=60)
        own = ("host", "origin", "referer", "accept-encoding")
        sent = {name: value for name, value in self.headers.items() if name.lower() not in own}
        sent |= {"Host": f"127.0.0.1:{self.server.behind}", "Accept-Encoding": "identity"}
        try:
            line.request(self.command, self.path, self.rfile.read(length), sent)
            answer = line.getresponse()
            body = fill(answer.read(), answer.getheader("content-type") or "", self.path)
        except (OSError, HTTPException):  # as the scenario wants it
            self.close_connection = True
            return
        finally:
            line.close()
        self.send_response(answer.status, f"{CANARY} reason")
        for name, value in answer.getheaders():
            if name.lower() not in ("content-length", "transfer-encoding", "connection", "host"):
                self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - the base class looks for them


def fill(body: bytes, kind: str, path: str) -> bytes:
    """Put the canary into a page or a piece of data."""
    if "html" in kind:
        return body.replace(b"<head>", b"<head>" + NOISE.encode(), 1)
    if "json" not in kind:
        return body
    try:
        told = json.loads(body)
    except ValueError:
        return body
    if isinstance(told, dict):
        told |= {f"{CANARY}_key": f"{CANARY} value", "chats": [{"name": f"{CANARY} {path}"}]}
        if "error" in told:
            told["error"] = {"message": f"{CANARY} error", "type": f"{CANARY}"}
    return json.dumps(told).encode()


class Filled(LocalServer):
    """A site that hands on what another answers."""

    def __init__(self, behind: int) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behind = behind


def leaks(done: subprocess.CompletedProcess[str], home: Path) -> list[str]:
    """Return where the canary stands."""
    found = [f"{name}: {line}" for name, text in (("stdout", done.stdout), ("stderr", done.stderr))
             for line in text.splitlines() if CANARY.lower() in line.lower()]  # fmt: skip
    spellings = (CANARY, CANARY.lower(), quote(CANARY), CANARY.encode("utf-16-le").decode("latin1"))
    for path in home.rglob("*"):
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            if any(each.encode("latin1") in content for each in spellings):
                found.append(f"{path.relative_to(home)}")
    return found


def run(
    auditor: Callable[..., subprocess.CompletedProcess[str]],
    site: Site,
    home: Path,
    name: str,
    *command: str,
) -> list[str]:
    """Run a command on a filled page of the mock, and say where its canary shows."""
    evidence = home / "evidence"
    site.reset(name)
    with serving(Filled(int(site.url.rpartition(":")[2]))) as filled:
        base = f"http://127.0.0.1:{filled.server_port}/s/{name}"
        more = ["--base-url", base, "--timeout", "12", "--evidence", str(evidence)]
        done = auditor(*command, *more, AUDITOR_DEBUG="1")
    assert done.returncode in (0, 4, 5, 10), done.stderr
    found = leaks(done, home)
    for view in (["history", "--json"], ["report"]):
        found += leaks(auditor(*view), home)
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("name", AUDITED)
def test_an_audit_names_nothing_of_the_pages_own(
    auditor: Callable[..., subprocess.CompletedProcess[str]], site: Site, home: Path, name: str
) -> None:
    assert run(auditor, site, home, name, "audit", *(["--json"] if len(name) % 2 else [])) == []


@pytest.mark.parametrize("name", SET)
def test_a_change_names_nothing_of_the_pages_own(
    auditor: Callable[..., subprocess.CompletedProcess[str]], site: Site, home: Path, name: str
) -> None:
    assert run(auditor, site, home, name, "set", "off", "--yes") == []
