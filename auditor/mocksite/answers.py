"""How the settings are told: truly, badly or with a lie.

What the page makes of it is the page's matter.
"""

import json
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response

from auditor.mocksite.faults import NO_STORE, Reset, Silence, dripping

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

KEY = "grove_enabled"
HUGE = "x" * 1000
JSON = "application/json"


def told(settings: "Mapping[str, object]", how: str) -> Response:
    """Answer the settings in this way."""
    return WAYS[how](dict(settings))


def foreign(settings: "Mapping[str, object]") -> Response:
    """Answer as another origin: the opposite, and any page may read it."""
    response = _opposite(dict(settings))
    response.headers["access-control-allow-origin"] = "*"
    return response


def _plain(settings: dict[str, object]) -> Response:
    return JSONResponse(settings, headers=NO_STORE)


def _opposite(settings: dict[str, object]) -> Response:
    return _plain(settings | {KEY: not settings[KEY]})


def _of_another_account(settings: dict[str, object]) -> Response:
    stranger = {"account_uuid": "0b0b0b0b-0000-4000-8000-000000000b0b"}
    return _opposite(settings | stranger)


def _missing(settings: dict[str, object]) -> Response:
    return _plain({key: value for key, value in settings.items() if key != KEY})


def _nested(settings: dict[str, object]) -> Response:
    """Hold the name only among experiments, where it means something else."""
    lie = {KEY: not settings.pop(KEY)}
    return _plain(settings | {"experiments": lie, "flags": [lie]})


def _huge(settings: dict[str, object]) -> Response:
    """Answer twenty megabytes with the value in the middle."""
    padding = {f"note_{number}": HUGE for number in range(10_000)}
    more = {f"more_{number}": HUGE for number in range(10_000)}
    return _plain(padding | settings | more)


def _raw(body: str, media_type: str = JSON) -> Response:
    return Response(body, media_type=media_type, headers=NO_STORE)


WAYS: "dict[str, Callable[[dict[str, object]], Response]]" = {
    "plain": _plain,
    "string": lambda settings: _plain(settings | {KEY: "false"}),
    "text": lambda settings: _plain(settings | {KEY: json.dumps(settings[KEY])}),
    "object": lambda settings: _plain(settings | {KEY: {"value": settings[KEY]}}),
    "missing": _missing,
    "nested": _nested,
    "huge": _huge,
    "html": lambda settings: _raw(json.dumps(settings), "text/html"),
    "invalid": lambda _settings: _raw('{"grove_enabled": false, "location_metadata'),
    "empty": lambda _settings: Response(status_code=204, headers=NO_STORE),
    "drips": lambda settings: dripping(json.dumps(settings).encode(), 5, JSON),
    "lies": _opposite,
    "another_account": _of_another_account,
    "reset": lambda _settings: Reset(),
    "hangs": lambda _settings: Silence(),
}
