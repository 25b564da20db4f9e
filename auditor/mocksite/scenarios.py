"""The registry of every scenario, by name. To add one, add a line to a module of `cases`."""

from types import MappingProxyType
from typing import TYPE_CHECKING

from auditor.mocksite.cases import (
    access,
    accounts,
    beside,
    builtins,
    core,
    corroboration,
    faults,
    hidden,
    languages,
    layouts,
    menus,
    obstacles,
    phones,
    proof,
    saving,
    shapes,
    texts,
    witnesses,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from auditor.mocksite.scenario import Scenario

_MODULES = (
    core,
    shapes,
    beside,
    builtins,
    hidden,
    layouts,
    menus,
    phones,
    obstacles,
    access,
    accounts,
    languages,
    texts,
    witnesses,
    corroboration,
    proof,
    saving,
    faults,
)

SCENARIOS: "Mapping[str, Scenario]" = MappingProxyType(
    {case.name: case for module in _MODULES for case in module.CASES}
)
