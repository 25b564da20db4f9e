"""`auditor consent`: what live runs mean, and whether the person agrees."""

import sys

from auditor.access.consent import ConsentFile, describe_consent, obtain_consent, withdraw_consent
from auditor.cli.options import Revoke, Show
from auditor.cli.prompts import consent_question, print_consent_text, print_text
from auditor.disk import paths
from auditor.errors import UsageError


def consent(*, show: Show = False, revoke: Revoke = False) -> None:
    """Read what live runs mean, and agree or not."""
    kept = ConsentFile(paths.consent_file())
    if show and revoke:
        raise UsageError("`--show` and `--revoke` contradict each other", "Give one of them.")
    if show:
        print_text(describe_consent(kept))
    elif revoke:
        print_text(withdraw_consent(kept))
    else:
        print_consent_text(sys.stdout)
        print_text(str(obtain_consent(kept, consent_question())))
