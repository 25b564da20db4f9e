"""What a report says, whatever its form: one list, from which all forms are rendered."""

from __future__ import annotations

import uuid
from base64 import b64encode
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from auditor import __version__
from auditor.records.checkpoint import fingerprint_key
from auditor.records.drift import format_day
from auditor.records.log import Question
from auditor.records.pictures import read_picture
from auditor.records.record import ATTEST, READING
from auditor.records.status import AccountStatus, read_status
from auditor.report.record_words import STATE_WORDS
from auditor.report.status import describe_status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from auditor.records.checkpoint import Checkpoint
    from auditor.records.log import RecordLog
    from auditor.records.record import Record

LIMITS = (
    "What was so between the moments listed: it knows only what the page and its data said then.",
    "What the service does with data inside: it reads the setting, not its effect.",
    "Whether a person's word is true: a state marked as such was not read by the tool.",
    "Whether its owner tells the truth: the computer and its keyring can make any history.",
)
PROOFS = (
    ("the signature, then the digests", "nothing was changed since it was signed, and by whom"),
    ("a challenge of who asks", "it was signed after the challenge was known"),
    ("the proof from an earlier checkpoint", "nothing was rewritten or left out in between"),
    ("none of them", "that the owner's computer told the truth"),
)
"""What each step of a check proves; the last line is what no step does."""
REPORT_SCHEMA = 1
SHOWN_RECORDS = 200
"""Readings listed for one account; the count says how many there are beyond."""


_PICTURE_NAMES = {"row": "as it was read", "before": "before the change", "after": "after it"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture of the setting's row, and the record that names it."""

    number: int
    name: str
    at: str
    digest: str
    content: bytes | None
    """None if it is gone, or is another than it was."""

    @property
    def shows(self) -> str:
        """Return what it shows, in words."""
        return _PICTURE_NAMES.get(self.name.removesuffix(".png"), self.name)

    @property
    def data(self) -> str:
        """Return it as an address that holds it, so that nothing is loaded."""
        return f"data:image/png;base64,{b64encode(self.content or b'').decode()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountReport:
    """One account: what is known today, and the readings behind it, oldest first."""

    known: AccountStatus
    sentence: str
    last: Record | None
    readings: tuple[Record, ...]
    pictures: tuple[Picture, ...] = ()
    """Of the newest reading that has some."""

    @property
    def verdict(self) -> str:
        """Return one word for colour and sign: right, wrong or open."""
        if self.known.state in ("unknown", "undecided"):
            return "open"
        if self.known.state not in (self.known.wanted, "not_applicable"):
            return "wrong"
        # what was right once is not relied on after a try that gave nothing, or for ever
        is_open = self.known.reason is not None or self.known.is_old_word()
        return "open" if is_open else "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that a report shows."""

    made_at: str
    uuid: str
    sentence: str
    accounts: tuple[AccountReport, ...]
    since: str | None
    depth: str
    checkpoint: Checkpoint | None
    key: str | None
    """The fingerprint of the key that signs; None if nothing is signed."""
    version: str = __version__

    @property
    def is_signed(self) -> bool:
        """Whether the newest checkpoint is signed."""
        return self.checkpoint is not None and self.checkpoint.signature is not None


def build_report(
    log: RecordLog, *, account: str | None = None, since: str | None = None, depth: str = "full"
) -> Report:
    """Collect what a report says from the log."""
    accounts = tuple(_build_account(log, known, since) for known in read_status(log.path, account))
    keys = log.read_keys()
    made_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Report(
        made_at=made_at,
        uuid=str(uuid.uuid4()),
        sentence=_build_sentence(accounts, account),
        accounts=accounts,
        since=since,
        depth=depth,
        checkpoint=log.read_checkpoint(),
        key=fingerprint_key(keys[0]) if keys else None,
    )


def _build_account(log: RecordLog, known: AccountStatus, since: str | None) -> AccountReport:
    found = log.read(
        Question(
            account=known.account,
            base_url=known.base_url,
            kinds=(READING, ATTEST),
            since=since,
            limit=SHOWN_RECORDS,
        )
    )
    last = found[0] if found else None
    sentence = describe_status(known)
    return AccountReport(
        known=known,
        sentence=sentence,
        last=last,
        readings=tuple(found[::-1]),
        pictures=find_pictures(log, found),
    )


def find_pictures(log: RecordLog, records: Iterable[Record]) -> tuple[Picture, ...]:
    """Return the pictures that the first of these records with some names."""
    record = next((each for each in records if isinstance(each.get("pictures"), dict)), None)
    if record is None:
        return ()
    return tuple(
        Picture(
            number=record["number"],
            name=name,
            at=record["at"],
            digest=str(digest),
            content=read_picture(log.pictures_folder, str(digest)),
        )
        for name, digest in record["pictures"].items()
        if name.endswith(".png")
    )


def _build_sentence(accounts: tuple[AccountReport, ...], account: str | None) -> str:
    """Return the one sentence at the top: verdict, when, by what."""
    if not accounts:
        whom = "" if account is None else f" of the account {account}"
        return f"Nothing is recorded{whom}, so nothing can be said."
    seen = min((each.known.known_at or "" for each in accounts), default="") or None
    each_on = "as last seen on" if len(accounts) == 1 else "each seen last on or after"
    when = f"{each_on} {format_day(seen)}" if seen else "not every one ever seen"
    how = "by auditor in a real browser"
    if all(each.known.by_word for each in accounts):
        how = "by a person's own word"
    elif any(each.known.by_word for each in accounts):
        how += ", in part by a person's own word"
    if len(accounts) == 1:
        state = STATE_WORDS[accounts[0].known.state]
        return f"The setting of the account {_name_account(accounts[0])} is {state}, {when}, {how}."
    wrong = [_name_account(each) for each in accounts if each.verdict == "wrong"]
    opened = [_name_account(each) for each in accounts if each.verdict == "open"]
    if wrong:
        return f"Not as wanted: {', '.join(wrong)}; of {len(accounts)} accounts, {when}, {how}."
    if opened:
        return f"Cannot tell: {', '.join(opened)}; of {len(accounts)} accounts, {when}, {how}."
    return f"All {len(accounts)} accounts are as wanted, {when}, {how}."


def _name_account(account: AccountReport) -> str:
    """Return its name, and of a person's word, which may be about any service, the address."""
    known = account.known
    return f"{known.account} at {known.base_url}" if known.by_word else known.account


def build_report_document(report: Report) -> dict[str, Any]:
    """Return the report as data: what every form shows."""
    return {
        "schema": REPORT_SCHEMA,
        "tool": {"name": "auditor", "version": report.version},
        "report": {
            "uuid": report.uuid,
            "made_at": report.made_at,
            "sentence": report.sentence,
            "since": report.since,
            "signed": report.is_signed,
            "key": report.key,
            "checkpoint": None if report.checkpoint is None else str(report.checkpoint),
        },
        "accounts": [
            {
                **asdict(each.known),
                "verdict": each.verdict,
                "readings": list(each.readings) if report.depth == "full" else [],
            }
            for each in report.accounts
        ],
    }
