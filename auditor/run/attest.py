"""Record a person's word: what they say that they saw, kept apart from every reading."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from auditor import __version__
from auditor.core.finding import State
from auditor.disk.files import read_named_file
from auditor.disk.locks import account_file_stem
from auditor.errors import UsageError
from auditor.flow import list_manual_flows, load_flow, load_manual_flow
from auditor.records.record import ATTEST
from auditor.records.status import find_plain
from auditor.run.recording import append_with_events
from auditor.text import make_printable, show_given

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.access.history import History
    from auditor.records.log import OpenLog
    from auditor.records.record import Record

CLAUDE = "claude"
LARGEST_PICTURE = 50_000_000  # bytes; a photograph of a screen has at most a fifth of it
_LONGEST_NOTE = 200
_MOST_OF_A_HEADER = 12
# What a file of that kind begins with, and what stands at byte 8.
_PICTURES = {
    "png": (b"\x89PNG\r\n\x1a\n", b""),
    "jpeg": (b"\xff\xd8\xff", b""),
    "gif": (b"GIF8", b""),
    "webp": (b"RIFF", b"WEBP"),
}
_HEIF_BRANDS = (b"heic", b"heix", b"mif1", b"msf1", b"avif")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """What a person saw, of which account and service, on which day, and what they show for it."""

    state: State
    account: str
    service: str = CLAUDE
    seen_on: date | None = None
    """None for today."""
    picture: Path | None = None
    note: str | None = None


def record_attestation(attested: Attestation, history: History, now: datetime) -> str:
    """Append the person's word to the history, and say what was recorded.

    Raises UsageError if it cannot be so, SetupError if it cannot be kept.
    """
    account_file_stem(attested.account)
    title, origin = _find_service(attested.service)
    seen_at = _find_moment(attested.seen_on, now)
    record: Record = {
        "kind": ATTEST,
        "at": seen_at,
        "command": "attest",
        "version": __version__,
        "account": attested.account,
        "service": attested.service,
        "origin": origin,
        "base_url": origin,
        "state": str(attested.state),
        "wanted": "off",
        "outcome": "as_wanted" if attested.state is State.OFF else "not_as_wanted",
        "picture": None if attested.picture is None else describe_picture(attested.picture),
        "note": None if not attested.note else make_printable(attested.note, _LONGEST_NOTE),
    }

    def raise_if_unfit(connection: OpenLog) -> None:
        _raise_if_newer_known(find_plain(connection, attested.account, origin), record)

    append_with_events(history, [record], history.tell, raise_if_unfit=raise_if_unfit)
    said = f"{title}, {attested.account}, {attested.state.upper()} on {seen_at[:10]}"
    cut = len(attested.note or "") > _LONGEST_NOTE
    more = f" Of the note, the first {_LONGEST_NOTE} characters were kept." if cut else ""
    return f"Recorded as your own word: {said}.{more}"


def _find_service(given: str) -> tuple[str, str]:
    """Return a service's name for people and its origin; raise UsageError for an unknown one."""
    service = given.strip().casefold()
    if service in {CLAUDE, "claude-code"}:
        site = load_flow("claude/web").about
        return site.title, site.origin
    known = list_manual_flows()
    if service not in known:
        message = f"The service {show_given(given)} is not known here"
        names = ", ".join((CLAUDE, *(name for name in known if name != "claude-code")))
        raise UsageError(message, f"Known services: {names}.")
    flow = load_manual_flow(known[service])
    return flow.title, flow.origin


def parse_day(text: str, today: date) -> date:
    """Return the day that a text names; raise UsageError if it is none, or has not come yet."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        message = f"{show_given(text)} is no date"
        raise UsageError(message, "Write it like 2026-11-22.") from None
    if day > today:
        message = f"{day} has not come yet"
        raise UsageError(message, "Give the day on which you looked; today if you leave it out.")
    return day


def _find_moment(seen_on: date | None, now: datetime) -> str:
    """Return when it was seen, as records write it; a day in the past counts from its beginning."""
    today = now.astimezone(UTC)
    if seen_on is None or seen_on >= today.date():
        return today.strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{seen_on}T00:00:00Z"


def _raise_if_newer_known(known: Record | None, new: Record) -> None:
    """Raise UsageError if something newer is known: an old word must not stand for today."""
    if known is None or str(known["at"]) <= new["at"]:
        return
    how = "your word" if known["kind"] == ATTEST else "a reading"
    message = f"Something newer is known already: {str(known['state']).upper()} by {how} of"
    raise UsageError(f"{message} {str(known['at'])[:10]}", "Look again, then attest without --on.")


def describe_picture(path: Path) -> dict[str, object]:
    """Return kind, size and SHA-256 of a picture; the picture itself is not kept.

    Raises UsageError if it is no picture, cannot be read, or is too large.
    """
    try:
        content = read_named_file(path, LARGEST_PICTURE + 1)
    except OSError as error:
        message = f"The picture {make_printable(str(path))} cannot be read: {error.strerror}"
        raise UsageError(message, "Check the path, or leave --picture out.") from error
    if len(content) > LARGEST_PICTURE:
        message = f"The picture {make_printable(str(path))} is larger than 50 MB"
        raise UsageError(message, "Give a screenshot, which is far smaller.")
    kind = find_picture_kind(content)
    if kind is None:
        message = f"{make_printable(str(path))} is no picture"
        raise UsageError(message, "Give a PNG, JPEG, WebP, GIF, HEIC or AVIF file.")
    return {"kind": kind, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def find_picture_kind(content: bytes) -> str | None:
    """Return the kind of a picture by its first bytes; None if it is none."""
    for kind, (begins, at_eight) in _PICTURES.items():
        if content.startswith(begins) and content[8:_MOST_OF_A_HEADER].startswith(at_eight):
            return kind
    is_heif = content[4:8] == b"ftyp" and content[8:_MOST_OF_A_HEADER] in _HEIF_BRANDS
    return "heif" if is_heif else None
