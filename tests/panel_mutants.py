"""Mutants of the good Privacy panel.

What varies, how it is drawn, and a tiny site that serves them.

A mutant never lies with every witness: where what a person sees is the opposite of the truth for
good, the network carries the truth; where the network lies, the setting's row is plain and honest.
"""

# ruff: noqa: FBT003, RUF001 - drawn values are what they are, and so are the labels of pages

from __future__ import annotations

import json
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, replace
from html import escape
from http.server import BaseHTTPRequestHandler
from random import Random
from time import sleep
from typing import Any, TypeVar
from urllib.parse import urlsplit

from hypothesis import strategies as st

from auditor.flow import load_flow
from tests.serving import LocalServer, Quiet

T = TypeVar("T")

HELP = "https://privacy.claude.com/en/articles"
LINKS = {
    "setting": f"{HELP}/12109829-settings",
    "location": f"{HELP}/11186740-where",
    "other": f"{HELP}/10023548-long",
}
WORDS = load_flow("claude/web").about.words
LABELS = [(locale, label) for locale, labels in WORDS["setting"].texts.items() for label in labels]
ENGLISH = "Help improve our AI models"
UNKNOWN_LABELS = (
    "Contribute to model training",
    "Pomozte zlepšit naše modely",
    "Model improvement",
    "改進模型",
)
INVERTED = (
    "Do not help improve our AI models", "Don’t {label}", "{label} (opt out)", "Opt out: {label}", "{label}: never",
    "{label} – turned off", "Keep my chats out of training", "{label} nicht erlauben",
)  # fmt: skip
NEAR = (
    "Help improve our products", "Help improve our AI models with voice", "Help improve our AI model", "Improve Claude",
    "Help improve Claude Code", "Help improve Anthropic Labs", "Share data to improve Labs", "Memory", "",
    "Help improve our AI models’ safety", "Location metadata", "Do not help improve our AI models",
)  # fmt: skip
SHAPES = (
    "button", "span", "div", "checkbox", "native", "native-switch", "sr-only", "twin", "pressed", "menuitem", "radios",
    "data-state", "contradiction",
)  # fmt: skip
FORM_CONTROLS = (
    "button",
    "native",
    "native-switch",
    "sr-only",
    "pressed",
    "data-state",
)  # what a fieldset disables
NAMINGS = ("labelledby", "label", "for", "beside", "generic", "foreign", "tail", "opt-out", "empty")
FORMS = (
    "plain",
    "split",
    "bold",
    "badge",
    "icon",
    "upper",
    "decomposed",
    "spaced",
    "colon",
    "lines",
    "wide",
)
HIDINGS = ("display", "visibility", "aria", "attribute", "ancestor", "inert")
HALF_HIDDEN = (
    "clipped",
    "clear",
    "far",
)  # a person cannot see it, but the page holds it like any other

# ---------------------------------------------------------------- what varies


@dataclass(frozen=True)
class Row:
    """One row of the panel. `shown` is what its control says.

    True, false, "mixed", or nothing at all.
    """

    title: str
    shown: bool | str | None
    link: str | None = None
    shape: str = "button"
    naming: str = "labelledby"
    form: str = "plain"
    hidden: str | None = None
    wraps: int = 0
    shadow: bool = False
    disabled: str = "no"
    busy: bool = False
    note: bool = False
    mention: str | None = None
    """Another setting that the row's description refers to."""
    names: str = ""


@dataclass(frozen=True)
class Mutant:
    """A page and its server; `truth` is what the server holds. Times are in milliseconds."""

    truth: bool | None
    rows: tuple[Row, ...]
    lang: str | None = "en-US"
    network: str = "truth"
    nest: str = ""
    first: tuple[Row, ...] | None = None
    """What is drawn before the data is there; nothing: the panel comes with its data."""
    around: str | None = None
    flat: bool = False
    same_ids: bool = False
    skeleton: bool = False
    again: bool = False
    """Whether the final panel replaces the first one, instead of being patched into it."""
    panel: int = 0
    ask: int = 0
    answer: int = 0
    show: int = 0
    writes: tuple[str, ...] = ()
    noise: bool = False

    @property
    def endless(self) -> bool:
        """Whether the page says for ever that it is busy."""
        return self.skeleton or any(row.busy for row in self.rows)


@dataclass(frozen=True)
class Dice:
    """Chooses the plain value, unless its aspect is one of the few that are mutated.

    Each choice hangs on the seed and the aspect alone: leave an aspect out, and all others stay as
    they are.
    """

    seed: int
    mutated: frozenset[str]

    def __call__(self, aspect: str, plain: T, *others: T) -> T:
        return (
            self.any(aspect, *others) if aspect.split(":", maxsplit=1)[0] in self.mutated else plain
        )

    def any(self, what: str, *options: T) -> T:
        """Choose one of the options."""
        return Random(f"{self.seed} {what}").choice(options)  # noqa: S311

    def shuffled(self, *things: T) -> tuple[T, ...]:
        """Put things in any order."""
        return tuple(Random(self.seed).sample(things, len(things)))  # noqa: S311 - likewise


def _setting(dice: Dice, truth: bool | None) -> tuple[Row, str | None, str]:
    """Draw the setting's row, the page's language, and whether the row is honest, lies, says nothing, or is odd."""
    locale, label = dice("language", ("en-US", ENGLISH), *LABELS)
    honesty = dice("honesty", "honest", "lies", "silent")
    kind: str = dice("label", "known", "unknown", "inverted", "inverted")
    shown = bool(truth) if truth is not None else dice.any("shown", True, False)
    if kind == "unknown":
        label = dice.any("unknown", *UNKNOWN_LABELS)
    elif kind == "inverted":
        label, shown = dice.any("inverted", *INVERTED).format(label=label), not shown
    naming = dice("naming", "labelledby", *NAMINGS)
    if naming == "opt-out" and kind != "inverted":  # the name turns the meaning of the label around
        kind, shown = "inverted", not shown
    saying: dict[str, bool | str | None] = {
        "honest": shown,
        "lies": not shown,
        "silent": dice.any("silent", "mixed", None),
    }
    row = Row(
        title=label,
        shown=saying[honesty],
        link=dice("link", "setting", None, "other"),
        shape=dice("shape", "button", *SHAPES),
        naming=naming,
        form=dice("form", "plain", *FORMS),
        hidden=dice("hidden", None, *HIDINGS, *HALF_HIDDEN),
        wraps=dice("wraps", 0, 1, 2, 3),
        shadow=dice("shadow", False, True),
        disabled=dice("disabled", "no", "yes", "aria", "outer"),
        busy=dice("endless", False, True, False, False),
        names=dice("names", "", "x1", "settings-row", "grove"),
    )
    if honesty == "honest" and row.disabled != "no" and dice.any("disabled shows", True, False):
        # Disabled for good is not settled, unless the row says why: it may show anything.
        noted = truth is False and kind == "known" and dice.any("note", True, False)
        row = replace(row, shown=False, note=noted)
    lang = dice("html lang", locale, None, "cs", "en-GB", "zz")
    return row, lang, honesty if kind == "known" else kind


def _decoy(dice: Dice, other: bool, place: int) -> Row:
    """Draw another row; it mostly shows the opposite of what is true of the setting."""
    shown: Any = dice(f"decoy shows:{place}", other, not other, "mixed")
    return Row(
        title=dice.any(f"near:{place}", *NEAR),
        shown=shown,
        link=dice(f"decoy link:{place}", None, "setting", "setting", "location", "other"),
        shape=dice(f"decoy shape:{place}", "button", *SHAPES),
        naming=dice(f"decoy naming:{place}", "labelledby", *NAMINGS[:5]),
        form=dice(f"decoy form:{place}", "plain", "split", "first-bold", "badge"),
        hidden=dice(f"decoy hidden:{place}", None, *HIDINGS),
        wraps=dice("wraps", 0, 1, 2),
        disabled=dice(f"decoy disabled:{place}", "no", "yes"),
        note=dice(f"decoy disabled:{place}", False, True, False),
    )


def _copies(dice: Dice, setting: Row) -> list[Row]:
    """Draw a copy of the setting's row, or none."""
    kind = dice("copies", None, "equal", "different", "different")
    if kind is None:
        return []
    shown = (
        setting.shown
        if kind == "equal" or not isinstance(setting.shown, bool)
        else not setting.shown
    )
    hidden = dice.any("copy is hidden", *(None,) * 8, *HIDINGS)
    shape = dice("copy's shape", setting.shape, *SHAPES)
    return [replace(setting, shown=shown, hidden=hidden, shape=shape, note=False)]


def _early(
    dice: Dice, rows: tuple[Row, ...], setting: Row, default: bool
) -> tuple[Row, ...] | None:
    """Draw what stands there before the data.

    The default of a switch, disabled or busy, or not every row.
    """
    kind = dice(
        "early", None, "default", "default", "disabled", "busy", "mixed", "without it", "it alone"
    )
    if kind is None:
        return None
    if kind in {"without it", "it alone"}:
        return tuple(row for row in rows if (row is setting) == (kind == "it alone"))
    starts: dict[str, dict[str, Any]] = {
        "default": {"shown": default},
        "disabled": {"shown": default, "disabled": "yes"},
        "busy": {"shown": default, "busy": True},
        "mixed": {"shown": "mixed"},
    }
    return tuple(replace(row, **starts[kind]) if row is setting else row for row in rows)


def _misled(setting: Row, copies: list[Row], honesty: str) -> bool:
    """Return whether what a person sees for good is not the truth, so that only the network may tell it."""
    return honesty == "lies" or (
        setting.hidden is not None and any(copy.hidden is None for copy in copies)
    )


def _show(dice: Dice, first: tuple[Row, ...] | None) -> int:
    """Draw how long the truth takes to show.

    Only what says that it is busy may take longer than the patience.
    """
    if first and any(row.busy for row in first):
        return dice.any("show", 60, 1600)
    return dice.any("show", 0, 250, 450) if first else dice("show", 0, 60, 120)


ASPECTS = (
    "language", "honesty", "label", "naming", "link", "shape", "form", "hidden", "wraps", "shadow", "disabled", "names",
    "html lang", "decoy shows", "decoy link", "decoy shape", "decoy naming", "decoy form", "decoy hidden",
    "decoy disabled", "copies", "copy's shape", "early", "early", "around", "flat", "same ids", "endless", "panel",
    "answer", "show", "writes", "mention", "mention", "nest",
)  # fmt: skip
NETWORKS = (
    *("truth",) * 8, *("none",) * 6, "missing", "missing", "failed", "garbled", "text", "null", "conflict", "lie",
)  # fmt: skip


SEEDS = st.integers(
    0, 2**64 - 1
)  # one number and nothing else: Hypothesis would vary several by repeating them


def mutated(seed: int) -> frozenset[str]:
    """Return the aspects that a seed mutates: a few."""
    chance = Random(seed)  # noqa: S311 - nothing secret hangs on it
    return frozenset(chance.sample(ASPECTS, chance.randint(1, 6)))


def mutant_of(seed: int, aspects: frozenset[str]) -> Mutant:
    """Return the mutant of the good panel that a seed stands for, with only these aspects mutated."""
    dice = Dice(seed, aspects)
    truth = dice.any("truth", *(True, False) * 5, None)
    setting, lang, honesty = _setting(dice, truth)
    decoys = [
        _decoy(dice, truth is not True, number) for number in range(dice.any("decoys", 0, 1, 2))
    ]
    location = Row(WORDS["decoy"].texts["en-US"][0], truth is not True, "location")
    if mentioned := dice("mention", None, "alone", "alone", "beside it"):
        location = replace(
            location, naming=dice.any("namelessness", "generic", "beside"), mention=ENGLISH
        )
        setting = replace(setting, hidden="display") if mentioned == "alone" else setting
    network = "truth" if truth is None else dice.any("network", *NETWORKS)
    around = dice("around", None, "disabled", "aria-disabled", "form", "groups", "table")
    inert = around == "aria-disabled" or (around == "disabled" and setting.shape in FORM_CONTROLS)
    if inert and dice.any("all of it is disabled", True, False):
        setting = replace(setting, shown=truth is not True)  # not settled, and may show anything
    if (
        network in {"failed", "garbled"}
        and honesty == "honest"
        and dice.any("swallows", True, False)
    ):
        setting = replace(
            setting, shown=truth is not True
        )  # asked in vain, it shows its default: not settled either
    copies = _copies(dice, setting)
    stale: bool = dice.any("stale", True, False, False)
    if copies and stale:  # the old row is kept, hidden, beside one that nobody knows
        copies = [
            replace(
                setting,
                shown=truth is not True,
                title=ENGLISH,
                hidden=dice.any("hidden how", *HIDINGS),
            )
        ]
        setting = replace(
            setting, title=UNKNOWN_LABELS[0], link=None, naming="labelledby", hidden=None
        )
    rows = dice.shuffled(location, setting, *copies, *decoys)
    if truth is None or _misled(setting, copies, honesty):
        network = "truth"
    plain = (
        honesty == "honest" and setting.hidden is None and setting.disabled == "no" and not copies
    )
    plain = plain and around not in {"disabled", "aria-disabled"}
    if network == "lie" and not (
        plain and setting.naming == "labelledby" and setting.link == "setting"
    ):
        network = "conflict"
    first = (
        None if network in {"lie", "conflict"} else _early(dice, rows, setting, truth is not True)
    )
    return Mutant(
        truth=truth,
        rows=rows,
        lang=lang,
        network=network,
        nest=dice("nest", "", "settings", "account.settings"),
        first=first,
        around=around,
        flat=dice("flat", False, True),
        same_ids=dice("same ids", False, setting.hidden is None and setting.link == "setting"),
        skeleton=dice("endless", False, True, False, False),
        again=dice.any("again", True, False) or setting.shadow,
        panel=dice("panel", 0, 80, 160),
        ask=dice.any("ask", 0, 150, 300) if first else 0,
        answer=dice("answer", 0, 50, 400, 1400),
        show=_show(dice, first),
        writes=dice("writes", (), ("patch",), ("post", "beacon"), ("leave",), ("patch", "leave")),
        noise=dice.any("noise", True, False),
    )


# ---------------------------------------------------------------- how it is drawn

_STYLES = {
    "display": 'style="display:none"', "visibility": 'style="visibility:hidden"', "aria": 'aria-hidden="true"',
    "attribute": "hidden", "inert": "inert",
    "clipped": 'style="height:0;overflow:hidden"', "clear": 'style="opacity:0"',
    "far": 'style="position:absolute;left:-9999px"',
}  # fmt: skip
_SR_ONLY = "position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip:rect(0 0 0 0)"


def _styled(title: str, form: str) -> str:
    """Write a title in one of the ways in which pages write titles."""
    head, _, tail = title.partition(" ")
    text, decomposed = escape(title), escape(unicodedata.normalize("NFD", title))
    wide = "".join(
        chr(ord(char) + 0xFEE0) if char.isascii() and char.isalpha() else char for char in title
    )
    return {
        "plain": text,
        "split": f"<span>{escape(head)}</span> <span>{escape(tail)}</span>",
        "bold": f"<b>{text}</b>",
        "first-bold": f"<b>{ENGLISH}</b> {text or 'for Labs'}",
        "badge": f'{text} <span class="badge">New</span>',
        "icon": f'<span aria-hidden="true">✨</span> {text}',
        "upper": text.upper(),
        "decomposed": decomposed,
        "spaced": escape(title.replace(" ", " \u00a0 ")),
        "colon": f"{text}：",  # the full-width one
        "lines": escape(title.replace(" ", "\n")),
        "wide": escape(wide),
    }[form]


def _name(row: Row, number: str) -> str:
    """Write what gives the control its accessible name."""
    title = escape(row.title, quote=True)
    return {
        "labelledby": f'aria-labelledby="t{number}"',
        "label": f'aria-label="{title}"',
        "for": f'aria-labelledby="t{number}"',
        "beside": "",
        "generic": 'aria-label="Toggle"',
        "foreign": 'aria-label="Model training"',
        "tail": f'aria-label="{title} New"',
        "opt-out": f'aria-label="{title} (opt out)"',
        "empty": 'aria-label=" "',
    }[row.naming]


def _said(value: bool | str | None, attribute: str = "aria-checked") -> str:
    return "" if value is None else f'{attribute}="{str(value).lower()}"'


def _control(row: Row, number: str) -> str:
    """Write the control itself; `data-c` is what the page's own script patches."""
    value, name = row.shown, _name(row, number)
    if row.shape == "contradiction" and isinstance(value, bool):
        name = f"{name} {_said(not value)}"
    off = {"yes": "disabled", "aria": 'aria-disabled="true"'}.get(row.disabled, "")
    aria_off = 'aria-disabled="true"' if off else ""
    common = f'data-c="{number}" class="c {row.names}" {name}'
    native = " ".join(
        filter(
            None, ["checked" if value is True else "", 'data-mixed=""' if value == "mixed" else ""]
        )
    )
    state = {True: "checked", False: "unchecked", "mixed": "indeterminate", None: ""}[value]
    twin = f'<input type="checkbox" aria-hidden="true" tabindex="-1" {"" if value else "checked"}>'
    if row.shape == "radios":
        halves = [("On", value is True), ("Off", value is False)]
        inputs = "".join(
            f'<label><input type="radio" name="r{number}" data-c="{number}{word}" {off}'
            f" {'checked' if on else ''}>{word}</label>"
            for word, on in halves
        )
        return f'<div role="radiogroup" {name}>{inputs}</div>'
    if value is None and row.shape in {"native", "native-switch", "sr-only", "contradiction"}:
        return f'<span role="switch" tabindex="0" {common}></span>'
    return {
        "button": f'<button type="button" role="switch" {_said(value)} {off} {common}></button>',
        "span": f'<span tabindex="0" role="switch" {_said(value)} {aria_off} {common}></span>',
        "div": f'<div tabindex="0" role="switch" {_said(value)} {aria_off} {common}></div>',
        "checkbox": f'<div tabindex="0" role="checkbox" {_said(value)} {aria_off} {common}></div>',
        "native": f'<input type="checkbox" {native} {off} {common}>',
        "native-switch": f'<input type="checkbox" role="switch" switch {native} {off} {common}>',
        "sr-only": (
            f'<label class="drawn"><input type="checkbox" role="switch" style="{_SR_ONLY}" {native}'
            f' {off} {common.replace("class=", "data-class=")}><span class="c"></span></label>'
        ),
        "twin": (
            f'<span><span tabindex="0" role="switch" {_said(value)} {aria_off}'
            f" {common}></span>{twin}</span>"
        ),
        "pressed": f'<button type="button" {_said(value, "aria-pressed")} {off} {common}></button>',
        "menuitem": (
            f'<div tabindex="0" role="menuitemcheckbox" {_said(value)} {aria_off} {common}></div>'
        ),
        "data-state": (
            f'<button role="switch" {_said(value)} data-state="{state}" {off} {common}></button>'
        ),
        "contradiction": f'<input type="checkbox" {native} {off} {common}>',
    }[row.shape]


def _row(row: Row, number: str, *, flat: bool) -> str:
    title = f'<div id="t{number}" class="settings-row-title">{_styled(row.title, row.form)}</div>'
    mention = f"<p>{row.mention}</p>" if row.mention else ""
    link = f'<a href="{LINKS[row.link]}" target="_blank">Learn more</a>' if row.link else ""
    note = "<div>Off for all emails using your domain</div>" if row.note else ""
    words = (
        f"<div>{title}<div>What this is about, in one sentence. {link}</div>{mention}{note}</div>"
    )
    inner = f"{words}{_control(row, number)}"
    for _ in range(row.wraps):
        inner = f'<div class="{row.names}">{inner}</div>'
    hide = _STYLES.get(row.hidden or "", "")
    busy = ' aria-busy="true"' if row.busy else ""
    outer = ' aria-disabled="true"' if row.disabled == "outer" else ""
    if flat and not hide and not busy and not outer:
        return inner
    html = f'<div role="group" class="row {row.names}" {hide}{busy}{outer}>{inner}</div>'
    if row.shadow:
        html = f"<x-row><template>{html}</template></x-row>"
    return f"<div hidden><section>{html}</section></div>" if row.hidden == "ancestor" else html


def panel(mutant: Mutant, rows: tuple[Row, ...]) -> str:
    """Write the panel with these rows."""
    ids = ["1" if mutant.same_ids else str(mutant.rows.index(row) if row in mutant.rows else place) for place, row in
           enumerate(rows)]  # fmt: skip
    drawn = "".join(
        _row(row, number, flat=mutant.flat) for row, number in zip(rows, ids, strict=True)
    )
    around = {
        "disabled": f"<fieldset disabled>{drawn}</fieldset>",
        "aria-disabled": f'<div role="group" aria-disabled="true">{drawn}</div>',
        "form": f"<form>{drawn}</form>",
        "groups": f'<div role="group"><div role="group"><section>{drawn}</section></div></div>',
        "table": f"<table><tbody><tr><td>{drawn}</td></tr></tbody></table>",
    }.get(mutant.around or "", f'<div role="group">{drawn}</div>')
    skeleton = (
        '<div data-testid="settings-content-skeleton" aria-busy="true">…</div>'
        if mutant.skeleton
        else ""
    )
    return (
        '<div data-perf-screen="data-privacy-controls"><p>Your data matters. <a'
        f' href="{LINKS["other"]}">Privacy Center</a></p><button>How we protect your'
        f" data</button><button>How we use your data</button>{around}{skeleton}<h3>Your"
        " data</h3><button>Export data</button><button>Shared chats</button></div>"
    )


_PAGE = """<!doctype html><html{lang}><head><meta charset="utf-8"><title>Settings</title>
<style>.c {{ display: inline-block; width: 36px; height: 20px; background: #888 }}</style><script>
const spec = {spec}, base = location.pathname.replace(/\\/new$/, "");
const wait = (ms) => ms ? new Promise((done) => setTimeout(done, ms)) : undefined;
const body = '{{"grove_enabled":true}}';
const send = (method, path) => fetch(base + path, {{ method, keepalive: true, body }}).catch(() => 0);
const get = (path) => fetch(base + path).then((answer) => answer.json()).catch(() => 0);
const place = () => document.getElementById("place");
const draw = (html) => {{
  place().innerHTML = html;
  const hosts = [...place().querySelectorAll("x-row")];
  for (const host of hosts) host.attachShadow({{ mode: "open" }}).innerHTML = host.firstChild.innerHTML;
  const roots = [place(), ...hosts.map((host) => host.shadowRoot)];
  for (const root of roots) for (const input of root.querySelectorAll("[data-mixed]")) input.indeterminate = true;
}};
const patch = (html) => {{
  const made = new DOMParser().parseFromString(html, "text/html"), old = [...place().querySelectorAll("[data-c]")];
  const fresh = [...made.querySelectorAll("[data-c]")];
  if (old.length !== fresh.length || spec.again) return draw(html);
  old.forEach((element, index) => {{
    const now = fresh[index];
    for (const name of element.getAttributeNames()) if (!now.hasAttribute(name)) element.removeAttribute(name);
    for (const name of now.getAttributeNames()) element.setAttribute(name, now.getAttribute(name));
    if ("checked" in element) [element.checked, element.indeterminate] = [now.checked, now.hasAttribute("data-mixed")];
  }});
  const rows = [...place().querySelectorAll(".row")];
  [...made.querySelectorAll(".row")].forEach((row, index) => {{
    if (!row.hasAttribute("aria-busy")) rows[index]?.removeAttribute("aria-busy");
    if (row.hasAttribute("aria-disabled")) rows[index]?.setAttribute("aria-disabled", "true");
  }});
}};
const run = async () => {{
  if (spec.writes.includes("patch")) send("PATCH", "/api/account/settings");
  if (spec.writes.includes("post")) send("POST", "/api/event_logging");
  if (spec.writes.includes("beacon")) navigator.sendBeacon(base + "/api/beacon", "seen");
  if (spec.writes.includes("leave")) addEventListener("pagehide", () => send("PUT", "/api/account"));
  if (spec.noise) get("/api/organizations");
  const early = spec.conflict ? get("/api/bootstrap") : 0;
  await wait(spec.panel);
  if (spec.first) {{
    draw(spec.first);
    await wait(spec.ask);
  }}
  if (spec.asks) await get("/api/account/settings");
  await early;
  await wait(spec.show);
  (spec.first ? patch : draw)(spec.final);
}};
let begun = false;
addEventListener("click", (event) => {{
  if (place().contains(event.target)) get("/clicked");
  if (event.target.id !== "open" || begun) return;
  begun = true;
  run();
}});
</script></head><body><nav><button id="open" data-testid="open-privacy">Privacy</button></nav>
<main><h1>Settings</h1><div id="place"></div></main></body></html>"""


def page(mutant: Mutant) -> str:
    """Write the whole page of a mutant."""
    spec = {
        "first": None if mutant.first is None else panel(mutant, mutant.first),
        "final": panel(mutant, mutant.rows),
        "again": mutant.again,
        "asks": mutant.network != "none",
        "conflict": mutant.network == "conflict",
        "writes": mutant.writes,
        "noise": mutant.noise,
        "panel": mutant.panel,
        "ask": mutant.ask,
        "show": mutant.show,
    }
    lang = f' lang="{mutant.lang}"' if mutant.lang is not None else ""
    return _PAGE.format(lang=lang, spec=json.dumps(spec).replace("<", "\\u003c"))


def answer(mutant: Mutant, path: str) -> tuple[int, str]:
    """Return what the mutant's server says."""
    value: object = mutant.truth
    if path == "/api/bootstrap" or mutant.network == "lie" or path == "/api/organizations":
        value = not mutant.truth
    if path == "/api/account/settings":
        if mutant.network == "failed":
            return 500, '{"error": "internal"}'
        if mutant.network == "garbled":
            return 200, "<p>Please wait</p>"
        value = {"text": str(value).lower(), "null": None}.get(mutant.network, value)
    inner: dict[str, object] = {"location_metadata_enabled": not mutant.truth}
    if mutant.network != "missing" or path != "/api/account/settings":
        inner["grove_enabled"] = value
    nest = mutant.nest if path == "/api/account/settings" else "account.settings"
    for key in reversed(nest.split(".") if nest else []):
        inner = {key: inner}
    return 200, json.dumps(inner)


# ---------------------------------------------------------------- how it is served


class Served(LocalServer):
    """The mutants by number, and every request for something else than reading."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.mutants: list[Mutant] = []
        self.unwanted: dict[int, list[str]] = defaultdict(list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def add(self, mutant: Mutant) -> int:
        """Serve a mutant, and give its number."""
        self.mutants.append(mutant)
        return len(self.mutants) - 1


class _Handler(Quiet, BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Served

    def _split(self) -> tuple[int, str]:
        _, _, number, rest = urlsplit(self.path).path.split("/", 3)
        return int(number), f"/{rest}"

    def do_GET(self) -> None:
        if not self.path.startswith("/m/"):
            return self._send(404, "", "text/plain")
        number, path = self._split()
        mutant = self.server.mutants[number]
        if path == "/new":
            return self._send(200, page(mutant), "text/html; charset=utf-8")
        if path == "/clicked":
            self.server.unwanted[number].append("a click in the panel")
        if path == "/api/account/settings":
            sleep(mutant.answer / 1000)
        return self._send(*answer(mutant, path), "application/json")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", "0")))
        number, path = self._split()
        self.server.unwanted[number].append(f"{self.command} {path}")
        self._send(200, "{}", "application/json")

    do_PUT = do_PATCH = do_DELETE = do_POST  # noqa: N815 - the names are the standard library's

    def _send(self, status: int, text: str, kind: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.send_header("cache-control", "no-store")
        self.end_headers()
        self.wfile.write(body)
