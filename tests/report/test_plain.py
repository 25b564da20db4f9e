"""What is printed for no terminal: one line each, in columns, in any encoding, without rich."""

from __future__ import annotations

import io
import sys

import pytest

from auditor.report.plain import is_for_eyes, print_columns, print_plain

LONG = "word " * 40


@pytest.fixture(autouse=True)
def no_wishes(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


def test_a_pipe_is_for_no_eyes() -> None:
    assert not is_for_eyes()


def test_a_terminal_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert is_for_eyes()


@pytest.mark.parametrize("name", ["FORCE_COLOR", "TTY_COMPATIBLE", "COLUMNS"])
def test_so_is_what_colours_or_a_width_are_asked_for(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "1")
    assert is_for_eyes()


def test_a_line_is_not_broken_where_there_is_no_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_plain(LONG)
    assert capsys.readouterr().out == f"{LONG.strip()}\n"


def test_columns_stand_below_one_another(capsys: pytest.CaptureFixture[str]) -> None:
    print_columns([("No.", "What"), ("1", LONG.strip()), ("234", "")])
    assert capsys.readouterr().out == f"No.  What\n1    {LONG.strip()}\n234\n"


def test_nothing_has_no_columns(capsys: pytest.CaptureFixture[str]) -> None:
    print_columns([])
    assert capsys.readouterr().out == ""


def test_signs_that_the_encoding_lacks_are_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    print_plain("✓ a · é")
    print_columns([("✗", "b")])
    sys.stdout.flush()
    assert raw.getvalue() == b"OK a - ?\nX  b\n"
