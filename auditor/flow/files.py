"""Where the flow files are, and what is wrong with one.

Found by id or path, loaded with its site, checked.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from auditor.disk.paths import config_folder
from auditor.errors import FlowError
from auditor.flow.cache import recall, remember
from auditor.flow.consent_words import names_binding_button
from auditor.flow.manual import MANUAL_NAME
from auditor.flow.model import SITE_PATH, Flow, FlowFile, Site, Target
from auditor.flow.refusals import names_binding_answer
from auditor.text import make_printable, show_given

if TYPE_CHECKING:
    from auditor.flow.bounds import Model

# The largest shipped file has 40 kB.
_MOST_BYTES = 256 * 1024
# The shipped files go seven tables deep.
_DEEPEST = 20
# What else lies in a folder of flows: the site, its facts, and what only a person walks.
NO_FLOWS = ("site.toml", "facts.toml", MANUAL_NAME)
_PACKAGE = Path(__file__).parent.parent


def flow_folders() -> tuple[Path, ...]:
    """Return the folders that hold flows: a person's own first, then the shipped ones.

    A wheel carries the flows inside the package; a checkout has them beside it.
    """
    inside, beside = _PACKAGE / "flows", _PACKAGE.parent / "flows"
    shipped = inside if inside.is_dir() else beside
    return config_folder() / "flows", shipped


def list_flows() -> dict[str, Path]:
    """Return every flow known by id, the person's own before a shipped one of the same id."""
    found: dict[str, Path] = {}
    for folder in reversed(flow_folders()):
        for path in sorted(folder.glob("*/*.toml")):
            if path.name not in NO_FLOWS:
                found[f"{path.parent.name}/{path.stem}"] = path
    return dict(sorted(found.items()))


def load_flow(name: str) -> Flow:
    """Load a flow by id or by path to its file; raise FlowError with every problem of its files."""
    path = find_flow_file(name)
    content = read_bounded(path)
    checked = _recall_checked(content, path) or _check_flow(content, path)
    came_with_tool = is_shipped(path) and is_shipped(checked.site_path)
    # A copy of a shipped site may be known as valid, and is a stranger's all the same.
    if not came_with_tool and (binding := list_binding_banners(checked.site, checked.site_path)):
        raise make_flow_error(binding)
    return Flow(
        **vars(checked.flow),
        id=name if name in list_flows() else str(path),
        about=checked.site,
        is_shipped=came_with_tool,
        names_organisation=came_with_tool or _names_organisation(checked.site),
        digest="" if came_with_tool else _digest_contents(content, checked.site_content),
        path=path,
    )


class _Checked(NamedTuple):
    """A valid path with its valid site, whose words it names."""

    flow: FlowFile
    site: Site
    site_path: Path
    site_content: bytes


def _recall_checked(content: bytes, path: Path) -> _Checked | None:
    """Return what was found of the same two files before, if it is known."""
    flow = recall(FlowFile, content)
    site_path = None if flow is None else find_site_file(flow.site, path)
    if flow is None or site_path is None:
        return None
    site_content = read_bounded(site_path)
    if recall(FlowFile, content, site_content) != flow:  # checked, but not with this site
        return None
    site = recall(Site, site_content)
    return None if site is None else _Checked(flow, site, site_path, site_content)


def _check_flow(content: bytes, path: Path) -> _Checked:
    """Validate both files; raise FlowError with every problem of them."""
    from auditor.flow.validate import parse_model  # noqa: PLC0415 - pydantic

    raw = parse_toml(content, path)
    _raise_if_unverified(raw, path)
    flow, problems = parse_model(FlowFile, raw, path)
    site, site_problems, site_path, site_content = load_site_of(raw, path)
    problems = [*problems, *site_problems]
    if flow is None or site is None or problems:
        raise make_flow_error(problems)
    site_problems = list_unknown_words(site, site, site_path)
    problems = [*list_unknown_words(flow, site, path), *site_problems]
    problems += _binding_steps(flow, site, path)
    if not (is_shipped(path) and is_shipped(site_path)):
        problems += list_binding_banners(site, site_path)
    if problems:
        raise make_flow_error(problems)
    remember(site, site_content)
    remember(flow, content)
    remember(flow, content, site_content)
    return _Checked(flow, site, site_path, site_content)


def _names_organisation(site: Site) -> bool:
    """Return whether a stranger's site looks for the organisation where a shipped one does."""
    shipped = flow_folders()[-1].glob("*/site.toml")
    known = (_load_shipped_site(path) for path in shipped)
    return any(each and each.organisation == site.organisation for each in known)


def _load_shipped_site(path: Path) -> Site | None:
    content = read_bounded(path)
    if (known := recall(Site, content)) is not None:
        return known
    from auditor.flow.validate import parse_model  # noqa: PLC0415 - pydantic

    return parse_model(Site, parse_toml(content, path), path)[0]


def _digest_contents(*contents: bytes) -> str:
    """Return what tells these files from all others."""
    return hashlib.sha256(b"".join(hashlib.sha256(each).digest() for each in contents)).hexdigest()


def is_shipped(path: Path) -> bool:
    """Return whether a file is one of those that came with the tool."""
    _, shipped = flow_folders()
    return path.resolve().is_relative_to(shipped.resolve())


def find_flow_file(name: str) -> Path:
    """Return the file of a flow by id, service or path; raise FlowError if there is none."""
    known = list_flows()
    if name in known:
        return known[name]
    by_hand = _find_manual_file(name)
    if by_hand is not None:
        return by_hand
    if name.endswith(".toml"):
        if is_file(Path(name)):
            return Path(name)
        message = f"There is no flow file {show_given(name)}"
        raise FlowError(
            message,
            "Check the path, or name a flow of `auditor flows list`.",
            (f"{name}: no such file",),
        )
    message = f"There is no flow {show_given(name)}"
    hint = f"Known flows: {', '.join(known)}. A path to a .toml file works too."
    raise FlowError(message, hint, (f"{name}: no such flow",))


def _find_manual_file(name: str) -> Path | None:
    """Return the file of a path by hand, named by its service or its id."""
    service = name.removesuffix(f"/{Path(MANUAL_NAME).stem}")
    if "/" in service or not service.strip("."):
        return None
    files = (folder / service / MANUAL_NAME for folder in flow_folders())
    return next((path for path in files if is_file(path)), None)


def _raise_if_unverified(raw: dict[str, Any], path: Path) -> None:
    """Raise FlowError for a path that only a person may walk, and say what there is instead."""
    if raw.get("verified") is not False:
        return
    title, service = make_printable(str(raw.get("title", path))), path.parent.name
    message = (
        f"{title} is described for people only: nobody has checked the path on the live site, or"
        " read its terms on automated access. So it is neither read nor changed"
    )
    hint = (
        f"`auditor guide {service}` tells the path; `auditor attest off --service {service}`"
        " (or on) records what you saw."
    )
    raise FlowError(message, hint, (f"{path}: verified: is false",))


def is_file(path: Path) -> bool:
    """Return whether there is such a file; a name that cannot be one is none."""
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that is too long, or has a zero byte
        return False


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file; raise FlowError, in words, if that cannot be done."""
    return parse_toml(read_bounded(path), path)


def parse_toml(content: bytes, path: Path) -> dict[str, Any]:
    """Return what a TOML file says; raise FlowError, in words, if it is none."""
    import tomllib  # noqa: PLC0415 - only for a file that has changed

    try:
        raw = tomllib.loads(content.decode("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise make_flow_error([f"{path}: not valid TOML: {error}"]) from error
    except UnicodeDecodeError as error:
        raise make_flow_error([f"{path}: not UTF-8 text"]) from error
    except (RecursionError, ValueError) as error:
        raise make_flow_error(
            [f"{path}: not valid TOML: too deep, or a number out of range"]
        ) from error
    if _is_deep(raw):
        raise make_flow_error([f"{path}: file: nested too deep"])
    return raw


def _is_deep(raw: dict[str, Any]) -> bool:
    layer: list[Any] = [raw]
    for _ in range(_DEEPEST):
        tables = [each.values() if isinstance(each, dict) else each for each in layer]
        layer = [each for table in tables for each in table if isinstance(each, dict | list)]
    return bool(layer)


def read_bounded(path: Path) -> bytes:
    """Read a file that lies where it seems to lie, and is not endless (a pipe, a device).

    Raises FlowError, in words, if that cannot be done.
    """
    try:
        if not path.resolve().is_relative_to(path.parent.resolve()):
            raise make_flow_error([f"{path}: is a link to a file outside its folder"])
        if path.is_fifo() or path.is_char_device():
            raise make_flow_error([f"{path}: is a pipe or a device"])
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise make_flow_error([f"{path}: cannot be read: {error.strerror}"]) from error
    if len(content) > _MOST_BYTES:
        raise make_flow_error([f"{path}: is larger than 256 kB"])
    return content


def find_site_file(name: str, path: Path) -> Path | None:
    """Return the site's file that a flow names: the one beside it, else one of those shipped."""
    places = [path.parent / name, *(folder / name for folder in flow_folders())]
    if name == "site.toml":  # a copy of a shipped flow, edited elsewhere
        places.append(flow_folders()[-1] / "claude" / name)
    return next((place for place in places if is_file(place)), None)


class LoadedSite(NamedTuple):
    """A site if its file is valid, else its problems; what the file holds."""

    site: Site | None
    problems: list[str]
    path: Path
    content: bytes = b""


def load_site_of(raw: dict[str, Any], path: Path) -> LoadedSite:
    """Find the site file beside the flow, else among the shipped ones."""
    from auditor.flow.validate import parse_model  # noqa: PLC0415 - pydantic

    name = raw.get("site")
    if not isinstance(name, str) or not re.fullmatch(SITE_PATH, name):
        return LoadedSite(None, [], path)  # the flow's own check already says so
    found = find_site_file(name, path)
    if found is None:
        said = f"{path}: site: there is no file {name} beside it or among the shipped flows"
        return LoadedSite(None, [said], path)
    try:
        content = read_bounded(found)
        site, problems = parse_model(Site, parse_toml(content, found), found)
    except FlowError as error:
        return LoadedSite(None, list(error.problems), found)
    return LoadedSite(site, problems, found, content)


def list_unknown_words(model: Model, site: Site, path: Path) -> list[str]:
    """List the words that a file names with @ but its site does not define."""
    named = [
        (place, word)
        for place, word in _word_references(asdict(model))
        if word[1:] not in site.words
    ]
    return [f"{path}: {place}: there are no words {word}" for place, word in named]


def _binding_steps(flow: FlowFile, site: Site, path: Path) -> list[str]:
    """List the steps that would press what accepts, continues, deletes, pays or signs out."""
    return [
        f"{path}: steps[{number}].click[{nth}]: a step cannot name a button that accepts, agrees,"
        " continues, deletes, pays or signs out"
        for number, step in enumerate(flow.steps, 1)
        for nth, target in enumerate(step.click, 1)
        if any(names_binding_button(text) for text in _texts_of(target, site))
    ]


def list_binding_banners(site: Site, path: Path) -> list[str]:
    """List the banners that would be answered with what accepts, deletes, pays or signs out."""
    return [
        f"{path}: banners[{number}].reject[{nth}]: a banner cannot be answered with a button that"
        " accepts, agrees, continues, deletes, pays or signs out"
        for number, banner in enumerate(site.banners, 1)
        for nth, target in enumerate(banner.reject, 1)
        if any(names_binding_answer(text, flow_folders()[-1]) for text in _texts_of(target, site))
    ]


def _texts_of(target: Target, site: Site) -> list[str]:
    """Return whatever names the target itself: its words in each language, test id, selector."""
    named = [target.test_id, target.name, target.text, target.css]
    named.append(getattr(target, "pressable", None))
    known = (name for name in named if name and (name[0] != "@" or name[1:] in site.words))
    return [text for name in known for text in site.texts(name)]


def _word_references(value: object, place: str = "") -> list[tuple[str, str]]:
    if isinstance(value, str):
        return [(place, value)] if value.startswith("@") else []
    if isinstance(value, dict):
        items = [
            (f"{place}.{key}" if place else str(key), inner)
            for key, inner in value.items()
            if key != "texts"
        ]
    elif isinstance(value, tuple | list):
        items = [(f"{place}[{number}]", inner) for number, inner in enumerate(value, 1)]
    else:
        return []
    return [found for key, inner in items for found in _word_references(inner, key)]


def make_flow_error(problems: list[str]) -> FlowError:
    """Return the error that tells these problems of files."""
    message = (
        problems[0] if len(problems) == 1 else f"{len(problems)} problems:\n" + "\n".join(problems)
    )
    message = "\n".join(make_printable(line, longest=600) for line in message.splitlines())
    return FlowError(
        message, "Mend the file; `auditor flows check PATH` lists every problem.", tuple(problems)
    )
