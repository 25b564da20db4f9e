"""When a person wants to be reminded to look, and whether that is due.

It is kept in one small file. Nothing here looks at an account: a reminder never starts a run.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from auditor.disk.files import read_plain_file, remove_file, replace_file
from auditor.errors import SetupError, UsageError
from auditor.text import show_given

if TYPE_CHECKING:
    from pathlib import Path

NOTICE = "Time to look whether your training switch is still off: `auditor guide` says where."
_LONGEST = 4096
_SET_ANEW = "Set it up anew with `auditor remind install`, or take it away with `remind remove`."
_MOST_DAYS = 3650
_SPAN = re.compile(r"(\d{1,4})([dw]?)")
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Reminder:
    """To look every so many days, counted from when it was set up or from the last look."""

    every_days: int
    since: str

    def is_due(self, last_look: str | None, now: datetime) -> bool:
        """Return whether the last look, or the beginning, is long enough ago."""
        newest = max(self.since, last_look or "")
        return now - datetime.fromisoformat(newest) >= timedelta(days=self.every_days)


@dataclass(frozen=True, slots=True)
class ReminderFile:
    """The reminder kept in one small file."""

    path: Path

    def read(self) -> Reminder | None:
        """Return the reminder; None if there is none.

        Raises SetupError if its file is damaged: whoever relies on a reminder must know.
        """
        try:
            kept = json.loads(read_plain_file(self.path, _LONGEST))
            reminder = Reminder(int(kept["every_days"]), str(kept["since"]))
            datetime.fromisoformat(reminder.since).astimezone(UTC)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
            raise SetupError(f"The reminder in {self.path} cannot be read", _SET_ANEW) from error
        return reminder

    def keep(self, every_days: int, now: datetime) -> Reminder:
        """Keep a reminder that begins now; raises SetupError if that cannot be done."""
        reminder = Reminder(every_days, now.astimezone(UTC).strftime(_MOMENT))
        content = {"every_days": reminder.every_days, "since": reminder.since}
        replace_file(self.path, json.dumps(content).encode())
        return reminder

    def remove(self) -> bool:
        """Forget the reminder and say whether there was one."""
        return remove_file(self.path)


def parse_span(text: str) -> int:
    """Return the days that `30d`, `30` or `4w` mean; raise UsageError for anything else."""
    match = _SPAN.fullmatch(text.strip().casefold())
    days = 0 if match is None else int(match[1]) * (7 if match[2] == "w" else 1)
    if not 1 <= days <= _MOST_DAYS:
        message = f"{show_given(text)} is no span of days"
        raise UsageError(message, f"Write it like 30d or 4w: 1 to {_MOST_DAYS} days.")
    return days
