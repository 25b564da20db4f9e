"""Keep what was validated, so that a file is validated when it changes and not at each start.

An entry is found by the digest of the file, of the tool's version and of the code in this folder:
what does not match is never found. It is plain data, in a folder that nobody but its owner can
write to, or not at all. What is damaged or strange is ignored, and the file is validated again.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from auditor import __version__
from auditor.disk.folders import find_private_folder, is_own_file
from auditor.disk.paths import flow_cache_folder
from auditor.errors import SetupError
from auditor.flow.bounds import Model

T = TypeVar("T")
# An entry has 60 kB at most; a person's own flows leave one behind at each edit.
_MOST_ENTRIES = 64
_MODULES = ("model", "facts", "manual", "phrases")
# No model has a field of that name.
_KIND = "="


def recall(expected: type[T], *contents: bytes) -> T | None:
    """Return what was made of these contents before; None if that is not known for certain."""
    folder = find_private_folder(flow_cache_folder())
    if folder is None:
        return None
    path = folder / _name_entry(expected, contents)
    try:
        if not is_own_file(path):
            return None
        digest, _, body = path.read_bytes().partition(b"\n")
        if hashlib.sha256(body).hexdigest().encode() != digest:
            return None
        found = json.loads(body, object_hook=_decode)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return found if isinstance(found, expected) else None


def remember(value: object, *contents: bytes) -> None:
    """Keep what was made of these contents, if there is a place for it."""
    folder = find_private_folder(flow_cache_folder())
    if folder is None:
        return
    from auditor.disk.files import replace_file  # noqa: PLC0415 - only where a file has changed

    body = json.dumps(_encode(value), ensure_ascii=False).encode()
    with suppress(SetupError, OSError):  # a full disk is no reason not to answer
        _make_room(folder)
        content = hashlib.sha256(body).hexdigest().encode() + b"\n" + body
        replace_file(folder / _name_entry(type(value), contents), content)


def _make_room(folder: Path) -> None:
    entries = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime)
    for path in entries[: max(0, len(entries) + 1 - _MOST_ENTRIES)]:
        path.unlink(missing_ok=True)


def _name_entry(kind: type, contents: tuple[bytes, ...]) -> str:
    digests = (hashlib.sha256(each).digest() for each in contents)
    key = hashlib.sha256(b"".join((_digest_tool(), kind.__name__.encode(), *digests)))
    return f"{key.hexdigest()}.json"


@cache
def _digest_tool() -> bytes:
    """Return what tells this version, and its code, from any other.

    Whoever works on the tool has the same version before and after an edit.
    """
    code = (path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    return hashlib.sha256(b"\0".join((__version__.encode(), *code))).digest()


def _encode(value: object) -> object:
    """Return a value as JSON can say it; every object says what it is."""
    if isinstance(value, Model):
        kind = f"{type(value).__module__.rpartition('.')[2]}.{type(value).__name__}"
        return {_KIND: kind} | {name: _encode(each) for name, each in vars(value).items()}
    if isinstance(value, dict):
        return {_KIND: "dict", "items": [[key, _encode(each)] for key, each in value.items()]}
    if isinstance(value, date):
        return {_KIND: "date", "day": value.isoformat()}
    if isinstance(value, tuple):
        return [_encode(each) for each in value]
    return value


def _decode(said: dict[str, Any]) -> object:
    kind = said.pop(_KIND)
    if kind == "dict":
        return {key: _to_tuples(each) for key, each in said["items"]}
    if kind == "date":
        return date.fromisoformat(said["day"])
    return _find_model(kind)(**{name: _to_tuples(each) for name, each in said.items()})


def _to_tuples(value: object) -> object:
    return tuple(_to_tuples(each) for each in value) if isinstance(value, list) else value


@cache
def _find_model(kind: str) -> type[Any]:
    """Return a model by its module and name; raise KeyError for anything else."""
    module, _, name = kind.partition(".")
    if module not in _MODULES:
        raise KeyError(kind)
    model = vars(import_module(f"auditor.flow.{module}"))[name]
    if not (isinstance(model, type) and issubclass(model, Model)):
        raise KeyError(kind)
    return model
