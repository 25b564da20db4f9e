"""How a run gets into an account.

With its sealed session, or on the mock site as nobody in particular.
"""

from __future__ import annotations

import asyncio
import hmac
import os
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from auditor.disk import paths
from auditor.disk.locks import account_file_stem, account_lock, hold_name
from auditor.errors import HumanNeeded, SetupError, UsageError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from auditor.access.keyring import KeyringKeys
    from auditor.access.vault import Session, Vault
    from auditor.core.base_url import BaseUrl


def open_vault() -> Vault:
    """Return the vault of this installation; the keyring is not asked yet."""
    from auditor.access.vault import Vault  # noqa: PLC0415 - slow to import

    return Vault(paths.sessions_folder(), _keys())


@cache
def _keys() -> KeyringKeys:
    """Ask the keyring once for all accounts of a run."""
    from auditor.access.keyring import KeyringKeys  # noqa: PLC0415

    return KeyringKeys()


def signed_in_accounts(origin: str) -> tuple[str, ...]:
    """Name every account with a session for this origin; raises HumanNeeded if there is none."""
    kept = [each for each in open_vault().listed() if each.origin == origin or each.problem]
    names = tuple(each.account for each in kept if _is_name(each.account))
    if not names:
        raise HumanNeeded(
            f"No account is signed in at {origin}", "Sign in with `auditor login ACCOUNT`."
        )
    return names


def _is_name(account: str) -> bool:
    """Return whether a file's name is an account's; a copy that a file manager made is none."""
    with suppress(UsageError):
        return bool(account_file_stem(account))
    return False


@dataclass(frozen=True, slots=True)
class AccountAccess:
    """What a visit to one account needs.

    The browser state of its session, and how to know the account again.
    """

    state: dict[str, Any] | None = field(default=None, repr=False)
    recognise: Callable[[str | None, str | None], bool] | None = None


@asynccontextmanager
async def open_access(
    account: str, base_url: BaseUrl, *, attached: bool = False
) -> AsyncIterator[AccountAccess]:
    """Hold the account for this run, and give the way into it.

    In the person's own browser (`attached`) they are signed in already: a sealed session only tells
    whom to expect.

    Raises HumanNeeded if a live account has no session, SetupError if another run holds it or its
    session cannot be opened. A session is only ever given for the very origin it was made for;
    elsewhere the run goes in without any.
    """
    with ExitStack() as stack:
        if not _has_session(account, base_url):
            if not base_url.is_loopback and not attached:
                _must_sign_in(account, base_url)
            stack.enter_context(_one_at_a_time(account, base_url))
            yield AccountAccess()
            return
        stack.enter_context(account_lock(paths.locks_folder(), account))
        kept = open_vault()
        session = await asyncio.to_thread(
            kept.open, account, base_url.origin
        )  # a keyring may wait for its unlocking
        yield AccountAccess(None if attached else session.state, _recogniser(kept, session))


def record_use(account: str, base_url: BaseUrl, verdict: str) -> None:
    """Note when and with what outcome a session was used, for `auditor accounts`.

    A full disk is no reason to fail.
    """
    with suppress(SetupError):
        if _has_session(account, base_url):
            open_vault().touched(account, verdict)


def _has_session(account: str, base_url: BaseUrl) -> bool:
    if not os.path.lexists(
        paths.sessions_folder() / f"{account_file_stem(account)}.sealed"
    ):  # usual on a mock site, and at no cost
        return False
    info = open_vault().info(account)
    return info is not None and (
        info.origin == base_url.origin or (info.problem is not None and not base_url.is_loopback)
    )


def _must_sign_in(account: str, base_url: BaseUrl) -> None:
    message = f"The account {account} is not signed in at {base_url.origin}"
    raise HumanNeeded(message, f"Sign in with `auditor login {account}`, then run this again.")


def _recogniser(kept: Vault, session: Session) -> Callable[[str | None, str | None], bool]:
    """Return what tells whether the page shows the very account and organisation that signed in."""
    from auditor.access.keyring import fingerprint  # noqa: PLC0415 - slow to import

    key, pinned = kept.keys.get(), session.info.fingerprint

    def recognise(email: str | None, organisation: str | None) -> bool:
        return bool(email) and hmac.compare_digest(
            fingerprint(key, email or "", organisation), pinned
        )

    return recognise


@contextmanager
def _one_at_a_time(account: str, base_url: BaseUrl) -> Iterator[None]:
    """Keep two runs from the same page of a mock site.

    Where no lock can be had, there is nothing to protect.
    """
    what = sha256(f"{account} {base_url.origin}{base_url.prefix}".encode()).hexdigest()[:16]
    busy = f"Another run is at work on the account {account}"
    with ExitStack() as stack:
        try:
            stack.enter_context(hold_name(f"auditor-{what}", busy))
        except OSError:
            pass  # no temporary folder
        except SetupError as error:
            if str(error) == busy:
                raise
        yield
