"""Whether pressing an element would accept, agree, continue, delete or pay.

A flow is checked for such names when it is loaded. But a stranger's flow may point to a button by
a test id or a selector that says nothing of it: so the button's own name, as the browser's
accessibility tree has it, is looked at before it is pressed. Not for a flow that ships with the
tool: its steps are known, and its first button bears the person's name, which may be any word.
"""

from __future__ import annotations

import asyncio

from playwright.async_api import Locator

from auditor.flow.consent_words import names_binding_button

# What a press on something inside also presses.
_PRESSED = "button", "a", "summary", "label", "*[@role]"
_AROUND = "xpath=ancestor::*[{}][not(@role='menu' or @role='dialog' or @role='main')]".format(
    " or ".join(f"self::{each}" for each in _PRESSED)
)
_MOST_AROUND = 3
_LOOK_MS = 2_000


async def names_binding_press(target: object) -> bool:
    """Return whether an element, something in it or a button around it has a binding name.

    What is found by its name alone has one that was checked when the flow was loaded.
    """
    if not isinstance(target, Locator):
        return False
    around = await target.locator(_AROUND).all()
    pressed = (target, *around[-_MOST_AROUND:])
    trees = await asyncio.gather(*(each.aria_snapshot(timeout=_LOOK_MS) for each in pressed))
    return any(names_binding_button(tree) for tree in trees)
