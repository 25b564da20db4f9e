"""`auditor attest`: record what a person saw, as their own word."""

from datetime import UTC, datetime

from auditor.access.history import open_history
from auditor.cli.options import (
    AttestedAccount,
    AttestedState,
    Note,
    PictureFile,
    SeenOn,
    ServiceName,
)
from auditor.cli.prompts import print_message, print_text
from auditor.core.finding import State
from auditor.run.attest import Attestation, parse_day, record_attestation


def attest(  # noqa: PLR0913 - one parameter for each option
    state: AttestedState,
    account: AttestedAccount = "default",
    *,
    service: ServiceName = "claude",
    on: SeenOn = None,
    picture: PictureFile = None,
    note: Note = None,
) -> None:
    """Record what you saw, as your own word."""
    now = datetime.now(UTC)
    attested = Attestation(
        state=State(state.value),
        account=account,
        service=service,
        seen_on=None if on is None else parse_day(on, now.astimezone().date()),
        picture=picture,
        note=note,
    )
    history = open_history(signed=True, tell=print_message)
    print_text(record_attestation(attested, history, now))
    if picture is not None:
        print_text("Keep the picture: only its fingerprint (SHA-256) is recorded.")
