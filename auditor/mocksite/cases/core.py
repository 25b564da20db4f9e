"""Values, timing, looks of the control and what becomes of a save."""

from auditor.mocksite.group import Group
from auditor.mocksite.scenario import PERSONAL, Backend, Organisation, Page

_values = Group("values")
_timing = Group("timing")
_looks = Group("looks")
_saving = Group("saving")

ACME_TEAM = Organisation(name="Acme Robotics", plan="Team", commercial=True)
ACME_ENTERPRISE = Organisation(name="Acme Robotics", plan="Enterprise", commercial=True)


VALUES = (
    _values.on("on", "Training is allowed; a plain, quick page."),
    _values.off("off", "Training is off; a plain, quick page."),
    # null: no choice made yet; never "off" (APP + OBS)
    _values.stop(
        "undecided",
        "No choice has been made: the server says null while the switch is drawn off.",
        server=None,
        state="undecided",
        outcome="needs_human",
        reason="choice_pending",
    ),
    # disabled and off, with the domain note (APP 2026-08)
    _values.off(
        "locked-off",
        "Off for every address of the person's domain: the switch is disabled, with a note.",
        backend=Backend(save="locked"),
    ),
    # Claude for Work has no toggle (OFF)
    _values.stop(
        "team",
        "A Team organisation is active: the panel loads without the setting.",
        server=None,
        state="not_applicable",
        outcome="not_applicable",
        reason=None,
        backend=Backend(organisations=(ACME_TEAM,)),
    ),
    _values.stop(
        "enterprise",
        "An Enterprise organisation is active: the panel loads without the setting.",
        server=None,
        state="not_applicable",
        outcome="not_applicable",
        reason=None,
        backend=Backend(organisations=(ACME_ENTERPRISE,)),
    ),
    _values.off(
        "two-orgs",
        "A person with a personal account and a Team; the personal one is active, and off.",
        backend=Backend(organisations=(PERSONAL, ACME_TEAM)),
    ),
    _values.on("decoy-opposite-on", "The setting is on while Location metadata above it is off."),
    _values.off(
        "decoy-opposite-off",
        "The setting is off while Location metadata above it is on.",
        backend=Backend(decoy=True),
    ),
)

TIMING = (
    # panel content about 2.9 s after navigation (OBS 2026-09)
    _timing.on(
        "late-panel",
        "The panel's content comes 2.9 s after it was opened.",
        page=Page(panel_ms=2900),
    ),
    _timing.on(
        "data-late-on",
        "The switch is drawn off and enabled; the truth, on, arrives 1.5 s later.",
        page=Page(early=False),
        backend=Backend(settings_ms=1500, in_bootstrap=False),
    ),
    _timing.off(
        "data-late-off",
        "The switch is drawn on and enabled; the truth, off, arrives 1.5 s later.",
        page=Page(early=True),
        backend=Backend(settings_ms=1500, in_bootstrap=False),
    ),
    _timing.on(
        "data-very-late-on",
        "The switch is drawn off, nothing moves for 3.5 s, then the page asks and hears: on.",
        page=Page(early=False, fetch_ms=3500),
        backend=Backend(settings_ms=500, in_bootstrap=False),
    ),
    _timing.on(
        "data-latest-on",
        "The switch is drawn off, nothing moves for 6 s, then the page asks and hears: on.",
        page=Page(early=False, fetch_ms=6000),
        backend=Backend(settings_ms=500, in_bootstrap=False),
    ),
)

LOOKS = (
    # the label until about June 2026 (OBS)
    _looks.on("old-label", "The label is the former one.", page=Page(label="Help improve Claude")),
    _looks.on(
        "new-label", "The label is the present one.", page=Page(label="Help improve our AI models")
    ),
    # as the help centre writes it (OFF)
    _looks.off(
        "capitals",
        "The label is capitalised as in the help centre.",
        page=Page(label="Help Improve our AI models"),
    ),
    # input[type=checkbox][role=switch], visually hidden (APP 2026-08)
    _looks.on(
        "native-switch", "The older switch: a hidden native checkbox.", page=Page(switch="native")
    ),
    _looks.off("native-switch-off", "The older switch, and it is off.", page=Page(switch="native")),
    # role=switch with a hidden twin input beside it (OBS 2026-09, APP 2026-08)
    _looks.on(
        "aria-switch-twin",
        "The newer switch on a plain element, with its hidden twin checkbox.",
        page=Page(switch="aria-span"),
    ),
    # no aria-label; text "name · plan" (APP 2026-08)
    _looks.on(
        "new-shell",
        "The newer shell: the user button has no label of its own.",
        page=Page(app_shell="new"),
    ),
)

SAVING = (
    _saving.on(
        "save-fails",
        "Saving fails: the switch moves, then rolls back with a notice.",
        backend=Backend(save="fails"),
        after=("refused", "refused_by_site"),
    ),
    _saving.on(
        "save-forgotten",
        "Saving is answered with success, but a fresh load shows the old value.",
        backend=Backend(save="forgotten"),
        after=("refused", "refused_by_site"),
    ),
    _saving.on("save-slow", "Saving takes 3 s.", backend=Backend(save_ms=3000)),
)

CASES = (*VALUES, *TIMING, *LOOKS, *SAVING)
