"""Hear what the person presses in a page, without asking the page's own scripts.

The browser runs a small script in a world of its own in each frame (an isolated world, as an
extension's), which alone can call the binding that it tells by. So a page can neither forge a press
nor see that somebody listens; one that swallows the press before is not heard, and may then not
write.
"""

from __future__ import annotations

import json
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

from playwright.async_api import Error

from auditor.browser.engine.page_script import read_script
from auditor.browser.network.persons_choice import HeardPress

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from playwright.async_api import CDPSession

_BINDING, _WORLD = "notePersonsPress", "persons-presses"


@asynccontextmanager
async def listen_for_presses(
    cdp: CDPSession, note_press: Callable[[HeardPress], None]
) -> AsyncIterator[None]:
    """Tell what is pressed until the block ends."""

    def on_call(event: dict[str, Any]) -> None:
        if event["name"] == _BINDING:
            note_press(_heard_press(json.loads(event["payload"])))

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


def _heard_press(told: dict[str, Any]) -> HeardPress:
    control = told.get("control") or {}
    return HeardPress(
        names=tuple(told.get("names", ())),
        is_escape=bool(told.get("escape")),
        control=tuple(control["names"]) if control else None,
        links=tuple(control.get("links", ())),
        made=told["made"],
        identity=told["identity"],
    )
