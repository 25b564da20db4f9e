"""Call functions of ours in a world of their own beside the page's scripts.

Playwright has one such world in each document, for its own scripts, and a selector engine of the
user's may run there, too: https://playwright.dev/python/docs/extensibility. Ours runs a function
that its selector names, so that a page may redefine what it likes, and all the scripts are sent
once to each document and not with each call.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Any

from playwright.async_api import ElementHandle, Frame, Locator, Page, Playwright

from auditor.browser.engine.page_script import SCRIPTS, read_script

_ENGINE = "auditor"
_NUMBERS = count(1)
# They are sent to the page by other ways.
_ALONE = {
    "engine/selector_engine.js",
    "control/custom_states.js",
    "control/stands_in.js",
    "network/unload_guard.js",
    "path/next_change.js",
    "path/presses.js",
}


@dataclass(frozen=True, slots=True)
class PageFunction:
    """A function of the page's scripts: its name, and the files that give it and what it uses.

    Each file is one function. It takes by name what it uses of the files before it, and gives an
    object of functions. `asked` is what Python passes along, `memory` what was kept in this
    document, and what the function is called with is the document or an element.
    """

    run: str
    files: tuple[str, ...]

    def finding(self, asked: object = None) -> str:
        """Return a selector of what it returns: elements, or what it is called with for `true`."""
        return self._selector(asked, finds=True)

    def telling(self, asked: object = None) -> str:
        """Return a selector of an element whose text is what it returns, as JSON."""
        return self._selector(asked, finds=False)

    def _selector(self, asked: object, *, finds: bool) -> str:
        call = {"run": self.run, "files": self.files, "asked": asked, "finds": finds}
        return f"{_ENGINE}={json.dumps(call)}"


# What many ask of an element that is held, see `pinned.js`.
PIN = PageFunction("pin", ("engine/pinned.js",))
IS_KEPT = PageFunction("isKept", ("engine/pinned.js",))
IS_PINNED = PageFunction("isPinned", ("engine/pinned.js",))
IS_CONNECTED = PageFunction("isConnected", ("engine/pinned.js",))


def new_key(kind: str) -> str:
    """Return a name, given only once, under which a document keeps something in its memory."""
    return f"{kind} {next(_NUMBERS)}"


async def install_page_functions(playwright: Playwright) -> None:
    """Let every context of a driver call our functions.

    Contexts that are there already are told; those made later know.
    """
    await playwright.selectors.register(_ENGINE, _engine_source(), content_script=True)


async def ask(
    target: Page | Frame | Locator | ElementHandle,
    function: PageFunction,
    asked: object = None,
    *,
    timeout: float = 0,  # noqa: ASYNC109 - as Playwright's own
) -> Any:  # noqa: ANN401 - what JSON holds
    """Call a function with a document or an element, and return what it returns.

    An element that a locator does not find is waited for, `timeout` milliseconds at most, where
    that is not 0. Raises Playwright's Error.
    """
    selector = function.telling(asked)
    if isinstance(target, ElementHandle):
        told = await target.query_selector(selector)
        text = None if told is None else await told.text_content()
    else:
        text = await target.locator(selector).text_content(timeout=timeout)
    return json.loads(text or "null")


async def find_element(
    target: Page | Frame | ElementHandle, function: PageFunction, asked: object = None
) -> ElementHandle | None:
    """Call a function with a document or an element, and return the element that it returns.

    Raises Playwright's Error.
    """
    return await target.query_selector(function.finding(asked))


@cache
def _engine_source() -> str:
    """Return the selector engine with every file of functions in it."""
    known = ",\n".join(f'"{path}":\n{read_script(path)}' for path in _function_files())
    engine = read_script("engine/selector_engine.js")
    return _shorten(engine.replace("{ __proto__: null };", f"{{ __proto__: null,\n{known}\n}};", 1))


def _shorten(script: str) -> str:
    """Drop lines of comments and what lines begin with: it is sent twice for each context."""
    lines = (line.strip() for line in script.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def _function_files() -> list[str]:
    found = (path.relative_to(SCRIPTS).as_posix() for path in SCRIPTS.rglob("*.js"))
    return sorted(set(found) - _ALONE)
