"""Sign in once, and keep the session sealed; or use it for one run, and keep nothing."""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NoReturn

from auditor.access.account import open_vault
from auditor.core.finding import State
from auditor.disk import paths
from auditor.disk.locks import account_lock
from auditor.errors import HumanNeeded, SetupError, UsageError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from auditor.access.vault import Vault
    from auditor.browser.signin import SignedIn
    from auditor.core.base_url import BaseUrl
    from auditor.flow import Flow

_LOOK = 60.0  # seconds for looking who has signed in


@dataclass(frozen=True, slots=True)
class LoginPlan:
    """What a sign-in is for: which account name, by which flow, where.

    `enter` waits for the person's Enter.
    """

    account: str
    flow: Flow
    where: BaseUrl
    browser: str | None
    say: Callable[[str], None]
    enter: Callable[[], Awaitable[None]]


def log_in(login: LoginPlan) -> None:
    """Let the person sign in, and seal the session.

    Raises SetupError or HumanNeeded, and then keeps nothing.

    The keyring is asked first: nobody should sign in for nothing.

    """
    from auditor.access.keyring import fingerprint  # noqa: PLC0415
    from auditor.access.storage_state import origin_of  # noqa: PLC0415 - slow to import
    from auditor.interrupt import (  # noqa: PLC0415
        run_interruptible,
    )

    kept, origin = open_vault(), origin_of(login.where.origin)
    with account_lock(paths.locks_folder(), login.account):
        former = kept.info(login.account)
        if former is not None and former.problem is None and former.origin != origin:
            _taken(login.account, former.origin)
        key = kept.keys.create_if_missing()
        who = run_interruptible(sign_in_and_identify(login))
        mark = fingerprint(key, who.email, who.organisation)
        if _pinned(kept, login.account, origin) not in (None, mark):
            _another(login.account)
        kept.seal(login.account, login.where.origin, who.state, mark)
    login.say(
        f"Signed in. The session of the account {login.account} is sealed with a key in the OS"
        " keyring."
    )
    login.say(
        f"Next: `auditor audit {login.account}`. `auditor logout {login.account}` removes it again."
    )


async def sign_in_and_identify(login: LoginPlan) -> SignedIn:
    """Open the window, wait for the person, and look who has signed in."""
    _window_can_be_shown()
    from auditor.access.storage_state import trim_to_origin  # noqa: PLC0415 - slow to import
    from auditor.browser.signin import sign_in  # noqa: PLC0415 - Playwright, the slow import
    from auditor.browser.visit import VisitPlan  # noqa: PLC0415
    from auditor.core.clock import Clock  # noqa: PLC0415

    login.say(
        "A plain browser window opens, which this tool neither watches nor controls. Sign in there."
    )
    login.say(
        "When you see the app, close the window, or press Enter here. Then it is opened once more,"
        " to look."
    )
    plan = VisitPlan(login.flow, login.where, State.OFF)
    who = await sign_in(login.browser, plan, lambda: Clock(_LOOK), login.enter)
    return replace(who, state=trim_to_origin(who.state, login.where.origin))


def _pinned(kept: Vault, account: str, origin: str) -> str | None:
    """Return the fingerprint of the session that would be replaced, if it is one that this installation can vouch for."""
    with suppress(SetupError, HumanNeeded):
        return kept.open(account, origin).info.fingerprint
    return None


def _taken(account: str, origin: str) -> NoReturn:
    message = f"The name {account} stands for an account at {origin}"
    raise UsageError(message, f"Take another name, or run `auditor logout {account}` first.")


def _another(account: str) -> NoReturn:
    message = (
        f"Another account or organisation signed in than the one kept as {account}; nothing was"
        " replaced"
    )
    raise HumanNeeded(
        message, f"Take another name for it, or run `auditor logout {account}` first."
    )


def _window_can_be_shown() -> None:
    import os  # noqa: PLC0415

    if sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        hint = (
            "Run this in a desktop session. `auditor flows show` prints the path to look for"
            " yourself."
        )
        raise SetupError("Signing in needs a window, and there is no display to show it on", hint)
