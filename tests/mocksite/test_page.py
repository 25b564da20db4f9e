"""The page itself, in a real browser: what FACTS lists is there, works, and is kept."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from auditor.mocksite import Site, running

pytestmark = pytest.mark.browser

PRIVACY = "/new#settings/data-privacy-controls"
BUTTONS = [
    "Export data",
    "Shared chats",
    "Shared artifacts",
    "Uploaded files",
    "Your feedback",
    "Memory preferences",
]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """Return a mock site of this module's own: other tests change what theirs holds."""
    with running() as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    context.set_default_timeout(5000)
    yield context.new_page()
    context.close()


def setting(page: Page) -> Locator:
    return page.locator("[data-settings-row]", has=page.locator("a[href*='12109829']")).get_by_role(
        "switch"
    )


def open_panel(page: Page, site: Site, name: str) -> Locator:
    site.reset(name)
    page.goto(site.base_url(name) + PRIVACY)
    switch = setting(page)
    switch.wait_for()
    return switch


def test_the_documented_path_leads_to_the_setting(page: Page, site: Site) -> None:
    page.goto(site.base_url("on") + "/new")
    page.get_by_role("button", name="Ada, Settings").click()
    expect(page.get_by_test_id("user-menu-header")).to_have_text("ada@example.com")
    expect(page.get_by_test_id("user-menu-header-org")).to_have_text("Personal · Pro plan")
    page.get_by_role("menuitem", name="Settings").click()
    navigation = page.get_by_role("dialog", name="Settings").get_by_role(
        "navigation", name="Settings"
    )
    expect(navigation.locator("[aria-current=page]")).to_have_text("General")
    navigation.get_by_test_id("data-privacy-controls").get_by_role("button").click()
    expect(setting(page)).to_be_checked()


def test_a_narrow_screen_has_a_closed_sidebar_and_tabs(page: Page, site: Site) -> None:
    page.set_viewport_size({"width": 390, "height": 780})
    page.goto(site.base_url("off") + "/new")
    page.get_by_test_id("pin-sidebar-toggle").click()
    page.get_by_test_id("user-menu-button").click()
    page.get_by_test_id("user-menu-settings").click()
    page.get_by_role("tablist", name="Settings").get_by_role("tab", name="Privacy").click()
    expect(page.get_by_test_id("data-privacy-controls")).to_have_attribute("aria-selected", "true")
    expect(setting(page)).not_to_be_checked()


def test_the_panel_holds_everything_in_order(page: Page, site: Site) -> None:
    open_panel(page, site, "on")
    panel = page.locator("[data-perf-screen='data-privacy-controls']")
    names = panel.locator("button:not([role=switch])").all_inner_texts()
    assert names == ["How we protect your data", "How we use your data", *BUTTONS]
    assert panel.locator(".settings-row-title").all_inner_texts() == [
        "Location metadata",
        "Help improve our AI models",
    ]
    assert panel.get_by_role("switch").count() == 2
    assert panel.locator("[role=group] [role=group]").count() == 2


@pytest.mark.parametrize("name", ["on", "native-switch", "aria-switch-twin"])
def test_a_click_is_kept(page: Page, site: Site, name: str) -> None:
    switch = open_panel(page, site, name)
    with page.expect_response(lambda response: response.request.method == "PATCH"):
        switch.press(" ")
    page.reload()
    expect(setting(page)).not_to_be_checked()
    assert site.state(name) == {"name": name, "server": False, "decoy": False, "writes": 1}


def test_a_failed_save_rolls_back_with_a_notice(page: Page, site: Site) -> None:
    switch = open_panel(page, site, "save-fails")
    switch.click()
    expect(page.get_by_role("dialog", name="This setting is not working right now")).to_be_visible()
    expect(switch).to_be_checked()


@pytest.mark.parametrize(("name", "first"), [("data-late-on", False), ("data-late-off", True)])
def test_a_switch_drawn_early_moves_when_its_data_arrives(
    page: Page, site: Site, name: str, *, first: bool
) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:  # so that a busy machine does not look too late
        held.append(route)

    page.route("**/api/account/settings", hold)
    switch = open_panel(page, site, name)
    assert switch.is_checked() is first
    while not held:
        page.wait_for_timeout(50)
    held[0].continue_()
    expect(switch).to_be_checked(checked=not first)


def test_ids_differ_at_each_render(page: Page, site: Site) -> None:
    first = open_panel(page, site, "on").get_attribute("aria-labelledby")
    page.reload()
    assert setting(page).get_attribute("aria-labelledby") != first


def test_a_team_has_the_panel_without_the_setting(page: Page, site: Site) -> None:
    page.goto(site.base_url("team") + PRIVACY)
    expect(page.get_by_role("switch")).to_have_count(1)
    expect(page.locator("a[href*='12109829']")).to_have_count(0)


def test_a_failed_panel_offers_to_reload(page: Page, site: Site) -> None:
    page.goto(site.base_url("panel-failed") + PRIVACY)
    expect(page.get_by_role("alert")).to_contain_text(re.compile("Settings couldn.t load"))
    expect(page.get_by_test_id("settings-content-unavailable").get_by_role("button")).to_have_text(
        "Reload"
    )


def test_escape_and_close_end_the_dialog(page: Page, site: Site) -> None:
    open_panel(page, site, "on")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.url == site.base_url("on") + "/new"
    open_panel(page, site, "on")
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_looking_at_a_consent_notice_writes_nothing_and_accept_does(page: Page, site: Site) -> None:
    name = "terms-notice-grace"
    site.reset(name)
    page.goto(site.base_url(name) + "/new")
    notice = page.get_by_role("dialog", name="Updates to Consumer Terms and Policies")
    expect(notice.get_by_role("switch", name="")).to_be_checked()
    assert site.ledger(name) == []
    notice.get_by_role("button", name="Accept").click()
    expect(notice).to_have_count(0)
    assert site.state(name)["server"] is True


def test_the_blocking_notice_stays(page: Page, site: Site) -> None:
    page.goto(site.base_url("terms-notice-blocking") + "/new")
    notice = page.get_by_role("dialog", name="Updates to Consumer Terms and Policies")
    notice.wait_for()
    page.keyboard.press("Escape")
    expect(notice.get_by_role("button")).to_have_text(["Accept"])


def test_the_sign_up_step_stands_in_front_and_continue_writes(page: Page, site: Site) -> None:
    site.reset("onboarding")
    page.goto(site.base_url("onboarding") + PRIVACY)
    expect(page.get_by_role("heading", name="Before your first chat")).to_be_visible()
    toggle = page.locator("[aria-labelledby=disclaimer-grove-toggle-label]")
    expect(toggle).to_be_checked()
    assert site.ledger("onboarding") == []
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/new")
    assert site.state("onboarding")["server"] is True


def test_rejecting_cookies_frees_the_user_button_and_writes_nothing(page: Page, site: Site) -> None:
    site.reset("cookie-banner")
    page.goto(site.base_url("cookie-banner") + "/new")
    page.get_by_role("button", name="Reject All Cookies").click()
    page.get_by_test_id("user-menu-button").click()
    assert site.ledger("cookie-banner") == []


def test_no_page_asks_another_origin(page: Page, site: Site) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for name in ("on", "bot-check-page", "signed-out-inplace"):
        page.goto(site.base_url(name) + PRIVACY, wait_until="networkidle")
    assert asked
    assert all(url.startswith(site.url) for url in asked)
