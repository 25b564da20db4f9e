"""The documented way on a phone: the three lines at the top left, Settings, Privacy, the toggle.

Drawn for two devices, with their size, touch and user agent.
"""

from auditor.mocksite.group import Group
from auditor.mocksite.scenario import Backend, Organisation, Page

_phone = Group("phones")

ANDROID, IPHONE = "Pixel 7", "iPhone 15"
TEAM = Organisation(name="Northwind Works", plan="Team", commercial=True)

CASES = (
    *(
        _phone.readable(
            f"phone-{name}-{'on' if server else 'off'}",
            f"The narrow layout on {device}.",
            server=server,
            flow="claude/mobile",
            device=device,
        )
        for name, device in (("android", ANDROID), ("iphone", IPHONE))
        for server in (True, False)
    ),
    _phone.off(
        "phone-alone-off",
        "Nothing but the page itself tells the value, on a phone.",
        flow="claude/mobile",
        device=ANDROID,
        page=Page(embedded=True, asks=False),
        backend=Backend(in_bootstrap=False),
    ),
    _phone.on(
        "phone-no-test-ids",
        "The narrow layout without any test id, in Japanese.",
        flow="claude/mobile",
        device=IPHONE,
        page=Page(lang="ja-JP", test_ids="none"),
    ),
    _phone.on(
        "phone-tall",
        "The side bar is as high as the screen without the browser's bars: its end is scrolled to.",
        flow="claude/mobile",
        device=ANDROID,
        page=Page(traits=("shell/tall",)),
    ),
    _phone.on(
        "phone-late-panel",
        "The panel comes late on a phone.",
        flow="claude/mobile",
        device=IPHONE,
        page=Page(panel_ms=2900),
    ),
    _phone.on(
        "phone-save-fails",
        "Saving fails on a phone, and the switch rolls back.",
        flow="claude/mobile",
        device=ANDROID,
        after=("refused", "refused_by_site"),
        backend=Backend(save="fails"),
    ),
    _phone.stop(
        "phone-team",
        "A Team is active, on a phone.",
        server=None,
        state="not_applicable",
        outcome="not_applicable",
        reason=None,
        flow="claude/mobile",
        device=IPHONE,
        backend=Backend(organisations=(TEAM,)),
    ),
    _phone.stop(
        "phone-terms-notice",
        "The terms notice blocks the app on a phone.",
        server=None,
        state="undecided",
        outcome="needs_human",
        reason="choice_pending",
        flow="claude/mobile",
        device=ANDROID,
        page=Page(notice="blocking"),
    ),
)
