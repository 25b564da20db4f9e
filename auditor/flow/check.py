"""Every problem of a file in a folder of flows, whatever kind of file it is."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.errors import FlowError
from auditor.flow.files import (
    is_shipped,
    list_binding_banners,
    list_unknown_words,
    load_flow,
    make_flow_error,
    read_toml,
)
from auditor.flow.manual import MANUAL_NAME
from auditor.flow.model import Site
from auditor.flow.reference import (
    FACTS_NAME,
    PHRASES_NAME,
    load_facts,
    load_manual_flow,
    load_phrases,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

# A folder of flows has a few files; a home folder that was named by mistake may have very many.
_MOST_FILES = 200


def list_files(path: Path) -> list[Path]:
    """Return a file, or all flow files in a folder and the folders in it.

    Raises FlowError if a folder holds none, or more than are meant to be flows.
    """
    if not path.is_dir():
        return [path]
    found = list(islice(_walk(path), _MOST_FILES + 1))
    if not found:
        raise make_flow_error([f"{path}: there is no .toml file in this folder"])
    if len(found) > _MOST_FILES:
        raise make_flow_error([f"{path}: there are more than {_MOST_FILES} .toml files in it"])
    return found


def _walk(folder: Path) -> Iterator[Path]:
    """Give the flow files below a folder; links to other folders are not followed."""
    for inside, folders, names in os.walk(folder):
        folders.sort()
        yield from (Path(inside, name) for name in sorted(names) if name.endswith(".toml"))


def list_problems(path: Path) -> list[str]:
    """List every problem of a file as `file: place: what is wrong`."""
    try:
        raw = read_toml(path)
        if path.name == "site.toml" or ("steps" not in raw and "words" in raw and _is_site(path)):
            return _list_site_problems(raw, path)
        _load_file(raw, path)
    except FlowError as error:
        return list(error.problems)
    return []


def _is_site(path: Path) -> bool:
    return path.name != FACTS_NAME


def _load_file(raw: dict[str, Any], path: Path) -> None:
    if path.name == FACTS_NAME:
        load_facts(path.parent)
    elif path.name == PHRASES_NAME:
        load_phrases(path)
    elif path.name == MANUAL_NAME or raw.get("verified") is False:
        load_manual_flow(path)
    else:
        load_flow(str(path))


def _list_site_problems(raw: dict[str, Any], path: Path) -> list[str]:
    from auditor.flow.validate import parse_model  # noqa: PLC0415 - pydantic

    site, problems = parse_model(Site, raw, path)
    if site is None:
        return problems
    binding = [] if is_shipped(path) else list_binding_banners(site, path)
    return [*problems, *list_unknown_words(site, site, path), *binding]
