"""How a run gets into an account: with its sealed session, or on the mock site as nobody in particular."""

from __future__ import annotations

import asyncio
import hmac
import os
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from auditor import folders
from auditor.errors import HumanNeeded, SetupError, UsageError
from auditor.lock import account_lock, passing, stem

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from auditor.browser.place import Place
    from auditor.session import KeyringKeys, Session, Vault


def vault() -> Vault:
    """Give the vault of this installation; the keyring is not asked yet."""
    from auditor.session import Vault  # noqa: PLC0415 - slow to import

    return Vault(folders.sessions(), _keys())


@cache
def _keys() -> KeyringKeys:
    """Ask the keyring once for all accounts of a run."""
    from auditor.session import KeyringKeys  # noqa: PLC0415

    return KeyringKeys()


def everyone(origin: str) -> tuple[str, ...]:
    """Name every account with a session for this origin; raises HumanNeeded if there is none."""
    kept = [each for each in vault().listed() if each.origin == origin or each.problem]
    names = tuple(each.account for each in kept if _is_name(each.account))
    if not names:
        raise HumanNeeded(f"No account is signed in at {origin}", "Sign in with `auditor login ACCOUNT`.")
    return names


def _is_name(account: str) -> bool:
    """Tell whether a file's name is an account's; a copy that a file manager made is none."""
    with suppress(UsageError):
        return bool(stem(account))
    return False


@dataclass(frozen=True, slots=True)
class Entrance:
    """What a visit to one account needs: the browser state of its session, and how to know the account again."""

    state: dict[str, Any] | None = field(default=None, repr=False)
    recognise: Callable[[str | None, str | None], bool] | None = None


@asynccontextmanager
async def entered(account: str, place: Place, *, attached: bool = False) -> AsyncIterator[Entrance]:
    """Hold the account for this run, and give the way into it.

    In the person's own browser (`attached`) they are signed in already: a sealed session only tells whom to expect.

    Raises HumanNeeded if a live account has no session, SetupError if another run holds it or its session cannot be
    opened. A session is only ever given for the very origin it was made for; elsewhere the run goes in without any.
    """
    with ExitStack() as stack:
        if not _has_session(account, place):
            if not place.loopback and not attached:
                _must_sign_in(account, place)
            stack.enter_context(_one_at_a_time(account, place))
            yield Entrance()
            return
        stack.enter_context(account_lock(folders.locks(), account))
        kept = vault()
        session = await asyncio.to_thread(kept.open, account, place.origin)  # a keyring may wait for its unlocking
        yield Entrance(None if attached else session.state, _recogniser(kept, session))


def used(account: str, place: Place, verdict: str) -> None:
    """Note when and with what outcome a session was used, for `auditor accounts`; a full disk is no reason to fail."""
    with suppress(SetupError):
        if _has_session(account, place):
            vault().touched(account, verdict)


def _has_session(account: str, place: Place) -> bool:
    if not os.path.lexists(folders.sessions() / f"{stem(account)}.sealed"):  # usual on a mock site, and at no cost
        return False
    info = vault().info(account)
    return info is not None and (info.origin == place.origin or (info.problem is not None and not place.loopback))


def _must_sign_in(account: str, place: Place) -> None:
    message = f"The account {account} is not signed in at {place.origin}"
    raise HumanNeeded(message, f"Sign in with `auditor login {account}`, then run this again.")


def _recogniser(kept: Vault, session: Session) -> Callable[[str | None, str | None], bool]:
    """Give what tells whether the page shows the very account and organisation that signed in."""
    from auditor.session import fingerprint  # noqa: PLC0415 - slow to import

    key, pinned = kept.keys.get(), session.info.fingerprint

    def recognise(email: str | None, organisation: str | None) -> bool:
        return bool(email) and hmac.compare_digest(fingerprint(key, email or "", organisation), pinned)

    return recognise


@contextmanager
def _one_at_a_time(account: str, place: Place) -> Iterator[None]:
    """Keep two runs from the same page of a mock site; where no lock can be had, there is nothing to protect."""
    what = sha256(f"{account} {place.origin}{place.prefix}".encode()).hexdigest()[:16]
    busy = f"Another run is at work on the account {account}"
    with ExitStack() as stack:
        try:
            stack.enter_context(passing(f"auditor-{what}", busy))
        except OSError:
            pass  # no temporary folder
        except SetupError as error:
            if str(error) == busy:
                raise
        yield
