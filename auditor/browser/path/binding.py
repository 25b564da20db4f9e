"""Whether pressing an element would accept, agree, continue, delete or pay.

A flow is checked for such names when it is loaded. But a stranger's flow may point to a button by
a test id or a selector that says nothing of it: so the button's own name, as the browser's
accessibility tree has it, is looked at before it is pressed, in a step as in a banner. Not for a
flow that ships with the tool: its steps are known, and its first button bears the person's name,
which may be any word.
"""

from __future__ import annotations

import asyncio

from playwright.async_api import Locator

from auditor.flow import flow_folders
from auditor.flow.consent_words import names_binding_button
from auditor.flow.refusals import names_binding_answer

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
    return any(names_binding_button(tree) for tree in await _pressed_names(target))


async def names_binding_refusal(button: Locator) -> bool:
    """Return whether the button of a banner binds, and is none of those known to refuse."""
    shipped = flow_folders()[-1]
    return any(names_binding_answer(tree, shipped) for tree in await _pressed_names(button))


async def _pressed_names(target: Locator) -> list[str]:
    """Return what the accessibility tree says of an element, and of what is pressed around it."""
    around = await target.locator(_AROUND).all()
    pressed = (target, *around[-_MOST_AROUND:])
    return await asyncio.gather(*(each.aria_snapshot(timeout=_LOOK_MS) for each in pressed))
