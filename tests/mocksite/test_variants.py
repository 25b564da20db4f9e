"""Every variant of the page in a real browser.

It draws the truth it claims, and a person's press is kept.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, ElementHandle, Error, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from auditor.mocksite import SCENARIOS, Site, running

pytestmark = pytest.mark.browser

PRIVACY = "/new#settings/data-privacy-controls"
PRESSED = [
    name
    for name, scenario in SCENARIOS.items()
    if scenario.state in {"on", "off"}
    and (scenario.page.control or scenario.page.traits or scenario.group in {"layouts", "texts"})
    and scenario.page.saving == "plain"
    and not any(trait.startswith("wall/") for trait in scenario.page.traits)  # nothing is reached
    and not {"faults/writes_on_load", "faults/writes_with_panel"} & set(scenario.page.traits)
    and not any(trait.startswith("writes/") for trait in scenario.page.traits)
    # chosen in, not pressed: see below
    and scenario.page.control not in {"worded/select", "worded/combobox", "worded/menu"}
    and "beside/lazy" not in scenario.page.traits  # not drawn before somebody scrolls
    and not any(trait.startswith("alone/on_") for trait in scenario.page.traits)  # it moves first
    and not {"proof/updating", "proof/progress", "proof/redrawn", "proof/late_frame"}
    & set(scenario.page.traits)  # too
    # refuses the scripts of this test as any foreign ones; the self-test presses it
    and "builtins/own_only" not in scenario.page.traits
]
RENEWED = {"aria/renewed", "aria/flips"}  # drawn anew all the time
# Whether a control shows now what the page was told; before, it may be off, disabled or busy.
IS_SETTLED = """(shown) => {
    const control = mockControl.firstElementChild?.ariaChecked ? mockControl.firstElementChild : mockControl;
    return !control.disabled && control.ariaBusy !== "true" && control.ariaChecked === shown;
}"""
UNKEPT = {
    "press-nothing": [],
    "press-silent": [],
    "press-elsewhere": ["POST"],
    "press-opposite": ["PATCH"],
}


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """Return a mock site of this module's own: other tests change what theirs holds."""
    with running() as found:
        yield found


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    found = browser.new_context()
    found.set_default_timeout(5000)
    yield found
    found.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    found = context.new_page()
    found.on("dialog", lambda dialog: dialog.accept())
    return found


def opened(page: Page, site: Site, name: str) -> ElementHandle:
    """Open the panel and give what a person would press."""
    site.reset(name)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(site.base_url(name) + PRIVACY)
    page.wait_for_function("globalThis.mockControl?.isConnected", timeout=8000)
    if SCENARIOS[name].page.control in RENEWED:  # a plain switch before it is first drawn anew
        first = page.evaluate_handle("mockControl.firstElementChild")
        drawn_anew = "(first) => mockControl.firstElementChild !== first"
        page.wait_for_function(drawn_anew, arg=first, timeout=60_000)
    if SCENARIOS[name].group == "phases":
        page.wait_for_function(IS_SETTLED, arg=str(SCENARIOS[name].server).lower(), timeout=60_000)
    page.wait_for_timeout(50)
    assert errors == []
    control = page.evaluate_handle("mockControl").as_element()
    assert control is not None
    return control


def press(page: Page, control: ElementHandle) -> None:
    """Press where a hand would: at a point on the screen, whatever lies there."""
    control.scroll_into_view_if_needed()
    box = control.bounding_box()
    assert box is not None
    assert box["width"] > 5
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def wait_until(page: Page, sign: Callable[[], bool]) -> None:
    """Wait for a sign on the server, and a moment more, so that one write too many shows."""
    for _ in range(100):
        if sign():
            break
        page.wait_for_timeout(50)
    page.wait_for_timeout(150)


def entries(page: Page, site: Site, name: str, wanted: int) -> list[dict[str, Any]]:
    """Return the ledger once it holds so many entries."""
    wait_until(page, lambda: len(site.ledger(name)) >= wanted)
    return site.ledger(name)


def value(site: Site, name: str) -> object:
    return site.state(name)["server"]


@pytest.mark.parametrize("name", PRESSED)
def test_a_press_is_kept(page: Page, site: Site, name: str) -> None:
    before = SCENARIOS[name].server
    press(page, opened(page, site, name))
    wait_until(page, lambda: value(site, name) is not before)
    for _ in range(6 if SCENARIOS[name].page.control in RENEWED else 0):
        if site.ledger(name):
            break
        press(page, opened(page, site, name))  # anew between down and up: that is no click
        wait_until(page, lambda: value(site, name) is not before)
    assert value(site, name) is not before
    assert len([entry for entry in site.ledger(name) if entry["method"] == "PATCH"]) == 1


WRITING = [
    name
    for name, scenario in SCENARIOS.items()
    if any(trait.startswith("writes/") for trait in scenario.page.traits)
]


@pytest.mark.parametrize("name", WRITING)
def test_where_nobody_guards_the_page_writes_by_itself(page: Page, site: Site, name: str) -> None:
    site.reset(name)
    page.goto(f"{site.base_url(name)}/new")
    assert entries(page, site, name, 1)


@pytest.mark.parametrize(("name", "wanted"), [("list-on", "Off"), ("list-off", "On")])
def test_a_choice_in_a_list_is_kept(page: Page, site: Site, name: str, wanted: str) -> None:
    opened(page, site, name).select_option(wanted)
    wait_until(page, lambda: value(site, name) is (wanted == "On"))
    assert value(site, name) is (wanted == "On")


@pytest.mark.parametrize(
    ("name", "role", "wanted"),
    [
        ("combobox-of-values-on", "option", "Off"),
        ("combobox-of-values-off", "option", "On"),
        ("menu-of-values-on", "menuitemradio", "Off"),
        ("menu-of-values-off", "menuitemradio", "On"),
    ],
)
def test_a_choice_in_a_menu_is_kept(
    page: Page, site: Site, name: str, role: Literal["option", "menuitemradio"], wanted: str
) -> None:
    press(page, opened(page, site, name))
    page.get_by_role(role, name=wanted, exact=True).click()
    wait_until(page, lambda: value(site, name) is (wanted == "On"))
    assert value(site, name) is (wanted == "On")


@pytest.mark.parametrize("name", ["row-drawn-in-view", "row-drawn-in-view-off"])
def test_a_row_may_be_drawn_only_in_view(page: Page, site: Site, name: str) -> None:
    page.goto(f"{site.base_url(name)}/new#settings/data-privacy-controls")
    page.locator(".panel").wait_for()
    switch = page.get_by_role("switch", name="Help improve our AI models")
    assert switch.count() == 0
    page.locator(".panel > :last-child").scroll_into_view_if_needed()
    switch.wait_for()


@pytest.mark.parametrize(("name", "sent"), UNKEPT.items())
def test_a_press_may_come_to_nothing(page: Page, site: Site, name: str, sent: list[str]) -> None:
    press(page, opened(page, site, name))
    assert [entry["method"] for entry in entries(page, site, name, len(sent))] == sent
    assert value(site, name) is True


def test_a_press_may_be_sent_twice(page: Page, site: Site) -> None:
    press(page, opened(page, site, "press-twice"))
    wait_until(page, lambda: value(site, "press-twice") is False)
    assert value(site, "press-twice") is False
    assert len(site.ledger("press-twice")) == 2


def test_a_failed_save_may_boast(page: Page, site: Site) -> None:
    press(page, opened(page, site, "save-fails-boasting"))
    expect(page.get_by_role("dialog", name="Your setting was saved.")).to_be_visible()
    assert site.state("save-fails-boasting")["server"] is True


@pytest.mark.parametrize("name", ["writes-on-load", "writes-with-panel"])
def test_a_page_may_write_by_itself(page: Page, site: Site, name: str) -> None:
    opened(page, site, name)
    wait_until(page, lambda: value(site, name) is False)
    assert value(site, name) is False


def test_a_page_may_write_when_it_is_left(page: Page, site: Site) -> None:
    opened(page, site, "writes-on-leaving")
    assert site.ledger("writes-on-leaving") == []
    page.goto("about:blank")
    wait_until(page, lambda: value(site, "writes-on-leaving") is False)
    assert value(site, "writes-on-leaving") is False


def test_telemetry_enters_the_ledger(page: Page, site: Site) -> None:
    opened(page, site, "telemetry")
    assert {entry["method"] for entry in entries(page, site, "telemetry", 1)} == {"POST"}


# Notes in the page itself when each is there first, because a busy machine would ask too late.
NOTE_WHEN_SEEN = """
    globalThis.seenAt = {};
    new MutationObserver(() => {
        for (const name of ["panel", "notice"]) {
            if (document.querySelector(`.${name}`)) seenAt[name] ??= performance.now();
        }
    }).observe(document, { childList: true, subtree: true });
"""


@pytest.mark.parametrize("name", ["terms-late", "terms-late-blocking"])
def test_a_notice_may_come_after_the_panel(page: Page, site: Site, name: str) -> None:
    page.add_init_script(NOTE_WHEN_SEEN)
    opened(page, site, name)
    notice = page.get_by_role("dialog", name="Updates to Consumer Terms and Policies")
    expect(notice).to_be_visible()
    seen_at = page.evaluate("seenAt")
    assert seen_at["notice"] - seen_at["panel"] > 500


def to_settings(page: Page, site: Site, name: str) -> None:
    site.reset(name)
    page.goto(site.base_url(name) + "/new")
    page.get_by_test_id("user-menu-button").click()
    page.get_by_test_id("user-menu-settings").click()


def test_a_session_may_end_at_the_menu(page: Page, site: Site) -> None:
    to_settings(page, site, "signed-out-at-menu")
    expect(page).to_have_title("Sign in - Claude")


@pytest.mark.parametrize("name", ["signed-out-at-settings", "signed-out-under-panel"])
def test_a_session_may_end_under_the_panel(page: Page, site: Site, name: str) -> None:
    site.reset(name)
    page.goto(site.base_url(name) + PRIVACY)
    expect(page).to_have_title("Sign in - Claude")


def test_the_way_may_lead_to_another_origin(page: Page, site: Site) -> None:
    to_settings(page, site, "redirect-on-the-way")
    page.wait_for_url(f"{site.url.replace('127.0.0.1', 'localhost')}/**")


def test_settings_may_open_only_elsewhere(page: Page, site: Site, context: BrowserContext) -> None:
    with context.expect_page() as found:
        to_settings(page, site, "only-new-tab")
    expect(found.value.get_by_role("dialog", name="Settings")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_page_may_reload_for_ever(page: Page, site: Site) -> None:
    loads: list[str] = []
    page.on("domcontentloaded", lambda _: loads.append("again"))
    page.goto(site.base_url("reloads-for-ever") + "/new")
    until = time.monotonic() + 60
    while len(loads) <= 2 and time.monotonic() < until:
        page.wait_for_timeout(100)
    assert len(loads) > 2


def test_a_page_may_hang(page: Page, site: Site) -> None:
    page.goto(site.base_url("page-hangs") + PRIVACY)
    until = time.monotonic() + 60
    while answers(page) and time.monotonic() < until:
        page.wait_for_timeout(50)
    with pytest.raises(Error, match="Timeout"):
        page.get_by_role("switch").nth(1).click(timeout=1500)


def answers(page: Page) -> bool:
    """Return whether a script of the page would be run."""
    try:
        page.wait_for_function("true", timeout=5000)
    except PlaywrightTimeoutError:
        return False
    return True


def test_a_copy_of_another_origin_is_drawn(page: Page, site: Site) -> None:
    opened(page, site, "foreign-frame")
    frame = page.frame_locator("iframe[src*='localhost']")
    expect(frame.get_by_role("switch", name="Help improve our AI models")).not_to_be_checked()


@pytest.mark.parametrize("name", [name for name in SCENARIOS if name.startswith("inverted")])
def test_an_inverted_switch_shows_the_opposite(page: Page, site: Site, name: str) -> None:
    control = opened(page, site, name)
    assert control.get_attribute("aria-checked") == "false"
    press(page, control)
    wait_until(page, lambda: value(site, name) is False)
    assert value(site, name) is False


def test_hostile_names_are_shown_as_text(page: Page, site: Site) -> None:
    to_settings(page, site, "name-script")
    assert page.title() == "Claude"
    assert page.locator("img[src='x']").count() == 0
