"""What a scenario is: its page and server, the truth, and what a right tool must answer.

Pure data.
"""

from dataclasses import dataclass, field
from typing import Literal

State = Literal["on", "off", "undecided", "not_applicable", "unknown"]
FlowId = Literal["claude/web", "claude/mobile"]
After = tuple[str, str | None]
Fault = Literal["offline_start", "crash_page", "kill_browser_reading", "kill_browser_after_click"]
"""When a fault happens.

offline_start: the browser has no network from the first step. crash_page, kill_browser_reading:
while the settings' data is awaited. kill_browser_after_click: as soon as the ledger has the write.
"""


@dataclass(frozen=True, kw_only=True)
class Page:
    """How the page draws itself; travels to the browser as JSON."""

    lang: str = "en-US"
    html_lang: str | None = None
    """What `<html lang>` says, where it is not the language of the texts."""
    dir: Literal["ltr", "rtl"] = "ltr"
    texts: tuple[tuple[str, str], ...] = ()
    """Texts of this page alone, by key."""
    label: str | None = None
    """The setting's label, where it is not the language's present one."""
    app_shell: Literal["classic", "new"] = "classic"
    switch: Literal["aria", "aria-span", "native"] = "aria"
    control: str | None = None
    """The setting's control as a function of `static/shapes`, family/name.

    None: `switch` decides.
    """
    traits: tuple[str, ...] = ()
    """Further peculiarities, each an object of `static/traits`, family/name."""
    test_ids: Literal["plain", "none", "renamed"] = "plain"
    menu_roles: bool = True
    settings_as: Literal["dialog", "page"] = "dialog"
    privacy_item: Literal["button", "link"] = "button"
    help_link: bool = True
    """Whether the setting's row has its link to the help article."""
    panel: Literal["drawn", "skeleton"] = "drawn"
    panel_ms: int = 0
    """From opening the panel to its content; the live site takes about 2,900 ms (OBS 2026-09)."""
    early: bool | None = None
    """What the switch shows, enabled, before its data arrives; None: it is drawn with its data."""
    fetch_ms: int = 0
    """How long an early panel waits before it even asks for its data."""
    embedded: bool = False
    """The document itself carries the value to show; whatever the network says is not looked at."""
    asks: bool = True
    """Whether the panel asks the network for its data at all."""
    swallow: bool = False
    """An early panel keeps silent about data that did not come, and goes on showing its default."""
    session_check: bool = False
    """Opening the settings from the menu first asks who is signed in."""
    asks_again_ms: int = 0
    """An early panel asks for its data once more so long after the first answer; 0: never."""
    saving: Literal[
        "plain",
        "nothing",
        "silent",
        "opposite",
        "elsewhere",
        "twice",
        "boasting",
        "asks_first",
        "confirms_first",
        "late",
        "by_button",
        "in_tab",
        "with_another_header",
        "with_usual_headers",
        "with_query",
        "with_another_field",
        "with_key_twice",
        "with_another_type",
    ] = "plain"
    """What a press does: nothing at all; moves without a request; sends the wrong value.

    Uses another address; sends it twice; praises itself whatever the answer; asks whether the
    person is sure, in a dialog of its own or of the browser; saves 6 s later, or by a button; opens
    a tab, and saves nothing; saves with a header that nothing else bears, or with those of each
    request and a token; behind the address, in the body or in its type asks for something else.
    """
    notice: Literal["none", "grace", "blocking"] = "none"
    notice_offers: bool = True
    """What the switch of the notice or of the sign-up step stands on at first; ON (APP 2026-08)."""
    notice_ms: int | None = None
    """The notice comes this long after the panel was drawn; None: with the app."""
    cookie_banner: bool = False
    toast: bool = False


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """One membership. A commercial organisation that is active hides the setting (OFF)."""

    name: str
    plan: str
    commercial: bool = False
    told: Literal["plan", "personal", "nothing"] = "plan"
    """What the JSON says by its capabilities: the plan, a personal one, or nothing."""


PERSONAL = Organisation(name="Personal", plan="Pro plan")


@dataclass(frozen=True, kw_only=True)
class Backend:
    """How the server behaves."""

    access: Literal[
        "open",
        "onboarding",
        "login_redirect",
        "login_in_place",
        "challenge_page",
        "challenge_403",
        "challenge_data",
    ] = "open"
    sign_in: Literal["none", "redirect", "in_place"] = "none"
    """How a browser without a session comes to the sign-in screen.

    "none": the one account needs no session.
    """
    bot_check: Literal["none", "sign_in", "headless"] = "none"
    """Whom the bot check stops: any automated browser at the sign-in screen.

    Also a headless one anywhere.
    """
    save: Literal["kept", "fails", "forgotten", "locked", "never"] = "kept"
    save_ms: int = 0
    start: Literal["plain", "429", "500", "503", "reset", "drip", "endless", "off_origin"] = "plain"
    """How the page's document is answered.

    With an error, cut off, in pieces, or from another origin.
    """
    ends: Literal["never", "menu", "settings", "write", "offline"] = "never"
    """When the session is over: asked for the account, for the settings, after a save.

    "offline": from the menu on every connection is cut.
    """
    policy_reports: bool = False
    """Whether the page's policy forbids pictures, and has that reported to the settings."""
    answer: Literal[
        "plain",
        "string",
        "text",
        "object",
        "missing",
        "nested",
        "huge",
        "html",
        "invalid",
        "empty",
        "drips",
        "lies",
        "another_account",
        "reset",
        "hangs",
    ] = "plain"
    """How the settings are told."""
    bootstrap_value: Literal["truth", "opposite", "null"] = "truth"
    """What the first JSON says of the setting; anything but the truth is an old copy."""
    off_first: bool = False
    """The first of two answers to the panel is an old copy, which says off."""
    lag_ms: int = 0
    """How long after a save the site still tells the value before it."""
    foreign_lie: bool = False
    """At `localhost`, another origin, the settings are the opposite, and readable by any page."""
    clock_days: int = 0
    """How far off the server's Date header is."""
    display_name: str = "Ada"
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
    also: tuple[str, ...] = ()
    """Further reasons that are as right as `reason`, for reading and for setting."""
    after_also: tuple[After, ...] = ()
    """Further answers that are as right as `after_set_off`."""
    timeout: float | None = None
    """Seconds: this scenario ends only with the time limit; a self-test uses this short one."""
    fault: Fault | None = None
    """What whoever runs the scenario must do from outside; the expectation holds only then."""
    locked: bool = False
    flow: FlowId = "claude/web"
    """The documented way that leads through this page."""
    device: str | None = None
    """The phone on which it is looked at, by Playwright's name; none: what the flow says."""
    page: Page = field(default_factory=Page)
    backend: Backend = field(default_factory=Backend)
