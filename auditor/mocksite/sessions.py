"""The sessions of one scenario, as the server knows them.

A random value in a cookie stands for a person.
"""

from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auditor.mocksite.people import Person

COOKIE = "mock-session"
LIFETIME = 28 * 86_400
"""Seconds: a cookie without an end is forgotten when the browser is closed; this is not."""


@dataclass
class Sessions:
    """Who is signed in, by the value of their cookie."""

    people: "dict[str, Person]" = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.people)

    def open(self, person: "Person") -> str:
        """Begin a session and return the cookie's value."""
        value = token_urlsafe(32)
        self.people[value] = person
        return value

    def person(self, value: str | None) -> "Person | None":
        """Return whose session this value stands for, if it still does."""
        return self.people.get(value) if value else None

    def end(self, value: str | None) -> None:
        """End one session, if there is one."""
        if value:
            self.people.pop(value, None)

    def lapse(self) -> None:
        """End every session: the cookies are still sent, and no longer mean anything."""
        self.people.clear()
