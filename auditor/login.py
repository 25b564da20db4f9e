"""Sign in once, and keep the session sealed; or use it for one run, and keep nothing."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor import folders
from auditor.entrance import vault
from auditor.errors import SetupError
from auditor.finding import State
from auditor.lock import account_lock

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from auditor.browser.place import Place
    from auditor.browser.signin import SignedIn
    from auditor.flow import Flow

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
    from auditor.session import fingerprint  # noqa: PLC0415 - slow to import

    kept = vault()
    with account_lock(folders.locks(), login.account):
        key = kept.keys.create_if_missing()
        who = interruptible(signed_in(login))
        mark = fingerprint(key, who.email, who.organisation)
        kept.seal(login.account, login.where.origin, who.state, mark)
    login.say(f"Signed in. The session of the account {login.account} is sealed with a key in the OS keyring.")
    login.say(f"Next: `auditor audit {login.account}`. `auditor logout {login.account}` removes it again.")


async def signed_in(login: Login) -> SignedIn:
    """Open the window, wait for the person, and look who has signed in."""
    _window_can_be_shown()
    from auditor.browser.clock import Clock  # noqa: PLC0415
    from auditor.browser.signin import sign_in  # noqa: PLC0415 - Playwright, the slow import
    from auditor.browser.visit import Errand  # noqa: PLC0415

    login.say("A plain browser window opens, which this tool neither watches nor controls. Sign in there.")
    login.say("When you see the app, close the window, or press Enter here. Then it is opened once more, to look.")
    return await sign_in(login.browser, Errand(login.flow, login.where, State.OFF), lambda: Clock(_LOOK), login.enter)


def _window_can_be_shown() -> None:
    import os  # noqa: PLC0415

    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        hint = "Run this in a desktop session. `auditor flows show` prints the path to look for yourself."
        raise SetupError("Signing in needs a window, and there is no display to show it on", hint)


async def never() -> None:
    """Stand in for the Enter of a person who cannot be heard: only closing the window counts."""
    await asyncio.Event().wait()
