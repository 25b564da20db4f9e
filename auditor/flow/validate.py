"""Validate what a file says: the only module that knows pydantic, loaded for a file that is new."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from auditor.flow.bounds import Model

if TYPE_CHECKING:
    from pathlib import Path

M = TypeVar("M", bound=Model)
_IN_OUR_WORDS = {
    "unexpected_keyword_argument": "unknown key",
    "missing": "is missing",
    "dataclass_type": "should be a table",
}


def parse_model(model: type[M], raw: dict[str, Any], path: Path) -> tuple[M | None, list[str]]:
    """Return the model of what a file says, or None, and every problem of it."""
    try:
        return validate_model(model, raw), []
    except RecursionError:
        return None, [f"{path}: file: nested too deep"]
    except ValidationError as error:
        return None, [
            f"{path}: {_format_location(each['loc'])}: {_format_problem(each)}"
            for each in _root_causes(error.errors())
        ]


def validate_model(model: type[M], raw: dict[str, Any]) -> M:
    """Return the model of what a file says; raise pydantic's ValidationError."""
    validated: M = _make_adapter(model).validate_python(raw)  # type: ignore[arg-type] # a class
    return validated


@cache
def _make_adapter(model: type[Model]) -> TypeAdapter[Any]:
    return TypeAdapter(model)


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
    said = str(detail["msg"]).removeprefix("Value error, ").replace("String should", "should")
    return _IN_OUR_WORDS.get(detail["type"], said)
