"""What a person is told without any browser: the path to walk by hand, and what the setting means.

Everything said comes from `flows/`; nothing here opens a page or reads an account.
"""
