"""What a reading means: the judge functions turn it into a finding, in one place and one way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from auditor.core.finding import (
    Evidence,
    Finding,
    Outcome,
    PersonsAnswer,
    PressResult,
    Reading,
    Reason,
    State,
    Subject,
)
from auditor.core.pending import (
    AT_SWITCH,
    describe_end,
    describe_pending,
    describe_undecided,
    suggest_answer,
)
from auditor.errors import Exit

if TYPE_CHECKING:
    from collections.abc import Iterable


_HUMAN_STATES = {
    Reason.SIGNED_OUT: State.UNKNOWN,
    Reason.CHALLENGE: State.UNKNOWN,
    Reason.WRONG_ACCOUNT: State.UNKNOWN,
    Reason.CHOICE_PENDING: State.UNDECIDED,
}


HINTS = {
    Reason.SIGNED_OUT: (
        "Sign in with `auditor login{account}` and the same --base-url, if any; then run this"
        " again."
    ),
    Reason.CHALLENGE: "Open the page with a window (--headed) and answer the check yourself.",
    Reason.CHOICE_PENDING: "Open the site yourself and make the choice there, then run this again.",
    Reason.WRONG_ACCOUNT: (
        "Sign in with the account this name stands for: `auditor login{account}`."
    ),
    Reason.LAYOUT_CHANGED: "Look for yourself: `auditor guide` prints the documented path.",
    Reason.AMBIGUOUS: "Look for yourself: `auditor guide` prints the documented path.",
    Reason.NOT_LOADED: "Try again later, or give a slow site more time with --timeout.",
    Reason.DISAGREEMENT: (
        "Reload the page yourself and look again; do not rely on either until they agree."
    ),
    Reason.LEFT_ORIGIN: "Check the address; nothing was read from the other site.",
    Reason.REFUSED_BY_SITE: (
        "Try again later, or change it by hand: `auditor guide` prints the path."
    ),
    Reason.LOCKED: "The switch is locked; who manages the account's e-mail domain decides.",
    Reason.TIMEOUT: "Give it more time with --timeout, or try again later.",
    Reason.OFFLINE: "Check the address and the connection, then run this again.",
    Reason.BROWSER_FAILED: (
        "Run this again; if it happens again, name another browser with --browser."
    ),
    Reason.UNCORROBORATED: "Look for yourself: `auditor guide` prints the documented path.",
}


# FACTS 4: privacy.claude.com 7996868, and the announcement of 2025-08-28.
COMMERCIAL = (
    "Team, Enterprise, Gov and Education are not trained on by default; their organisation decides."
    " A personal account of the same person has a switch of its own: make it the active one to"
    " read it."
)


# What each position of the switch means (FACTS 6: the announcement of 2025-08-28; 12109829).
MEANINGS = {
    State.ON: "Your chats may be used for training",
    State.OFF: "Your chats are not used for training",
}
_EVIDENCE = {
    Evidence.PROVED: "proved by what the page shows and by its own data",
    Evidence.SEEN: "seen on the page alone, in two fresh loads",
}


def describe_setting(reading: Reading) -> str:
    """Say what a settled reading means to the person, then where the switch stands."""
    switch = f"{MEANINGS[reading.state]}. The switch is {reading.state.upper()}"
    if reading.state is State.OFF and reading.evidence is not None:
        return f"{switch}, {_EVIDENCE[reading.evidence]}."
    return f"{switch}."


_SHOWN = {
    State.ON: "ON",
    State.OFF: "OFF",
    State.UNDECIDED: "no choice",
    State.NOT_APPLICABLE: "no such setting",
}


def combine_loads(first: Reading, second: Reading) -> Reading:
    """Return what two fresh loads come to, of which the first was seen on the page alone.

    They count if they agree. A second one that is proved, or says that a person is needed, stands
    for itself.
    """
    if second.state is first.state or second.evidence is Evidence.PROVED:
        return second
    if second.reason in _HUMAN_STATES or second.reason is Reason.UNCORROBORATED:
        return second
    shown = f"one fresh load shows {_SHOWN[first.state]} on the page alone, and a second one"
    detail = (
        f"{shown} shows {_SHOWN[second.state]}"
        if second.state in _SHOWN
        else f"{shown} could not be read: {_lower_first_letter(_explain(second))}"
    )
    hint = HINTS[second.reason] if second.reason in (Reason.TIMEOUT, Reason.NOT_LOADED) else None
    return replace(
        second,
        state=State.UNKNOWN,
        reason=Reason.UNCORROBORATED,
        evidence=None,
        detail=detail,
        hint=hint,
    )


def judge(subject: Subject, reading: Reading) -> Finding:
    """Say what a reading means; the only way from a page to a verdict."""
    if reading.reason in _HUMAN_STATES:
        return _judge_human_needed(subject, reading)
    if reading.state is State.UNDECIDED:
        message = describe_undecided(reading.page)
        return make_finding(
            subject, reading, Outcome.NEEDS_HUMAN, message, Reason.CHOICE_PENDING, hint=AT_SWITCH
        )
    if reading.state is State.NOT_APPLICABLE:
        message = (
            "The active organisation has no such setting:"
            f" {reading.organisation or 'commercial plan'}."
        )
        return make_finding(subject, reading, Outcome.NOT_APPLICABLE, message)
    if not reading.state.settled:
        message = f"Cannot tell, because {_lower_first_letter(_explain(reading))}."
        return make_finding(
            subject, reading, Outcome.UNREAD, message, reading.reason or Reason.NOT_LOADED
        )
    message = describe_setting(reading)
    if reading.state is subject.wanted:
        return make_finding(subject, reading, Outcome.AS_WANTED, message)
    return make_finding(subject, reading, Outcome.NOT_AS_WANTED, message)


def _judge_human_needed(subject: Subject, reading: Reading) -> Finding:
    """Say what only a person can go on with; of a choice to be made, what each button writes."""
    message, hint = f"{_explain(reading)}.", None
    if reading.choice is not None:
        message = f"{message} {describe_pending(reading.choice)}"
        hint = reading.hint or suggest_answer(reading.choice)
    return make_finding(subject, reading, Outcome.NEEDS_HUMAN, message, reading.reason, hint=hint)


def judge_unanswered(subject: Subject, reading: Reading, answer: PersonsAnswer) -> Finding:
    """Say what a notice still asks for, where nobody has answered it."""
    found = judge(subject, reading)
    return replace(found, message=f"{found.message} {describe_end(answer)}")


def judge_answered(subject: Subject, after: Reading, answer: PersonsAnswer) -> Finding:
    """Say what a fresh load shows after the person's own answer to a notice.

    An off counts for nothing where the site has just taken an on.
    """
    if after.state is State.OFF and answer.stored is State.ON:
        after = replace(
            after,
            state=State.UNKNOWN,
            reason=Reason.DISAGREEMENT,
            detail="the site took your choice ON, and a fresh load shows OFF",
        )
    found = judge(subject, after)
    return replace(found, message=f"{found.message} {describe_end(answer)}")


def judge_declined(first: Finding) -> Finding:
    """Say what was read, where nobody agreed to the change."""
    return replace(
        first,
        hint="Nothing was changed. Answer yes the next time, or add --yes, to have it changed.",
    )


def judge_rehearsal(subject: Subject, reading: Reading, obstacle: str | None) -> Finding:
    """Say what a dry run means.

    The change would be made, or the rehearsed click would not reach the switch.
    """
    if obstacle is not None:
        stuck = replace(
            reading,
            state=State.UNKNOWN,
            detail=f"the rehearsed click does not reach the switch: {obstacle}",
        )
        return make_finding(
            subject,
            stuck,
            Outcome.UNREAD,
            f"Cannot tell, because {stuck.detail}.",
            Reason.LAYOUT_CHANGED,
        )
    click = f"A real run would click it once to {subject.wanted.upper()}; nothing was changed."
    message = f"{describe_setting(reading)} {click}"
    return make_finding(
        subject,
        reading,
        Outcome.WOULD_CHANGE,
        message,
        hint="Run the same command without --dry-run.",
    )


def judge_locked(subject: Subject, reading: Reading) -> Finding:
    """Say that the switch cannot be moved."""
    message = f"{describe_setting(reading)} It is locked; nothing was clicked."
    return make_finding(subject, reading, Outcome.REFUSED, message, Reason.LOCKED)


def judge_unclicked(subject: Subject, after: Reading) -> Finding:
    """Say what a fresh load shows after a change for which nothing could be clicked."""
    found = judge(subject, after)
    if found.outcome is not Outcome.NOT_AS_WANTED:
        return found
    why = "nothing was clicked, because something lies over the switch, or it is not as it was read"
    message = f"{MEANINGS[after.state]}. The switch is still {after.state.upper()}: {why}."
    return replace(
        found, message=message, hint="Change it by hand: `auditor guide` prints the path."
    )


def judge_change(subject: Subject, proof: Reading, saved: PressResult) -> Finding:
    """Say what a fresh load after the click proves, and what the save itself said."""
    said = f" {saved.said}" if saved.said else ""
    # whose account, or behind what, outweighs what was seen
    stopped = proof.reason in _HUMAN_STATES
    if proof.state is subject.wanted and not stopped:
        message = f"{MEANINGS[proof.state]}. {_describe_change(proof)}{said}"
        return make_finding(subject, proof, Outcome.CHANGED, message)
    if proof.state.settled and not stopped and saved.left_to_person:
        return _judge_left_to_person(subject, proof, saved.said)
    if proof.state.settled and not stopped:
        message = (
            f"{MEANINGS[proof.state]}. One click was made, but a fresh load still shows"
            f" {proof.state.upper()}: the change was not kept.{said}"
        )
        reason = Reason.LAYOUT_CHANGED if saved.ignored else Reason.REFUSED_BY_SITE
        return make_finding(subject, proof, Outcome.REFUSED, message, reason)
    why = _lower_first_letter(_explain(proof))
    message = f"One click was made, but its proof could not be read, because {why}.{said}"
    hint = "Run `auditor audit` to see what the site holds now; the click is not repeated."
    unread = replace(proof, state=State.UNKNOWN)
    return make_finding(
        subject, unread, Outcome.UNREAD, message, proof.reason or Reason.NOT_LOADED, hint=hint
    )


def _judge_left_to_person(subject: Subject, proof: Reading, said: str) -> Finding:
    """Say that the page wants one more answer before it saves, which only the person may give."""
    message = f"{MEANINGS[proof.state]}. The switch is still {proof.state.upper()}. {said}"
    found = make_finding(subject, proof, Outcome.NEEDS_HUMAN, message, Reason.CHOICE_PENDING)
    hint = "Open the settings yourself, move the switch, and answer what the page asks."
    return replace(found, state=proof.state, evidence=proof.evidence, hint=hint)


def _describe_change(proof: Reading) -> str:
    """Say what the switch was changed to, and how well that is proved."""
    loads = "two fresh loads" if proof.needs_second_load else "a fresh load"
    own_data = " and by the page's own data" if proof.evidence is Evidence.PROVED else ""
    return f"The switch was changed to {proof.state.upper()}, proved by {loads}{own_data}."


def judge_not_started(subject: Subject, why: str, hint: str | None) -> Finding:
    """Return the finding of an account never looked at: this machine lacks something."""
    reading = Reading(reason=Reason.BROWSER_FAILED, detail=why, hint=hint)
    return judge(subject, reading).timed(0)


def judge_no_access(subject: Subject, why: str, hint: str | None, *, signed_out: bool) -> Finding:
    """Return the finding of an account that could not be opened.

    `signed_out` tells that a person has to sign in; else its session could not be used here.
    """
    reason = Reason.SIGNED_OUT if signed_out else Reason.NOT_LOADED
    return judge(subject, Reading(reason=reason, detail=why.removesuffix("."), hint=hint))


_UNSETTLED = frozenset({Outcome.NEEDS_HUMAN, Outcome.UNREAD})


def make_finding(  # noqa: PLR0913 - one builder for every kind of finding
    subject: Subject,
    reading: Reading,
    outcome: Outcome,
    message: str,
    reason: Reason | None = None,
    *,
    hint: str | None = None,
) -> Finding:
    """Put a finding together.

    The hint is the given one, else the reading's own, else the reason's usual one.
    """
    name = "" if subject.account == "default" else f" {subject.account}"
    usual = HINTS[reason].format(account=name) if reason else None
    if outcome is Outcome.NOT_AS_WANTED and not reading.locked:
        usual = f"Change it with `auditor set {subject.wanted}{name}` and the same options."
    if outcome is Outcome.NOT_APPLICABLE:
        usual = COMMERCIAL
    return Finding(
        account=subject.account,
        flow=subject.flow,
        origin=subject.origin,
        label=reading.label,
        state=_HUMAN_STATES[reason] if outcome is Outcome.NEEDS_HUMAN and reason else reading.state,
        locked=reading.locked,
        wanted=subject.wanted,
        outcome=outcome,
        reason=reason,
        message=message,
        hint=hint or reading.hint or usual,
        witnesses={"page": reading.page, "network": reading.network},
        route=reading.route,
        evidence=None if outcome in _UNSETTLED else reading.evidence,
        organisation=reading.organisation,
        warnings=reading.warnings,
    )


def exit_code(findings: Iterable[Finding], *, setup_failed: bool = False) -> Exit:
    """Return the most serious of what happened, in the order 6, 5, 4, 10, 0."""
    outcomes = {found.outcome for found in findings}
    if setup_failed:
        return Exit.SETUP
    if outcomes & {Outcome.UNREAD, Outcome.REFUSED}:
        return Exit.SITE
    if Outcome.NEEDS_HUMAN in outcomes:
        return Exit.HUMAN
    if outcomes & {Outcome.NOT_AS_WANTED, Outcome.WOULD_CHANGE}:
        return Exit.EXPOSED
    return Exit.OK


def _explain(reading: Reading) -> str:
    return reading.detail or (
        reading.reason.replace("_", " ") if reading.reason else "nothing settled was seen"
    )


def _lower_first_letter(sentence: str) -> str:
    """Let a sentence go on inside another; names and ON/OFF keep their capitals."""
    return sentence if sentence[:2].isupper() else sentence[:1].lower() + sentence[1:]
