"""Decide when a reading counts: named rules over what is known at one moment, asked in order.

A switch drawn before its data has arrived shows a default. A reading counts when the control is
there, not busy, and either the page's own data has carried the value and the control shows it,
or everything has been quiet for a while.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.browser.control import observation
from auditor.browser.control.observation import Observation, Patience
from auditor.browser.control.outcomes import Absent, Count, RuleOutcome, Stop, Wait
from auditor.browser.control.rules import Rule
from auditor.core.finding import Reason, State

if TYPE_CHECKING:
    from auditor.core.finding import Reading


def judge_observation(now: Observation) -> Reading | None:
    """Return the reading if it counts, nothing if it is too early to say.

    Raises ReadingStopped or ControlAbsent if it never will count.
    """
    return _rule_for(now).outcome.apply(now)


def seconds_to_outcome(now: Observation) -> float:
    """Return after how many seconds without any change something would come of it."""
    return _rule_for(now).outcome.seconds_left(now)


def _rule_for(now: Observation) -> Rule[Observation, RuleOutcome]:
    return next(rule for rule in RULES if rule.holds(now))


def _matters_what_is_under_way(now: Observation) -> bool:
    """Return whether an answer under way may still tell; one that the page never reads cannot."""
    if not now.network.answer_pending:
        return False
    agreed = now.network.value.settled and now.network.value is now.scan.state
    told = now.network.panel_source_answered and not now.network.answer_not_begun
    return not (agreed and told and now.seconds_unchanged >= observation.ABSENT_SECONDS)


def _is_busy(now: Observation) -> bool:
    return now.scan.control is not None and now.scan.control.busy


def _is_absent(now: Observation) -> bool:
    return now.scan.control is None


def _none_can_be_chosen(now: Observation) -> bool:
    return _is_absent(now) and now.scan.reason is not None


def _may_still_be_drawn(now: Observation) -> bool:
    return _is_absent(now) and (now.seconds_idle < observation.QUIET_SECONDS or now.panel_loading)


def _is_not_applicable(now: Observation) -> bool:
    # The value belongs to the account: it says nothing while a commercial organisation is active.
    value_told = now.network.value.settled and not now.plan_proved_by_data
    traces = now.scan.setting_mentioned or now.network.data_request_failed or value_told
    return _is_absent(now) and now.plan_without_setting and now.panel_loaded and not traces


def _is_undecided(now: Observation) -> bool:
    return now.network.value is State.UNDECIDED


def _data_knows(now: Observation) -> bool:
    return now.network.value.settled


def _is_older_null_in_doubt(now: Observation) -> bool:
    other = now.network.hinted_values - {State.UNDECIDED}
    in_doubt = bool(other) or now.network.source_gave_no_value
    return _is_undecided(now) and not now.network.panel_source_answered and in_doubt


def _is_disabled_without_note(now: Observation) -> bool:
    control = now.scan.control
    return control is not None and control.disabled and not control.has_domain_note


def _older_data_only(now: Observation) -> bool:
    return _data_knows(now) and not now.network.panel_source_answered


def _is_proved(now: Observation) -> bool:
    """Return whether the panel's own data was asked after the opening and agrees."""
    return (
        _data_knows(now) and now.network.asked_after_opening and not _is_disabled_without_note(now)
    )


RULES: tuple[Rule[Observation, RuleOutcome], ...] = (
    # ---- whatever is there
    Rule(
        name="answer pending",
        when="an answer that may carry the value is under way",
        why="a switch drawn before its data shows a default",
        scenario="mock:data-late-on",
        holds=_matters_what_is_under_way,
        outcome=Wait(),
    ),
    Rule(
        name="control busy",
        when="the control says that it is busy",
        why="the page itself marks what the control shows as not final",
        scenario="mock:busy-phase",
        holds=_is_busy,
        outcome=Wait(),
    ),
    Rule(
        name="answers conflict",
        when="the site's answers contradict one another, or are neither true, false nor null",
        why="nobody can say which of two answers of the site is the right one",
        scenario="mock:json-object",
        holds=lambda now: now.network.answers_conflict,
        outcome=Stop(
            Reason.DISAGREEMENT,
            "the site's own answers do not agree on the setting, or give no yes or no",
        ),
    ),
    Rule(
        name="two accounts named",
        when="the page's data names more than one account, or another one than the page shows",
        why="a setting of somebody else says nothing about the person who is signed in",
        scenario="mock:proof-of-another-account",
        holds=lambda now: now.network.tells_two_accounts,
        outcome=Stop(
            Reason.DISAGREEMENT,
            "the page's data names more than one account, so it may be another's",
        ),
    ),
    # ---- no control is there
    Rule(
        name="no control can be chosen",
        when="there are controls, but the anchors do not point to exactly one known control",
        why="a guessed control may belong to another setting",
        scenario="mock:label-and-link-apart",
        holds=_none_can_be_chosen,
        outcome=Stop(None, "{scan}"),
    ),
    Rule(
        name="panel may still be drawn",
        when="there is no control, and the page is not quiet yet or says that it is loading",
        why="the live panel was seen to appear 2.9 s after it was opened",
        scenario="mock:late-panel",
        holds=_may_still_be_drawn,
        outcome=Wait(),
    ),
    Rule(
        name="not applicable",
        when=(
            "there is no control nor any trace of the setting, the panel is loaded, and the"
            " organisation's plan does not have it"
        ),
        why="commercial plans have no such setting, and the panel leaves it out",
        scenario="mock:team",
        holds=_is_not_applicable,
        outcome=Count(Patience.PAGE_ONLY, State.NOT_APPLICABLE),
    ),
    Rule(
        name="undecided without a control",
        when="there is no control, the data says null, and no commercial plan is proved",
        why="a page that asks for the first choice elsewhere need not draw the switch",
        scenario=(
            "test:tests/browser/control/test_settle.py"
            "::test_null_on_the_network_and_no_switch_is_undecided_once_still"
        ),
        holds=lambda now: _is_absent(now) and _is_undecided(now) and not now.plan_proved_by_data,
        outcome=Count(Patience.QUIET, State.UNDECIDED),
    ),
    Rule(
        name="control absent",
        when="there is no control, and nothing explains why",
        why="the documented path may have led to another panel; the direct address is tried next",
        scenario="mock:toggle-missing",
        holds=_is_absent,
        outcome=Absent(),
    ),
    # ---- a control is there
    Rule(
        name="undecided",
        when="the panel's own data says null, whatever the control shows",
        why="a switch has no third position: it is drawn on or off even if nobody has chosen",
        scenario="mock:undecided",
        holds=lambda now: _is_undecided(now) and now.network.panel_source_answered,
        outcome=Count(Patience.NONE, State.UNDECIDED),
    ),
    Rule(
        name="older null not confirmed",
        when=(
            "only a source other than the panel's own says null, and the panel's own answered"
            " without a value, or with one in a place or a form that is not known"
        ),
        why="an older null may be out of date, and the panel's own answer does not say it",
        scenario=(
            "test:tests/browser/control/test_settle.py"
            "::test_an_older_null_counts_for_nothing_where_the_panel_says_something_else"
        ),
        holds=_is_older_null_in_doubt,
        outcome=Stop(
            Reason.NOT_LOADED,
            "only an older answer says that no choice was made, and the panel's own does not",
            Patience.PAGE_ONLY,
        ),
    ),
    Rule(
        name="undecided so far",
        when="only a source other than the panel's own says null",
        why="the panel may ask for its own data late, and that may name a choice",
        scenario=(
            "test:tests/browser/control/test_settle.py"
            "::test_an_older_null_waits_for_the_panels_own_answer"
        ),
        holds=_is_undecided,
        outcome=Count(Patience.QUIET, State.UNDECIDED),
    ),
    Rule(
        name="no clear state",
        when="the control shows neither on nor off, or both",
        why="half-checked, or with contradicting attributes, is neither on nor off",
        scenario="mock:mixed",
        holds=lambda now: not now.scan.state.settled,
        outcome=Stop(
            Reason.AMBIGUOUS, "the switch shows neither on nor off, or contradicts itself"
        ),
    ),
    # ---- the control shows on or off, and the data says on or off
    Rule(
        name="page and data disagree",
        when="the data says the opposite of what the control shows",
        why="one of them is wrong, and choosing one would be a guess",
        scenario="mock:page-off-network-on",
        holds=lambda now: _data_knows(now) and now.network.value is not now.scan.state,
        outcome=Stop(Reason.DISAGREEMENT, "the page shows {page}, but its own data says {data}"),
    ),
    Rule(
        name="another value elsewhere",
        when=(
            "the panel's data names the setting in a place or a form that is not known, with"
            " another value than shown"
        ),
        why="a renamed key or another account's value must not be passed over",
        scenario="hostile:key at an unknown place, not as shown",
        holds=lambda now: bool(now.network.hinted_values - {now.scan.state}),
        outcome=Stop(
            Reason.DISAGREEMENT,
            "the page's data names the setting once more, in a place or a form that is not known,"
            " with another value",
        ),
    ),
    Rule(
        name="newer answer missing",
        when="a source gave no value, and the panel's own source has not given it either",
        why="an older answer may be out of date",
        scenario="mock:data-fails-stale",
        holds=lambda now: _older_data_only(now) and now.network.source_gave_no_value,
        outcome=Stop(
            Reason.NOT_LOADED,
            "the panel asked for the setting and got no answer; what is known may be old",
            Patience.PAGE_ONLY,
        ),
    ),
    Rule(
        name="assumed state not confirmed",
        when="the control's state was assumed, and the panel's own source has not given it",
        why="an assumed state and an old answer are two guesses, not two witnesses",
        scenario=(
            "test:tests/browser/control/test_settle.py"
            "::test_a_switch_that_shows_nothing_of_its_own_wants_the_panels_very_own_data"
        ),
        holds=lambda now: _older_data_only(now) and now.scan.state_assumed,
        outcome=Stop(
            Reason.LAYOUT_CHANGED,
            "the switch does not say whether it is on, and the panel's own data does not say it"
            " either",
            Patience.PAGE_ONLY,
        ),
    ),
    Rule(
        name="own read refused",
        when="it is off, and the page was kept from reading something by another method",
        why="what it would have read may be newer than what the data says",
        scenario=(
            "test:tests/browser/control/test_settle.py"
            "::test_an_off_is_not_proved_where_the_page_was_kept_from_reading"
        ),
        holds=lambda now: now.scan.state is State.OFF and now.network.read_refused,
        outcome=Stop(
            Reason.UNCORROBORATED,
            "the page shows OFF, but it was kept from reading something by a method that the tool"
            " does not let through",
        ),
    ),
    Rule(
        name="another value may have come",
        when="the data says off, and since the opening the page used what is not looked into",
        why="a question by POST, a new socket or a stream may bring a newer value than the data",
        scenario="mock:proof-asks-by-post",
        holds=lambda now: (
            _data_knows(now) and now.scan.state is State.OFF and bool(now.network.missed)
        ),
        outcome=Stop(
            Reason.UNCORROBORATED,
            "the page shows OFF, but since the settings were opened it may have been told"
            " otherwise by something that is held back, or not looked into: {missed}",
        ),
    ),
    Rule(
        name="page says it is at work",
        when="it is off, and the panel says beside it that something is loading or being saved",
        why="what is shown until then is what was there before",
        scenario="mock:proof-updating",
        holds=lambda now: now.scan.state is State.OFF and now.scan.says_waiting,
        outcome=Stop(
            Reason.NOT_LOADED,
            "the page shows OFF, but says beside it that it is still loading or saving",
            Patience.PAGE_ONLY,
        ),
    ),
    Rule(
        name="older answer corrected",
        when="the panel's own answer agrees, and differs from an older one of another source",
        why="one of the two is out of date; the page gets time to ask once more",
        scenario="mock:json-corrected",
        holds=lambda now: _is_proved(now) and now.network.corrects_older,
        outcome=Count(Patience.QUIET, proved=True),
    ),
    Rule(
        name="worker or frame may still tell",
        when="the same, it is off, and a worker or a frame was started after the panel was opened",
        why="nobody sees what a worker or a frame does until it tells the page",
        scenario="mock:proof-worker-off",
        holds=lambda now: (
            _is_proved(now) and now.scan.state is State.OFF and now.network.helper_started
        ),
        outcome=Count(Patience.PAGE_ONLY, proved=True),
    ),
    Rule(
        name="proved off",
        when="the panel's own source, asked after the panel was opened, agrees that it is off",
        why="some pages draw an old copy first and ask once more in a moment",
        scenario="mock:off",
        holds=lambda now: _is_proved(now) and now.scan.state is State.OFF,
        outcome=Count(Patience.OFF, proved=True),
    ),
    Rule(
        name="proved on",
        when="the panel's own source, asked after the panel was opened, agrees that it is on",
        why="this is proof; but a switch disabled without its note may still be loading",
        scenario="mock:on",
        holds=_is_proved,
        outcome=Count(Patience.NONE, proved=True),
    ),
    Rule(
        name="asked before opening",
        when="the panel's own source agrees, but was asked before, or the control is disabled",
        why="the panel may ask again and get a newer answer",
        scenario="hostile:old at first, asked again in a second",
        holds=lambda now: _data_knows(now) and now.network.panel_source_answered,
        outcome=Count(Patience.QUIET, whatever_is_under_way=True),
    ),
    Rule(
        name="older answer agrees",
        when="only a source other than the panel's own agrees with the control",
        why="the panel may request its own data late, and that may correct it",
        scenario="hostile:old bootstrap, settings asked late",
        holds=_data_knows,
        outcome=Count(Patience.PAGE_ONLY, whatever_is_under_way=True),
    ),
    # ---- the page is the only witness
    Rule(
        name="doubtful control",
        when="the data gives no value, and there is a doubt about the control (below)",
        why="a doubtful control requires a second witness",
        scenario="hostile:opt out above",
        holds=lambda now: bool(now.scan.doubt),
        outcome=Stop(Reason.LAYOUT_CHANGED, "{doubt}, and the page's data does not confirm it"),
    ),
    Rule(
        name="page is streaming",
        when="a stream or socket feeds the page, and the data gives no value",
        why="the true value may arrive over it at any time, and the page never goes quiet",
        scenario="hostile:told late over a socket",
        holds=lambda now: now.network.stream_open,
        outcome=Stop(
            Reason.NOT_LOADED, "the page is fed by a stream, which may still change what it shows"
        ),
    ),
    Rule(
        name="data request failed",
        when="a data request of the page failed",
        why="without the data the page may show a default; many pages ask again after seconds",
        scenario="mock:data-fails-blind",
        holds=lambda now: now.network.data_request_failed,
        outcome=Stop(
            Reason.NOT_LOADED,
            "the page asked for the setting's data and got no answer it could use",
            Patience.PAGE_ONLY,
        ),
    ),
    Rule(
        name="disabled without a note",
        when="the control is disabled, without a note that the organisation's domain decides",
        why="a switch is often drawn disabled, with a default, until its data arrives",
        scenario=(
            "test:tests/browser/control/test_settle.py"
            "::test_it_will_never_be_read[disabled without a note]"
        ),
        holds=_is_disabled_without_note,
        outcome=Stop(
            Reason.NOT_LOADED,
            "the switch stays disabled and the page's data does not carry its value",
        ),
    ),
    Rule(
        name="page alone",
        when="the data gives no value, and there is no doubt about the control",
        why="a page may show a value that came with its HTML, without any request",
        scenario="mock:never-asked-off",
        holds=lambda _now: True,
        outcome=Count(Patience.PAGE_ONLY),
    ),
)
"""Every rule, in the order in which they are asked; the last one always holds."""
