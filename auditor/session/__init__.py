"""Sealed sessions of live accounts, and the one key in the system's keyring that opens them.

The only place that knows cryptography and the keyring.
"""

from auditor.session.keys import Backend, KeyringKeys, Keys, Probe, fingerprint
from auditor.session.secret import Secret
from auditor.session.storage import origin_of, trimmed
from auditor.session.vault import Sealed, Session, Vault

__all__ = [
    "Backend",
    "KeyringKeys",
    "Keys",
    "Probe",
    "Sealed",
    "Secret",
    "Session",
    "Vault",
    "fingerprint",
    "origin_of",
    "trimmed",
]
