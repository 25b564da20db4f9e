"""A click that cannot be made ends nothing, and one that did its work is not repeated."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import pytest
from playwright.async_api import Error
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from auditor.browser.path import walk
from auditor.browser.path.obstacles import ObstacleDetector
from auditor.browser.path.walk import StepNotFound, stopped_at_step
from auditor.core.finding import ReadingStopped, Reason
from auditor.flow import Step, StepAlternative
from tests.browser.path.pages import STEPS, detector, open_page, walker

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = pytest.mark.asyncio(loop_scope="session")
# A click of the user button, of Settings, and all clicks of the button that were taken.
PAGE = """<body style="margin:0"><button data-testid=user-menu-button id=b
  style="position:fixed;left:9px;bottom:9px">Ada · Team</button>
<div id=into style="position:fixed;left:9px;bottom:60px"></div>
<script>
window.clicks = 0; window.settings = 0;
const entry = '<a href="#s" onclick="settings++">Settings</a>';
const show = html => { into.innerHTML = html };
const onClick = what => b.addEventListener('click', () => { clicks++; what(); });
"""


def page_with(script: str) -> str:
    return f"{PAGE}{script}</script>"


async def counts(page: Page) -> tuple[int, int]:
    clicks, settings = await page.evaluate("[clicks, settings]")
    return clicks, settings


def wait_for_a_step(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let a step be waited for so long."""
    monkeypatch.setattr(walk, "PATIENCE", seconds)


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give up no step that comes, however busy the machine is, and take a click for lost soon."""
    monkeypatch.setattr(walk, "_AGAIN", 0.6)
    wait_for_a_step(monkeypatch, 15.0)


async def test_the_usual_way_is_walked_and_the_user_button_is_read_first(page: Page) -> None:
    await open_page(page, page_with("onClick(() => { b.textContent = 'Close'; show(entry) })"))
    walked = walker(page)
    await walked.walk()
    assert await counts(page) == (1, 1)
    assert walked.shown_plan.button == "Ada · Team"


async def test_a_click_that_nobody_heard_is_repeated(page: Page) -> None:
    await open_page(page, page_with("setTimeout(() => onClick(() => show(entry)), 500)"))
    await walker(page).walk()
    assert await counts(page) == (1, 1)


@pytest.mark.parametrize(
    "opened",
    ["show('<p>…</p>'.repeat(9))", "b.ariaExpanded = 'true'", "b.dataset.state = 'open'"],
)
async def test_a_click_that_opened_something_is_not_repeated(page: Page, opened: str) -> None:
    script = f"onClick(() => {{ {opened}; setTimeout(() => show(entry), 1600) }})"
    await open_page(page, page_with(script))
    await walker(page).walk()
    assert await counts(page) == (1, 1)


async def test_a_second_click_that_cannot_be_made_is_no_end(page: Page) -> None:
    notice = '<p role=status style="position:fixed;inset:0;z-index:9"></p>'
    script = (
        "onClick(() => { document.body.insertAdjacentHTML('beforeend', '" + notice + "');"
        " setTimeout(() => { document.querySelector('[role=status]').remove(); show(entry) }, 2500)"
        " })"
    )
    await open_page(page, page_with(script))
    await walker(page).walk()
    assert await counts(page) == (1, 1)


async def test_what_is_covered_for_a_while_is_waited_for(page: Page) -> None:
    await open_page(
        page,
        page_with(
            "document.body.insertAdjacentHTML('beforeend',"
            " '<div id=over style=\"position:fixed;inset:0\"></div>');"
            "setTimeout(() => over.remove(), 2500); onClick(() => show(entry))"
        ),
    )
    await walker(page).walk()
    assert await counts(page) == (1, 1)


async def test_what_is_replaced_while_it_is_clicked_is_clicked_anew(page: Page) -> None:
    await open_page(
        page,
        page_with(
            "const anew = () => { const n = b.cloneNode(true); b.replaceWith(n);"
            " n.onclick = () => { clicks++; show(entry) } };"
            "b.animate([{left: '9px'}, {left: '300px'}], {duration: 200, iterations: 9});"
            "setTimeout(anew, 700)"
        ),
    )
    await walker(page).walk()
    assert await counts(page) == (1, 1)


@pytest.mark.parametrize(
    "way",
    [
        "document.body.insertAdjacentHTML('beforeend', '<div style=\"position:fixed;inset:0\"></div>')",
        "b.animate([{left: '9px'}, {left: '900px'}], {duration: 20000, iterations: Infinity})",
    ],
    ids=["covered", "moving"],
)
async def test_what_takes_no_click_at_all_is_said_to_be_so(
    page: Page, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr(walk, "_COVERED", 2.0)
    await open_page(page, page_with(way))
    with pytest.raises(StepNotFound) as caught:
        await walker(page).walk()
    stop = stopped_at_step(caught.value)
    assert stop.reason is Reason.LAYOUT_CHANGED
    assert stop.detail == (
        "step 1 (Click the user icon) found what to click, but it takes no click: something lies"
        " over it, or it moves (tried: test id user-menu-button)"
    )


async def test_a_step_that_is_not_there_is_said_to_be_so(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_for_a_step(monkeypatch, 0.5)
    await open_page(page, page_with("onClick(() => show('<p>Nothing</p>'))"))
    with pytest.raises(StepNotFound) as caught:
        await walker(page).walk()
    assert (caught.value.covered, caught.value.several) == (False, False)
    assert caught.value.tried == (
        "test id user-menu-settings; anything new to press named (settings, in any known language)"
    )


async def test_a_step_is_not_given_up_without_a_last_look_for_an_obstacle(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_for_a_step(monkeypatch, 0.5)
    monkeypatch.setattr(walk, "_FRESH", 60.0)  # nobody looks around before
    await open_page(page, "<button data-testid=login-with-google>Continue with Google</button>")
    with pytest.raises(ReadingStopped) as caught:
        await walker(page).walk()
    assert caught.value.reason is Reason.SIGNED_OUT


async def test_a_page_that_never_rests_is_not_looked_at_for_obstacles_all_the_time(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[str] = []
    see_none = ObstacleDetector.raise_if_blocked

    async def count(self: ObstacleDetector) -> None:
        looks.append(self.page.url)
        await see_none(self)

    monkeypatch.setattr(ObstacleDetector, "raise_if_blocked", count)
    wait_for_a_step(monkeypatch, 2.0)
    moving = "let n = 0; setInterval(() => { into.dataset.n = n++ }, 10)"
    await open_page(page, page_with(f"onClick(() => {{}}); {moving}"))
    begun = time.monotonic()
    with pytest.raises(StepNotFound):
        await walker(page).walk()
    assert 1 <= len(looks) <= (time.monotonic() - begun) / walk._FRESH + 1


async def test_two_entries_of_the_name_are_ambiguous(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_for_a_step(monkeypatch, 0.5)
    await open_page(page, page_with("onClick(() => show(entry + entry))"))
    with pytest.raises(StepNotFound) as caught:
        await walker(page).walk()
    assert caught.value.several
    assert await counts(page) == (1, 0)


async def test_an_entry_on_the_page_itself_is_taken_only_after_a_while(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "_LATE", 5.0)
    script = """onClick(() => {
      document.body.insertAdjacentHTML('beforeend', '<a href="#chat">Settings</a>');
      setTimeout(() => show('<div role=menu style="width:99px;height:99px">' + entry), 600);
    })"""
    await open_page(page, page_with(script))
    await walker(page).walk()
    assert await counts(page) == (1, 1)


async def test_the_first_alternative_that_matches_one_element_is_taken(page: Page) -> None:
    several = Step(
        say="Click the user icon",
        click=(
            StepAlternative(test_id="nowhere", known="INF 2026-11"),
            StepAlternative(role="button", name="Ada · Team", known="INF 2026-11"),
        ),
    )
    await open_page(page, page_with("onClick(() => show(entry))"))
    await walker(page, several, STEPS[1]).walk()
    assert await counts(page) == (1, 1)


BY_NAME = Step(
    say="Click the user icon",
    click=(StepAlternative(role="button", name="Ada · Team", known="INF 2026-11"),),
)


async def test_what_is_only_hidden_from_assistive_tools_is_clicked(page: Page) -> None:
    await open_page(
        page, page_with("document.body.ariaHidden = 'true'; onClick(() => show(entry))")
    )
    await walker(page, BY_NAME, STEPS[1]).walk()
    assert await counts(page) == (1, 1)


async def test_of_two_what_is_not_hidden_from_assistive_tools_is_clicked(page: Page) -> None:
    copy = "document.body.insertAdjacentHTML('beforeend', '<button aria-hidden=true>Ada · Team')"
    await open_page(page, page_with(f"{copy}; onClick(() => show(entry))"))
    await walker(page, BY_NAME, STEPS[1]).walk()
    assert await counts(page) == (1, 1)


async def test_a_strangers_flow_presses_nothing_that_has_no_name_to_be_checked(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_for_a_step(monkeypatch, 3.0)
    await open_page(
        page, page_with("document.body.ariaHidden = 'true'; onClick(() => show(entry))")
    )
    theirs = walker(page, BY_NAME, STEPS[1])
    theirs.flow = replace(theirs.flow, is_shipped=False)
    with pytest.raises(StepNotFound):
        await theirs.walk()
    assert await counts(page) == (0, 0)


async def test_the_menu_itself_is_the_end_of_the_way_to_it(page: Page) -> None:
    head = '<p data-testid="user-menu-header">ada@example.org</p>'
    late = f"setTimeout(() => into.insertAdjacentHTML('beforeend', '{head}'), 400)"
    await open_page(page, page_with(f"onClick(() => {{ show(entry); {late} }})"))
    walked = walker(page)
    await walked.walk_to_menu()
    assert walked.email == "ada@example.org"
    assert await counts(page) == (1, 0)


async def test_the_time_of_the_whole_run_ends_a_step(page: Page) -> None:
    await open_page(page, "<p>Nothing</p>")
    with pytest.raises(TimeoutError):
        await walker(page, STEPS[0], seconds=0.0).walk()


@dataclass
class Shown:
    """Stands in for an element that goes while its text is read."""

    async def count(self) -> int:
        return 1

    async def inner_text(self, *, timeout: float) -> str:  # noqa: ASYNC109 - as Playwright's own
        raise PlaywrightTimeoutError(f"Timeout {timeout}ms exceeded")


async def test_a_text_that_goes_while_it_is_read_is_no_text(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "locate", lambda *_: Shown())
    assert await walker(page)._read_text(STEPS[0].click) is None


async def test_a_step_may_have_only_a_name(page: Page) -> None:
    named = Step(
        say="Click Settings",
        click=(StepAlternative(pressable="@settings", known="INF 2026-11"),),
    )
    await open_page(page, page_with("onClick(() => setTimeout(() => show(entry), 300))"))
    await walker(page, STEPS[0], named).walk()
    assert await counts(page) == (1, 1)


async def test_without_a_click_before_nothing_is_found_by_its_name_alone(page: Page) -> None:
    await open_page(page, page_with("show(entry)"))
    assert await walker(page).match(1) == (None, False)


@dataclass
class Target:
    """Stands in for an element whose click ends with an error."""

    error: Error

    async def click(self, *, timeout: float) -> None:  # noqa: ASYNC109 - as Playwright's own
        assert timeout > 0
        raise self.error


@pytest.mark.parametrize(
    ("said", "clicked"),
    [
        ("Timeout. Call log: - performing click action - click action done - waiting", True),
        ("Timeout. Call log: - performing click action - <div> intercepts pointer events", False),
        ("Timeout. Call log: - element is not stable", False),
    ],
)
async def test_a_click_that_only_took_long_to_come_back_was_made(
    page: Page, said: str, clicked: bool
) -> None:
    target = cast("Any", Target(PlaywrightTimeoutError(said)))
    assert await walker(page).click_if_free(target) is clicked


async def test_the_detector_of_a_plain_page_sees_nothing(page: Page) -> None:
    await open_page(page, page_with(""))
    assert not await detector(page).dismiss_banner()
