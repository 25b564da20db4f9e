"""Turn a flow's words into Playwright's locators.

Roles and names are the engine's own; none are computed here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from playwright.async_api import Frame, Locator, Page

from auditor.text import label_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.flow import Flow, Site, Target

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


def compile_patterns(flow: Flow) -> None:
    """Compile the expressions of the names that a walk looks for, before it does.

    That takes 50 ms, mostly for the obstacles; nobody waits for it while the browser starts.
    """
    for target in _targets_of(flow):
        each: Target | None = target
        while each is not None:
            for name in (each.name, each.text):
                if name is not None:
                    label_pattern(flow.about.texts(name))
            each = each.within


def _targets_of(flow: Flow) -> Iterator[Target]:
    for step in flow.steps:
        yield from step.click
    for banner in flow.about.banners:
        yield from banner.reject
    for obstacle in flow.about.obstacles:
        yield from (sign.shown for sign in obstacle.signs if sign.shown is not None)
