"""Find the setting's control on the panel, read what it shows, and decide when that counts.

Nothing here clicks.
"""
