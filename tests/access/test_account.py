"""How a run gets into an account: with its newest session, its own flow, and what may be sent."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from auditor.access import account
from auditor.access.account import SessionUse, open_access
from auditor.access.vault import SHIPPED, Vault
from auditor.core.base_url import parse_base_url
from auditor.disk import paths
from auditor.errors import HumanNeeded
from tests.access.sealing import PRINT, STATE, MemoryKeys

if TYPE_CHECKING:
    from collections.abc import Callable

SITE = "http://127.0.0.1:8400"
OWN, OTHER = "1" * 64, "2" * 64


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Vault:
    vault = Vault(paths.sessions_folder(), MemoryKeys())
    monkeypatch.setattr(account, "open_vault", lambda *_: vault)
    return vault


def use(
    flow: str = SHIPPED,
    accept_older: Callable[[str], bool] = lambda _: False,
    *,
    attached: bool = False,
    accept_flow: Callable[[str], bool] = lambda _: False,
    at: str = SITE,
) -> bool:
    """Return whether a run with this flow was given the session."""

    async def enter() -> bool:
        wanted = SessionUse(
            attached=attached, flow=flow, accept_older=accept_older, accept_flow=accept_flow
        )
        async with open_access("ada", parse_base_url(at), wanted) as access:
            return access.state is not None

    return asyncio.run(enter())


@pytest.mark.parametrize(
    ("made_with", "used_with"), [(SHIPPED, SHIPPED), (OWN, OWN), (OWN, SHIPPED)]
)
def test_a_session_goes_with_its_own_flow_and_with_those_of_the_tool(
    kept: Vault, made_with: str, used_with: str
) -> None:
    kept.seal("ada", SITE, STATE, PRINT, made_with)
    assert use(used_with)


@pytest.mark.parametrize("made_with", [SHIPPED, OTHER])
def test_a_session_does_not_go_with_a_flow_that_it_was_not_made_with(
    kept: Vault, made_with: str
) -> None:
    kept.seal("ada", SITE, STATE, PRINT, made_with)
    with pytest.raises(HumanNeeded) as caught:
        use(OWN)
    assert str(caught.value) == (
        "The session of the account ada was not made with this flow file, as it stands now"
    )
    assert caught.value.hint == (
        "Read the file (`auditor flows show PATH`). If you trust it, sign in again with `auditor"
        " login ada --flow PATH`; or use a flow that came with the tool."
    )


def test_in_the_persons_own_browser_no_session_is_given_whatever_the_flow(kept: Vault) -> None:
    kept.seal("ada", SITE, STATE, PRINT, SHIPPED)
    assert not use(OWN, attached=True, accept_flow=lambda _: True)


LIVE = "https://claude.ai"


@pytest.mark.parametrize("made_with", [None, SHIPPED, OTHER])
def test_a_strangers_flow_goes_into_ones_own_browser_only_if_one_says_so(
    kept: Vault, made_with: str | None
) -> None:
    if made_with is not None:
        kept.seal("ada", LIVE, STATE, PRINT, made_with)
    with pytest.raises(HumanNeeded, match="did not come with auditor, and whoever wrote it"):
        use(OWN, attached=True, at=LIVE)
    asked: list[str] = []

    def agree(message: str) -> bool:
        asked.append(message)
        return True

    assert not use(OWN, attached=True, accept_flow=agree, at=LIVE)
    assert len(asked) == 1


@pytest.mark.parametrize(("flow", "made_with", "at"), [
    (SHIPPED, None, LIVE), (OWN, OWN, LIVE), (OWN, None, "http://127.0.0.1:8400"),
])  # fmt: skip
def test_nobody_is_asked_about_a_flow_that_is_known_or_stays_on_this_computer(
    kept: Vault, flow: str, made_with: str | None, at: str
) -> None:
    if made_with is not None:
        kept.seal("ada", LIVE, STATE, PRINT, made_with)
    assert not use(flow, attached=True, accept_flow=lambda _: pytest.fail("asked"), at=at)


def test_an_older_session_is_used_only_if_the_person_says_so(kept: Vault) -> None:
    kept.seal("ada", SITE, STATE, PRINT)
    file = kept.folder / "account-ada.sealed"
    older = file.read_bytes()
    kept.seal("ada", SITE, STATE, PRINT)
    file.write_bytes(older)
    with pytest.raises(HumanNeeded, match="is an older one"):
        use(accept_older=lambda _: False)
    assert use(accept_older=lambda message: "is an older one" in message)


HERE = parse_base_url("http://127.0.0.1:8400/s/on")


def opening() -> account.AccountAccess:
    """Return the way into an account whose session may not be sent."""

    async def go() -> account.AccountAccess:
        async with open_access("ada", HERE, SessionUse(may_send=False)) as access:
            return access

    return asyncio.run(go())


def test_a_session_that_may_not_be_sent_is_not_even_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(account, "_has_session", lambda *_: True)
    monkeypatch.setattr(account, "open_vault", lambda *_: pytest.fail("the vault was opened"))
    with pytest.raises(HumanNeeded) as caught:
        opening()
    assert str(caught.value) == "The session of the account ada is not sent to a remote browser"
    assert caught.value.hint == "Add --send-session to send it there."


def test_a_mock_account_without_a_session_goes_in_all_the_same() -> None:
    assert opening().state is None
