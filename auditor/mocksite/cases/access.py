"""Plans, sessions that end on the way, and notices that come late or in other languages."""

from typing import TYPE_CHECKING

from auditor.mocksite.cases.core import ACME_ENTERPRISE, ACME_TEAM
from auditor.mocksite.cases.languages import OFF, ON
from auditor.mocksite.group import Group
from auditor.mocksite.scenario import PERSONAL, Backend, Organisation, Page

if TYPE_CHECKING:
    from auditor.mocksite.scenario import Scenario

_plans = Group("plans")
_session = Group("session")
_choice = Group("choice pending")
_origin = Group("another origin")

GOV = Organisation(name="Acme County", plan="Claude Gov", commercial=True)
EDUCATION = Organisation(name="Acme College", plan="Claude for Education", commercial=True)
LANGUAGES = ON | OFF
UNREAD = ("unread", "signed_out")


def _commercial(name: str, summary: str, *organisations: Organisation) -> "Scenario":
    return _plans.stop(
        name,
        summary,
        server=None,
        state="not_applicable",
        outcome="not_applicable",
        reason=None,
        backend=Backend(organisations=organisations),
    )


def _signed_out(name: str, summary: str, backend: Backend, page: Page) -> "Scenario":
    return _session.stop(
        name,
        summary,
        server=True,
        outcome="needs_human",
        reason="signed_out",
        backend=backend,
        page=page,
    )


def _pending(name: str, summary: str, page: Page, backend: Backend | None = None) -> "Scenario":
    return _choice.stop(
        name,
        summary,
        server=None,
        state="undecided",
        outcome="needs_human",
        reason="choice_pending",
        page=page,
        backend=backend or Backend(),
    )


def _short(tag: str) -> str:
    """Return the name of a language for a scenario: of Spanish the whole tag, as there are two."""
    return tag.lower() if tag.startswith("es") else tag[:2]


def _describe_offer(number: int) -> str:
    switch = "an old switch" if number % 3 == 0 else "a new switch"
    return f"{switch} that starts {'off' if number % 4 == 1 else 'on'}"


PLANS = (
    _commercial("gov", "A Gov organisation is active: the panel loads without the setting.", GOV),
    _commercial("education", "An Education organisation is active: no setting either.", EDUCATION),
    _commercial(
        "two-orgs-commercial", "Of two organisations the Team is active.", ACME_TEAM, PERSONAL
    ),
    _plans.on(
        "two-orgs-personal",
        "Of two organisations the personal one is active, and on.",
        backend=Backend(organisations=(PERSONAL, ACME_ENTERPRISE)),
    ),
)

UNTOLD = Organisation(name="Acme Robotics", plan="Team", commercial=True, told="nothing")
DENIED = Organisation(name="Acme Robotics", plan="Team", told="personal")
NAMED_TEAM = Organisation(name="Acme · Team", plan="Pro plan")


def _placed(name: str, summary: str, *traits: str, backend: Backend, **more: str) -> "Scenario":
    """Make a scenario of a commercial plan that is told in few places."""
    return _plans.stop(
        name,
        summary,
        server=None,
        state="not_applicable",
        outcome="not_applicable",
        reason=None,
        page=Page(traits=tuple(f"plan/{trait}" for trait in traits), **more),  # type: ignore[arg-type]
        backend=backend,
    )


PLACES = (
    _placed(
        "plan-on-button",
        "The Team plan stands on the user button and nowhere else.",
        "bare_header",
        app_shell="new",
        backend=Backend(organisations=(UNTOLD,)),
    ),
    _placed(
        "plan-in-list",
        "The Team plan stands in the list of organisations and nowhere else.",
        "bare_header",
        "bare_button",
        backend=Backend(organisations=(UNTOLD, PERSONAL)),
    ),
    _placed(
        "plan-in-data",
        "The Team plan is told by the page's data and nowhere else.",
        "bare_header",
        "bare_button",
        backend=Backend(organisations=(ACME_TEAM,)),
    ),
    _plans.stop(
        "plan-and-own-value",
        "An Enterprise organisation is active, and the account's own value is on.",
        server=True,
        state="not_applicable",
        outcome="not_applicable",
        reason=None,
        backend=Backend(organisations=(ACME_ENTERPRISE,)),
    ),
    _plans.stop(
        "plan-denied-by-data",
        "The page says Team, its data a personal plan, and the panel lacks the setting.",
        server=True,
        reason="layout_changed",
        also=("disagreement",),
        page=Page(traits=("plan/no_setting",)),
        backend=Backend(organisations=(DENIED,)),
    ),
    _plans.stop(
        "plan-denied-on-button",
        "The organisation is called personal in its data and in the menu, the button says Team.",
        server=True,
        reason="layout_changed",
        also=("disagreement",),
        page=Page(traits=("plan/team_on_button", "plan/no_setting")),
    ),
    _plans.stop(
        "name-plays-plan",
        "A personal organisation is called “Acme · Team”, and the panel lacks the setting.",
        server=True,
        reason="layout_changed",
        page=Page(traits=("plan/bare_header", "plan/bare_button", "plan/no_setting")),
        backend=Backend(organisations=(NAMED_TEAM,)),
    ),
    _plans.stop(
        "person-plays-plan",
        "A person is called “Ada · Team”, and the panel lacks the setting.",
        server=True,
        reason="layout_changed",
        page=Page(
            app_shell="new", traits=("plan/bare_header", "plan/bare_button", "plan/no_setting")
        ),
        backend=Backend(display_name="Ada · Team", organisations=(PERSONAL,)),
    ),
)

SESSION = (
    _signed_out(
        "signed-out-at-menu",
        "The session ends when Settings is chosen in the menu.",
        Backend(ends="menu"),
        Page(session_check=True),
    ),
    _signed_out(
        "signed-out-at-settings",
        "The session ends when the panel asks for its data.",
        Backend(ends="settings"),
        Page(),
    ),
    _signed_out(
        "signed-out-under-panel",
        "The panel is drawn, off and enabled; then its data is refused: the session is over.",
        Backend(ends="settings", in_bootstrap=False),
        Page(early=False, fetch_ms=300),
    ),
    _session.on(
        "signed-out-after-save",
        "The session ends with the save: the proof cannot be read.",
        backend=Backend(ends="write"),
        after=UNREAD,
    ),
)

CHOICE = (
    _pending(
        "terms-late", "The notice comes 1 s after the panel.", Page(notice="grace", notice_ms=1000)
    ),
    _pending(
        "terms-late-blocking", "The same, and it blocks.", Page(notice="blocking", notice_ms=1000)
    ),
    # in the grace period and after it, with the old switch and the new one, pre-set to on as it was
    # seen, and to off as it may be one day
    *(
        _pending(
            f"terms-{_short(tag)}",
            f"The terms notice in {language}, {_describe_offer(number)}.",
            Page(
                lang=tag,
                notice="blocking" if number % 2 else "grace",
                switch="native" if number % 3 == 0 else "aria",
                notice_offers=number % 4 != 1,
            ),
        )
        for number, (tag, language) in enumerate(LANGUAGES.items(), 1)
    ),
    *(
        _pending(
            f"onboarding-{_short(tag)}",
            f"The sign-up step in {language}, {_describe_offer(number)}.",
            Page(
                lang=tag,
                switch="native" if number % 3 == 0 else "aria",
                notice_offers=number % 4 != 1,
            ),
            Backend(access="onboarding"),
        )
        for number, (tag, language) in enumerate(LANGUAGES.items(), 2)
    ),
    _pending(
        "terms-presses-itself",
        "While the notice asks, the page writes again and again, and presses its buttons itself.",
        Page(notice="grace", traits=("writes/while_pending",)),
    ),
    _pending(
        "undecided-late",
        "No choice yet: drawn on and enabled, then the data says null.",
        Page(early=True),
        Backend(in_bootstrap=False, settings_ms=1500),
    ),
    _pending(
        "undecided-native", "No choice yet; the switch is a native one.", Page(switch="native")
    ),
)

ORIGIN = (
    _origin.stop(
        "redirect-at-start",
        "The start page leads to another origin, which shows the same app.",
        server=True,
        reason="left_origin",
        backend=Backend(start="off_origin"),
    ),
    _origin.stop(
        "redirect-on-the-way",
        "Settings leads to another origin, which shows the same app.",
        server=True,
        reason="left_origin",
        page=Page(traits=("shell/leaves",)),
    ),
)

CASES = (*PLANS, *PLACES, *SESSION, *CHOICE, *ORIGIN)
