"""Reach a control as a person with a mouse would, rehearse the click, and make it exactly once.

Everything is done to one pinned element, or to the one of this role and name, never to "the third switch there": if
the page puts another in its place meanwhile, the click has nothing to hit. No key is ever pressed: a page may move the
focus in between, and a key would then press something else, perhaps in a notice. Playwright checks at the very click
that it hits the element and nothing that lies over it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.async_api import ElementHandle, Error, Locator

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from auditor.browser.clock import Clock

_TRIAL = 4.0  # seconds a rehearsal may take for each way
# Whether there is anything of the element itself to hit: many a switch is an input of one pixel, drawn by others.
_ITSELF = """element => {
  const box = element.getBoundingClientRect();
  return box.width > 4 && box.height > 4 ? element : null;
}"""
_LABEL = """element => {
  const seen = label => { const box = label.getBoundingClientRect(); return box.width > 0 && box.height > 0; };
  return [...(element.labels || [])].find(seen) || null;
}"""
# Where in a label a click hits nothing that does something of its own: a link to an article, another button.
_CLEAR = """label => {
  const box = label.getBoundingClientRect();
  const other = "a[href], button, input, select, textarea, summary, [role=button], [role=link], [tabindex]";
  const inert = (x, y) => {
    const hit = label.getRootNode().elementFromPoint(box.left + x, box.top + y);
    const own = hit && hit.closest(other);
    return hit && label.contains(hit) && (!own || !label.contains(own) || own === label || label.control === own);
  };
  const xs = [0.5, 0.02, 0.98, 0.25, 0.75], ys = [0.5, 0.25, 0.75, 0.1, 0.9];
  for (const y of ys) for (const x of xs) {
    const at = { x: Math.floor(box.width * x), y: Math.floor(box.height * y) };
    if (inert(at.x, at.y)) return at;
  }
  return null;
}"""
# Whether what lies in the middle of a place, and would be hit, is of that place: a notice may stand in it and reach far
# beyond, and a link or button in it does something of its own.
_AT = """
  const drawn = "[role=img], [role=presentation], [role=none]";
  const doer = `a, button, input, select, textarea, summary, [role]:not(${drawn}), [tabindex]`;
  const inside = (inner, outer) => {
    const a = inner.getBoundingClientRect(), b = outer.getBoundingClientRect();
    return a.left >= b.left - 4 && a.right <= b.right + 4 && a.top >= b.top - 4 && a.bottom <= b.bottom + 4;
  };
  const hitAt = each => {
    const box = each.getBoundingClientRect();
    return each.getRootNode().elementFromPoint?.(box.left + box.width / 2, box.top + box.height / 2) || null;
  };
  element.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
  const label = element.closest("label");
  const foreign = Boolean(label && label.control && label.control !== element && !label.contains(label.control));
"""
# An input that cannot be hit itself is often drawn by the small thing that it stands in, or by the one beside it; the
# survey takes it so, too. Where ids are there twice, the label around it may be another's: that presses the other.
_AROUND = f"""element => {{
{_AT}
  const own = each => {{
    const hit = hitAt(each);
    if (!hit || !each.contains(hit)) return true;  // in another shadow, or covered: what is tried then says so
    const does = hit.closest(doer);
    return inside(hit, each) && (!does || does === element || !each.contains(does) || does === each);
  }};
  const small = each => {{
    const box = each && each.getBoundingClientRect();
    return box && box.width > 4 && box.height > 4 && box.width <= 120 && box.height <= 60;
  }};
  if (foreign) return null;
  const beside = [element.nextElementSibling, element.previousElementSibling];
  const thing = beside.find(each => small(each) && !each.matches(doer) && !each.querySelector(doer));
  if (thing && !small(element)) return own(thing) ? thing : null;
  const up = node => node.assignedSlot || node.parentElement || node.getRootNode().host || null;
  for (let each = up(element), steps = 0; each && steps < 3; each = up(each), steps++) {{
    const box = each.getBoundingClientRect();
    if (box.width > 120 || box.height > 60) return null;
    if (small(each)) return own(each) ? each : null;
  }}
  return null;
}}"""
# Some draw the switch with a label that names no control, or with a thing of no role, laid over the input in the same
# small place; what reaches further than that place, or has anything else to press in it, is no drawing of the switch.
_OVER = f"""element => {{
{_AT}
  const box = element.getBoundingClientRect(), hit = hitAt(element);
  if (foreign || !hit || box.width < 5 || box.height < 5 || box.height > 60) return null;
  if (element.contains(hit) || hit.matches(doer) || hit.querySelector(doer)) return null;
  let around = element.parentElement;
  for (let steps = 0; around && !around.contains(hit); around = around.parentElement) if (++steps > 2) return null;
  if (!around || around === hit || [...around.querySelectorAll(doer)].some(each => each !== element)) return null;
  return inside(hit, around) && hit.getBoundingClientRect().height <= 60 ? hit : null;
}}"""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to press a control that has been rehearsed and works."""

    name: str
    press: Callable[[float], Awaitable[None]]


_WAYS = (
    ("a click on the switch", _ITSELF),
    ("a click on what draws it", _AROUND),
    ("a click on its label", _LABEL),
    ("a click on what is drawn over it", _OVER),
)


class Moved(Exception):  # noqa: N818 - an event of the pressing, handled by it
    """Raised when the page took the element away before it was clicked: nothing was, so it may be looked for again."""


async def reach(parts: Sequence[ElementHandle], clock: Clock) -> Way | None:
    """Find a way to press a control without pressing it: one of its parts, what it is drawn by, or its label.

    Raises Moved if there is no such element any more.
    """
    if not parts:
        raise Moved
    for part in parts:
        for name, script in _WAYS:
            element = (await part.evaluate_handle(script)).as_element()
            way = None if element is None else await _rehearsed(name, element, clock)
            if way is not None:
                return way
    if not all([await part.evaluate("each => each.isConnected") for part in parts]):
        raise Moved  # taken out between two ways: what is out of the page has no place to be clicked at
    return None


async def reach_named(named: Locator, clock: Clock) -> Way:
    """Find a way to a control that is drawn anew again and again: by role and name, which only one element may have.

    Raises Moved if it cannot be caught just now.
    """
    try:
        await named.hover(trial=True, timeout=clock.ms(_TRIAL))
    except Error as error:
        raise Moved from error

    async def press(limit: float) -> None:
        await named.click(timeout=limit)

    return Way("a click on the switch, by its name", press)


async def _rehearsed(name: str, element: ElementHandle, clock: Clock) -> Way | None:
    """Rehearse the click: everything is checked, and no button is pressed.

    It is a trial of hovering: a trial click of Playwright's does press, and keeps the page from hearing of it, but not
    what listens at the window since before, nor a frame that slips in.
    """
    try:
        await element.scroll_into_view_if_needed(timeout=clock.ms(_TRIAL))
        where = await element.evaluate(_CLEAR) if await element.evaluate("each => each.localName === 'label'") else None
        await element.hover(trial=True, timeout=clock.ms(_TRIAL), position=where)
        if not await element.is_enabled():
            return None
    except Error as error:
        if _is_gone(error):
            raise Moved from error
        return None

    async def press(limit: float) -> None:
        try:
            await element.click(timeout=limit, position=where)
        except Error as error:
            if _is_gone(error):
                raise Moved from error
            raise

    return Way(name, press)


def _is_gone(error: Error) -> bool:
    """Tell whether the element was taken out of the page; Playwright says so before it clicks, and never after."""
    return "not attached to the dom" in error.message.lower()
