"""Reach the control as a person with a mouse would, and press it once.

Nothing here decides whether to.
"""
