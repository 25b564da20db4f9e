"""When a reminder is due."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from auditor.errors import SetupError, UsageError
from auditor.guide.reminder import Reminder, ReminderFile, parse_span
from auditor.text import show_given

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "last_look", "due"),
    [
        ("2026-10-26T10:00:00Z", None, True),
        ("2026-11-01T10:00:00Z", None, False),
        ("2026-10-01T10:00:00Z", "2026-11-20T10:00:00Z", False),
        ("2026-10-01T10:00:00Z", "2026-10-20T10:00:00Z", True),
        ("2026-11-20T10:00:00Z", "2026-01-01T10:00:00Z", False),
    ],
)
def test_it_is_due_so_long_after_the_last_look_or_the_beginning(
    since: str, last_look: str | None, due: bool
) -> None:
    assert Reminder(30, since).is_due(last_look, NOW) is due


def test_it_is_kept_and_removed(tmp_path: Path) -> None:
    kept = ReminderFile(tmp_path / "config" / "remind.json")
    assert kept.read() is None
    assert kept.keep(28, NOW) == kept.read() == Reminder(28, "2026-11-26T10:00:00Z")
    assert [kept.remove(), kept.remove(), kept.read()] == [True, False, None]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"null", b"{}", b'{"every_days": 3, "since": "lately"}', b"\xff", b'{"every_days": null, "since": "2026-11-26T10:00:00Z"}']
)  # fmt: skip
def test_a_damaged_file_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "remind.json"
    path.write_bytes(content)
    with pytest.raises(SetupError) as caught:
        ReminderFile(path).read()
    assert str(caught.value) == f"The reminder in {path} cannot be read"
    assert "`auditor remind install`" in str(caught.value.hint)
    assert ReminderFile(path).keep(28, NOW) == ReminderFile(path).read()


@pytest.mark.parametrize(("text", "days"), [("30d", 30), ("4w", 28), ("7", 7), (" 1D ", 1)])
def test_a_span_is_read_in_days_or_weeks(text: str, days: int) -> None:
    assert parse_span(text) == days


@pytest.mark.parametrize("text", ["", "0d", "-3", "month", "9999w", "30h", "3.5d"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_span(text)
    assert (str(caught.value), caught.value.hint) == (
        f"{show_given(text)} is no span of days",
        "Write it like 30d or 4w: 1 to 3650 days.",
    )
