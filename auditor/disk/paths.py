"""Where the tool keeps its own files on this machine.

Nothing is created here: `private_folder` does that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def config_folder() -> Path:
    """Return the folder of what the person chose: the consent, flows of their own."""
    import platformdirs  # noqa: PLC0415 - only needed once a folder is

    return platformdirs.user_config_path("auditor", appauthor=False)


def data_folder() -> Path:
    """Return the folder of what the tool keeps; the lock of the keyring lies in it."""
    import platformdirs  # noqa: PLC0415 - only needed once a folder is

    return platformdirs.user_data_path("auditor", appauthor=False)


def driver_cache_folder() -> Path:
    """Return the folder of the driver's compiled code (`auditor.browser.engine.compile_cache`)."""
    import platformdirs  # noqa: PLC0415 - only needed once a folder is

    return platformdirs.user_cache_path("auditor", appauthor=False) / "driver"


def flow_cache_folder() -> Path:
    """Return the folder of what was validated of flow files (`auditor.flow.cache`)."""
    import platformdirs  # noqa: PLC0415 - only needed once a folder is

    return platformdirs.user_cache_path("auditor", appauthor=False) / "flows"


def consent_file() -> Path:
    """Return the file of the consent (`auditor.access.consent.ConsentFile`)."""
    return config_folder() / "consent.json"


def reminder_file() -> Path:
    """Return the file of the reminder (`auditor.guide.reminder.ReminderFile`)."""
    return config_folder() / "remind.json"


def sessions_folder() -> Path:
    """Return the folder of the sealed sessions (`auditor.access.vault.Vault`)."""
    return data_folder() / "sessions"


def locks_folder() -> Path:
    """Return the folder of the accounts' locks (`auditor.disk.locks.account_lock`)."""
    return data_folder() / "locks"


def demo_report_file() -> Path:
    """Return the file of the report that `auditor demo` ends with."""
    return data_folder() / "demo" / "report.html"


def records_file() -> Path:
    """Return the file of the history (`auditor.records.log.RecordLog`)."""
    return data_folder() / "records" / "history.sqlite"


def pictures_folder() -> Path:
    """Return the folder of the pictures that records name (`auditor.records.pictures`)."""
    return data_folder() / "records" / "pictures"
