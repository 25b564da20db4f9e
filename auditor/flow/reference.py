"""Load what is told to people and never clicked: facts, paths by hand, the guide's sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from auditor.flow.bounds import Model
from auditor.flow.cache import recall, remember
from auditor.flow.facts import Facts, find_placeholders
from auditor.flow.files import (
    find_flow_file,
    find_site_file,
    flow_folders,
    load_site_of,
    make_flow_error,
    parse_toml,
    read_bounded,
)
from auditor.flow.manual import MANUAL_NAME, ManualFlow
from auditor.flow.phrases import Phrases

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.flow.model import Site

M = TypeVar("M", bound=Model)
FACTS_NAME = "facts.toml"
SITE_NAME = "site.toml"
PHRASES_NAME = "phrases.toml"


def load_facts(folder: Path) -> Facts:
    """Load a site's facts from its folder; raise FlowError if they are missing or faulty."""
    path = folder / FACTS_NAME
    content, site_path = read_bounded(path), find_site_file(SITE_NAME, path)
    site_content = b"" if site_path is None else read_bounded(site_path)
    facts = recall(Facts, content, site_content)
    if facts is None:
        facts = _validate(Facts, content, path)
        if problems := _unknown_placeholders(facts, _load_site_beside(folder), path):
            raise make_flow_error(problems)
        remember(facts, content, site_content)
    return facts


def load_shipped_facts(service: str) -> Facts:
    """Load the facts that came with the tool, whatever the person's own folder holds."""
    return load_facts(flow_folders()[-1] / service)


def load_note(flow: str) -> str | None:
    """Return what stands beside a verdict of a flow; None if its site brings no facts."""
    folder = find_flow_file(flow).parent
    folders = (folder, *(each / folder.name for each in flow_folders()[1:]))
    found = next((each for each in folders if (each / FACTS_NAME).is_file()), None)
    return None if found is None else load_facts(found).note_text


def list_manual_flows() -> dict[str, Path]:
    """Return the paths by hand by service, the person's own before a shipped one."""
    found: dict[str, Path] = {}
    for folder in reversed(flow_folders()):
        for path in folder.glob(f"*/{MANUAL_NAME}"):
            found[path.parent.name] = path
    return dict(sorted(found.items()))


def load_manual_flow(path: Path) -> ManualFlow:
    """Load a path by hand; raise FlowError with every problem of its file."""
    return _load_model(ManualFlow, path)


def load_phrases(path: Path | None = None) -> Phrases:
    """Load the guide's sentences in other languages; the shipped ones unless told otherwise."""
    return _load_model(Phrases, path or flow_folders()[-1] / PHRASES_NAME)


def _load_model(model: type[M], path: Path) -> M:
    content = read_bounded(path)
    found = recall(model, content)
    if found is None:
        found = _validate(model, content, path)
        remember(found, content)
    return found


def _validate(model: type[M], content: bytes, path: Path) -> M:
    from auditor.flow.validate import parse_model  # noqa: PLC0415 - pydantic

    parsed, problems = parse_model(model, parse_toml(content, path), path)
    if parsed is None:
        raise make_flow_error(problems)
    return parsed


def _load_site_beside(folder: Path) -> Site | None:
    return load_site_of({"site": SITE_NAME}, folder / FACTS_NAME).site


def _unknown_placeholders(facts: Facts, site: Site | None, path: Path) -> list[str]:
    words = set(facts.words) | (set() if site is None else set(site.words))
    named = {f"facts.{key}": fact.say for key, fact in facts.facts.items()}
    named |= {f"plans.{key}": plan.say for key, plan in facts.plans.items()}
    return [
        f"{path}: {place}.say: there are no words {{{word}}}"
        for place, text in named.items()
        for word in sorted(find_placeholders(text) - words)
    ]
