"""Every problem of a file in a folder of flows, whatever kind of file it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.errors import FlowError
from auditor.flow.files import list_unknown_words, load_flow, parse_model, read_toml
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
    from pathlib import Path
    from typing import Any


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
    site, problems = parse_model(Site, raw, path)
    return problems if site is None else [*problems, *list_unknown_words(site, site, path)]
