"""Signing in at the mock site: who may pass, whose account opens, and when it is over."""

import http.client
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from auditor.mocksite import Site, running
from auditor.mocksite.pages import CODE
from auditor.mocksite.people import person_of

ADA, BOB = "ada@example.com", "bob.stone@example.org"
NAMES = ["signin", "signin-in-place", "signin-checked", "signin-headless-blocked"]
CHECKED = ["signin-checked", "signin-headless-blocked"]
HEADLESS = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/156.0.0.0 Safari/537.36"
)
PLAIN = HEADLESS.replace("Headless", "")
SESSION, CLEARANCE = "mock-session", "mock-clearance=1"
CHAIN = "/logout?involuntary=1&returnTo="


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def title(self) -> str:
        return self.text.partition("<title>")[2].partition("</title>")[0]

    @property
    def said(self) -> str:
        return str(json.loads(self.text)["error"]["message"])

    def cookie(self, name: str) -> str:
        """Return a cookie that this answer sets, with its attributes."""
        (found,) = (
            one for one in self.headers.get_all("set-cookie", []) if one.startswith(f"{name}=")
        )
        return found


def ask(
    site: Site, path: str, *, method: str = "GET", body: str | None = None, **headers: str
) -> Answer:
    connection = http.client.HTTPConnection(site.url.removeprefix("http://"), timeout=10)
    try:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, {"user-agent": PLAIN, **sent})
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read().decode())
    finally:
        connection.close()


def post(site: Site, path: str, body: object) -> Answer:
    return ask(site, path, method="POST", body=json.dumps(body))


def sign_in(site: Site, name: str, email: str = ADA) -> str:
    """Sign in and give the header that a browser sends from then on."""
    done = post(site, f"/s/{name}/api/auth/verify", {"email": email, "code": CODE})
    assert done.status == 200
    return f"{SESSION}={SimpleCookie(done.cookie(SESSION))[SESSION].value}"


def who(site: Site, name: str, cookie: str) -> tuple[str, str, str, str]:
    """Return the address, the name and the ids of whoever this cookie signs in."""
    told = json.loads(ask(site, f"/s/{name}/api/bootstrap", cookie=cookie).text)
    person = told["account"]
    return person["email_address"], person["full_name"], person["uuid"], told["active_organization"]


@pytest.fixture(scope="module")
def shared() -> Iterator[Site]:
    with running() as found:
        yield found


@pytest.fixture
def site(shared: Site) -> Site:
    for name in NAMES:
        shared.reset(name)
    return shared


@pytest.mark.parametrize("name", NAMES)
def test_without_a_session_nothing_is_told(site: Site, name: str) -> None:
    for path in ("bootstrap", "account", "account/settings"):
        assert ask(site, f"/s/{name}/api/{path}").status == 401
    assert ask(site, f"/s/{name}/new").title != "Claude"


def test_signed_out_goes_through_two_redirects(site: Site) -> None:
    first = ask(site, "/s/signin/new").headers["location"]
    second = ask(site, first).headers["location"]
    assert first == f"/s/signin{CHAIN}%2Fs%2Fsignin%2Fnew"
    assert second == "/s/signin/login?from=logout&reauth=1&returnTo=%2Fs%2Fsignin%2Fnew"
    assert (ask(site, second).status, ask(site, second).title) == (200, "Sign in - Claude")


def test_signed_out_in_place_is_drawn_where_it_was_asked_for(site: Site) -> None:
    answer = ask(site, "/s/signin-in-place/new")
    assert (answer.status, answer.title) == (200, "Sign in - Claude")


@pytest.mark.parametrize("name", NAMES)
def test_a_session_opens_the_app(site: Site, name: str) -> None:
    cookie = sign_in(site, name)
    answer = ask(site, f"/s/{name}/new", cookie=cookie)
    assert (answer.status, answer.title) == (200, "Claude")
    assert ask(site, f"/s/{name}/api/account/settings", cookie=cookie).status == 200
    assert ask(site, f"/s/{name}/login", cookie=cookie).headers["location"] == f"/s/{name}/new"


def test_the_session_cookie_is_for_this_scenario_and_no_script(site: Site) -> None:
    cookie = post(site, "/s/signin/api/auth/verify", {"email": ADA, "code": CODE}).cookie(SESSION)
    value, *attributes = cookie.split("; ")
    assert attributes == ["HttpOnly", "Max-Age=2419200", "Path=/s/signin", "SameSite=lax"]
    assert len(value) > 40
    assert value not in sign_in(site, "signin")


def test_another_address_is_another_person(site: Site) -> None:
    ada, bob = (who(site, "signin", sign_in(site, "signin", email)) for email in (ADA, BOB))
    assert (ada[:2], bob[:2]) == ((ADA, "Ada"), (BOB, "Bob Stone"))
    assert not set(ada) & set(bob)
    assert who(site, "signin", sign_in(site, "signin", " Ada@Example.com ")) == ada
    assert len({one.uuid for one in (person_of(ADA), person_of(BOB))}) == 2


def test_a_session_of_one_scenario_is_worth_nothing_in_another(site: Site) -> None:
    cookie = sign_in(site, "signin")
    assert ask(site, "/s/signin-in-place/api/bootstrap", cookie=cookie).status == 401


@pytest.mark.parametrize("code", ["000000", "", None, 123456])
def test_a_wrong_code_signs_nobody_in(site: Site, code: object) -> None:
    answer = post(site, "/s/signin/api/auth/verify", {"email": ADA, "code": code})
    assert (answer.status, answer.said) == (400, "That code is not right. Try again.")
    assert site.state("signin")["sessions"] == 0


@pytest.mark.parametrize(
    "body", ['{"email": "ada"}', '{"email": "a b@c"}', "{}", "[]", "nonsense", '{"email": 1}']
)
def test_what_is_no_address_gets_no_link(site: Site, body: str) -> None:
    answer = ask(site, "/s/signin/api/auth/send_link", method="POST", body=body)
    assert (answer.status, answer.said) == (400, "Enter a valid email address.")


def test_the_ledger_shows_sign_ins_for_what_they_are(site: Site) -> None:
    assert post(site, "/s/signin/api/auth/send_link", {"email": ADA}).status == 200
    sign_in(site, "signin")
    assert [(entry["method"], entry["path"]) for entry in site.ledger("signin")] == [
        ("POST", "/s/signin/api/auth/send_link"),
        ("POST", "/s/signin/api/auth/verify"),
    ]


def test_a_scenario_without_accounts_has_no_sign_in(site: Site) -> None:
    assert post(site, "/s/on/api/auth/verify", {"email": ADA, "code": CODE}).status == 404
    assert "sessions" not in site.state("on")


def test_a_lapse_ends_every_session_and_changes_nothing_else(site: Site) -> None:
    cookies = [sign_in(site, "signin", email) for email in (ADA, BOB)]
    assert json.loads(ask(site, "/control/signin/state").text)["sessions"] == 2
    lapsed = ask(site, "/control/signin/lapse", method="POST")
    assert (lapsed.status, json.loads(lapsed.text)["sessions"]) == (200, 0)
    assert [ask(site, "/s/signin/api/bootstrap", cookie=cookie).status for cookie in cookies] == [
        401,
        401,
    ]
    assert CHAIN in ask(site, "/s/signin/new", cookie=cookies[0]).headers["location"]
    assert (site.state("signin")["server"], site.state("signin")["writes"]) == (True, 2)
    assert who(site, "signin", sign_in(site, "signin"))[0] == ADA


@pytest.mark.parametrize("end", ["lapse", "reset"])
def test_whoever_runs_the_site_can_end_its_sessions(site: Site, end: str) -> None:
    sign_in(site, "signin")
    getattr(site, end)("signin")
    assert site.state("signin")["sessions"] == 0


def test_logging_out_ends_this_session_only(site: Site) -> None:
    ada, bob = sign_in(site, "signin", ADA), sign_in(site, "signin", BOB)
    gone = ask(site, "/s/signin/logout", cookie=ada)
    assert "Max-Age=0" in gone.cookie(SESSION)
    assert ask(site, "/s/signin/api/bootstrap", cookie=ada).status == 401
    assert who(site, "signin", bob)[0] == BOB


@pytest.mark.parametrize("name", CHECKED)
def test_the_bot_check_stands_before_the_sign_in_screen(site: Site, name: str) -> None:
    first = ask(site, f"/s/{name}/login")
    assert (first.status, first.headers["cf-mitigated"], first.title) == (
        403,
        "challenge",
        "Just a moment...",
    )
    passed = ask(site, f"/s/{name}/login", cookie=CLEARANCE)
    assert (passed.status, passed.title) == (200, "Sign in - Claude")
    assert "Max-Age=0" in passed.cookie("mock-clearance")


@pytest.mark.parametrize("name", CHECKED)
def test_a_headless_browser_never_passes_the_check(site: Site, name: str) -> None:
    assert ask(site, f"/s/{name}/login", cookie=CLEARANCE, user_agent=HEADLESS).status == 403


@pytest.mark.parametrize(
    ("name", "status"), [("signin-checked", 200), ("signin-headless-blocked", 403)]
)
def test_only_where_it_says_so_is_a_headless_browser_stopped_with_a_session(
    site: Site, name: str, status: int
) -> None:
    cookie = sign_in(site, name)
    for path in ("new", "api/bootstrap"):
        answer = ask(site, f"/s/{name}/{path}", cookie=cookie, user_agent=HEADLESS)
        assert (answer.status, answer.headers["cf-mitigated"] == "challenge") == (
            status,
            status == 403,
        )
    assert ask(site, f"/s/{name}/new", cookie=cookie).status == 200


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Return a context that only `navigator.webdriver` tells from one that nobody steers."""
    found = browser.new_context(user_agent=PLAIN)
    found.set_default_timeout(10_000)
    yield found
    found.close()


def picture(page: Page, name: str) -> None:
    """Keep a picture in each colour scheme, where somebody wants to look."""
    folder = os.environ.get("MOCKSITE_PICTURES")
    for scheme in ("light", "dark") if folder else ():
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.screenshot(path=Path(str(folder)) / f"{name}-{scheme}.png")


@pytest.mark.browser
@pytest.mark.parametrize("name", ["signin", "signin-in-place"])
def test_a_person_signs_in_and_sees_their_own_account(
    site: Site, context: BrowserContext, name: str
) -> None:
    page = context.new_page()
    page.goto(f"{site.base_url(name)}/new")
    expect(page).to_have_title("Sign in - Claude")
    page.get_by_test_id("login-with-google").click()
    expect(page.get_by_role("alert")).to_have_text("This mock knows sign-in by email only.")
    picture(page, f"{name}-1-email")
    page.get_by_test_id("email").fill(BOB)
    page.get_by_test_id("continue").click()
    code = page.locator("input[data-testid=code][autocomplete=one-time-code]")
    code.fill("000000")
    page.get_by_test_id("continue").click()
    expect(page.get_by_role("alert")).to_have_text("That code is not right. Try again.")
    picture(page, f"{name}-2-code")
    code.fill(CODE)
    page.get_by_test_id("continue").click()
    page.get_by_test_id("user-menu-button").click()
    expect(page.get_by_test_id("user-menu-header")).to_have_text(BOB)
    picture(page, f"{name}-3-app")
    assert page.evaluate("document.cookie") == ""
    page.get_by_role("menuitem", name="Log out").click()
    expect(page).to_have_url(re.compile(r"/login\?from=logout"))
    assert site.state(name)["sessions"] == 0


@pytest.mark.browser
def test_the_check_lets_a_browser_through_that_nobody_seems_to_steer(
    site: Site, context: BrowserContext
) -> None:
    steered, plain = context.new_page(), context.new_page()
    plain.add_init_script("Object.defineProperty(navigator, 'webdriver', { get: () => false })")
    plain.goto(f"{site.base_url('signin-checked')}/new")
    expect(plain.get_by_test_id("email")).to_be_visible()
    steered.goto(f"{site.base_url('signin-checked')}/new")
    picture(steered, "signin-checked")
    with steered.expect_response(lambda answer: answer.status == 403):  # it asks again and again
        pass
    expect(steered).to_have_title("Just a moment...")
