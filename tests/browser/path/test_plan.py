"""What counts as a plan, and what a name cannot play."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.browser.network.membership import Membership, MembershipAnswer
from auditor.browser.path.plan import PlanWitness, ShownPlan, account_names, judge_plan
from auditor.flow import load_flow

SITE = load_flow("claude/web").about
LONG = "x" * 50_000


def data(*memberships: Membership, person: str = "Ada") -> tuple[MembershipAnswer, ...]:
    return (MembershipAnswer(memberships, frozenset({person})),)


def member(name: str, commercial: bool | None, *, active: bool = False) -> Membership:
    return Membership(name, commercial, active)


def plan(answers: tuple[MembershipAnswer, ...] = (), **shown: str) -> PlanWitness:
    return judge_plan(SITE, ShownPlan(**shown), answers)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Acme · Team", True),
        ("Acme · Enterprise", True),
        ("Acme · TEAM plan", True),
        ("Acme\nTeam", True),
        ("Acme · Team\n✓", True),
        ("A\nAcme · Team", True),
        ("Personal · Pro plan", False),
        ("Acme · Team · Pro plan", False),
        ("Personal", None),
        ("Team", None),
        ("Team Acme", None),
        ("Acme · something new", None),
        ("", None),
    ],
)
def test_a_plan_stands_behind_a_name(text: str, says: bool | None) -> None:
    assert plan(header=text).header is says
    assert plan(button=text).button is says
    assert plan(listed=text).listed is says


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("Acme · Team", "Acme · Team", None),
        ("Acme · Team", "Acme · Team · Pro plan", False),
        ("Acme · Team", "Acme · Team · Team", True),
        ("Acme\nTeam", "Acme Team", None),
        ("<b>Acme</b> · Team", "<b>Acme</b> · Team", None),
        (f"{LONG} · Team", f"{LONG} · Team", None),
        (f"{LONG} · Team", f"{LONG} · Team · Max plan", False),
        ("Team", "Team", None),
        ("Team", "Team · Team", True),
        ("Team", "T\nTeam", None),
    ],
)
def test_a_name_is_no_plan_whatever_is_in_it(name: str, text: str, says: bool | None) -> None:
    known = data(member(name, commercial=None))
    assert plan(known, header=text).header is says
    assert plan(data(member("Personal", commercial=None), person=name), button=text).button is says


@pytest.mark.parametrize(
    ("memberships", "header", "says"),
    [
        ((member("Acme", commercial=True),), "Acme", True),
        ((member("Acme", commercial=True),), "Acme · Team", True),
        ((member("Acme", commercial=False),), "Acme", False),
        ((member("Acme", commercial=None),), "Acme", None),
        ((), "Acme", None),
        ((member("Acme", commercial=True),), "Personal", None),
        ((member("Acme", commercial=True), member("Personal", commercial=False)), "Acme", True),
        ((member("Acme", commercial=True), member("Personal", commercial=False)), "Personal", False),
        ((member("Acme", commercial=True), member("Acme", commercial=False)), "Acme", None),
        ((member("Acme", commercial=True, active=True), member("Acme", commercial=False)), "Acme", True),
        ((member("Acme", commercial=True, active=True), member("Personal", commercial=False)), "Personal", None),
    ],
)  # fmt: skip
def test_the_active_organisation_decides(
    memberships: tuple[Membership, ...], header: str, says: bool | None
) -> None:
    assert plan(data(*memberships), header=header).data is says


@pytest.mark.parametrize(
    ("memberships", "says"),
    [
        ((member("Acme", commercial=True),), True),
        ((member("Acme", commercial=True), member("Personal", commercial=False)), None),
        ((member("Acme", commercial=True, active=True), member("Me", commercial=False)), True),
        ((member("Acme", commercial=True), member("Bolt", commercial=True)), True),
    ],
)
def test_without_a_header_it_must_be_sure_which_is_active(
    memberships: tuple[Membership, ...], says: bool | None
) -> None:
    assert plan(data(*memberships)).data is says


def test_places_that_agree_count_together() -> None:
    witness = plan(data(member("Acme", commercial=True)), header="Acme", button="Ada · Team")
    assert (witness.commercial, witness.contradicts, witness.proved_by_data) == (True, False, True)


@pytest.mark.parametrize("commercial", [True, False])
def test_places_that_contradict_say_nothing(commercial: bool) -> None:
    shown = "Pro plan" if commercial else "Team"
    witness = plan(data(member("Acme", commercial=commercial)), header=f"Acme · {shown}")
    assert (witness.commercial, witness.contradicts, witness.proved_by_data) == (None, True, False)


def test_answers_that_contradict_one_another_say_nothing() -> None:
    answers = (*data(member("Acme", commercial=True)), *data(member("Acme", commercial=False)))
    witness = plan(answers, header="Acme · Team")
    assert (witness.data, witness.commercial, witness.contradicts) == (None, None, True)


def test_nothing_said_is_nothing_known() -> None:
    assert plan() == PlanWitness()
    assert PlanWitness().commercial is None
    assert not PlanWitness().contradicts


def test_what_the_page_alone_says_is_not_proved() -> None:
    witness = plan(header="Acme · Team")
    assert (witness.commercial, witness.proved_by_data) == (True, False)


def test_a_personal_plan_is_told_as_well() -> None:
    assert plan(header="Personal · Max plan").commercial is False


def test_a_site_that_declares_no_organisation_has_no_plans() -> None:
    site = replace(SITE, organisation=None)
    assert judge_plan(site, ShownPlan(header="Acme · Team"), ()) == PlanWitness()


def test_people_and_organisations_are_called_what_page_and_data_call_them() -> None:
    shown = ShownPlan(header="Acme  Works · Team", button="A\nAda · Pro", listed=None)
    names = account_names(shown, data(member("Dream", commercial=False), person="Ada Lovelace"))
    assert names >= {"acme works", "ada", "dream"}
    assert "a" not in names
