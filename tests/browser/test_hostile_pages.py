"""Pages that a hostile review made up.

None gets a wrong verdict, a write nobody asked for, or a wrong click.

Every case is read, or changed, by the real code in a real browser, with the real waiting times;
some at a time. What the setting really is, is on, unless the case says otherwise.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import re
import time
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from auditor.browser.engine.launch import BrowserOptions, RunningBrowser, launch_browser
from auditor.browser.visit import VisitPlan, open_visit
from auditor.core.audit import audit_setting, change_setting
from auditor.core.base_url import parse_base_url
from auditor.core.clock import Clock
from auditor.core.finding import Finding, Outcome, Reason, State, Subject
from auditor.flow import Flow, load_flow
from tests.hostile_pages import CUT, HTML, SETTINGS, Answer, Asked, Kept, Page, Served, said
from tests.serving import serving
from tests.units import cases_asked_for, folder_of_all_workers

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

_AT_ONCE = 10
_TIME = 60.0  # seconds for one case; none needs half of it on a machine of its own
_LAST_WORDS = 0.5  # seconds a browser's last requests may take after its end

ASKS = "draw(setting(toggle(await kept())));"
NAMELESS = "toggle(false, '')"
TEAM = "Acme · Team"
OFF_BODY = '{"grove_enabled":false}'


@dataclass(frozen=True)
class Case:
    """A page and its only right answer; with an outcome, it is changed and not only read."""

    page: Page
    state: State
    reason: Reason | None = None
    outcome: Outcome | None = None
    says: str = ""
    writes: tuple[str, ...] = ()
    clicks: tuple[str, ...] = ()
    network: State | None = None


def on(page: Page, **more: Any) -> Case:  # noqa: ANN401 - further fields
    return Case(page, State.ON, **more)


def unread(reason: Reason, page: Page, **more: Any) -> Case:  # noqa: ANN401 - further fields
    return Case(page, State.UNKNOWN, reason, **more)


def drawn(
    control: str, title: str = "label", script: str = "", organisation: str = "Personal · Pro plan"
) -> Page:
    """Draw a panel that asks for no data."""
    return Page(f"draw(setting({control}, {title})); {script}", organisation=organisation)


def named(attributes: str) -> str:
    return f"toggle(false, `{attributes}`)"


# ---------------------------------------------------------------- servers


def at(path: str, answer: Answer, method: str = "GET") -> Callable[[Asked], Answer | None]:
    return lambda asked: answer if (asked.method, asked.path) == (method, path) else None


def slow(asked: Asked) -> Answer | None:
    """Promise an answer, and then give it far too late."""
    if asked.path != "/api/v2/settings":
        return None
    if asked.times == 1:
        return said({"pending": True}, 202)
    time.sleep(20)
    return said({"on": True})


def stale_first(then: Callable[[], Answer | None]) -> Callable[[Asked], Answer | None]:
    """Say off the first time, as an old copy would."""

    def answers(asked: Asked) -> Answer | None:
        if (asked.method, asked.path) != ("GET", SETTINGS):
            return None
        return said({"grove_enabled": False}) if asked.times == 1 else then()

    return answers


def late() -> None:
    time.sleep(7)


def loop(asked: Asked) -> Answer | None:
    ways = {"/new": "/newer", "/newer": "/new"}
    return (
        Answer(302, headers=(("location", f"{asked.base}{ways[asked.path]}"),))
        if asked.path in ways
        else None
    )


def led_away(asked: Asked) -> Answer | None:
    """Lead the save on to another origin, which would take it."""
    open_to_all = (
        ("access-control-allow-origin", "*"),
        ("access-control-allow-methods", "PATCH"),
        ("access-control-allow-headers", "content-type"),
    )
    if (asked.method, asked.path) == ("PATCH", SETTINGS):
        return Answer(307, headers=(("location", f"{asked.other}/api/taken"), *open_to_all))
    return Answer(headers=open_to_all) if asked.path == "/api/taken" else None


def taken(answer: Answer, path: str = SETTINGS) -> Callable[[Asked], Answer | None]:
    """Answer a save without keeping it."""
    return at(path, answer, "PATCH")


# ---------------------------------------------------------------- what the page's data says

OLD = f'const old = get("{SETTINGS}").then((answer) => answer.grove_enabled);'
REFETCHES = (
    f'draw(setting(toggle(await old))); const now = await fetch(base + "{SETTINGS}");'
    "if (now.ok) draw(setting(toggle((await now.json()).grove_enabled)));"
)
DATA = {
    "reads by POST": unread(
        Reason.NOT_LOADED,
        Page(
            "draw(setting(toggle(false)));"
            'const told = await (await send("POST", "/api/rpc", { id: 1 })).json();'
            "draw(setting(toggle(told.on)));",
            answers=at("/api/rpc", said({"on": True}), "POST"),
        ),
    ),
    "final source without the key": unread(
        Reason.NOT_LOADED,
        Page(
            f'draw(setting(toggle(Boolean((await get("{SETTINGS}")).grove_enabled))));',
            answers=at(SETTINGS, said({})),
        ),
    ),
    "key at an unknown place, as shown": on(
        Page(
            f'draw(setting(toggle((await get("{SETTINGS}")).data.privacy.grove_enabled)));',
            answers=at(SETTINGS, said({"data": {"privacy": {"grove_enabled": True}}})),
        ),
        network=State.UNKNOWN,
    ),
    "key at an unknown place, not as shown": unread(
        Reason.DISAGREEMENT,
        Page(
            f'draw(setting(toggle(Boolean((await get("{SETTINGS}")).grove_enabled))));',
            answers=at(SETTINGS, said({"data": {"privacy": {"grove_enabled": True}}})),
        ),
    ),
    "told late over a socket": unread(
        Reason.NOT_LOADED,
        Page(
            "draw(setting(toggle(false)));"
            "const line = new WebSocket(`ws://${location.host}${new URL(base).pathname}/live`);"
            "line.onmessage = (told) => draw(setting(toggle(told.data)));",
            socket=(9, "true"),
        ),
    ),
    "promised with 202, then slow": unread(
        Reason.NOT_LOADED,
        Page(
            'draw(setting(toggle(false))); let told = {}; while (!("on" in told)) told = await'
            ' get("/api/v2/settings");draw(setting(toggle(told.on)));',
            answers=slow,
        ),
    ),
    "old bootstrap, settings asked late": on(
        Page(
            'draw(setting(toggle((await get("/api/bootstrap")).account.settings.grove_enabled)));'
            "await wait(4500); draw(setting(toggle(await kept())));",
            answers=at("/api/bootstrap", said({"account": {"settings": {"grove_enabled": False}}})),
        ),
    ),
    "old at first, asked again slowly": on(Page(REFETCHES, OLD, answers=stale_first(late))),
    "old at first, asked again in vain": unread(
        Reason.NOT_LOADED, Page(REFETCHES, OLD, answers=stale_first(lambda: said({}, 503)))
    ),
    "old at first, asked again in a second": on(
        Page(
            "draw(setting(toggle(await old))); await wait(1000); draw(setting(toggle(await"
            " kept())));",
            OLD,
            answers=stale_first(lambda: None),
        )
    ),
}

# ---------------------------------------------------------------- what the switch shows, and what
# is said beside it

OPT_OUT, TITLE = "<div>Opt out of</div>", "<div>${label}</div>"
GRID = """at("panel").innerHTML = `<div style="display: grid"><div>${label}</div>
  <div>Chosen by your administrator: on</div>
  <div>Share location</div>${toggle(false, "")}</div>`;"""
COPY = """add(`<div style="position: absolute; left: -5000px">
  ${setting(toggle(false, 'aria-label="Help improve our AI models"'))}</div>`);"""
RADIOS = """`<div role="radiogroup" aria-label="Opt out of model training">
  <label><input type="radio" name="r">On</label>
  <label><input type="radio" name="r" checked>Off</label></div>`"""
PAINTED = """`<label class="switch on" style="background: green">
  <input type="checkbox" aria-label="${label}" style="opacity: 0"></label>`"""
MARKED = """`<span data-cds="Switch" role="switch" tabindex="0" aria-checked="false" data-checked class="switch"
  aria-label="${label}"></span>`"""
SHOWN = {
    "opt out above": unread(Reason.LAYOUT_CHANGED, drawn(NAMELESS, f"`{OPT_OUT}{TITLE}`")),
    "opt out below": unread(Reason.LAYOUT_CHANGED, drawn(NAMELESS, f"`{TITLE}<div>Opt out</div>`")),
    "opt out at the name's end": unread(
        Reason.LAYOUT_CHANGED, drawn(named('aria-label="${label} \u2013 opt out"'))
    ),
    "a name too long to be read": unread(
        Reason.LAYOUT_CHANGED,
        drawn(named('aria-label="Opt out of all ${"and every ".repeat(90)} training"')),
    ),
    "opt out in the description": unread(
        Reason.LAYOUT_CHANGED, drawn(named('aria-description="Turn on to opt out"'))
    ),
    "opt out over two radios": unread(Reason.LAYOUT_CHANGED, drawn(RADIOS)),
    "off, and data-checked": unread(Reason.AMBIGUOUS, drawn(MARKED)),
    "off, and painted on": unread(Reason.AMBIGUOUS, drawn(PAINTED)),
    "another title beside the switch": unread(Reason.LAYOUT_CHANGED, Page(GRID)),
    "an old copy off the screen": on(Page(ASKS + COPY)),
}

# ---------------------------------------------------------------- what does not stand in the way,
# and what does

# A worker's script, and an app that opens its settings only once the worker is there.
IDLE = at(
    "/worker.js", Answer(body="self.oninstall = () => self.skipWaiting();", kind="text/javascript")
)
AFTER = "const soon = settings; settings = async () => { await (%s)(); soon(); };"
REGISTER = "navigator.serviceWorker.register(base + '/worker.js', { scope: base + '/' })"
WAITS = {
    "registering": f"async () => (await {REGISTER}).scope",
    "a ready worker": f"() => ({REGISTER}.catch(() => 0), navigator.serviceWorker.ready)",
    "an activated worker": f"""async () => {{ const it = await {REGISTER};
      const worker = it.installing || it.waiting || it.active;
      while (worker.state !== 'activated')
        await new Promise((done) => worker.addEventListener('statechange', done, {{ once: true }})); }}""",
    "a list of workers": f"""async () => {{ await {REGISTER};
      while (!(await navigator.serviceWorker.getRegistrations()).length) await wait(50); }}""",
}
# What is drawn comes with the end of an animation, which there is not where nothing shall move.
MOVES = """<style>@keyframes come { from { opacity: 0 } } .come { animation: come 0.2s }
  @media (prefers-reduced-motion: reduce) { .come { animation: none } }</style>"""
COMES = """const value = await kept(); at("panel").innerHTML = '<div class="come">Loading</div>';
  at("panel").firstChild.onanimationend = () => draw(setting(toggle(value)));"""
WIDGET = at("/widget", Answer(403, "<p>Not for you</p>", HTML, (("cf-mitigated", "challenge"),)))
COVERED = """<style>.corner { position: fixed; bottom: 0; right: 0 }</style>
  <div class="corner"><button onclick="note('cookies')">Reject All Cookies</button></div>
  <div class="corner" style="width: 300px; height: 99px; background: #eee; z-index: 5"></div>"""
SLOWLY = (
    'const soon = settings; settings = () => { at("menu").hidden = true; setTimeout(soon, 2500); };'
)
CLOSED = """const host = at("panel").querySelector("#host"), shadow = host.attachShadow({ mode: "closed" });
  shadow.innerHTML = `<button role="switch" aria-checked="true" aria-label="${label}">On</button>`;"""
FRAMED = '`<iframe src="${other}/widget" width="400" height="120"></iframe>`'
INSIDE = at(
    "/widget",
    Answer(
        body="<label>Help improve our AI models <input type=checkbox role=switch checked></label>",
        kind=HTML,
    ),
)
AROUND = {
    "a bot check's own pixel": on(
        Page(
            ASKS,
            body=(
                '<iframe width="1" height="1" style="visibility: hidden" srcdoc="<script '
                "src='@BASE@/challenges.cloudflare.com/api.js'></script>\"></iframe>"
            ),
        )
    ),
    "a sign-in frame off the screen": on(
        Page(
            ASKS,
            body=(
                '<iframe style="position: absolute; left: -9999px" '
                "srcdoc='<button data-testid=\"login-with-google\">Google</button>'></iframe>"
            ),
        )
    ),
    "a frame behind a bot check": on(
        Page(ASKS, body='<iframe src="@OTHER@/widget"></iframe>', answers=WIDGET)
    ),
    **{
        f"an app that waits for {what}": on(Page(ASKS, AFTER % script, answers=IDLE))
        for what, script in WAITS.items()
    },
    "drawn at the end of an animation": on(Page(COMES, body=MOVES)),
    "a covered cookie banner": on(Page(ASKS, SLOWLY, COVERED)),
    "team, a select": on(
        drawn(
            '`<select aria-label="${label}"><option>Off<option selected>On</select>`',
            organisation=TEAM,
        ),
    ),
    "team, a closed shadow root": unread(
        Reason.LAYOUT_CHANGED, drawn("'<div id=\"host\"></div>'", script=CLOSED, organisation=TEAM)
    ),
    "team, a plain button": unread(
        Reason.LAYOUT_CHANGED, drawn("'<button>On</button>'", organisation=TEAM)
    ),
    "team, drawn late": on(
        Page('draw(""); await wait(4500); draw(setting(toggle(true)));', organisation=TEAM),
        network=State.UNKNOWN,
    ),
    "team, another site's frame": unread(
        Reason.LAYOUT_CHANGED, Page(f"draw({FRAMED});", organisation=TEAM, answers=INSIDE)
    ),
    "redirected without end": unread(Reason.NOT_LOADED, Page(answers=loop)),
    "no content": unread(Reason.NOT_LOADED, Page(answers=at("/new", Answer(204)))),
    "a password of its own": unread(
        Reason.SIGNED_OUT,
        Page(
            answers=at(
                "/new", Answer(401, "Who?", HTML, (("www-authenticate", 'Basic realm="x"'),))
            )
        ),
    ),
    "a file to keep": unread(
        Reason.NOT_LOADED,
        Page(
            answers=at(
                "/new",
                Answer(
                    200,
                    "data",
                    "application/octet-stream",
                    (("content-disposition", "attachment; filename=a.bin"),),
                ),
            )
        ),
    ),
    "cut off in the settings": unread(
        Reason.OFFLINE,
        Page(
            'location.href = `${base}/gone`; at("panel").textContent = "…";',
            answers=at("/gone", CUT),
        ),
    ),
}

# ---------------------------------------------------------------- writes while reading

PATCH = f'fetch("@BASE@{SETTINGS}", {{ method: "PATCH", body: \'{OFF_BODY}\' }})'
FORM = """const form = document.createElement("form"); form.method = "post";
  form.innerHTML = '<input name="grove_enabled" value="false">'; document.body.append(form);"""
ON_CLICK = 'at("user").addEventListener("click", () => {{ {} }});'
POPUP = f"<script>const go = () => {PATCH}; go(); go(); setTimeout(go, 1);</script>"
GONE_FRAME = (
    f"""<script>for (let n = 0; n < 4; n++) {PATCH}; parent.postMessage("sent", "*");</script>"""
)
LEAVES = f"""addEventListener("pagehide", () => {{
  navigator.sendBeacon("@BASE@/api/beacon", "x");
  fetch("@BASE@{SETTINGS}", {{ method: "PATCH", keepalive: true, body: "x" }});
}});"""
WORKER = f"""for (let n = 0; n < 3; n++) {PATCH}; for (let n = 0; n < 3; n++)
  fetch("@BASE@/api/log", {{ method: "POST", keepalive: true, body: "x" }});"""


def whole(html: str, host: str = "base") -> Callable[[Asked], Answer | None]:
    """Serve a document of the page's own."""

    def answers(asked: Asked) -> Answer | None:
        where = asked.base if host == "base" else asked.other
        return (
            Answer(body=html.replace("@BASE@", where), kind=HTML) if asked.path == "/own" else None
        )

    return answers


def posted_in_vain(asked: Asked) -> Answer | None:
    """Take a form, and leave the page where it is."""
    return Answer(204) if asked.path == "/settings.js" else None


def opened_too(asked: Asked) -> Answer | None:
    """Serve a popup, and note that there was one."""
    if asked.path == "/own":
        asked.kept.clicks.append("a popup was opened")
    return whole(POPUP)(asked)


WRITES = {
    "fetchLater": on(
        Page(
            ASKS,
            "try { for (const activateAfter of [0, 3000])"
            f' fetchLater(base + "{SETTINGS}", {{ method: "POST", activateAfter, body: "x" }}); }}'
            " catch {}",
        )
    ),
    "a socket": on(
        Page(
            ASKS,
            "const line = new WebSocket(`ws://${location.host}${new URL(base).pathname}/live`);"
            f"line.onopen = () => line.send('{OFF_BODY}');",
        )
    ),
    "a form to what looks like a file": on(
        Page(
            ASKS,
            f'{FORM} form.action = base + "/settings.js"; form.submit();',
            answers=posted_in_vain,
        )
    ),
    "a form to what looks like a file, into a frame": on(
        Page(
            ASKS,
            f"add('<iframe name=\"aside\"></iframe>'); {FORM}"
            'form.action = base + "/settings.js"; form.target = "aside"; form.submit();',
        )
    ),
    "a form into a new tab": on(
        Page(
            ASKS,
            ON_CLICK.format(
                f'{FORM} form.action = base + "/api/log"; form.target = "_blank"; form.submit();'
            ),
        )
    ),
    "a popup's script": on(
        Page(
            ASKS,
            ON_CLICK.format('open(base + "/own"); open(base + "/own", "_blank", "noopener");'),
            answers=opened_too,
        )
    ),
    "another site's frame, gone at once": on(
        Page(
            ASKS,
            "for (let n = 0; n < 5; n++) setTimeout(() => {const frame ="
            ' document.createElement("iframe"); frame.src = other + "/own";'
            ' document.body.append(frame);addEventListener("message", () => frame.remove()); }, n *'
            " 300);",
            answers=whole(GONE_FRAME, "other"),
        )
    ),
    "a frame's last words": on(
        Page(
            ASKS,
            'const frame = document.createElement("iframe"); frame.src = base + "/own";'
            " document.body.append(frame);frame.onload = () => setTimeout(() => frame.remove(),"
            " 200);",
            answers=whole(f"<script>{LEAVES}</script>"),
        )
    ),
    "the page's last words": on(
        Page(
            ASKS,
            f'if (!sessionStorage.been) {{ sessionStorage.been = "yes"; {LEAVES} setTimeout(() =>'
            " location.reload()); }",
        )
    ),
    "a worker": on(Page(ASKS, f"new Worker(URL.createObjectURL(new Blob([`{WORKER}`])));")),
}

# ---------------------------------------------------------------- changes

MODAL = """add(`<div role="dialog" aria-modal="true" aria-label="News" class="over" id="news">
  <h2>Our terms have changed</h2>
  <button id="accept" onclick="note('accept'); this.parentNode.remove()">Accept</button></div>`);"""
TRAP = """document.addEventListener("focusin", (event) => {
  if (at("news") && !at("news").contains(event.target)) setTimeout(() => at("accept")?.focus(), 0);
});"""
HOVERED = """draw(setting(toggle(await kept())), ""); at("switch").addEventListener("pointerover", () => {
  if (!at("where")) at("panel").insertAdjacentHTML("afterbegin", elsewhere());
}, { once: true });"""
WIDE = """const shown = await kept(); draw("<div id='wide'></div>");
at("wide").innerHTML = `<label style="display: block;
  width: 400px; padding: 20px">${label}<a href="${base}/help/12109829" style="display: block; background: #eee;
  padding: 20px" onclick="note('help')">Learn more</a>.<input type="checkbox" role="switch" class="sr-only" id="input"
  ${shown ? "checked" : ""}></label>`; at("input").onchange = () => { note("setting"); save(at("input").checked); };"""
IGNORES = """document.addEventListener("click", (event) => {
  if (event.target.id !== "switch") return;
  event.stopImmediatePropagation(); note("setting");
}, true);"""
OWN_SAVE = f"PATCH {SETTINGS} "


def changed(page: Page, *, save: str = OFF_BODY, clicks: tuple[str, ...] = ("setting",)) -> Case:
    return Case(page, State.OFF, None, Outcome.CHANGED, writes=(OWN_SAVE + save,), clicks=clicks)


def refused(
    page: Page,
    says: str,
    *,
    writes: tuple[str, ...] = (),
    reason: Reason = Reason.REFUSED_BY_SITE,
) -> Case:
    return Case(page, State.ON, reason, Outcome.REFUSED, says, writes, ("setting",))


def two_switches(asked: Asked) -> Answer | None:
    """Say two values, and keep both."""
    if (asked.method, asked.path) != ("GET", SETTINGS):
        return None
    return said({"grove_enabled": asked.kept.value, "location_enabled": False})


CHANGES = {
    "something over the switch": unread(Reason.LAYOUT_CHANGED, Page(ASKS + MODAL)),
    "something over the switch that catches the focus": unread(
        Reason.LAYOUT_CHANGED, Page(ASKS + MODAL + TRAP)
    ),
    "a row put above when the mouse comes": changed(Page(HOVERED)),
    "a link in the middle of the label": changed(Page(WIDE)),
    "saved, and led to another origin": refused(
        Page(ASKS, answers=led_away), "", writes=(OWN_SAVE + OFF_BODY,)
    ),
    "saved for somebody else": refused(
        Page(
            ASKS,
            f'save = (value) => send("PATCH", "/users/7{SETTINGS}", {{ grove_enabled: value }});',
            answers=taken(said({}), f"/users/7{SETTINGS}"),
        ),
        "that was held back",
    ),
    "saved with another switch moved": refused(
        Page(ASKS, "more = { location_enabled: true };", answers=two_switches),
        "The page's save would also have changed “location_enabled”; it was held back.",
    ),
    "saved with another switch as it is": changed(
        Page(ASKS, "more = { location_enabled: false };", answers=two_switches),
        save='{"grove_enabled":false,"location_enabled":false}',
    ),
    "a click that the page does not react to": refused(
        Page(ASKS, IGNORES),
        "The page did nothing",
        reason=Reason.LAYOUT_CHANGED,
    ),
    "a click whose save is held back": refused(
        Page(ASKS, 'save = () => { fetch("/x", { method: "DELETE" }).catch(() => {}); };'),
        "that was held back",
    ),
    "saved some time": refused(
        Page(ASKS, answers=taken(said({}, 202))), "(202)", writes=(OWN_SAVE + OFF_BODY,)
    ),
}

CASES = {
    **DATA,
    **SHOWN,
    **AROUND,
    **{f"writes by {name}": case for name, case in WRITES.items()},
    **CHANGES,
}


# ---------------------------------------------------------------- how they are run


@dataclass(frozen=True)
class Seen:
    """What a case came to: the finding or a failure, and what the server holds afterwards."""

    found: Finding | str
    kept: Kept
    seconds: float


def _key(name: str) -> str:
    return re.sub(r"\W+", "-", name)


async def _agree(_: Finding) -> bool:
    return True


async def _run(running: RunningBrowser, flow: Flow, url: str, case: Case) -> Finding:
    """Read or change one page as the command line does."""
    where, clock = parse_base_url(url), Clock(_TIME)
    subject = Subject(account="hostile", flow=flow.id, origin=where.origin)

    def opened() -> Any:  # noqa: ANN401 - a visit, or the stand-in for one
        return open_visit(running, VisitPlan(flow, where, State.OFF), clock, lambda _: None)

    if case.outcome is None:
        return await audit_setting(subject, opened)
    return await change_setting(subject, opened, _agree)


def _stopped(name: str, seen: Seen) -> bool:
    """Return whether a case stopped short of its right answer, safely.

    Nothing was claimed, clicked or written.
    """
    case, found = CASES[name], seen.found
    if not isinstance(found, Finding) or seen.kept.ledger or seen.kept.clicks:
        return False
    unclicked = case.outcome is not None and found.outcome is Outcome.NOT_AS_WANTED
    return (found.outcome, found.reason) != (_outcome(case), case.reason) and (
        found.state is State.UNKNOWN or unclicked
    )


async def _run_all(chromium: str, served: Served, names: list[str]) -> dict[str, Seen]:
    """Run the cases, some at a time; what a machine under load stopped, is run once more alone."""
    room, flow, seen = asyncio.Semaphore(_AT_ONCE), load_flow("claude/web"), {}

    async def one(running: RunningBrowser, name: str) -> None:
        async with room:
            begun = time.monotonic()
            try:
                found: Finding | str = await _run(
                    running, flow, served.url(_key(name)), CASES[name]
                )
            except Exception as error:  # noqa: BLE001 - one case's failure is its own test's
                found = repr(error)
            seen[name] = Seen(found, served.kept[_key(name)], time.monotonic() - begun)

    async with launch_browser(
        BrowserOptions(None if chromium == "chromium" else chromium), lambda _: None
    ) as running:
        await asyncio.gather(*(one(running, name) for name in names))
        await asyncio.sleep(_LAST_WORDS)
        for name in [name for name in names if _stopped(name, seen[name])]:
            served.kept[_key(name)] = Kept()
            await one(running, name)
    await asyncio.sleep(_LAST_WORDS)  # what is said at the very end is noted, too
    return seen


def _shared(folder: Path) -> AbstractContextManager[Any]:
    """Let one test worker run the cases, while the others wait for what it saw."""
    import fcntl

    if "PYTEST_XDIST_WORKER" not in os.environ:
        return nullcontext()
    held = (folder / "hostile.lock").open("w")
    fcntl.flock(held, fcntl.LOCK_EX)
    return held


_EACH = (
    "test_hostile_pages.py::"
    "test_a_hostile_page_is_answered_rightly_and_nothing_is_written_or_clicked_but_what_was_asked"
)


@pytest.fixture(scope="module")
def seen(
    request: pytest.FixtureRequest, light_chromium: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Seen]:
    """Run the cases that are asked for, those first that take longest, and give what was seen."""
    names = sorted(
        cases_asked_for(request, _EACH, "name"),
        key=lambda name: CASES[name].outcome is None and TEAM not in CASES[name].page.organisation,
    )
    folder = folder_of_all_workers(tmp_path_factory)
    kept = folder / "hostile.pickle"
    with _shared(folder):
        if "PYTEST_XDIST_WORKER" in os.environ and kept.exists():
            found: dict[str, Seen] = pickle.loads(kept.read_bytes())  # noqa: S301
            return found
        with serving(Served({_key(name): CASES[name].page for name in names})) as served:
            found = asyncio.run(_run_all(light_chromium, served, names))
        if "PYTEST_XDIST_WORKER" in os.environ:
            kept.write_bytes(pickle.dumps(found))
    return found


@pytest.mark.every(3)
@pytest.mark.parametrize("name", CASES)
def test_a_hostile_page_is_answered_rightly_and_nothing_is_written_or_clicked_but_what_was_asked(
    seen: dict[str, Seen], name: str
) -> None:
    case, found, kept = CASES[name], seen[name].found, seen[name].kept
    print(f"{seen[name].seconds:.1f} s {found} {kept}")  # noqa: T201
    assert isinstance(found, Finding)
    assert kept.ledger == list(case.writes)
    assert kept.clicks == list(case.clicks)
    assert (found.state, found.reason) == (case.state, case.reason)
    assert found.outcome is _outcome(case)
    assert case.says in found.message
    assert case.network in (None, found.witnesses["network"])


def _outcome(case: Case) -> Outcome:
    if case.outcome is not None:
        return case.outcome
    if case.reason is Reason.SIGNED_OUT:
        return Outcome.NEEDS_HUMAN
    return Outcome.UNREAD if case.state is State.UNKNOWN else Outcome.NOT_AS_WANTED


def test_no_case_expects_what_is_not_true() -> None:
    """The truth is on in all of them, and off after a change.

    Nothing else may be said but that it is not known.
    """
    for case in CASES.values():
        truth = State.OFF if case.outcome is Outcome.CHANGED else State.ON
        assert case.state in {truth, State.UNKNOWN}
