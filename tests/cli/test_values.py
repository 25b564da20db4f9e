"""The value of an option is the same whether Typer or the plain way converts it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Annotated, Any

import pytest
import typer
from typer.core import TyperCommand
from typer.testing import CliRunner

from auditor.cli.lazy import PlainCommand
from auditor.cli.values import DOUBTFUL, convert_value, use_plain_values

if TYPE_CHECKING:
    from collections.abc import Callable


class Colour(StrEnum):
    """Two choices."""

    RED = "red"
    BLUE = "blue"


KINDS: dict[str, tuple[Any, Any]] = {
    "text": (Annotated[str, typer.Option("--it")], "a"),
    "perhaps a text": (Annotated[str | None, typer.Option("--it")], None),
    "texts": (Annotated[list[str] | None, typer.Option("--it")], None),
    "a number of a range": (Annotated[int, typer.Option("--it", min=1, max=16)], 3),
    "a number moved into a range": (
        Annotated[int, typer.Option("--it", min=1, max=16, clamp=True)],
        3,
    ),
    "perhaps a number": (Annotated[int | None, typer.Option("--it")], None),
    "seconds": (Annotated[float, typer.Option("--it")], 60),
    "a choice in any case": (Annotated[Colour, typer.Option("--it", case_sensitive=False)], "red"),
    "a choice": (Annotated[Colour, typer.Option("--it")], Colour.RED),
    "a path": (Annotated[Path | None, typer.Option("--it")], None),
    "paths": (Annotated[list[Path] | None, typer.Option("--it")], None),
    "a path that is there": (Annotated[Path | None, typer.Option("--it", exists=True)], None),
    "a folder": (Annotated[Path | None, typer.Option("--it", file_okay=False)], None),
    "a parsed text": (Annotated[int, typer.Option("--it", parser=len)], "abc"),
}
GIVEN = (
    *("", "a", " a ", "ä", "0", "1", "16", "17", "-1", "+3", " 3", "1_0", "٣", "1.0", "1.5", "1e3"),
    *(".5", "5.", "nan", "inf", "True", "12345678901234567890", "red", "RED", "Blue", "rot", "/"),
    *("/nowhere/at/all", "~", __file__),
)


def run(kind: str, cls: type[TyperCommand], args: list[str]) -> tuple[int, str, str]:
    """Return the exit code, what is said and what a command is called with."""
    annotation, default = KINDS[kind]
    seen: list[Any] = []

    def command(it: Any = default) -> None:  # noqa: ANN401 - of any kind
        seen.append(it)

    command.__annotations__["it"] = annotation
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(cls=cls)(command)
    done = CliRunner().invoke(app, args)
    # pydantic, by which Typer reads values, begins so; our commands leave it out
    return done.exit_code, done.output.replace("Value error, ", ""), repr(seen)


@pytest.mark.parametrize("kind", KINDS)
def test_every_value_is_what_typer_makes_of_it(kind: str) -> None:
    for args in ([], *(["--it", given] for given in GIVEN), ["--it", "1", "--it", "/"]):
        assert run(kind, PlainCommand, args) == run(kind, TyperCommand, args), args


LIMITS = SimpleNamespace(
    parser=None, min=1, max=16, clamp=None, case_sensitive=True, exists=False, resolve_path=False,
    allow_dash=False, path_type=None, file_okay=True, dir_okay=True, writable=False,
)  # fmt: skip


@pytest.mark.parametrize(
    ("value", "kind", "converted"),
    [
        ("a", str, "a"),
        (["a", "b"], list[str], ["a", "b"]),
        ("16", int, 16),
        (3, int, 3),
        ("1.5", float, 1.5),
        (2, float, 2.0),
        ("blue", Colour, Colour.BLUE),
        (Colour.RED, Colour, Colour.RED),
        ("/nowhere", Path, Path("/nowhere")),
        (["/"], list[Path], [Path("/")]),
    ],
)
def test_a_plain_value_is_converted_here(
    value: Any,  # noqa: ANN401 - of any kind
    kind: type,
    converted: Any,  # noqa: ANN401 - of any kind
) -> None:
    found = convert_value(value, kind, LIMITS)
    assert (found, type(found)) == (converted, type(converted))


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        *(("17", int), ("x", int), (True, int), (1.5, int), ("nan", float), ("green", Colour)),
        *((3, str), (3, Colour), (None, str), (["a", "17"], list[int]), ("a", "str"), (3, Path)),
    ],
)
def test_whatever_could_be_wrong_is_left_to_typer(
    value: Any,  # noqa: ANN401 - of any kind
    kind: Any,  # noqa: ANN401
) -> None:
    assert convert_value(value, kind, LIMITS) is DOUBTFUL


def test_a_file_that_may_not_be_read_is_left_to_typer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may: Callable[..., bool] = lambda *_: False  # noqa: E731 - root may read everything
    monkeypatch.setattr("os.access", may)
    assert convert_value(str(tmp_path), Path, LIMITS) is DOUBTFUL


def test_the_parameters_of_another_typer_are_left_as_they_are() -> None:
    strange: Any = SimpleNamespace(type_descriptor=object())
    assert use_plain_values([strange]) == [strange]
    assert vars(strange).keys() == {"type_descriptor"}
