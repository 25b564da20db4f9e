"""Turn a request into a plan, or raise: what comes after never asks again what was asked.

Nothing is opened here, and no browser is needed for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.core.attach_target import validate_attach_target
from auditor.core.base_url import BaseUrl, parse_base_url
from auditor.core.connect_target import ConnectTarget, parse_connect_target
from auditor.disk.locks import account_file_stem
from auditor.errors import UsageError
from auditor.report.evidence import raise_if_unwritable
from auditor.run.request import ACCOUNT_PLACEHOLDER, Request

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPlan:
    """A request that was checked, with all that follows from it."""

    request: Request
    base_urls: Mapping[str, BaseUrl]
    """Where each account is looked at, in the order asked for."""
    live: bool
    """Whether any address is not of this very machine: consent, a window, one account at a time."""
    headed: bool
    """Whether the browser shows a window."""
    jobs: int
    """How many accounts are looked at at the same time, in each browser."""
    remote: tuple[ConnectTarget, ...] = ()
    """The remote browsers to work in; none: one of this machine."""

    @property
    def several(self) -> bool:
        """Whether more than one account is looked at."""
        return len(self.base_urls) > 1


def make_plan(request: Request) -> RunPlan:
    """Return the plan for a request.

    Raises UsageError if the request contradicts itself or names what cannot be, FlowError if its
    flow does not load, SetupError if evidence cannot be written, HumanNeeded if all signed-in
    accounts are asked for and there is none.
    """
    for account in request.accounts:
        account_file_stem(account)
    if request.attach is not None:
        _raise_if_not_attachable(request, request.attach)
    remote = tuple(parse_connect_target(url) for url in dict.fromkeys(request.connect))
    _raise_if_not_connectable(request, remote)
    if request.evidence is not None:
        raise_if_unwritable(request.evidence)
    base_urls = _locate_accounts(request)
    live = not all(base_url.is_loopback for base_url in base_urls.values())
    if remote and live:
        _raise_if_not_live(request, remote)
    if live and request.headed is False:
        message = "A live account is only looked at in a window that you can see"
        raise UsageError(message, "Leave --headless out; it is for addresses of this machine.")
    headed = live if request.headed is None else request.headed
    waits = request.wait_for_person is not None
    if waits and not headed and request.attach is None:
        message = "`--wait-for-person` needs a window in which you can choose"
        raise UsageError(message, "Add --headed, or work in your own browser with --attach.")
    return RunPlan(
        request=request,
        base_urls=base_urls,
        live=live,
        headed=headed,
        jobs=1 if live or request.ephemeral or waits else request.jobs,
        remote=remote,
    )


def _raise_if_not_attachable(request: Request, target: str) -> None:
    """Raise UsageError unless all else that is asked for fits the person's own browser."""
    validate_attach_target(target)
    if request.everyone or len(request.accounts) > 1:
        message = "`--attach` looks at one account: the one signed in there"
        raise UsageError(message, "Name one account, or none.")
    started = (request.browser, request.device, request.headed)
    if request.ephemeral or any(each is not None for each in started):
        message = (
            "`--attach` takes a browser as it is, so it goes without --ephemeral, --browser, "
            "--device, --headed, --headless"
        )
        raise UsageError(message, "Leave them out.")


def _raise_if_not_connectable(request: Request, remote: tuple[ConnectTarget, ...]) -> None:
    """Raise UsageError unless all else that is asked for fits remote browsers."""
    if request.send_session and not remote:
        message = "`--send-session` is about remote browsers, and none is named"
        raise UsageError(message, "Name one with --connect, or leave it out.")
    if not remote:
        return
    if request.attach or request.browser or request.ephemeral or request.headed is False:
        message = (
            "`--connect` takes a browser as it is, so it goes without --attach, --browser,"
            " --ephemeral, --headless"
        )
        raise UsageError(message, "Leave them out.")
    for target in remote:
        if request.send_session and not target.is_private:
            message = f"A session is never sent over an open line, as to {target.name}"
            hint = "Use TLS (wss, https), or a tunnel: ssh -L, and an address of this machine."
            raise UsageError(message, hint)


def _raise_if_not_live(request: Request, remote: tuple[ConnectTarget, ...]) -> None:
    """Raise UsageError unless the person sees the remote windows, and nothing is let go there."""
    if not request.headed:
        message = "A live account is only looked at in a window that you can see"
        hint = "A remote browser shows its window elsewhere: add --headed if you see it."
        raise UsageError(message, hint)
    for target in remote:
        if target.is_debugger:
            message = f"No live account is looked at by a debugging port, as at {target.name}"
            hint = (
                "If the line is cut, such a browser lets go what is held back. Use a Playwright"
                " server, or --attach for a browser of this machine."
            )
            raise UsageError(message, hint)


def _locate_accounts(request: Request) -> dict[str, BaseUrl]:
    """Return where each account is looked at; `{account}` in the base URL stands for its name."""
    base = request.base_url
    if base is None:
        # with a base URL the flow is loaded later, while the driver starts
        from auditor.flow import load_flow  # noqa: PLC0415

        base = load_flow(request.flow).about.origin

    def base_url_of(account: str) -> BaseUrl:
        return parse_base_url(base.replace(ACCOUNT_PLACEHOLDER, account))

    accounts = request.accounts
    if request.everyone:
        from auditor.access.account import signed_in_accounts  # noqa: PLC0415 - cryptography

        accounts = signed_in_accounts(base_url_of("all").origin)
    return {account: base_url_of(account) for account in accounts}
