"""What a flow file may say: strict models.

A flow is data. It has no scripts, no sleeps and no unknown keys: what the models below do not name
is refused, with file, place and reason. Each label and selector carries `known`: where it is known
from and since when (OFF official text, OBS seen on the live site by a third party, APP a copy of
the shipped web app, INF inferred).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date  # noqa: TC003 - pydantic needs it at run time
from pathlib import Path  # noqa: TC003 - likewise
from typing import Annotated, Literal

from auditor.flow.bounds import Bounds, Check, Model
from auditor.flow.consent_words import names_binding_button

# Beside the flow or among the shipped files, and never elsewhere.
SITE_PATH = r"[\w-]+(/[\w-]+)*\.toml"
Known = Annotated[
    str, Bounds(pattern=r"^(OFF|OBS|APP|INF) \d{4}-\d{2}(, (OFF|OBS|APP|INF) \d{4}-\d{2})*$")
]
# Each `*` of a glob is one search through the text: few of them keep a match linear.
_MOST_STARS = 4
_LONGEST_GLOB = 300
# No documented path is longer; each step may take seconds.
_MOST_STEPS = 20
# What the tool itself knows a bot check to need; a flow can name these and nothing else.
BOT_CHECK_ADDRESSES = ("https://challenges.cloudflare.com/*", "/cdn-cgi/challenge-platform/*")


def _require_bounded_glob(glob: str) -> str:
    if len(glob) > _LONGEST_GLOB or glob.count("*") > _MOST_STARS:
        message = f"should have at most {_MOST_STARS} * and {_LONGEST_GLOB} characters"
        raise ValueError(message)
    return glob


def _require_plain_path(path: str) -> str:
    """Refuse what could name another host once it is put behind an origin."""
    printable = path.isprintable() and " " not in path
    if not path.startswith("/") or "//" in path or set(path) & set("@\\") or not printable:
        message = "should be a path: a / first, and no //, @, backslash, space or control character"
        raise ValueError(message)
    return path


def _require_near_file(name: str) -> str:
    if not re.fullmatch(SITE_PATH, name):
        message = "should be a .toml file beside the flow, or below it, or a shipped one"
        raise ValueError(message)
    return name


def _require_harmless_path(path: str) -> str:
    """Refuse an address by which a page signs out, deletes or pays when it is only opened."""
    if names_binding_button(path):
        message = "cannot name what accepts, agrees, continues, deletes, pays or signs out"
        raise ValueError(message)
    return path


def _require_plain_words(text: str) -> str:
    """Refuse what could pass for the tool's own words: an address, another line, a control."""
    if "://" in text or not text.isprintable():
        message = "should be plain words: no address, no line break, no control character"
        raise ValueError(message)
    return text


def _require_bot_check_address(address: str) -> str:
    if address not in BOT_CHECK_ADDRESSES:
        message = f"only what a bot check needs passes: {', '.join(BOT_CHECK_ADDRESSES)}"
        raise ValueError(message)
    return address


Text = Annotated[str, Bounds(min_length=1)]
Glob = Annotated[Text, Check(_require_bounded_glob)]
Path_ = Annotated[str, Bounds(pattern=r"^[/*]"), Check(_require_bounded_glob)]
PlainPath = Annotated[str, Bounds(max_length=300), Check(_require_plain_path)]
StartPath = Annotated[PlainPath, Check(_require_harmless_path)]
Said = Annotated[Text, Bounds(max_length=300), Check(_require_plain_words)]
SitePath = Annotated[str, Check(_require_near_file)]
_Pixels = Annotated[int, Bounds(ge=200, le=4_000)]
BotCheckAddress = Annotated[Text, Check(_require_bot_check_address)]
Https = Annotated[str, Bounds(pattern=r"^https://[^/\s]+(/\S*)?$")]
Origin = Annotated[str, Bounds(pattern=r"^https://[^/\s]+$")]
ObstacleReason = Literal["challenge", "signed_out", "choice_pending", "not_loaded"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Words(Model):
    """One thing the page says, in each language; the keys of `texts` are the site's locales."""

    known: Known
    texts: Annotated[dict[str, tuple[Text, ...]], Bounds(min_length=1)]

    def all(self) -> tuple[str, ...]:
        """Return every text once, in the file's order."""
        return tuple(dict.fromkeys(text for texts in self.texts.values() for text in texts))


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Target(Model):
    """One way to point at an element: by test id, by role and name, by text or by CSS.

    Perhaps inside another.
    """

    test_id: Text | None = None
    role: Text | None = None
    name: Text | None = None
    text: Text | None = None
    css: Text | None = None
    within: Target | None = None

    @property
    def _ways(self) -> tuple[str, ...]:
        return ("test_id", "role", "text", "css")

    def __post_init__(self) -> None:
        ways = [way for way in self._ways if getattr(self, way) is not None]
        if len(ways) != 1:
            message = f"say exactly one of {', '.join(self._ways)}"
            raise ValueError(message)
        if self.name is not None and self.role is None:
            message = "name goes with role"
            raise ValueError(message)

    def __str__(self) -> str:
        """Say the target in words, for diagnoses."""
        own = (
            f"test id {self.test_id}" if self.test_id
            else f"{self.role} {_describe_text(self.name)}".strip() if self.role
            else f"text {_describe_text(self.text)}" if self.text
            else f"css {self.css}"
        )  # fmt: skip
        return f"{own} in {self.within}" if self.within else own


def _describe_text(name: str | None) -> str:
    """Return a text as it stands, or the name of the words it stands for in any language."""
    known = f"({(name or '')[1:].replace('_', ' ')}, in any known language)"
    return known if name and name.startswith("@") else name or ""


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Alternative(Target):
    """A target with its source."""

    known: Known


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class StepAlternative(Alternative):
    """A target of a step.

    `pressable` is a name: anything to press that bears it, whatever it is made of, among what the
    click of the step before brought up.
    """

    pressable: Text | None = None

    @property
    def _ways(self) -> tuple[str, ...]:
        return (*super()._ways, "pressable")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.pressable is not None and self.within is not None:
            message = "pressable is always within what the step before brought up"
            raise ValueError(message)

    def __str__(self) -> str:
        """Say the target in words, for diagnoses."""
        if self.pressable is None:
            return super().__str__()
        return f"anything new to press named {_describe_text(self.pressable)}"


# What a printed guide draws of the mock's layout, with one thing of it marked.
Picture = Literal["open_sidebar", "user_icon", "menu", "sections", "switch"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Step(Model):
    """One documented click: the first alternative matching exactly one visible element.

    `picture` is what a guide draws for it. `observe` says what the step shows: `organisation`, the
    open menu names the active one; `plan`, what is clicked may bear the plan behind the person's
    name.
    """

    say: Said
    click: Annotated[tuple[StepAlternative, ...], Bounds(min_length=1)]
    observe: Literal["organisation", "plan"] | None = None
    picture: Picture | None = None


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Find(Model):
    """The last line of the documented path: look at the switch."""

    say: Said
    picture: Picture | None = None


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Sign(Model):
    """What gives an obstacle away; what one sign names must all hold.

    A `header` is one of the page's document, or of all that came of the data it asked for. `beside`
    names a button that must be seen as well: what is only quoted has none to answer it with.
    """

    known: Known
    path: Path_ | None = None
    title: Glob | None = None
    header: Text | None = None
    value: Text | None = None
    of: Literal["page", "data"] = "page"
    shown: Target | None = None
    beside: Text | None = None
    present: Text | None = None
    nodes_at_most: Annotated[int, Bounds(gt=0)] | None = None
    asks: Path_ | None = None

    def __post_init__(self) -> None:
        if (self.header is None) != (self.value is None):
            message = "header and value go together"
            raise ValueError(message)
        if not any((self.path, self.title, self.header, self.shown, self.present, self.asks)):
            message = "say at least one of path, title, header, shown, present, asks"
            raise ValueError(message)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Write(Model):
    """A request that carries a change of the setting."""

    method: Literal["PATCH", "PUT", "POST"]
    path: Path_
    known: Known


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ChoiceWrite(Write):
    """A request that pressing a button sends; `with_choice` tells that the choice is in it."""

    path: PlainPath
    with_choice: bool = False


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ChoiceButton(Model):
    """A button by which the person answers a notice or a step; the tool never presses it.

    `also` names others that do the same, and `escape` tells that the Escape key does. `writes` are
    the requests that follow. One that sends no choice only puts it off.
    """

    name: Text
    also: Text | None = None
    escape: bool = False
    writes: tuple[ChoiceWrite, ...] = ()
    known: Known

    @property
    def stores(self) -> bool:
        """Whether pressing it writes what the switch beside it shows."""
        return any(write.with_choice for write in self.writes)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Obstacle(Model):
    """Something that stands in the way of a reading, and what the person can do about it.

    `choice` are the buttons of one that asks for the choice.
    """

    reason: ObstacleReason
    say: Said
    hint: Said | None = None  # else what is usual for the reason
    signs: Annotated[tuple[Sign, ...], Bounds(min_length=1)]
    choice: tuple[ChoiceButton, ...] = ()

    def __post_init__(self) -> None:
        if self.choice and self.reason != "choice_pending":
            message = "choice goes with the reason choice_pending"
            raise ValueError(message)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Banner(Model):
    """A banner that may be answered, and only with its refusing button.

    `mentions` are words of which the banner's own text holds one: a button that refuses something
    else is left alone.
    """

    say: Said
    mentions: Text | None = None
    reject: Annotated[tuple[Alternative, ...], Bounds(min_length=1)]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class HelpLink(Model):
    """The help article on the setting: its address is the same in every language."""

    contains: Text
    known: Known


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Decoy(Model):
    """Another setting that must never be taken for the one asked about."""

    name: Text
    link_contains: Text | None = None
    known: Known


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Setting(Model):
    """The switch asked about, and what it must not be mistaken for.

    `inverting` are words that, short and beside the label, may turn its meaning around;
    `description` are the words that may stand in its row besides the label; `turn_on` and
    `turn_off` name a button whose word is what a press does; `subject` are beginnings of words for
    what the setting is about, which stand in no other row of its panel; `sample` are words by which
    a panel says that what it shows is not real, or not of now; `save` names buttons that save what
    was chosen, which are left to the person.
    """

    labels: Text
    inverting: Text | None = None
    description: Text | None = None
    turn_on: Text | None = None
    turn_off: Text | None = None
    subject: Text | None = None
    save: Text | None = None
    sample: Text | None = None
    badges: Text
    switch_words: Text
    domain_note: Text
    help_link: HelpLink
    decoys: tuple[Decoy, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Panel(Model):
    """Signs that the panel with the setting is still loading, or is there.

    `waiting` are words by which something in it says that it is being loaded or saved.
    """

    loading: tuple[Alternative, ...] = ()
    loaded: tuple[Alternative, ...] = ()
    waiting: Text | None = None


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Source(Model):
    """An address whose JSON answer carries the value, and the objects (dotted) that may hold it.

    A `final` one is asked by the panel itself; what the others say may be older than what the panel
    is about to load.
    """

    path: Path_
    at: Annotated[tuple[str, ...], Bounds(min_length=1)]
    final: bool = False


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Witness(Model):
    """Where the value travels in the page's own traffic."""

    key: Text
    known: Known
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Guard(Model):
    """Addresses of a bot check to which a POST is never held back; others are refused.

    An origin with a path, or a path of the site; `*` stands for anything.

    `telemetry` are words in the address of what a page reports of itself, awaiting no answer to it.
    """

    let_through: tuple[BotCheckAddress, ...] = ()
    telemetry: tuple[Text, ...] = ()
    known: Known


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Organisation(Model):
    """Where the active organisation shows, and the plans that do not have the setting.

    `shown` is the head of the open menu, `listed` the active one in its list of organisations. The
    plan stands behind the name, as one of the words `without_choice` or `with_choice`.
    """

    shown: Annotated[tuple[Alternative, ...], Bounds(min_length=1)]
    listed: tuple[Alternative, ...] = ()
    without_choice: Text
    with_choice: Text | None = None
    known: Known


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Memberships(Model):
    """Where the page's own data tells which organisations a person belongs to.

    `paths` are the addresses, `at` the places (dotted) of the list in their answers. Of each entry,
    `organisation` is the place of the organisation, and `name`, `id`, `active` and `capabilities`
    are keys of it. `active_id_at` are the places that name the active one, `person_at` those of the
    person's own name. An organisation with a capability of `commercial` has a commercial plan.
    """

    paths: Annotated[tuple[Path_, ...], Bounds(min_length=1)]
    at: Annotated[tuple[str, ...], Bounds(min_length=1)]
    organisation: str
    name: Text
    id: Text
    active: Text
    active_id_at: tuple[Text, ...] = ()
    person_at: tuple[Text, ...] = ()
    capabilities: Text
    commercial: Annotated[tuple[Text, ...], Bounds(min_length=1)]
    known: Known


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class AccountName(Model):
    """One kind of name of an account in the page's data, at the places (dotted) that hold it.

    `query` are the keys by which an address may ask for an account; `email` tells that the name is
    an e-mail address, so that it can be compared with the one that the page shows.
    """

    at: Annotated[tuple[Text, ...], Bounds(min_length=1)]
    query: tuple[Text, ...] = ()
    email: bool = False
    known: Known


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Identity(Model):
    """Where the e-mail address of who is signed in shows, once the menu is open.

    `told` is where the page's data names the account that it is about.
    """

    shown: Annotated[tuple[Alternative, ...], Bounds(min_length=1)]
    told: tuple[AccountName, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Site(Model):
    """What all flows to one site share."""

    title: Said
    origin: Origin
    documented_at: Https
    setting: Setting
    panel: Panel = Panel()
    witness: Witness
    writes: tuple[Write, ...] = ()
    guard: Guard
    organisation: Organisation | None = None
    memberships: Memberships | None = None
    identity: Identity | None = None
    obstacles: tuple[Obstacle, ...] = ()
    banners: tuple[Banner, ...] = ()
    words: dict[str, Words]

    def texts(self, name: str) -> tuple[str, ...]:
        """Return what `@name` stands for; a name without @ stands for itself."""
        return self.words[name[1:]].all() if name.startswith("@") else (name,)

    @property
    def choice_buttons(self) -> tuple[ChoiceButton, ...]:
        """Every button by which the person may answer what asks for the choice."""
        return tuple(button for obstacle in self.obstacles for button in obstacle.choice)

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label the setting has or had, in every known language."""
        return self.texts(self.setting.labels)

    def __post_init__(self) -> None:
        words = self.words.get(self.setting.switch_words.removeprefix("@"))
        pairs = () if words is None else words.texts.values()
        if any(len(pair) != len(("on", "off")) for pair in pairs):
            message = "switch_words need two texts in each language: on, then off"
            raise ValueError(message)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class FlowFile(Model):
    """One documented path, as its file says it."""

    title: Said
    site: SitePath
    documented_at: Https
    reviewed: date
    start: StartPath
    shortcut: StartPath | None = None
    viewport: tuple[_Pixels, _Pixels] = (1280, 800)
    device: Text | None = None
    """The phone that the page is drawn for, by Playwright's name: its size, touch, user agent."""
    steps: Annotated[tuple[Step, ...], Bounds(min_length=1, max_length=_MOST_STEPS)]
    find: Find

    def __post_init__(self) -> None:
        if any(each.pressable is not None for each in self.steps[0].click):
            message = "the first step has no step before it, which pressable needs"
            raise ValueError(message)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Flow(FlowFile):
    """A path together with its site and the name it goes by."""

    id: str
    about: Site
    is_shipped: bool = False
    """Whether it and its site came with the tool, and are no stranger's."""
    names_organisation: bool = True
    """Whether it takes the organisation's name from where the tool knows it to stand."""
    digest: str = ""
    """Tells its file and its site's from all others, if they did not come with the tool."""
    path: Path | None = None
    """Its file."""
