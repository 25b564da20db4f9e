"""Banners are refused wherever they stand; a dialog to sign in is known for what it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from auditor.core.finding import ReadingStopped, Reason
from tests.browser.path.pages import detector, open_page

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = pytest.mark.asyncio(loop_scope="session")
OVER = "style='position:fixed;inset:0;background:#fff'"


def wall(refuse: str, attributes: str = f"role=dialog {OVER}", text: str = "We use cookies") -> str:
    """Return a banner whose other button must never be pressed."""
    return (
        f"<div id=wall {attributes}><p>{text}.</p>"
        f"<button onclick='window.accepted = true'>Accept all</button>"
        f"<button onclick='window.refused = true; this.closest(\"#wall\").remove()'>{refuse}</button>"
        "</div>"
    )


async def what_was_pressed(page: Page) -> tuple[bool, bool]:
    refused, accepted = await page.evaluate("[Boolean(window.refused), Boolean(window.accepted)]")
    return refused, accepted


@pytest.mark.parametrize(
    ("refuse", "text"),
    [
        ("Reject All Cookies", "We use cookies"),
        ("Reject all", "We use cookies"),
        ("Decline", "Cookie settings"),
        ("Only necessary cookies", "Privacy"),
        ("Nur notwendige Cookies", "Wir verwenden Cookies"),
        ("Tout refuser", "Nous utilisons des cookies"),
        ("すべて拒否", "クッキーを使用します"),
        ("모두 거부", "쿠키를 사용합니다"),
        # as common consent tools write it
        ("REJECT ALL", "We value your privacy: we use cookies"),
        ("Continue without accepting", "We use cookies"),
        ("Disagree and close", "We use cookies"),
        ("Required only", "This site uses cookies"),
        ("I decline", "We use cookies"),
        ("Alles ablehnen", "Wir verwenden Cookies"),
        ("Ich lehne ab", "Wir verwenden Cookies"),
        ("Continuar sin aceptar", "Usamos cookies"),
        ("Rechazarlas todas", "Usamos cookies"),
        ("Continuer sans accepter", "Nous utilisons des cookies"),
        ("सभी कुकीज़ अस्वीकार करें", "हम कुकीज़ का उपयोग करते हैं"),
        ("Tolak semuanya", "Kami menggunakan cookie"),
        ("Continua senza accettare", "Usiamo i cookie"),
        ("同意せずに続ける", "Cookieを使用します"),
        ("전체 거부", "쿠키를 사용합니다"),
        ("Continuar sem aceitar", "Usamos cookies"),
        ("Continue without agreeing →", "We use cookies"),
        ("Deny all cookies", "We use cookies"),
        ("Weiter ohne Einwilligung →", "Wir verwenden Cookies"),
        ("Nur erforderliche Cookies verwenden", "Wir verwenden Cookies"),
        ("Permitir solo cookies necesarias", "Usamos cookies"),
        ("Interdire tous les cookies", "Nous utilisons des cookies"),
        ("केवल आवश्यक कुकीज़ का उपयोग करें", "हम कुकीज़ का उपयोग करते हैं"),
        ("Gunakan hanya cookie yang diperlukan", "Kami menggunakan cookie"),
        ("Utilizza solo i cookie necessari", "Usiamo i cookie"),
        ("必要なクッキーのみを使用", "クッキーを使用します"),
        ("필요한 쿠키만 사용", "쿠키를 사용합니다"),
        ("Usar apenas cookies necessários", "Usamos cookies"),
    ],
)
async def test_a_banner_is_refused_whatever_its_button_is_called(
    page: Page, refuse: str, text: str
) -> None:
    await open_page(page, f"<main>A chat</main>{wall(refuse, text=text)}")
    watcher = detector(page)
    assert await watcher.dismiss_banner()
    assert await what_was_pressed(page) == (True, False)
    assert not await watcher.dismiss_banner()


@pytest.mark.parametrize(
    "html",
    [
        wall("Decline", text="Bea invites you to a project"),
        wall("Reject", text="Updates to our terms"),
        wall("Agree", text="We use cookies"),
        wall("Do not accept", text="We updated our terms and how we use cookies"),
        wall("No acepto", text="Nuevos términos; usamos cookies"),
        wall("同意しない", text="利用規約とCookie"),
        f"<div {OVER}><main><p>I like cookies.</p>{wall('Decline', '', 'An offer')}</main></div>",
        wall("Reject all", attributes=""),
        "<div role=dialog>Cookies: <a href='/cookies/refused'>Decline</a></div>",
        wall("Reject all", attributes=f"role=dialog hidden {OVER}"),
    ],
    ids=[
        "invitation",
        "terms",
        "accept only",
        "terms and cookies",
        "terms and cookies, Spanish",
        "terms and cookies, Japanese",
        "chat",
        "on the page",
        "leads away",
        "hidden",
    ],
)
async def test_nothing_else_is_refused(page: Page, html: str) -> None:
    await open_page(page, html)
    assert not await detector(page).dismiss_banner()
    assert await what_was_pressed(page) == (False, False)


async def test_a_banner_in_a_shadow_root_is_refused(page: Page) -> None:
    await open_page(page, "<div id=host></div>")
    await page.evaluate(
        "html => { host.attachShadow({mode: 'open'}).innerHTML = html }", wall("Reject all")
    )
    assert await detector(page).dismiss_banner()
    assert await what_was_pressed(page) == (True, False)


async def test_a_banner_in_a_frame_of_the_same_origin_is_refused(page: Page) -> None:
    await open_page(page, "<iframe id=frame srcdoc='<body></body>' width=900 height=600></iframe>")
    await page.frames[1].evaluate("html => { document.body.innerHTML = html }", wall("Reject all"))
    assert await detector(page).dismiss_banner()
    assert await page.frames[1].evaluate("window.refused") is True


async def test_a_banner_that_comes_back_each_time_is_not_refused_for_ever(page: Page) -> None:
    stays = "<div role=dialog>Cookies <button>Reject all</button></div>"
    await open_page(page, stays)
    watcher = detector(page)
    assert [await watcher.dismiss_banner() for _ in range(4)] == [True, True, True, False]


async def test_a_flow_may_leave_open_what_a_banner_mentions(page: Page) -> None:
    await open_page(page, wall("Decline", text="An offer"))
    watcher = detector(page)
    (banner,) = watcher.site.banners
    plain = replace(watcher.site, banners=(replace(banner, mentions=None),))
    assert await replace(watcher, site=plain).dismiss_banner()
    assert await what_was_pressed(page) == (True, False)


async def test_a_banner_that_lies_under_something_is_not_pressed(page: Page) -> None:
    await open_page(page, wall("Reject all") + f"<div {OVER}></div>")
    assert not await detector(page).dismiss_banner()
    assert await what_was_pressed(page) == (False, False)


DIALOGS = {
    "titled": "<div role=dialog><h2>Sign in</h2><input type=email></div>",
    "named": "<div role=dialog aria-label='Log in'><input></div>",
    "alert": "<div role=alertdialog aria-label='Sign in again'><button>Go</button></div>",
    "native": "<dialog open><h1>Log in to Claude</h1></dialog>",
    "by its buttons": "<div role=dialog aria-label='Welcome back'><input type=email>"
    "<button>Continue with Google</button></div>",
    "in German": "<div role=dialog><h2>Anmelden</h2></div>",
    "with test ids": "<div role=dialog><button data-testid=login-with-google>G</button></div>",
}


@pytest.mark.parametrize("html", DIALOGS.values(), ids=list(DIALOGS))
async def test_a_dialog_to_sign_in_over_the_app_means_signed_out(page: Page, html: str) -> None:
    await open_page(page, f"<main>The app</main>{html}")
    with pytest.raises(ReadingStopped) as caught:
        await detector(page).raise_if_blocked()
    assert caught.value.reason is Reason.SIGNED_OUT


@pytest.mark.parametrize(
    "html",
    [
        "<div role=dialog aria-label=Settings><input type=email value='a@b.example'></div>",
        "<div role=dialog aria-label=Connectors><button>Continue with Google</button></div>",
        "<main><h2>Sign in</h2><p>A chat about signing in.</p></main>",
        "<div role=dialog aria-label=Settings><nav></nav><h2>Log in</h2><input type=email></div>",
        "<div role=dialog aria-label=Account><h2>Signing in to other devices</h2></div>",
    ],
    ids=["an address field", "a connector", "a chat", "a section", "a title"],
)
async def test_other_dialogs_are_no_sign_of_being_signed_out(page: Page, html: str) -> None:
    await open_page(page, html)
    await detector(page).raise_if_blocked()


TITLE = "<h2>Updates to Consumer Terms and Policies</h2>"
FIRST = "<h1>Before your first chat</h1>"


@pytest.mark.parametrize(
    "html",
    [
        f"<div role=dialog {OVER}>{TITLE}<button>OK</button></div>",
        f"<form>{TITLE}<input type=checkbox></form>",
        f"<main>{TITLE}<p>Please choose.</p><button>Accept</button></main>",
        f"<main>{FIRST}<button>Continue</button></main>",
        f"<main>{FIRST.replace('Before your first chat', 'Vor deinem ersten Chat')}<button>Weiter</button></main>",
        "<div role=dialog aria-label='Updates to Consumer Terms and Policies'>Soon</div>",
    ],
    ids=["dialog", "form", "page", "first step", "in German", "so named"],
)
async def test_a_notice_or_a_step_that_can_be_answered_is_pending(page: Page, html: str) -> None:
    await open_page(page, html)
    with pytest.raises(ReadingStopped) as stop:
        await detector(page).raise_if_blocked()
    assert stop.value.reason is Reason.CHOICE_PENDING


@pytest.mark.parametrize(
    "html",
    [
        f"<main>{FIRST}<p>A few things to know</p><button>Send message</button></main>",
        f"<div role=dialog aria-label='Past notices'>{TITLE}accepted in May</div>",
        f"<main>{TITLE}<button hidden>Accept</button></main>",
        f"<main>{TITLE}<a href='/'>Accept</a></main>",
    ],
    ids=["a chat", "old notices", "hidden", "a link"],
)
async def test_what_is_only_quoted_is_no_notice(page: Page, html: str) -> None:
    await open_page(page, html)
    await detector(page).raise_if_blocked()


# ---------------------------------------------------------------- what only a person may answer

BUTTONS = "<button>Allow all</button><button>Deny</button>"
TARGET = "<button id=user>Ada</button>"
STEPS = ("Settings", "Privacy")
HINT = "Open the site yourself, answer the dialog there, then run this again."


async def told(page: Page, html: str, *, with_target: bool) -> str:
    await open_page(page, html)
    target = page.locator("#user") if with_target else None
    try:
        await detector(page).raise_if_covered(target, STEPS)
    except ReadingStopped as stop:
        return f"{stop.reason} {stop.detail}" if stop.hint == HINT else "another hint"
    return ""


@pytest.mark.parametrize("with_target", [True, False])
@pytest.mark.parametrize(
    "html",
    [
        f"{TARGET}<div role=dialog aria-label='Your choices' {OVER}>{BUTTONS}</div>",
        f"{TARGET}<div role=dialog aria-modal=true {OVER}><h2>Your choices</h2>{BUTTONS}</div>",
        f"{TARGET}<div {OVER}><div role=alertdialog aria-labelledby=x {OVER}><p id=x>Your choices</p>{BUTTONS}</div></div>",
        f"{TARGET}<dialog id=it {OVER}><h2>Your choices</h2>{BUTTONS}</dialog><script>it.showModal()</script>",
    ],
    ids=["named", "headed", "labelled", "modal"],
)
async def test_a_dialog_over_the_page_is_told_with_its_title(
    page: Page, html: str, *, with_target: bool
) -> None:
    assert await told(page, html, with_target=with_target) == (
        f"{Reason.LAYOUT_CHANGED} a dialog, “Your choices”, lies over the page, and only you may answer it"
    )


async def test_a_box_without_any_role_is_told_where_it_covers_what_is_to_be_clicked(
    page: Page,
) -> None:
    html = f"{TARGET}<div {OVER}>Please choose {BUTTONS}</div>"
    assert await told(page, html, with_target=True) == (
        f"{Reason.LAYOUT_CHANGED} a dialog lies over the page, and only you may answer it"
    )


async def test_an_address_in_a_title_is_not_shown(page: Page) -> None:
    html = f"{TARGET}<div role=dialog aria-label='For ada@example.com' {OVER}>{BUTTONS}</div>"
    assert "ada@example.com" not in await told(page, html, with_target=True)


@pytest.mark.parametrize("with_target", [True, False])
@pytest.mark.parametrize(
    "html",
    [
        TARGET,
        f"{TARGET}<div role=dialog aria-label=Settings {OVER}>{BUTTONS}</div>",
        f"{TARGET}<div role=dialog aria-label=Account {OVER}><nav>x</nav>{BUTTONS}</div>",
        f"{TARGET}<div role=dialog {OVER}>Loading</div>",
        f"{TARGET}<div role=dialog hidden>{BUTTONS}</div>",
        f"{TARGET}<div role=dialog style='position:fixed;right:0;bottom:0;width:90px'>{BUTTONS}</div>",
    ],
    ids=["nothing", "the path's own", "with sections", "no answer", "hidden", "in a corner"],
)
async def test_other_dialogs_are_let_stand(page: Page, html: str, *, with_target: bool) -> None:
    assert await told(page, html, with_target=with_target) == ""
