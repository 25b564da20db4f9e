"""Recognise what stands in the way, by the flow's signs, wherever it turns up."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING

from playwright.async_api import ElementHandle, Error, Frame, Locator, Page
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from auditor.browser.engine.isolated_world import PageFunction, ask, find_element
from auditor.browser.path.appeared import element_of
from auditor.browser.path.binding import names_binding_refusal
from auditor.browser.path.choice import look_at_choice
from auditor.browser.path.frames import is_visible_frame, own_frames
from auditor.browser.path.targets import locate, locate_named
from auditor.core.base_url import BaseUrl, path_matches
from auditor.core.finding import ReadingStopped, Reason
from auditor.text import compile_glob, make_printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from auditor.browser.network.monitor import NetworkMonitor
    from auditor.browser.path.appeared import Clickable
    from auditor.flow import Alternative, Banner, Obstacle, Sign, Site

# A banner that comes back each time is not refused for ever.
_PRESSES_AT_MOST = 3
_DESCRIBE_COVER = PageFunction("describeCover", ("engine/dom.js", "path/covering.js"))
_COVER_MS = 1_000  # what was just seen is there, or gone
_LONGEST_TITLE = 80
_IS_ABOUT = PageFunction("isAbout", ("engine/dom.js", "path/banner.js"))


@dataclass(frozen=True, slots=True)
class ObstacleDetector:
    """Watches one page for obstacles."""

    page: Page
    site: Site
    base_url: BaseUrl
    network: NetworkMonitor
    is_shipped: bool = False
    """Whether the site came with the tool, and is no stranger's."""
    _presses: list[str] = field(default_factory=list, repr=False)

    async def raise_if_blocked(self) -> None:
        """Raise ReadingStopped if an obstacle is there, or the page has left the origin."""
        self.raise_if_left_origin()
        if not await self._sees_any_sign():
            return
        title = await self.page.title()
        signs = [(obstacle, sign) for obstacle in self.site.obstacles for sign in obstacle.signs]
        for frame in await own_frames(self.page, self.base_url) or [self.page.main_frame]:
            holds = await asyncio.gather(*(self._holds(sign, title, frame) for _, sign in signs))
            held = next(
                (obstacle for (obstacle, _), holds in zip(signs, holds, strict=True) if holds), None
            )
            if held is not None and await is_visible_frame(frame):
                raise await self._stop_for(held, frame)

    def raise_if_left_origin(self) -> None:
        """Raise ReadingStopped if the page is no longer on the flow's origin, or is gone."""
        url = self.page.url
        if url.startswith("chrome-error:"):
            raise ReadingStopped(Reason.OFFLINE, "the site could not be reached any more")
        if url.startswith(("http:", "https:")) and not self.base_url.is_same_origin(url):
            raise ReadingStopped(Reason.LEFT_ORIGIN, "the page went to another site")

    async def _stop_for(self, obstacle: Obstacle, frame: Frame) -> ReadingStopped:
        """Return the stop at an obstacle, with what it shows of a choice to be made."""
        choice = None
        if obstacle.choice:
            with suppress(Error):  # it is there, whatever can be said of it
                choice = await look_at_choice(frame, obstacle.choice, self.site)
        return ReadingStopped(Reason(obstacle.reason), obstacle.say, obstacle.hint, choice)

    async def dismiss_banner(self) -> bool:
        """Refuse a banner that the flow names; returns whether one was there and was pressed."""
        for banner in self.site.banners:
            if self._presses.count(banner.say) < _PRESSES_AT_MOST:
                for frame in await own_frames(self.page, self.base_url):
                    if await self._dismiss_in(frame, banner):
                        self._presses.append(banner.say)
                        return True
        return False

    async def _dismiss_in(self, frame: Frame, banner: Banner) -> bool:
        found = [locate(frame, target, self.site) for target in banner.reject]
        if not await reduce(Locator.or_, found).count():  # the usual case, in one round trip
            return False
        for buttons in found:
            about = [
                (nth, each)
                for nth, each in enumerate(await buttons.element_handles())
                if await self._is_about(each, banner)
            ]
            if len(about) == 1:
                (nth, button), *_ = about
                return await self._may_press(buttons.nth(nth)) and await _click_if_free(button)
        return False

    async def _may_press(self, button: Locator) -> bool:
        """Return whether a button refuses; a stranger's banner may point to one that agrees."""
        return self.is_shipped or not await names_binding_refusal(button)

    async def _is_about(self, button: ElementHandle, banner: Banner) -> bool:
        """Return whether a button belongs to the banner, and does not refuse something else."""
        if banner.mentions is None:
            return True
        words = [text.lower() for text in self.site.texts(banner.mentions)]
        return await find_element(button, _IS_ABOUT, words) is not None

    async def raise_if_covered(self, target: Clickable | None, words: Iterable[str]) -> None:
        """Raise ReadingStopped if a dialog lies over the page that only a person may answer.

        `target` is what is to be clicked, where it is there; `words` are the names of the path's
        own steps, which a dialog of the path bears. Raises Playwright's Error if the page goes.
        """
        asked = {"words": [word.lower() for word in words]}
        if target is None:
            found = await ask(self.page, _DESCRIBE_COVER, asked)
        else:
            found = await ask(element_of(target), _DESCRIBE_COVER, asked, timeout=_COVER_MS)
        if not isinstance(found, dict):
            return
        title = make_printable(str(found["title"]), _LONGEST_TITLE)
        named = f", “{title}”," if title else ""
        raise ReadingStopped(
            Reason.LAYOUT_CHANGED,
            f"a dialog{named} lies over the page, and only you may answer it",
            "Open the site yourself, answer the dialog there, then run this again.",
        )

    async def panel_is_loading(self) -> bool:
        """Return whether the panel says that it is still loading."""
        return await self._any_is_shown(self.site.panel.loading)

    async def panel_is_loaded(self) -> bool:
        """Return whether the panel shows that it is there."""
        return await self._any_is_shown(self.site.panel.loaded)

    async def _any_is_shown(self, targets: tuple[Alternative, ...]) -> bool:
        counts = await asyncio.gather(
            *(locate(self.page, each, self.site).count() for each in targets)
        )
        return any(counts)

    async def _sees_any_sign(self) -> bool:
        """Return whether there is any sign at all, asking everything in one round trip."""
        signs = [sign for obstacle in self.site.obstacles for sign in obstacle.signs]
        frames = await own_frames(self.page, self.base_url) or [self.page.main_frame]
        counts = [self._locate_any(signs, frame).count() for frame in frames]
        title, seen = await asyncio.gather(self.page.title(), asyncio.gather(*counts))
        return any(seen) or any(
            self._holds_outside_page(sign, title)
            for sign in signs
            if not (sign.shown or sign.present)
        )

    def _locate_any(self, signs: list[Sign], frame: Frame) -> Locator:
        elements = [self._locate_sign(sign, frame) for sign in signs if sign.shown or sign.present]
        return reduce(Locator.or_, elements) if elements else frame.locator("css=:not(*)")

    def _locate_sign(self, sign: Sign, frame: Frame) -> Locator:
        return (
            locate(frame, sign.shown, self.site)
            if sign.shown
            else frame.locator(f"css={sign.present}")
        )

    def _holds_outside_page(self, sign: Sign, title: str) -> bool:
        """Return whether every condition holds that can be checked without asking the page."""
        return (
            (sign.path is None or path_matches(self.base_url.path_below(self.page.url), sign.path))
            and (sign.header is None or self._bears_header(sign))
            and (
                sign.asks is None
                or any(path_matches(url, sign.asks) for url in self.network.requests.asked)
            )
            and (sign.title is None or compile_glob(sign.title).fullmatch(title) is not None)
        )

    def _bears_header(self, sign: Sign) -> bool:
        name, value = sign.header or "", sign.value or ""
        if sign.of == "data":
            return self.network.refusals.bear(name, value)
        return self.network.requests.has_header(name, value)

    async def _holds(self, sign: Sign, title: str, frame: Frame) -> bool:
        if not self._holds_outside_page(sign, title):
            return False
        if (sign.shown or sign.present) and not await self._locate_sign(sign, frame).count():
            return False
        if sign.beside is not None and not await self._shows_button(sign.beside, frame):
            return False
        return (
            sign.nodes_at_most is None or await frame.locator("css=*").count() <= sign.nodes_at_most
        )

    async def _shows_button(self, name: str, frame: Frame) -> bool:
        button = locate_named(frame, "button", self.site.texts(name))
        return await button.filter(visible=True).count() > 0


async def _click_if_free(button: ElementHandle) -> bool:
    """Click a banner's button; something may lie over it, and then it hides nothing either."""
    try:
        await button.click(timeout=1_000)
    except PlaywrightTimeoutError as error:
        return "click action done" in error.message
    return True
