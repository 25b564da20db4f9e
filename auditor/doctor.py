"""Check whether this machine has what a run needs.

Every check is given what it looks at, and returns what it found.
"""

from __future__ import annotations

import asyncio
import os
import shlex
import stat
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from auditor import flow as flows
from auditor.access.account import open_vault
from auditor.access.keyring import KeyringKeys
from auditor.browser.engine.connect import connect_browsers, read_version
from auditor.browser.engine.find import InstalledBrowser, find_browser, is_root
from auditor.browser.engine.last_words import find_last_words, lacks_sandbox
from auditor.browser.engine.launch import BrowserOptions, launch_browser
from auditor.browser.engine.policies import find_forbidding_policy, find_script_policy
from auditor.core.checks import Check, Status
from auditor.core.connect_target import ConnectTarget, parse_connect_target
from auditor.disk import paths
from auditor.errors import AuditorError, Exit, FlowError, SetupError
from auditor.interrupt import run_interruptible
from auditor.text import make_printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sized

    from auditor.access.vault import Sealed, Vault

_PATIENCE = 60.0  # seconds for all of it; driver and browser have limits of their own
_START_SECONDS = 20.0  # for them to start: several times what a busy machine takes
_OLD = 180  # days after which a documented path should be looked at again
_BROWSER = "Name another with --browser, or install Chrome, Edge or Chromium."
_KEYRING = (
    "Unlock the system's keyring or install one (Linux: gnome-keyring or KWallet, with a session"
    " bus)."
)


@dataclass(frozen=True, slots=True)
class Started:
    """A browser that was started without a window and ended again."""

    name: str
    version: str
    source: str
    window: InstalledBrowser | SetupError
    """The browser that would show a window; often the same."""


def run_checks(browser: str | None, remote: tuple[str, ...] = ()) -> list[Check]:
    """Run every check. Problems are in the checks; nothing on this machine is changed.

    Raises UsageError if the address of a remote browser is none.
    """
    targets = [parse_connect_target(url) for url in remote]
    seen, ring = start_browser_once(browser), probe_keyring()
    return [
        check_browser(seen),
        check_window(seen),
        check_sandbox(seen, root=is_root()),
        *map(check_remote, targets),
        check_display(sys.platform, os.environ),
        ring,
        check_folder("Settings folder", paths.config_folder(), open_to_see=True),
        check_folder("Data folder", paths.data_folder()),
        check_flows(flows.list_flows(), datetime.now(UTC).date()),
        *check_sessions(open_vault(), keyring=ring.status is Status.OK),
    ]


def checks_exit_code(checks: Iterable[Check]) -> Exit:
    """Return SETUP if something that is needed is missing or broken, else OK."""
    return Exit.SETUP if any(check.status is Status.PROBLEM for check in checks) else Exit.OK


def start_browser_once(browser: str | None, patience: float = _PATIENCE) -> Started | SetupError:
    """Start the browser without a window; return its version, or the error that stopped it."""

    async def start() -> Started:
        async with (
            asyncio.timeout(patience),
            launch_browser(
                BrowserOptions(browser, seconds=_START_SECONDS, keep_code=False, try_page=True),
                lambda _: None,
            ) as running,
        ):
            own = Path(running.browser.browser_type.executable_path)
            found, version = running.found, running.browser.version
            return Started(found.name, version, found.source, _find_window_browser(browser, own))

    try:
        return run_interruptible(start())
    except SetupError as error:
        return error
    except TimeoutError:
        return SetupError(f"The browser did not start within {patience:g} seconds", _BROWSER)
    except OSError as error:
        return SetupError(
            f"The browser could not be started: {error.strerror}", "Mend that, or free some space."
        )


def _find_window_browser(browser: str | None, own: Path) -> InstalledBrowser | SetupError:
    try:
        return find_browser(browser, own, headed=True)
    except SetupError as error:
        return error


def probe_keyring() -> Check:
    """Check the keyring, with its lock in a temporary folder.

    So the check neither creates the data folder nor repairs its mode.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="auditor-", ignore_cleanup_errors=True) as room:
            return check_keyring(KeyringKeys(folder=Path(room)))
    except OSError as error:
        why = f"It could not be tried, for want of a temporary folder: {error.strerror}."
        return Check("Keyring", Status.PROBLEM, why, "Free some space.")


def check_browser(seen: Started | SetupError) -> Check:
    """Say which browser was found; without one nothing can be read."""
    if isinstance(seen, Started):
        return Check(
            "Browser", Status.OK, f"{seen.name}, {seen.source}: version {seen.version}, it starts."
        )
    mend = seen.hint if seen.hint and "auditor doctor" not in seen.hint else _BROWSER
    said = make_printable(find_last_words(str(seen.__cause__)), longest=300).strip()
    last_words = f" It said: {said}" if said else ""
    return Check("Browser", Status.PROBLEM, _end_sentence(seen) + last_words, mend)


def check_window(seen: Started | SetupError) -> Check:
    """Say which browser would show a window; only runs on a person's own account need one."""
    if not isinstance(seen, Started):
        return Check("Window", Status.NOTE, "It is not known, because the browser does not start.")
    if isinstance(seen.window, SetupError):
        return Check("Window", Status.NOTE, _end_sentence(seen.window), seen.window.hint)
    if policy := find_forbidding_policy(headed=True) or find_script_policy():
        why = f"A policy of this computer may keep {seen.window.name} from being used: {policy}."
        return Check("Window", Status.NOTE, why, "Ask who administers this computer.")
    return Check("Window", Status.OK, f"{seen.window.name}, {seen.window.source}, can show one.")


def check_sandbox(seen: Started | SetupError, *, root: bool) -> Check:
    """Say whether the browser runs pages in its sandbox; as root it cannot."""
    if root:
        off = "It is off, because this is the superuser, for whom the browser has none."
        return Check("Sandbox", Status.NOTE, off, "Run as an ordinary user.")
    if isinstance(seen, Started):
        return Check("Sandbox", Status.OK, "It is on: the browser starts with it.")
    if lacks_sandbox(str(seen.__cause__)):
        mend = (
            "Let the browser use user namespaces (on Ubuntu AppArmor may forbid it), or use an"
            " installed Chrome."
        )
        return Check(
            "Sandbox", Status.PROBLEM, "This system does not let the browser use its sandbox.", mend
        )
    return Check("Sandbox", Status.NOTE, "It is not known, because the browser does not start.")


def check_remote(target: ConnectTarget) -> Check:
    """Say what a remote browser is, and what cannot be promised of it."""
    name = f"Remote {target.name}"

    async def ask() -> Check:
        async with connect_browsers([target], lambda _: None, seconds=_START_SECONDS) as (found,):
            version = await read_version(found)
        window = "with a window" if version.has_window else "without a window"
        seen = f"{make_printable(version.product)}, {window}."
        switches = "It has switches of its own: it may talk to its maker."
        if target.is_debugger and not version.is_shell:
            cut = "If the line is cut, it lets go what is held back."
            return Check(name, Status.NOTE, f"{seen} {switches} {cut}", "Use a Playwright server.")
        return Check(name, Status.OK, f"{seen} {switches}")

    try:
        return run_interruptible(ask())
    except SetupError as error:
        return Check(name, Status.PROBLEM, _end_sentence(error), error.hint)


def check_display(platform: str, env: Mapping[str, str]) -> Check:
    """Say whether a window can be shown; only runs on a person's own account need one."""
    if not platform.startswith("linux"):
        return Check("Display", Status.OK, "This system shows windows.")
    for name in ("WAYLAND_DISPLAY", "DISPLAY"):
        if env.get(name):
            return Check("Display", Status.OK, f"{name} is set.")
    none = (
        "There is none, so no window can be shown. Runs on a loopback address and the demo need"
        " none."
    )
    return Check(
        "Display", Status.NOTE, none, "For your own account, run this in a desktop session."
    )


def check_keyring(keys: KeyringKeys) -> Check:
    """Say whether the keyring is safe to use, and stores, returns and deletes a trial item."""
    backend = keys.describe()
    probe = keys.probe() if backend.strength == "ok" else None
    reason = backend.reason if probe is None else probe.reason
    if probe is not None and probe.ok:
        kept = f"{backend.name} stored a trial item, gave it back and forgot it."
        return Check("Keyring", Status.OK, kept)
    mend = f"{_KEYRING} Or use `auditor audit --ephemeral`, which keeps nothing."
    return Check("Keyring", Status.PROBLEM, f"{reason} ({backend.name})", mend)


def check_folder(name: str, folder: Path, *, open_to_see: bool = False) -> Check:
    """Say whether a folder exists or can be made, and whether only its owner can use it.

    `open_to_see` allows others to look into it: secrets in it are encrypted.
    """
    try:
        found = folder.stat()
    except FileNotFoundError:
        return _check_parent(name, folder)
    except OSError as error:
        return Check(
            name, Status.PROBLEM, f"{folder} cannot be looked at: {error.strerror}.", "Mend that."
        )
    if not stat.S_ISDIR(found.st_mode):
        return Check(
            name, Status.PROBLEM, f"{folder} is no folder.", "Move away what stands in its place."
        )
    if hasattr(os, "geteuid") and found.st_uid != os.geteuid():
        mend = "Run this as its owner, or remove the folder."
        return Check(name, Status.PROBLEM, f"{folder} belongs to another user.", mend)
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return Check(
            name,
            Status.PROBLEM,
            f"You cannot write in {folder}.",
            f"Run: chmod 700 {_quote_path(folder)}",
        )
    return _judge_mode(name, folder, stat.S_IMODE(found.st_mode), open_to_see=open_to_see)


def _judge_mode(name: str, folder: Path, mode: int, *, open_to_see: bool) -> Check:
    others = 0 if sys.platform == "win32" else mode & 0o077
    if not others:
        return Check(name, Status.OK, f"{folder} is yours alone.")
    may_write = others & 0o022
    status = Status.NOTE if open_to_see and not may_write else Status.PROBLEM
    does = "write in" if may_write else "look into"
    return Check(
        name, status, f"Other users can {does} {folder}.", f"Run: chmod 700 {_quote_path(folder)}"
    )


def _check_parent(name: str, folder: Path) -> Check:
    above = next(one for one in folder.parents if one.exists())
    if os.access(above, os.W_OK | os.X_OK):
        return Check(name, Status.OK, f"{folder} is not there yet; it is made when needed.")
    return Check(
        name, Status.PROBLEM, f"{folder} cannot be made: you cannot write in {above}.", "Mend that."
    )


def check_flows(found: Mapping[str, Path], today: date) -> Check:
    """Say whether every flow loads, and how long ago the oldest was last reviewed."""
    broken: list[str] = []
    reviewed: list[tuple[date, str]] = []
    for name, path in found.items():
        try:
            reviewed.append((flows.load_flow(name).reviewed, name))
        except FlowError:
            broken.append(str(path))
    if broken:
        more = f", nor can {len(broken) - 1} more" if broken[1:] else ""
        command = f"`auditor flows check {broken[0]}` says what is wrong with it."
        return Check("Flows", Status.PROBLEM, f"{broken[0]} cannot be used{more}.", command)
    if not reviewed:
        return Check("Flows", Status.PROBLEM, "There is none.", "Install auditor again.")
    day, name = min(reviewed)
    loaded = _count_things(reviewed, "flow loads", "flows load")
    all_load = f"{loaded}; the oldest review is of {day} ({name})"
    if (today - day).days > _OLD:
        mend = "Update auditor; compare `auditor flows show` with the page it names."
        return Check("Flows", Status.NOTE, f"{all_load}, {(today - day).days} days ago.", mend)
    return Check("Flows", Status.OK, f"{all_load}.")


def check_sessions(vault: Vault, *, keyring: bool) -> list[Check]:
    """Say for each sealed session whether it opens; without a keyring none is tried."""
    kept = vault.listed()
    if not kept:
        return [Check("Sessions", Status.OK, "None is kept.")]
    if not keyring:
        untried = (
            f"{_count_things(kept, 'is', 'are')} kept, and cannot be opened without the keyring."
        )
        return [Check("Sessions", Status.NOTE, untried, "Mend the keyring first.")]
    return [_try_session(vault, one) for one in kept]


def _try_session(vault: Vault, one: Sealed) -> Check:
    name = f"Session {one.account}"
    if one.problem is not None:
        mend = (
            f"Sign in again with `auditor login {one.account}`, or remove it with `auditor logout"
            f" {one.account}`."
        )
        return Check(name, Status.PROBLEM, f"It cannot be opened: {one.problem}.", mend)
    try:
        vault.open(one.account, one.origin)
    except AuditorError as error:
        return Check(name, Status.PROBLEM, _end_sentence(error), error.hint)
    return Check(name, Status.OK, f"It opens. It is for {one.origin}, sealed {one.sealed_at}.")


def _end_sentence(error: AuditorError) -> str:
    return f"{str(error).removesuffix('.')}."


def _count_things(things: Sized, one: str, several: str) -> str:
    return f"{len(things)} {one if len(things) == 1 else several}"


def _quote_path(folder: Path) -> str:
    return shlex.quote(str(folder))
