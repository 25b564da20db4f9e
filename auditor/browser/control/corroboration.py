"""What must be true before an off or a "not applicable" is believed of the page alone.

A page alone can be wrong in ways that nobody has listed. So the requirements name what must hold,
and whatever does not hold makes the answer "cannot tell".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.browser.control.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Callable

    from auditor.browser.network.interference import Interference
    from auditor.core.finding import Reading

_TEST = "test:tests/browser/control/test_corroboration.py::test_each_requirement_fails_on_its_own"


@dataclass(frozen=True, slots=True, kw_only=True)
class CorroborationGrounds:
    """Everything besides the page's own look that an answer is believed or doubted for."""

    interference: Interference
    older_copies: str = ""
    """Where the page may have what it shows from, without asking the site; empty if nowhere."""
    undocumented: str = ""
    """What the control's row says that is not documented; empty if it says just what is."""
    contradiction: str = ""
    """What else in the panel may be about the setting; empty if nothing is."""
    other_controls: tuple[str, ...] = ()
    """What else can be pressed or chosen in the row, or on a page without the setting."""
    is_tree_complete: bool = True
    """Whether the accessibility tree could be read and compared."""


@dataclass(frozen=True, slots=True)
class Lack:
    """What is missing where a requirement does not hold, with what was found instead."""

    said: str
    list_found: Callable[[CorroborationGrounds], tuple[str, ...]] = lambda _grounds: ()

    def describe(self, grounds: CorroborationGrounds) -> str:
        """Say it, with the first two things that were found."""
        found = self.list_found(grounds)
        more = f" and {len(found) - 2} more" if len(found) > 2 else ""  # noqa: PLR2004 - see above
        return f"{self.said}: {', '.join(found[:2])}{more}" if found else self.said

    def __str__(self) -> str:
        """Return it in words, for the generated table."""
        return f"missing: {self.said}"


def find_lack(grounds: CorroborationGrounds) -> str:
    """Return what is missing for the page alone to be believed; nothing if all is there."""
    broken = next((rule for rule in REQUIREMENTS if rule.holds(grounds)), None)
    return "" if broken is None else broken.outcome.describe(grounds)


def describe_uncorroborated(reading: Reading, lack: str) -> str:
    """Say that what the page shows is not enough, and what is missing."""
    shown = "the page shows no such setting" if not reading.state.settled else "the page shows OFF"
    return f"{shown}, but nothing proves it, and {lack}"


REQUIREMENTS: tuple[Rule[CorroborationGrounds, Lack], ...] = (
    Rule(
        name="page may have older copies",
        when="the browser is the person's own, or the session brought stored data along",
        why="a page may draw an old copy of the setting, and ask nobody",
        scenario=f"{_TEST}[page may have older copies]",
        holds=lambda grounds: bool(grounds.older_copies),
        outcome=Lack("the page may show an older copy", lambda grounds: (grounds.older_copies,)),
    ),
    Rule(
        name="something refused",
        when="the page asked for something that was held back, by any method, of any host",
        why="some pages read by another method, and show a default without the answer",
        scenario=f"{_TEST}[something refused]",
        holds=lambda grounds: bool(grounds.interference.refused),
        outcome=Lack(
            "the page asked for something that is held back while the tool reads",
            lambda grounds: grounds.interference.refused,
        ),
    ),
    Rule(
        name="something switched off",
        when="the page called for something that is switched off, or works where nobody looks",
        why="a worker, a beacon or a channel may carry what the page would show",
        scenario=f"{_TEST}[something switched off]",
        holds=lambda grounds: bool(grounds.interference.switched_off),
        outcome=Lack(
            "the page called for something that is not looked into, or switched off",
            lambda grounds: grounds.interference.switched_off,
        ),
    ),
    Rule(
        name="page was fed by a stream",
        when="a socket or a stream was open at any time",
        why="what it said is not seen, and it may have been closed before it told the truth",
        scenario=f"{_TEST}[page was fed by a stream]",
        holds=lambda grounds: bool(grounds.interference.streamed),
        outcome=Lack(
            "the page was fed by a stream that is not looked into",
            lambda grounds: grounds.interference.streamed,
        ),
    ),
    Rule(
        name="something failed",
        when="anything that the page asked for failed",
        why="a page that did not get its data, script or style may show a default",
        scenario=f"{_TEST}[something failed]",
        holds=lambda grounds: bool(grounds.interference.failed),
        outcome=Lack(
            "the page asked for something in vain", lambda grounds: grounds.interference.failed
        ),
    ),
    Rule(
        name="answer without data",
        when="a request for data was led elsewhere, or answered with a page, an error or nothing",
        why="what a page draws then is a default",
        scenario=f"{_TEST}[answer without data]",
        holds=lambda grounds: bool(grounds.interference.no_data),
        outcome=Lack(
            "the page asked for data and got none", lambda grounds: grounds.interference.no_data
        ),
    ),
    Rule(
        name="something under way",
        when="anything has not come to its last byte",
        why="the rest of it may change what the page shows",
        scenario=f"{_TEST}[something under way]",
        holds=lambda grounds: bool(grounds.interference.under_way),
        outcome=Lack(
            "an answer is still under way", lambda grounds: grounds.interference.under_way
        ),
    ),
    Rule(
        name="row says something else",
        when="the control's row says anything but the label, its help link and known words",
        why="no list of words is complete: “exempt”, “spare” or “except” turn a label around",
        scenario=f"{_TEST}[row says something else]",
        holds=lambda grounds: bool(grounds.undocumented),
        outcome=Lack(
            "the switch's row is not as documented", lambda grounds: (grounds.undocumented,)
        ),
    ),
    Rule(
        name="panel says more of it",
        when="something else in the panel may be about the setting: words, a link, a picture",
        why="an old switch may be left beside a sentence that says what really holds",
        scenario=f"{_TEST}[panel says more of it]",
        holds=lambda grounds: bool(grounds.contradiction),
        outcome=Lack(
            "something else in the panel may be about the setting",
            lambda grounds: (grounds.contradiction,),
        ),
    ),
    Rule(
        name="another control there",
        when="the accessibility tree shows another control in the row, or one on a page without",
        why="the real control may be drawn where no script looks",
        scenario=f"{_TEST}[another control there]",
        holds=lambda grounds: bool(grounds.other_controls),
        outcome=Lack(
            "something else is there that may be the setting",
            lambda grounds: grounds.other_controls,
        ),
    ),
    Rule(
        name="tree not read",
        when="the accessibility tree could not be read or compared with the row",
        why="what was not looked at cannot be ruled out",
        scenario=f"{_TEST}[tree not read]",
        holds=lambda grounds: not grounds.is_tree_complete,
        outcome=Lack("it could not be checked whether another control is there"),
    ),
)
"""Every requirement; the first that is broken is told."""
