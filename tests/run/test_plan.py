"""A request becomes a plan, or an error, before anything is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from auditor.errors import FlowError, HumanNeeded, UsageError
from auditor.run.plan import make_plan
from auditor.run.request import Request

if TYPE_CHECKING:
    from pathlib import Path

LOOPBACK = "http://127.0.0.1:8400/s/{account}"


def test_each_account_has_its_address_in_the_order_asked_for() -> None:
    plan = make_plan(Request(accounts=("b", "a"), base_url=LOOPBACK))
    assert [(name, str(url.prefix)) for name, url in plan.base_urls.items()] == [
        ("b", "/s/b"),
        ("a", "/s/a"),
    ]
    assert plan.several


def test_an_account_named_twice_is_planned_once() -> None:
    plan = make_plan(Request(accounts=("a", "a"), base_url=LOOPBACK))
    assert list(plan.base_urls) == ["a"]
    assert not plan.several


SERVER, PORT = "ws://127.0.0.1:3000/", "http://127.0.0.1:9222"


def test_remote_browsers_are_planned_once_each() -> None:
    plan = make_plan(Request(base_url=LOOPBACK, connect=(SERVER, PORT, SERVER), jobs=3))
    assert [each.name for each in plan.remote] == ["ws://127.0.0.1:3000", PORT]
    assert (plan.live, plan.headed, plan.jobs) == (False, False, 3)


def test_a_live_account_is_looked_at_in_a_remote_window_that_the_person_sees() -> None:
    plan = make_plan(Request(connect=(SERVER, SERVER), headed=True, send_session=True, jobs=4))
    assert (plan.live, plan.jobs) == (True, 1)


AS_IT_IS = (
    (
        "`--connect` takes a browser as it is, so it goes without --attach, --browser, --ephemeral,"
        " --headless"
    ),
    "Leave them out.",
)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        pytest.param({"attach": "chrome"}, AS_IT_IS, id="attach"),
        pytest.param({"browser": "/usr/bin/chromium"}, AS_IT_IS, id="browser"),
        pytest.param({"ephemeral": True}, AS_IT_IS, id="ephemeral"),
        pytest.param({"headed": False}, AS_IT_IS, id="headless"),
        pytest.param(
            {"base_url": None},
            (
                "A live account is only looked at in a window that you can see",
                "A remote browser shows its window elsewhere: add --headed if you see it.",
            ),
            id="live, and no window is spoken of",
        ),
        pytest.param(
            {"base_url": None, "headed": True, "connect": (SERVER, PORT)},
            (
                f"No live account is looked at by a debugging port, as at {PORT}",
                (
                    "If the line is cut, such a browser lets go what is held back. Use a Playwright"
                    " server, or --attach for a browser of this machine."
                ),
            ),
            id="live, by a debugging port",
        ),
        pytest.param(
            {"send_session": True, "connect": ("ws://browsers.example:3000/hidden",)},
            (
                "A session is never sent over an open line, as to ws://browsers.example:3000",
                "Use TLS (wss, https), or a tunnel: ssh -L, and an address of this machine.",
            ),
            id="a session over an open line",
        ),
        pytest.param(
            {"send_session": True, "connect": ()},
            (
                "`--send-session` is about remote browsers, and none is named",
                "Name one with --connect, or leave it out.",
            ),
            id="a session to nobody",
        ),
    ],
)
def test_what_does_not_fit_a_remote_browser_is_refused(
    more: dict[str, Any],
    told: tuple[str, str],
) -> None:
    asked: dict[str, Any] = {"base_url": LOOPBACK, "connect": (SERVER,), **more}
    with pytest.raises(UsageError) as caught:
        make_plan(Request(**asked))
    assert (str(caught.value), caught.value.hint) == told


def test_a_session_may_go_by_tls() -> None:
    asked = {"connect": ("wss://browsers.example/",), "send_session": True, "headed": True}
    assert make_plan(Request(**asked)).live  # type: ignore[arg-type]


def test_without_a_base_url_the_sites_own_address_is_live_and_shown_in_a_window() -> None:
    plan = make_plan(Request())
    assert plan.base_urls["default"].origin == "https://claude.ai"
    assert (plan.live, plan.headed) == (True, True)


@pytest.mark.parametrize(
    ("asked", "headed"), [(None, False), (True, True), (False, False)], ids=["unsaid", "yes", "no"]
)
def test_on_this_machine_a_window_is_shown_only_if_asked_for(
    asked: bool | None,
    headed: bool,
) -> None:
    plan = make_plan(Request(base_url=LOOPBACK, headed=asked))
    assert (plan.live, plan.headed) == (False, headed)


def test_one_live_address_makes_the_whole_run_live() -> None:
    request = Request(accounts=("127.0.0.1", "example.com"), base_url="http://{account}/", jobs=4)
    plan = make_plan(request)
    assert (plan.live, plan.jobs) == (True, 1)


@pytest.mark.parametrize(
    ("more", "jobs"),
    [
        pytest.param({}, 4, id="on this machine"),
        pytest.param({"ephemeral": True}, 1, id="signing in for each"),
        pytest.param({"base_url": None}, 1, id="live"),
    ],
)
def test_several_at_a_time_only_where_nobody_is_asked(more: dict[str, Any], jobs: int) -> None:
    assert make_plan(Request(**{"base_url": LOOPBACK, "jobs": 4, **more})).jobs == jobs


@pytest.mark.parametrize(
    ("request_", "error", "message"),
    [
        pytest.param(
            Request(accounts=("no name",)),
            UsageError,
            '"no name" cannot be the name of an account.',
            id="account name",
        ),
        pytest.param(
            Request(headed=False),
            UsageError,
            "A live account is only looked at in a window that you can see",
            id="live without a window",
        ),
        pytest.param(
            Request(attach="chrome", accounts=("a", "b")),
            UsageError,
            "`--attach` looks at one account: the one signed in there",
            id="attach to several",
        ),
        pytest.param(
            Request(attach="firefox"),
            UsageError,
            "`--attach` takes chrome, msedge or an address",
            id="attach to what cannot be",
        ),
        pytest.param(
            Request(base_url="ftp://x"),
            UsageError,
            "The base URL ftp://x is not http or https",
            id="base URL",
        ),
        pytest.param(
            Request(flow="nowhere/web"),
            FlowError,
            "There is no flow nowhere/web",
            id="unknown flow",
        ),
        pytest.param(
            Request(everyone=True, base_url=LOOPBACK),
            HumanNeeded,
            "No account is signed in at http://127.0.0.1:8400",
            id="nobody signed in",
        ),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_opened(
    request_: Request, error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        make_plan(request_)
    assert str(caught.value) == message


def test_a_plan_is_made_without_a_browser(tmp_path: Path) -> None:
    plan = make_plan(
        Request(base_url=LOOPBACK, browser="/no/such/browser", evidence=tmp_path / "e")
    )
    assert plan.request.browser == "/no/such/browser"


@pytest.mark.parametrize(
    "more",
    [{"base_url": LOOPBACK}, {"base_url": LOOPBACK, "connect": ("http://127.0.0.1:9222",)}],
    ids=["headless", "remote"],
)
def test_waiting_for_a_person_needs_a_window(more: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as error:
        make_plan(Request(wait_for_person=5, **more))
    assert (str(error.value), error.value.hint) == (
        "`--wait-for-person` needs a window in which you can choose",
        "Add --headed, or work in your own browser with --attach.",
    )


@pytest.mark.parametrize(
    "more",
    [{"base_url": LOOPBACK, "headed": True}, {"base_url": LOOPBACK, "attach": "chrome"}, {}],
    ids=["headed", "attached", "live"],
)
def test_a_person_is_waited_for_at_one_account_at_a_time(more: dict[str, Any]) -> None:
    assert make_plan(Request(wait_for_person=5, jobs=1, **more)).jobs == 1


def test_several_accounts_are_waited_for_one_after_the_other() -> None:
    asked = Request(accounts=("a", "b"), base_url=LOOPBACK, headed=True, wait_for_person=5, jobs=4)
    assert make_plan(asked).jobs == 1
