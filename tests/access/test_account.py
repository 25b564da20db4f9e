"""How a run gets into an account: what is sent, and what stays."""

from __future__ import annotations

import asyncio

import pytest

from auditor.access import account
from auditor.access.account import open_access
from auditor.core.base_url import parse_base_url
from auditor.errors import HumanNeeded

HERE = parse_base_url("http://127.0.0.1:8400/s/on")


def opening(*, may_send: bool) -> account.AccountAccess:
    async def go() -> account.AccountAccess:
        async with open_access("ada", HERE, may_send=may_send) as access:
            return access

    return asyncio.run(go())


def test_a_session_that_may_not_be_sent_is_not_even_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(account, "_has_session", lambda *_: True)
    monkeypatch.setattr(account, "open_vault", lambda *_: pytest.fail("the vault was opened"))
    with pytest.raises(HumanNeeded) as caught:
        opening(may_send=False)
    assert str(caught.value) == "The session of the account ada is not sent to a remote browser"
    assert caught.value.hint == "Add --send-session to send it there."


def test_a_mock_account_without_a_session_goes_in_all_the_same() -> None:
    assert opening(may_send=False).state is None
