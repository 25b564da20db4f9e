"""Where the flow files are, and what is wrong with one.

Found by id or path, loaded with its site, checked.
"""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from auditor.disk.paths import config_folder
from auditor.errors import FlowError
from auditor.flow.consent_words import names_binding_button
from auditor.flow.manual import MANUAL_NAME
from auditor.flow.model import Flow, FlowFile, Model, Site, Target
from auditor.text import make_printable

M = TypeVar("M", bound=Model)
# The largest shipped file has 40 kB.
_MOST_BYTES = 256 * 1024
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
    flow_id = name if name in list_flows() else str(path)
    raw = read_toml(path)
    _raise_if_unverified(raw, path)
    parsed, problems = parse_model(FlowFile, raw, path)
    site, site_problems, site_path = load_site_of(raw, path)
    problems = [*problems, *site_problems]
    if parsed is None or site is None or problems:
        raise make_flow_error(problems)
    fields = {name: getattr(parsed, name) for name in FlowFile.model_fields}
    is_shipped = _is_shipped(path) and _is_shipped(site_path)
    flow = Flow.model_construct(
        **fields,
        id=flow_id,
        about=site,
        is_shipped=is_shipped,
        digest="" if is_shipped else _digest_files(path, site_path),
        path=path,
    )
    problems = [*list_unknown_words(parsed, site, path), *list_unknown_words(site, site, site_path)]
    if problems := problems or _binding_steps(parsed, site, path):
        raise make_flow_error(problems)
    return flow


def _digest_files(*paths: Path) -> str:
    """Return what tells these files from all others."""
    contents = (hashlib.sha256(_read_bounded(path)).digest() for path in paths)
    return hashlib.sha256(b"".join(contents)).hexdigest()


def _is_shipped(path: Path) -> bool:
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
        message = f"There is no flow file {name}"
        raise FlowError(
            message,
            "Check the path, or name a flow of `auditor flows list`.",
            (f"{name}: no such file",),
        )
    message = f"There is no flow {name}"
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
        f"`auditor guide {service}` tells the path; `auditor attest on|off --service {service}`"
        " records what you saw."
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
    try:
        return tomllib.loads(_read_bounded(path).decode("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise make_flow_error([f"{path}: not valid TOML: {error}"]) from error
    except UnicodeDecodeError as error:
        raise make_flow_error([f"{path}: not UTF-8 text"]) from error
    except (RecursionError, ValueError) as error:
        raise make_flow_error(
            [f"{path}: not valid TOML: too deep, or a number out of range"]
        ) from error
    except OSError as error:
        raise make_flow_error([f"{path}: cannot be read: {error.strerror}"]) from error


def _read_bounded(path: Path) -> bytes:
    """Read a file that lies where it seems to lie, and is not endless (a pipe, a device)."""
    if not path.resolve().is_relative_to(path.parent.resolve()):
        raise make_flow_error([f"{path}: is a link to a file outside its folder"])
    if path.is_fifo() or path.is_char_device():
        raise make_flow_error([f"{path}: is a pipe or a device"])
    with path.open("rb") as file:
        content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise make_flow_error([f"{path}: is larger than 256 kB"])
    return content


def load_site_of(raw: dict[str, Any], path: Path) -> tuple[Site | None, list[str], Path]:
    """Find the site file beside the flow, else among the shipped ones."""
    name = raw.get("site")
    if not isinstance(name, str):
        return None, [], path  # the flow's own check already says so
    places = [path.parent / name, *(folder / name for folder in flow_folders())]
    if name == "site.toml":  # a copy of a shipped flow, edited elsewhere
        places.append(flow_folders()[-1] / "claude" / name)
    found = next((place for place in places if is_file(place)), None)
    if found is None:
        return (
            None,
            [f"{path}: site: there is no file {name} beside it or among the shipped flows"],
            path,
        )
    try:
        site, problems = parse_model(Site, read_toml(found), found)
    except FlowError as error:
        return None, list(error.problems), found
    return site, problems, found


def parse_model(model: type[M], raw: dict[str, Any], path: Path) -> tuple[M | None, list[str]]:
    """Return the model of what a file says, or None, and every problem of it."""
    try:
        return model.model_validate(raw), []
    except RecursionError:
        return None, [f"{path}: file: nested too deep"]
    except ValidationError as error:
        return None, [
            f"{path}: {_format_location(each['loc'])}: {_format_problem(each)}"
            for each in _root_causes(error.errors())
        ]


def _root_causes(errors: list[Any]) -> list[Any]:
    """Drop what only follows from another mistake.

    A list counts as too short when its one item is wrong.
    """
    places = [each["loc"] for each in errors]
    deeper = {place[:length] for place in places for length in range(len(place))}
    return [each for each in errors if each["type"] != "too_short" or each["loc"] not in deeper]


def _format_location(loc: tuple[int | str, ...]) -> str:
    """Say a place as a person would find it in the file: steps[2].click[1].name."""
    said = ""
    for part in loc:
        said += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if said else part
    return said or "file"


def _format_problem(detail: Any) -> str:  # noqa: ANN401 - pydantic's own type is private
    if detail["type"] == "extra_forbidden":
        return "unknown key"
    if detail["type"] == "missing":
        return "is missing"
    return str(detail["msg"]).removeprefix("Value error, ").replace("String should", "should")


def list_unknown_words(model: Model, site: Site, path: Path) -> list[str]:
    """List the words that a file names with @ but its site does not define."""
    named = [
        (place, word)
        for place, word in _word_references(model.model_dump())
        if word[1:] not in site.words
    ]
    return [f"{path}: {place}: there are no words {word}" for place, word in named]


def _binding_steps(flow: FlowFile, site: Site, path: Path) -> list[str]:
    """List the steps that would press what accepts, continues, deletes or pays."""
    return [
        f"{path}: steps[{number}].click[{nth}]: a step cannot name a button that accepts, agrees,"
        " continues, deletes or pays"
        for number, step in enumerate(flow.steps, 1)
        for nth, target in enumerate(step.click, 1)
        if any(names_binding_button(text) for text in _texts_of(target, site))
    ]


def _texts_of(target: Target, site: Site) -> list[str]:
    """Return whatever names the target itself: its words in each language, test id, selector."""
    named = [target.test_id, target.name, target.text, target.css]
    named.append(getattr(target, "pressable", None))
    return [text for name in named if name for text in site.texts(name)]


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
