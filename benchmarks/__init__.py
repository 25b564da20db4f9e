"""Measured beside what a user would write or take instead; see README.md."""
