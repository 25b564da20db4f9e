"""Turn a flow's words into Playwright's locators.

Roles and names are the engine's own; none are computed here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from playwright.async_api import Frame, Locator, Page

from auditor.text import label_pattern

if TYPE_CHECKING:
    from auditor.flow import Site, Target

Scope = Page | Frame | Locator
AriaRole = Literal[
    "button",
    "checkbox",
    "dialog",
    "heading",
    "link",
    "menuitem",
    "menuitemcheckbox",
    "menuitemradio",
    "navigation",
    "option",
    "radio",
    "switch",
    "tab",
    "tablist",
    "treeitem",
]  # for the type only


def locate(scope: Scope, target: Target, site: Site) -> Locator:
    """Return a locator for what a target names, without hidden elements."""
    if target.within is not None:
        scope = locate(scope, target.within, site)
    return _plain(scope, target, site).filter(visible=True)


def _plain(scope: Scope, target: Target, site: Site) -> Locator:
    if target.test_id is not None:
        return scope.get_by_test_id(target.test_id)
    if target.text is not None:
        return scope.get_by_text(label_pattern(site.texts(target.text)))
    if target.role is None:
        return scope.locator(f"css={target.css}")
    role = cast("AriaRole", target.role)
    return (
        scope.get_by_role(role)
        if target.name is None
        else scope.get_by_role(role, name=label_pattern(site.texts(target.name)))
    )
