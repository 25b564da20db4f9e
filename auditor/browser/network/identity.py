"""Whose data the page's answers are, and whether they all name the same account.

The flow declares where an answer names its account. Nothing of it is shown, kept or logged: the
names are only compared, here. An answer that names nobody says nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from auditor.flow import AccountName, Identity

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


class AccountWitness:
    """Keeps which accounts the latest answer of each address names, by each kind of name."""

    def __init__(self, identity: Identity | None) -> None:
        self._kinds = () if identity is None else identity.told
        self._named: dict[tuple[str, int], set[str]] = {}

    @property
    def names_several(self) -> bool:
        """Whether two accounts are named where there should be one."""
        kinds = range(len(self._kinds))
        return any(len(self._all_named(kind)) > 1 for kind in kinds)

    def note_question(self, url: str) -> None:
        """Take in whom the query of an address names; older answers of the address are void."""
        query = dict(parse_qsl(urlsplit(url).query))
        for kind, name in enumerate(self._kinds):
            asked = {found for key in name.query if (found := _read_name(query.get(key), name))}
            self._named[url, kind] = asked

    def note_answer(self, url: str, answer: object) -> None:
        """Take in whom an answer names."""
        for kind, name in enumerate(self._kinds):
            told = {found for place in name.at if (found := _read_name(_at(answer, place), name))}
            self._named.setdefault((url, kind), set()).update(told)

    def note_shown(self, text: str) -> None:
        """Take in whom the page shows as signed in, where it shows an e-mail address."""
        found = None if "…" in text else _EMAIL.search(text)  # one cut short is another one
        for kind, name in enumerate(self._kinds):
            if found and name.email:
                self._named["the page", kind] = {found[0].lower()}

    def _all_named(self, kind: int) -> set[str]:
        return set().union(*(named for (_, of), named in self._named.items() if of == kind))


def _read_name(value: object, name: AccountName) -> str:
    """Return a name as it is compared; nothing where the value is none of this kind."""
    if not isinstance(value, str | int) or isinstance(value, bool):
        return ""
    text = str(value).strip().lower()
    return "" if name.email and not _EMAIL.fullmatch(text) else text


def _at(node: object, where: str) -> object:
    """Return what stands at a dotted place in a piece of JSON; None if there is no such place."""
    for key in where.split("."):
        node = node.get(key) if isinstance(node, dict) else None
    return node
