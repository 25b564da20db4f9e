"""Hear what the person presses in a page, without asking the page's own scripts.

The browser runs a small script in a world of its own in each frame (an isolated world, as an
extension's), which alone can call the binding that it tells by. So a page can neither forge a press
nor see that somebody listens; one that swallows the press before is not heard, and may then not
write.
"""

from __future__ import annotations

import json
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, Protocol

from playwright.async_api import Error

from auditor.browser.engine.page_script import read_script

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from playwright.async_api import CDPSession

_BINDING, _WORLD = "notePersonsPress", "persons-presses"


class PressListener(Protocol):
    """Whoever is told what the person presses (`network/persons_choice.py`)."""

    def note_press(
        self, names: Iterable[str], *, is_escape: bool = False, made: float | None = None
    ) -> None:
        """Note what was pressed, by its names, and when, in seconds by the browser's wall clock."""

    def note_control(
        self, names: Iterable[str], links: Iterable[str], *, made: float | None = None
    ) -> None:
        """Note that a control was pressed, by its names and the links of its row."""


@asynccontextmanager
async def listen_for_presses(cdp: CDPSession, listener: PressListener) -> AsyncIterator[None]:
    """Tell what is pressed until the block ends; of a control, that it is one first."""

    def on_call(event: dict[str, Any]) -> None:
        if event["name"] == _BINDING:
            told = json.loads(event["payload"])
            made = told["made"]
            if control := told.get("control"):
                listener.note_control(control["names"], control["links"], made=made)
            is_escape = bool(told.get("escape"))
            listener.note_press(told.get("names", []), is_escape=is_escape, made=made)

    cdp.on("Runtime.bindingCalled", on_call)
    await cdp.send("Page.enable")
    await cdp.send("Runtime.enable")
    await cdp.send("Runtime.addBinding", {"name": _BINDING, "executionContextName": _WORLD})
    source = read_script("path/presses.js").replace("NOTE_PRESS", _BINDING)
    script = {"source": source, "worldName": _WORLD, "runImmediately": True}
    added = await cdp.send("Page.addScriptToEvaluateOnNewDocument", script)
    try:
        yield
    finally:
        cdp.remove_listener("Runtime.bindingCalled", on_call)
        with suppress(Error):  # the page may be gone by now
            await cdp.send("Page.removeScriptToEvaluateOnNewDocument", added)
            await cdp.send("Runtime.disable")
