"""The documented path in words: what to click, what it means, where it is from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.errors import UsageError
from auditor.flow import (
    MARKS,
    list_flows,
    list_manual_flows,
    load_flow,
    load_manual_flow,
    load_phrases,
)
from auditor.guide.control import describe_positions
from auditor.guide.explain import fill_words
from auditor.guide.language import ENGLISH, choose_language, pick_text
from auditor.text import show_given

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from auditor.flow import Flow, ManualFlow
    from auditor.flow.manual import ManualDefault, ManualNote

    Say = Callable[..., str]

# A phone is at most this wide (CSS pixels): the site draws its narrow layout there.
_NARROW = 767
_CLAUDE = "claude"


@dataclass(frozen=True, slots=True)
class GuideStep:
    """One thing to do, and what is drawn for it; None if nothing is."""

    say: str
    picture: str | None = None


@dataclass(frozen=True, slots=True)
class Guide:
    """A path by hand, ready to be shown in any form; all texts are in `language`.

    `drawn` are the site's words that pictures show; `notes` are titles with their sentences.
    """

    name: str
    title: str
    language: str
    address: str | None
    steps: tuple[GuideStep, ...]
    meaning: tuple[str, ...]
    notes: tuple[tuple[str, tuple[str, ...]], ...]
    closing: tuple[str, ...]
    pictures_are: str = ""
    narrow: bool = False
    drawn: tuple[tuple[str, str], ...] = ()


def build_guide(name: str, language: str | None, today: date) -> Guide:
    """Build the guide of a path: `web`, `mobile`, a service, or the id of a flow.

    Raises UsageError for a path or a language that is not known.
    """
    by_hand, flows = list_manual_flows(), list_flows()
    plain = name.strip().casefold()
    service = plain.removesuffix("/by-hand")
    if service in by_hand:
        return _build_manual_guide(service, by_hand[service], language, today)
    for flow in (f"{_CLAUDE}/{plain}", plain):
        if flow in flows:
            return _build_flow_guide(load_flow(flow), language, today)
    message = f"There is no guide for {show_given(name)}"
    own = [flow.removeprefix(f"{_CLAUDE}/") for flow in flows]
    raise UsageError(message, f"There are guides for: {', '.join((*own, *by_hand))}.")


def describe_age(reviewed: date, today: date) -> str:
    """Return a date, and how many days ago it was."""
    days = (today - reviewed).days
    return f"{reviewed} ({days} day{'' if days == 1 else 's'} ago)" if days > 0 else str(reviewed)


def _say_date(reviewed: date, today: date, language: str) -> str:
    """Return the date; with its age in English, for which alone there are words."""
    return describe_age(reviewed, today) if language == ENGLISH else str(reviewed)


def _build_flow_guide(flow: Flow, language: str | None, today: date) -> Guide:
    phrases, words = load_phrases(), flow.about.words
    labels = words[flow.about.setting.labels.removeprefix("@")]
    spoken = choose_language(language, list(labels.texts))

    def say(sentence: str, **values: str) -> str:
        translated = fill_words(phrases.translate(sentence, spoken), words, spoken)
        for name, value in values.items():
            translated = translated.replace(f"{{{name}}}", value)
        return translated

    address = f"{flow.about.origin}{flow.start}"
    return Guide(
        name=flow.id,
        title=f"{say(flow.title)}: {say('Look yourself')}",
        language=spoken,
        address=address,
        steps=(
            GuideStep(say("Open {address}", address=address)),
            *(GuideStep(say(step.say), step.picture) for step in flow.steps),
            GuideStep(say(flow.find.say), flow.find.picture),
        ),
        meaning=(
            say("The switch: {names}", names=_join_names(labels.texts.get(spoken, ()), say)),
            say("ON: your new and resumed chats may be used for training."),
            say("OFF: they are not."),
            say("To turn it off: click it once, load the page again, and look again."),
        ),
        notes=(),
        closing=(
            say("Source: {source}", source=flow.documented_at),
            say("Reviewed: {date}", date=_say_date(flow.reviewed, today, spoken)),
            *_what_next(flow, say),
        ),
        pictures_are=say("The pictures are drawings of a mock page, not of the site itself."),
        narrow=flow.viewport[0] <= _NARROW,
        drawn=tuple(
            (name, pick_text(words[name], spoken))
            for name in ("settings", "privacy", "setting", "decoy")
            if name in words
        ),
    )


def _what_next(flow: Flow, say: Say) -> tuple[str, ...]:
    """Return the commands that come after looking; only Claude's facts are explained."""
    if not flow.id.startswith(f"{_CLAUDE}/"):
        return ()
    return (
        say("What it means for your plan: {command}", command="`auditor explain`"),
        say("Record what you saw: {command}", command="`auditor attest on` / `auditor attest off`"),
    )


def _join_names(names: tuple[str, ...], say: Say) -> str:
    first, *former = (say("“{name}”", name=name) for name in names)
    if not former:
        return first
    earlier = say("formerly {names}", names=", ".join(former))
    return say("{name}, {earlier}", name=first, earlier=earlier)


def _build_manual_guide(service: str, path: Path, language: str | None, today: date) -> Guide:
    flow = load_manual_flow(path)
    if choose_language(language, tuple(load_phrases().languages)) != ENGLISH:
        message = f"The path at {flow.title} is known in English only"
        raise UsageError(message, f"Run `auditor guide {service}` without --lang.")
    opening = (
        ()
        if flow.address is None
        else (GuideStep(f"Open {flow.address}; or, from the service's own page:"),)
    )
    return Guide(
        name=service,
        title=f"{flow.title}: Look yourself",
        language=ENGLISH,
        address=flow.address,
        steps=(*opening, *(GuideStep(step.say) for step in flow.steps)),
        meaning=(_name_control(flow), *describe_positions(flow.control)),
        notes=_list_notes(flow),
        closing=(
            *(f"Source: {page}" for page in _list_pages(flow)),
            f"Known from: {describe_evidence(flow.known)}. Nobody here has looked at it.",
            f"Reviewed: {describe_age(flow.reviewed, today)}",
            _name_record(service),
        ),
    )


def describe_evidence(known: str) -> str:
    """Return in words where something is known from, such as `official text 2026-11`."""
    found = [mark.split(" ") for mark in known.split(", ")]
    return ", ".join(f"{MARKS[mark]} {when}" for mark, when in found)


def _name_control(flow: ManualFlow) -> str:
    first, *former = (f"“{label.text}”" for label in flow.control.labels)
    kinds = {"select": "list", "button": "button beside it"}
    kind = kinds.get(flow.control.kind, flow.control.kind)
    return f"The {kind}: {', formerly '.join((first, *former))}"


def _list_notes(flow: ManualFlow) -> tuple[tuple[str, tuple[str, ...]], ...]:
    scopes = {
        "account": "It counts for your account.",
        "workspace": "It counts for the workspace.",
        "device": "It counts for each app or device on its own.",
        "browser": "It counts for each browser on its own.",
    }
    notes = (
        ("Where it counts", (scopes[flow.scope],)),
        ("If you have changed nothing (look all the same)", _list_defaults(flow.defaults)),
        ("For the same end, look there as well", _list_sentences(flow.also)),
        ("What it does not do", _list_sentences(flow.limits)),
        ("Other versions", _list_sentences(flow.versions)),
    )
    return tuple((title, sentences) for title, sentences in notes if sentences)


def _list_sentences(notes: tuple[ManualNote, ...]) -> tuple[str, ...]:
    return tuple(f"{note.say} ({describe_evidence(note.known)})" for note in notes)


def _list_defaults(defaults: tuple[ManualDefault, ...]) -> tuple[str, ...]:
    return tuple(
        f"{_join_scope(each)}: {each.say}"
        f"{f', since {each.since}' if each.since else ''} ({describe_evidence(each.known)})"
        for each in defaults
    )


def _join_scope(default: ManualDefault) -> str:
    where = "" if default.regions == "everywhere" else f" ({default.regions})"
    return f"{default.plans[0].upper()}{default.plans[1:]}{where}"


def _list_pages(flow: ManualFlow) -> tuple[str, ...]:
    title = f" ({flow.documented_title})" if flow.documented_title else ""
    return (f"{flow.documented_at}{title}", *flow.documented_also)


def _name_record(service: str) -> str:
    """Return how to record what was seen: Claude Code shows the setting of the Claude account."""
    option = "" if service == "claude-code" else f" --service {service}"
    return (
        f"Record what you saw: `auditor attest on{option}` (your chats may be used) or"
        f" `auditor attest off{option}` (they are not)"
    )
