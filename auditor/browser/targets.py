"""From a flow's words to Playwright's locators. Roles and names are the engine's own; none are computed here."""

from __future__ import annotations

from typing import cast

from playwright.async_api import FrameLocator, Locator, Page

from auditor.flow import Site, Target
from auditor.text import pattern

Scope = Page | Locator | FrameLocator


def locate(scope: Scope, target: Target, site: Site) -> Locator:
    """Point at what a target names, hidden elements left out."""
    if target.within is not None:
        scope = locate(scope, target.within, site)
    return _plain(scope, target, site).filter(visible=True)


def _plain(scope: Scope, target: Target, site: Site) -> Locator:
    if target.test_id is not None:
        return scope.get_by_test_id(target.test_id)
    if target.role is not None:
        name = None if target.name is None else pattern(site.texts(target.name))
        return scope.locator(f"role={target.role}") if name is None else scope.get_by_role(cast("any", target.role), name=name)  # type: ignore[valid-type]
    if target.text is not None:
        return scope.get_by_text(pattern(site.texts(target.text)))
    return scope.locator(f"css={target.css}")
