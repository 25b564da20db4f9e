"""Sign in once, and keep the session sealed; or use it for one run, and keep nothing."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NoReturn

from auditor.access.account import open_vault
from auditor.access.keyring import fingerprint
from auditor.access.storage_state import count_entries, keep_sign_in, origin_of, trim_to_origin
from auditor.access.vault import SHIPPED
from auditor.browser.signin import not_kept_error, sign_in, signs_in_again
from auditor.browser.visit import VisitPlan
from auditor.core.clock import Clock
from auditor.core.finding import State
from auditor.disk import paths
from auditor.disk.locks import account_lock
from auditor.errors import HumanNeeded, SetupError, UsageError
from auditor.interrupt import run_interruptible

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from auditor.access.vault import Vault
    from auditor.browser.signin import SignedIn
    from auditor.core.base_url import BaseUrl
    from auditor.flow import Flow

_LOOK_SECONDS = 60.0
"""Time for looking who has signed in: the default limit of a whole audit."""


@dataclass(frozen=True, slots=True)
class LoginPlan:
    """What a sign-in is for: which account name, by which flow, where."""

    account: str
    flow: Flow
    base_url: BaseUrl
    browser: str | None
    tell: Callable[[str], None]
    wait_for_enter: Callable[[], Awaitable[None]]


def log_in(plan: LoginPlan) -> None:
    """Let the person sign in, and seal the session.

    The keyring is asked first: nobody should sign in for nothing. Raises SetupError, HumanNeeded or
    UsageError, and then keeps nothing.
    """
    vault, origin = open_vault(plan.tell), origin_of(plan.base_url.origin)
    with account_lock(paths.locks_folder(), plan.account):
        former = vault.info(plan.account)
        if former is not None and former.problem is None and former.origin != origin:
            _raise_name_taken(plan.account, former.origin)
        key = vault.keys.create_if_missing()
        person = run_interruptible(sign_in_and_identify(plan))
        mark = fingerprint(key, person.email, person.organisation)
        if _pinned_fingerprint(vault, plan.account, origin) not in (None, mark):
            _raise_another_account(plan.account)
        vault.seal(plan.account, origin, person.state, mark, plan.flow.digest or SHIPPED)
    plan.tell(
        f"Signed in. The session of the account {plan.account} is sealed with a key in the OS "
        "keyring."
    )
    plan.tell(
        f"Next: `auditor audit {plan.account}`. `auditor logout {plan.account}` removes it again."
    )


async def sign_in_and_identify(plan: LoginPlan) -> SignedIn:
    """Open the window, wait for the person, and return who has signed in.

    Raises SetupError if no window can be shown, HumanNeeded if nobody signed in.
    """
    _raise_if_no_display()
    plan.tell(
        "A plain browser window opens, which this tool neither watches nor controls. Sign in there."
    )
    plan.tell(
        "When you see the app, close the window, or press Enter here. Then it is opened once more, "
        "to look."
    )
    visit = VisitPlan(plan.flow, plan.base_url, State.OFF)
    person = await sign_in(plan.browser, visit, lambda: Clock(_LOOK_SECONDS), plan.wait_for_enter)
    trimmed = trim_to_origin(person.state, plan.base_url.origin)
    kept = replace(person, state=keep_sign_in(trimmed))
    if person.has_database or count_entries(kept.state) < count_entries(trimmed):
        await _raise_if_not_kept(plan, replace(visit, state=kept.state), kept)
    return kept


async def _raise_if_not_kept(plan: LoginPlan, visit: VisitPlan, person: SignedIn) -> None:
    """Raise HumanNeeded if what was left out of the session is what signs in."""
    plan.tell(
        "The site also keeps data that is not sealed; a last window shows whether it goes without."
    )
    if not await signs_in_again(plan.browser, visit, person, Clock(_LOOK_SECONDS)):
        raise not_kept_error("it is kept where only the browser itself can keep it")


def _pinned_fingerprint(vault: Vault, account: str, origin: str) -> str | None:
    """Return the fingerprint of the session that would be replaced.

    None unless this installation can open it, and so vouch for it.
    """
    with suppress(SetupError, HumanNeeded):
        return vault.open(account, origin, accept_older=True).info.fingerprint
    return None


def _raise_name_taken(account: str, origin: str) -> NoReturn:
    message = f"The name {account} stands for an account at {origin}"
    raise UsageError(message, f"Take another name, or run `auditor logout {account}` first.")


def _raise_another_account(account: str) -> NoReturn:
    message = (
        f"Another account or organisation signed in than the one kept as {account}; nothing was "
        "replaced"
    )
    hint = f"Take another name for it, or run `auditor logout {account}` first."
    raise HumanNeeded(message, hint)


def _raise_if_no_display() -> None:
    has_display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if sys.platform.startswith("linux") and not has_display:
        hint = (
            "Run this in a desktop session. `auditor guide` prints the path to look for yourself."
        )
        raise SetupError("Signing in needs a window, and there is no display to show it on", hint)
