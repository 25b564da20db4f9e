"""The HTML documents: the app's frame, the bot check and the index for people."""

import json
from dataclasses import asdict
from functools import cache
from html import escape
from itertools import starmap
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from auditor.mocksite.accounts import Account
    from auditor.mocksite.scenario import Scenario

STATIC = Path(__file__).parent / "static"
# what may stand in a data: address as it is, here inside a script element
_PLAIN = " !$&'()*+,-./:;=?@[]^_`{|}~"
CODE = "123456"
"""The code that signs in. The page says it: a mock sends no mail."""


def app(account: "Account", screen: str) -> str:
    """Return the frame of the app; the browser draws `screen` from the JSON that travels in it."""
    scenario = account.scenario
    options = {
        "prefix": f"/s/{scenario.name}",
        "screen": screen,
        "page": asdict(scenario.page),
        "locked": scenario.locked,
        "texts": texts(scenario.page.lang) | dict(scenario.page.texts),
        "code": None if scenario.backend.sign_in == "none" else CODE,
        "value": account.value if scenario.page.embedded else None,
    }
    return _fill(
        "app.html",
        lang=scenario.page.html_lang or scenario.page.lang,
        dir=scenario.page.dir,
        title="Sign in - Claude" if screen == "signin" else "Claude",
        options=json.dumps(options, ensure_ascii=False).replace("<", "\\u003c"),
        modules=_modules(),
    )


def frame() -> str:
    """Return the empty document that a part of the app may be drawn into."""
    return _read("frame.html")


def challenge(title: str) -> str:
    """Return the bot check's interstitial (OBS 2026-09), which stays as it is."""
    return _fill("challenge.html", title=escape(title), note="It stays as it is.", check="")


def check(prefix: str) -> str:
    """Return the bot check, which lets a browser through if nobody seems to steer it."""
    return _fill(
        "challenge.html",
        title="Just a moment...",
        note="It lets a plain window through and asks an automated browser for ever.",
        check=(
            f'<script type="module" src="/static/check.js" data-prefix="{escape(prefix)}"'
            ' id="check"></script>'
        ),
    )


def index(accounts: "Iterable[Account]") -> str:
    """Return the list of all scenarios, by group, with what the server holds now."""
    groups: dict[str, list[Account]] = {}
    for account in accounts:
        groups.setdefault(account.scenario.group, []).append(account)
    return _fill("index.html", groups="\n".join(starmap(_group, groups.items())))


@cache
def texts(lang: str) -> dict[str, str]:
    """Return the texts of a language; what it lacks is English."""
    return _read_texts("en-US") | _read_texts(lang)


@cache
def _modules() -> str:
    """Return the import map with every module of the app in it.

    One document is quicker than twenty requests.
    """
    paths = sorted(STATIC.rglob("*.js"))
    names = [f"mock/{path.relative_to(STATIC).with_suffix('').as_posix()}" for path in paths]
    sources = [f"data:text/javascript,{quote(path.read_bytes(), _PLAIN)}" for path in paths]
    return json.dumps({"imports": dict(zip(names, sources, strict=True))})


def _group(name: str, members: "Iterable[Account]") -> str:
    rows = "\n".join(_row(account) for account in members)
    return f'<section><h2>{escape(name.capitalize())}</h2><div class="cases">{rows}</div></section>'


def _row(account: "Account") -> str:
    scenario = account.scenario
    value = {True: "on", False: "off", None: "null"}[account.value]
    writes = f"{len(account.ledger)} write{'' if len(account.ledger) == 1 else 's'}"
    return _fill(
        "index-row.html",
        name=escape(scenario.name),
        summary=escape(scenario.summary),
        value=value,
        writes=writes,
        expected=escape(_expected(scenario)),
    )


def _expected(scenario: "Scenario") -> str:
    words = [scenario.state, "locked" if scenario.locked else scenario.reason]
    return " · ".join(word.replace("_", " ") for word in words if word)


def _fill(template: str, **values: str) -> str:
    return Template(_read(template)).substitute(values)


@cache
def _read(name: str) -> str:
    return (STATIC / name).read_text("utf-8")


def _read_texts(lang: str) -> dict[str, str]:
    loaded: dict[str, str] = json.loads(_read(f"lang/{lang}.json"))
    return loaded
