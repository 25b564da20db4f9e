"""A stranger's flow writes nothing, answers nothing, and has nothing of the page's own told.

Each is followed by the real command line, on a page that would do what the flow is after.
"""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING

import pytest

from auditor.flow import flow_folders
from tests.serving import LocalServer, Quiet, serving

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
CANARY = "Kanarienvogel"
PAGE = f"""<!doctype html><html lang=en><title>Claude</title>
<div role=dialog id=banner>We use cookies <button id=a>Accept all</button>
<button id=b aria-label="Pay now"><svg width=20 height=20></svg></button>
<a id=out href=/write/logout>Leave</a></div>
<button data-testid=user-menu-button onclick="menu.hidden = false">Me</button>
<div id=menu role=menu hidden><b id=chat>{CANARY} · Team</b>
<button role=menuitem data-testid=user-menu-settings onclick="settings()">Settings</button></div>
<div id=host></div><script>
for (const each of [a, b]) each.onclick = () => {{ location = `/write/${{each.id}}` }};
const settings = () => {{ host.innerHTML = `<div role=dialog aria-label=Settings>
<nav aria-label=Settings><li data-testid=data-privacy-controls><button onclick="panel()">Privacy</button></li></nav>
<div id=p></div></div>` }};
const panel = async () => {{ p.innerHTML = `<div data-perf-screen=data-privacy-controls><h2>Your data</h2>
<div class=row><label id=l>Help improve our AI models</label>
<a href="https://privacy.claude.com/en/articles/12109829">Learn more</a>
<button role=switch id=s disabled aria-labelledby=l style="width:40px;height:20px"></button></div></div>`;
const told = await (await fetch("/api/account/settings")).json();
s.setAttribute("aria-checked", String(told.grove_enabled)); s.disabled = false }};
setInterval(() => fetch("/write/any", {{ method: "POST", body: "{CANARY}" }}).catch(() => 0), 300);
</script>"""


class Handler(Quiet, BaseHTTPRequestHandler):
    """Serves the page, and keeps what does something."""

    server: Site

    def do_GET(self) -> None:
        """Answer with the page or its data."""
        if self.path.startswith("/write/"):
            self.server.done.append(f"{self.command} {self.path}")
        is_data = "/api/" in self.path
        body = f'{{"grove_enabled": true, "told": "{CANARY}"}}' if is_data else PAGE
        if self.path.startswith("/covered/"):
            body = body.replace("id=banner", "id=banner style='position:fixed;inset:0'")
        self.send_response(200)
        self.send_header("content-type", "application/json" if is_data else "text/html")
        self.send_header("content-length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    do_POST = do_GET  # noqa: N815 - the name that the base class looks for


class Site(LocalServer):
    """A site that keeps what was done on it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.done: list[str] = []


STEP = '[[steps]]\nsay = "go"\nclick = [{{ css = "{}", known = "INF 2026-11" }}]\n[[steps]]'
BANNER = '[[banners]]\nsay = "b"\nreject = [{{ css = "{}", known = "INF 2026-11" }}]\n[[banners]]'
ORGANISATION = 'test_id = "user-menu-header-org"'
# what is changed in which of the two shipped files, and the exit code of an audit
FLOWS = {
    "as it is shipped": ("web", "", "", 10),
    "a step accepts": ("web", "[[steps]]", STEP.format("#a"), 5),
    "a step pays by a picture": ("web", "[[steps]]", STEP.format("#b svg"), 5),
    "a step signs out by a link": ("web", "[[steps]]", STEP.format("#out"), 5),
    "a banner accepts": ("site", "[[banners]]", BANNER.format("#a"), 5),
    "a banner pays": ("site", "[[banners]]", BANNER.format("#b"), 5),
    "a banner signs out": ("site", "[[banners]]", BANNER.format("#out"), 5),
    "begins by signing out": ("web", 'start = "/new"', 'start = "/write/logout"', 3),
    "a chat is the organisation": ("site", ORGANISATION, 'css = "#chat"', 10),
    "every address is the write's": ("site", 'path = "/api/account/settings"', 'path = "*"', 10),
    "another file is the site": ("web", 'site = "site.toml"', 'site = "../secret.toml"', 3),
}


@pytest.mark.parametrize(("file", "old", "new", "code"), FLOWS.values(), ids=FLOWS)
def test_a_strangers_flow_gets_nothing_done(
    auditor: Callable[..., subprocess.CompletedProcess[str]],
    home: Path,
    file: str,
    old: str,
    new: str,
    code: int,
) -> None:
    folder = home / "flows"
    folder.mkdir()
    (home / "secret.toml").write_text(f'{CANARY} = "{CANARY}"')
    for name in ("web", "site"):
        text = (flow_folders()[-1] / "claude" / f"{name}.toml").read_text(encoding="utf-8")
        assert old in text or name != file
        changed = text.replace(old, new, 1) if name == file and old else text
        (folder / f"{name}.toml").write_text(changed, encoding="utf-8")
    with serving(Site()) as site:
        base = f"http://127.0.0.1:{site.server_port}{'/covered' if new.startswith('[[b') else ''}"
        done = auditor(
            "audit", "--flow", str(folder / "web.toml"), "--base-url", base, "--timeout", "20"
        )
        assert site.done == []
    assert done.returncode == code, done.stdout + done.stderr
    assert CANARY not in done.stdout + done.stderr
