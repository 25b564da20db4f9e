"""What a notice or a step that asks for the choice shows, and what its buttons would write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.core.finding import State, WaitEnd

if TYPE_CHECKING:
    from auditor.core.finding import PendingChoice, PersonsAnswer


def describe_pending(choice: PendingChoice) -> str:
    """Say where the switch stands that is to be answered, and what each button would write."""
    stores, puts_off = _name_buttons(choice, stores=True), _name_buttons(choice, stores=False)
    said = [_describe_switch(choice.switch, stores)]
    if puts_off:
        said.append(f"{puts_off} writes no choice and only puts it off.")
    elif stores:
        said.append("There is no button to put it off.")
    said.append("Nothing was pressed: the choice is yours.")
    return " ".join(said)


def describe_undecided(drawn: State) -> str:
    """Say that no choice is stored where no notice asks for it, and what the switch is worth."""
    said = "No choice has been made yet: the site holds neither on nor off for this account."
    if not drawn.settled:
        return said
    return f"{said} Its switch is drawn {drawn.upper()}, which says nothing."


def describe_end(answer: PersonsAnswer) -> str:
    """Say how waiting for the person ended, and that the tool pressed nothing."""
    said = _ENDS[answer.end].format(
        time=_describe_time(answer.minutes),
        stored=answer.stored.upper() if answer.stored else "",
    )
    return f"{said} {answer.refusal[:1].upper()}{answer.refusal[1:]}." if answer.refusal else said


_WAIT = "Or let `auditor audit --wait-for-person 10`, with a window (--headed), wait for you"
AT_SWITCH = (
    "Open the settings and press the switch yourself until it shows what you want; the first press"
    f" may turn it ON. Then run this again. {_WAIT} and read what was stored."
)
_ENDS = {
    WaitEnd.STORED: "You chose {stored} yourself in the window; the tool pressed nothing.",
    WaitEnd.PUT_OFF: "You put the choice off in the window.",
    WaitEnd.GONE: "What asked for the choice went away in the window.",
    WaitEnd.UNCLEAR: "Your choice was sent, and the site did not say that it took it.",
    WaitEnd.CLOSED: "The window was closed before a choice was stored.",
    WaitEnd.TIME_OVER: "No choice was stored within {time}.",
}


def _describe_time(minutes: float) -> str:
    if minutes < 1:
        return f"{minutes * 60:.0f} seconds"
    return f"{minutes:g} minute{'' if minutes == 1 else 's'}"


def suggest_answer(choice: PendingChoice) -> str | None:
    """Say how to answer so that training stays off; None if no button is known that stores it."""
    stores = _name_buttons(choice, stores=True)
    if not stores:
        return None
    turn = "See that its switch stays off" if choice.switch is State.OFF else "Turn its switch off"
    again = f"then run this again. {_WAIT} and read what was stored."
    return f"{turn} before you press {stores}, {again}"


def _describe_switch(switch: State, stores: str) -> str:
    if switch.settled:
        shown = f"Its switch shows {switch.upper()}"
        return f"{shown}: {stores} would write {switch.upper()}." if stores else f"{shown}."
    unread = "Where its switch stands could not be read"
    return (
        f"{unread}, so take it for ON: {stores} writes what it shows." if stores else f"{unread}."
    )


def _name_buttons(choice: PendingChoice, *, stores: bool) -> str:
    names = (f"“{button.name}”" for button in choice.buttons if button.stores is stores)
    return " or ".join(names)
