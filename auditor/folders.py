"""Where the tool keeps what is its own on this machine. Nothing is made here: `auditor.lock.private_folder` does."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def config() -> Path:
    """Give the folder of what the person chose: the consent, flows of their own."""
    import platformdirs  # noqa: PLC0415 - only needed once a folder is

    return platformdirs.user_config_path("auditor", appauthor=False)


def data() -> Path:
    """Give the folder of what the tool keeps; the lock of the keyring lies in it."""
    import platformdirs  # noqa: PLC0415 - only needed once a folder is

    return platformdirs.user_data_path("auditor", appauthor=False)


def consent() -> Path:
    """Give the file of the consent (`auditor.consent.Consent`)."""
    return config() / "consent.json"


def sessions() -> Path:
    """Give the folder of the sealed sessions (`auditor.session.Vault`)."""
    return data() / "sessions"


def locks() -> Path:
    """Give the folder of the accounts' locks (`auditor.lock.account_lock`)."""
    return data() / "locks"
