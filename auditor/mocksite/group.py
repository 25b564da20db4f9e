"""Short ways to write down the scenarios of one group."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from auditor.mocksite.scenario import Backend, Page, Scenario

if TYPE_CHECKING:
    from typing import Unpack

    from auditor.mocksite.scenario import After, Fault, FlowId, State


class More(TypedDict, total=False):
    """What any scenario may add; the meaning is in `Scenario`."""

    page: Page
    backend: Backend
    also: tuple[str, ...]
    after_also: "tuple[After, ...]"
    timeout: float
    fault: "Fault"
    flow: "FlowId"
    device: str


@dataclass(frozen=True)
class Group:
    """Makes the scenarios of one group, so that each is one short call."""

    name: str

    def on(
        self, name: str, summary: str, *, after: "After" = ("changed", None), **more: "Unpack[More]"
    ) -> Scenario:
        """Training is allowed, and a right tool says so."""
        return Scenario(
            name=name,
            group=self.name,
            summary=summary,
            server=True,
            state="on",
            outcome="not_as_wanted",
            after_set_off=after,
            **more,
        )

    def off(self, name: str, summary: str, **more: "Unpack[More]") -> Scenario:
        """Training is off, and a right tool says so and leaves it alone."""
        return Scenario(
            name=name,
            group=self.name,
            summary=summary,
            server=False,
            state="off",
            outcome="as_wanted",
            after_set_off=("as_wanted", None),
            locked=more.get("backend", Backend()).save == "locked",
            **more,
        )

    def readable(
        self, name: str, summary: str, *, server: bool, **more: "Unpack[More]"
    ) -> Scenario:
        """Make a scenario whose page tells the truth to whoever looks properly."""
        return self.on(name, summary, **more) if server else self.off(name, summary, **more)

    def stop(  # noqa: PLR0913 - each argument is one column of the table this makes
        self,
        name: str,
        summary: str,
        *,
        server: bool | None,
        state: "State" = "unknown",
        outcome: str = "unread",
        reason: str | None,
        **more: "Unpack[More]",
    ) -> Scenario:
        """No on or off can be told.

        Reading and setting end in the same way, and nothing is clicked.
        """
        return Scenario(
            name=name,
            group=self.name,
            summary=summary,
            server=server,
            state=state,
            outcome=outcome,
            reason=reason,
            after_set_off=(outcome, reason),
            **more,
        )
