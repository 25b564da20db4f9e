"""What was printed is recorded afterwards, and a failure to record hides nothing."""

from __future__ import annotations

import pytest

from auditor.cli.results import _record
from auditor.errors import Exit, Interrupted, SetupError
from auditor.run.request import Request, Result
from tests.run.test_recording import FOUND

RECORD = "auditor.run.recording.record_findings"


def fail(*_: object) -> None:
    raise SetupError("The disk is full", "Free some space.")


@pytest.mark.parametrize(
    ("request_", "recorded"),
    [
        (Request(), True),
        (Request(history=False), False),
        (Request(ephemeral=True), False),
    ],
)
def test_what_is_asked_to_leave_nothing_is_not_recorded(
    monkeypatch: pytest.MonkeyPatch, request_: Request, *, recorded: bool
) -> None:
    calls: list[object] = []
    monkeypatch.setattr(RECORD, lambda *args: calls.append(args))
    assert not _record(Result((FOUND,), Exit.OK), request_)
    assert bool(calls) == recorded


def test_a_run_without_findings_is_not_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RECORD, fail)
    assert not _record(Result((), Exit.OK), Request())


def test_a_failure_is_said_and_decides_the_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(RECORD, fail)
    assert _record(Result((FOUND,), Exit.EXPOSED), Request())
    assert capsys.readouterr().err == (
        "error: This run was not recorded. The disk is full.\nhint: Free some space.\n"
    )
    cut_short = Result((FOUND,), Exit.INTERRUPTED, Interrupted("Interrupted"))
    assert not _record(cut_short, Request())
