"""What a page asks or opens, on the way to its settings or after the click, is named."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from subprocess import CompletedProcess

    from auditor.mocksite import Site

    Auditor = Callable[..., CompletedProcess[str]]

pytestmark = pytest.mark.browser


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scenario", "state", "said"),
    [
        ("menu-settings-ask", "on", "in a box of the browser's own (`confirm()`), answered with"),
        ("menu-settings-in-a-tab", "off", "the page wanted to open another tab, which was held"),
    ],
)
def test_what_the_menu_wanted_instead_is_named(
    auditor: Auditor, site: Site, scenario: str, state: str, said: str
) -> None:
    done = auditor("audit", "--json", "--base-url", site.base_url(scenario))
    (found,) = json.loads(done.stdout)["findings"]
    assert (found["state"], found["route"]) == (state, "shortcut")
    assert said in found["warnings"][0]


@pytest.mark.parametrize("scenario", ["user-button-twin-beside", "user-button-hears-late"])
def test_the_documented_way_is_found_all_the_same(
    auditor: Auditor, site: Site, scenario: str
) -> None:
    done = auditor("audit", "--json", "--base-url", site.base_url(scenario))
    (found,) = json.loads(done.stdout)["findings"]
    assert (found["state"], found["route"], found["warnings"]) == ("on", "documented", [])


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        ("asks-by-confirm", "in a box of the browser's own (`confirm()`), which was answered"),
        ("asks-in-a-tab", "the page wanted to open another tab; that was held back"),
        ("asks-whether-sure", "the page asks something before it saves"),
    ],
)
def test_what_is_asked_after_the_click_is_named(
    auditor: Auditor, site: Site, scenario: str, said: str
) -> None:
    done = auditor("set", "off", "--yes", "--json", "--base-url", site.base_url(scenario))
    (found,) = json.loads(done.stdout)["findings"]
    assert (done.returncode, found["state"], found["reason"]) == (4, "on", "choice_pending")
    assert said in found["message"]
    assert site.ledger(scenario) == []
