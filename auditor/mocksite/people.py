"""Who a page is about: the same address is always the same person."""

from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

EMAIL = "ada@example.com"


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody with an account; `space` is what all ids of their account begin with."""

    email: str
    name: str
    space: str = "00000000-0000-4000-8000-"

    @property
    def uuid(self) -> str:
        """Return the id of the account."""
        return f"{self.space}000000000001"

    def organisation(self, index: int) -> str:
        """Return the id of one of this person's organisations."""
        return f"{self.space}0000000001{index:02}"


def person_of(email: str) -> Person:
    """Return the person whose address this is, named after it; ValueError if it is no address."""
    address = email.strip().lower()
    local, at, host = address.partition("@")
    if not (local and at and host) or any(character.isspace() for character in address):
        raise ValueError("not an e-mail address")
    name = local.replace(".", " ").title()
    return Person(
        email=address, name=name, space=str(uuid5(NAMESPACE_URL, f"mailto:{address}"))[:24]
    )
