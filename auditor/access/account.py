"""How a run gets into an account: with its sealed session, or as nobody in particular on a mock."""

from __future__ import annotations

import hmac
import os
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from auditor.access.keyring import fingerprint, open_keyring
from auditor.access.rollback import OlderSessionError
from auditor.access.vault import SHIPPED, Vault
from auditor.disk import paths
from auditor.disk.locks import account_file_stem, account_lock, hold_name
from auditor.errors import HumanNeeded, SetupError, UsageError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from auditor.access.vault import Session
    from auditor.core.base_url import BaseUrl


def open_vault(tell: Callable[[str], None] | None = None) -> Vault:
    """Return the vault of this installation; the keyring is not asked yet.

    `tell` is told if somebody has to unlock the keyring.
    """
    return Vault(paths.sessions_folder(), open_keyring(tell))


def signed_in_accounts(origin: str) -> tuple[str, ...]:
    """Return the name of every account with a session for this origin.

    Raises HumanNeeded if there is none.
    """
    kept = [each for each in open_vault().listed() if each.origin == origin or each.problem]
    names = tuple(each.account for each in kept if _is_account_name(each.account))
    if not names:
        message = f"No account is signed in at {origin}"
        raise HumanNeeded(message, "Sign in with `auditor login ACCOUNT`.")
    return names


def _is_account_name(name: str) -> bool:
    """Return whether a file's name is an account's; a copy that a file manager made is none."""
    with suppress(UsageError):
        return bool(account_file_stem(name))
    return False


@dataclass(frozen=True, slots=True)
class AccountAccess:
    """What a visit needs of an account: its session, and how to know the account again."""

    state: dict[str, Any] | None = field(default=None, repr=False)
    """The browser state of the session, as Playwright takes it."""
    recognise: Callable[[str | None, str | None], bool] | None = None
    """Tells whether e-mail and organisation, as the page shows them, are those that signed in."""


@dataclass(frozen=True, slots=True)
class SessionUse:
    """What a session is opened for."""

    attached: bool = False
    """In the person's own browser, where they are signed in already."""
    may_send: bool = True
    """Whether it may go to the browser; not to a remote one, unless the person says so."""
    flow: str = SHIPPED
    """The digest of the flow that is followed."""
    tell: Callable[[str], None] | None = None
    """Told if somebody has to unlock the keyring."""
    accept_older: Callable[[str], bool] = lambda _message: False
    """Asks the person whether to use one in whose place a newer one stood."""
    accept_flow: Callable[[str], bool] = lambda _message: False
    """Asks the person whether to follow a flow that did not come with the tool."""


@asynccontextmanager
async def open_access(
    account: str,
    base_url: BaseUrl,
    use: SessionUse,
) -> AsyncIterator[AccountAccess]:
    """Hold the account for this run, and give the way into it.

    In the person's own browser they are signed in already: a sealed session only tells whom to
    expect. A session is only ever given for the very origin it was made for; elsewhere the run goes
    in without any. It is used with a flow that came with the tool, or with the very one that it was
    made with, and only if it is the newest one or the person says so. Where it may not be sent, as
    to a remote browser, nothing is sent at all: without it the account would only look signed out.

    In the person's own browser, a flow that did not come with the tool is asked about, unless a
    session of the account was made with it.

    Raises HumanNeeded if a live account has no session, or none for this use, or the person does
    not trust the flow; SetupError if another run holds the account or its session cannot be opened.
    """
    with ExitStack() as stack:
        if not _has_session(account, base_url):
            if use.attached and not base_url.is_loopback:
                await _raise_if_not_trusted(use)
            if not base_url.is_loopback and not use.attached:
                _raise_not_signed_in(account, base_url)
            stack.enter_context(_hold_page(account, base_url))
            yield AccountAccess()
            return
        if not use.may_send:
            _raise_session_stays(account)
        stack.enter_context(account_lock(paths.locks_folder(), account))
        vault = open_vault(use.tell)
        import asyncio  # noqa: PLC0415 - only once a run has begun, which has imported it

        # in a thread: a keyring may wait for its unlocking
        session = await asyncio.to_thread(_open_session, vault, account, base_url, use.accept_older)
        if not use.attached:
            _raise_if_made_with_another(session, use.flow)
        elif session.info.flow != use.flow and not base_url.is_loopback:
            await _raise_if_not_trusted(use)
        yield AccountAccess(
            None if use.attached else session.state, _make_recogniser(vault, session)
        )


def _open_session(
    vault: Vault,
    account: str,
    base_url: BaseUrl,
    accept_older: Callable[[str], bool],
) -> Session:
    """Open a session; ask the person about one that is not the newest."""
    try:
        return vault.open(account, base_url.origin)
    except OlderSessionError as error:
        if not accept_older(str(error)):
            raise
    return vault.open(account, base_url.origin, accept_older=True)


def _raise_if_made_with_another(session: Session, flow: str) -> None:
    """Raise HumanNeeded if this flow is a stranger's that the session was not made with.

    Whoever wrote it decides where a signed-in browser goes and what it clicks.
    """
    account, made_with = session.info.account, session.info.flow
    if flow in (SHIPPED, made_with):
        return
    message = (
        f"The session of the account {account} was not made with this flow file, as it stands now"
    )
    hint = (
        "Read the file (`auditor flows show PATH`). If you trust it, sign in again with `auditor"
        f" login {account} --flow PATH`; or use a flow that came with the tool."
    )
    raise HumanNeeded(message, hint)


async def _raise_if_not_trusted(use: SessionUse) -> None:
    """Raise HumanNeeded unless the person lets a stranger's flow into their own browser."""
    if use.flow == SHIPPED:
        return
    message = (
        "This flow did not come with auditor, and whoever wrote it decides where a tab of your"
        " signed-in browser goes and what is clicked there"
    )
    import asyncio  # noqa: PLC0415 - only once a run has begun, which has imported it

    if not await asyncio.to_thread(use.accept_flow, message):
        hint = (
            "Read the file (`auditor flows show PATH`) and answer yes in a terminal, or use a flow"
            " that came with the tool."
        )
        raise HumanNeeded(message, hint)


def record_use(account: str, base_url: BaseUrl, verdict: str) -> None:
    """Note when and with what outcome a session was used, for `auditor accounts`.

    A full disk is no reason to fail.
    """
    with suppress(SetupError):
        if _has_session(account, base_url):
            open_vault().touched(account, verdict)


def _has_session(account: str, base_url: BaseUrl) -> bool:
    sealed = paths.sessions_folder() / f"{account_file_stem(account)}.sealed"
    if not os.path.lexists(sealed):  # the usual case on a mock site, and at no cost
        return False
    info = open_vault().info(account)
    if info is None:
        return False
    return info.origin == base_url.origin or (info.problem is not None and not base_url.is_loopback)


def _raise_not_signed_in(account: str, base_url: BaseUrl) -> None:
    message = f"The account {account} is not signed in at {base_url.origin}"
    raise HumanNeeded(message, f"Sign in with `auditor login {account}`, then run this again.")


def _raise_session_stays(account: str) -> None:
    message = f"The session of the account {account} is not sent to a remote browser"
    raise HumanNeeded(message, "Add --send-session to send it there.")


def _make_recogniser(vault: Vault, session: Session) -> Callable[[str | None, str | None], bool]:
    """Return what tells whether the page shows the account and organisation that signed in."""
    key, pinned = vault.keys.get(), session.info.fingerprint

    def recognise(email: str | None, organisation: str | None) -> bool:
        if not email:
            return False
        return hmac.compare_digest(fingerprint(key, email, organisation), pinned)

    return recognise


@contextmanager
def _hold_page(account: str, base_url: BaseUrl) -> Iterator[None]:
    """Keep two runs from the same page of a mock site.

    Where no lock can be had, there is nothing to protect.
    """
    page = f"{account} {base_url.origin}{base_url.prefix}"
    name = sha256(page.encode()).hexdigest()[:16]
    busy = f"Another run is at work on the account {account}"
    with ExitStack() as stack:
        try:
            stack.enter_context(hold_name(f"auditor-{name}", busy))
        except OSError:
            pass  # no temporary folder
        except SetupError as error:
            if str(error) == busy:
                raise
        yield
