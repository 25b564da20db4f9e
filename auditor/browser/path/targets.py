"""Turn a flow's words into Playwright's locators.

Roles and names are the engine's own; none are computed here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, cast

from playwright.async_api import Frame, Locator, Page

from auditor.text import label_expression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.flow import Flow, Site, Target

_ENDS_SELECTOR = re.compile(r"""["'`/]|>(?=>)""")
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


def locate(scope: Scope, target: Target, site: Site, *, hidden: bool = False) -> Locator:
    """Return a locator for what a target names, without elements that nobody sees.

    With `hidden`, what is only kept from assistive tools is found by its role, too; the text of
    each icon is then a part of a name.
    """
    if target.within is not None:
        scope = locate(scope, target.within, site, hidden=hidden)
    return _plain(scope, target, site, hidden=hidden).filter(visible=True)


def _plain(scope: Scope, target: Target, site: Site, *, hidden: bool) -> Locator:
    if target.test_id is not None:
        return scope.get_by_test_id(target.test_id)
    if target.text is not None:
        return scope.locator(f"text={_expression(site.texts(target.text))}")
    if target.role is None:
        return scope.locator(f"css={target.css}")
    if target.name is None:
        return scope.get_by_role(cast("AriaRole", target.role), include_hidden=hidden)
    more = "[include-hidden=true]" if hidden else ""
    return locate_named(scope, target.role, site.texts(target.name), more)


def locate_named(scope: Scope, role: str, texts: tuple[str, ...], more: str = "") -> Locator:
    """Return a locator for what has a role and one of the texts as its whole name.

    `more` are further attributes, such as `[disabled=false]`. It is `get_by_role` with a compiled
    expression, which Python compiles and never uses: https://playwright.dev/docs/other-locators
    """
    return scope.locator(f"role={role}[name={_expression(texts)}]{more}")


def _expression(texts: tuple[str, ...]) -> str:
    """Return an expression as a selector holds it: quotes would end it, as would a slash."""
    return f"/{_ENDS_SELECTOR.sub(_escape, label_expression(texts))}/i"


def _escape(found: re.Match[str]) -> str:
    return f"\\{found[0]}"


def prepare_expressions(flow: Flow) -> None:
    """Build the expressions of the names that a walk looks for, before it does.

    That takes 8 ms, mostly for the obstacles; nobody waits for it while the browser starts.
    """
    for target in _targets_of(flow):
        each: Target | None = target
        while each is not None:
            for name in (each.name, each.text):
                if name is not None:
                    label_expression(flow.about.texts(name))
            each = each.within


def _targets_of(flow: Flow) -> Iterator[Target]:
    for step in flow.steps:
        yield from step.click
    for banner in flow.about.banners:
        yield from banner.reject
    for obstacle in flow.about.obstacles:
        yield from (sign.shown for sign in obstacle.signs if sign.shown is not None)
