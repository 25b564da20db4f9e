"""Which plan the active organisation has: what the page shows of it, and what its data says.

A name is no plan, whatever it contains: only what stands behind a name counts, and names are known
from the page's data.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from auditor.text import normalize_label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from auditor.browser.network.membership import Membership, MembershipAnswer
    from auditor.flow import Site

_BEHIND = "·"


@dataclass(frozen=True, slots=True)
class ShownPlan:
    """The texts of the page that may end with a plan, as they stand there."""

    header: str | None = field(default=None, repr=False)
    """The active organisation, at the head of the menu."""
    button: str | None = field(default=None, repr=False)
    """The user button, before it was clicked."""
    listed: str | None = field(default=None, repr=False)
    """The active entry in the menu's list of organisations."""


@dataclass(frozen=True, slots=True)
class PlanWitness:
    """Whether each place says a commercial plan; None where it says nothing."""

    header: bool | None = None
    button: bool | None = None
    listed: bool | None = None
    data: bool | None = None
    data_contradicts: bool = False
    """Two answers of the site contradict one another."""

    @property
    def contradicts(self) -> bool:
        """Whether the places contradict one another: then nobody knows the plan."""
        return self.data_contradicts or {True, False} <= self._said

    @property
    def commercial(self) -> bool | None:
        """Whether the plan is one without the setting; None if nothing is said, or not alike."""
        return None if self.contradicts or not self._said else True in self._said

    @property
    def proved_by_data(self) -> bool:
        """Whether the page's own data says that the plan is commercial, and nothing denies it."""
        return self.commercial is True and self.data is True

    @property
    def _said(self) -> set[bool]:
        places = (self.header, self.button, self.listed, self.data)
        return {said for said in places if said is not None}


def account_names(shown: ShownPlan, answers: Iterable[MembershipAnswer]) -> frozenset[str]:
    """Return what the person and the organisations are called, each normalised."""
    said = (shown.header, shown.button, shown.listed)
    parts = (part for text in said for part in re.split(rf"[\n{_BEHIND}]", text or ""))
    names = (*parts, *(name for each in answers for name in each.names))
    return frozenset(name for name in map(normalize_label, names) if len(name) > 1)


def judge_plan(site: Site, shown: ShownPlan, answers: Iterable[MembershipAnswer]) -> PlanWitness:
    """Return what each place says of the active organisation's plan."""
    answers = tuple(answers)
    names = frozenset[str]().union(*(each.names for each in answers))
    data = {_active_is_commercial(each.memberships, shown.header) for each in answers} - {None}
    return PlanWitness(
        header=_says_commercial(site, shown.header, names),
        button=_says_commercial(site, shown.button, names),
        listed=_says_commercial(site, shown.listed, names),
        data=data.pop() if len(data) == 1 else None,
        data_contradicts=len(data) > 1,
    )


def _says_commercial(site: Site, text: str | None, names: Iterable[str]) -> bool | None:
    """Return whether a text ends with a plan, behind a name, that has no such setting."""
    about, plan = site.organisation, _plan_behind_name(text, names)
    if about is None or plan is None:
        return None
    if plan in map(normalize_label, site.texts(about.without_choice)):
        return True
    personal = () if about.with_choice is None else site.texts(about.with_choice)
    return False if plan in map(normalize_label, personal) else None


def _plan_behind_name(text: str | None, names: Iterable[str]) -> str | None:
    """Return the last part of a text behind the name in it; the first part is always a name."""
    parts = _parts_of(text or "")
    places = [place for name in names if (place := _place_of(_parts_of(name), parts)) is not None]
    # The first name, and of several there the longest: an avatar's letter may stand before it.
    _, end = min(places, key=lambda place: (place[0], -place[1]), default=(0, 1))
    behind = parts[end:]
    return normalize_label(behind[-1]) if behind else None


def _parts_of(text: str) -> tuple[str, ...]:
    """Split a text at its lines and at the dots that plans stand behind; a tick is no part."""
    parts = (" ".join(part.split()) for part in text.replace("\n", _BEHIND).split(_BEHIND))
    return tuple(part.casefold() for part in parts if any(map(str.isalnum, part)))


def _place_of(name: tuple[str, ...], parts: tuple[str, ...]) -> tuple[int, int] | None:
    """Return where a name begins and ends that stands in the parts."""
    starts = range(len(parts) - len(name) + 1) if name else ()
    return next(
        ((at, at + len(name)) for at in starts if parts[at : at + len(name)] == name),
        None,
    )


def _active_is_commercial(memberships: tuple[Membership, ...], shown: str | None) -> bool | None:
    """Return whether the active organisation is commercial; None if it is not sure which it is."""
    active = [each for each in memberships if each.active] or list(memberships)
    if shown is not None:
        parts = _parts_of(shown)
        named = [each for each in memberships if _is_named(parts, each)]
        active = [each for each in active if each in named]
    kinds = {each.commercial for each in active}
    return kinds.pop() if len(kinds) == 1 else None


def _is_named(parts: tuple[str, ...], membership: Membership) -> bool:
    name = _parts_of(membership.name)
    return bool(name) and parts[: len(name)] == name
