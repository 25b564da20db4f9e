"""What a scenario is: its page and server, the truth, and what a right tool must answer. Pure data."""

from dataclasses import dataclass, field
from typing import Literal

State = Literal["on", "off", "undecided", "not_applicable", "unknown"]
After = tuple[str, str | None]


@dataclass(frozen=True, kw_only=True)
class Page:
    """How the page draws itself; travels to the browser as JSON."""

    lang: str = "en-US"
    label: str | None = None
    """The setting's label, where it is not the language's present one."""
    app_shell: Literal["classic", "new"] = "classic"
    switch: Literal["aria", "aria-span", "native"] = "aria"
    panel: Literal["drawn", "skeleton"] = "drawn"
    panel_ms: int = 0
    """From opening the panel to its content; the live site takes about 2,900 ms (OBS 2026-09)."""
    early: bool | None = None
    """What the switch shows, enabled, before its data arrives; None: it is drawn with its data."""
    fetch_ms: int = 0
    """How long an early panel waits before it even asks for its data."""
    notice: Literal["none", "grace", "blocking"] = "none"
    cookie_banner: bool = False
    toast: bool = False


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """One membership. A commercial organisation that is active hides the setting (OFF)."""

    name: str
    plan: str
    commercial: bool = False


PERSONAL = Organisation(name="Personal", plan="Pro plan")


@dataclass(frozen=True, kw_only=True)
class Backend:
    """How the server behaves."""

    access: Literal[
        "open", "onboarding", "login_redirect", "login_in_place", "challenge_page", "challenge_403"
    ] = "open"
    save: Literal["kept", "fails", "forgotten", "locked"] = "kept"
    save_ms: int = 0
    settings_ms: int = 0
    settings_fail: bool = False
    in_bootstrap: bool = True
    """Whether the first JSON of the page already carries the value."""
    decoy: bool = False
    """The value of the other switch, Location metadata."""
    organisations: tuple[Organisation, ...] = (PERSONAL,)
    """The first is the active one."""


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One situation, with the right answer for a read that wants "off", and for `set off --yes`."""

    name: str
    group: str
    summary: str
    server: bool | None
    state: State
    outcome: str
    reason: str | None = None
    after_set_off: After
    locked: bool = False
    page: Page = field(default_factory=Page)
    backend: Backend = field(default_factory=Backend)


@dataclass(frozen=True)
class Group:
    """Makes the scenarios of one group, so that each is one short call."""

    name: str

    def on(
        self,
        name: str,
        summary: str,
        *,
        page: Page | None = None,
        backend: Backend | None = None,
        after: After = ("changed", None),
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
            page=page or Page(),
            backend=backend or Backend(),
        )

    def off(
        self, name: str, summary: str, *, page: Page | None = None, backend: Backend | None = None
    ) -> Scenario:
        """Training is off, and a right tool says so and leaves it alone."""
        backend = backend or Backend()
        return Scenario(
            name=name,
            group=self.name,
            summary=summary,
            server=False,
            state="off",
            outcome="as_wanted",
            after_set_off=("as_wanted", None),
            locked=backend.save == "locked",
            page=page or Page(),
            backend=backend,
        )

    def stop(  # noqa: PLR0913 - each argument is one column of the table this makes
        self,
        name: str,
        summary: str,
        *,
        server: bool | None,
        state: State = "unknown",
        outcome: str,
        reason: str | None,
        page: Page | None = None,
        backend: Backend | None = None,
    ) -> Scenario:
        """No on or off can be told; reading and setting end in the same way, and nothing is clicked."""
        return Scenario(
            name=name,
            group=self.name,
            summary=summary,
            server=server,
            state=state,
            outcome=outcome,
            reason=reason,
            after_set_off=(outcome, reason),
            page=page or Page(),
            backend=backend or Backend(),
        )
