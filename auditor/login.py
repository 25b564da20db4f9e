"""Sign in once, and keep the session sealed; or use it for one run, and keep nothing."""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NoReturn

from auditor import folders
from auditor.entrance import vault
from auditor.errors import HumanNeeded, SetupError, UsageError
from auditor.finding import State
from auditor.lock import account_lock

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from auditor.browser.place import Place
    from auditor.browser.signin import SignedIn
    from auditor.flow import Flow
    from auditor.session import Vault

_LOOK = 60.0  # seconds for looking who has signed in


@dataclass(frozen=True, slots=True)
class Login:
    """What a sign-in is for: which account name, by which flow, where; `enter` waits for the person's Enter."""

    account: str
    flow: Flow
    where: Place
    browser: str | None
    say: Callable[[str], None]
    enter: Callable[[], Awaitable[None]]


def log_in(login: Login) -> None:
    """Let the person sign in, and seal the session; raises SetupError or HumanNeeded, and then keeps nothing.

    The keyring is asked first: nobody should sign in for nothing.
    """
    from auditor.run import interruptible  # noqa: PLC0415 - the loop is started there and nowhere else
    from auditor.session import fingerprint, origin_of  # noqa: PLC0415 - slow to import

    kept, origin = vault(), origin_of(login.where.origin)
    with account_lock(folders.locks(), login.account):
        former = kept.info(login.account)
        if former is not None and former.problem is None and former.origin != origin:
            _taken(login.account, former.origin)
        key = kept.keys.create_if_missing()
        who = interruptible(signed_in(login))
        mark = fingerprint(key, who.email, who.organisation)
        if _pinned(kept, login.account, origin) not in (None, mark):
            _another(login.account)
        kept.seal(login.account, login.where.origin, who.state, mark)
    login.say(f"Signed in. The session of the account {login.account} is sealed with a key in the OS keyring.")
    login.say(f"Next: `auditor audit {login.account}`. `auditor logout {login.account}` removes it again.")


async def signed_in(login: Login) -> SignedIn:
    """Open the window, wait for the person, and look who has signed in."""
    _window_can_be_shown()
    from auditor.browser.clock import Clock  # noqa: PLC0415
    from auditor.browser.signin import sign_in  # noqa: PLC0415 - Playwright, the slow import
    from auditor.browser.visit import Errand  # noqa: PLC0415
    from auditor.session import trimmed  # noqa: PLC0415 - slow to import

    login.say("A plain browser window opens, which this tool neither watches nor controls. Sign in there.")
    login.say("When you see the app, close the window, or press Enter here. Then it is opened once more, to look.")
    errand = Errand(login.flow, login.where, State.OFF)
    who = await sign_in(login.browser, errand, lambda: Clock(_LOOK), login.enter)
    return replace(who, state=trimmed(who.state, login.where.origin))


def _pinned(kept: Vault, account: str, origin: str) -> str | None:
    """Give the fingerprint of the session that would be replaced, if it is one that this installation can vouch for."""
    with suppress(SetupError, HumanNeeded):
        return kept.open(account, origin).info.fingerprint
    return None


def _taken(account: str, origin: str) -> NoReturn:
    message = f"The name {account} stands for an account at {origin}"
    raise UsageError(message, f"Take another name, or run `auditor logout {account}` first.")


def _another(account: str) -> NoReturn:
    message = f"Another account or organisation signed in than the one kept as {account}; nothing was replaced"
    raise HumanNeeded(message, f"Take another name for it, or run `auditor logout {account}` first.")


def _window_can_be_shown() -> None:
    import os  # noqa: PLC0415

    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        hint = "Run this in a desktop session. `auditor flows show` prints the path to look for yourself."
        raise SetupError("Signing in needs a window, and there is no display to show it on", hint)
