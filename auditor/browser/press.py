"""Reach a control as a person would, rehearse the click, and make it exactly once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.async_api import ElementHandle, Error, Locator

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from auditor.browser.clock import Clock

_TRIAL = 2.0  # seconds a rehearsal may take for each way
_LABEL = """element => {
  const seen = label => { const box = label.getBoundingClientRect(); return box.width > 0 && box.height > 0; };
  return [...(element.labels || [])].find(seen) || null;
}"""
_FOCUSABLE = """element => {
  element.focus();
  const inside = root => {
    const one = root.activeElement;
    return one && one.shadowRoot ? inside(one.shadowRoot) : one;
  };
  const active = inside(document);
  return active === element || element.contains(active);
}"""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to press a control that has been rehearsed and works."""

    name: str
    press: Callable[[float], Awaitable[None]]


async def reach(control: Locator, clock: Clock) -> Way | None:
    """Find a way to press the control without pressing it: itself, its visible label, or the space bar on it."""
    for way in (_itself, _label, _space):
        found = await way(control, clock)
        if found is not None:
            return found
    return None


async def _itself(control: Locator, clock: Clock) -> Way | None:
    return await _clickable("a click on the switch", control, clock)


async def _label(control: Locator, clock: Clock) -> Way | None:
    handle = await control.evaluate_handle(_LABEL)
    label = handle.as_element()
    return None if label is None else await _clickable("a click on its label", label, clock)


async def _space(control: Locator, clock: Clock) -> Way | None:
    if not await control.is_enabled() or not await control.evaluate(_FOCUSABLE):
        return None

    async def press(limit: float) -> None:
        await control.press("Space", timeout=limit)

    del clock
    return Way("the space bar on the switch", press)


async def _clickable(name: str, element: Locator | ElementHandle, clock: Clock) -> Way | None:
    try:
        await element.click(trial=True, timeout=clock.ms(_TRIAL))
    except Error:
        return None

    async def press(limit: float) -> None:
        await element.click(timeout=limit)

    return Way(name, press)
