"""What every model of a flow file shares, and bounds of a value that need no pydantic to be stated.

Pydantic takes longer to import than most commands take to run. It is loaded by
`auditor.flow.validate` alone, for a file that has changed; the models themselves are dataclasses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema


@dataclass(frozen=True, eq=False, repr=False)
class Model:
    """Refuses what it does not know and never changes.

    Each model is a frozen dataclass. Equality and text are written once here: Python takes 0.3 ms
    to compile them for each class.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = {"extra": "forbid"}

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((type(self), *vars(self).values()))

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({values})"


class Bounds:
    """Limits of a value, by pydantic's own names: `pattern`, `min_length`, `ge` and so on."""

    def __init__(self, **limits: str | int) -> None:
        self.limits = limits

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return cast("CoreSchema", {**handler(source), **self.limits})


class Check:
    """A function that returns the value, or raises ValueError and says what it should be."""

    def __init__(self, function: Callable[[str], str]) -> None:
        self.function = function

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        from pydantic_core.core_schema import (  # noqa: PLC0415 - only to validate
            no_info_after_validator_function,
        )

        return no_info_after_validator_function(self.function, handler(source))
