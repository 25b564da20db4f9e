"""Convert the plain values of options without pydantic.

Typer 0.29 builds a pydantic adapter for each option that is no flag, given or not, which takes
longer than most commands. Here a value is converted where there can be no doubt about it. All else,
and every mistake, is left to Typer and its messages.
"""

from __future__ import annotations

import os
import re
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args, get_origin

if TYPE_CHECKING:
    from typer._click import Context, Parameter

_WHOLE = re.compile(r"\d{1,9}")
_DECIMAL = re.compile(r"\d{1,9}(\.\d{1,9})?")
DOUBTFUL = object()


def use_plain_values(parameters: list[Parameter]) -> list[Parameter]:
    """Let parameters convert plain values themselves; nothing happens in a Typer unlike ours."""
    for parameter in parameters:
        known = getattr(parameter, "type_descriptor", None)
        if known is not None and getattr(parameter, "_runtime_param", known) is None:
            parameter._runtime_param = PlainValues(parameter, known)  # type: ignore[attr-defined]  # noqa: SLF001
    return parameters


class PlainValues:
    """What Typer asks to convert the value of one parameter, in place of its own."""

    def __init__(self, parameter: Any, descriptor: Any) -> None:  # noqa: ANN401 - Typer's own
        self.parameter = parameter
        self.descriptor = descriptor

    def coerce(self, value: Any, param: Any, ctx: Context) -> Any:  # noqa: ANN401 - Typer's own
        """Return the value as the command takes it; Typer says what is wrong with one."""
        if value is None:
            return () if param.multiple or param.nargs == -1 else None
        converted = convert_value(value, self.descriptor.annotation, self.descriptor.parameter_info)
        if converted is not DOUBTFUL:
            return converted
        self.parameter._runtime_param = None  # noqa: SLF001
        return self.parameter.get_runtime_param().coerce(value, param=param, ctx=ctx)


def convert_value(value: Any, kind: Any, limits: Any) -> Any:  # noqa: ANN401 - Typer's own
    """Return a value as its kind, or DOUBTFUL."""
    if get_origin(kind) is list and isinstance(value, list | tuple):
        (item,) = get_args(kind)
        items = [convert_value(each, item, limits) for each in value]
        return DOUBTFUL if DOUBTFUL in items else items
    if not isinstance(kind, type) or limits.parser is not None:
        return DOUBTFUL
    if issubclass(kind, StrEnum):
        return _find_choice(value, kind, case_sensitive=limits.case_sensitive)
    if kind in {int, float}:
        return _convert_number(value, kind, limits)
    if kind is Path and isinstance(value, str):
        return _convert_path(value, limits)
    return value if kind is str and isinstance(value, str) else DOUBTFUL


def _find_choice(value: Any, kind: type[StrEnum], *, case_sensitive: bool) -> Any:  # noqa: ANN401
    if not isinstance(value, str):
        return DOUBTFUL
    said = value if case_sensitive else value.lower()
    return next((each for each in kind if each == said), DOUBTFUL)


def _convert_number(value: Any, kind: type, limits: Any) -> Any:  # noqa: ANN401 - Typer's own
    plain = _WHOLE if kind is int else _DECIMAL
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(value, str) and value.isascii() and plain.fullmatch(value):
        value = kind(value)
    elif not is_number or (kind is int and not isinstance(value, int)):
        return DOUBTFUL
    low, high = limits.min, limits.max
    fits = (low is None or value >= low) and (high is None or value <= high)
    return kind(value) if fits and not limits.clamp else DOUBTFUL


def _convert_path(value: str, limits: Any) -> Any:  # noqa: ANN401 - Typer's own
    """Return the path unless something is asked of its file that Typer checks."""
    is_asked = limits.exists or limits.resolve_path or limits.allow_dash or limits.path_type
    is_any = limits.file_okay and limits.dir_okay and not limits.writable
    is_unreadable = os.path.exists(value) and not os.access(value, os.R_OK)  # noqa: PTH110 - as Typer
    return DOUBTFUL if is_asked or not is_any or is_unreadable else Path(value)
