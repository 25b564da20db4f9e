"""The way into an account: consent, sign-in, sealed sessions.

The only home of keyring and cryptography; nothing here reads the setting.
"""
